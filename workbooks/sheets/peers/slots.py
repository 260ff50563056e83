"""The figures of peers that are read from the table: one for each multiple, and those of the operating measures."""

from typing import NamedTuple

from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.sheets.comparables.measures_formulas import Shown, measures
from workbooks.sheets.comparables.peers_formulas import metrics, ratios

MONEY, COUNT, PLAIN = "money", "a count", "a rate or a ratio"  # what a figure is


class Slot(NamedTuple):
    """A figure of the peers: its name, and whether it is money, a count, or a rate."""

    name: str
    kind: str


def slots(case: Case) -> list[Slot]:
    """The figures: first that of each multiple, in their order, then those that measures alone need."""
    found = [Slot(ratio.metric_name, kind_of(ratio.metric_unit)) for ratio in ratios(case)]
    section = case.comparables
    units = metrics(case, section) if section else {}
    named = {slot.name for slot in found}
    return [*found, *(Slot(name, kind_of(unit)) for name, unit in units.items() if name not in named)]


def slot_of(case: Case, name: str) -> int | None:
    """The number of a figure among the slots, from 1; None where it has none."""
    names = [slot.name for slot in slots(case)]
    return names.index(name) + 1 if name in names else None


def kind_of(unit: str) -> str:
    """Whether what is shown in a unit is money, a count, or a rate."""
    kind = quantity(unit).kind
    return MONEY if kind == "money" else COUNT if kind in ("count", "money_per") else PLAIN


def inputs_of(case: Case, shown: Shown) -> tuple[int, int] | None:
    """The slots of the two figures that a measure is worked out from; None where it is given alone."""
    found = [slot_of(case, name) for name in shown.measure.metrics]
    return (found[0], found[1]) if len(found) > 1 and found[0] and found[1] else None


def nouns(case: Case) -> list[str]:
    """What figures of the peers count, which a unit such as `m users` names: the longest first."""
    section = case.comparables
    units = [*metrics(case, section).values(), *(each.unit for each in measures(case))] if section else []
    return sorted({of.noun for unit in units if (of := quantity(unit)).kind == "count"}, key=len, reverse=True)
