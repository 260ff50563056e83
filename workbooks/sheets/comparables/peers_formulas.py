"""Data of a peer: value, bridge, figures and multiples, by keys of the case."""

from typing import Final

from valuation.periods import calendarize
from workbooks.case.inline import slug
from workbooks.case.model import Case, Comparables, Peer
from workbooks.case.peer_values import USERS, USUAL, has_bridge, has_enterprise_value, has_multiple, is_of_enterprise
from workbooks.case.year_ends import MONTHS, blend
from workbooks.declarations.calls import Call
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT
from workbooks.sheets.capital import claims as company
from workbooks.sheets.money import amount_in, converted, currency_of, figure, in_currency
from workbooks.sheets.multiples.sample import Ratio, Sample, metric_unit, named

TAKEN: Final = tuple(name for name, _, sign in company.CLAIMS if sign == company.TAKEN)
ADDED: Final = tuple(name for name, _, sign in company.CLAIMS if sign == company.ADDED)
ON_ONE_YEAR: Final = (
    "Figures of peers whose year ends in another month are put on the company's year; multiples as published and "
    "figures of no fiscal year (LTM) stand as given."
)
PEERS: Final = Sample("comparables", "peers", "statistics")


def ratios(case: Case) -> list[Ratio]:
    """Multiples of the case: those that it defines, else the usual ones that it has figures for."""
    section = case.comparables
    if section is None:
        return []
    if section.multiples:
        return [named(case, multiple) for multiple in section.multiples]
    return [
        Ratio(key, heading, is_of_enterprise(key), name, own, metric_unit(case, own))
        for key, heading, metric, name in USUAL
        if (own := getattr(section, metric)) and any(has_multiple(peer, key, metric) for peer in section.peers)
    ]


def published(peer: Peer, ratio: Ratio) -> str | None:
    """The figure of a multiple as published."""
    usual = {heading: getattr(peer, key) for key, heading, _, _ in USUAL}
    return peer.multiples.get(ratio.heading) or usual.get(ratio.heading)


def is_not_meaningful(peer: Peer, ratio: Ratio) -> bool:
    """Whether a multiple is published as n.m."""
    return ratio.heading in peer.not_meaningful


def metric(peer: Peer, name: str) -> str | None:
    """The figure of a metric of the peer."""
    usual = {called: getattr(peer, key) for _, _, key, called in USUAL} | {USERS: peer.users}
    return peer.metrics.get(name) or usual.get(name)


def metrics(case: Case, section: Comparables) -> dict[str, str]:
    """Figures of the peers from which multiples and measures are calculated, with their display units."""
    units = {ratio.metric_name: ratio.metric_unit for ratio in ratios(case)}
    for name in (name for measure in section.measures for name in measure.metrics):
        given = case.metrics.get(name) or next(filter(None, (metric(peer, name) for peer in section.peers)), None)
        if given:
            units.setdefault(name, metric_unit(case, given))
    return {name: unit for name, unit in units.items() if any(metric(peer, name) for peer in section.peers)}


def metric_column(name: str) -> Reference:
    """The column of a figure of the peers."""
    return f"metric_{slug(name)}"


def other_year_end(case: Case, peer: Peer) -> bool:
    """Whether the figures of a peer are put on the company's fiscal year."""
    section = case.comparables
    return section is not None and section.calendarise and peer.year_end != case.company.year_end


def note(of_peers: str, *, calendarised: bool) -> str:
    """What stands under the title of the peers, and what of them is on the company's fiscal year."""
    return Text("{} {}", of_peers, ON_ONE_YEAR) if calendarised else of_peers


def metric_amount(case: Case, peer: Peer, name: str) -> Content:
    """A figure of a peer, of the company's fiscal year where the peer's own ends in another month."""
    given, currency = metric(peer, name), case.company.currency
    if not given:
        return ABSENT
    own = case.company.year_end
    mixed = blend(name, peer.metrics, peer.year_end, own) if other_year_end(case, peer) else None
    if mixed is None:
        return in_currency(case, given, currency)
    first, second = (amount_in(case, peer.metrics[each], currency) for each in (mixed.first, mixed.second))
    months = ref("year_end") - ref("inputs.year_end") + (MONTHS if peer.year_end < own else 0)
    native = (grouped(months) * first + (MONTHS - grouped(months)) * second) / MONTHS
    return Call(calendarize, {"fy0": first, "fy1": second, "year_end_month": months}, native=native)


def market_value(case: Case, peer: Peer) -> Content:
    """The market value of the equity: as given, else price times shares."""
    local = case.company.currency
    if given := peer.market_value or peer.value:
        return in_currency(case, given, local)
    if peer.price and peer.shares:
        amount = ref(figure(peer.price)) * ref(figure(peer.shares))
        return converted(case, amount, currency_of(case, peer.price), local)
    return ABSENT


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


def enterprise_value(case: Case, peer: Peer) -> Content:
    """The enterprise value: as given, else market value and bridge."""
    if peer.enterprise_value:
        return in_currency(case, peer.enterprise_value, case.company.currency)
    return ref("value") + ref("claims") if has_enterprise_value(peer) else ABSENT
