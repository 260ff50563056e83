"""Formulas of the DCF sheet: cost of capital, terminal value, implied multiple and growth."""

from collections.abc import Mapping
from typing import Final

from valuation.intrinsic import cost_of_equity, dcf_value, wacc
from workbooks.case.model import Case
from workbooks.declarations.calls import Argument, Call
from workbooks.declarations.excel_functions import IF, MEDIAN, SUM, SUMPRODUCT
from workbooks.declarations.expressions import equal, grouped, ref
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.dcf.forecast_formulas import dcf, last, of_years

WACC: Final = ref("dcf.wacc")
GROWTH: Final = ref("dcf.terminal_growth")

MID_YEAR: Final = IF(equal(ref("dcf.flows"), "yes"), 1, 0)
STUB_YEAR: Final = (ref("dcf.first_year_end") - ref("dcf.valued")) / ref("inputs.days_in_year")

# Without debt a beta is levered ÷ (1 + (1 − tax) × debt ÷ equity) (Hamada 1972); with it the other way round.
_WITHOUT_DEBT: Final = ref("beta") / (1 + (1 - ref("tax_rate")) * ref("debt_to_equity"))
WITHOUT_DEBT: Final = IF(ref("debt_to_equity") > -1, _WITHOUT_DEBT, NOT_MEANINGFUL)  # net cash of all the equity
UNLEVERED: Final = MEDIAN(ref("betas.unlevered"))
RELEVERED: Final = ref("dcf.unlevered") * (
    1 + (1 - ref("dcf.tax_shield")) * ref("dcf.debt_share") / ref("dcf.equity_share")
)

CAPM: Final = Call(
    cost_of_equity,
    {"risk_free": "dcf.risk_free", "beta": "dcf.beta", "premium": "dcf.equity_premium"},
    native=ref("dcf.risk_free") + ref("dcf.beta") * ref("dcf.equity_premium"),
)
COST_OF_CAPITAL: Final = Call(
    wacc,
    {
        "equity": "dcf.equity_share",
        "debt": "dcf.debt_share",
        "cost_equity": "dcf.cost_of_equity",
        "cost_debt": "dcf.cost_of_debt",
        "tax": "dcf.tax_shield",
    },
    native=ref("dcf.equity_share") * ref("dcf.cost_of_equity")
    + ref("dcf.debt_share") * ref("dcf.cost_of_debt") * (1 - ref("dcf.tax_shield")),
)


def explicit(case: Case) -> Expression:
    """The present value of the years that are forecast."""
    return SUM(of_years("present", case))


def flow_before_working_capital(case: Case) -> Expression:
    """The last year's free cash flow before its increase of working capital."""
    return last("nopat", case) + last("depreciated", case) - last("invested", case)


def tied_up_per_growth(case: Case) -> Expression:
    """Increase of working capital at 100 % growth after the last year."""
    return last("working_capital", case) * last("revenue", case)


def next_flow(growth: Expression) -> Expression:
    """The free cash flow of the year after the forecast, at a growth."""
    return ref("dcf.steady_flow") * (1 + growth) - ref("dcf.steady_working_capital") * growth


def perpetuity(rate: Expression, growth: Expression) -> Expression:
    """The value of all later flows, where the last year of the forecast ends or, mid-year, half a year earlier."""
    return next_flow(growth) / (rate - growth)


# What half a year's discount comes to, where flows come mid-year.
HALF_YEAR: Final = (1 + WACC) ** (ref("dcf.mid_year") / 2)


def implied_multiple(case: Case) -> Expression:
    """The multiple of the last EBITDA that a terminal value by growth comes to at the year's end."""
    ebitda = last("ebitda", case)
    return IF(ebitda > 0, ref("dcf.terminal_value") * HALF_YEAR / ebitda, NOT_MEANINGFUL)


