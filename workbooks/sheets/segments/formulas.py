"""The formulas of Segments: the value of each part, their sum, and the bridge to equity."""

from typing import Final

from valuation.bridge import per_share
from valuation.reconcile import foots
from valuation.sotp import segment_value, sotp_value
from workbooks.case.metric_kinds import metrics_by_kind
from workbooks.case.model import Case, Part, Segments
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import AND, CHOOSE, COUNT, IF, MATCH, MAX, NA, SUM, SUMPRODUCT
from workbooks.declarations.expressions import array, equal, grouped, ref
from workbooks.declarations.native_functions import discounted
from workbooks.declarations.sheet import Content, Input, Link
from workbooks.declarations.trees import Expression, Literal, Reference
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.arithmetic import NOTHING, make_whole
from workbooks.sheets.capital.bridge import has_bridge, only_debt
from workbooks.sheets.capital.claims import ALL_CLAIMS, NET_DEBT
from workbooks.sheets.methods import results
from workbooks.sheets.money import amount_in, converted, currency_of, figure, in_currency, number

BOTH: Final = 2  # discounts on one part
CASES: Final = ("low", "base", "high")
VALUES: Final = {"low": "value_low", "base": "value", "high": "value_high", "used": "value_used"}


def selected(case: Case) -> Content:
    """Selected multiples (low, base, high): those of the selected scenario, or selectable without scenarios."""
    return Link("scenarios.selected_segments") if case.scenarios else Input("base", CASES)


WHOLE: Final = Literal(1.0)  # the multiple of an amount, and the stake in a part that nobody else owns
PLACE: Final = MATCH(ref("segments.which"), array(*CASES))
# Cell by cell: a range from low to high would include a column that is inserted between them.
USED: Final = CHOOSE(ref("segments.place"), *map(ref, CASES))
SHARE: Final = ref("value_used") / ref("segments.gross_used")


def amount(case: Case, part: Part) -> Content:
    """Basis of a part's value: its metric, or an amount by another method."""
    local = case.company.currency
    if part.method == "market":
        if part.market_value:
            return in_currency(case, part.market_value, local)
        price = part.price or ""
        return converted(case, ref(figure(part.shares or "")) * ref(figure(price)), currency_of(case, price), local)
    if part.method == "per_user":
        each = part.per_user or ""
        return converted(case, ref(figure(part.users or "")) * ref(figure(each)), currency_of(case, each), local)
    if part.method == "dcf":
        return Link("dcf.enterprise")
    return in_currency(case, (part.metric if part.method == "multiple" else part.value) or "", local)


def discounts(section: Segments) -> bool:
    """Whether any part is taken at a discount: its own, or that on all gross assets."""
    return bool(section.gross_discount) or any(part.discount for part in section.parts)


def stakes(section: Segments) -> bool:
    """Whether any part is owned in part only, or taken at a discount."""
    return discounts(section) or any(part.stake for part in section.parts)


def owned(part: Part) -> Content:
    """The share of a part that the company owns."""
    return Link(figure(part.stake)) if part.stake else WHOLE


def discount(section: Segments, part: Part) -> Content:
    """The discount that a part is taken at: its own, and that on all gross assets."""
    given = [figure(each) for each in (part.discount, section.gross_discount) if each]
    if len(given) < BOTH:
        return Link(given[0]) if given else NOTHING
    return 1 - grouped(1 - ref(given[0])) * grouped(1 - ref(given[1]))


def interests(section: Segments) -> list[Content]:
    """The share of each part that counts: what the company owns, less the discounts."""
    less = ref("owned") * grouped(1 - ref("discount"))
    return [less if discounts(section) else owned(part) for part in section.parts]


def multiples(case: Case, section: Segments, name: str) -> list[Content]:
    """The low, base or high multiple of every part; without one of its own the base counts, of an amount 1."""
    return [_multiple(case, part, name) for part in section.parts]


def _multiple(case: Case, part: Part, name: str) -> Content:
    if part.method == "multiple":
        return Link(figure(getattr(part, name) or part.base or ""))
    if name == "base":
        return WHOLE
    if part.method == "dcf":
        return ref(f"dcf.{name}") / ref("metric")
    given = part.value_low if name == "low" else part.value_high
    return amount_in(case, given, case.company.currency) / ref("metric") if given else WHOLE


def ranges(part: Part) -> bool:
    """Whether a part has a low or a high of its own."""
    return bool(part.low or part.high or part.value_low or part.value_high or part.method == "dcf")


def size(case: Case, part: Part) -> float:
    """Value of a part at its base multiple in local currency, to sort parts by size."""
    local = case.company.currency
    stake = number(case, part.stake) if part.stake else 1.0
    if part.method == "market" and part.market_value:
        return number(case, part.market_value, local) * stake
    if part.method == "market":
        return number(case, part.shares) * number(case, part.price, local) * stake
    if part.method == "per_user":
        return number(case, part.users) * number(case, part.per_user, local) * stake
    if part.method == "dcf":
        return number(case, case.dcf.revenue, local) * stake if case.dcf else 0.0
    if part.method == "multiple":
        return number(case, part.metric, local) * number(case, part.base) * stake
    return number(case, part.value, local) * stake


def value(section: Segments, by: Reference) -> Call:
    """Value of a part at the multiple of a column."""
    stake = {"stake": "stake"} if stakes(section) else {}
    return Call(segment_value, {"metric": "metric", "multiple": by} | stake)


