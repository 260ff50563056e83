"""The contract that spreadsheets depend on: name, order of arguments and defaults of every function.

A line may be added, and an argument that may be left out at the end of one; nothing else may change, or formulas in
people's workbooks change their meaning.
"""

import ast
from typing import Any, Final

_SIGNATURES: Final = """
multiple(value, metric)
implied_value(metric, multiple)
peer_multiple(multiples, statistic="median", include_negative=False, quartile="inc", trim=0)
weighted_multiple(multiples, weights, statistic="harmonic", include_negative=False)
peer_stats(multiples, include_negative=False, quartile="inc")
peer_outliers(multiples, fence=1.5)
adjusted_multiple(base_multiple, premium)
growth_multiple(base_multiple, growth, base_growth)
peg_ratio(pe, growth)

blend(values, weights)
blend_reweighted(values, weights)
price_to_value(price, value)
bracket(value, floors, ceilings)

regression_multiple(multiples, drivers, subject_driver)
regression_fit(multiples, drivers)

growth_rate(current, prior, absolute=False)
cagr(first, last, years)
project(base, growth, years)
annualize(part, prior_part, prior_full)
ltm(fiscal_year, stub, prior_stub)
ntm(fy1, fy2, months_elapsed)
calendarize(fy0, fy1, year_end_month)

net_debt(debt, cash)
equity_from_ev(ev, net_debt=0, minorities=0, preferred=0, associates=0, pensions=0, other_assets=0)
ev_from_equity(equity, net_debt=0, minorities=0, preferred=0, associates=0, pensions=0, other_assets=0)
diluted_shares(basic, options, strikes, price, restricted=0)
diluted_price(equity, basic, options, strikes, restricted=0)
per_share(equity, shares)
if_converted_shares(basic, principals, conversion_prices, price)
if_converted_price(equity, basic, principals, conversion_prices)

segment_value(metric, multiple, stake=1)
sotp_value(metrics, multiples, stakes=1, net_debt=0, discount=0, gross_discount=False)
sotp_range(metrics, low, base, high, stakes=1, net_debt=0, discount=0, gross_discount=False)
sotp_table(names, metrics, multiples, stakes=1, net_debt=0, discount=0, gross_discount=False)
implied_discount(net_asset_value, market_value, net_debt=0)
stub_multiple(total_value, metrics, multiples, stub_metric, stakes=1, net_debt=0)

arpu(revenue, users)
payer_ratio(payers, users)
value_per_user(value, users)
user_revenue(users, ad_arpu, payer_ratio, payer_arpu)
per_user_value(users, ad_arpu, payer_ratio, payer_arpu, multiple, fx=1)
attributed_value(total_value, part, whole)
acquisition_cost(spend, additions)
user_base_value(users, value_per_user, new_users=0, value_per_new_user=0, overhead=0)

user_lifetime_value(margin, retention, discount_rate, years=None, timing="end")
simple_lifetime_value(margin, retention, discount_rate, growth=0)
cohort_lifetime_value(margins, retentions, discount_rate, growth=0, timing="end")

mix_profit(revenue, mix, margins)
forward_value(revenue, growth, years, multiple, mix=1, margins=1, discount_rate=0)
present_value(future_value, rate, years)
scenario_value(values, probabilities)
scenario_pick(selector, values)

implied_growth(target, base, multiple, years, discount_rate=0)
implied_perpetual_growth(ev, cash_flow, rate, mid_year=False)
breakeven_earnings(value, rate, years=0)
solve_for(method, arguments, vary, target, low=None, high=None)

gordon_value(cash_flow, rate, growth, mid_year=False)
dcf_value(cash_flows, rate, terminal_growth=None, terminal_multiple=None, mid_year=False, stub=1)
driver_dcf(revenue, growth, ebitda_margin, depreciation, tax_rate, capex, working_capital, wacc, years=5,\
 terminal_growth=None, exit_multiple=None, final_growth=None, fade=0, mid_year=True)
cost_of_equity(risk_free, beta, premium)
wacc(equity, debt, cost_equity, cost_debt, tax)

unlevered_beta(beta, debt, equity, tax, debt_beta=0)
relevered_beta(asset_beta, debt, equity, tax, debt_beta=0)

dated_dcf_value(cash_flows, dates, valuation_date, rate, terminal_growth=None, terminal_multiple=None, mid_year=False)
irr_of_flows(cash_flows, low=None, high=None)
xirr_of_flows(cash_flows, dates, low=None, high=None)

chain_stake(stakes)
lookthrough(holder, owners, owned, stakes)
holdings_value(values, stakes, discount=0, net_debt=0)

post_money(pre_money, raised)
round_stake(raised, post_money)
step_up(previous, following)
funding_table(dates, valuations, raised=None)

note_balance(principal, rate, years, compounded=False)
round_price(pre_money, raised, shares, invested, caps=None, discounts=0, pool=0, pool_shares=0, cap_basis="post")
conversion_table(names, pre_money, raised, shares, invested, caps=None, discounts=0, pool=0, pool_shares=0,\
 cap_basis="post")
anti_dilution_price(conversion_price, new_price, new_shares, outstanding, reserved=0, protection="broad")

waterfall_payouts(exit_value, shares, preferences, caps=None, seniority=1)
liquidation_waterfall(names, exit_value, shares, preferences, caps=None, seniority=1)

quality_score(scores, weights=1)
quality_premium(score, maximum)

amount(text, unit="")
convert_amount(value, from_unit, to_unit, fx=1)
format_amount(value, unit)

foots(total, parts, tolerance=0.005)
reconcile(published, recomputed, tolerance=0.005)

sensitivity(method, arguments, row_argument, row_values, column_argument, column_values)
tornado(method, arguments, lows, highs)
why_moved(method, old_arguments, new_arguments)
simulate(method, arguments, lows, highs, draws=10000, seed=1, statistic="quantiles", correlation=None,\
 distribution="pert")

steelyard_version()
"""

REQUIRED: Final = "required"


def _read(line: str) -> tuple[str, list[tuple[str, Any]]]:
    [function] = ast.parse(f"def {line}: ...").body
    assert isinstance(function, ast.FunctionDef)
    names = [argument.arg for argument in function.args.args]
    defaults = [ast.literal_eval(default) for default in function.args.defaults]
    required = [REQUIRED] * (len(names) - len(defaults))
    return function.name, list(zip(names, [*required, *defaults], strict=True))


CONTRACT: Final = dict(_read(line) for line in _SIGNATURES.splitlines() if line)
