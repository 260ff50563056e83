"""The scenario in force year by year: its revenue and its profit, and the chart of both."""

from collections.abc import Callable

from valuation.multiples import implied_value
from valuation.periods import project
from workbooks.case import Case, Scenarios
from workbooks.spec import Call, Chart, Column, Formula, Table, Values
from workbooks.workings.money import displayed


def _years(case: Case, section: Scenarios) -> range:
    return range(int(case.figures[section.years].value) + 1)


def path(case: Case, section: Scenarios) -> Table:
    """Revenue and profit of every year."""
    money = case.company.display_unit
    years = _years(case, section)
    revenue = Call(project, {"base": "scenarios.revenue", "growth": "scenarios.selected_growth", "years": "year"})
    profit = Call(implied_value, {"metric": "revenue", "multiple": "margin"})
    margin = Formula(
        "INDEX({scenarios_of.net_margin},{scenarios.selected})",
        lambda v: v("scenarios_of.net_margin")[int(v("scenarios.selected")) - 1],
    )
    profits = (
        Column("margin", "Net margin", margin, unit="rate"),
        Column("profit", "Net profit", profit, unit=money, keys=[f"path_profit.{n}" for n in years]),
    )
    return Table(
        "path",
        "Year by year, scenario in force",
        note=f"Year 0 is {case.figures[section.revenue].as_of}; the mix and its margins are those of the last year.",
        rows=len(years),
        columns=(
            Column("label", "Year", Formula('"Year "&{year}', lambda v: [f"Year {int(year)}" for year in v("year")])),
            Column(
                "year", "Number", cells=[_year(n) for n in years], keys=[f"path_year.{n}" for n in years], unit="years"
            ),
            Column("revenue", "Revenue", revenue, unit=money, keys=[f"path_revenue.{n}" for n in years]),
            *(profits if section.parts else ()),
        ),
    )


def behind(case: Case, section: Scenarios) -> Table:
    """What the chart shows."""
    years = _years(case, section)
    profit = Column("profit", "Net profit", cells=[displayed(f"path_profit.{n}") for n in years])
    return Table(
        "path_shown",
        "Behind the chart",
        quiet=True,
        rows=len(years),
        columns=(
            Column("label", "Year", cells=[Formula(f'"Year "&{{path_year.{n}}}', _label(n)) for n in years]),
            Column("revenue", "Revenue", cells=[displayed(f"path_revenue.{n}") for n in years]),
            *([profit] if section.parts else ()),
        ),
    )


def _label(year: int) -> Callable[[Values], str]:
    return lambda _: f"Year {year}"


def _year(number: int) -> Formula:
    if not number:
        return Formula("0", lambda v: 0.0)  # noqa: ARG005 - needs no values
    before = f"path_year.{number - 1}"
    return Formula(f"{{{before}}}+1", lambda v: v(before) + 1)


def chart(case: Case, section: Scenarios) -> Chart:
    """The chart, in the display unit."""
    title, series = ("Revenue and net profit", ("revenue", "profit")) if section.parts else ("Revenue", ("revenue",))
    return Chart("columns", f"{title}, scenario in force", "path_shown", case.company.display_unit, series=series)
