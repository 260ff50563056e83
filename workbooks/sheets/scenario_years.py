"""The scenario in force year by year: its revenue and its profit, and the chart of both."""

from workbooks.case import Case, Scenarios
from workbooks.spec import Chart, Column, Table, present
from workbooks.workings import scenario_years as workings
from workbooks.workings.arithmetic import counted
from workbooks.workings.scenarios import picked


def path(case: Case, section: Scenarios) -> Table:
    """Revenue and profit of every year."""
    money, years = case.company.display_unit, workings.years(case, section)
    keys = [f"path_year.{year}" for year in years]
    columns = present(
        Column("label", "Year", workings.LABEL),
        Column("year", "Number", cells=counted(keys, first=0), keys=keys, unit="years"),
        Column("revenue", "Revenue", workings.REVENUE, unit=money),
        Column("margin", "Net margin", picked("net_margin"), unit="rate") if section.parts else None,
        Column("profit", "Net profit", workings.PROFIT, unit=money) if section.parts else None,
    )
    note = f"Year 0 is {case.figures[section.revenue].as_of}; the mix and its margins are those of the last year."
    return Table("path", "Year by year, scenario in force", columns, len(years), note)


def chart(case: Case, section: Scenarios) -> Chart:
    """The chart, in the display unit."""
    title, series = ("Revenue and net profit", ("revenue", "profit")) if section.parts else ("Revenue", ("revenue",))
    return Chart("columns", f"{title}, scenario in force", "path_shown", case.company.display_unit, series=series)


def behind(case: Case, section: Scenarios) -> Table:
    """What the chart shows."""
    years = workings.years(case, section)
    profit = [workings.shown("profit", year) for year in years] if section.parts else ()
    columns = present(
        Column("label", "Year", cells=[workings.label(year) for year in years]),
        Column("revenue", "Revenue", cells=[workings.shown("revenue", year) for year in years]),
        Column("profit", "Net profit", cells=profit) if section.parts else None,
    )
    return Table("path_shown", "Behind the chart", columns, len(years), quiet=True)
