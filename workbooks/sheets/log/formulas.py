"""The workings of Log: what made and proved the workbook, which of its checks hold, and lines to type in."""

from importlib.metadata import version
from typing import Final

from valuation.about import steelyard_version
from workbooks.declarations.sheet import Formula, Input

HOLD: Final = Formula(
    'COUNTIF({check_rows.status},"OK")&" of "&ROWS({check_rows.status})&" hold"',
    lambda v: f"{list(v('check_rows.status')).count('OK')} of {len(v('check_rows.status'))} hold",
)
STATUS: Final = Input("draft", ("draft", "in review", "approved"))
TO_TYPE: Final = Input("")


def made_with() -> str:
    """What made the workbook."""
    return f"Steelyard {steelyard_version()}"


def proved_with() -> str:
    """The spreadsheet engine that every build computes its formulas with, to hold them against the core."""
    return f"formualizer {version('formualizer')}"


def lines(first: str, rows: int) -> list[Input]:
    """A column of the change log: what the build says in its first line, then lines to fill."""
    return [Input(first), *[TO_TYPE] * (rows - 1)]
