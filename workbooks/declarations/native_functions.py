"""The functions of the catalogue written as native Excel formulas, from the formulas of their arguments.

The one place where a method is said a second time, in Excel's words, so that a workbook shows its
arithmetic to people without the add-in. Every build and every test holds the two against each other.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from valuation.kernel.amount_text import money_unit

QUARTILES: Final = {"inc": "_xlfn.QUARTILE.INC", "exc": "_xlfn.QUARTILE.EXC"}


def guarded(needs: list[str], formula: str) -> str:
    """The formula where everything it needs is a number, else n.m."""
    if not needs:
        return formula
    tests = [f"ISNUMBER({cell})" for cell in needs]
    test = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
    return f'IF({test},{formula},"n.m.")'


Vector: TypeAlias = str | list[str]  # the address of neighbouring cells, or of several cells and ranges anywhere


def _sum_of_products(*vectors: Vector) -> str:
    """SUMPRODUCT of ranges; where vectors are in pieces, cells and ranges, the products of the pieces are added."""
    if all(isinstance(vector, str) for vector in vectors):
        return f"SUMPRODUCT({','.join(str(vector) for vector in vectors if vector)})"
    length = max(len(vector) for vector in vectors if isinstance(vector, list))
    spread = [vector if isinstance(vector, list) else [vector] * length for vector in vectors if vector]
    return f"({'+'.join(_product(term) for term in zip(*spread, strict=True) if '0' not in term)})"


def _product(factors: tuple[str, ...]) -> str:
    factors = tuple(factor for factor in factors if factor != "1")
    return f"SUMPRODUCT({','.join(factors)})" if any(":" in factor for factor in factors) else "*".join(factors)


def _listed(vector: Vector) -> str:
    return vector if isinstance(vector, str) else ",".join(vector)


def _multiple(value: str, metric: str) -> str:
    return f'IF({metric}>0,{value}/{metric},"n.m.")'


def _arpu(revenue: str, users: str) -> str:
    return f"{revenue}/{users}"


def _payer_ratio(payers: str, users: str) -> str:
    return f"{payers}/{users}"


def _value_per_user(value: str, users: str) -> str:
    return f"{value}/{users}"


def _per_share(equity: str, shares: str) -> str:
    return f"{equity}/{shares}"


def _convert_amount(value: str, from_unit: str, to_unit: str, fx: str = "") -> str:
    before, after = money_unit(from_unit.strip('"')), money_unit(to_unit.strip('"'))
    scaled = value if before.scale == after.scale else f"{value}*{before.scale:.0f}/{after.scale:.0f}"
    return scaled if before.currency == after.currency else f"{scaled}/{fx}"


def _implied_value(metric: str, multiple: str) -> str:
    return f"{metric}*{multiple}"


def _growth_rate(current: str, prior: str) -> str:
    return f'IF({prior}<0,"n.m.",{current}/{prior}-1)'


def _project(base: str, growth: str, years: str) -> str:
    return f"{base}*(1+{growth})^{years}"


def _segment_value(metric: str, multiple: str, stake: str = "") -> str:
    return "*".join(filter(None, (metric, multiple, stake)))


def _sotp_value(metrics: Vector, multiples: Vector, stakes: Vector = "", net_debt: str = "", discount: str = "") -> str:
    parts = _sum_of_products(metrics, multiples, stakes)
    equity = f"({parts}-{net_debt})" if net_debt else parts
    return f"{equity}*(1-{discount})" if discount else equity


def _user_revenue(users: str, ad_arpu: str, payer_ratio: str, payer_arpu: str) -> str:
    return f"{users}*({ad_arpu}+{payer_ratio}*{payer_arpu})"


def _per_user_value(users: str, ad_arpu: str, payer_ratio: str, payer_arpu: str, multiple: str, fx: str = "") -> str:
    value = f"{_user_revenue(users, ad_arpu, payer_ratio, payer_arpu)}*{multiple}"
    return f"{value}/{fx}" if fx else value


def _attributed_value(total_value: str, part: str, whole: str) -> str:
    return f"{total_value}*{part}/{whole}"


def _mix_profit(revenue: str, mix: Vector, margins: Vector) -> str:
    return f"{revenue}*{_sum_of_products(mix, margins)}"


def _forward_value(
    revenue: str,
    growth: str,
    years: str,
    multiple: str,
    mix: Vector = "",
    margins: Vector = "",
    discount_rate: str = "",
) -> str:
    value = _project(revenue, growth, years)
    if margins:
        value += f"*{_sum_of_products(mix, margins)}"
    value += f"*{multiple}"
    return f"{value}/(1+{discount_rate})^{years}" if discount_rate else value


def _present_value(future_value: str, rate: str, years: str) -> str:
    return f"{future_value}/(1+{rate})^{years}"


def _scenario_value(values: Vector, probabilities: Vector) -> str:
    return _sum_of_products(values, probabilities)


def _scenario_pick(selector: str, values: str) -> str:
    return f"INDEX({values},{selector})"


def _adjusted_multiple(base_multiple: str, premium: str) -> str:
    return f"{base_multiple}*(1+{premium})"


def _bracket(value: str, floors: Vector, ceilings: Vector) -> str:
    floor, ceiling = f"MAX({_listed(floors)})", f"MIN({_listed(ceilings)})"
    placed = f'IF({value}<{floor},"below floor",IF({value}>{ceiling},"above ceiling","within"))'
    return f"IF({floor}>{ceiling},NA(),{placed})"


def _cagr(first: str, last: str, years: str) -> str:
    return f'IF(MIN({first},{last})>0,({last}/{first})^(1/{years})-1,"n.m.")'


def _step_up(previous: str, following: str) -> str:
    return f"{following}/{previous}"


def _post_money(pre_money: str, raised: str) -> str:
    return f"{pre_money}+{raised}"


def _round_stake(raised: str, post_money: str) -> str:
    return f"{raised}/{post_money}"


def _chain_stake(stakes: Vector) -> str:
    return f"PRODUCT({_listed(stakes)})"


def _holdings_value(values: Vector, stakes: Vector, discount: str = "") -> str:
    return _sotp_value(values, "", stakes, discount=discount)


def _quality_score(scores: Vector, weights: Vector = "") -> str:
    mean = f"{_sum_of_products(scores, weights)}/SUM({_listed(weights)})" if weights else f"AVERAGE({_listed(scores)})"
    return f"({mean}-3)/2"


def _quality_premium(score: str, maximum: str) -> str:
    return f"{score}*{maximum}"


def _peer_multiple(multiples: str, statistic: str = '"median"') -> str:
    of = {
        '"mean"': f"AVERAGE({multiples})",
        '"median"': f"MEDIAN({multiples})",
        '"harmonic"': f"HARMEAN({multiples})",
        '"min"': f"MIN({multiples})",
        '"max"': f"MAX({multiples})",
        '"q1"': f"{QUARTILES['inc']}({multiples},1)",
        '"q3"': f"{QUARTILES['inc']}({multiples},3)",
    }
    return f'IF(COUNT({multiples})>0,{of[statistic]},"n.m.")'


def _price_to_value(price: str, value: str) -> str:
    return f"{price}/{value}"


def _foots(total: str, parts: str, tolerance: str = "0.005") -> str:
    return f"ABS(SUM({parts})-{total})<={tolerance}*ABS({total})"


def _net_debt(debt: str, cash: str) -> str:
    return f"{debt}-{cash}"


def _annualize(part: str, prior_part: str, prior_full: str) -> str:
    return f"{part}*{prior_full}/{prior_part}"


NATIVE: Final[dict[str, Callable[..., str]]] = {
    "adjusted_multiple": _adjusted_multiple,
    "annualize": _annualize,
    "arpu": _arpu,
    "attributed_value": _attributed_value,
    "bracket": _bracket,
    "cagr": _cagr,
    "chain_stake": _chain_stake,
    "convert_amount": _convert_amount,
    "foots": _foots,
    "forward_value": _forward_value,
    "growth_rate": _growth_rate,
    "holdings_value": _holdings_value,
    "implied_value": _implied_value,
    "mix_profit": _mix_profit,
    "multiple": _multiple,
    "net_debt": _net_debt,
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
    "round_stake": _round_stake,
    "scenario_pick": _scenario_pick,
    "scenario_value": _scenario_value,
    "segment_value": _segment_value,
    "sotp_value": _sotp_value,
    "step_up": _step_up,
    "user_revenue": _user_revenue,
    "value_per_user": _value_per_user,
}
