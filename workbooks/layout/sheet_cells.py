"""Lays out declarations as cells: references become addresses, results become formulas with the core's value.

Uses no files and no spreadsheet library. Addresses of all sheets are assigned first, so that sheets can refer to each
other in any order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from workbooks.address import Address, area, letters, quoted
from workbooks.case.quantity import shown_unit
from workbooks.declarations.calls import Call, Varied
from workbooks.declarations.expressions import ShownWhenEmpty
from workbooks.declarations.sheet import (
    Block,
    Chart,
    Column,
    Content,
    Field,
    Fields,
    Grid,
    Input,
    Link,
    Sheet,
    Spill,
    Stored,
    Table,
)
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import ABSENT
from workbooks.languages.language import ENGLISH, IN_ENGLISH, Language
from workbooks.layout.cell import Cell, Role
from workbooks.layout.core_values import Evaluation, WithoutValues
from workbooks.layout.fitting import LABELS, LONGEST_LABEL, fitted, frozen, under_charts, widened
from workbooks.layout.formulas import Formulas
from workbooks.layout.grids import add_in_grid, grid_cells
from workbooks.layout.last_shown import last_shown
from workbooks.layout.placed_sheets import placed_sheets
from workbooks.layout.placing import (
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
    workings_of,
)
from workbooks.layout.regions import regions
from workbooks.layout.styles import is_money
from workbooks.layout.widths import (
    ADDIN_WIDTHS,
    ITEM_WIDTH,
    LINE_WIDTHS,
    NUMBER_WIDTH,
    SHORT_TEXT,
    SPILL_WIDTH,
    TEXT_WIDTH,
    text_width,
)

FROM_ADDIN: Final = "From the add-in"
SIDE_BY_SIDE: Final = 6  # items that fit on a screen; for longer tables panes are frozen


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
    last_printed: int = FIRST_ROW  # the last row of what the board is shown


@dataclass(frozen=True, slots=True)
class LaidBook:
    """All sheets, where everything stands, the names defined for the workbook, and what references are worth."""

    sheets: list[LaidSheet]
    addresses: dict[Reference, Address]
    names: dict[str, Address]
    values: Evaluation
    language: Language = IN_ENGLISH
    regions: dict[str, str] = field(default_factory=dict)  # the areas of tables, by their names


def lay_out(
    sheets: Sequence[Sheet], currency: str, language: Language = IN_ENGLISH, *, is_drawn: bool = True
) -> LaidBook:
    """Assign addresses, then lay out all cells, in a language; values, widths and bars only if the book is drawn."""
    with np.errstate(all="ignore"):  # a NaN carries its reason, so numpy need not warn
        sheets, places, placed, values = placed_sheets(sheets, language, is_drawn=is_drawn)
        shown = values if is_drawn else WithoutValues(places)
        pages = [
            _Writer(LaidSheet(sheet), places, shown, Formulas(places, sheet.name, language.text), language).sheet(
                blocks, currency, is_drawn=is_drawn
            )
            for sheet, blocks in zip(sheets, placed, strict=True)
        ]
    return LaidBook(pages, places.addresses, places.names, values, language, regions(sheets, places))


def without_cells(sheets: Sequence[Sheet], language: Language = IN_ENGLISH) -> LaidBook:
    """Assign addresses for all sheets, without laying out cells."""
    sheets, places, _, values = placed_sheets(sheets, language, is_drawn=False)
    return LaidBook([LaidSheet(sheet) for sheet in sheets], places.addresses, places.names, values, language)


def _spills(blocks: Sequence[tuple[Block, int]]) -> Iterator[tuple[Spill, int, int, int]]:
    """What the add-in spills beside tables and grids: the rows of its bar and of its heading, and how many it takes."""
    for block, row in blocks:
        if isinstance(block, Table) and block.spill:  # its heading is beside our last heading row
            yield block.spill, row, row + heading_rows(block) - 1, block.rows + 1 + block.spill.below
        elif isinstance(block, Grid) and block.called:
            yield add_in_grid(block), row, row + heading_rows(block) + 1, block.side + 1


def stands_as(column: Column, values: Sequence[Any]) -> str:
    """Alignment of a heading without a unit: the same as that of its cells."""
    if column.role == "unit" or "status" in column.units:
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

    def sheet(self, blocks: list[tuple[Block, int]], currency: str, *, is_drawn: bool) -> LaidSheet:
        page = self.page
        heads: tuple[tuple[Role, str], ...] = (
            ("title", page.sheet.title),
            ("answers", page.sheet.answers),
            ("currency", currency),
        )
        back = self.jump("summary") if page.sheet.id != "summary" and "summary" in self.places.addresses else ""
        for row, (role, text) in enumerate(heads, start=1):
            self.put(row, 1, role, text, jump=back if role == "title" else "")
        for block, row in blocks:
            if isinstance(block, Chart):
                page.charts.append((replace(block, title=self.say(block.title), axis=self.say(block.axis)), row))
                page.last_row = max(page.last_row, row + block.rows - 1)
            else:
                self.block(block, row)
        if not any(map(is_money, page.cells)):
            page.cells = [cell for cell in page.cells if cell.role != "currency"]
        workings = {at for block, _ in blocks if isinstance(block, Table) for at in workings_of(block)}
        cells = [cell for cell in page.cells if cell.column not in workings]
        declared = under_charts(max(cell.column for cell in cells), page.widths, [chart for chart, _ in page.charts])
        spills = [*_spills(blocks)]
        if is_drawn:
            page.last_printed = last_shown(page.sheet.board, blocks, {cell.row for cell in cells})
            self.draw(cells, declared if spills else None)
        for spill in spills:
            self.spill(*spill, declared + 2)
        first, row = blocks[0]
        if isinstance(first, Table) and not first.across:  # freeze the headings of a long list
            page.freeze_row = row + heading_rows(first) - 1
            page.freeze_column = frozen(first, page.widths, page.last_column)
        return page

    def draw(self, cells: Sequence[Cell], most: int | None) -> None:
        """Fit the columns to what stands in them, and draw the bars; what is spilled stands right of column `most`."""
        page, language = self.page, self.language.code
        for column, width in widened(page.cells, language):
            self.widen({column: width})
        found = fitted(page.widths, cells, page.charts, language, page.last_printed)
        page.charts, page.last_column = [*found.charts], found.last_column
        if page.sheet.printed:
            page.widths = {**found.widths}
        if most is not None:  # in the same columns whatever the widths that a language needs
            page.last_column = min(page.last_column, most)
        self.bars()

    def block(self, block: Fields | Table | Grid, row: int) -> None:
        if isinstance(block, Table) and block.total:
            self.total(block, row)
            return
        self.put(row, 1, "section", block.title)
        if block.note:
            self.put(row + 1, 1, "note", block.note)
        body = row + heading_rows(block)
        if isinstance(block, Fields):
            if any(line.addin for line in block.fields):
                for at, said in ((ADDIN, FROM_ADDIN), (DIFFERENCE, "Difference")):  # seen where the add-in answers
                    self.put(row, at, "section", "", right=True, formula=f'IF(AddinReady,"{self.say(said)}","")')
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
        with_addin = any(line.addin for line in block.fields)
        values = [self.values.of(f"{self.page.sheet.id}.{line.id}") for line in block.fields]
        numbers = any(isinstance(value, float) for value in values)
        for at, (line, value) in enumerate(zip(block.fields, values, strict=True), start=row):
            self.put(at, LABEL, "note" if line.remark else "strong_label" if line.strong else "label", line.label)
            if line.remark:
                continue
            self.put(at, UNIT, "unit", shown_unit(line.unit))
            cell = self.line_value(line, at, value)
            self.page.cells.append(self.among_numbers(cell) if numbers else cell)
            if line.addin and isinstance(line.content, Call):
                self.widen(ADDIN_WIDTHS)
                own, beside = f"{letters(VALUE)}{at}", f"{letters(ADDIN)}{at}"
                look = {"unit": line.unit, "precise": line.precise}
                self.put(at, ADDIN, "addin", "", formula=self.formulas.addin(line.content, ""), **look)
                # No difference is shown beside n.m.; an error of the add-in alone is also an error of the difference.
                difference = f'IF(AddinReady,IF(ISNUMBER({own}),{beside}-{own},""),"")'
                self.put(at, DIFFERENCE, "addin", "", formula=difference, **look)
            if line.note:
                self.put(at, NOTE if with_addin else ADDIN, "note", line.note)

    def line_value(self, line: Field, row: int, value: Any) -> Cell:  # noqa: ANN401 - whatever a cell holds
        cell = self.said(self.cell(row, VALUE, line.content, value, line.unit, precise=line.precise))
        return cell._replace(role="result") if line.strong and cell.formula else cell

    def among_numbers(self, cell: Cell) -> Cell:
        """A short text is right-aligned like numbers; a long one is left-aligned and overflows."""
        width = text_width(cell.content, self.language.code) if isinstance(cell.content, str) else 0.0
        if cell.role == "entry" or not 0 < width <= SHORT_TEXT:
            return cell
        return cell._replace(right=True)

    def down(self, block: Table, row: int) -> None:
        units = has_units(block.columns)
        heading: Role = "quiet_text" if block.quiet else "heading"
        under: Role = "quiet_text" if block.quiet else "heading_unit"
        values = [self.values.of(f"{block.id}.{column.id}") for column in block.columns]
        for at, column in enumerate(block.columns, start=1):
            unit = column.unit or stands_as(column, values[at - 1])
            self.put(row - 1 - units, at, heading, column.heading, unit=unit)
            if units:
                self.put(row - 1, at, under, shown_unit(column.unit), right=True)
            self.widen({at: column.width or (NUMBER_WIDTH if column.unit or column.units else TEXT_WIDTH)})
        for item in range(block.rows):
            for at, column in enumerate(block.columns):
                cell = self.item(row + item, at + 1, block, column, item, values[at][item])
                beside = len(values) > 1 and values[1][item] not in (None, "")
                self.page.cells.append(self.over_two_lines(cell) if not at and beside else cell)

        if block.heat:
            self.page.heat_maps.append(area(row + 1, block.heat, row + block.rows - 1, len(block.columns)))
        if block.grows:
            self.put(row + block.rows, 1, "note", block.grows)
            self.page.grows = True

    def total(self, block: Table, row: int) -> None:
        """The total of the table above, in bold."""
        values = [self.values.of(f"{block.id}.{column.id}") for column in block.columns]
        for at, column in enumerate(block.columns):
            cell = self.item(row, at + 1, block, column, 0, values[at][0])
            self.page.cells.append(cell._replace(role="result" if cell.formula else "strong_label"))
        self.page.last_row = row

    def over_two_lines(self, cell: Cell) -> Cell:
        """Label of a row, wrapped if it is long."""
        name = cell.content if cell.role in ("text", "link", "calculation") else None
        long = isinstance(name, str) and text_width(name, self.language.code) > LONGEST_LABEL
        return cell._replace(wrap=True) if long else cell

    def grid(self, block: Grid) -> None:
        self.widen({LABEL: LINE_WIDTHS[LABEL], UNIT: LINE_WIDTHS[UNIT]})
        self.widen({VALUE + place: NUMBER_WIDTH for place in range(block.side)})
        self.page.cells += map(self.said, grid_cells(block, self.values, replace(self.formulas, absolute=True)))
        corner = self.places.addresses[f"{block.id}.across"]
        right = corner.column + block.side - 1
        self.page.heat_maps.append(area(corner.row + 1, corner.column, corner.row + block.side, right))

    def spill(self, spill: Spill, bar: int, row: int, rows: int, first: int) -> None:
        """The add-in's formula, right of all that is printed, and the room for what it spills; above it a bar."""
        for column, unit in enumerate(spill.units, start=first):
            self.put(bar, column, "section", FROM_ADDIN if column == first else None)
            for at in range(row, row + rows):
                formula = self.formulas.addin(spill.call) if (at, column) == (row, first) else ""
                content, spills = (ABSENT, True) if formula else (None, False)
                role: Role = "addin" if at > row else "addin_head"
                self.page.cells.append(Cell(at, column, role, content, formula, unit, spills=spills))
            self.widen({column: NUMBER_WIDTH if unit else SPILL_WIDTH})

    def across(self, block: Table, row: int) -> None:
        self.widen({LABEL: LINE_WIDTHS[LABEL], UNIT: LINE_WIDTHS[UNIT]})
        self.widen({ACROSS_FIRST + item: ITEM_WIDTH for item in range(block.rows)})
        if block.rows > SIDE_BY_SIDE:
            self.page.freeze_column = ACROSS_FIRST - 1
        for at, column in enumerate(block.columns, start=row):
            names = column.role == "heading"
            self.put(at, LABEL, "heading" if names else "label", column.heading)
            self.put(at, UNIT, "heading" if names else "unit", shown_unit(column.unit))
            values = self.values.of(f"{block.id}.{column.id}")
            for item in range(block.rows):
                cell = self.item(at, ACROSS_FIRST + item, block, column, item, values[item])
                self.page.cells.append(cell._replace(right=True))

    def item(self, row: int, at: int, block: Table, column: Column, item: int, value: Any) -> Cell:  # noqa: ANN401 - as above
        content = column.cells[item] if column.cells else column.each
        unit = column.units[item] if column.units else column.unit
        cell = self.cell(row, at, content, value, unit, block, item, precise=column.precise, wrap=column.wrap)
        if not (column.verbatim or (isinstance(content, Input) and content.verbatim)):
            cell = self.said(cell)
        if block.quiet and not unit and cell.role != "stored":
            return cell._replace(role="quiet" if cell.formula else "quiet_text")
        if role := column.roles[item] if column.roles else column.role:
            return cell._replace(role=role)
        if column.files:
            return cell._replace(role="jump", file=column.files[item])
        return cell._replace(role="jump", jump=self.jump(column.links[item])) if column.links else cell

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
            case Link() | Varied() | Expression():
                formula = self.formulas.native(content, table, item)
                elsewhere = isinstance(content, Link) and "!" in formula
                role: Role = "status" if unit == "status" else "link" if elsewhere else "calculation"
                when = content.when_empty if isinstance(content, ShownWhenEmpty) else ""
                return Cell(row, at, role, value, formula, unit, precise, wrap, when_empty=when)
            case Input(given, choices):
                among = self.formulas.at(content.among) if content.among else ""
                role = "entry" if (content.free or isinstance(given, str)) and not (choices or among) else "input"
                typed = None if given == "" else given
                return Cell(row, at, role, typed, "", unit, precise, wrap, choices, among)
            case Stored():
                return Cell(row, at, "stored", value, "", unit, precise, wrap)
            case None | str():
                return Cell(row, at, "text", content, "", unit, precise, wrap)
            case _:
                return Cell(row, at, "input", content, "", unit, precise, wrap)

    def jump(self, target: Reference) -> str:
        address = self.places.addresses.get(target)
        return f"{quoted(address.sheet)}!{letters(address.column)}{address.row}" if address else target

    def put(self, row: int, column: int, role: Role, content: str | None, **look: Any) -> None:  # noqa: ANN401 - fields of Cell
        text = content and self.say(content)
        if role in LABELS and text:
            look["wrap"] = text_width(text, self.language.code) > LONGEST_LABEL
        self.page.cells.append(Cell(row, column, role, text, **look))

    def say(self, text: str) -> str:
        return self.language.text(text, self.page.sheet.id)

    def said(self, cell: Cell) -> Cell:
        """Translate texts of a cell; the same on all sheets, because formulas elsewhere may refer to them."""
        if self.language.code == ENGLISH and not isinstance(cell.content, Text):
            return cell  # a copy a cell saved
        content = self.language.text(cell.content) if isinstance(cell.content, str) else cell.content
        choices = tuple(map(self.language.text, cell.choices))
        return cell._replace(content=content, choices=choices)

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
