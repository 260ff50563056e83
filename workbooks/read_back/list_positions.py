"""Finds the present positions of the items of a list by its headings, even if its cells were moved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workbooks.languages.language import Language
from workbooks.layout.placing import has_units
from workbooks.read_back.contents import NOTHING, Cells
from workbooks.read_back.identity import Identity, Place
from workbooks.read_back.lists import ListOf
from workbooks.recalculation.stored_cells import Stored
from workbooks.recalculation.worksheet import Value

INSERTED: Final = 3  # rows that may have been inserted among the labels of a transposed list


@dataclass(frozen=True, slots=True)
class Standing:
    """Present position of a table: of each column, and of each item along the other axis.

    In a transposed table, columns are rows of the sheet and items are its columns.
    """

    sheet: str
    cells: Cells
    across: bool
    columns: Mapping[str, int]
    items: tuple[int, ...]

    def place(self, column: str, item: int) -> Place:
        """Position of the cell of an item in a column."""
        at = self.columns[column]
        return Place(self.sheet, at, item) if self.across else Place(self.sheet, item, at)

    def cell(self, column: str, item: int) -> Stored:
        """Content of that cell."""
        return self.cells.get(self.place(column, item).cell, NOTHING)


def standing(of: ListOf, found: Identity, spoken: Language) -> Standing | None:
    """Find the table of a list; None if it cannot be found."""
    sheet = found.sheets.get(of.sheet.id, "")
    cells = found.contents.sheets.get(sheet)
    if not cells:
        return None
    headings = {column.id: spoken.text(column.heading, of.sheet.id) for column in of.table.columns if column.heading}
    corner = _corner(of, cells, headings, found)
    if corner is None:
        return None
    columns = _columns(of, cells, headings, corner)
    items = tuple(_across(cells, corner) if of.table.across else _down(of, found, cells, corner, spoken))
    return Standing(sheet, cells, of.table.across, columns, items)


def _corner(of: ListOf, cells: Cells, headings: Mapping[str, str], found: Identity) -> tuple[int, int] | None:
    """Cell with the heading of the names; among several candidates the one with most other headings beside it."""
    names = headings.get(of.table.columns[0].id)
    best: tuple[int, tuple[int, int]] | None = None
    for at in sorted(at for at, cell in cells.items() if cell.value == names):
        if of.table.across and not any(_across(cells, at)):  # the title of the section may be the same text
            continue
        beside = _line(cells, at, len(of.table.columns) if of.table.across else 0)
        score = len(set(headings.values()) & beside)
        if best is None or score >= best[0]:  # the same label may occur in a block above
            best = score, at
    if best and best[0] > 1:
        return best[1]
    row = found.now.get(f"{of.table.id}[1]")
    if row is None:
        return None
    above = 1 + has_units(of.table.columns)
    return (row.row, row.column - 2) if of.table.across else (row.row - above, row.column)


def _line(cells: Cells, at: tuple[int, int], down: int) -> set[Value | None]:
    """Contents of the row of a cell, or of a number of rows below it."""
    row, column = at
    if down:
        return {cell.value for (r, c), cell in cells.items() if c == column and row < r < row + down + INSERTED}
    return {cell.value for (r, _), cell in cells.items() if r == row}


def _columns(of: ListOf, cells: Cells, headings: Mapping[str, str], corner: tuple[int, int]) -> dict[str, int]:
    """Position of each column: under its heading, else at its original distance from the names."""
    row, column = corner
    places: dict[str, int] = {}
    for offset, each in enumerate(of.table.columns):
        text = headings.get(each.id)
        if of.table.across:
            known = [r for (r, c), cell in cells.items() if c == column and r >= row and text and cell.value == text]
            places[each.id] = min(known, default=row + offset)
        else:
            known = [c for (r, c), cell in cells.items() if r == row and text and cell.value == text]
            places[each.id] = min(known, default=column + offset)
    places[of.table.columns[0].id] = row if of.table.across else column
    return places


def _across(cells: Cells, corner: tuple[int, int]) -> Iterator[int]:
    row, column = corner
    yield from sorted(c for (r, c), cell in cells.items() if r == row and c > column and _is_name(cell))


def _down(of: ListOf, found: Identity, cells: Cells, corner: tuple[int, int], spoken: Language) -> Iterator[int]:
    """The rows from the headings to the line above which rows are inserted, else to a blank."""
    row, column = corner
    first = row + 1 + has_units(of.table.columns)
    end_text = spoken.text(of.table.grows, of.sheet.id)
    ends = [r for (r, _), cell in cells.items() if r >= first and cell.value == end_text]
    named = found.now.get(of.table.id)
    last = min(ends) if ends else named.row if named else None
    if last is None:
        last = first
        while _is_name(cells.get((last, column), NOTHING)):
            last += 1
    for at in range(first, last):
        if any((at, each) in cells for each in range(column, column + len(of.table.columns))):
            yield at


def _is_name(cell: Stored) -> bool:
    return (isinstance(cell.value, str) and bool(cell.value.strip())) or bool(cell.formula)
