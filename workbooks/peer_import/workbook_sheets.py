"""Reads the sheets of an .xlsx or .xlsm: numbers as displayed, with hidden rows and merged areas."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from workbooks.opening.limits import PackageError
from workbooks.opening.package import measured
from workbooks.peer_import.grid import Content, Grid, Merge, Percentage, Uncomputed
from workbooks.peer_import.records import Origin, TableError

_INFLATED: Final = 1 << 29  # largest size in bytes of a part, and of all parts
_CELLS: Final = 20_000_000  # including blank cells
_MERGES: Final = 20_000
_CHUNK: Final = 1 << 20
_BESIDE_DIGITS: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|[_*].|\\[^.]')  # literal text in a number format
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_MERGED: Final = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]{0,99}?ref\s{0,9}=\s{0,9}["']([^"'<>]{1,30})["']""")
_OVERLAP: Final = 256  # bytes: more than a match has
_COLUMNS, _ROWS = 16_384, 1_048_576


def workbook_sheets(data: bytes, file: str, most: int = 0) -> Iterator[Grid]:
    """The visible sheets of a workbook; of each the first rows, as many as `most` says, or all.

    Raises
    ------
    TableError
        If it is not a workbook, is damaged or protected, or exceeds the limits.
    """
    try:
        yield from _sheets(data, file, most)
    except TableError:
        raise
    except PackageError as problem:
        message = f"{file} {problem}"
        raise TableError(message) from None
    except MemoryError:
        message = f"{file} needs more memory than there is: export its table as .csv"
        raise TableError(message) from None
    except Exception as error:  # noqa: BLE001 - libraries raise anything on a damaged file; it is told in one line
        told = " ".join(str(error).split())[:120] or type(error).__name__
        message = f"{file} is not a workbook that can be read: {told}"
        raise TableError(message) from None


def _sheets(data: bytes, file: str, most: int) -> Iterator[Grid]:
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - only who reads a workbook waits for it

    measured(data, _INFLATED)
    reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    formats = _formats(reader.archive)
    for sheet, relation in reader.parser.find_sheets():
        if relation.target in reader.valid_files and "/worksheet" in relation.Type and sheet.state in ("visible", None):
            part = _Part(file, sheet.name, reader.shared_strings, formats, reader.wb.epoch)
            with reader.archive.open(relation.target) as stream:
                part.read(stream, most)
            if part.cut:  # merged areas stand behind all rows
                with reader.archive.open(relation.target) as stream:
                    part.find_merges(stream)
            yield part.grid()


def _formats(archive: zipfile.ZipFile) -> list[str]:
    """Number format of each cell style, by index."""
    from lxml import etree  # noqa: PLC0415 - as above
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415 - as above

    if "xl/styles.xml" not in archive.namelist():
        return []
    root = etree.fromstring(archive.read("xl/styles.xml"), etree.XMLParser(resolve_entities=False))
    own = {int(each.get("numFmtId")): each.get("formatCode", "") for each in root.iterfind("{*}numFmts/{*}numFmt")}
    known = BUILTIN_FORMATS | own
    return [known.get(int(style.get("numFmtId") or 0), "") for style in root.iterfind("{*}cellXfs/{*}xf")]


