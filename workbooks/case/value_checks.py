"""Checks of the sections from enterprise value to value per share: bridge, multiples, cash flows, conclusion."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from workbooks.case.capital import Capital
from workbooks.case.cash_flow_checks import cash_flow_misfits
from workbooks.case.cash_flows import Dcf
from workbooks.case.cohorts import Cohorts
from workbooks.case.known import Known, Misfits, Rules
from workbooks.case.metric_kinds import BEFORE_INTEREST, kind_of, metric_name, metrics_by_kind
from workbooks.case.model import Comparables, Conclusion, Part, Peer, Premium, Scenarios, Segments
from workbooks.case.multiples import Multiple, Transaction, Transactions, transaction_methods
from workbooks.case.peer_checks import TOTALS, kinds, peer_misfits, usual_misfits
from workbooks.case.peer_values import BORROWED, CLAIMS, USUAL
from workbooks.case.quantity import DEPOSITARY, Quantity
from workbooks.case.shape import as_table, nearest, shown

METHODS: Final = ("segments", "dcf", "users", "cohorts", "scenarios", "premium", "funding", "holdings")
OTHER_CLAIMS: Final = (*(key for key in CLAIMS if key not in BORROWED), "other")
BRIDGE: Final = ("debt", "leases", "pensions", "cash")
DECEMBER: Final = 12
SAME: Final = 1e-9
PENCE: Final = (50, 200)  # ratio of a price in pence read as pounds, with a margin for price movements


def _capital(section: Capital, known: Known) -> Misfits:
    parts = [key for key in ("debt", "cash") if getattr(section, key)]
    if section.net_debt and parts:
        yield ("net_debt",), f"is given beside {' and '.join(parts)}: expected either net_debt, or debt and cash"
    for keys in (("price", "market_value", "last_round"), ("shares", "basic_shares")):
        given = [key for key in keys if getattr(section, key)]
        if len(given) > 1:
            yield (given[1],), f"is given beside {given[0]}: expected one of them"
    diluting = [key for key in ("restricted", "options", "convertibles") if getattr(section, key)]
    if section.shares and diluting:
        yield (diluting[0],), "is given beside shares, which are diluted already: expected basic_shares"
    if diluting and not section.shares and not section.basic_shares:
        yield ("basic_shares",), f"is missing: {' and '.join(diluting)} add to it"
    yield from _price(section, known)


def _price(section: Capital, known: Known) -> Misfits:
    for key in ("price", "shares", "basic_shares", "ads_ratio", "market_value"):
        if known.whole(getattr(section, key)) == 0:
            yield (key,), "is 0: expected a number above 0, or no line at all where it is not known"
    if section.ads_ratio and not section.price:
        yield ("ads_ratio",), "expected a price, which is that of one depositary share"
    of = known.quantities.get(section.price or "")
    if of and of.noun in DEPOSITARY and not section.ads_ratio:
        yield ("ads_ratio",), f"is missing: how many ordinary shares one {of.noun} is, whose price is given"
    if known.table("segments").get("shares") and section.has_shares:
        yield ("shares" if section.shares else "basic_shares",), "is given beside shares of [segments]: expected one"
    given = next((key for key in ("price", "market_value", "last_round") if getattr(section, key)), "")
    if given and known.table("company").get("price"):
        yield (given,), "is given beside price of [company]: expected one of them"


def _multiples(multiples: tuple[Multiple, ...], known: Known) -> Misfits:
    metrics = known.table("metrics")
    for row, multiple in enumerate(multiples):
        if multiple.metric_key not in metrics:
            hint = nearest(multiple.metric_key, metrics)
            message = f"{shown(multiple.metric_key)} is not among the company's [metrics]{hint}"
            yield ("multiples", row, "metric"), message
        says = basis(multiple.name)
        if says and says != multiple.of:
            yield ("multiples", row, "of"), f"'{multiple.of}', but {shown(multiple.name)} is a multiple of {says} value"
        own = known.own(multiple.metric_key)
        if own and own.kind not in TOTALS:
            message = f"{shown(multiple.metric_key)} is in `{own.unit}`: expected a total, such as net profit or users"
            yield ("multiples", row, "metric"), message
        if multiple.of == "enterprise" and not _has_bridge(known):
            yield ("multiples", row, "of"), f"'enterprise': {_NO_BRIDGE}"


_NO_BRIDGE: Final = "without a bridge its value is not the equity: expected [capital] with net_debt, or debt and cash"

_UNSAID: Final = (
    "is missing, and [capital] gives claims on enterprise value: expected 'enterprise', from which they are taken off, "
    "or 'equity'"
)


def basis(name: str) -> str:
    """Whether a multiple is of enterprise or equity value, by its usual name; "" where the name does not tell.

    Examples
    --------
    >>> basis("EV/EBITDA 2015E"), basis("P/E"), basis("Growth")
    ('enterprise', 'equity', '')
    """
    start = name.replace(" ", "").upper()
    if start.startswith(("EV/", "企业价值/")):
        return "enterprise"
    return "equity" if start.startswith(("P/", "市盈率", "市净率", "市销率")) else ""


def _has_bridge(known: Known) -> bool:
    return any(key in known.table("capital") for key in ("net_debt", *BRIDGE))


def _comparables(section: Comparables, known: Known) -> Misfits:
    yield from _multiples(section.multiples, known)
    if not section.peers and not section.table:
        yield ("peers",), "expected at least 1, or a table"
    yield from _own_multiples("peers", section.peers, section.multiples)
    yield from usual_misfits(section)
    if section.ebitda and not section.multiples and not _has_bridge(known):
        yield ("ebitda",), f"gives enterprise value: {_NO_BRIDGE}"
    year_end = known.table("company").get("year_end")
    year_end = year_end if isinstance(year_end, int) else DECEMBER
    yield from peer_misfits(section, known.table("metrics"), year_end, known.cell)
    yield from kinds(section, _own_quantities(known), known.quantities)
    for row, peer in enumerate(section.peers):
        if peer.net_debt and (peer.debt or peer.cash):
            yield ("peers", row, "net_debt"), "is given beside debt or cash: expected either"
        price, shares, value = (known.whole(key) for key in (peer.price, peer.shares, peer.market_value))
        if price and shares and value and PENCE[0] < price * shares / value < PENCE[1]:
            message = "times the shares is some 100 times the market value: if it is in pence, write '212p'"
            yield ("peers", row, "price"), message


def _own_quantities(known: Known) -> dict[str, Quantity]:
    """Parsed units of the company's own figures."""
    return {name: of for name in known.table("metrics") if (of := known.own(name))}


