"""DCF: what the free cash flows are worth today, year by year and after the forecast."""

from workbooks.case.model import Case, Dcf
from workbooks.declarations.excel_functions import IF
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.sheet import Check, Field, Fields, Input, Sheet, present
from workbooks.sheets.dcf import forecast, formulas, grid
from workbooks.sheets.money import link

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
            _value(case, section),
            forecast.table(case, section),
            _cost_of_capital(section),
            _terminal(case, section),
            grid.table(case, section),
        ),
        checks=_checks(section),
        headlines=("enterprise", "terminal_share"),
        tab="results",
    )


def _value(case: Case, section: Dcf) -> Fields:
    money = case.company.display_unit
    by_catalogue = formulas.by_catalogue(section)
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
            Field("low", "Enterprise value, low", grid.corner(section, low=True), money, note=grid.NOTE),
            Field("high", "Enterprise value, high", grid.corner(section, low=False), money),
        ),
    )


def _cost_of_capital(section: Dcf) -> Fields:
    given = section.wacc
    mid_year = Field("flows", "Flows come mid-year", Input("yes" if section.mid_year else "no", ("yes", "no")))
    as_number = Field("mid_year", "as a number", IF(equal(ref("dcf.flows"), "yes"), 1, 0))
    if isinstance(given, str):
        return Fields(
            "Cost of capital",
            (Field("wacc", "WACC", link(given), "rate", strong=True, precise=True), mid_year, as_number),
        )
    return Fields(
        "Cost of capital",
        (
            Field("risk_free", "Risk-free rate", link(given.risk_free), "rate", precise=True),
            Field("beta", "Beta, levered", link(given.beta), precise=True),
            Field("equity_premium", "Equity risk premium", link(given.equity_premium), "rate", precise=True),
            Field("cost_of_equity", "Cost of equity (CAPM)", formulas.COST_OF_EQUITY, "rate", addin=True, precise=True),
            Field("cost_of_debt", "Cost of debt before tax", link(given.cost_of_debt), "rate", precise=True),
            Field("tax_shield", "Tax rate of the last year", formulas.tax_shield(section), "rate"),
            Field("debt_share", "Debt ÷ (debt + equity)", link(given.debt_share), "share"),
            Field("equity_share", "Equity ÷ (debt + equity)", 1 - ref("dcf.debt_share"), "share"),
            Field("wacc", "WACC", formulas.COST_OF_CAPITAL, "rate", "DCF_WACC", addin=True, strong=True, precise=True),
            mid_year,
            as_number,
        ),
    )


def _terminal(case: Case, section: Dcf) -> Fields:
    money, growth, multiple = case.company.display_unit, section.terminal_growth, section.exit_multiple
    steady_note = "after tax, before working capital"
    return Fields(
        "Terminal value",
        present(
            Field(
                "steady_flow",
                "Last year's flow",
                formulas.flow_before_working_capital(section),
                money,
                note=steady_note,
            ),
            Field("steady_working_capital", "Working capital ÷ growth", formulas.tied_up_per_growth(section), money),
            Field("terminal_growth", "Growth for ever", link(growth), "rate", precise=True) if growth else None,
            Field("exit_multiple", "Exit multiple of EBITDA", link(multiple), "×", precise=True) if multiple else None,
            Field("terminal_value", "Terminal value", formulas.terminal_value(section), money, strong=True),
            Field("terminal_period", "Years until it comes", forecast.years_to_terminal(section), "years"),
            Field(
                "implied_multiple",
                "Implied multiple of EBITDA",
                formulas.implied_multiple(section),
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
    most = formulas.share_below(HIGH_SHARE)
    return present(
        below if section.terminal_growth else None,
        Check("terminal_share", "The terminal value is at most 85 % of the value", most, "warn", "dcf.terminal_share"),
    )