def total(column: Reference) -> Expression:
    """The total of a column of the parts."""
    # SUM ignores texts and would give a partial total, so the result is #N/A unless all filled rows have a number.
    filled = MAX(COUNT(ref("parts.metric")), COUNT(ref("parts.base")))
    return IF(equal(COUNT(ref(column)), filled), SUM(ref(column)), NA())


def gross(section: Segments, by: str, values: str) -> Call:
    """The sum of the parts on the multiples of a column."""
    owned = {"stakes": "parts.stake"} if stakes(section) else {}
    arguments = {"metrics": "parts.metric", "multiples": f"parts.{by}"} | owned
    return Call(sotp_value, arguments, native=total(f"parts.{values}"))


def bridged(case: Case, section: Segments) -> bool:
    """Whether the bridge is taken from the sum of the parts.

    It is where a part is of enterprise value, or an asset of a holding company. Parts on multiples of equity bear their
    own debt.
    """
    if case.capital is None or not has_bridge(case.capital):
        return False
    if section.bridge is not None:
        return section.bridge
    of = [part.of or section.of for part in section.parts]
    return "enterprise" in of or any(part.method != "multiple" for part in section.parts)


def taken(case: Case, section: Segments) -> bool:
    """Whether anything is taken from the sum of the parts before the discount."""
    return bool(section.net_debt) or bridged(case, section) or own_debt(section)


def taken_label(case: Case, section: Segments) -> str:
    """What is taken from the sum of the parts, by its name."""
    return NET_DEBT if only_net_debt(case, section) else ALL_CLAIMS


def only_net_debt(case: Case, section: Segments) -> bool:
    """Whether what is taken is net debt, or net cash that is added, and nothing else."""
    return bool(section.net_debt) or case.capital is None or not bridged(case, section) or only_debt(case.capital)


def own_debt(section: Segments) -> bool:
    """Whether any part has net debt of its own."""
    return any(part.net_debt for part in section.parts)


def net_debt_of(case: Case, part: Part) -> Content:
    """The net debt of a part, of which the company bears its share."""
    return in_currency(case, part.net_debt, case.company.currency) if part.net_debt else 0.0


def net_debt(case: Case, section: Segments) -> Content:
    """Deductions from the sum of the parts: net debt or the bridge, and net debt of parts."""
    whole = taken_together(case, section)
    if own_debt(section):
        own = ref("segments.own_debt")
        return own if whole is None else whole + own
    return whole


def taken_together(case: Case, section: Segments) -> Expression | None:
    """Net debt or the bridge of the whole company; None where neither is taken."""
    if section.net_debt:
        return amount_in(case, section.net_debt, case.company.currency)
    return ref("capital.bridge") if bridged(case, section) else None


def own_debt_together(section: Segments) -> Expression:
    """The company's share of the net debt of its parts."""
    debt = ref("parts.own_debt")
    return SUMPRODUCT(debt * ref("parts.stake")) if stakes(section) else SUM(debt)


def equity(case: Case, section: Segments, by: str, values: str) -> Call:
    """Sum of the parts less the bridge, and less a discount if the result is positive."""
    parts = gross(section, by, values)
    arguments = dict(parts.arguments)
    native: Expression = ref(f"segments.gross_{by}" if by != "base" else "segments.gross")
    if taken(case, section):
        arguments["net_debt"] = "segments.net_debt"
        native = grouped(native - ref("segments.net_debt"))
    if section.discount:
        arguments["discount"] = "segments.discount"
        native = discounted(native, ref("segments.discount"))
    return Call(sotp_value, arguments, native=native)


def a_share(shares: str) -> Call:
    """The selected equity value per share."""
    return Call(per_share, {"equity": "segments.equity_used", "shares": figure(shares)})


def part_per_share(case: Case) -> Expression | None:
    """What each part adds to the value per share: its share of the equity value."""
    cells = results(case)["segments"].get("per_share")
    if cells is None:
        return None
    each = ref("value_used") / ref("segments.equity_used") * ref(cells.base)
    return IF(ref("segments.equity_used") > 0, each, NOT_MEANINGFUL)


def on_multiples(section: Segments) -> bool:
    """Whether any part is valued on a multiple."""
    return any(part.method == "multiple" for part in section.parts)


def summed(section: Segments) -> bool:
    """Whether the metrics of the parts can be summed: all are multiples of one kind of metric, owned as a whole."""
    alike = len(metrics_by_kind(section)) <= 1
    return alike and not stakes(section) and all(part.method == "multiple" for part in section.parts)


def metric_together() -> Expression:
    """The metrics of the parts together."""
    return total("parts.metric")


def implied_multiple(gross: Reference) -> Expression:
    """The multiple of the metrics together that a sum of the parts implies."""
    return ref(gross) / ref("parts_total.metric[1]")


def per_share_together() -> Expression:
    """What all parts add to the value per share, before what is taken from their sum."""
    return IF(ref("segments.equity_used") > 0, SUM(ref("parts.per_share")), NOT_MEANINGFUL)


SHARES: Final = SUM(ref("parts.share"))
NOT_IN_PARTS: Final = ref("segments.group_metric") - ref("segments.parts_metric")
SHARES_SUM: Final = make_whole("parts.share")
_LOW, _BASE, _HIGH = (ref(f"segments.{name}") for name in ("equity_low", "equity", "equity_high"))
ORDERED: Final = AND(_LOW <= _BASE, _BASE <= _HIGH)
FOOTS: Final = Call(foots, {"total": "segments.group_metric", "parts": "parts.metric", "tolerance": "inputs.tolerance"})
