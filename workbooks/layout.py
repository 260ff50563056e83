"""Declarations become cells: every reference an address, every result a formula and the core's value.

Pure: no file and no spreadsheet library. Addresses are given to all sheets first, so that sheets may
refer to each other in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from workbooks.address import Address, letters, quoted
from workbooks.cells import Cell, Role
from workbooks.evaluation import Evaluation
from workbooks.formulas import Formulas
from workbooks.grids import add_in_grid, grid_cells
from workbooks.labels.language import ENGLISH, IN_ENGLISH, Language
from workbooks.places import (
    ACROSS_FIRST,
    ADDIN,
    DIFFERENCE,
    FIRST_ROW,
    LABEL,
    NOTE,
    UNIT,
    VALUE,
    Places,
    has_units,
    heading_rows,
)
from workbooks.quantity import shown_unit
from workbooks.spec import (
    ABSENT,
    Block,
    Call,
    Chart,
    Column,
    Content,
    Field,
    Fields,
    Formula,
    Grid,
    Input,
    Link,
    Reference,
    Sheet,
    Spill,
    Stored,
    Table,
    Varied,
)

LINE_WIDTHS: Final = {LABEL: 34.0, UNIT: 16.0, VALUE: 15.0}
ADDIN_WIDTHS: Final = {ADDIN: 15.0, DIFFERENCE: 13.0}
ITEM_WIDTH: Final = 18.0  # of an item laid across
SIDE_BY_SIDE: Final = 6  # items that a screen has room for; of more the labels stay in sight
NUMBER_WIDTH: Final = 13.0
TEXT_WIDTH: Final = 16.0
SPILL_WIDTH: Final = 28.0  # of the first column of what is spilled: the names of two arguments
DEFAULT_WIDTH: Final = 8.43  # of a column nobody sets
NEVER_CUT: Final[tuple[Role, ...]] = ("label", "strong_label", "text", "jump")
CHARACTER: Final = 0.95  # of a column width that an average character takes
WIDER: Final = {"zh": 1.1}  # how much more of it in the font of a language
CHINESE_CHARACTER: Final = 1.9


@dataclass(slots=True)
class LaidSheet:
    """A sheet with all its cells in place."""

    sheet: Sheet
    cells: list[Cell] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    charts: list[tuple[Chart, int]] = field(default_factory=list)
    heat_maps: list[str] = field(default_factory=list)  # blocks of cells
    grows: bool = False  # a user may insert rows
    freeze_row: int = FIRST_ROW - 1
    freeze_column: int = 0
    last_row: int = FIRST_ROW
    last_column: int = 1


@dataclass(frozen=True, slots=True)
class LaidBook:
    """All sheets, where everything stands, and the names defined for the workbook."""

    sheets: list[LaidSheet]
    addresses: dict[Reference, Address]
    names: dict[str, Address]
    language: Language = IN_ENGLISH


def lay_out(sheets: Sequence[Sheet], currency: str, language: Language = IN_ENGLISH) -> LaidBook:
    """Place every sheet, then write every cell, in a language."""
    sheets = [replace(sheet, name=language.text(sheet.name)) for sheet in sheets]
    places = Places()
    placed = [places.place(sheet) for sheet in sheets]
    values = Evaluation(places)
    with np.errstate(all="ignore"):  # what has no value carries its reason; nothing to warn about
        pages = [
            _Writer(LaidSheet(sheet), places, values, Formulas(places, sheet.name), language).sheet(blocks, currency)
            for sheet, blocks in zip(sheets, placed, strict=True)
        ]
    return LaidBook(pages, places.addresses, places.names, language)


def text_width(text: str, language: str = ENGLISH) -> float:
    """How wide a column has to be for a text."""
    chinese = 0 if text.isascii() else sum(ord(letter) >= 0x2E80 for letter in text)  # noqa: PLR2004 - where it begins
    return CHINESE_CHARACTER * chinese + CHARACTER * WIDER.get(language, 1) * (len(text) - chinese)


def stands_as(column: Column, values: Sequence[Any]) -> str:
    """The unit of a heading that says none: it stands as its cells do, in the middle, to the right or to the left."""
    if "status" in column.units:
        return "status"
    return "×" if column.units or any(isinstance(value, (bool, float)) for value in values) else ""


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the cells of one sheet."""

    page: LaidSheet
    places: Places
    values: Evaluation
    formulas: Formulas
    language: Language

    def sheet(self, blocks: list[tuple[Block, int]], currency: str) -> LaidSheet:
        page = self.page
        heads: tuple[tuple[Role, str], ...] = (
            ("title", page.sheet.title),
            ("answers", page.sheet.answers),
            ("currency", currency),
        )
        for row, (role, text) in enumerate(heads, start=1):
            self.put(row, 1, role, text)
        for block, row in blocks:
            if isinstance(block, Chart):
                page.charts.append((replace(block, title=self.say(block.title), axis=self.say(block.axis)), row))
                page.last_row = row + block.rows - 1
            else:
                self.block(block, row)
        self.fit()
        page.last_column = max(self.reach(cell) for cell in page.cells)
        self.bars()
        first, row = blocks[0]
        if isinstance(first, Table) and not first.across:  # a long list keeps its headings in sight
            page.freeze_row = row + heading_rows(first) - 1
        return page

    def block(self, block: Fields | Table | Grid, row: int) -> None:
        quiet = isinstance(block, Table) and block.quiet
        self.put(row, 1, "quiet_text" if quiet else "section", block.title)
        if block.note:
            self.put(row + 1, 1, "note", block.note)
        body = row + heading_rows(block)
        if isinstance(block, Fields):
            self.lines(block, body)
        elif isinstance(block, Grid):
            self.grid(block)
        elif block.across:
            self.across(block, body)
        else:
            self.down(block, body)
        self.page.last_row = max(self.page.cells[-1].row, self.page.last_row)

    def lines(self, block: Fields, row: int) -> None:
        self.widen(LINE_WIDTHS)
        for at, line in enumerate(block.fields, start=row):
            self.put(at, LABEL, "strong_label" if line.strong else "label", line.label)
            self.put(at, UNIT, "unit", shown_unit(line.unit))
            value = self.values.of(f"{self.page.sheet.id}.{line.id}")
            self.page.cells.append(self.line_value(line, at, value))
            if line.addin and isinstance(line.content, Call):
                self.widen(ADDIN_WIDTHS)
                own, beside = f"{letters(VALUE)}{at}", f"{letters(ADDIN)}{at}"
                look = {"unit": line.unit, "precise": line.precise}
                self.put(at, ADDIN, "addin", ABSENT, formula=self.formulas.addin(line.content), **look)
                # Beside n.m. there is nothing to compare; an error of the add-in's alone is one of the difference too.
                difference = f'IF(AddinReady,IF(ISNUMBER({own}),{beside}-{own},""),"")'
                self.put(at, DIFFERENCE, "addin", "", formula=difference, **look)
            if line.note:
                self.put(at, NOTE, "note", line.note)

    def line_value(self, line: Field, row: int, value: Any) -> Cell:  # noqa: ANN401 - whatever a cell holds
        cell = self.said(self.cell(row, VALUE, line.content, value, line.unit, precise=line.precise))
        return replace(cell, role="result") if line.strong and cell.formula else cell

    def down(self, block: Table, row: int) -> None:
        units = has_units(block.columns)
        heading: Role = "quiet_text" if block.quiet else "heading"
        under: Role = "quiet_text" if block.quiet else "heading_unit"
        values = [self.values.of(f"{block.id}.{column.id}") for column in block.columns]
        for at, column in enumerate(block.columns, start=1):
            unit = column.unit or ("" if block.quiet else stands_as(column, values[at - 1]))
            self.put(row - 1 - units, at, heading, column.heading, unit=unit)
            if units:
                self.put(row - 1, at, under, shown_unit(column.unit))
            self.widen({at: column.width or (NUMBER_WIDTH if column.unit or column.units else TEXT_WIDTH)})
        for item in range(block.rows):
            for at, column in enumerate(block.columns):
                self.page.cells.append(self.item(row + item, at + 1, block, column, item, values[at][item]))

        if block.grows:
            self.put(row + block.rows, 1, "note", block.grows)
            self.page.grows = True
        if block.spill:
            # Its heading stands beside ours, or beside the units under them.
            caption: Role = "heading" if units else "note" if block.note else "section"
            self.spill(block.spill, row - 1, len(block.columns) + 2, block.rows + 1 + block.spill.below, caption)

    def grid(self, block: Grid) -> None:
        self.widen({LABEL: LINE_WIDTHS[LABEL], UNIT: LINE_WIDTHS[UNIT]})
        self.widen({VALUE + place: NUMBER_WIDTH for place in range(block.side)})
        self.page.cells += map(self.said, grid_cells(block, self.values, replace(self.formulas, absolute=True)))
        corner = self.places.addresses[f"{block.id}.across"]
        first = Address(corner.sheet, corner.row + 1, corner.column)
        last = Address(corner.sheet, corner.row + block.side, corner.column + block.side - 1)
        self.page.heat_maps.append(first.to(last, corner.sheet, absolute=False))
        if block.called:
            self.spill(add_in_grid(block), corner.row, corner.column + block.side + 1, block.side + 1, "note")

    def spill(self, spill: Spill, row: int, column: int, rows: int, caption: Role) -> None:
        """The add-in's formula, and the room for what it spills: a heading and rows."""
        self.put(row - 1, column, caption, "From the add-in")
        for down in range(rows):
            for across, unit in enumerate(spill.units):
                role: Role = "addin" if down else "addin_head"
                formula = "" if down or across else self.formulas.addin(spill.call)
                content = ABSENT if formula else None
                self.page.cells.append(
                    Cell(row + down, column + across, role, content, formula, unit, spills=bool(formula))
                )
        self.widen({column + across: NUMBER_WIDTH for across in range(len(spill.units))} | {column: SPILL_WIDTH})

    def across(self, block: Table, row: int) -> None:
        self.widen({LABEL: LINE_WIDTHS[LABEL], UNIT: LINE_WIDTHS[UNIT]})
        self.widen({ACROSS_FIRST + item: ITEM_WIDTH for item in range(block.rows)})
        if block.rows > SIDE_BY_SIDE:
            self.page.freeze_column = ACROSS_FIRST - 1
        for at, column in enumerate(block.columns, start=row):
            self.put(at, LABEL, "label", column.heading)
            self.put(at, UNIT, "unit", shown_unit(column.unit))
            values = self.values.of(f"{block.id}.{column.id}")
            for item in range(block.rows):
                self.page.cells.append(self.item(at, ACROSS_FIRST + item, block, column, item, values[item]))

    def item(self, row: int, at: int, block: Table, column: Column, item: int, value: Any) -> Cell:  # noqa: ANN401 - as above
        content = column.cells[item] if column.cells else column.each
        unit = column.units[item] if column.units else column.unit
        cell = self.cell(row, at, content, value, unit, block, item, precise=column.precise, wrap=column.wrap)
        if not column.verbatim:
            cell = self.said(cell)
        if block.quiet:
            return replace(cell, role="quiet" if cell.formula else "quiet_text")
        return replace(cell, role="jump", jump=self.jump(column.links[item])) if column.links else cell

    def cell(
        self,
        row: int,
        at: int,
        content: Content,
        value: Any,  # noqa: ANN401 - whatever a cell holds
        unit: str,
        table: Table | None = None,
        item: int = 0,
        *,
        precise: bool = False,
        wrap: bool = False,
    ) -> Cell:
        match content:
            case Link() | Call() | Varied() | Formula():
                formula = self.formulas.native(content, table, item)
                role: Role = "status" if unit == "status" else "link" if isinstance(content, Link) else "calculation"
                cell = Cell(row, at, role, value, formula, unit, precise, wrap)
                return replace(cell, open=True) if isinstance(content, Formula) and content.open else cell
            case Input(given, choices):
                among = self.formulas.at(content.among) if content.among else ""
                role = "entry" if isinstance(given, str) and not (choices or among) else "input"
                typed = None if given == "" else given
                return Cell(row, at, role, typed, "", unit, precise, wrap, choices, among)
            case Stored():
                return Cell(row, at, "stored", value, "", unit, precise, wrap)
            case None | str():
                return Cell(row, at, "text", content, "", unit, precise, wrap)
            case _:
                return Cell(row, at, "input", content, "", unit, precise, wrap)

    def reach(self, cell: Cell) -> int:
        """The column that a cell's text ends in: to the right of it there is nothing to cut it off."""
        if cell.role not in ("note", "answers", "text") or cell.wrap or not isinstance(cell.content, str):
            return cell.column
        column, left = cell.column, text_width(cell.content, self.language.code)
        while (left := left - self.page.widths.get(column, DEFAULT_WIDTH)) > 0:
            column += 1
        return column

    def jump(self, target: Reference) -> str:
        address = self.places.addresses.get(target)
        return f"{quoted(address.sheet)}!{letters(address.column)}{address.row}" if address else target

    def put(self, row: int, column: int, role: Role, content: str | None, **look: Any) -> None:  # noqa: ANN401 - fields of Cell
        self.page.cells.append(Cell(row, column, role, content and self.say(content), **look))

    def say(self, text: str) -> str:
        return self.language.text(text, self.page.sheet.id)

    def said(self, cell: Cell) -> Cell:
        """A cell's texts in the language; they do not hang on the sheet, as formulas elsewhere may refer to them."""
        if self.language.code == ENGLISH:  # a copy a cell saved
            return cell
        content = self.language.text(cell.content) if isinstance(cell.content, str) else cell.content
        choices = tuple(map(self.language.text, cell.choices))
        return replace(cell, content=content, formula=self.language.formula(cell.formula), choices=choices)

    def fit(self) -> None:
        """Make the first column as wide as what its rows are about, which is never cut off."""
        for cell in self.page.cells:
            if cell.column == 1 and cell.role in NEVER_CUT and isinstance(cell.content, str) and not cell.wrap:
                self.widen({cell.column: text_width(cell.content, self.language.code)})

    def bars(self) -> None:
        """Draw the bars of sections and headings across the whole sheet."""
        bars = {cell.row: cell.role for cell in self.page.cells if cell.role in ("section", "heading", "heading_unit")}
        taken = {(cell.row, cell.column) for cell in self.page.cells if cell.row in bars}
        for row, role in bars.items():
            for column in range(1, self.page.last_column + 1):
                if (row, column) not in taken:
                    self.put(row, column, role, None)

    def widen(self, widths: dict[int, float]) -> None:
        for column, width in widths.items():
            self.page.widths[column] = max(self.page.widths.get(column, 0.0), width)
