"""Writes the rows of a worksheet as XML text.

openpyxl creates an object per cell and writes its tags one by one, which is several times too slow for a build.
Everything else of a sheet is written by openpyxl.
"""

import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import Element

from workbooks.address import letters
from workbooks.layout.cell import Cell
from workbooks.xlsx.parts import Parts

FORMULA_LIMIT: Final = 8192  # characters, with the sign before it
EMPTY_ROWS: Final = b"<sheetData/>"
# Characters that XML cannot contain.
IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Styled(NamedTuple):
    """A cell with openpyxl's style record."""

    cell: Cell
    style: StyleArray


class Filled(NamedTuple):
    """Contents of a worksheet: its cells, and row heights in points."""

    cells: Iterable[Styled]
    heights: Mapping[int, float]


def cell_xml(cell: Cell, name: str, style: int) -> str:
    """A cell as XML; a text remains a text even if it begins with "="."""
    content = cell.content
    if cell.formula:
        if len(cell.formula) >= FORMULA_LIMIT:
            message = f"row {cell.row}, column {cell.column}: a formula of {len(cell.formula) + 1:,} characters"
            raise ValueError(message)
        array = f' t="array" ref="{name}"' if cell.spills else ""
        return f'<c r="{name}" s="{style}"><f{array}>{_escaped(cell.formula)}</f><v></v></c>'
    if content is None:
        return f'<c r="{name}" s="{style}" t="n"></c>'
    if isinstance(content, str):
        if not content:
            return f'<c r="{name}" s="{style}" t="inlineStr"></c>'
        space = ' xml:space="preserve"' if content != content.strip() else ""
        return f'<c r="{name}" s="{style}" t="inlineStr"><is><t{space}>{_escaped(content)}</t></is></c>'
    if isinstance(content, bool):
        return f'<c r="{name}" s="{style}" t="b"><v>{content:d}</v></c>'
    if not math.isfinite(content):
        message = f"row {cell.row}, column {cell.column}: {content} cannot stand in a cell"
        raise ValueError(message)
    return f'<c r="{name}" s="{style}" t="n"><v>{content!r}</v></c>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _refuse(cells: Iterable[Styled]) -> None:
    """Raise an error that names the cell with a character that XML cannot contain."""
    for cell, _ in cells:
        found = IMPOSSIBLE.search(f"{cell.formula}{cell.content}")
        if found:
            message = f"row {cell.row}, column {cell.column}: the character {found[0]!r} cannot stand in a cell"
            raise ValueError(message)


class Rows(NamedTuple):
    """The rows of a worksheet as XML, the area that its cells cover, and their links."""

    xml: bytes
    area: str
    links: Sequence[Hyperlink]


def rows_of(workbook: Any, filled: Filled) -> Rows:  # noqa: ANN401 - stubs lack most of one
    """Write the rows of a worksheet; styles are added to its workbook.

    Raises
    ------
    ValueError
        If a cell holds what no cell can: NaN, infinity, a control character, a formula that is too long.
    """
    cells = sorted(filled.cells, key=lambda each: (each.cell.row, each.cell.column))
    rows: dict[int, list[Styled]] = {row: [] for row in filled.heights}  # whether or not they have cells
    for each in cells:
        rows.setdefault(each.cell.row, []).append(each)
    written = ["<sheetData>"]
    numbers: dict[int, int] = {}
    links: list[Hyperlink] = []
    for row in sorted(rows):
        height = f' ht="{filled.heights[row]:.16g}" customHeight="1"' if row in filled.heights else ""
        written.append(f'<row r="{row}"{height}>')
        for cell, style in rows[row]:
            name = f"{letters(cell.column)}{row}"
            if cell.jump or cell.file:
                link = Hyperlink(ref=name, location=cell.jump or None, target=cell.file or None)
                links.append(link)
            number = numbers.get(id(style))
            if number is None:  # numbered in the order of the cells, as openpyxl does
                number = numbers[id(style)] = workbook._cell_styles.add(style)  # noqa: SLF001
            written.append(cell_xml(cell, name, number))
        written.append("</row>")
    written.append("</sheetData>")
    text = "".join(written)
    if IMPOSSIBLE.search(text):
        _refuse(cells)
    columns = [cell.column for cell, _ in cells]
    area = f"{letters(min(columns))}{cells[0].cell.row}:{letters(max(columns))}{cells[-1].cell.row}"
    return Rows(text.encode("ascii", "xmlcharrefreplace"), area, links)


def with_rows(sheet: bytes, rows: bytes) -> bytes:
    """A worksheet of `SheetWriter` with its rows."""
    return sheet.replace(EMPTY_ROWS, rows, 1)


class SheetWriter(WorksheetWriter):
    """Writes a worksheet with a placeholder for its rows."""

    def __init__(self, worksheet: Any, rows: Rows) -> None:  # noqa: ANN401 - as above
        super().__init__(worksheet, io.BytesIO())
        worksheet._hyperlinks += rows.links  # noqa: SLF001 - where openpyxl's own cells put theirs
        self._area = rows.area

    def write_dimensions(self) -> None:
        """Write the area that the cells cover."""
        self.xf.send(SheetDimension(self._area).to_tree())

    def write_rows(self) -> None:
        """Write the placeholder."""
        self.xf.send(Element("sheetData"))


class PackageWriter(ExcelWriter):
    """Writes the parts of a workbook; worksheets whose rows are given get placeholders for them."""

    def __init__(self, workbook: Workbook, rows: Mapping[str, Rows]) -> None:
        self.parts = Parts()
        super().__init__(workbook, self.parts)  # type: ignore[arg-type] # all it asks of a zip archive
        self._given = rows

    def write_worksheet(self, ws: Any) -> None:  # noqa: ANN401 - as above
        """Write a worksheet as the method does that this one replaces, but for temporary files."""
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001
        ws._drawing.charts = ws._charts  # noqa: SLF001
        rows = self._given.get(ws.title)
        writer: Any = WorksheetWriter(ws, io.BytesIO()) if rows is None else SheetWriter(ws, rows)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001
        self.parts.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)
