"""The functions of the catalogue as native Excel formulas: expressions built from the expressions of their arguments.

They let a workbook show its arithmetic to people without the add-in. Every build compares their values with those of
the core.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from valuation.catalogue import CATALOGUE
from valuation.kernel.amount_text import money_unit, power_of_ten, read_amount, shifted
from workbooks.declarations import native_capital, native_cash_flows, native_forecast, native_peers
from workbooks.declarations.excel_functions import (
    ABS,
    AVERAGE,
    CHOOSE,
    IF,
    INDEX,
    MAX,
    MIN,
    NA,
    PRODUCT,
    SUM,
)
from workbooks.declarations.expressions import grouped
from workbooks.declarations.native_arguments import Vector, either, listed, sum_of_products, word
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import NOT_MEANINGFUL

DUST: Final = 1e-12  # share of the size of the parts: tolerance for the rounding of their sum
MONTHS: Final = 12


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


def _amount(text: Expression, unit: Expression = Literal("")) -> Expression:  # noqa: B008 - frozen
    """The digits of the text times the power of ten that its words, and the unit, come to."""
    digits, power, _, _ = read_amount(word(text))
    number = Literal(shifted(digits, 0))
    power -= power_of_ten(money_unit(word(unit)).scale)
    return number * Literal(10.0) ** power if power else number


def _convert_amount(
    value: Expression, from_unit: Expression, to_unit: Expression, fx: Expression | None = None
) -> Expression:
    before, after = money_unit(word(from_unit)), money_unit(word(to_unit))
    if before.scale != after.scale:
        value = value * before.scale / after.scale
    return value if before.currency == after.currency or fx is None else value / fx


def discounted(value: Expression, discount: Expression) -> Expression:
    """A value less a discount; a negative value is not discounted, since that would raise it."""
    return value * (1 - IF(value > 0, discount, 0))


def _implied_value(metric: Expression, multiple: Expression) -> Expression:
    return metric * multiple


def _growth_rate(current: Expression, prior: Expression, absolute: Expression | None = None) -> Expression:
    of_size = (current - prior) / ABS(prior)
    return either(absolute, of_size, IF(prior < 0, NOT_MEANINGFUL, current / prior - 1))


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
    parts = sum_of_products(metrics, multiples, stakes)
    equity = parts if net_debt is None else grouped(parts - net_debt)
    if discount is None:
        return equity
    assets = discounted(parts, discount)
    return either(gross_discount, assets if net_debt is None else assets - net_debt, discounted(equity, discount))


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
    return revenue * sum_of_products(mix, margins)


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
        value *= sum_of_products(mix, margins)
    value *= multiple
    return value if discount_rate is None else _present_value(value, discount_rate, years)


def _present_value(future_value: Expression, rate: Expression, years: Expression) -> Expression:
    return future_value / (1 + rate) ** years


def _scenario_value(values: Vector, probabilities: Vector) -> Expression:
    return sum_of_products(values, probabilities)


def _scenario_pick(selector: Expression, values: Vector) -> Expression:
    return INDEX(values, selector) if isinstance(values, Expression) else CHOOSE(selector, *values)


def _adjusted_multiple(base_multiple: Expression, premium: Expression) -> Expression:
    return base_multiple * (1 + premium)


def _bracket(value: Expression, floors: Vector, ceilings: Vector) -> Expression:
    floor, ceiling = MAX(*listed(floors)), MIN(*listed(ceilings))
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
    return PRODUCT(*listed(stakes))


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
        return (AVERAGE(*listed(scores)) - 3) / 2
    return (sum_of_products(scores, weights) / SUM(*listed(weights)) - 3) / 2


def _quality_premium(score: Expression, maximum: Expression) -> Expression:
    return score * maximum


def _price_to_value(price: Expression, value: Expression) -> Expression:
    return IF(value < 0, NOT_MEANINGFUL, price / value)


def _foots(total: Expression, parts: Vector, tolerance: Expression = Literal(0.005)) -> Expression:  # noqa: B008 - frozen
    cells = listed(parts)
    # Where parts cancel, rounding errors are in proportion to the parts, not to the total.
    size = MAX(MAX(*cells), -MIN(*cells))
    return ABS(SUM(*cells) - total) <= tolerance * ABS(total) + DUST * size


def _net_debt(debt: Expression, cash: Expression) -> Expression:
    return debt - cash


def _acquisition_cost(spend: Expression, additions: Expression) -> Expression:
    return spend / additions


def _annualize(part: Expression, prior_part: Expression, prior_full: Expression) -> Expression:
    return IF(MIN(prior_part, prior_full) < 0, NOT_MEANINGFUL, part * prior_full / prior_part)


def _calendarize(fy0: Expression, fy1: Expression, year_end_month: Expression) -> Expression:
    return (year_end_month * fy0 + (MONTHS - year_end_month) * fy1) / MONTHS


def _blend(values: Vector, weights: Vector) -> Expression:
    return sum_of_products(values, weights)


def _ltm(fiscal_year: Expression, stub: Expression, prior_stub: Expression) -> Expression:
    return fiscal_year + stub - prior_stub


def _ntm(fy1: Expression, fy2: Expression, months_elapsed: Expression) -> Expression:
    return ((12 - months_elapsed) * fy1 + months_elapsed * fy2) / 12


def _implied_discount(
    net_asset_value: Expression, market_value: Expression, net_debt: Expression | None = None
) -> Expression:
    assets, paid = net_asset_value, market_value
    if net_debt is not None:
        assets, paid = grouped(assets + net_debt), grouped(paid + net_debt)
    return IF(MIN(net_asset_value, assets) < 0, NOT_MEANINGFUL, 1 - paid / assets)


def _stub_multiple(
    total_value: Expression,
    metrics: Vector,
    multiples: Vector,
    stub_metric: Expression,
    stakes: Vector | None = None,
    net_debt: Expression | None = None,
) -> Expression:
    whole = total_value if net_debt is None else total_value + net_debt
    left = grouped(whole - sum_of_products(metrics, multiples, stakes))
    return IF(stub_metric < 0, NOT_MEANINGFUL, left / stub_metric)


def _user_base_value(
    users: Expression,
    value_per_user: Expression,
    new_users: Expression | None = None,
    value_per_new_user: Expression | None = None,
    overhead: Expression | None = None,
) -> Expression:
    value = users * value_per_user
    if new_users is not None and value_per_new_user is not None:
        value = value + new_users * value_per_new_user
    return value if overhead is None else value - overhead


def _growth_multiple(base_multiple: Expression, growth: Expression, base_growth: Expression) -> Expression:
    scaled = base_multiple * growth / base_growth
    return IF(growth <= 0, NOT_MEANINGFUL, IF(base_growth < 0, NOT_MEANINGFUL, scaled))


def _peg_ratio(pe: Expression, growth: Expression) -> Expression:
    return IF(MIN(pe, growth) > 0, pe / (100 * growth), NOT_MEANINGFUL)


NATIVE: Final[dict[str, Callable[..., Expression]]] = {
    "acquisition_cost": _acquisition_cost,
    "adjusted_multiple": _adjusted_multiple,
    "annualize": _annualize,
    "amount": _amount,
    "anti_dilution_price": native_capital.anti_dilution_price,
    "arpu": _arpu,
    "attributed_value": _attributed_value,
    "blend": _blend,
    "blend_reweighted": native_peers.blend_reweighted,
    "bracket": _bracket,
    "breakeven_earnings": native_cash_flows.breakeven_earnings,
    "cagr": _cagr,
    "calendarize": _calendarize,
    "chain_stake": _chain_stake,
    "cohort_lifetime_value": native_cash_flows.cohort_lifetime_value,
    "convert_amount": _convert_amount,
    "cost_of_equity": native_cash_flows.cost_of_equity,
    "dated_dcf_value": native_cash_flows.dated_dcf_value,
    "dcf_value": native_cash_flows.dcf_value,
    "diluted_price": native_capital.diluted_price,
    "diluted_shares": native_capital.diluted_shares,
    "driver_dcf": native_forecast.driver_dcf,
    "equity_from_ev": native_capital.equity_from_ev,
    "ev_from_equity": native_capital.ev_from_equity,
    "foots": _foots,
    "forward_value": _forward_value,
    "gordon_value": native_cash_flows.gordon_value,
    "growth_multiple": _growth_multiple,
    "growth_rate": _growth_rate,
    "holdings_value": _holdings_value,
    "if_converted_price": native_capital.if_converted_price,
    "if_converted_shares": native_capital.if_converted_shares,
    "implied_discount": _implied_discount,
    "implied_growth": native_cash_flows.implied_growth,
    "implied_perpetual_growth": native_cash_flows.implied_perpetual_growth,
    "implied_value": _implied_value,
    "ltm": _ltm,
    "mix_profit": _mix_profit,
    "multiple": _multiple,
    "net_debt": _net_debt,
    "note_balance": native_capital.note_balance,
    "ntm": _ntm,
    "payer_ratio": _payer_ratio,
    "peer_multiple": native_peers.peer_multiple,
    "peg_ratio": _peg_ratio,
    "per_share": _per_share,
    "per_user_value": _per_user_value,
    "post_money": _post_money,
    "present_value": _present_value,
    "price_to_value": _price_to_value,
    "project": _project,
    "quality_premium": _quality_premium,
    "quality_score": _quality_score,
    "regression_multiple": native_peers.regression_multiple,
    "relevered_beta": native_capital.relevered_beta,
    "round_price": native_capital.round_price,
    "round_stake": _round_stake,
    "scenario_pick": _scenario_pick,
    "scenario_value": _scenario_value,
    "segment_value": _segment_value,
    "simple_lifetime_value": _simple_lifetime_value,
    "sotp_value": _sotp_value,
    "step_up": _step_up,
    "stub_multiple": _stub_multiple,
    "unlevered_beta": native_capital.unlevered_beta,
    "user_base_value": _user_base_value,
    "user_lifetime_value": native_cash_flows.user_lifetime_value,
    "user_revenue": _user_revenue,
    "value_per_user": _value_per_user,
    "wacc": native_cash_flows.wacc,
    "weighted_multiple": native_peers.weighted_multiple,
}


def native(method: str, operands: Mapping[str, Any]) -> Expression:
    """Native formula of a method. In a vector, one cell beside several of another vector is for every part."""
    pieces = {name: listed(operands[name]) for name in _of_parts(method) if operands.get(name) is not None}
    length = max(map(len, pieces.values()), default=1)
    repeated = {name: [*cells] * length for name, cells in pieces.items() if len(cells) == 1 < length}
    return NATIVE[method](**{**operands, **repeated})


@cache
def _of_parts(method: str) -> tuple[str, ...]:
    """The arguments of a method that have one value for each part."""
    parameters = CATALOGUE[method].parameters
    return tuple(each.name for each in parameters if each.kind.shape == "vector" and not each.kind.own_length)
