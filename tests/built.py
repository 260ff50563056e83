"""A built workbook, and the cells of its references."""

from pathlib import Path
from typing import TypeAlias

from libreoffice import Value, Values, at
from recalculation import Formula
from workbooks.address import letters
from workbooks.layout.sheet_cells import LaidBook

Workbook: TypeAlias = tuple[LaidBook, Path]


def place(book: LaidBook, reference: str, item: int = 0) -> tuple[str, str]:
    """The sheet and the cell of a reference, or of one item of a column."""
    address = book.addresses[reference].at(item)
    return address.sheet, f"{letters(address.column)}{address.row}"


def column(values: Values, book: LaidBook, reference: str) -> list[Value]:
    """The values of a whole column."""
    return [at(values, *place(book, reference, item)) for item in range(book.addresses[reference].count)]


def results(book: LaidBook) -> dict[tuple[str, str], Formula]:
    """Every formula cell and the core's value for it, to compare with an engine's."""
    return {
        (page.sheet.name, f"{letters(c.column)}{c.row}"): Formula(c.formula, None if c.content == "" else c.content)
        for page in book.sheets
        for c in page.cells
        if c.formula
    }


def drawn_anew(book: LaidBook) -> dict[tuple[str, str], Value]:
    """The numbers that a workbook stores of its simulation: what the add-in would draw."""
    return {
        (page.sheet.name, f"{letters(cell.column)}{cell.row}"): cell.content
        for page in book.sheets
        for cell in page.cells
        if cell.role == "stored"
    }
