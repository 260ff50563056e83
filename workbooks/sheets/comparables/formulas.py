"""The workings of Comparables: the peers' multiples, their statistics, and what these make of the subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from valuation.multiples import implied_value, multiple, peer_multiple, peer_outliers
from workbooks.case.model import Case, Comparables, Peer
from workbooks.declarations.sheet import (
    ABSENT,
    NOT_MEANINGFUL,
    Call,
    Content,
    Formula,
    Input,
    Link,
    Reference,
    Values,
    Word,
)
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


def used(ratio: Ratio) -> Formula:
    """The multiple of a peer that counts; a loss is n.m."""

    def counted(value: Values) -> list[object]:
        counts = [switched == "yes" for switched in value("included")]
        return [
            ABSENT if not counted or np.isnan(own) else float(own) if own > 0 else NOT_MEANINGFUL
            for counted, own in zip(counts, value(ratio.id), strict=True)
        ]

    own = f"{{{ratio.id}}}"
    return Formula(
        f'IF(AND({{included}}="yes",ISNUMBER({own})),IF({own}>0,{own},"{NOT_MEANINGFUL}"),"{ABSENT}")', counted
    )


def outlier(ratio: Ratio) -> Formula:
    """Whether the multiple that counts lies outside Tukey's fences."""
    column = f"peers.{ratio.id}_used"
    q1, q3 = (f"{{{statistic(ratio, quartile)}}}" for quartile in ("q1", "q3"))
    fence = f"{{inputs.fence}}*({q3}-{q1})"
    own = f"{{{ratio.id}_used}}"
    text = f'IF(ISNUMBER({own}),IF(OR({own}<{q1}-{fence},{own}>{q3}+{fence}),"outlier","{ABSENT}"),"{ABSENT}")'
    return Formula(text, lambda v: np.where(peer_outliers(v(column), v("inputs.fence")), "outlier", ABSENT))


def implied_by(section: Comparables, ratio: Ratio) -> Formula:
    """What the subject would be worth on the multiple of one peer alone."""
    metric, own = figure(getattr(section, ratio.metric)), ratio.id

    def implied(value: Values) -> list[object]:
        values = implied_value(value(metric), value(own))
        return [ABSENT if np.isnan(each) else each for each in np.atleast_1d(values).tolist()]

    return Formula(f'IF(ISNUMBER({{{own}}}),{{{metric}}}*{{{own}}},"{ABSENT}")', implied)


def statistic(ratio: Ratio, name: str) -> Reference:
    """The reference of a statistic of a multiple."""
    return f"statistics.{ratio.id}_{name}"


def statistics(ratio: Ratio) -> list[Content]:
    """How many peers have the multiple, how many not, and every statistic of those that do."""
    column = f"peers.{ratio.id}_used"

    def count(text: str, *, numbers: bool) -> Formula:
        return Formula(text, lambda v: float((np.isfinite(v(column)) == numbers).sum()))

    return [
        count(f"COUNT({{{column}}})", numbers=True),
        count(f"COUNTA({{peers.included}})-COUNT({{{column}}})", numbers=False),
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
        native=f"INDEX({{statistics.{ratio.id}}},MATCH({{comparables.statistic}},{{statistics.label}},0))",
    )


def implied(metric: Reference, by: Reference) -> Call:
    """What the subject's metric is worth on a multiple; n.m. where there is none."""
    return Call(implied_value, {"metric": metric, "multiple": by}, needs=(by,))


def each_counts(section: Comparables) -> Formula:
    """Whether every multiple has a peer left: a method without one is n.m."""
    counts = [statistic(ratio, "count") for ratio in ratios(section)]
    text = ",".join(f"{{{count}}}>0" for count in counts)
    return Formula(f"AND({text})", lambda v: bool(all(v(count) > 0 for count in counts)))
