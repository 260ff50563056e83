"""The formulas of Comparables: the peers' multiples, their statistics, and what these make of the company."""

from collections.abc import Callable
from typing import Final

from valuation.multiples import implied_value, multiple, peer_multiple, peer_outliers
from workbooks.case.model import Case, Comparables, Peer
from workbooks.declarations.calls import Argument, Call, Word
from workbooks.declarations.excel_functions import (
    AND,
    AVERAGE,
    COUNT,
    COUNTA,
    IF,
    INDEX,
    ISNUMBER,
    MATCH,
    MAX,
    MEDIAN,
    MIN,
    OR,
)
from workbooks.declarations.expressions import array, equal, ref
from workbooks.declarations.sheet import Content, Input, Link
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.comparables import peers_formulas as peers
from workbooks.sheets.comparables.peers_formulas import Ratio, ratios
from workbooks.sheets.money import amount_in, figure

# The statistics as PEER_MULTIPLE takes them, and as people read them.
STATISTICS: Final = {
    "min": "Minimum",
    "q1": "1st quartile",
    "median": "Median",
    "mean": "Mean",
    "harmonic": "Harmonic mean",
    "q3": "3rd quartile",
    "max": "Maximum",
}
OF_TIERS: Final[dict[str, Callable[..., Expression]]] = {
    "Minimum": MIN,
    "Median": MEDIAN,
    "Mean": AVERAGE,
    "Maximum": MAX,
}


def switch(peer: Peer) -> Input:
    """Whether a peer is included, for the reader to change."""
    return Input("yes" if peer.included else "no", ("yes", "no"))


def growth(peer: Peer) -> Content:
    """The growth of a peer, where it is known."""
    return Link(figure(peer.growth)) if peer.growth else ABSENT


def own(section: Comparables, ratio: Ratio) -> list[Content]:
    """The multiple of every peer: as published, else worked out."""
    return [_own(peer, ratio) for peer in section.peers]


def _own(peer: Peer, ratio: Ratio) -> Content:
    if peers.is_not_meaningful(peer, ratio):
        return NOT_MEANINGFUL
    if given := peers.published(peer, ratio):
        return Link(figure(given))
    valued = peers.has_enterprise_value(peer) if ratio.enterprise else peers.has_value(peer)
    if not valued or not peers.metric(peer, ratio.metric_name):
        return ABSENT
    return Call(multiple, {"value": "ev" if ratio.enterprise else "value", "metric": ratio.metric})


def used(ratio: Ratio) -> Expression:
    """The multiple of a peer that is included; a loss is n.m."""
    own = ref(ratio.id)
    counts = AND(equal(ref("included"), "yes"), ISNUMBER(own))
    return IF(counts, IF(own > 0, own, NOT_MEANINGFUL), ABSENT)


def outlier(ratio: Ratio) -> Expression:
    """Whether the multiple that is included lies outside Tukey's fences."""
    own, fence = ref(f"{ratio.id}_used"), ref("inputs.fence")
    q1, q3 = (ref(statistic(ratio, quartile)) for quartile in ("q1", "q3"))
    width = fence * (q3 - q1)
    outside = OR(own < q1 - width, own > q3 + width)
    outliers = Call(
        peer_outliers, {"multiples": ref(f"peers.{ratio.id}_used"), "fence": "inputs.fence"}, native=outside
    )
    return IF(ISNUMBER(own), IF(outliers, "outlier", ABSENT), ABSENT)


def implied_by(case: Case, ratio: Ratio) -> Expression:
    """What the company would be worth on the multiple of one peer alone."""
    own = ref(ratio.id)
    return IF(ISNUMBER(own), amount_in(case, ratio.own, case.company.currency) * own, ABSENT)


def statistic(ratio: Ratio, name: str) -> Reference:
    """The reference of a statistic of a multiple."""
    return f"statistics.{ratio.id}_{name}"


def statistics(ratio: Ratio) -> list[Content]:
    """How many peers have the multiple, how many not, and every statistic of those that do."""
    column = ref(f"peers.{ratio.id}_used")
    return [
        COUNT(column),
        COUNTA(ref("peers.included")) - COUNT(column),
        *(Call(peer_multiple, {"multiples": column, "statistic": Word(name)}) for name in STATISTICS),
    ]


def of_tier(section: Comparables, ratio: Ratio, tier: str, name: str) -> Expression:
    """A statistic of the peers of one tier; n.m. where none has the multiple."""
    places = [place for place, peer in enumerate(section.peers, start=1) if peer.tier == tier]
    cells = [ref(f"peers.{ratio.id}_used[{place}]") for place in places]
    if name == "Count":
        return COUNT(*cells)
    return IF(COUNT(*cells) > 0, OF_TIERS[name](*cells), NOT_MEANINGFUL)


def tiers(section: Comparables) -> list[str]:
    """The tiers of the peers, in their order; none where all are of one."""
    found = [*dict.fromkeys(peer.tier for peer in section.peers if peer.tier)]
    return found if len(found) > 1 else []


def chosen(name: str) -> Input:
    """A statistic, for the reader to change."""
    return Input(STATISTICS[name], tuple(STATISTICS.values()))


def key(chosen: Reference) -> Expression:
    """A chosen statistic as PEER_MULTIPLE takes it."""
    return INDEX(array(*STATISTICS), MATCH(ref(chosen), array(*STATISTICS.values())))


def selected(ratio: Ratio, end: str = "") -> Call:
    """The multiple by a statistic that is chosen: the selected one, or that of the low or the high."""
    chosen = f"comparables.{end}statistic"
    arguments: dict[str, Argument] = {"multiples": f"peers.{ratio.id}_used", "statistic": f"{chosen}_key"}
    native = INDEX(ref(f"statistics.{ratio.id}"), MATCH(ref(chosen), ref("statistics.label")))
    return Call(peer_multiple, arguments, native=native)


def metric(case: Case, ratio: Ratio) -> Expression:
    """The company's own metric; a multiple of a loss is n.m."""
    own = amount_in(case, ratio.own, case.company.currency)
    return IF(own > 0, own, NOT_MEANINGFUL)


def implied(ratio: Ratio, end: str = "") -> Call:
    """What the company's metric is worth on a multiple; n.m. where there is none, and of a loss."""
    of, by = f"comparables.{ratio.id}_metric", f"comparables.{ratio.id}_{end}multiple"
    return Call(implied_value, {"metric": of, "multiple": by}, needs=(of, by))


def each_counts(case: Case) -> Expression:
    """Whether every multiple has a peer left: a method without one is n.m."""
    return AND(*(ref(statistic(ratio, "count")) > 0 for ratio in ratios(case)))


def ordered(ratio: Ratio) -> Expression:
    """Whether low, selected and high are in order; what is n.m. is in no order that could be wrong."""
    low, base, high = (ref(f"comparables.{ratio.id}_{end}") for end in ("low", "base", "high"))
    return IF(ISNUMBER(base), AND(low <= base, base <= high), True)  # noqa: FBT003 - a flag of Excel's