def _transactions(section: Transactions, known: Known) -> Misfits:
    yield from _multiples(section.multiples, known)
    if not section.deals and not section.table:
        yield ("deals",), "expected at least 1, or a table"
    yield from _own_multiples("deals", section.deals, section.multiples)
    yield from kinds(section, _own_quantities(known), known.quantities)


def _own_multiples(key: str, companies: Sequence[Peer | Transaction], multiples: Sequence[Multiple]) -> Misfits:
    """Multiples of a peer or a deal that the section does not use, so that their figures would have no effect."""
    names = [multiple.name for multiple in multiples]
    for row, company in enumerate(companies):
        for name in company.multiples:
            if name not in names:
                yield (key, row, "multiples", name), f"is not a multiple of this section{nearest(name, names)}"
        for at, name in enumerate(company.not_meaningful):
            if names and name not in names:
                message = f"{shown(name)} is not a multiple of this section{nearest(name, names)}"
                yield (key, row, "not_meaningful", at), message
            elif name in company.multiples:
                yield (
                    (key, row, "not_meaningful", at),
                    f"{shown(name)} is a figure under multiples too: expected one",
                )


def _segments(section: Segments, known: Known) -> Misfits:
    given = known.table("capital")
    left_out = [key for key in OTHER_CLAIMS if given.get(key) and known.numbers.get(str(given[key])) != 0]
    undecided = [] if section.net_debt or "of" in known.table("segments") else _undecided(section, known)
    if undecided:
        yield ("of",), undecided[0]
    if section.net_debt and left_out:
        said = f"takes off less than the bridge of the other methods, without {' and '.join(left_out)} of [capital]"
        yield ("net_debt",), f"{said}: expected of = 'enterprise' in its place"
    if section.net_debt and not _is_net_debt(section.net_debt, known):
        yield ("net_debt",), "is not the net debt of [capital]: expected the same, or only one of the two"
    modelled = known.table("dcf").get("part", "")
    bases = _bases(section)
    for row, part in enumerate(section.parts):
        if part.method == "dcf" and part.name != modelled:
            yield ("parts", row, "method"), f"'dcf': expected [dcf] with part = '{part.name}'"
        for end, message in _ends(part, known):
            yield ("parts", row, end), message
    yield from _own_debt(section, known)
    unlike = _footing(section) if section.group else ""
    if unlike:
        yield ("group",), f"is held against the metrics of the parts together: {unlike}; leave group out"
    if min(bases.values()) >= 0:
        first, second = sorted(bases.items(), key=lambda each: each[1])
        message = (
            f"is on a multiple of {second[0]} value, and {section.parts[first[1]].name}, part {first[1] + 1}, "
            f"on one of {first[0]} value: expected one basis, since debt would count in one and not in the other"
        )
        yield ("parts", second[1]), message
    if bases["enterprise"] >= 0 and not section.net_debt and section.bridge is not False and not _has_bridge(known):
        yield (
            ("of",) if section.of == "enterprise" else ("parts", bases["enterprise"], "of"),
            f"'enterprise': {_NO_BRIDGE}",
        )


