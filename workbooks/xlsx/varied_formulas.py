"""Cells whose formulas differ from those beside them by design, which Excel would mark with a green triangle."""

from collections.abc import Iterator, Mapping
from typing import Final

from workbooks.address import Address
from workbooks.declarations.calls import Varied
from workbooks.declarations.sheet import Fields, Grid, Link, Sheet, Table
from workbooks.declarations.trees import Expression
from workbooks.layout.sheet_cells import LaidBook
from workbooks.xlsx.dynamic_arrays import SHEET

COMPUTED: Final = (Expression, Link, Varied)


def varied_formulas(book: LaidBook) -> dict[str, bytes]:
    """The areas by the part of their worksheet: axes of grids, lines, and columns that are declared cell by cell.

    A column with one formula for all its rows is not among them, so Excel still marks a row that was changed.
    """
    found = {}
    for number, page in enumerate(book.sheets, start=1):
        areas = " ".join(_areas(page.sheet, book.addresses))
        if areas:
            found[f"{SHEET}{number}.xml"] = areas.encode()
    return found


def _areas(sheet: Sheet, addresses: Mapping[str, Address]) -> Iterator[str]:
    for block in sheet.blocks:
        if isinstance(block, Grid):
            for axis in ("across", "down"):
                yield addresses[f"{block.id}.{axis}"].text(sheet.name, absolute=False)
        elif isinstance(block, Fields) and block.fields:
            first, last = (addresses[f"{sheet.id}.{block.fields[end].id}"] for end in (0, -1))
            yield first.to(last, sheet.name, absolute=False)
        elif isinstance(block, Table):
            for column in block.columns:
                if any(isinstance(cell, COMPUTED) for cell in column.cells):
                    yield addresses[f"{block.id}.{column.id}"].text(sheet.name, absolute=False)
