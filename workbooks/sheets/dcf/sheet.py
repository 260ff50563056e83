"""DCF: what the free cash flows are worth today, year by year and after the forecast."""

from workbooks.case.cash_flows import Dcf
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Check, Column, Field, Fields, Input, Sheet, Table, present
from workbooks.sheets.dcf import forecast, formulas, grid
from workbooks.sheets.money import date_of, link

HIGH_SHARE = 0.85  # of the terminal value in enterprise value: above, the forecast says little


def sheet(case: Case) -> Sheet | None:
    """The DCF sheet; a case without a DCF has none."""
    section = case.dcf
    if section is None:
        return None
    return Sheet(
        "dcf",
        "DCF",
        "Discounted cash flow",
        "What are the company's free cash flows worth today, and how much of that lies beyond the forecast?",
        present(
            _value(case),
            forecast.table(case),
            _cost_of_capital(case, section),
            _betas(section),
            _terminal(case, section),
            grid.table(case),
        ),
        checks=_checks(section),
        headlines=("enterprise", "terminal_share"),
        tab="results",
    )


def _value(case: Case) -> Fields:
    money = case.company.display_unit
    by_catalogue = formulas.by_catalogue(case)
    return Fields(
        "Enterprise value",
        (
            Field("explicit", "Present value of the forecast", by_catalogue, money, addin=True),
            Field("terminal_present", "Present value of the terminal value", formulas.TERMINAL_PRESENT, money),
            Field(
                "enterprise",
                "Enterprise value",
                formulas.ENTERPRISE,
                money,
                "DCF_EV",
                strong=True,
            ),
            Field("terminal_share", "Terminal value ÷ enterprise value", formulas.TERMINAL_SHARE, "share"),
            Field("low", "Enterprise value, low", grid.corner(case, low=True), money, note=grid.NOTE),
            Field("high", "Enterprise value, high", grid.corner(case, low=False), money),
        ),
    )


def _timing(case: Case, section: Dcf) -> tuple[Field, ...]:
    """When flows come."""
    chosen = Input("yes" if section.mid_year else "no", ("yes", "no"))
    ends = section.first_year_end
    return present(
        Field("flows", "Flows come mid-year", chosen, note="Choose from the list"),
        Field("mid_year", "Mid-year as a number", formulas.MID_YEAR),
        Field("valued", "Valued as of", date_of(case.company.as_of), "date") if ends else None,
        Field("first_year_end", "First year ends", link(ends), "date") if ends else None,
        Field("stub", "Part of the first year to come", formulas.STUB_YEAR, "years", precise=True) if ends else None,
    )


def _cost_of_capital(case: Case, section: Dcf) -> Fields:
    given = section.wacc
    if isinstance(given, str):
        rate = Field("wacc", "WACC", link(given), "rate", strong=True, precise=True)
        return Fields("Cost of capital", (rate, *_timing(case, section)))
    beta = link(given.beta) if given.beta else formulas.RELEVERED
    premium = given.size_premium
    return Fields(
        "Cost of capital",
        present(
            Field("risk_free", "Risk-free rate", link(given.risk_free), "rate", precise=True),
            Field("tax_shield", "Tax rate of the last year", formulas.tax_shield(case), "rate"),
            Field("debt_share", "Debt ÷ (debt + equity)", link(given.debt_share), "share"),
            Field("equity_share", "Equity ÷ (debt + equity)", 1 - ref("dcf.debt_share"), "share"),
            Field("unlevered", "Beta of the peers, unlevered", formulas.UNLEVERED) if given.beta_peers else None,
            Field("beta", "Beta, levered", beta, precise=True),
            Field("equity_premium", "Equity risk premium", link(given.equity_premium), "rate", precise=True),
            Field("size_premium", "Size premium", link(premium), "rate", precise=True) if premium else None,
            Field("cost_of_equity", "Cost of equity (CAPM)", formulas.CAPM, "rate", addin=True, precise=True)
            if not premium
            else Field("cost_of_equity", "Cost of equity", formulas.CAPM + ref("dcf.size_premium"), "rate"),
            Field("cost_of_debt", "Cost of debt before tax", link(given.cost_of_debt), "rate", precise=True),
            Field("wacc", "WACC", formulas.COST_OF_CAPITAL, "rate", "DCF_WACC", addin=True, strong=True, precise=True),
            *_timing(case, section),
        ),
    )


def _betas(section: Dcf) -> Table | None:
    """The betas of the peers without their debt."""
    if isinstance(section.wacc, str) or not section.wacc.beta_peers or section.wacc.beta:
        return None
    peers = section.wacc.beta_peers
    columns = (
        Column("name", "Peer", cells=[peer.name for peer in peers], width=34),
        Column("beta", "Beta", cells=[link(peer.beta) for peer in peers], precise=True),
        Column("debt_to_equity", "Debt ÷ equity", cells=[link(peer.debt_to_equity) for peer in peers], precise=True),
        Column("tax_rate", "Tax rate", cells=[link(peer.tax_rate) for peer in peers], unit="rate"),
        Column("unlevered", "Beta, unlevered", formulas.WITHOUT_DEBT, precise=True),
    )
    return Table("betas", "Betas of the peers", columns, len(peers))


def _terminal(case: Case, section: Dcf) -> Fields:
    money, growth, multiple = case.company.display_unit, section.terminal_growth, section.exit_multiple
    steady_note = "after tax, before working capital"
    return Fields(
        "Terminal value",
        present(
            Field(
                "steady_flow",
                "Last year's flow",
                formulas.flow_before_working_capital(case),
                money,
                note=steady_note,
            ),
            Field("steady_working_capital", "Working capital ÷ growth", formulas.tied_up_per_growth(case), money),
            Field("terminal_growth", "Growth for ever", link(growth), "rate", precise=True) if growth else None,
            Field("exit_multiple", "Exit multiple of EBITDA", link(multiple), "×", precise=True) if multiple else None,
            Field("terminal_value", "Terminal value", formulas.terminal_value(case), money, strong=True),
            Field("terminal_period", "Years until it comes", forecast.years_to_terminal(case), "years"),
            Field(
                "implied_multiple",
                "Implied multiple of EBITDA",
                formulas.implied_multiple(case),
                "×",
                precise=True,
            )
            if growth
            else None,
            Field("implied_growth", "Implied growth for ever", formulas.IMPLIED_GROWTH, "rate", precise=True)
            if multiple
            else None,
        ),
    )


def _checks(section: Dcf) -> tuple[Check, ...]:
    below = Check(
        "growth_below_wacc", "Terminal growth is below the WACC", formulas.BELOW_WACC, "fail", "dcf.terminal_growth"
    )
    most = ref("dcf.terminal_share") <= HIGH_SHARE
    return present(
        below if section.terminal_growth else None,
        Check("terminal_share", "The terminal value is at most 85 % of the value", most, "warn", "dcf.terminal_share"),
    )
