"""Users: the peer's revenue per user × the subject's users × the peer's multiple."""

from workbooks.case.model import Case, Users
from workbooks.declarations.sheet import Check, Field, Fields, Link, Sheet, present
from workbooks.declarations.texts import Text
from workbooks.sheets.money import figure, reporting
from workbooks.sheets.users import formulas


def sheet(case: Case) -> Sheet | None:
    """The Users sheet."""
    section = case.users
    if section is None:
        return None
    among = "The peer's paying users are among its users"
    cancels = "Attribution cancels out of the multiple"
    return Sheet(
        "users",
        "Users",
        Text("Per-user value, by analogy with {}", section.peer),
        Text(
            "What are the users worth if they come to pay what {}'s pay, at {}'s multiple?", section.peer, section.peer
        ),
        (_spending(case, section), _revenue(case, section), _multiple(case, section), _value(case, section)),
        checks=(
            Check("payers_are_users", among, formulas.PAYERS_ARE_USERS, "fail", "users.peer_payers"),
            Check("attribution_cancels", cancels, formulas.CANCELS, "fail", "users.plain_multiple"),
        ),
        tab="results",
    )


def _spending(case: Case, section: Users) -> Fields:
    payer_growth, ad_growth = formulas.PAYER_ARPU_GROWTH, formulas.AD_ARPU_GROWTH
    prior_payer, prior_ad = section.prior_payer_arpu, section.prior_ad_arpu
    this_implies = "Growth that this implies"
    return Fields(
        Text("What {} earns per account", section.peer),
        present(
            _given(case, "peer_payers", section.peer_payers),
            _given(case, "peer_accounts", section.peer_accounts),
            Field("payer_ratio", "Share of accounts that pay", formulas.PAYER_RATIO, "share", addin=True),
            _given(case, "payer_arpu", section.payer_arpu),
            _given(case, "prior_payer_arpu", prior_payer) if prior_payer else None,
            Field("payer_arpu_growth", this_implies, payer_growth, "rate", addin=True) if prior_payer else None,
            _given(case, "ad_arpu", section.ad_arpu),
            _given(case, "prior_ad_arpu", prior_ad) if prior_ad else None,
            Field("ad_arpu_growth", this_implies, ad_growth, "rate", addin=True) if prior_ad else None,
            *_half_year(case, section),
        ),
    )


def _half_year(case: Case, section: Users) -> tuple[Field, ...]:
    quarter, growth = section.quarter_ad_arpu, section.quarter_ad_growth
    if not (quarter and growth):
        return ()
    unit = case.figures[section.ad_arpu].unit
    prior_half = "The annualisation implies a prior half-year of"
    note = "full year = half-year × prior full year ÷ prior half-year, turned round"
    return present(
        _given(case, "quarter_ad_arpu", quarter),
        _given(case, "quarter_ad_growth", growth),
        Field("first_quarter", "So the quarter before was", formulas.FIRST_QUARTER, unit),
        Field("half_year", "And the half-year", formulas.HALF_YEAR, unit),
        Field("prior_half", prior_half, formulas.PRIOR_HALF, unit, note=note) if section.prior_ad_arpu else None,
    )


def _revenue(case: Case, section: Users) -> Fields:
    money, payers = case.company.display_unit, case.figures[section.peer_payers].unit
    return Fields(
        Text("What {}'s users would earn", case.company.name),
        (
            _given(case, "users", section.users),
            Field("ad_revenue", "Advertising revenue", formulas.AD_REVENUE, money),
            Field("payers", "Payers", formulas.PAYERS, payers),
            Field("payer_revenue", "Revenue from payers", formulas.PAYER_REVENUE, money),
            Field("revenue", "Revenue from users", formulas.REVENUE, money, addin=True, strong=True),
        ),
    )


def _multiple(case: Case, section: Users) -> Fields:
    second = case.company.reporting_unit or case.company.display_unit
    that = "That revenue in the reporting currency" if case.company.reporting_unit else "That revenue"
    converted, plain = reporting(case, "users.peer_part"), formulas.plain_multiple(case)
    note = "value share ÷ revenue share = value ÷ revenue: attribution cancels out"
    return Fields(
        Text("{}'s multiple of that revenue", section.peer),
        (
            _given(case, "peer_value", section.peer_value),
            _given(case, "peer_part", section.peer_part),
            _given(case, "peer_whole", section.peer_whole),
            Field("attribution", "Share of the peer's revenue", formulas.ATTRIBUTION, "share"),
            Field("attributed_value", "Value attributed to it", formulas.ATTRIBUTED, second, addin=True),
            Field("peer_revenue_reporting", that, converted, second),
            Field("multiple", "Value ÷ revenue", formulas.MULTIPLE, "×", addin=True, strong=True, precise=True),
            Field("plain_multiple", "The same without attribution", plain, "×", precise=True, note=note),
        ),
    )


def _value(case: Case, section: Users) -> Fields:
    money, second, fx = case.company.display_unit, case.company.reporting_unit, case.company.fx
    abroad = Field("value_reporting", "Equity value", formulas.VALUE_REPORTING, second, addin=True, strong=True)
    return Fields(
        "Value",
        (
            Field("value", "Equity value", formulas.VALUE, money, "Users_Equity", addin=True, strong=True),
            *((_given(case, "fx", fx), abroad) if fx else ()),
            Field("per_user", "Value per user", formulas.PER_USER, formulas.each(case, section), addin=True),
        ),
    )


def _given(case: Case, name: str, figure_id: str) -> Field:
    """A figure of the case as it stands, under its own label."""
    given = case.figures[figure_id]
    return Field(name, given.label, Link(figure(figure_id)), given.unit)
