"""DCF: present value of free cash flows by year, and terminal value."""

from workbooks.case.cash_flows import Dcf
from workbooks.case.model import Case
from workbooks.declarations.excel_functions import MIN
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Check, Field, Fields, Sheet, present
from workbooks.sheets.dcf import forecast, forecast_formulas, formulas, grid, steps
from workbooks.sheets.dcf.cost_of_capital import betas, cost_of_capital
from workbooks.sheets.dcf.forecast_formulas import dcf
from workbooks.sheets.forecast_start import start_check
from workbooks.sheets.money import link

NO_LOSS = "No year of the forecast has a loss, whose tax is a credit"
FIRST_YEAR = "The first year of the forecast ends within a year of the valuation"
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
            cost_of_capital(case, section),
            betas(section),
            _terminal(case, section),
            grid.table(case),
        ),
        checks=_checks(case, section),
        headlines=("enterprise", "terminal_share"),
        tab="results",
    )


def _value(case: Case) -> Fields:
    money = case.company.display_unit
    present_value, by_catalogue = formulas.present_value(case), not dcf(case).first_year_end
    return Fields(
        "Enterprise value",
        (
            Field("explicit", "Present value of the forecast", present_value, money, addin=by_catalogue),
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
            Field(
                "terminal_period",
                "Years until it comes",
                forecast_formulas.years_to_terminal(case),
                "years",
                precise=True,
            ),
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
            *steps.fields(case),
        ),
    )


def _checks(case: Case, section: Dcf) -> tuple[Check, ...]:
    below = Check(
        "growth_below_wacc", "Terminal growth is below the WACC", formulas.BELOW_WACC, "fail", "dcf.terminal_growth"
    )
    most = ref("dcf.terminal_share") <= HIGH_SHARE
    within = Check("stub", FIRST_YEAR, forecast_formulas.STUB_IN_A_YEAR, "fail", "dcf.stub")
    losses = MIN(forecast_formulas.of_years("ebit", case)) >= 0
    return present(
        Check("dcf_losses", NO_LOSS, losses, "warn", "forecast.ebit"),
        below if section.terminal_growth else None,
        within if section.first_year_end else None,
        start_check(case, "dcf", "forecast.period"),
        Check("terminal_share", "The terminal value is at most 85 % of the value", most, "warn", "dcf.terminal_share"),
    )
