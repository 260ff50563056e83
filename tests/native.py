"""Results of spreadsheet functions in two engines that share no code with the core.

for value in native("=RRI(A1,A2,A3)", {"A1": 3, "A2": 100, "A3": 200}):
    assert implied_growth(200, 100, 1, 3) == pytest.approx(value)
"""

from collections.abc import Iterator, Mapping
from typing import Final

import formualizer
import ironcalc
from openpyxl.utils.cell import coordinate_to_tuple

Cells = Mapping[str, float | str]  # numbers and formulas
RESULT: Final = 1, 16384  # XFD1, away from the cells


def native(formula: str, cells: Cells | None = None) -> Iterator[float]:
    """The value of a formula beside some cells, in formualizer and then in IronCalc."""
    yield in_formualizer(formula, cells or {})
    yield in_ironcalc(formula, cells or {})


def in_formualizer(formula: str, cells: Cells) -> float:
    """The value of a formula beside some cells, in the engine that the build embeds."""
    workbook = formualizer.Workbook()
    workbook.add_sheet("Sheet")
    for cell, value in cells.items():
        if isinstance(value, str):
            workbook.set_formula("Sheet", *coordinate_to_tuple(cell), value)
        else:
            workbook.set_value("Sheet", *coordinate_to_tuple(cell), float(value))
    workbook.set_formula("Sheet", *RESULT, formula)
    return _number(workbook.evaluate_cell("Sheet", *RESULT), formula)


def in_ironcalc(formula: str, cells: Cells) -> float:
    """The value of a formula beside some cells, in an engine that is independent of the build."""
    model = ironcalc.create("native", "en", "UTC", "en")
    for cell, value in cells.items():
        model.set_user_input(0, *coordinate_to_tuple(cell), value if isinstance(value, str) else repr(float(value)))
    model.set_user_input(0, *RESULT, formula)
    model.evaluate()
    return _number(model.get_cell_value(0, *RESULT), formula)


def _number(value: object, formula: str) -> float:
    if not isinstance(value, float):
        message = f"{formula} gives {value!r}"
        raise TypeError(message)
    return value