def _is_net_debt(figure: str, known: Known) -> bool:
    """Whether a figure is the net debt under [capital], as far as that is known and in the same currency."""
    given = {key: str(known.table("capital")[key]) for key in BORROWED if known.table("capital").get(key)}
    amounts = {key: known.whole(each) for key, each in given.items()}
    own = known.whole(figure)
    if not given or own is None or None in amounts.values():
        return True
    if any(_currency(each, known) != _currency(figure, known) for each in given.values()):
        return True
    net_debt = sum((amount or 0) * (-1 if key == "cash" else 1) for key, amount in amounts.items())
    return math.isclose(own, net_debt, rel_tol=SAME)


def _bases(section: Segments) -> dict[str, int]:
    """The first part on a multiple of enterprise and of equity value; one whose own debt is taken off fits both."""
    bases = {"enterprise": -1, "equity": -1}
    for row, part in enumerate(section.parts):
        basis = part.of or section.of
        if part.method == "multiple" and not part.net_debt and bases[basis] < 0:
            bases[basis] = row
    return bases


def _own_debt(section: Segments, known: Known) -> Misfits:
    """Net debt of parts whose value is of equity already, and claims of the company that all parts may bear already."""
    for row, part in enumerate(section.parts):
        of = part.of or ("equity" if part.method == "market" else section.of)
        if part.net_debt and of == "equity" and part.method in {"multiple", "market"}:
            what = "a multiple of equity value" if part.method == "multiple" else "market value"
            yield ("parts", row, "net_debt"), f"would be taken off {what}: expected of = 'enterprise' of this part too"
    own = [part for part in section.parts if part.net_debt]
    bear = all(
        part.method == "multiple" and (part.net_debt or (part.of or section.of) == "equity") for part in section.parts
    )
    if own and bear and section.bridge is None and not section.net_debt and _has_bridge(known):
        said = "is missing, and the parts bear their debt themselves"
        yield ("bridge",), f"{said}: expected true where the claims of [capital] come on top, false where they do not"


def _undecided(section: Segments, known: Known) -> list[str]:
    """Why the parts must say whether their multiples are of enterprise or equity value; empty where they need not."""
    parts = [part for part in section.parts if part.method == "multiple" and not (part.of or part.net_debt)]
    for part in parts:
        if kind_of(metric_name(section, part)) in BEFORE_INTEREST:
            said = f"{shown(part.name)} is on {metric_name(section, part)}, a metric before interest"
            return [f"is missing, and {said}: expected of = 'enterprise', or 'equity' where debt is taken off already"]
    if parts and section.bridge is None and _has_bridge(known):
        return [_UNSAID]
    return []


def _ends(part: Part, known: Known) -> Iterator[tuple[str, str]]:
    """A low above the given value or a high below it; for a cost reversed."""
    base = known.whole(part.value)
    for end, which, sign in (("value_low", "most", 1), ("value_high", "least", -1)):
        name = getattr(part, end)
        given = known.whole(name)
        if base is None or given is None or known.quantities[part.value or ""].currency != _currency(name, known):
            continue
        if sign * given > sign * base:
            unit = known.quantities[name].unit
            value = f"{known.numbers[part.value or '']:g} {known.quantities[part.value or ''].unit}"
            yield end, f"{shown(name)} is {known.numbers[name]:g} {unit}: expected at {which} the value, {value}"


def _currency(name: str, known: Known) -> str:
    return known.quantities[name].currency


