"""The workings of Comparables: the peers' multiples, their statistics, and what these make of the subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from valuation.multiples import implied_value, multiple, peer_multiple, peer_outliers
from workbooks.case.model import Case, Comparables, Peer
from workbooks.declarations.calls import Argument, Call, Word
from workbooks.declarations.excel_functions import (
    AND,
    COUNT,
    COUNTA,
    IF,
    INDEX,
    ISNUMBER,
    MATCH,
    OR,
)
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.sheet import Content, Input, Link
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.money import figure, local

STATISTICS: Final = ("min", "q1", "median", "mean", "harmonic", "q3", "max")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A multiple that peers are compared on: its id, its heading, and the metric under it."""

    id: str
    heading: str
    metric: str


RATIOS: Final = (
    Ratio("ps", "P/S", "revenue"),
    Ratio("pe", "P/E", "net_profit"),
    Ratio("ev_ebitda", "EV/EBITDA", "ebitda"),
)


def ratios(section: Comparables) -> list[Ratio]:
    """The multiples for which the subject has a metric and some peer a multiple."""
    return [
        ratio for ratio in RATIOS if getattr(section, ratio.metric) and any(_has(peer, ratio) for peer in section.peers)
    ]


def _has(peer: Peer, ratio: Ratio) -> bool:
    return bool(getattr(peer, ratio.id) or (peer.value and getattr(peer, ratio.metric)))


def switch(peer: Peer) -> Input:
    """Whether a peer counts, for the reader to change."""
    return Input("yes" if peer.included else "no", ("yes", "no"))


def facts(case: Case, peers: Sequence[Peer], name: str) -> list[Content]:
    """What is known of every peer in the local currency: its value, its revenue."""
    return [local(case, given) if (given := getattr(peer, name)) else ABSENT for peer in peers]


def growth(peer: Peer) -> Content:
    """The growth of a peer, where it is known."""
    return Link(figure(peer.growth)) if peer.growth else ABSENT


def own(peers: Sequence[Peer], ratio: Ratio) -> list[Content]:
    """The multiple of every peer: as published, else worked out."""
    return [_own(peer, ratio) for peer in peers]


def _own(peer: Peer, ratio: Ratio) -> Content:
    published = getattr(peer, ratio.id)
    if published:
        return Link(figure(published))
    return Call(multiple, {"value": "value", "metric": ratio.metric}) if _has(peer, ratio) else ABSENT


def used(ratio: Ratio) -> Expression:
    """The multiple of a peer that counts; a loss is n.m."""
    own = ref(ratio.id)
    counts = AND(equal(ref("included"), "yes"), ISNUMBER(own))
    return IF(counts, IF(own > 0, own, NOT_MEANINGFUL), ABSENT)


def outlier(ratio: Ratio) -> Expression:
    """Whether the multiple that counts lies outside Tukey's fences."""
    own, q1, q3 = ref(f"{ratio.id}_used"), ref(statistic(ratio, "q1")), ref(statistic(ratio, "q3"))
    fence = ref("inputs.fence") * (q3 - q1)
    multiples: dict[str, Argument] = {"multiples": f"peers.{ratio.id}_used", "fence": "inputs.fence"}
    outside = Call(peer_outliers, multiples, native=OR(own < q1 - fence, own > q3 + fence))
    return IF(ISNUMBER(own), IF(outside, "outlier", ABSENT), ABSENT)


def implied_by(section: Comparables, ratio: Ratio) -> Expression:
    """What the subject would be worth on the multiple of one peer alone."""
    metric = figure(getattr(section, ratio.metric))
    return IF(ISNUMBER(ref(ratio.id)), Call(implied_value, {"metric": metric, "multiple": ratio.id}), ABSENT)


def statistic(ratio: Ratio, name: str) -> Reference:
    """The reference of a statistic of a multiple."""
    return f"statistics.{ratio.id}_{name}"


def statistics(ratio: Ratio) -> list[Content]:
    """How many peers have the multiple, how many not, and every statistic of those that do."""
    column = f"peers.{ratio.id}_used"
    return [
        COUNT(ref(column)),
        COUNTA(ref("peers.included")) - COUNT(ref(column)),
        *(Call(peer_multiple, {"multiples": column, "statistic": Word(name)}) for name in STATISTICS),
    ]


def chosen(section: Comparables) -> Input:
    """The statistic that counts, for the reader to change."""
    return Input(section.statistic, STATISTICS)


def in_force(ratio: Ratio) -> Call:
    """The multiple by the statistic that is chosen."""
    return Call(
        peer_multiple,
        {"multiples": f"peers.{ratio.id}_used", "statistic": "comparables.statistic"},
        native=INDEX(ref(f"statistics.{ratio.id}"), MATCH(ref("comparables.statistic"), ref("statistics.label"))),
    )


def implied(metric: Reference, by: Reference) -> Call:
    """What the subject's metric is worth on a multiple; n.m. where there is none."""
    return Call(implied_value, {"metric": metric, "multiple": by}, needs=(by,))


def each_counts(section: Comparables) -> Expression:
    """Whether every multiple has a peer left: a method without one is n.m."""
    return AND(*(ref(statistic(ratio, "count")) > 0 for ratio in ratios(section)))
