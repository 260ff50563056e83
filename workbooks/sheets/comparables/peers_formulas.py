"""What is known of a peer: its value, its bridge, its figures and multiples, under the keys that the case has."""

from typing import Final

from workbooks.case.inline import slug
from workbooks.case.model import Case, Comparables, Peer
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import ABSENT
from workbooks.sheets.capital import bridge as company
from workbooks.sheets.money import converted, currency_of, figure, in_currency
from workbooks.sheets.multiples.sample import Ratio, Sample

# The multiples of a case that names none: their keys, and what each is of.
USUAL: Final = (
    ("ps", "P/S", "revenue", "Revenue"),
    ("pe", "P/E", "net_profit", "Net profit"),
    ("ev_ebitda", "EV/EBITDA", "ebitda", "EBITDA"),
)
TAKEN: Final = tuple(name for name, _, sign in company.CLAIMS if sign == company.TAKEN)
ADDED: Final = tuple(name for name, _, sign in company.CLAIMS if sign == company.ADDED)
PEERS: Final = Sample("comparables", "peers", "statistics")


def ratios(case: Case) -> list[Ratio]:
    """The multiples of the case: those that it names, else the usual ones that it has figures for."""
    section = case.comparables
    if section is None:
        return []
    if section.multiples:
        return [
            Ratio(slug(m.name), m.name, m.of == "enterprise", m.metric_key, case.metrics[m.metric_key])
            for m in section.multiples
        ]
    return [
        Ratio(key, heading, key.startswith("ev"), name, own)
        for key, heading, metric, name in USUAL
        if (own := getattr(section, metric)) and any(_has(peer, key, metric) for peer in section.peers)
    ]


def _has(peer: Peer, key: str, metric: str) -> bool:
    return bool(getattr(peer, key) or ((peer.value or peer.market_value) and getattr(peer, metric)))


def published(peer: Peer, ratio: Ratio) -> str | None:
    """The figure of a multiple as published."""
    usual = {heading: getattr(peer, key) for key, heading, _, _ in USUAL}
    return peer.multiples.get(ratio.heading) or usual.get(ratio.heading)


def is_not_meaningful(peer: Peer, ratio: Ratio) -> bool:
    """Whether a multiple is published as n.m."""
    return ratio.heading in peer.not_meaningful


def metric(peer: Peer, name: str) -> str | None:
    """The figure of a metric of the peer."""
    usual = {called: getattr(peer, key) for _, _, key, called in USUAL}
    return peer.metrics.get(name) or usual.get(name)


def metrics(section: Comparables, compared: list[Ratio]) -> list[str]:
    """The names of the peers' own figures that multiples are worked out from."""
    names = dict.fromkeys(ratio.metric_name for ratio in compared)
    return [name for name in names if any(metric(peer, name) for peer in section.peers)]


def has_value(peer: Peer) -> bool:
    """Whether the market value is known."""
    return bool(peer.market_value or peer.value or (peer.price and peer.shares))


def market_value(case: Case, peer: Peer) -> Content:
    """The market value of the equity: as given, else price times shares."""
    local = case.company.currency
    if given := peer.market_value or peer.value:
        return in_currency(case, given, local)
    if peer.price and peer.shares:
        amount = ref(figure(peer.price)) * ref(figure(peer.shares))
        return converted(case, amount, currency_of(case, peer.price), local)
    return ABSENT


def has_bridge(peer: Peer) -> bool:
    """Whether anything is known that leads from market value to enterprise value."""
    return bool(peer.net_debt) or any(getattr(peer, key) for key in (*TAKEN, *ADDED))


def bridge(case: Case, peer: Peer) -> Content:
    """Net debt and the other claims of a peer, in the company's currency."""
    if not has_bridge(peer):
        return ABSENT
    local = case.company.currency

    def amount(key: str) -> Expression:
        given = getattr(peer, key)
        return converted(case, ref(figure(given)), currency_of(case, given), local)

    taken = [amount(key) for key in ("net_debt", *TAKEN) if getattr(peer, key)]
    added = [amount(key) for key in ADDED if getattr(peer, key)]
    first, *others = [*taken, *(-each for each in added)]
    for each in others:
        first = first + each
    return first


def has_enterprise_value(peer: Peer) -> bool:
    """Whether enterprise value is known."""
    return bool(peer.enterprise_value) or (has_value(peer) and has_bridge(peer))


def enterprise_value(case: Case, peer: Peer) -> Content:
    """The enterprise value: as given, else market value and bridge."""
    if peer.enterprise_value:
        return in_currency(case, peer.enterprise_value, case.company.currency)
    return ref("value") + ref("claims") if has_enterprise_value(peer) else ABSENT
