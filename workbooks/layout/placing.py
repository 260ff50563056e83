"""Assigns addresses to everything declared: the first pass over the sheets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from workbooks.address import Address
from workbooks.case.quantity import shown_unit
from workbooks.declarations.sheet import Block, Chart, Column, Field, Fields, Grid, Sheet, Table
from workbooks.declarations.trees import Reference

FIRST_ROW: Final = 5  # rows for title, question and currency
LABEL, UNIT, VALUE, ADDIN, DIFFERENCE, NOTE = range(1, 7)  # columns of a line
ACROSS_FIRST: Final = VALUE  # a transposed table starts in the column of values


@dataclass(slots=True)
class Places:
    """Address and declaration of every reference."""

    addresses: dict[Reference, Address] = field(default_factory=dict)
    names: dict[str, Address] = field(default_factory=dict)
    fields: dict[Reference, Field] = field(default_factory=dict)
    columns: dict[Reference, tuple[Table, Column]] = field(default_factory=dict)
    cells: dict[Reference, tuple[Table, Column, int]] = field(default_factory=dict)
    grids: dict[Reference, Grid] = field(default_factory=dict)

    def place(self, sheet: Sheet) -> list[tuple[Block, int]]:
        """Assign the first row of every block of a sheet, and all addresses in it."""
        self._put(sheet.id, Address(sheet.name, 1, 1))
        placed: list[tuple[Block, int]] = []
        row = before = FIRST_ROW
        for block in sheet.blocks:
            if isinstance(block, Chart) and block.beside:
                # In line with the chart beside it, or below the bar of the section.
                first = before if placed and isinstance(placed[-1][0], Chart) else before + 1
                placed.append((block, first))
                row = max(row, first + block.rows + 1)
                continue
            if isinstance(block, Table) and block.total:
                row -= 1
            placed.append((block, row))
            before = row
            if isinstance(block, Chart):
                row += block.rows
            else:
                body = row + heading_rows(block)
                row = self._block(sheet, block, body)
            row += 1
        return placed

    def _block(self, sheet: Sheet, block: Fields | Table | Grid, row: int) -> int:
        match block:
            case Fields():
                return self._lines(sheet, block, row)
            case Table():
                return self._table(sheet, block, row) + (block.spill.below if block.spill else 0)
            case Grid():
                return self._grid(sheet, block, row)

    def _lines(self, sheet: Sheet, block: Fields, row: int) -> int:
        for number, line in enumerate(block.fields):
            reference = f"{sheet.id}.{line.id}"
            address = Address(sheet.name, row + number, VALUE)
            self._put(reference, address)
            self.fields[reference] = line
            if line.name:
                self.names[line.name] = address
        return row + len(block.fields)

    def _table(self, sheet: Sheet, block: Table, row: int) -> int:
        for number, column in enumerate(block.columns):
            reference = f"{block.id}.{column.id}"
            address = (
                Address(sheet.name, row + number, ACROSS_FIRST, block.rows, across=True)
                if block.across
                else Address(sheet.name, row, number + 1, block.rows, tail=bool(block.grows))
            )
            self._put(reference, address)
            self.columns[reference] = (block, column)
            for item, key in enumerate(column.keys):
                if key:
                    self._put(key, address.at(item))
                    self.cells[key] = (block, column, item)
        return row + (len(block.columns) if block.across else block.rows + bool(block.grows))

    def _grid(self, sheet: Sheet, block: Grid, row: int) -> int:
        """Above the cells how far each column is from the base, and its value; the same to the left of them."""
        top, side = row + 2, block.side
        for name, address in (
            ("shift_across", Address(sheet.name, row, VALUE, side, across=True)),
            ("across", Address(sheet.name, row + 1, VALUE, side, across=True)),
            ("shift_down", Address(sheet.name, top, LABEL, side)),
            ("down", Address(sheet.name, top, UNIT, side)),
            ("centre", Address(sheet.name, top + side // 2, VALUE + side // 2)),
            *((f"at_{beside}", Address(sheet.name, top, VALUE + beside, side)) for beside in range(side)),
        ):
            self._put(f"{block.id}.{name}", address)
            self.grids[f"{block.id}.{name}"] = block
        return top + side

    def _put(self, reference: Reference, address: Address) -> None:
        if reference in self.addresses:
            message = f"{reference} is declared twice"
            raise ValueError(message)
        self.addresses[reference] = address


def heading_rows(block: Fields | Table | Grid) -> int:
    """Number of rows above the first line or item: section, note, headings, units; none above a total."""
    if isinstance(block, Table) and block.total:
        return 0
    rows = 2 if block.note else 1
    if isinstance(block, Table) and not block.across:
        rows += 2 if has_units(block.columns) else 1
    return rows


def has_units(columns: Sequence[Column]) -> bool:
    """Whether there is a row of units below the headings."""
    return any(shown_unit(column.unit) for column in columns)


def workings_of(block: Table) -> Iterator[int]:
    """The columns of a table that are not printed; they are its last ones."""
    if not block.across:
        yield from (at for at, column in enumerate(block.columns, start=1) if not column.printed)
