"""Formulas of Inputs: figures in whole units, sources, and the check for completeness."""

from collections.abc import Mapping, Sequence

from workbooks.case.model import Case, Figure
from workbooks.case.quantity import quantity
from workbooks.declarations.excel_functions import ABS, AND, COLUMNS, COUNT, COUNTBLANK, IF, ISNUMBER, ROWS
from workbooks.declarations.expressions import equal, ref, shown_when_empty
from workbooks.declarations.sheet import Content
from workbooks.declarations.texts import Prose, Text
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.comparables.peers_formulas import other_year_end
from workbooks.sheets.methods import methods
from workbooks.sheets.money import figure
from workbooks.sheets.peers.block import block


def is_scaled(given: Figure) -> bool:
    """Whether a figure is typed in another unit than it is calculated with: in 亿元, in USD m."""
    return quantity(given.unit).scale != 1


def keys(figures: Mapping[str, Figure]) -> tuple[list[Reference], list[Reference]]:
    """References of the input cell and of the cell in whole units; "" for the second if they are the same."""
    typed = [f"typed.{name}" if is_scaled(given) else figure(name) for name, given in figures.items()]
    return typed, [figure(name) if is_scaled(given) else "" for name, given in figures.items()]


def in_whole_units(given: Figure) -> Content:
    """The input in whole units; a text such as n.m. is unchanged, and an empty cell remains blank."""
    if not is_scaled(given):
        return None
    typed = ref("value")
    return IF(ISNUMBER(typed), typed * quantity(given.unit).scale, typed & "")


def size(given: Figure, currency: str) -> Content:
    """Absolute value of an amount in a currency; blank for zeros, blanks and other figures."""
    unit = quantity(given.unit)
    if unit.kind != "money" or unit.currency != currency:
        return None
    amount = ref("whole" if is_scaled(given) else "value")
    return IF(ISNUMBER(amount), IF(equal(amount, 0), "", ABS(amount)), "")


def one(unit: str) -> Content:
    """Scale of a unit in whole units of its currency."""
    return quantity(unit).scale


def cited(case: Case, source: str) -> str:
    """A source by its number and title."""
    return Text("{}. {}", str(number(case, source)), Prose(case.sources[source].title))


def number(case: Case, source: str) -> int:
    """The number of a source, by which figures cite it."""
    return [*case.sources].index(source) + 1


def supplied(case: Case) -> bool:
    """Whether the title of a source is ours."""
    return any(source.title.startswith("[") for source in case.sources.values())


def drawn(case: Case) -> bool:
    """Whether the case has a simulation."""
    return bool(methods(case))


def published(case: Case) -> bool:
    """Whether the case has figures that are compared with expected ones."""
    return bool(case.segments and case.segments.group)


def compared(case: Case) -> bool:
    """Whether peers are compared."""
    return bool(case.comparables)


def calendarised(case: Case) -> bool:
    """Whether figures of peers are put on the company's fiscal year, or may be."""
    section = case.comparables
    others = section is not None and any(other_year_end(case, peer) for peer in section.peers)
    return others or block(case) is not None


def varied(case: Case) -> bool:
    """Whether the case has a method that Sensitivity varies."""
    known = (case.segments, case.users, case.scenarios, case.premium, case.transactions, case.holdings, case.cohorts)
    return any(known) or compared(case)


def numbers(tables: Sequence[str], rows: Sequence[Reference] = ()) -> Expression:
    """Check: all inputs of these tables, and of rows of inputs on other sheets, are numbers."""
    down, across = [ref(f"{table}.value") for table in tables], [ref(row) for row in rows]
    tests = [equal(COUNT(values) + COUNTBLANK(values), ROWS(values)) for values in down]
    tests += [equal(COUNT(values) + COUNTBLANK(values), COLUMNS(values)) for values in across]
    return shown_when_empty(tests[0] if len(tests) == 1 else AND(*tests))


def all_numbers(cells: Sequence[Reference]) -> Expression:
    """Check: these cells are numbers, and none is blank."""
    return shown_when_empty(AND(*(ISNUMBER(ref(each)) for each in cells)))
