"""Sensitivities of every method of the case."""

from workbooks.case.model import Case, Part, Scenarios, Segments, Users
from workbooks.declarations.sheet import Axis, present
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables.peers_formulas import PEERS, ratios
from workbooks.sheets.inputs.steps import GROWTH_STEP, RATE_STEP, STEP
from workbooks.sheets.segments import formulas as segments
from workbooks.sheets.sensitivity import varied_methods_formulas as formulas
from workbooks.sheets.sensitivity.varied_cash_flows import cash_flows
from workbooks.sheets.sensitivity.varied_cohorts import user_base
from workbooks.sheets.sensitivity.varied_holdings import net_assets
from workbooks.sheets.sensitivity.varied_methods_formulas import Swing, WhatIf
from workbooks.sheets.sensitivity.varied_multiples import compared, premium_multiple, premium_value
from workbooks.sheets.transactions.deals import DEALS
from workbooks.sheets.transactions.deals import ratios as deals


def what_ifs(case: Case) -> tuple[WhatIf, ...]:
    """All methods of the case with inputs that can be varied."""
    return present(
        _parts(case, case.segments) if case.segments else None,
        cash_flows(case, case.dcf) if case.dcf else None,
        _users(case, case.users) if case.users else None,
        user_base(case, case.cohorts) if case.cohorts else None,
        _scenario(case, case.scenarios) if case.scenarios else None,
        premium_multiple(case, case.premium) if case.premium else None,
        premium_value(case, case.premium) if case.premium else None,
        *(compared(case, PEERS, ratio) for ratio in ratios(case)),
        *(compared(case, DEALS, ratio) for ratio in deals(case)),
        net_assets(case, case.holdings) if case.holdings else None,
    )


def _parts(case: Case, section: Segments) -> WhatIf:
    parts, money = section.parts, case.company.display_unit
    multiples = {n: _multiple(part, n) for n, part in enumerate(parts, start=1)}
    largest, *others = sorted(multiples, key=lambda n: -segments.size(case, parts[n - 1]))
    part = parts[largest - 1]
    metric = Axis(
        f"metrics[{largest}]",
        Text("{}, {}", part.name, part.metric_name or section.metric_name or "value"),
        money,
        STEP,
    )
    across = [multiples[n] for n in others[:2]] or [metric]
    net_debt = Axis("net_debt", segments.taken_label(case, section), money, STEP)
    discount = Axis("discount", "Holding discount", "share", STEP)
    swings = present(
        *(Swing(axis, f"parts.used[{n}]", formulas.argued(parts[n - 1], n)) for n, axis in multiples.items()),
        Swing(net_debt, "segments.net_debt") if segments.taken(case, section) else None,
        Swing(discount, "segments.discount") if section.discount else None,
    )
    return WhatIf(
        "sotp",
        "Sum of the parts",
        segments.equity(case, section, "used", "value_used"),
        "segments.equity_used",
        money,
        {"metrics": money, "multiples": "×", "stakes": "share", "net_debt": money, "discount": "share"},
        tuple((multiples[largest], beside) for beside in across),
        swings,
        len(parts),
        of="equity",
    )


def _multiple(part: Part, place: int) -> Axis:
    """Sensitivity to the multiple of a part; for a part valued by an amount, to that amount."""
    if part.method == "multiple":
        return Axis(f"multiples[{place}]", Text("{}, multiple", part.name), "×", STEP)
    return Axis(f"multiples[{place}]", Text("{}, value", part.name), "share", STEP)


def _users(case: Case, section: Users) -> WhatIf:
    figures, company = case.figures, case.company
    users = Axis("users", "Number of users", figures[section.users].unit, STEP)
    ratio = Axis("payer_ratio", "Share that pays", "share", STEP)
    spend = Axis("payer_arpu", "Spend per payer", figures[section.payer_arpu].unit, STEP)
    advertising = Axis("ad_arpu", "Advertising per account", figures[section.ad_arpu].unit, STEP)
    multiple = Axis("multiple", "Multiple", "×", STEP)
    # The exchange rate is not varied: the multiple is the peer's value in the reporting currency over its revenue in
    # the local one, so the rate cancels out of the value in the reporting currency.
    varied = (users, ratio, spend, advertising, multiple)
    return WhatIf(
        "per_user",
        "Per user",
        formulas.per_user(case),
        "users.value_reporting" if company.fx else "users.value",
        company.reporting_unit or company.display_unit,
        {axis.argument: axis.unit for axis in varied} | ({"fx": figures[company.fx].unit} if company.fx else {}),
        ((users, ratio), (users, multiple), (spend, advertising)),
        tuple(Swing(axis, f"users.{axis.argument}") for axis in varied),
    )


def _scenario(case: Case, section: Scenarios) -> WhatIf:
    money = case.company.display_unit
    growth = Axis("growth", "Growth per year", "rate", GROWTH_STEP, relative=False)
    multiple = Axis("multiple", "Multiple", "×", STEP)
    margin = Axis("margins[1]", "Metric ÷ revenue", "rate", STEP)
    rate = Axis("discount_rate", "Discount rate", "rate", RATE_STEP, relative=False)
    swings = present(
        Swing(growth, "scenarios.selected_growth"),
        Swing(multiple, "scenarios.selected_multiple"),
        Swing(margin, "scenarios.selected_margin", held=formulas.ON_REVENUE) if section.parts else None,
        Swing(rate, "scenarios.selected_rate"),
    )
    units = {"revenue": money, "growth": "rate", "years": "years", "multiple": "×"}
    return WhatIf(
        "scenario",
        "Selected scenario",
        formulas.SCENARIO,
        "scenarios.picked",
        money,
        units | {"margins": "rate", "discount_rate": "rate"},
        ((growth, multiple), (growth, rate)),
        swings,
    )
