"""The forecast of the DCF sheet: one column per year, from the drivers to the present value of the free cash flow."""

from collections.abc import Callable
from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import ABSENT
from workbooks.sheets.dcf.forecast_formulas import (
    DRIVERS,
    dcf,
    driver_figures,
    faded,
    flow,
    grown,
    period,
    tied_up,
    years,
)
from workbooks.sheets.money import in_currency, link
from workbooks.sheets.year_names import year_name, year_of

NOTE: Final = (
    "The tax on a loss is a credit in the same year, as of a company whose other profits bear it; one that has none "
    "would be worth less."
)


def table(case: Case) -> Table:
    """Drivers of every year, and the lines calculated from them."""
    count, money = years(case), case.company.display_unit

    def driver(name: str) -> Column:
        figures = driver_figures(case, name)
        given: list[Content] = [link(figures[min(year, len(figures) - 1)]) for year in range(count)]
        if name == "growth" and (target := dcf(case).fade_to) and count > 1:
            given = [given[0], *(faded(target, year, count) for year in range(1, count))]
        return Column(name, DRIVERS[name], cells=[ABSENT, *given], unit="rate")

    def amount(
        name: str,
        heading: str,
        of: Expression | Callable[[int], Expression],
        unit: str = money,
        *,
        precise: bool = False,
    ) -> Column:
        cells: list[Content] = [of(year) if callable(of) else of for year in range(1, count + 1)]
        return Column(name, heading, cells=[ABSENT, *cells], unit=unit, precise=precise)

    revenue: list[Content] = [
        in_currency(case, dcf(case).revenue, case.company.currency),
        *[grown(year) for year in range(1, count + 1)],
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
        amount("tied_up", "Increase of working capital", tied_up),
        amount("flow", "Free cash flow", lambda year: flow(case, year)),
        amount("period", "Years until it comes", lambda year: period(case, year), "years", precise=True),
        amount("factor", "Discount factor", 1 / (1 + ref("dcf.wacc")) ** ref("period"), "ratio", precise=True),
        amount("present", "Present value", ref("flow") * ref("factor")),
    )
    return Table("forecast", "Forecast", columns, count + 1, NOTE, across=True)


def _year(case: Case, year: int) -> str:
    """Name of a year: 2025A, 2026E."""
    return year_name(year_of(case, dcf(case).revenue), year)
