"""Checks of peers: their figures, fiscal years and operating measures."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from valuation.kernel.errors import UnitError
from workbooks.case.known import Misfits
from workbooks.case.model import Comparables, Peer
from workbooks.case.multiples import Measure, Multiple, Transaction, Transactions
from workbooks.case.peer_values import CLAIMS, USERS, USUAL, has_bridge, has_multiple, is_of_enterprise
from workbooks.case.quantity import Quantity, quantity
from workbooks.case.shape import nearest, shown
from workbooks.case.table_words import NAMES
from workbooks.case.year_ends import MONTHS as MONTHS_A_YEAR
from workbooks.case.year_ends import blend, direction, fiscal_year, following, neighbour

Cell: TypeAlias = Callable[[str], str]  # maps the id of a figure to its cell in the file

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
PLAIN: Final = ("rate", "share", "margin", "ratio", "multiple")
TOTALS: Final = ("money", "count")


def peer_misfits(section: Comparables, own: Collection[str], year_end: int, cell: Cell) -> Misfits:
    """Problems in the figures and measures of the peers; `own` are the company's own figures."""
    for row, measure in enumerate(section.measures):
        for key, message in _measure(measure, section.multiples):
            yield ("measures", row, key), message
    used = names(section)
    known = [*used, *(measure.name for measure in section.measures), *own]
    years = {of._replace(year=of.year + step) for name in known if (of := fiscal_year(name)) for step in (-1, 0, 1)}
    for row, peer in enumerate(section.peers):
        if peer.name.strip().casefold() in NAMES:
            yield ("peers", row, "name"), f"{shown(peer.name)} is a heading: expected the name of a company"
        for name in peer.metrics:
            if name not in known and fiscal_year(name) not in years:
                yield (
                    ("peers", row, "metrics", name),
                    f"is not a figure of a multiple or a measure{nearest(name, known)}",
                )
        yield from ((("peers", row, key), message) for key, message in _unread(peer, section, used, cell))
        if section.calendarise:
            yield from ((("peers", row, *loc), message) for loc, message in _years(peer, used, year_end, cell))


def _unread(peer: Peer, section: Comparables, used: Collection[str], cell: Cell) -> Iterator[tuple[str, str]]:
    """Figures typed for a peer that nothing reads; those of a table may be there for other uses."""
    named, own = [multiple.name for multiple in section.multiples], bool(section.multiples)
    reasons = {key: "is the market value, which is given already" for key in ("value",) if peer.market_value}
    for key, multiple, metric, name in USUAL:
        if own and multiple not in named:
            reasons[key] = f"is {multiple}, which is not a multiple of this section: expected it under multiples"
        if own and name not in used:
            reasons[metric] = f"is {name}, of which no multiple or measure is: expected it under metrics, by its name"
    if USERS not in used:
        reasons["users"] = f"is of no effect: expected a multiple or a measure on the metric {USERS!r}"
    for key in ("beta", "tax_rate"):
        reasons[key] = "is of no effect here: expected it under beta_peers of [dcf.wacc]"
    if (
        not has_bridge(peer)
        and not peer.enterprise_value
        and any(multiple.of == "enterprise" for multiple in section.multiples)
    ):
        others = (key for key in CLAIMS if getattr(peer, key))
        reasons |= dict.fromkeys(others, "is given without net debt: expected net_debt too, or debt and cash")
    for key, reason in reasons.items():
        figure = getattr(peer, key)
        if figure and not cell(figure):
            yield key, reason


def usual_misfits(section: Comparables) -> Misfits:
    """Figures of the company for a usual multiple that no peer has, so that they would have no effect."""
    if section.multiples:
        for _, name, metric, _ in USUAL:
            if getattr(section, metric):
                yield (metric,), f"is for {name} where multiples names none: expected it under [metrics]"
        return
    if not section.peers:
        return
    for key, name, metric, _ in USUAL:
        if getattr(section, metric) and not any(has_multiple(peer, key, metric) for peer in section.peers):
            ways = "enterprise_value, or value and net_debt" if is_of_enterprise(key) else "value"
            yield (metric,), f"no peer has what {name} needs: expected of a peer {key}, or {metric} and its {ways}"


def names(section: Comparables) -> list[str]:
    """Names of the figures that the multiples and measures of a section are calculated from."""
    multiples = (multiple.metric_key for multiple in section.multiples)
    return [*dict.fromkeys((*multiples, *(name for measure in section.measures for name in measure.metrics)))]


def _measure(measure: Measure, multiples: Iterable[Multiple]) -> Iterator[tuple[str, str]]:
    by = [key for key in ("over", "growth_from") if getattr(measure, key)]
    if len(by) > 1:
        yield "over", "is given beside growth_from: expected over for a margin, or growth_from for growth"
    if by and not measure.metric:
        yield "metric", f"is missing: {by[0]} is what the metric is compared with"
    if measure.metric and not by:
        yield "metric", "expected over too, what it is divided by, or growth_from, what it has grown from"
    if measure.name in [multiple.name for multiple in multiples]:
        yield "name", f"{shown(measure.name)} is a multiple of this section: expected another name"
    try:
        of = quantity(measure.unit)
    except UnitError as error:
        yield "unit", str(error)
        return
    if measure.metric and of.kind not in PLAIN:
        yield "unit", f"{shown(measure.unit)}: expected rate, ratio or × of a measure that is worked out"


def _years(peer: Peer, used: Collection[str], year_end: int, cell: Cell) -> Misfits:
    """A figure of a peer with another fiscal year end also needs the same figure of the adjacent fiscal year."""
    step = direction(peer.year_end, year_end)
    for name in used if step else ():
        if name not in peer.metrics or fiscal_year(name) is None or neighbour(name, peer.metrics, step):
            continue
        other = following(name, step)
        mixed = blend(name, (other,), peer.year_end, year_end)
        if mixed is None:
            continue
        months = MONTHS_A_YEAR - mixed.months if step > 0 else mixed.months
        place = cell(peer.metrics[name])
        message = (
            f"is of a year that ends in {MONTHS[peer.year_end - 1]}, and the company's ends in "
            f"{MONTHS[year_end - 1]}: expected {shown(other)} too, of which {months} months count; "
            "or calendarise = false under [comparables]"
        )
        yield ("metrics", name), f"{place}: {message}" if place else message


def kinds(section: Comparables | Transactions, own: Mapping[str, Quantity], of: Mapping[str, Quantity]) -> Misfits:
    """Figures of another kind than the company's own, and multiples in money whose metric is not a count."""
    metrics = {multiple.name: multiple.metric_key for multiple in section.multiples}
    companies: Sequence[Peer | Transaction] = section.peers if isinstance(section, Comparables) else section.deals
    key = "peers" if isinstance(section, Comparables) else "deals"
    for row, company in enumerate(companies):
        for name, figure in company.metrics.items():
            ours, theirs = own.get(name), of.get(figure)
            if ours and theirs and ours.kind in TOTALS and theirs.kind != ours.kind:
                message = f"{shown(figure)} is in `{theirs.unit}`: expected what the company's own is, `{ours.unit}`"
                yield (key, row, "metrics", name), message
        for name, figure in company.multiples.items():
            ours, theirs = own.get(metrics.get(name, "")), of.get(figure)
            if ours and theirs and theirs.kind == "money_per" and ours.kind != "count":
                yield (key, row, "multiples", name), f"{shown(figure)} is in `{theirs.unit}`: expected a multiple, ×"
