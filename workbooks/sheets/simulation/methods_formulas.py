"""Simulated methods of a case and their uncertain inputs, with low and high from the case or by a step."""

from typing import Final

from valuation.multiples import implied_value
from valuation.ownership import holdings_value
from valuation.scenarios import forward_value
from valuation.users import per_user_value, user_base_value
from workbooks.case.cohorts import Cohorts
from workbooks.case.holdings import Holdings
from workbooks.case.model import Case, Premium, Scenarios, Users
from workbooks.declarations.calls import Argument, Call
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import present
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Reference
from workbooks.sheets.cohorts.formulas import per_new_user
from workbooks.sheets.cohorts.years import a_user
from workbooks.sheets.comparables.peers_formulas import PEERS
from workbooks.sheets.comparables.peers_formulas import ratios as of_peers
from workbooks.sheets.holdings import formulas as holdings
from workbooks.sheets.holdings.method import methods as as_holdings
from workbooks.sheets.inputs.steps import GROWTH_STEP, RATE_STEP
from workbooks.sheets.multiples.sample import Ratio, Sample
from workbooks.sheets.premium.method import title_of
from workbooks.sheets.price import market_value, market_value_with_debt
from workbooks.sheets.simulation.cash_flows_formulas import drawn_cash_flows
from workbooks.sheets.simulation.drawn_formulas import Drawn, Number, Of, between, by_points, by_share, of_sample
from workbooks.sheets.simulation.parts_formulas import drawn_parts
from workbooks.sheets.transactions.deals import DEALS
from workbooks.sheets.transactions.deals import ratios as of_deals

WHOLE: Final = 1.0  # stakes and shares of payers are at most 1


def methods_drawn(case: Case) -> tuple[Drawn, ...]:
    """All methods of the case in the order of their sheets, with their uncertain inputs."""
    return present(
        drawn_parts(case, price_of(case, "equity")) if case.segments else None,
        drawn_cash_flows(case, price_of(case, "enterprise")) if case.dcf and not case.dcf.part else None,
        _users(case, case.users) if case.users else None,
        _cohorts(case, case.cohorts) if case.cohorts else None,
        *(_compared(case, PEERS, ratio) for ratio in of_peers(case)),
        *(_compared(case, DEALS, ratio) for ratio in of_deals(case)),
        _scenario(case, case.scenarios) if case.scenarios else None,
        _premium(case, case.premium) if case.premium else None,
        _holdings(case, case.holdings) if case.holdings and as_holdings(case) else None,
    )


def price_of(case: Case, of: Of) -> Reference:
    """Market value of the equity, or of the enterprise in a case with capital."""
    if of == "equity" or not market_value(case):
        return market_value_with_debt(case)
    return "simulation.market_enterprise" if case.capital else ""


def _compared(case: Case, sample: Sample, ratio: Ratio) -> Drawn:
    """The value on a multiple of peers or transactions, between the statistics that are low and high."""
    of: Of = "enterprise" if ratio.enterprise else "equity"
    metric, base, *ends = (
        sample.field(ratio, name) for name in ("metric", "multiple", "low_multiple", "high_multiple")
    )
    return Drawn(
        ratio.id if sample == PEERS else f"{sample.table}_{ratio.id}",
        Text("Peers, {}" if sample == PEERS else "Transactions, {}", ratio.heading),
        Call(implied_value, {"metric": metric, "multiple": base}, needs=(metric, base)),
        [of_sample("multiple", ratio.heading, ratio.unit, base, *map(ref, ends))],
        [Number(ratio.metric_name, metric, ratio.metric_unit)],
        {"metric": ratio.metric_unit, "multiple": ratio.unit},
        sample.field(ratio, "base"),
        of,
        case.company.display_unit,
        price_of(case, of),
    )


def _users(case: Case, section: Users) -> Drawn:
    figures = case.figures
    uncertain = [
        by_share("users", "Number of users", figures[section.users].unit, "users.users"),
        by_share("payer_ratio", "Share that pays", "share", "users.payer_ratio", WHOLE),
        by_share("payer_arpu", "Spend per payer", figures[section.payer_arpu].unit, "users.payer_arpu"),
        by_share("ad_arpu", "Advertising per account", figures[section.ad_arpu].unit, "users.ad_arpu"),
        by_share("multiple", "Multiple", "×", "users.multiple"),
    ]
    arguments: dict[str, Argument] = {each.argument: each.base for each in uncertain}
    return Drawn(
        "per_user",
        "Per user",
        Call(per_user_value, arguments, needs=("users.multiple",)),
        uncertain,
        [],
        {each.argument: each.unit for each in uncertain},
        "users.value",
        "equity",
        case.company.display_unit,
        price_of(case, "equity"),
    )


