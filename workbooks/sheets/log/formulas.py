"""Formulas of Log: versions that built and verified the workbook, status of the checks, and lines to fill in."""

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
    """Version that built the workbook."""
    return f"Steelyard {steelyard_version()}"


def proved_with() -> str:
    """The engine that computes the formulas in every build for comparison with the core."""
    return f"formualizer {version('formualizer')}"


def lines(first: str, rows: int) -> list[Input]:
    """A column of the change log: a first line for the build, then lines to fill in."""
    return [Input(first), *[TO_TYPE] * (rows - 1)]