def _footing(section: Segments) -> str:
    """Why the metrics of the parts cannot be added up and compared with that of the group; "" where they can."""
    for part in section.parts:
        if part.method != "multiple":
            return f"{shown(part.name)} is valued by {part.method}, and its amount is not a metric"
    first, *others = [f"{part.name} on {metric_name(section, part)}" for part in metrics_by_kind(section).values()] or [
        ""
    ]
    return f"{first}, and {others[0]}, do not add up" if others else ""


def _dcf(section: Dcf, known: Known) -> Misfits:
    yield from cash_flow_misfits(section, known)
    if not section.part and not _has_bridge(known):
        yield (), f"gives enterprise value: {_NO_BRIDGE}"


def _scenarios(section: Scenarios, known: Known) -> Misfits:
    yield from _of_multiples(section.of, "scenarios", known)
    for row, scenario in enumerate(section.cases):
        if scenario.segments != "base" and "segments" not in known.raw:
            yield ("cases", row, "segments"), f"'{scenario.segments}': expected [segments], whose multiples it selects"
        mixed = zip(scenario.mix, scenario.margins, strict=False)
        numbers = [(known.numbers.get(share), known.numbers.get(margin)) for share, margin in mixed]
        net = sum(share * margin for share, margin in numbers if share is not None and margin is not None)
        if scenario.basis == "earnings" and net < 0:
            loss = f"give a net margin of {net:.1%}, and a multiple of earnings has no value of a loss"
            yield ("cases", row, "margins"), f"{loss}: expected basis = 'revenue', or margins that give a profit"


def _premium(section: Premium, known: Known) -> Misfits:
    yield from _of_multiples(section.of, "premium", known)


def _of_multiples(of: str, key: str, known: Known) -> Misfits:
    """What is wrong with what the multiples of a section are of."""
    if "of" not in known.table(key) and _has_bridge(known):
        yield ("of",), _UNSAID
    if of == "enterprise" and not _has_bridge(known):
        yield ("of",), f"'enterprise': {_NO_BRIDGE}"


def _cohorts(section: Cohorts, known: Known) -> Misfits:
    if section.of == "enterprise" and not _has_bridge(known):
        yield (), f"gives enterprise value: {_NO_BRIDGE}; or of = 'equity'"


def _conclusion(section: Conclusion, known: Known) -> Misfits:
    part = "dcf" if known.table("dcf").get("part") else ""  # its cash flows are in the sum of the parts
    methods: list[str] = [method for method in METHODS if method in known.raw and method != part]
    peers, deals = (known.names(key, "multiples") for key in ("comparables", "transactions"))
    paid = transaction_methods(deals, peers)
    methods += [*peers, *paid]
    # Names of methods as `steelyard value` and the workbook show them.
    shown = {f"Peers, {name}": name for name in peers} | dict(
        zip((f"Transactions, {name}" for name in deals), paid, strict=True)
    )
    usual = known.table("comparables")
    if not usual.get("multiples"):
        methods += [name for _, name, metric, _ in USUAL if metric in usual]
    for name in section.weights:
        if name not in methods:
            wanted = f"expected one of {', '.join(map(repr, methods))}" if methods else "the case has no method"
            meant = f"; write {shown[name]!r}" if name in shown else nearest(name, methods)
            yield ("weights", name), f"is not a method of this case{meant}; {wanted}"
    weights = [known.numbers.get(figure) for figure in section.weights.values()]
    if weights and all(weight == 0 for weight in weights):
        yield ("weights",), "are all 0: expected at least one above 0"


def reference_misfits(known: Known) -> Misfits:
    """Ranges of others whose low is above their high; in two currencies it is a matter of the rate."""
    rows = known.raw.get("references")
    for row, given in enumerate(rows if isinstance(rows, tuple) else ()):
        low, high = (str(as_table(given).get(end, "")) for end in ("low", "high"))
        least, most = known.whole(low), known.whole(high)
        if least is not None and most is not None and least > most and _currency(low, known) == _currency(high, known):
            yield ("references", row, "low"), "is above high: expected the lower end of the range"


VALUE_RULES: Final[Rules] = {
    "capital": (Capital, _capital),
    "comparables": (Comparables, _comparables),
    "transactions": (Transactions, _transactions),
    "segments": (Segments, _segments),
    "dcf": (Dcf, _dcf),
    "cohorts": (Cohorts, _cohorts),
    "scenarios": (Scenarios, _scenarios),
    "premium": (Premium, _premium),
    "conclusion": (Conclusion, _conclusion),
}
