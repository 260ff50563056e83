"""The formulas of Comparables that peers alone have: their own multiples, outliers, tiers, the value on each peer."""

from collections.abc import Callable
from typing import Final

from valuation.multiples import multiple, peer_outliers
from workbooks.case.model import Case, Comparables, Peer
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import (
    AVERAGE,
    COUNT,
    IF,
    ISNUMBER,
    MAX,
    MEDIAN,
    MIN,
    OR,
)
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.comparables import peers_formulas as peers
from workbooks.sheets.comparables.peers_formulas import PEERS
from workbooks.sheets.money import amount_in, figure, in_currency
from workbooks.sheets.multiples.sample import Ratio

OF_TIERS: Final[dict[str, Callable[..., Expression]]] = {
    "Minimum": MIN,
    "Median": MEDIAN,
    "Mean": AVERAGE,
    "Maximum": MAX,
}


def growth(peer: Peer) -> Content:
    """The growth of a peer, where it is known."""
    return Link(figure(peer.growth)) if peer.growth else ABSENT


def own(case: Case, section: Comparables, ratio: Ratio) -> list[Content]:
    """The multiple of every peer: as published, else worked out."""
    return [_own(case, peer, ratio) for peer in section.peers]


def _own(case: Case, peer: Peer, ratio: Ratio) -> Content:
    if peers.is_not_meaningful(peer, ratio):
        return NOT_MEANINGFUL
    if given := peers.published(peer, ratio):
        return in_currency(case, given, case.company.currency)
    valued = peers.has_enterprise_value(peer) if ratio.enterprise else peers.has_value(peer)
    if not valued or not peers.metric(peer, ratio.metric_name):
        return ABSENT
    return Call(multiple, {"value": "ev" if ratio.enterprise else "value", "metric": ratio.metric})


def outlier(ratio: Ratio) -> Expression:
    """Whether the multiple that is included lies outside Tukey's fences."""
    own, fence = ref(f"{ratio.id}_used"), ref("inputs.fence")
    q1, q3 = (ref(PEERS.statistic(ratio, quartile)) for quartile in ("q1", "q3"))
    width = fence * (q3 - q1)
    outside = OR(own < q1 - width, own > q3 + width)
    outliers = Call(peer_outliers, {"multiples": ref(PEERS.used(ratio)), "fence": "inputs.fence"}, native=outside)
    return IF(ISNUMBER(own), IF(outliers, "outlier", ABSENT), ABSENT)


def implied_by(case: Case, ratio: Ratio) -> Expression:
    """What the company would be worth on the multiple of one peer alone."""
    own = ref(ratio.id)
    return IF(ISNUMBER(own), amount_in(case, ratio.own, case.company.currency) * own, ABSENT)


def of_tier(section: Comparables, used: Reference, tier: str, name: str) -> Expression:
    """A statistic of the peers of one tier, of a column of those included; n.m. where none of them has a number."""
    places = [place for place, peer in enumerate(section.peers, start=1) if peer.tier == tier]
    cells = [ref(f"{used}[{place}]") for place in places]
    if name == "Count":
        return COUNT(*cells)
    return IF(COUNT(*cells) > 0, OF_TIERS[name](*cells), NOT_MEANINGFUL)


def tiers(section: Comparables) -> list[str]:
    """The tiers of the peers, in their order; none where all are of one."""
    found = [*dict.fromkeys(peer.tier for peer in section.peers if peer.tier)]
    return found if len(found) > 1 else []