def _cohorts(case: Case, section: Cohorts) -> Drawn:
    """The user base with uncertain discount rates, which change all components together."""
    money, each, users = case.company.display_unit, a_user(case, section), case.figures[section.users].unit
    existing = [ref(f"cohorts.existing_{end}") / ref("cohorts.users") for end in ("low", "high")]
    new = [per_new_user(f"cohorts.new_{end}") for end in ("low", "high")]
    overhead = [ref(f"cohorts.overhead_{end}") for end in ("low", "high")]
    uncertain = [
        between("value_per_user", "Value of an existing user", each, "cohorts.value_per_user", *existing),
        between("value_per_new_user", "Value added by a new user", each, "cohorts.value_per_new_user", *new),
        between("overhead", "Overhead, taken off", money, "cohorts.overhead", *overhead),
    ]
    certain = [
        Number("Existing users", "cohorts.users", users),
        Number("Users who join in the forecast", "cohorts.new_users_total", users),
    ]
    arguments: dict[str, Argument] = {
        "users": "cohorts.users",
        "value_per_user": "cohorts.value_per_user",
        "new_users": "cohorts.new_users_total",
        "value_per_new_user": "cohorts.value_per_new_user",
        "overhead": "cohorts.overhead",
    }
    units = {"users": users, "new_users": users} | {each.argument: each.unit for each in uncertain}
    return Drawn(
        "cohorts",
        "Users by cohort",
        Call(user_base_value, arguments),
        uncertain,
        certain,
        units,
        "cohorts.value",
        section.of,
        money,
        price_of(case, section.of),
        together=True,
    )


def _scenario(case: Case, section: Scenarios) -> Drawn:
    """The scenario selected in the case; another selection in the workbook does not make it stale."""
    number, money = section.selected, case.company.display_unit
    cells = {
        name: f"scenarios_of.{name}[{number}]" for name in ("growth", "multiple", "margin", "discount_rate", "present")
    }
    arguments: dict[str, Argument] = {
        "revenue": "scenarios.revenue",
        "growth": cells["growth"],
        "years": "scenarios.years",
        "multiple": cells["multiple"],
        "margins": (cells["margin"],),
        "discount_rate": cells["discount_rate"],
    }
    return Drawn(
        "scenario",
        Text("Scenario {}", section.cases[number - 1].name),
        Call(forward_value, arguments),
        [
            by_points("growth", "Growth per year", "rate", cells["growth"], GROWTH_STEP),
            by_share("multiple", "Multiple", "×", cells["multiple"]),
            by_points("discount_rate", "Discount rate", "rate", cells["discount_rate"], RATE_STEP),
        ],
        [
            Number("Revenue", "scenarios.revenue", money),
            Number("Years ahead", "scenarios.years", "years"),
            Number("Metric ÷ revenue", cells["margin"], "rate"),
        ],
        {
            "revenue": money,
            "growth": "rate",
            "years": "years",
            "multiple": "×",
            "margins": "rate",
            "discount_rate": "rate",
        },
        cells["present"],
        section.of,
        money,
        price_of(case, section.of),
    )


def _premium(case: Case, section: Premium) -> Drawn:
    """Value at the peer's multiple, between no premium and the premium of the best score."""
    metric = case.figures[section.metric].label
    ends = (ref("premium.base_multiple"), ref("premium.best_multiple"))
    return Drawn(
        "premium",
        title_of(case, section),
        Call(implied_value, {"metric": "premium.metric", "multiple": "premium.multiple"}),
        [between("multiple", "Multiple with the premium", "×", "premium.multiple", *ends)],
        [Number(metric, "premium.metric", case.company.display_unit)],
        {"metric": case.company.display_unit, "multiple": "×"},
        "premium.value",
        section.of,
        case.company.display_unit,
        price_of(case, section.of),
    )


def _holdings(case: Case, section: Holdings) -> Drawn:
    """The stakes, each uncertain by a step."""
    money = case.company.display_unit
    valued = [held for held in section.stakes if holdings.valued(held)]
    call = holdings.net(case, section, valued)
    column = str(call.arguments["values"])
    values = [f"{column}[{place}]" for place in range(1, len(valued) + 1)]
    certain = [
        Number(Text("{}, stake", held.name), f"holdings_of.stake[{place}]", "share")
        for place, held in enumerate(valued, start=1)
        if held.stake
    ]
    if section.discount:
        certain.append(Number("Holding discount", "holdings.discount", "share"))
    if holdings.owing(case, section):
        certain.append(Number(holdings.owed_label(case), "holdings.net_debt", money))
    return Drawn(
        "holdings",
        "Holdings",
        Call(holdings_value, call.arguments),
        [
            by_share(f"values[{place}]", Text("{}, value", held.name), money, values[place - 1])
            for place, held in enumerate(valued, start=1)
        ],
        certain,
        {"values": money, "stakes": "share", "discount": "share", "net_debt": money},
        "holdings.value",
        "equity",
        money,
        price_of(case, "equity"),
        width=len(valued),
    )
