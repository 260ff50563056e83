"""The formulas of the forecast: its years, its drivers, its flows and when they come."""

from typing import Final

from workbooks.case.cash_flows import Dcf
from workbooks.case.model import Case
from workbooks.declarations.excel_functions import AND
from workbooks.declarations.expressions import cells as stretch
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.trees import Expression, Literal
from workbooks.sheets.money import figure

MID_YEAR: Final = ref("dcf.mid_year")


STUB: Final = ref("dcf.stub")  # the part of the first year that is still to come
_DAYS: Final = ref("inputs.days_in_year")
STUB_IN_A_YEAR: Final = AND(STUB > 0, grouped(_DAYS + 1) / _DAYS >= STUB)  # a leap year has one day more

DRIVERS: Final = {
    "growth": "Growth of revenue",
    "ebitda_margin": "EBITDA ÷ revenue",
    "depreciation": "Depreciation ÷ revenue",
    "tax_rate": "Tax rate",
    "capex": "Capital expenditure ÷ revenue",
    "working_capital": "Working capital ÷ growth of revenue",
}


def dcf(case: Case) -> Dcf:
    """The section of a case that has one."""
    if case.dcf is None:
        message = "the case has no discounted cash flow"
        raise ValueError(message)
    return case.dcf


def years(case: Case) -> int:
    """Number of forecast years: the length of the longest driver, else as given."""
    longest = max(len(driver_figures(case, name)) for name in DRIVERS)
    asked = int(case.figures[given].value) if (given := dcf(case).years) else 1
    return max(asked, longest)


def driver_figures(case: Case, name: str) -> tuple[str, ...]:
    """The figures of a driver: one for all years, or one a year."""
    given = getattr(dcf(case), name)
    return given if isinstance(given, tuple) else (given,)


def of_years(column: str, case: Case) -> Expression:
    """The cells of a row of the forecast without the last actual year."""
    return stretch(f"forecast.{column}", 2, years(case) + 1)


def last(column: str, case: Case) -> Expression:
    """The cell of the last year of the forecast."""
    return ref(f"forecast.{column}[{years(case) + 1}]")


def years_to_terminal(case: Case) -> Expression:
    """Years until the terminal value: a sale is at the end of a year; a perpetuity is mid-year if all flows are."""
    if dcf(case).exit_multiple:
        return STUB + (years(case) - 1) if dcf(case).first_year_end else Literal(float(years(case)))
    return last("period", case)


def faded(target: str, year: int, count: int) -> Expression:
    """The growth of a year on the way from the first year's to the last, in equal steps."""
    first = ref("forecast.growth[2]")
    return first + (ref(figure(target)) - first) * year / (count - 1)


def grown(year: int) -> Expression:
    """The revenue of a year: that of the year before, grown."""
    return ref(f"forecast.revenue[{year}]") * (1 + ref("growth"))


def tied_up(year: int) -> Expression:
    """The increase of working capital with revenue."""
    return ref("working_capital") * (ref("revenue") - ref(f"forecast.revenue[{year}]"))


def flow(case: Case, year: int) -> Expression:
    """The free cash flow of a year; of the first only the part that is still to come."""
    flow = ref("nopat") + ref("depreciated") - ref("invested") - ref("tied_up")
    return grouped(flow) * STUB if year == 1 and dcf(case).first_year_end else flow


def period(case: Case, year: int) -> Expression:
    """The years until the flow of a year comes: its end, or mid-year its middle."""
    if not dcf(case).first_year_end:
        return Literal(float(year)) - MID_YEAR / 2
    return STUB * (1 - MID_YEAR / 2) if year == 1 else STUB + (year - 1) - MID_YEAR / 2
