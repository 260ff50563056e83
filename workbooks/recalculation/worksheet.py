"""Edits cells in the XML of a worksheet in place; every other byte is unchanged.

Workbooks of other programs contain parts that no library preserves completely. So the file is not rewritten: the
positions of the cells are found and the new contents are inserted into the text.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape  # that of xml.sax loads the modules of the network
from itertools import groupby
from typing import Final, TypeAlias
from xml.parsers import expat

from workbooks.address import letters
from workbooks.opening.limits import LONGEST_FORMULA, LimitError, PackageError

Place: TypeAlias = tuple[int, int]  # row and column, from 1
Span: TypeAlias = tuple[int, int]  # byte range, end exclusive
Edit: TypeAlias = tuple[int, int, bytes]  # a byte range and its replacement
Value: TypeAlias = float | str | bool

MOST_FILLED: Final = 100_000  # largest number of cells of a sheet filled by arrays
LAST: Final = (1_048_576, 16_384)  # last row and column of a sheet
_CELL: Final = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_ROW: Final = re.compile(r"0*[1-9][0-9]{0,6}", re.ASCII)
_TAG: Final = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_AREA: Final = re.compile(rb"""\sref\s*=\s*(?:"[^"]*"|'[^']*')""")
_KIND: Final = re.compile(rb"""\st\s*=\s*(?:"[^"]*"|'[^']*')""")
_NO_XML: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\ufffe\uffff]"
)  # includes carriage returns, which XML would convert to line feeds
_LOOKS_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")


class ErrorCode(str):
    """An error value of a cell, as distinct from a text with the same characters."""

    __slots__ = ()


@dataclass(slots=True)
class Cell:
    """A cell with a formula, or in a row filled by an array formula."""

    place: Place
    start: int
    dynamic: bool  # dynamic array, resized with its result
    end: int = 0
    inner: Span = (0, 0)  # byte range between its tags
    formula: str | None = None
    formula_kind: str = "normal"
    formula_span: Span = (0, 0)
    area: str = ""  # area filled by its array formula
    shared: str = ""  # index of its shared formula
    value_kind: str = "n"
    value_text: str | None = None  # as stored in the file
    value_spans: list[Span] = field(default_factory=list)

    def fills(self) -> list[Place]:
        """The cells for the result of the formula: itself, or the area of its array."""
        return filled(self.area) if self.formula_kind == "array" and self.area else [self.place]

    def value(self, texts: Sequence[str]) -> Value | None:
        """The stored value; None where there is none. `texts` are the shared strings."""
        kind, text = self.value_kind, self.value_text
        if kind in ("str", "inlineStr"):
            return unescaped(text or "")
        if not text:
            return None
        if kind == "b":
            return text.strip() == "1"
        if kind == "e":
            return ErrorCode(text.strip())
        try:
            return texts[int(text)] if kind == "s" else float(text) if kind == "n" else None
        except (ValueError, IndexError):
            return None


def place(address: str) -> Place:
    """Row and column of an address.

    Examples
    --------
    >>> place("C7"), place("$AA$10")
    ((7, 3), (10, 27))
    """
    found = _CELL.fullmatch(address)
    column = 0
    for letter in found[1] if found else "":
        column = 26 * column + ord(letter) - 64
    if not found or int(found[2]) > LAST[0] or column > LAST[1]:
        message = f"has a worksheet with {address[:40]!r} for a cell"
        raise PackageError(message)
    return int(found[2]), column


