"""The workings of Log: what made and proved the workbook, which of its checks hold, and lines to type in."""

from importlib.metadata import version
from typing import Final

from valuation.about import steelyard_version
from workbooks.declarations.excel_functions import COUNTIF, ROWS
from workbooks.declarations.expressions import composed, ref
from workbooks.declarations.sheet import Input

_STATUS: Final = ref("check_rows.status")
HOLD: Final = composed("{} of {} hold", COUNTIF(_STATUS, "OK"), ROWS(_STATUS))
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
