"""The formulas of Comparables that peers alone have: their own multiples, outliers, tiers, the value on each peer."""

from valuation.multiples import multiple, peer_outliers
from workbooks.case.model import Case, Comparables, Peer
from workbooks.case.peer_values import has_enterprise_value, has_value
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import (
    IF,
    ISNUMBER,
    OR,
)
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.comparables import peers_formulas as peers
from workbooks.sheets.comparables.peers_formulas import PEERS
from workbooks.sheets.money import amount_in, figure, in_currency
from workbooks.sheets.multiples.sample import Ratio


def growth(peer: Peer) -> Content:
    """The growth of a peer, where it is known."""
    return Link(figure(peer.growth)) if peer.growth else ABSENT


def own(case: Case, section: Comparables, ratio: Ratio) -> list[Content]:
    """Multiple of every peer: as published, else calculated."""
    return [_own(case, peer, ratio) for peer in section.peers]


def _own(case: Case, peer: Peer, ratio: Ratio) -> Content:
    if peers.is_not_meaningful(peer, ratio):
        return NOT_MEANINGFUL
    if given := peers.published(peer, ratio):
        return in_currency(case, given, case.company.currency)
    valued = has_enterprise_value(peer) if ratio.enterprise else has_value(peer)
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
    """Value of the company at the multiple of one peer; n.m. for a loss."""
    by, own = ref(ratio.id), amount_in(case, ratio.own, case.company.currency)
    return IF(ISNUMBER(by), IF(own > 0, own * by, NOT_MEANINGFUL), ABSENT)
