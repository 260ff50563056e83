"""Registers the functions of the catalogue with the embedded engine, so that it also computes add-in cells.

Used by `steelyard recalc`, which needs no spreadsheet program.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from addin.binding import bind
from valuation.catalogue import CATALOGUE, Entry
from valuation.kernel.dates import serial_number
from workbooks.languages.language import CHINESE, language
from workbooks.opening.limits import STANDARD, Limits
from workbooks.recalculation.engine import recalculated
from workbooks.recalculation.evaluation import error, error_code
from workbooks.recalculation.trusted import Recalculated, Trust

_FAIL: Final = "FAIL"  # beginning of the status of a failed master check


def recalculate(data: bytes, trust: Trust | None = None, limits: Limits = STANDARD) -> Recalculated:
    """Compute and store the values of all formulas of a workbook, including add-in cells.

    Parameters
    ----------
    data : bytes
        The file, .xlsx or .xlsm.
    trust : Trust
        Which stored values are trusted; all of them if left out.
    limits : Limits
        Limits for the resources of the calculation.

    Raises
    ------
    PackageError
        If the file is not a workbook, or exceeds the limits.
    EngineError
        If a formula calls an unknown function, is part of a circular reference, or is not computed as in Excel.
    """
    registered = {entry.excel_name: engine_function(entry) for entry in CATALOGUE.values()}
    done = recalculated(data, registered, trust, limits)
    return replace(done, fails=done.verdict.startswith((_FAIL, language(CHINESE).text(_FAIL))))


def engine_function(entry: Entry) -> Callable[..., Any]:
    """Wrap a function of the catalogue: convert arguments from the engine and results for the engine.

    Examples
    --------
    >>> engine_function(CATALOGUE["per_share"])(1125.0, {"type": "Error", "kind": "Div"})
    {'type': 'Error', 'kind': 'Div'}
    """
    call = bind(entry, lambda code, _message: error(code))

    def answer(*values: Any) -> Any:  # noqa: ANN401 - cells
        found: Any = call(*(_rows(value) if isinstance(value, list) else _argument(value) for value in values))
        return [[_shown(cell) for cell in row] for row in found] if isinstance(found, list) else _shown(found)

    return answer


def _argument(value: Any) -> Any:  # noqa: ANN401 - a cell
    """A cell; the engine does not distinguish an empty cell from a left-out argument, so both count as left out."""
    return None if value == "" else _cell(value)


def _rows(rows: list[list[Any]]) -> list[list[Any]]:
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(value: Any) -> Any:  # noqa: ANN401 - a cell
    return error_code(value) or value


def _shown(value: Any) -> Any:  # noqa: ANN401 - a cell
    return serial_number(value) if isinstance(value, dt.date) else value
