"""A built workbook, and the cells of its references."""

import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import openpyxl
import pytest

from libreoffice import Value, Values, at
from recalculation import Formula
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled, bundled_names
from workbooks.layout.cell import Cell
from workbooks.layout.sheet_cells import LaidBook

K = TypeVar("K")
V = TypeVar("V")

Workbook: TypeAlias = tuple[LaidBook, Path]

# The default run looks at two companies: one with every sheet, and one with debt. CI looks at all of them.
QUICK: Final = ("thyssenkrupp_2018", "xiaomi_2018")
EVERY_CASE: Final = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in bundled_names()]


def bundled_workbook(name: str, language: str = "en") -> tuple[LaidBook, bytes]:
    """The workbook of a bundled case, built once in a run: for tests that change nothing of it."""
    return _built(name, language)


@cache  # which would tell a language that is left out from one that is given
def _built(name: str, language: str) -> tuple[LaidBook, bytes]:
    return workbook_bytes(bundled(name), language)


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


class MadeOnce(dict[K, V]):
    """A mapping whose values are made where they are first asked for."""

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        """Make the value of a key."""
        self[key] = self._make(key)
        return self[key]


def place(book: LaidBook, reference: str, item: int = 0) -> tuple[str, str]:
    """The sheet and the cell of a reference, or of one item of a column."""
    address = book.addresses[reference].at(item)
    return address.sheet, f"{letters(address.column)}{address.row}"


def cell(book: LaidBook, reference: str, item: int = 0) -> Cell:
    """The cell of a reference as it was laid out, or that of one item of a column."""
    address = book.addresses[reference].at(item)
    page = next(page for page in book.sheets if page.sheet.name == address.sheet)
    return next(each for each in page.cells if (each.row, each.column) == (address.row, address.column))


def saved_workbook(case: Case, folder: Path) -> Workbook:
    """The workbook of a case, in a file of a folder."""
    book, data = workbook_bytes(case)
    path = folder / "book.xlsx"
    path.write_bytes(data)
    return book, path


def bytes_of(book: openpyxl.Workbook) -> bytes:
    """The file of a workbook that openpyxl holds."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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