@dataclass
class _Part:
    """Reader of one sheet, row by row."""

    file: str
    title: str
    strings: list[str]
    formats: list[str]
    epoch: dt.datetime
    rows: list[Sequence[Content]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    cells: int = 0
    cut: bool = False

    def read(self, stream: Any, most: int) -> None:  # noqa: ANN401 - a part of a zip file
        """Read the sheet, or the first rows of it."""
        from lxml import etree  # noqa: PLC0415 - only who reads a workbook waits for it

        wanted = ("{*}row", "{*}mergeCell", "{*}col")
        for _, element in etree.iterparse(stream, tag=wanted, resolve_entities=False, no_network=True):
            name = etree.QName(element).localname
            if name == "row":
                self._row(element)
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del element.getparent()[0]
                if len(self.rows) == most > 0:
                    self.cut = True
                    return
            elif name == "col":
                self._column(element)
            else:
                self._merge(str(element.get("ref")))

    def find_merges(self, stream: Any) -> None:  # noqa: ANN401 - as above
        """Find the merged areas of a sheet without reading its cells."""
        before = b""
        while chunk := stream.read(_CHUNK):
            text = before + chunk
            end = 0
            for found in _MERGED.finditer(text):
                self._merge(found[1].decode("ascii", "replace"))
                end = found.end()
            before = text[max(end, len(text) - _OVERLAP) :]

    def grid(self) -> Grid:
        """What was read."""
        origin = Origin(self.file, self.title)
        hidden = frozenset(self.hidden_rows), frozenset(self.hidden_columns)
        return Grid(origin, self.rows, self.merges, *hidden, filled=True, cut=self.cut)

    def _row(self, element: Any) -> None:  # noqa: ANN401 - an element of XML
        row = int(element.get("r") or len(self.rows) + 1) - 1
        if not len(self.rows) <= row < _ROWS:
            message = f"{self.file}, sheet {self.title}: row {row + 1:,} is out of order or beyond the last"
            raise TableError(message)
        if element.get("hidden") in ("1", "true"):
            self.hidden_rows.add(row)
        contents: list[Content] = []
        for cell in element.iterfind("{*}c"):
            column = self._position(cell.get("r"), row, len(contents))
            content = self._content(cell)
            if content is not None:
                contents += [None] * (column - len(contents))
                contents[column:] = [content]
        self.cells += len(contents)
        if self.cells > _CELLS:
            message = (
                f"{self.file}, sheet {self.title}: more than {_CELLS:,} cells; delete what stands far from the table"
            )
            raise TableError(message)
        if contents:  # empty rows at the end are dropped
            blank: list[Content] = []
            self.rows += [blank] * (row - len(self.rows))
            self.rows.append(contents)

    def _position(self, reference: str | None, row: int, following: int) -> int:
        if reference is None:
            return following
        found = _REFERENCE.fullmatch(reference)
        column = _number(found[1]) if found else _COLUMNS
        if not found or int(found[2]) != row + 1 or not following <= column < _COLUMNS:
            message = f"{self.file}, sheet {self.title}: {reference[:20]!r} is not a cell of row {row + 1:,}"
            raise TableError(message)
        return column

    def _content(self, cell: Any) -> Content:  # noqa: ANN401 - an element of XML
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(text.text or "" for text in cell.iterfind("{*}is//{*}t")) or None
        value = cell.findtext("{*}v")
        if value is None or value == "":
            formula = cell.find("{*}f")
            return Uncomputed(f"={(formula.text or '…')[:60]}") if formula is not None and kind == "n" else None
        if kind == "s":
            return self.strings[int(value)] or None
        if kind == "b":
            return value not in ("0", "false")
        if kind == "d":
            return dt.datetime.fromisoformat(value.removesuffix("Z"))
        return self._numeric(value, int(cell.get("s") or 0)) if kind == "n" else value

    def _numeric(self, value: str, style: int) -> Content:
        number = float(value)
        code = self.formats[style] if style < len(self.formats) else ""
        if code in ("", "General", "0", "0.00", "@"):
            return number
        if _is_date(code):
            return _date(number, self.epoch)
        power, percent = _as_shown(code)
        number = float(Decimal(repr(number)).scaleb(-power)) if power else number
        return Percentage(number) if percent else number

    def _column(self, element: Any) -> None:  # noqa: ANN401 - an element of XML
        if element.get("hidden") in ("1", "true"):
            first, last = int(element.get("min")), min(int(element.get("max")), _COLUMNS)
            self.hidden_columns.update(range(first - 1, last))

    def _merge(self, reference: str) -> None:
        first, _, last = reference.replace("$", "").partition(":")
        ends = [_REFERENCE.fullmatch(end) for end in (first, last or first)]
        if not all(ends) or len(self.merges) >= _MERGES:
            message = (
                f"{self.file}, sheet {self.title}: more merged areas than {_MERGES:,}, or {reference[:20]!r} is none"
            )
            raise TableError(message)
        top, left, bottom, right = (number for end in ends if end for number in (int(end[2]) - 1, _number(end[1])))
        self.merges.append((top, left, bottom, right))


@lru_cache(maxsize=16_384)
def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


@lru_cache(maxsize=512)
def _is_date(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415 - as above

    return bool(is_date_format(code))


def _date(number: float, epoch: dt.datetime) -> Content:
    from openpyxl.utils.datetime import from_excel  # noqa: PLC0415 - as above

    try:
        found = from_excel(number, epoch)
    except (ValueError, OverflowError):
        return number
    return found if isinstance(found, dt.date) else number


@lru_cache(maxsize=512)
def _as_shown(code: str) -> tuple[int, bool]:
    """Power of ten by which a format divides (commas after its digits), and whether it shows %."""
    bare = _BESIDE_DIGITS.sub("", code.partition(";")[0])
    digits = re.search(r"[0#?](,+)(?![0#?.])", bare)
    power = 3 * len(digits[1]) if digits else 0
    by_hand = re.search(r"\\\.([0#?]+)", bare)  # a literal point among the digits: displays 亿 by format
    return power + (len(by_hand[1]) if by_hand else 0), "%" in bare
