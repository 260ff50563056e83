"""The workings of Inputs: figures in whole units, where they come from, and the test that all are there."""

from math import log10
from typing import Final

from workbooks.case.model import Case, Figure
from workbooks.case.quantity import quantity, whole
from workbooks.declarations.excel_functions import COUNT, COUNTBLANK, ROWS
from workbooks.declarations.expressions import equal, ref, shown_when_empty
from workbooks.declarations.sheet import Content
from workbooks.declarations.texts import Text
from workbooks.sheets.simulation.settings_formulas import uncertain


def value(given: Figure) -> Content:
    """A figure in whole units."""
    return whole(given.value, quantity(given.unit))


def one(unit: str) -> Content:
    """One of a unit in whole units of its currency."""
    return quantity(unit).scale


def zeros(unit: str) -> int:
    """How many zeros one of a unit has: 8 of 亿."""
    return round(log10(quantity(unit).scale))


def cited(case: Case, source: str) -> str:
    """A source by its number and title."""
    return Text("{}. {}", str([*case.sources].index(source) + 1), case.sources[source].title)


def supplied(case: Case) -> bool:
    """Whether the title of a source is ours."""
    return any(source.title.startswith("[") for source in case.sources.values())


def drawn(case: Case) -> bool:
    """Whether the case has a simulation."""
    return bool(case.segments and uncertain(case.segments))


def published(case: Case) -> bool:
    """Whether figures are held against what they should come to."""
    return bool(case.reconciliation or (case.segments and case.segments.group))


def compared(case: Case) -> bool:
    """Whether peers are compared."""
    return bool(case.comparables)


def varied(case: Case) -> bool:
    """Whether the case has a method that Sensitivity varies."""
    return bool(case.segments or case.users or case.scenarios or case.premium) or compared(case)


_VALUES: Final = ref("input_rows.value")
NUMBERS: Final = shown_when_empty(equal(COUNT(_VALUES) + COUNTBLANK(_VALUES), ROWS(_VALUES)))
