"""The functions of the catalogue as native Excel formulas: trees made from the trees of their arguments.

The one place where a method is said in Excel's words, so that a workbook shows its arithmetic to people without the
add-in. Every build and every test holds the two against each other.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from valuation.kernel.amount_text import money_unit
from workbooks.declarations.excel_functions import (
    ABS,
    AND,
    AVERAGE,
    CHOOSE,
    COUNT,
    HARMEAN,
    IF,
    INDEX,
    ISNUMBER,
    MAX,
    MEDIAN,
    MIN,
    NA,
    PRODUCT,
    QUARTILE_EXC,
    QUARTILE_INC,
    SUM,
    SUMPRODUCT,
)
from workbooks.declarations.expressions import Array, Written, grouped, total
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import NOT_MEANINGFUL

ZERO, ONE = Literal(0.0), Literal(1.0)
DUST: Final = 1e-12  # of the size of the parts: what their floating-point sum may be off by
Vector: TypeAlias = Expression | Sequence[Expression]  # neighbouring cells, or several cells and ranges anywhere


def guarded(needs: Sequence[Expression], formula: Expression) -> Expression:
    """The formula where everything it needs is a number, else n.m."""
    if not needs:
        return formula
    tests = [ISNUMBER(cell) for cell in needs]
    return IF(tests[0] if len(tests) == 1 else AND(*tests), formula, NOT_MEANINGFUL)


def _sum_of_products(*vectors: Vector | None) -> Expression:
    """SUMPRODUCT of ranges; where vectors are in pieces, cells and ranges, the products of the pieces are added."""
    given = [vector for vector in vectors if vector is not None]
    whole = [vector for vector in given if isinstance(vector, Expression)]
    if len(whole) == len(given):
        return SUMPRODUCT(*whole)
    length = max(len(vector) for vector in given if not isinstance(vector, Expression))
    columns = [[vector] * length if isinstance(vector, Expression) else vector for vector in given]
    return grouped(total([_product(term) for term in zip(*columns, strict=True) if ZERO not in term]))


def _product(factors: Sequence[Expression]) -> Expression:
    first, *others = [factor for factor in factors if factor != ONE] or [ONE]
    if any(isinstance(factor, Written) and factor.many for factor in (first, *others)):
        return SUMPRODUCT(first, *others)
    for factor in others:
        first *= factor
    return first


def _listed(vector: Vector) -> Sequence[Expression]:
    return [vector] if isinstance(vector, Expression) else vector


def _multiple(value: Expression, metric: Expression) -> Expression:
    return IF(metric > 0, value / metric, NOT_MEANINGFUL)


def _arpu(revenue: Expression, users: Expression) -> Expression:
    return revenue / users


def _payer_ratio(payers: Expression, users: Expression) -> Expression:
    return payers / users


def _value_per_user(value: Expression, users: Expression) -> Expression:
    return value / users


def _per_share(equity: Expression, shares: Expression) -> Expression:
    return equity / shares


def _convert_amount(
    value: Expression, from_unit: Expression, to_unit: Expression, fx: Expression | None = None
) -> Expression:
    before, after = money_unit(_word(from_unit)), money_unit(_word(to_unit))
    if before.scale != after.scale:
        value = value * before.scale / after.scale
    return value if before.currency == after.currency or fx is None else value / fx


def _word(choice: Expression) -> str:
    if isinstance(choice, Literal) and isinstance(choice.of, str):
        return choice.of
    message = "a native formula depends on this choice: it must be a word and not a reference"
    raise TypeError(message)


def discounted(value: Expression, discount: Expression) -> Expression:
    """A value less a discount; one below zero stays as it is, since a discount cannot make it better."""
    return value * (1 - IF(value > 0, discount, 0))


def _implied_value(metric: Expression, multiple: Expression) -> Expression:
    return metric * multiple


def _either(flag: Expression | None, yes: Expression, no: Expression) -> Expression:
    """What a flag picks: one of the two where it is known, else a formula that asks it."""
    if flag is None:
        return no
    if isinstance(flag, Literal):
        return yes if flag.of else no
    return IF(flag, yes, no)


def _growth_rate(current: Expression, prior: Expression, absolute: Expression | None = None) -> Expression:
    of_size = (current - prior) / ABS(prior)
    return _either(absolute, of_size, IF(prior < 0, NOT_MEANINGFUL, current / prior - 1))


def _project(base: Expression, growth: Expression, years: Expression) -> Expression:
    return base * (1 + growth) ** years


def _segment_value(metric: Expression, multiple: Expression, stake: Expression | None = None) -> Expression:
    value = metric * multiple
    return value if stake is None else value * stake


def _sotp_value(
    metrics: Vector,
    multiples: Vector | None,
    stakes: Vector | None = None,
    net_debt: Expression | None = None,
    discount: Expression | None = None,
    gross_discount: Expression | None = None,
) -> Expression:
    parts = _sum_of_products(metrics, multiples, stakes)
    equity = parts if net_debt is None else grouped(parts - net_debt)
    if discount is None:
        return equity
    assets = discounted(parts, discount)
    return _either(gross_discount, assets if net_debt is None else assets - net_debt, discounted(equity, discount))


def _user_revenue(
    users: Expression, ad_arpu: Expression, payer_ratio: Expression, payer_arpu: Expression
) -> Expression:
    return users * (ad_arpu + payer_ratio * payer_arpu)


def _per_user_value(
    users: Expression,
    ad_arpu: Expression,
    payer_ratio: Expression,
    payer_arpu: Expression,
    multiple: Expression,
    fx: Expression | None = None,
) -> Expression:
    value = _user_revenue(users, ad_arpu, payer_ratio, payer_arpu) * multiple
    return value if fx is None else value / fx


def _attributed_value(total_value: Expression, part: Expression, whole: Expression) -> Expression:
    return IF(whole < 0, NOT_MEANINGFUL, total_value * part / whole)


def _mix_profit(revenue: Expression, mix: Vector, margins: Vector) -> Expression:
    return revenue * _sum_of_products(mix, margins)


def _forward_value(
    revenue: Expression,
    growth: Expression,
    years: Expression,
    multiple: Expression,
    mix: Vector | None = None,
    margins: Vector | None = None,
    discount_rate: Expression | None = None,
) -> Expression:
    value = _project(revenue, growth, years)
    if margins is not None:
        value *= _sum_of_products(mix, margins)
    value *= multiple
    return value if discount_rate is None else _present_value(value, discount_rate, years)


def _present_value(future_value: Expression, rate: Expression, years: Expression) -> Expression:
    return future_value / (1 + rate) ** years


def _scenario_value(values: Vector, probabilities: Vector) -> Expression:
    return _sum_of_products(values, probabilities)


def _scenario_pick(selector: Expression, values: Vector) -> Expression:
    return INDEX(values, selector) if isinstance(values, Expression) else CHOOSE(selector, *values)


def _adjusted_multiple(base_multiple: Expression, premium: Expression) -> Expression:
    return base_multiple * (1 + premium)


def _bracket(value: Expression, floors: Vector, ceilings: Vector) -> Expression:
    floor, ceiling = MAX(*_listed(floors)), MIN(*_listed(ceilings))
    placed = IF(value < floor, "below floor", IF(value > ceiling, "above ceiling", "within"))
    return IF(floor > ceiling, NA(), placed)


def _cagr(first: Expression, last: Expression, years: Expression) -> Expression:
    return IF(MIN(first, last) > 0, (last / first) ** (1 / years) - 1, NOT_MEANINGFUL)


def _step_up(previous: Expression, following: Expression) -> Expression:
    return following / previous


def _post_money(pre_money: Expression, raised: Expression) -> Expression:
    return pre_money + raised


def _round_stake(raised: Expression, post_money: Expression) -> Expression:
    return raised / post_money


def _chain_stake(stakes: Vector) -> Expression:
    return PRODUCT(*_listed(stakes))


def _holdings_value(
    values: Vector, stakes: Vector, discount: Expression | None = None, net_debt: Expression | None = None
) -> Expression:
    value = _sotp_value(values, None, stakes, discount=discount)
    return value if net_debt is None else value - net_debt


def _simple_lifetime_value(
    margin: Expression, retention: Expression, discount_rate: Expression, growth: Expression | None = None
) -> Expression:
    kept = retention if growth is None else retention * (1 + growth)
    return margin / (1 + discount_rate - kept)


def _quality_score(scores: Vector, weights: Vector | None = None) -> Expression:
    if weights is None:
        return (AVERAGE(*_listed(scores)) - 3) / 2
    return (_sum_of_products(scores, weights) / SUM(*_listed(weights)) - 3) / 2


def _quality_premium(score: Expression, maximum: Expression) -> Expression:
    return score * maximum


def _one_array(cells: Sequence[Expression]) -> Expression:
    """Cells that are no neighbours as one array, for functions that take one: IF({1,0,0},B2,IF({0,1,0},B5,B9))."""
    whole = cells[-1]
    for place, cell in reversed(list(enumerate(cells[:-1]))):
        picked = Array(tuple(ONE if at == place else ZERO for at in range(len(cells))))
        whole = IF(picked, cell, whole)
    return whole


STATISTICS: Final[dict[str, Callable[[Expression], Expression]]] = {
    "mean": AVERAGE,
    "median": MEDIAN,
    "harmonic": HARMEAN,
    "min": MIN,
    "max": MAX,
    "q1": lambda multiples: QUARTILE_INC(multiples, 1),
    "q3": lambda multiples: QUARTILE_INC(multiples, 3),
}
EXCLUSIVE: Final[dict[str, Callable[[Expression], Expression]]] = {
    "q1": lambda multiples: QUARTILE_EXC(multiples, 1),
    "q3": lambda multiples: QUARTILE_EXC(multiples, 3),
}


def _peer_multiple(
    multiples: Vector,
    statistic: Expression = Literal("median"),  # noqa: B008 - frozen
    include_negative: Expression | None = None,
    quartile: Expression = Literal("inc"),  # noqa: B008 - frozen
) -> Expression:
    # A column on a sheet says n.m. itself where a multiple is negative; of figures that stand anywhere it is said here.
    if isinstance(multiples, Expression):
        counted, peers = [multiples], multiples
    else:
        counted = [_either(include_negative, cell, IF(cell < 0, NOT_MEANINGFUL, cell)) for cell in multiples]
        peers = _one_array(counted)
    word = _word(statistic)
    read = EXCLUSIVE.get(word) if _word(quartile) == "exc" else None
    return IF(COUNT(*counted) > 0, (read or STATISTICS[word])(peers), NOT_MEANINGFUL)


def _price_to_value(price: Expression, value: Expression) -> Expression:
    return IF(value < 0, NOT_MEANINGFUL, price / value)


def _foots(total: Expression, parts: Vector, tolerance: Expression = Literal(0.005)) -> Expression:  # noqa: B008 - frozen
    cells = _listed(parts)
    # Parts that cancel leave dust of their own size, and not of the size of the total.
    size = MAX(MAX(*cells), -MIN(*cells))
    return ABS(SUM(*cells) - total) <= tolerance * ABS(total) + DUST * size


def _net_debt(debt: Expression, cash: Expression) -> Expression:
    return debt - cash


def _acquisition_cost(spend: Expression, additions: Expression) -> Expression:
    return spend / additions


def _equity_from_ev(
    ev: Expression,
    net_debt: Expression | None = None,
    minorities: Expression | None = None,
    preferred: Expression | None = None,
    associates: Expression | None = None,
    pensions: Expression | None = None,
    other_assets: Expression | None = None,
) -> Expression:
    for item in (net_debt, minorities, preferred, pensions):
        ev = ev if item is None else ev - item
    for item in (associates, other_assets):
        ev = ev if item is None else ev + item
    return ev


def _annualize(part: Expression, prior_part: Expression, prior_full: Expression) -> Expression:
    return IF(MIN(prior_part, prior_full) < 0, NOT_MEANINGFUL, part * prior_full / prior_part)


def _unlevered_beta(
    beta: Expression, debt: Expression, equity: Expression, tax: Expression, debt_beta: Expression | None = None
) -> Expression:
    shielded = (1 - tax) * debt
    business = beta * equity
    return (business if debt_beta is None else business + debt_beta * shielded) / (equity + shielded)


def _relevered_beta(
    asset_beta: Expression, debt: Expression, equity: Expression, tax: Expression, debt_beta: Expression | None = None
) -> Expression:
    spread = asset_beta if debt_beta is None else asset_beta - debt_beta
    return asset_beta + spread * (1 - tax) * debt / equity


def _note_balance(
    principal: Expression, rate: Expression, years: Expression, compounded: Expression | None = None
) -> Expression:
    return _either(compounded, principal * (1 + rate) ** years, principal * (1 + rate * years))


def _anti_dilution_price(
    conversion_price: Expression,
    new_price: Expression,
    new_shares: Expression,
    outstanding: Expression,
    reserved: Expression | None = None,
    protection: Expression = Literal("broad"),  # noqa: B008 - frozen
) -> Expression:
    protected = _word(protection)
    if protected == "ratchet":
        return IF(new_shares > 0, MIN(conversion_price, new_price), conversion_price)
    base = outstanding if reserved is None or protected == "narrow" else grouped(outstanding + reserved)
    average = (base * conversion_price + new_shares * new_price) / (base + new_shares)
    return MIN(conversion_price, average)


def _if_converted_shares(
    basic: Expression, principals: Vector, conversion_prices: Vector, price: Expression
) -> Expression:
    if isinstance(principals, Expression) and isinstance(conversion_prices, Expression):
        return basic + SUMPRODUCT((conversion_prices < price) * principals / conversion_prices)
    bonds = zip(_listed(principals), _listed(conversion_prices), strict=True)
    return total([basic, *(IF(strike < price, principal / strike, 0) for principal, strike in bonds)])


NATIVE: Final[dict[str, Callable[..., Expression]]] = {
    "acquisition_cost": _acquisition_cost,
    "adjusted_multiple": _adjusted_multiple,
    "annualize": _annualize,
    "anti_dilution_price": _anti_dilution_price,
    "arpu": _arpu,
    "attributed_value": _attributed_value,
    "bracket": _bracket,
    "cagr": _cagr,
    "chain_stake": _chain_stake,
    "convert_amount": _convert_amount,
    "equity_from_ev": _equity_from_ev,
    "foots": _foots,
    "forward_value": _forward_value,
    "growth_rate": _growth_rate,
    "holdings_value": _holdings_value,
    "if_converted_shares": _if_converted_shares,
    "implied_value": _implied_value,
    "mix_profit": _mix_profit,
    "multiple": _multiple,
    "net_debt": _net_debt,
    "note_balance": _note_balance,
    "payer_ratio": _payer_ratio,
    "peer_multiple": _peer_multiple,
    "per_share": _per_share,
    "per_user_value": _per_user_value,
    "post_money": _post_money,
    "present_value": _present_value,
    "price_to_value": _price_to_value,
    "project": _project,
    "quality_premium": _quality_premium,
    "quality_score": _quality_score,
    "relevered_beta": _relevered_beta,
    "round_stake": _round_stake,
    "scenario_pick": _scenario_pick,
    "scenario_value": _scenario_value,
    "segment_value": _segment_value,
    "sotp_value": _sotp_value,
    "simple_lifetime_value": _simple_lifetime_value,
    "step_up": _step_up,
    "unlevered_beta": _unlevered_beta,
    "user_revenue": _user_revenue,
    "value_per_user": _value_per_user,
}
