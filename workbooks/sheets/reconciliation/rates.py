"""Rates of return in the reconciliation: starting values, and whether the present value is 0."""

from typing import Final

from workbooks.case.lines import Line
from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.sheets.reconciliation import rates_formulas

NOTE: Final = (
    "IRR or XIRR searches until it is near the rate; one step of Newton's method then gives the last digits. It begins "
    "with the rate that was found when the workbook was built, since flows may have several."
)


def lines(case: Case) -> list[Line]:
    """The lines that give a rate of return."""
    return [line for line in case.reconciliation if line.method in ("irr_of_flows", "xirr_of_flows")]


def table(case: Case) -> Table | None:
    """The section; none without such lines."""
    given = lines(case)
    if not given:
        return None
    labels = [case.figures[line.published].label for line in given]
    first: list[Content] = [rates_formulas.first(line) for line in given]
    search: list[Content] = [rates_formulas.search(line, row) for row, line in enumerate(given, start=1)]
    met: list[Content] = [rates_formulas.met(line) for line in given]
    columns = (
        Column("label", "Figure", cells=labels, width=40, wrap=True),
        Column("first", "Found when built", cells=first, unit="rate", precise=True),
        Column("search", "By IRR or XIRR", cells=search, unit="rate", precise=True),
        Column("met", "Value of the flows is 0", cells=met, unit="status", width=24),
    )
    return Table("rates", "Rates of return", columns, len(given), NOTE)
