"""The forecast of the DCF sheet: a column a year, from the drivers to the present value of the free cash flow."""

import re
from collections.abc import Callable
from typing import Final

from workbooks.case.cash_flows import Dcf
from workbooks.case.model import Case
from workbooks.declarations.expressions import cells as stretch
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import ABSENT
from workbooks.sheets.money import figure, in_currency, link

YEAR: Final = re.compile(r"\d{4}")
MID_YEAR: Final = ref("dcf.mid_year")
STUB: Final = ref("dcf.stub")  # the part of the first year that is still to come


def dcf(case: Case) -> Dcf:
    """The section of a case that has one."""
    if case.dcf is None:
        message = "the case has no discounted cash flow"
        raise ValueError(message)
    return case.dcf


def years(case: Case) -> int:
    """How many years are forecast: as many as the longest driver has, else as many as are asked for."""
    longest = max(len(driver_figures(case, name)) for name in DRIVERS)
    asked = int(case.figures[given].value) if (given := dcf(case).years) else 1
    return max(asked, longest)


DRIVERS: Final = {
    "growth": "Growth of revenue",
    "ebitda_margin": "EBITDA ÷ revenue",
    "depreciation": "Depreciation ÷ revenue",
    "tax_rate": "Tax rate",
    "capex": "Capital expenditure ÷ revenue",
    "working_capital": "Working capital ÷ growth of revenue",
}


def driver_figures(case: Case, name: str) -> tuple[str, ...]:
    """The figures of a driver: one for all years, or one a year."""
    given = getattr(dcf(case), name)
    return given if isinstance(given, tuple) else (given,)


def table(case: Case) -> Table:
    """The drivers of every year, and what follows from them."""
    count, money = years(case), case.company.display_unit

    def driver(name: str) -> Column:
        figures = driver_figures(case, name)
        given: list[Content] = [link(figures[min(year, len(figures) - 1)]) for year in range(count)]
        if name == "growth" and (target := dcf(case).fade_to) and count > 1:
            given = [given[0], *(_faded(target, year, count) for year in range(1, count))]
        return Column(name, DRIVERS[name], cells=[ABSENT, *given], unit="rate")

    def amount(name: str, heading: str, of: Expression | Callable[[int], Expression], unit: str = money) -> Column:
        cells: list[Content] = [of(year) if callable(of) else of for year in range(1, count + 1)]
        return Column(name, heading, cells=[ABSENT, *cells], unit=unit)

    revenue: list[Content] = [
        in_currency(case, dcf(case).revenue, case.company.currency),
        *[_grown(year) for year in range(1, count + 1)],
    ]
    columns = (
        Column("year", "", cells=[_year(case, year) for year in range(count + 1)], role="heading"),
        driver("growth"),
        Column("revenue", "Revenue", cells=revenue, unit=money),
        driver("ebitda_margin"),
        amount("ebitda", "EBITDA", ref("revenue") * ref("ebitda_margin")),
        driver("depreciation"),
        amount("depreciated", "Depreciation and amortisation", ref("revenue") * ref("depreciation")),
        amount("ebit", "EBIT", ref("ebitda") - ref("depreciated")),
        driver("tax_rate"),
        amount("taxed", "Tax on EBIT", ref("ebit") * ref("tax_rate")),
        amount("nopat", "Operating profit after tax (NOPAT)", ref("ebit") - ref("taxed")),
        driver("capex"),
        amount("invested", "Capital expenditure", ref("revenue") * ref("capex")),
        driver("working_capital"),
        amount("tied_up", "Increase of working capital", _tied_up),
        amount("flow", "Free cash flow", lambda year: _flow(case, year)),
        amount("period", "Years until it comes", lambda year: _period(case, year), "years"),
        amount("factor", "Discount factor", 1 / (1 + ref("dcf.wacc")) ** ref("period"), ""),
        amount("present", "Present value", ref("flow") * ref("factor")),
    )
    return Table("forecast", "Forecast", columns, count + 1, across=True)


def of_years(column: str, case: Case) -> Expression:
    """The cells of a row of the forecast without the last actual year."""
    return stretch(f"forecast.{column}", 2, years(case) + 1)


def last(column: str, case: Case) -> Expression:
    """The cell of the last year of the forecast."""
    return ref(f"forecast.{column}[{years(case) + 1}]")


def years_to_terminal(case: Case) -> Expression:
    """The years until the terminal value: a sale is at a year's end, later flows come mid-year where all do."""
    if dcf(case).exit_multiple:
        return STUB + (years(case) - 1) if dcf(case).first_year_end else Literal(float(years(case)))
    return last("period", case)


def _faded(target: str, year: int, count: int) -> Expression:
    """The growth of a year on the way from the first year's to the last, in equal steps."""
    first = ref("forecast.growth[2]")
    return first + (ref(figure(target)) - first) * year / (count - 1)


def _grown(year: int) -> Expression:
    return ref(f"forecast.revenue[{year}]") * (1 + ref("growth"))


def _tied_up(year: int) -> Expression:
    return ref("working_capital") * (ref("revenue") - ref(f"forecast.revenue[{year}]"))


def _flow(case: Case, year: int) -> Expression:
    """The free cash flow of a year; of the first only the part that is still to come."""
    flow = ref("nopat") + ref("depreciated") - ref("invested") - ref("tied_up")
    return grouped(flow) * STUB if year == 1 and dcf(case).first_year_end else flow


def _period(case: Case, year: int) -> Expression:
    """The years until the flow of a year comes: its end, or mid-year its middle."""
    if not dcf(case).first_year_end:
        return Literal(float(year)) - MID_YEAR / 2
    return STUB * (1 - MID_YEAR / 2) if year == 1 else STUB + (year - 1) - MID_YEAR / 2


def _year(case: Case, year: int) -> str:
    """What a year is called: 2025A, 2026E."""
    found = YEAR.search(case.figures[dcf(case).revenue].as_of)
    first = int(found[0]) if found else case.company.as_of.year
    return f"{first + year}{'E' if year else 'A'}"
