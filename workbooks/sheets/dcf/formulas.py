"""The formulas of the DCF sheet: the cost of capital, the terminal value, what each terminal value implies."""

from typing import Final

from valuation.intrinsic import cost_of_equity, dcf_value, wacc
from workbooks.case.model import Dcf
from workbooks.declarations.calls import Argument, Call
from workbooks.declarations.excel_functions import IF, SUM, SUMPRODUCT
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.dcf.forecast import last, of_years

WACC: Final = ref("dcf.wacc")
GROWTH: Final = ref("dcf.terminal_growth")

COST_OF_EQUITY: Final = Call(
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


def explicit(section: Dcf) -> Expression:
    """The present value of the years that are forecast."""
    return SUM(of_years("present", section))


def flow_before_working_capital(section: Dcf) -> Expression:
    """The last year's free cash flow before its increase of working capital."""
    return last("nopat", section) + last("depreciated", section) - last("invested", section)


def tied_up_per_growth(section: Dcf) -> Expression:
    """The working capital that a growth of 100 % would tie up after the last year."""
    return last("working_capital", section) * last("revenue", section)


def next_flow(growth: Expression) -> Expression:
    """The free cash flow of the year after the forecast, at a growth."""
    return ref("dcf.steady_flow") * (1 + growth) - ref("dcf.steady_working_capital") * growth


def perpetuity(rate: Expression, growth: Expression) -> Expression:
    """The value of all later flows, where the last year of the forecast ends or, mid-year, half a year earlier."""
    return next_flow(growth) / (rate - growth)


# What half a year's discount comes to, where flows come mid-year.
HALF_YEAR: Final = (1 + WACC) ** (ref("dcf.mid_year") / 2)


def implied_multiple(section: Dcf) -> Expression:
    """The multiple of the last EBITDA that a terminal value by growth comes to at the year's end."""
    ebitda = last("ebitda", section)
    return IF(ebitda > 0, ref("dcf.terminal_value") * HALF_YEAR / ebitda, NOT_MEANINGFUL)


# The growth for ever that a terminal value by an exit multiple takes for granted.
_AT_FLOWS: Final = ref("dcf.terminal_value") / HALF_YEAR
IMPLIED_GROWTH: Final = (_AT_FLOWS * WACC - ref("dcf.steady_flow")) / (
    _AT_FLOWS + ref("dcf.steady_flow") - ref("dcf.steady_working_capital")
)


def enterprise(section: Dcf, rate: Expression, growth: Expression) -> Expression:
    """The enterprise value at a cost of capital and a terminal growth, or exit multiple, of any cell."""
    explicit_value = SUMPRODUCT(of_years("flow", section) / (1 + rate) ** of_years("period", section))
    terminal = last("ebitda", section) * growth if section.exit_multiple else perpetuity(rate, growth)
    return explicit_value + terminal / (1 + rate) ** ref("dcf.terminal_period")


def by_catalogue(section: Dcf) -> Call:
    """The present value of the forecast by DCF_VALUE."""
    arguments: dict[str, Argument] = {
        "cash_flows": of_years("flow", section),
        "rate": "dcf.wacc",
        "mid_year": ref("dcf.mid_year") > 0,
    }
    return Call(dcf_value, arguments, native=explicit(section))


ENTERPRISE: Final = ref("dcf.explicit") + ref("dcf.terminal_present")
TERMINAL_SHARE: Final = ref("dcf.terminal_present") / ref("dcf.enterprise")
BELOW_WACC: Final = GROWTH < WACC


def terminal_value(section: Dcf) -> Expression:
    """The value of everything after the forecast, when it comes."""
    if section.exit_multiple:
        return last("ebitda", section) * ref("dcf.exit_multiple")
    return perpetuity(WACC, GROWTH)


TERMINAL_PRESENT: Final = ref("dcf.terminal_value") / (1 + WACC) ** ref("dcf.terminal_period")


def tax_shield(section: Dcf) -> Expression:
    """The tax rate at which interest is deducted: that of the last year."""
    return last("tax_rate", section)


def share_below(most: float) -> Expression:
    """Whether the terminal value is no more than a share of the value."""
    return ref("dcf.terminal_share") <= most