def filled(area: str) -> list[Place]:
    """The cells of an area, row by row.

    Examples
    --------
    >>> filled("B2:C3"), filled("A1")
    ([(2, 2), (2, 3), (3, 2), (3, 3)], [(1, 1)])
    """
    first, _, last = area.partition(":")
    (top, left), (bottom, right) = place(first), place(last or first)
    if top > bottom or left > right:
        message = f"has an array that fills {area}, which ends before it begins"
        raise PackageError(message)
    if (bottom - top + 1) * (right - left + 1) > MOST_FILLED:
        message = f"has an array that fills {area}, more than {MOST_FILLED:,} cells"
        raise LimitError(message)
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def unescaped(text: str) -> str:
    r"""Decode escapes such as _x000D_ for characters that XML does not preserve.

    Examples
    --------
    >>> unescaped("a_x000D_b")
    'a\rb'
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def stored(value: Value) -> tuple[str, str]:
    """Type attribute and text of a value, as stored in a cell.

    Examples
    --------
    >>> stored(0.1), stored(5.0), stored(True), stored(ErrorCode("#N/A")), stored("#N/A_x000D_")
    (('', '0.1'), ('', '5'), ('b', '1'), ('e', '#N/A'), ('str', '#N/A_x005F_x000D_'))
    """
    if isinstance(value, bool):
        return "b", "1" if value else "0"
    if isinstance(value, float):
        return "", repr(value).removesuffix(".0")
    if isinstance(value, ErrorCode):
        return "e", value
    text = _LOOKS_ESCAPED.sub("_x005F_", value)
    return "str", _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


class Worksheet:
    """The XML of a worksheet, with the cells that hold formulas or are filled by array formulas.

    Raises
    ------
    PackageError
        If it is not XML in UTF-8, or declares a document type.
    """

    def __init__(self, data: bytes) -> None:
        scan = _Scan(data)
        missing = scan.missing()
        if missing:
            data = _edited(data, missing)
            scan = _Scan(data)
        self._data = data
        self._cells = scan.cells
        self.formulas = [cell for cell in scan.cells.values() if cell.formula is not None]
        self.has_hidden_rows = scan.has_hidden_rows
        self.last_row = scan.last_row

    def cell(self, at: Place) -> Cell:
        """A cell with a formula, or filled by an array formula."""
        return self._cells[at]

    def with_formulas(self, texts: Mapping[Place, str], kept: Collection[Place] = ()) -> bytes:
        """The XML with new formula texts, and with empty cells where arrays will be filled in.

        Formulas in `kept` are replaced by their stored values.
        """
        edits = [self._formula(self._cells[at], text) for at, text in texts.items() if at not in kept]
        edits += [(*self._cells[at].formula_span, b"") for at in kept]
        filled = {at for cell in self.formulas if cell.place not in kept for at in cell.fills()}
        edits += [self._emptied(self._cells[at]) for at in filled if self._cells[at].formula is None]
        return _edited(self._data, edits)

    def with_areas(self, areas: Mapping[Place, str]) -> bytes:
        """The XML with new areas for array formulas; cells that are no longer filled are emptied."""
        edits = []
        for at, area in areas.items():
            cell = self._cells[at]
            start = cell.formula_span[0]
            tag, _ = _opening(self._data, start)
            edits.append((start, start + len(tag), _AREA.sub(b' ref="%s"' % area.encode(), tag)))
            kept = set(filled(area))
            edits += [self._emptied(self._cells[each]) for each in cell.fills() if each not in kept]
        return _edited(self._data, edits)

    def with_values(self, values: Mapping[Place, Value]) -> bytes:
        """The XML with new stored values of formulas and of cells filled by array formulas."""
        return _edited(self._data, [self._value(self._cells[at], value) for at, value in values.items()])

    def with_constants(self, values: Mapping[Place, Value]) -> bytes:
        """The XML with formulas, and cells filled by array formulas, replaced by values."""
        edits = []
        for at, value in values.items():
            tag, name = _opening(self._data, self._cells[at].start)
            kind, text = stored(value)
            tag = _KIND.sub(b"", tag) + (f' t="{kind}"'.encode() if kind else b"")
            prefix = name[:-1]
            shown = b"%s><%sv>%s</%sv></%s>" % (tag, prefix, escape(text, quote=False).encode(), prefix, name)
            edits.append((self._cells[at].start, self._cells[at].end, shown))
        return _edited(self._data, edits)

    def _formula(self, cell: Cell, text: str) -> Edit:
        start, end = cell.formula_span
        tag, name = _opening(self._data, start)
        return start, end, b"%s>%s</%s>" % (tag, escape(text, quote=False).encode(), name)

    def _emptied(self, cell: Cell) -> Edit:
        tag, _ = _opening(self._data, cell.start)
        return cell.start, cell.end, _KIND.sub(b"", tag) + b"/>"

    def _value(self, cell: Cell, value: Value) -> Edit:
        tag, name = _opening(self._data, cell.start)
        kind, text = stored(value)
        tag = _KIND.sub(b"", tag) + (f' t="{kind}"'.encode() if kind else b"")
        prefix = name[:-1]
        shown = b"<%sv>%s</%sv>" % (prefix, escape(text, quote=False).encode(), prefix)
        start, end = cell.inner
        after = cell.formula_span[1] or start
        cut: list[Edit] = [(at - start, to - start, b"") for at, to in cell.value_spans]
        inner = _edited(self._data[start:end], [*cut, (after - start, after - start, shown)])
        return cell.start, cell.end, b"%s>%s</%s>" % (tag, inner, name)


def _edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    out, position = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        out += [data[position:start], text]
        position = end
    return b"".join([*out, data[position:]])


def _opening(data: bytes, start: int) -> tuple[bytes, bytes]:
    """The start tag of an element without its closing bracket, and the name of the element."""
    tag = data[start : _tag_end(data, start)]
    name = re.match(rb"<([^\s/>]+)", tag)
    return tag.removesuffix(b">").removesuffix(b"/").rstrip(), name[1] if name else b""


def _tag_end(data: bytes, start: int) -> int:
    found = _TAG.match(data, start)
    if not found:
        message = "has a worksheet whose XML cannot be followed"
        raise PackageError(message)
    return found.end()


class _Scan:
    """One pass over the XML: collects cells with formulas, and all cells and rows that array formulas may fill."""

    def __init__(self, data: bytes) -> None:
        self.cells: dict[Place, Cell] = {}
        self._data = data
        self._rows: dict[int, Span] = {}  # from the first array formula on
        self._rows_end = 0
        self._filled = 0
        self.has_hidden_rows = False
        self.last_row = 0
        self._last_filled_row = 0
        self._at: Place = (0, 0)
        self._starts: list[int] = []  # stack of open elements
        self._cell: Cell | None = None
        self._text: list[str] | None = None
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = _check_encoding
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        try:
            self._parser.Parse(data, True)  # noqa: FBT003 - expat has no names for arguments
        except expat.ExpatError as problem:
            message = f"has a worksheet whose XML is broken: {problem}"
            raise PackageError(message) from None

    def missing(self) -> list[Edit]:
        """Insertions needed so that every cell filled by an array exists."""
        filled = {at for cell in self.cells.values() if cell.formula is not None for at in cell.fills()}
        missing = sorted(filled - self.cells.keys())
        return [edit for row, cells in groupby(missing, lambda at: at[0]) for edit in self._added(row, list(cells))]

    def _added(self, number: int, places: list[Place]) -> Iterator[Edit]:
        """Insert empty cells into a row, which may itself be missing."""
        prefix = _opening(self._data, next(iter(self.cells.values())).start)[1].removesuffix(b"c")
        new = {column: b'<%sc r="%s%d"/>' % (prefix, letters(column).encode(), number) for _, column in places}
        if number not in self._rows:
            at = next((start for row, (start, _) in self._rows.items() if row > number), self._rows_end)
            yield at, at, b'<%srow r="%d">%s</%srow>' % (prefix, number, b"".join(new.values()), prefix)
            return
        start, end = self._rows[number]
        tag, name = _opening(self._data, start)
        if self._data[end - 2 : end] == b"/>" and end == _tag_end(self._data, start):
            yield start, end, b"%s>%s</%s>" % (tag, b"".join(new.values()), name)
            return
        last = self._data.rindex(b"<", start, end)
        stands = [(at[1], cell.start) for at, cell in self.cells.items() if at[0] == number]
        for column, text in new.items():
            at = min((start for other, start in stands if other > column), default=last)
            yield at, at, text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start, name = self._parser.CurrentByteIndex, name.rpartition(" ")[2]
        self._starts.append(start)
        cell = self._cell
        if name == "c":
            row, column = self._at
            self._at = place(attributes["r"]) if "r" in attributes else (row, column + 1)
            self._cell = Cell(self._at, start, "cm" in attributes, value_kind=attributes.get("t", "n"))
        elif name == "row":
            self._at = (row_number(attributes["r"]) if "r" in attributes else self._at[0] + 1, 0)
            self.last_row = max(self.last_row, self._at[0])
            self.has_hidden_rows |= attributes.get("hidden") in ("1", "true")
        elif name == "f" and cell:
            cell.formula_kind, cell.area = attributes.get("t", "normal"), attributes.get("ref", "")
            cell.shared = attributes.get("si", "") if cell.formula_kind == "shared" else ""
            self._text = []
        elif name in ("v", "t") and cell and (cell.formula is not None or cell.place[0] <= self._last_filled_row):
            self._text = []

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        start, name = self._starts.pop(), name.rpartition(" ")[2]
        cell = self._cell
        if name == "sheetData":
            self._rows_end = self._parser.CurrentByteIndex
        elif name == "row":
            if self._last_filled_row:
                self._rows[self._at[0]] = (start, self._element_end(start))
        elif cell is None:
            return
        elif name == "c":
            self._close(cell, start)
        elif name == "f":
            cell.formula, cell.formula_span = "".join(self._text or ()), (start, self._element_end(start))
            self._text = None
            if len(cell.formula) > LONGEST_FORMULA:
                where = f"{letters(cell.place[1])}{cell.place[0]}"
                message = f"has a formula of {len(cell.formula):,} characters in {where}: Excel takes 8,192"
                raise LimitError(message)
        elif name in ("v", "is"):
            cell.value_spans.append((start, self._element_end(start)))
        if cell and name in ("v", "t") and self._text is not None:
            cell.value_text, self._text = (cell.value_text or "") + "".join(self._text), None

    def _close(self, cell: Cell, start: int) -> None:
        self._cell = None
        if cell.formula is not None and cell.formula_kind == "array":
            cells = cell.fills()
            self._filled += len(cells)
            if self._filled > MOST_FILLED:
                message = f"has arrays that fill more than {MOST_FILLED:,} cells of a sheet"
                raise LimitError(message)
            self._last_filled_row = max(self._last_filled_row, cells[-1][0])
        if cell.formula is not None or cell.place[0] <= self._last_filled_row:
            cell.end = self._element_end(start)
            opened = _tag_end(self._data, start)
            cell.inner = (opened, max(opened, self._data.rindex(b"<", start, cell.end)))
            self.cells[cell.place] = cell

    def _element_end(self, start: int) -> int:
        """End position of the element whose end tag is being read."""
        at = self._parser.CurrentByteIndex
        empty = at == _tag_end(self._data, start) and self._data[at - 2 : at] == b"/>"
        return at if empty else self._data.index(b">", at) + 1


def row_number(text: str) -> int:
    """Number of a row; an error if no worksheet has it."""
    number = int(text) if _ROW.fullmatch(text) else 0
    if not 0 < number <= LAST[0]:
        message = f"has a worksheet with {text[:40]!r} for a row"
        raise PackageError(message)
    return number


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
        message = f"has a worksheet in {encoding}, not UTF-8"
        raise PackageError(message)


def _refuse_doctype(*_: object) -> None:
    message = "has a worksheet that declares a document type"
    raise PackageError(message)
