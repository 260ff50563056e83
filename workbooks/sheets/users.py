"""Users: what a peer earns per user, on the subject's own users, at the peer's multiple."""

from valuation.multiples import multiple
from valuation.periods import growth_rate
from valuation.users import attributed_value, payer_ratio, per_user_value, user_revenue, value_per_user
from workbooks.case import Case, Users
from workbooks.spec import Call, Check, Field, Fields, Formula, Link, Reference, Sheet
from workbooks.workings.money import figure, fx


def sheet(case: Case) -> Sheet | None:
    """The Users sheet."""
    section = case.users
    if section is None:
        return None
    return Sheet(
        "users",
        "Users",
        f"Per-user value, by analogy with {section.peer}",
        f"What are the users worth if they come to pay what {section.peer}'s pay, at {section.peer}'s multiple?",
        (
            _spending(case, section),
            _revenue(case, section),
            _multiple(case, section),
            _value(case),
        ),
        checks=(
            Check(
                "attribution_cancels",
                "Attribution cancels out of the multiple",
                Formula(
                    "ABS({users.multiple}/{users.plain_multiple}-1)<={inputs.rounding}",
                    lambda v: bool(abs(v("users.multiple") / v("users.plain_multiple") - 1) <= v("inputs.rounding")),
                ),
                "fail",
                "users.plain_multiple",
            ),
        ),
        tab="results",
    )


def _link(case: Case, figure_id: str, name: str, *, note: str = "") -> Field:
    given = case.figures[figure_id]
    return Field(name, given.label, Link(figure(figure_id)), given.unit, note=note)


def _product(first: Reference, second: Reference) -> Formula:
    return Formula(f"{{{first}}}*{{{second}}}", lambda v: v(first) * v(second))


def _spending(case: Case, section: Users) -> Fields:
    ratio = Call(payer_ratio, {"payers": "users.peer_payers", "users": "users.peer_accounts"})
    fields = [
        _link(case, section.peer_payers, "peer_payers"),
        _link(case, section.peer_accounts, "peer_accounts"),
        Field("payer_ratio", "Share of accounts that pay", ratio, "share", addin=True),
    ]
    for name, prior in (("payer_arpu", section.prior_payer_arpu), ("ad_arpu", section.prior_ad_arpu)):
        fields.append(_link(case, getattr(section, name), name))
        if prior:
            fields.append(_link(case, prior, f"prior_{name}"))
            growth = Call(growth_rate, {"current": f"users.{name}", "prior": f"users.prior_{name}"})
            fields.append(Field(f"{name}_growth", "Growth that this implies", growth, "rate", addin=True))
    return Fields(f"What {section.peer} earns per account", (*fields, *_half_year(case, section)))


def _half_year(case: Case, section: Users) -> list[Field]:
    if not (section.quarter_ad_arpu and section.quarter_ad_growth):
        return []
    unit = case.figures[section.ad_arpu].unit
    first = Formula(
        "{users.quarter_ad_arpu}/(1+{users.quarter_ad_growth})",
        lambda v: v("users.quarter_ad_arpu") / (1 + v("users.quarter_ad_growth")),
    )
    half = Formula(
        "{users.first_quarter}+{users.quarter_ad_arpu}", lambda v: v("users.first_quarter") + v("users.quarter_ad_arpu")
    )
    fields = [
        _link(case, section.quarter_ad_arpu, "quarter_ad_arpu"),
        _link(case, section.quarter_ad_growth, "quarter_ad_growth"),
        Field("first_quarter", "So the quarter before was", first, unit),
        Field("half_year", "And the half-year", half, unit),
    ]
    if section.prior_ad_arpu:
        # full year = half × (prior full year ÷ prior half), turned round: the one figure not published.
        implied = Formula(
            "{users.half_year}*{users.prior_ad_arpu}/{users.ad_arpu}",
            lambda v: v("users.half_year") * v("users.prior_ad_arpu") / v("users.ad_arpu"),
        )
        note = "full year = half-year × prior full year ÷ prior half-year, turned round"
        fields.append(Field("prior_half", "The annualisation implies a prior half-year of", implied, unit, note=note))
    return fields


def _revenue(case: Case, section: Users) -> Fields:
    money = case.company.display_unit
    users = case.figures[section.users]
    revenue = Call(
        user_revenue,
        {
            "users": "users.users",
            "ad_arpu": "users.ad_arpu",
            "payer_ratio": "users.payer_ratio",
            "payer_arpu": "users.payer_arpu",
        },
        native="{users.ad_revenue}+{users.payer_revenue}",
    )
    return Fields(
        f"What {case.company.name}'s users would earn",
        (
            _link(case, section.users, "users"),
            Field("ad_revenue", "Advertising revenue", _product("users.users", "users.ad_arpu"), money),
            Field("payers", "Payers", _product("users.users", "users.payer_ratio"), users.unit),
            Field("payer_revenue", "Revenue from payers", _product("users.payers", "users.payer_arpu"), money),
            Field("revenue", "Revenue from users", revenue, money, addin=True, strong=True),
        ),
    )


def _multiple(case: Case, section: Users) -> Fields:
    second = case.company.reporting_unit
    attribution = Formula(
        "{users.peer_part}/{users.peer_whole}", lambda v: v("users.peer_part") / v("users.peer_whole")
    )
    attributed = Call(
        attributed_value, {"total_value": "users.peer_value", "part": "users.peer_part", "whole": "users.peer_whole"}
    )
    rate = fx(case)
    part = Formula(f"{{users.peer_part}}/{{{rate}}}", lambda v: v("users.peer_part") / v(rate))
    plain = Formula(
        f"{{users.peer_value}}/({{users.peer_whole}}/{{{rate}}})",
        lambda v: v("users.peer_value") / (v("users.peer_whole") / v(rate)),
    )
    return Fields(
        f"{section.peer}'s multiple of that revenue",
        (
            _link(case, section.peer_value, "peer_value"),
            _link(case, section.peer_part, "peer_part"),
            _link(case, section.peer_whole, "peer_whole"),
            Field("attribution", "Share of the peer's revenue", attribution, "share"),
            Field("attributed_value", "Value attributed to it", attributed, second, addin=True),
            Field("peer_revenue_reporting", "That revenue in the reporting currency", part, second),
            Field(
                "multiple",
                "Value ÷ revenue",
                Call(multiple, {"value": "users.attributed_value", "metric": "users.peer_revenue_reporting"}),
                "×",
                addin=True,
                strong=True,
                precise=True,
            ),
            Field(
                "plain_multiple",
                "The same without attribution",
                plain,
                "×",
                precise=True,
                note="Value share ÷ revenue share = whole value ÷ whole revenue: attribution cancels out",
            ),
        ),
    )


def _value(case: Case) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    chain = {
        "users": "users.users",
        "ad_arpu": "users.ad_arpu",
        "payer_ratio": "users.payer_ratio",
        "payer_arpu": "users.payer_arpu",
        "multiple": "users.multiple",
    }
    each = Call(value_per_user, {"value": "users.value", "users": "users.users"})
    value = Call(per_user_value, chain, native="{users.revenue}*{users.multiple}")
    converted = Call(per_user_value, chain | {"fx": "users.fx"}, native="{users.value}/{users.fx}")
    return Fields(
        "Value",
        (
            Field("value", "Equity value", value, money, "Users_Equity", addin=True, strong=True),
            _link(case, case.company.fx, "fx"),
            Field("value_reporting", "Equity value", converted, second, addin=True, strong=True),
            Field("per_user", "Value per user", each, f"{case.company.currency} per user", addin=True),
        ),
    )
