"""The selected scenario year by year: its revenue and its profit, and a chart of each."""

from dataclasses import replace
from typing import Final

from workbooks.case.model import Case, Scenarios
from workbooks.declarations.sheet import Chart, Column, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.arithmetic import NOTHING, counted
from workbooks.sheets.scenarios import years_formulas as formulas
from workbooks.sheets.scenarios.formulas import picked

HALF, REST = 9.6, 11.0  # cm, at the most, of two charts side by side
SECOND: Final = 3  # the column that the second begins in


def path(case: Case, section: Scenarios) -> Table:
    """Revenue and profit of every year."""
    money, years = case.company.display_unit, formulas.years(case, section)
    keys = [f"path_year.{year}" for year in years]
    margin = formulas.after_the_first(years, picked("net_margin"))
    profit = formulas.after_the_first(years, formulas.PROFIT)
    columns = present(
        Column("label", "Year", cells=formulas.labels(case, section)),
        Column("year", "Years on", cells=counted(keys, first=0), keys=keys, unit="years"),
        Column("revenue", "Revenue", formulas.REVENUE, unit=money),
        Column("margin", "Net margin", cells=margin, unit="rate") if section.parts else None,
        Column("profit", "Net profit", cells=profit, unit=money) if section.parts else None,
    )
    return Table("path", "Year by year, selected scenario", columns, len(years), _note(case, section))


def _note(case: Case, section: Scenarios) -> str:
    """What the years are, and from when on the mix holds."""
    if formulas.first_year(case, section):
        note, begun = (
            "A is as given, E expected.",
            "A is as given, E expected. The mix and its margins are those of the last year.",
        )
        return begun if section.parts else note
    first = case.figures[section.revenue].as_of
    if section.parts:
        return Text(
            "Year 0 is {}. The mix and its margins are those of the last year, taken to hold from year 1.", first
        )
    return Text("Year 0 is {}.", first)


def charts(case: Case, section: Scenarios) -> list[Chart]:
    """The chart of revenue and beside it, on a scale of its own, that of profit, in the display unit."""
    title, unit = "{}, selected scenario, {}", case.company.display_unit
    revenue = Chart("columns", Text(title, "Revenue", unit), "path_shown", "", rows=14, series=("revenue",))
    if not section.parts:
        return [revenue]
    profit = Chart("columns", Text(title, "Net profit", unit), "path_shown", "", rows=14, series=("profit",))
    return [replace(revenue, width=HALF), replace(profit, beside=SECOND, width=REST)]


def behind(case: Case, section: Scenarios) -> Table:
    """What the charts show."""
    years = formulas.years(case, section)
    profit = [formulas.shown("profit", year) if year else NOTHING for year in years] if section.parts else ()
    columns = present(
        Column("label", "Year", cells=[formulas.label(year) for year in years]),
        Column("revenue", "Revenue", cells=[formulas.shown("revenue", year) for year in years]),
        Column("profit", "Net profit", cells=profit) if section.parts else None,
    )
    return Table("path_shown", "Behind the chart", columns, len(years), quiet=True)
