"""IronCalc for tests: a second engine, independent of LibreOffice and of the one that the build embeds.

    values = ironcalc_engine.recalculate(path)                        # as LibreOffice.recalculate gives them
    values = ironcalc_engine.recalculate(path, {("Inputs", "D7"): 0.2})

It knows no functions of ours: an add-in call is #NAME?, which the workbook's own guard turns into its stored text.
"""

from pathlib import Path

import ironcalc
from openpyxl.utils.cell import coordinate_to_tuple

from libreoffice import Changes, Value, Values


def recalculate(path: Path, changes: Changes | None = None) -> Values:
    """Values of every sheet after evaluation, with some cells changed first; booleans stay booleans."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    names = [sheet["name"] for sheet in model.get_worksheets_properties()]
    for (sheet, cell), value in (changes or {}).items():
        _enter(model, names.index(sheet), *coordinate_to_tuple(cell), value)
    model.evaluate()
    return {name: _rows(model, index) for index, name in enumerate(names)}


def _enter(model: ironcalc.Model, sheet: int, row: int, column: int, value: Value) -> None:
    if value is None:
        model.clear_cell_contents(sheet, row, column)
    elif isinstance(value, bool):
        model.update_cell_with_bool(sheet, row, column, value)
    elif isinstance(value, str) and value.startswith("="):
        model.update_cell_with_formula(sheet, row, column, value)
    elif isinstance(value, str):
        model.update_cell_with_text(sheet, row, column, value)
    else:
        model.update_cell_with_number(sheet, row, column, value)


def _rows(model: ironcalc.Model, sheet: int) -> list[list[Value]]:
    _, last_row, _, last_column = model.get_sheet_dimensions(sheet)
    return [
        [
            None if (value := model.get_cell_value(sheet, row, column)) == "" else value
            for column in range(1, last_column + 1)
        ]
        for row in range(1, last_row + 1)
    ]
