"""Cash flows by year at a higher and a lower growth of revenue, for the tornado."""

from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Link, Table
from workbooks.sheets.dcf.forecast_formulas import dcf, years
from workbooks.sheets.sensitivity import moved_growth_formulas as formulas
from workbooks.sheets.sensitivity.varied_methods_formulas import End

TABLE: Final = "dcf_growth"
RESULTS: Final = ("dcf_growth.value_low", "dcf_growth.value_high")
HEADINGS: Final[dict[End, tuple[str, ...]]] = {
    "low": ("Revenue, lower growth", "Free cash flow, lower growth", "Present value, lower growth"),
    "high": ("Revenue, higher growth", "Free cash flow, higher growth", "Present value, higher growth"),
}


def table(case: Case, place: int) -> Table:
    """One row per year and one for the terminal value, for both ends of a swing; the last row is the value."""
    count, money = years(case), case.company.display_unit
    labels: list[Content] = [Link(f"forecast.year[{year + 1}]") for year in range(1, count + 1)]
    columns = [Column("year", "Year", cells=[*labels, "Terminal value", "Enterprise value"])]
    for end in ("low", "high"):
        columns += _columns(case, end, place, count, money)
    return Table(TABLE, "Discounted cash flow: growth at its ends", columns, count + 2, quiet=True)


def _columns(case: Case, end: End, place: int, count: int, money: str) -> list[Column]:
    points = ref(f"dcf_swings.{end}[{place}]") - ref(f"forecast.growth[{count + 1}]")
    names = [f"{name}_{end}" for name in ("revenue", "flow", "present")]
    revenue: list[Content] = [formulas.revenue(TABLE, end, year, points) for year in range(1, count + 1)]
    flow: list[Content] = [formulas.flow(dcf(case), TABLE, end, year) for year in range(1, count + 1)]
    present: list[Content] = [formulas.present(TABLE, end, year) for year in range(1, count + 1)]
    terminal, value = formulas.terminal(dcf(case), TABLE, end, count), formulas.value(TABLE, end, count)
    cells: list[list[Content]] = [
        [*revenue, None, None],
        [*flow, terminal, None],
        [*present, formulas.terminal_present(TABLE, end, count), value],
    ]
    keys = ["", "", *[""] * (count - 1), f"{TABLE}.value_{end}"]
    return [
        Column(name, heading, cells=column, unit=money, keys=keys if name.startswith("present") else ())
        for name, heading, column in zip(names, HEADINGS[end], cells, strict=True)
    ]
