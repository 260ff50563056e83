"""Compare the stored values of a workbook with those of its formulas.

    stored = formula_cells(path)                                    # {("Summary", "B5"): Formula("=A1+1", 2.0), …}
    assert disagreements(stored, libreoffice.recalculate(path)) == []
    assert disagreements(stored, ironcalc_engine.recalculate(path)) == []

A cell with an add-in call needs no exception: without the add-in its guard gives the text that is stored.
"""

import datetime as dt
import math
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import openpyxl
from openpyxl.utils.cell import rows_from_range
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula

from libreoffice import Value, Values, at

# Calc's 502, "invalid argument", covers both.
CONFLATED: Final = {"Err:502": {"#NUM!", "#VALUE!"}}


class Formula(NamedTuple):
    """A formula and the value that the file stores for it."""

    text: str
    value: Value


class Disagreement(NamedTuple):
    """A cell whose recalculated value differs from the stored one."""

    sheet: str
    cell: str
    formula: str
    stored: Value
    recomputed: Value


def formula_cells(path: Path) -> dict[tuple[str, str], Formula]:
    """Every formula cell of a workbook, the cells an array formula fills included, with its stored value.

    A date is its serial number, an error its code, an empty text or a value that is not stored None.
    """
    formulas = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    found: dict[tuple[str, str], Formula] = {}
    for sheet in formulas.worksheets:
        for cell in chain.from_iterable(sheet.iter_rows()):
            if cell.data_type != "f":
                continue
            text, area = str(cell.value), cell.coordinate
            if isinstance(cell.value, ArrayFormula):
                text, area = str(cell.value.text), cell.value.ref
            for place in chain.from_iterable(rows_from_range(area)):
                found[sheet.title, place] = Formula(text, plain(stored[sheet.title][place].value))
    return found


def disagreements(
    stored: Mapping[tuple[str, str], Formula], recomputed: Values, tolerance: float = 1e-9
) -> list[Disagreement]:
    """Every formula cell whose stored value differs from an engine's.

    Parameters
    ----------
    stored
        From `formula_cells`.
    recomputed
        From `LibreOffice.recalculate` or `ironcalc_engine.recalculate`.
    tolerance
        Relative difference that two numbers may have; absolute below 1.

    Raises
    ------
    ValueError
        If there is nothing to compare, which proves nothing.

    Examples
    --------
    >>> disagreements({("Data", "A1"): Formula("=1+1", 3.0)}, {"Data": [[2.0]]})
    [Disagreement(sheet='Data', cell='A1', formula='=1+1', stored=3.0, recomputed=2.0)]
    """
    if not stored:
        message = "no formula cell to compare"
        raise ValueError(message)
    return [
        Disagreement(sheet, cell, formula.text, formula.value, value)
        for (sheet, cell), formula in stored.items()
        if not _agree(formula.value, value := at(recomputed, sheet, cell), tolerance)
    ]


def _agree(stored: Value, recomputed: Value, tolerance: float) -> bool:
    if isinstance(stored, (int, float)) and isinstance(recomputed, (int, float)):
        return math.isclose(stored, recomputed, rel_tol=tolerance, abs_tol=tolerance)
    return stored == recomputed or (isinstance(recomputed, str) and stored in CONFLATED.get(recomputed, ()))


def plain(value: object) -> Value:
    """What openpyxl reads of a cell, as engines give it: a date as its serial number, an empty text as None."""
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return float(to_excel(value))  # type: ignore[no-untyped-call]
    if value is None or isinstance(value, (bool, int, float, str)):
        return None if value == "" else value
    message = f"a cell holds {value!r}"
    raise TypeError(message)
