"""Defined names of tables and grids (T_ and the id), which help screen readers and users to find them."""

import re
from collections.abc import Iterator, Sequence

from workbooks.address import letters, quoted
from workbooks.declarations.sheet import Grid, Sheet, Table
from workbooks.layout.placing import ACROSS_FIRST, LABEL, VALUE, Places, has_units


def regions(sheets: Sequence[Sheet], places: Places) -> dict[str, str]:
    """The areas of tables and grids with their headings, each by its name; not those behind charts, and no totals."""
    found: dict[str, str] = {}
    for sheet in sheets:
        for name, area in _of(sheet, places):
            found[f"T_{re.sub(r'[^0-9A-Za-z_]', '_', name)}"] = f"{quoted(sheet.name)}!{area}"
    return found


def _of(sheet: Sheet, places: Places) -> Iterator[tuple[str, str]]:
    for block in sheet.blocks:
        if isinstance(block, Table) and not (block.quiet or block.total):
            yield block.id, _table(block, places)
        elif isinstance(block, Grid):
            corner, across = places.addresses[f"{block.id}.down"], places.addresses[f"{block.id}.across"]
            yield block.id, _area(across.row - 1, LABEL, corner.row + block.side - 1, VALUE + block.side - 1)


def _table(block: Table, places: Places) -> str:
    first, last = (places.addresses[f"{block.id}.{column.id}"] for column in (block.columns[0], block.columns[-1]))
    if block.across:
        return _area(first.row, LABEL, last.row, ACROSS_FIRST + block.rows - 1)
    heading = first.row - 1 - has_units(block.columns)
    return _area(heading, first.column, first.row + block.rows - 1, last.column)


def _area(top: int, left: int, bottom: int, right: int) -> str:
    return f"${letters(left)}${top}:${letters(right)}${bottom}"
