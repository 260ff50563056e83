"""Row heights of a sheet: one line, or as many as wrapping texts need."""

from collections.abc import Iterable, Mapping
from typing import Final

from workbooks.languages.language import ENGLISH
from workbooks.layout.cell import Cell, Role
from workbooks.layout.styles import look_of
from workbooks.layout.widths import DEFAULT_WIDTH, INCH, ROW_HEIGHT, wrapped_lines

TITLE_POINTS: Final = 24
TITLE_HEIGHT: Final = TITLE_POINTS / 72 * INCH  # cm
# Of a row with one line where people type texts that wrap: no height is set, and applications choose it by their font.
OPEN_HEIGHT: Final = {"en": 15 / 72 * INCH, "zh": 16.5 / 72 * INCH}
LINE_HEIGHT: Final = 0.45  # cm per further line in Excel; LibreOffice needs less
TALLER: Final = {"zh": 0.56}  # in the font of a language
SIDES: Final = 0.3  # of a column's width, free at the sides of a text
INDENTED: Final = 1.3  # of it, free before one with an indent
BOLD: Final = 1.1  # times as wide as other letters, many of them capitals
WRAPPING: Final[tuple[Role, ...]] = ("heading", "heading_unit")


def wraps(cell: Cell) -> bool:
    """Whether the text of a cell wraps if its column is too narrow."""
    return cell.wrap or cell.role in WRAPPING


def is_open(cell: Cell) -> bool:
    """Whether people type a text into a cell that wraps; the height of its row is not set."""
    return cell.wrap and not look_of(cell).locked


def _free(cell: Cell, language: str) -> float:
    """How much of a column's width stays free beside a text; English words and headings are estimated wide enough."""
    if language == ENGLISH or cell.role in WRAPPING:
        return 0.0
    return SIDES + (INDENTED if look_of(cell).indent else 0)


def row_heights(cells: Iterable[Cell], widths: Mapping[int, float], language: str) -> dict[int, float]:
    """Heights in cm of rows with several lines."""
    found, taller = {1: TITLE_HEIGHT}, TALLER.get(language, LINE_HEIGHT)
    for cell in cells:
        least = OPEN_HEIGHT[language] if is_open(cell) else ROW_HEIGHT
        if least > ROW_HEIGHT:
            found[cell.row] = max(found.get(cell.row, 0.0), least)
        if wraps(cell) and isinstance(cell.content, str):
            width = (widths.get(cell.column, DEFAULT_WIDTH) - _free(cell, language)) / (
                BOLD if cell.role == "heading" else 1
            )
            # A heading that takes a name from another cell has room for a longer one.
            lines = wrapped_lines(cell.content, width, language) + (
                cell.role == "heading" and cell.column > 1 and bool(cell.formula)
            )
            if lines > 1:
                found[cell.row] = max(found.get(cell.row, 0.0), least + (lines - 1) * taller)
    return found
