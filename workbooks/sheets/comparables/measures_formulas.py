"""Operating measures of the peers, such as growth and margins: as given, else calculated from their figures."""

from typing import NamedTuple

from valuation.periods import growth_rate
from workbooks.case.inline import slug
from workbooks.case.model import Case, Comparables, Peer
from workbooks.case.multiples import Measure
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import (
    AND,
    AVERAGE,
    COUNT,
    COUNTIF,
    IF,
    ISNUMBER,
    MAX,
    MEDIAN,
    MIN,
    QUARTILE_INC,
)
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.comparables import peers_formulas as known
from workbooks.sheets.money import amount_in, in_currency
from workbooks.sheets.multiples.formulas import STATISTICS
from workbooks.sheets.multiples.sample import metric_unit


class Shown(NamedTuple):
    """An operating measure that the peers are shown by."""

    id: str
    heading: str
    unit: str
    measure: Measure

    @property
    def used(self) -> Reference:
        """The column of the peers that are included."""
        return f"peers.{self.id}_used"


def measures(case: Case) -> list[Shown]:
    """The measures of a case that any of its peers has."""
    section = case.comparables
    if section is None:
        return []
    return [
        Shown(f"measure_{slug(each.name)}", each.name, _unit(case, section, each), each)
        for each in section.measures
        if any(_has(peer, each) for peer in section.peers)
    ]


def _unit(case: Case, section: Comparables, measure: Measure) -> str:
    """The unit of a measure: that of the figures that are given for it, else its own."""
    holders = (case.metrics, *(peer.metrics for peer in section.peers))
    given = next((held[measure.name] for held in holders if measure.name in held), "")
    return metric_unit(case, given) if given else measure.unit


def _has(peer: Peer, measure: Measure) -> bool:
    return measure.name in peer.metrics or _is_worked_out(measure, peer.metrics)


def _is_worked_out(measure: Measure, given: dict[str, str]) -> bool:
    return bool(measure.metric) and all(name in given for name in measure.metrics)


def of_peer(case: Case, peer: Peer, shown: Shown) -> Content:
    """A measure of a peer: as given, else calculated from its figures."""
    if given := peer.metrics.get(shown.heading):
        return in_currency(case, given, case.company.currency)
    if not _is_worked_out(shown.measure, peer.metrics):
        return ABSENT
    metric, other = (ref(known.metric_column(name)) for name in shown.measure.metrics)
    return worked_out(shown.measure, metric, other)


def own(case: Case, shown: Shown) -> Content:
    """The measure of the company itself."""
    if given := case.metrics.get(shown.heading):
        return in_currency(case, given, case.company.currency)
    if not _is_worked_out(shown.measure, case.metrics):
        return ABSENT
    currency = case.company.currency
    metric, other = (amount_in(case, case.metrics[name], currency) for name in shown.measure.metrics)
    return worked_out(shown.measure, metric, other)


def worked_out(measure: Measure, metric: Expression, other: Expression) -> Expression:
    """A margin, or growth, from two figures; n.m. where what it is compared with is not above 0."""
    if measure.growth_from:
        native = metric / other - 1
        return IF(other > 0, Call(growth_rate, {"current": metric, "prior": other}, native=native), NOT_MEANINGFUL)
    return IF(other > 0, metric / other, NOT_MEANINGFUL)


def used(shown: Shown) -> Expression:
    """The measure of a peer that is included."""
    value = ref(shown.id)
    return IF(AND(equal(ref("included"), "yes"), ISNUMBER(value)), value, ABSENT)


def statistics(shown: Shown) -> list[Content]:
    """Number of peers with and without the measure, and its statistics in the order of those of multiples."""
    column, there = ref(shown.used), ref("peers.included")
    left_out = COUNTIF(there, "yes") + COUNTIF(there, "no") - COUNT(column)
    return [COUNT(column), left_out, *(statistic(name, column) for name in STATISTICS)]


def statistic(name: str, column: Expression) -> Content:
    """A statistic of a measure; n.m. where no peer has it. A rate has no harmonic mean."""
    match name:
        case "harmonic":
            return ABSENT
        case "q1" | "q3":
            found = QUARTILE_INC(column, int(name[1]))
        case _:
            found = {"min": MIN, "median": MEDIAN, "mean": AVERAGE, "max": MAX}[name](column)
    return IF(COUNT(column) > 0, found, NOT_MEANINGFUL)