# The perpetual growth that a terminal value by an exit multiple implies.
_AT_FLOWS: Final = ref("dcf.terminal_value") / HALF_YEAR
IMPLIED_GROWTH: Final = (_AT_FLOWS * WACC - ref("dcf.steady_flow")) / (
    _AT_FLOWS + ref("dcf.steady_flow") - ref("dcf.steady_working_capital")
)


def enterprise(case: Case, rate: Expression, growth: Expression) -> Expression:
    """The enterprise value at a cost of capital and a terminal growth, or exit multiple, of any cell."""
    explicit_value = SUMPRODUCT(of_years("flow", case) / (1 + rate) ** of_years("period", case))
    terminal = last("ebitda", case) * growth if dcf(case).exit_multiple else perpetuity(rate, growth)
    return explicit_value + terminal / (1 + rate) ** ref("dcf.terminal_period")


def moved(case: Case, to: Mapping[str, Expression], base: Mapping[str, Expression]) -> Expression:
    """Enterprise value with one input replaced.

    `rate` and `other` (terminal growth or exit multiple) are what they are to be. `ebitda_margin` and `capex` move by
    the same points in every year, from their `base` in the last one.
    """
    (name, value), *_ = to.items()
    by_multiple = bool(dcf(case).exit_multiple)
    usual = ref("dcf.exit_multiple") if by_multiple else GROWTH
    if name in {"rate", "other"}:
        return enterprise(case, value if name == "rate" else WACC, value if name == "other" else usual)
    points = grouped(value - base[name])
    margin = name == "ebitda_margin"
    kept = 1 - of_years("tax_rate", case) if margin else Literal(-1.0)
    weights = of_years("revenue", case) * kept * of_years("factor", case)
    more: Expression = SUMPRODUCT(weights)
    if dcf(case).first_year_end:  # of the first year only a part is still to come
        first = ref("forecast.revenue[2]") * ref("forecast.factor[2]")
        first *= 1 - ref("forecast.tax_rate[2]") if margin else Literal(-1.0)
        more -= (1 - ref("dcf.stub")) * first
    return ref("dcf.enterprise") + points * grouped(more + _later(case, margin=margin, by_multiple=by_multiple))


def _later(case: Case, *, margin: bool, by_multiple: bool) -> Expression:
    """Present value that one point of a driver adds through the terminal value."""
    discounted = (1 + WACC) ** ref("dcf.terminal_period")
    if by_multiple:  # of EBITDA, which capital expenditure does not change
        added = last("revenue", case) * ref("dcf.exit_multiple") if margin else Literal(0.0)
        return added / discounted
    kept: Expression = 1 - last("tax_rate", case) if margin else Literal(-1.0)
    return last("revenue", case) * kept * (1 + GROWTH) / (WACC - GROWTH) / discounted


def present_value(case: Case) -> Expression:
    """The present value of the forecast: by DCF_VALUE, whose years are whole, where no first year is cut short."""
    if dcf(case).first_year_end:
        return explicit(case)
    arguments: dict[str, Argument] = {
        "cash_flows": of_years("flow", case),
        "rate": "dcf.wacc",
        "mid_year": ref("dcf.mid_year") > 0,
    }
    return Call(dcf_value, arguments, native=explicit(case))


ENTERPRISE: Final = ref("dcf.explicit") + ref("dcf.terminal_present")
TERMINAL_SHARE: Final = ref("dcf.terminal_present") / ref("dcf.enterprise")
BELOW_WACC: Final = GROWTH < WACC


def terminal_value(case: Case) -> Expression:
    """The value of everything after the forecast, when it comes."""
    if dcf(case).exit_multiple:
        return last("ebitda", case) * ref("dcf.exit_multiple")
    return perpetuity(WACC, GROWTH)


TERMINAL_PRESENT: Final = ref("dcf.terminal_value") / (1 + WACC) ** ref("dcf.terminal_period")


def tax_shield(case: Case) -> Expression:
    """The tax rate at which interest is deducted: that of the last year."""
    return last("tax_rate", case)
