"""The forecast of the DCF sheet: a column a year, from the drivers to the present value of the free cash flow."""

import re
from collections.abc import Callable
from typing import Final

from workbooks.case.model import Case, Dcf
from workbooks.declarations.expressions import cells as stretch
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import ABSENT
from workbooks.sheets.money import link, local

YEAR: Final = re.compile(r"\d{4}")
MID_YEAR: Final = ref("dcf.mid_year")


def years(section: Dcf) -> int:
    """How many years are forecast: as many as the longest driver has, else as many as are asked for."""
    return max([section.years or 1, *(len(getattr(section, name)) for name in DRIVERS)])


DRIVERS: Final = {
    "growth": "Growth of revenue",
    "ebitda_margin": "EBITDA ÷ revenue",
    "depreciation": "Depreciation ÷ revenue",
    "tax_rate": "Tax rate",
    "capex": "Capital expenditure ÷ revenue",
    "working_capital": "Working capital ÷ growth of revenue",
}


def table(case: Case, section: Dcf) -> Table:
    """The drivers of every year, and what follows from them."""
    count, money = years(section), case.company.display_unit

    def driver(name: str) -> Column:
        figures = getattr(section, name)
        given = [link(figures[min(year, len(figures) - 1)]) for year in range(count)]
        return Column(name, DRIVERS[name], cells=[ABSENT, *given], unit="rate")

    def amount(name: str, heading: str, of: Expression | Callable[[int], Expression], unit: str = money) -> Column:
        cells: list[Content] = [of(year) if callable(of) else of for year in range(1, count + 1)]
        return Column(name, heading, cells=[ABSENT, *cells], unit=unit)

    revenue: list[Content] = [local(case, section.revenue), *[_grown(year) for year in range(1, count + 1)]]
    columns = (
        Column("year", "", cells=[_year(case, section, year) for year in range(count + 1)], role="heading"),
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
        amount("flow", "Free cash flow", ref("nopat") + ref("depreciated") - ref("invested") - ref("tied_up")),
        amount("period", "Years until it comes", _period, "years"),
        amount("factor", "Discount factor", 1 / (1 + ref("dcf.wacc")) ** ref("period"), ""),
        amount("present", "Present value", ref("flow") * ref("factor")),
    )
    return Table("forecast", "Forecast", columns, count + 1, across=True)


def of_years(column: str, section: Dcf) -> Expression:
    """The cells of a row of the forecast without the last actual year."""
    return stretch(f"forecast.{column}", 2, years(section) + 1)


def last(column: str, section: Dcf) -> Expression:
    """The cell of the last year of the forecast."""
    return ref(f"forecast.{column}[{years(section) + 1}]")


def years_to_terminal(section: Dcf) -> Expression:
    """The years until the terminal value: a sale is at a year's end, later flows come mid-year where all do."""
    if section.exit_multiple:
        return Literal(float(years(section)))
    return last("period", section)


def _grown(year: int) -> Expression:
    return ref(f"forecast.revenue[{year}]") * (1 + ref("growth"))


def _tied_up(year: int) -> Expression:
    return ref("working_capital") * (ref("revenue") - ref(f"forecast.revenue[{year}]"))


def _period(year: int) -> Expression:
    return Literal(float(year)) - MID_YEAR / 2


def _year(case: Case, section: Dcf, year: int) -> str:
    """What a year is called: 2025A, 2026E."""
    found = YEAR.search(case.figures[section.revenue].as_of)
    first = int(found[0]) if found else case.company.as_of.year
    return f"{first + year}{'E' if year else 'A'}"
