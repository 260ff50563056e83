"""Writes the rows of a worksheet as XML text.

openpyxl creates an object per cell and writes its tags one by one, which is several times too slow for a build.
Everything else of a sheet is written by openpyxl.
"""

import io
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from zipfile import ZipFile

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


class SheetWriter(WorksheetWriter):
    """Writes a worksheet, with its rows as text.

    Raises
    ------
    ValueError
        If a cell holds what no cell can: NaN, infinity, a control character, a formula that is too long.
    """

    def __init__(self, worksheet: Any, filled: Filled) -> None:  # noqa: ANN401 - stubs lack most of one
        super().__init__(worksheet, io.BytesIO())
        self._worksheet = worksheet
        self._cells = sorted(filled.cells, key=lambda each: (each.cell.row, each.cell.column))
        self._heights = filled.heights
        self._numbers: dict[int, int] = {}
        self._rows = b""

    def write_dimensions(self) -> None:
        """Write the area that the cells cover."""
        columns = [cell.column for cell, _ in self._cells]
        first, last = self._cells[0].cell.row, self._cells[-1].cell.row
        area = f"{letters(min(columns))}{first}:{letters(max(columns))}{last}"
        self.xf.send(SheetDimension(area).to_tree())

    def write_rows(self) -> None:
        """Write a placeholder for the rows, which are written separately."""
        self.xf.send(Element("sheetData"))
        rows: dict[int, list[Styled]] = {row: [] for row in self._heights}  # whether or not they have cells
        for each in self._cells:
            rows.setdefault(each.cell.row, []).append(each)
        written: list[str] = []
        for row in sorted(rows):
            height = f' ht="{self._heights[row]:.16g}" customHeight="1"' if row in self._heights else ""
            written.append(f'<row r="{row}"{height}>')
            written += [self._cell(*each) for each in rows[row]]
            written.append("</row>")
        text = "".join(written)
        if IMPOSSIBLE.search(text):
            _refuse(self._cells)
        self._rows = text.encode("ascii", "xmlcharrefreplace")

    def read(self) -> bytes:
        """The worksheet as XML, with its rows."""
        return super().read().replace(EMPTY_ROWS, b"<sheetData>" + self._rows + b"</sheetData>", 1)

    def _cell(self, cell: Cell, style: StyleArray) -> str:
        name = f"{letters(cell.column)}{cell.row}"
        if cell.jump or cell.file:
            link = Hyperlink(ref=name, location=cell.jump or None, target=cell.file or None)
            self._worksheet._hyperlinks.append(link)  # noqa: SLF001 - where openpyxl's own cells put theirs
        number = self._numbers.get(id(style))
        if number is None:  # numbered in the order of the cells, as openpyxl does
            number = self._numbers[id(style)] = self._worksheet.parent._cell_styles.add(style)  # noqa: SLF001
        return cell_xml(cell, name, number)


class PackageWriter(ExcelWriter):
    """Writes a workbook; the contents of worksheets are given by name, others are written by openpyxl."""

    def __init__(self, workbook: Workbook, archive: ZipFile, filled: Mapping[str, Filled]) -> None:
        super().__init__(workbook, archive)
        self._package = archive
        self._filled = filled

    def write_worksheet(self, ws: Any) -> None:  # noqa: ANN401 - as above
        """Write a worksheet as the method does that this one replaces, but for temporary files."""
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001
        ws._drawing.charts = ws._charts  # noqa: SLF001
        given = self._filled.get(ws.title)
        writer: Any = WorksheetWriter(ws, io.BytesIO()) if given is None else SheetWriter(ws, given)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001
        self._package.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)
