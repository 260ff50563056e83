"""A workbook as the audit reads it: cells, what is hidden or merged, settings, names and links; in one pass.

The file may be anybody's: it is opened through the guarded door.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers import expat

from workbooks.opening.limits import STANDARD, Limits, PackageError
from workbooks.opening.package import opened, read, shown
from workbooks.recalculation.package import Structure, Table, shared_texts, structure, tables
from workbooks.recalculation.stored_cells import SharedFormulas, stored_value
from workbooks.recalculation.worksheet import Place, Value, place

_PROPERTIES: Final = "docProps/custom.xml"
_TRUE: Final = ("1", "true", "on")
_AREA: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d+))?")
_CHART_CELLS: Final = re.compile(rb"<(?:\w+:)?f>([^<]+)</(?:\w+:)?f>")


class Cell(NamedTuple):
    """A cell: what is stored in it, None where nothing is, its formula without the sign before it, and its array."""

    value: Value | None
    formula: str = ""
    array: str = ""


class Box(NamedTuple):
    """Cells of a sheet, from row and column to row and column."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, at: Place) -> bool:
        """Whether a cell is one of them."""
        return self.top <= at[0] <= self.bottom and self.left <= at[1] <= self.right


EMPTY: Final = Cell(None)


@dataclass(slots=True)
class Page:
    """A worksheet."""

    name: str
    state: str = "visible"  # or hidden, veryHidden
    cells: dict[Place, Cell] = field(default_factory=dict)
    merged: list[Box] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    allowed_texts: list[Box] = field(default_factory=list)  # where a number stored as text was accepted
    conditions: list[str] = field(default_factory=list)  # formulas of conditional formats and validations

    def cell(self, at: Place) -> Cell:
        """A cell; an empty one where nothing stands."""
        return self.cells.get(at, EMPTY)

    def formulas(self) -> Iterator[tuple[Place, str]]:
        """The cells with formulas."""
        return ((at, each.formula) for at, each in self.cells.items() if each.formula)


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a workbook holds."""

    pages: Mapping[str, Page]
    structure: Structure
    tables: list[Table]
    settings: Mapping[str, str]  # of the calculation
    links: tuple[str, ...]  # other workbooks that it refers to
    shown: tuple[str, ...]  # what charts show: references
    properties: Mapping[str, str]  # that somebody added to the document

    @property
    def is_computed(self) -> bool:
        """Whether values are stored for formulas. A library that does not compute leaves none, or a zero for each."""
        values = [cell.value for page in self.pages.values() for cell in page.cells.values() if cell.formula]
        return not values or any(value is not None and (value != 0 or value is False) for value in values)


def workbook(data: bytes, limits: Limits = STANDARD) -> Workbook:
    """What a workbook holds.

    Raises
    ------
    PackageError
        If it is no workbook, is damaged, or is larger than the limits.
    """
    package = opened(data, limits)
    book = structure(package)
    texts = shared_texts(package, book.strings) if book.strings else []
    root = _root(package, book.part)
    states = {each.get("name", ""): each.get("state", "visible") for each in root.iterfind("{*}sheets/{*}sheet")}
    pages = {name: _page(read(package, part), texts, name) for name, part in book.sheets.items()}
    for name, page in pages.items():
        page.state = states.get(name, "visible")
    settings = root.find("{*}calcPr")
    return Workbook(
        pages,
        book,
        tables(package, book.sheets),
        {} if settings is None else dict(settings.attrib),
        tuple(_links(package, book.part)),
        tuple(_shown(package)),
        _properties(package),
    )


def box(text: str) -> Box | None:
    """An area's corners; None where it is none.

    Examples
    --------
    >>> box("B2:C3"), box("x")
    (Box(top=2, left=2, bottom=3, right=3), None)
    """
    found = _AREA.fullmatch(text)
    if not found:
        return None
    first = place(found[1].upper() + found[2])
    last = place(found[3].upper() + found[4]) if found[3] else first
    return Box(*first, *last)


def is_true(settings: Mapping[str, str], name: str, default: str = "0") -> bool:
    """Whether a setting is on."""
    return settings.get(name, default) in _TRUE


class _Scan:
    """The XML of a worksheet, read in one pass."""

    def __init__(self, page: Page, texts: list[str]) -> None:
        self._page, self._texts = page, texts
        self._at: Place = (0, 0)
        self._attributes: dict[str, str] = {}
        self._formula: dict[str, str] | None = None
        self._held: dict[str, str] = {}  # the texts of a cell by element
        self._pieces: list[str] | None = None
        self._shared = SharedFormulas()

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.buffer_text = True
        try:
            parser.Parse(data, True)  # noqa: FBT003 - expat has no names for arguments
        except expat.ExpatError as problem:
            message = f"has a worksheet whose XML is broken: {problem}"
            raise PackageError(message) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            address = attributes.get("r")
            self._at = place(address) if address else (self._at[0], self._at[1] + 1)
            self._attributes, self._held, self._formula = attributes, {}, None
        elif name in {"v", "t", "f", "formula", "formula1", "formula2"}:
            self._pieces = []
            if name == "f":
                self._formula = attributes
        elif name in _READERS:
            _READERS[name](self, attributes)

    def _characters(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._close()
        elif self._pieces is not None and name in {"v", "t", "f"}:
            self._held[name] = self._held.get(name, "") + "".join(self._pieces)
            self._pieces = None
        elif self._pieces is not None and name in {"formula", "formula1", "formula2"}:
            self._page.conditions.append("".join(self._pieces))
            self._pieces = None

    def _close(self) -> None:
        formula, array = "", ""
        if self._formula is not None:
            number = self._formula.get("si", "") if self._formula.get("t") == "shared" else ""
            formula = self._shared.text(self._at, self._held.get("f", ""), number)
            array = self._formula.get("ref", "") if self._formula.get("t") == "array" else ""
        kind = self._attributes.get("t", "n")
        text = self._held.get("t") if kind == "inlineStr" else self._held.get("v")
        value = stored_value(kind, text, self._texts)
        if value is not None or formula:
            self._page.cells[self._at] = Cell(value, formula, array)

    def row(self, attributes: dict[str, str]) -> None:
        """A row begins."""
        number = attributes.get("r", "")
        row = int(number) if number.isdecimal() else self._at[0] + 1
        self._at = (row, 0)
        if attributes.get("hidden") in _TRUE:
            self._page.hidden_rows.append(row)

    def column(self, attributes: dict[str, str]) -> None:
        """The widths of columns."""
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in _TRUE and first.isdecimal() and last.isdecimal():
            self._page.hidden_columns.append((int(first), int(last)))

    def merge(self, attributes: dict[str, str]) -> None:
        """Merged cells."""
        found = box(attributes.get("ref", ""))
        if found:
            self._page.merged.append(found)

    def ignored(self, attributes: dict[str, str]) -> None:
        """Where somebody accepted numbers stored as texts."""
        if attributes.get("numberStoredAsText") in _TRUE:
            self._page.allowed_texts += [area for text in attributes.get("sqref", "").split() if (area := box(text))]


_READERS: Final = {"row": _Scan.row, "col": _Scan.column, "mergeCell": _Scan.merge, "ignoredError": _Scan.ignored}


def _page(data: bytes, texts: list[str], name: str) -> Page:
    page = Page(name)
    _Scan(page, texts).read(data)
    return page


def _root(package: zipfile.ZipFile, part: str) -> ET.Element:
    try:
        return ET.fromstring(read(package, part))  # noqa: S314 - document types are refused before
    except ET.ParseError as problem:
        message = f"is broken: {shown(part)}: {problem}"
        raise PackageError(message) from None


def _links(package: zipfile.ZipFile, part: str) -> Iterator[str]:
    """The other workbooks that formulas refer to, in the order of their numbers."""
    names = set(package.namelist())
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    targets = (
        {each.get("Id", ""): each.get("Target", "") for each in _root(package, relations)} if relations in names else {}
    )
    for each in _root(package, part).iterfind("{*}externalReferences/{*}externalReference"):
        identifier = next((value for key, value in each.items() if key.endswith("}id")), "")
        target = posixpath.normpath(posixpath.join("/", folder, targets.get(identifier, ""))).lstrip("/")
        own = posixpath.join(posixpath.dirname(target), "_rels", f"{posixpath.basename(target)}.rels")
        found = [other.get("Target", "") for other in _root(package, own)] if own in names else []
        yield found[0] if found else target


def _properties(package: zipfile.ZipFile) -> dict[str, str]:
    if _PROPERTIES not in package.namelist():
        return {}
    return {each.get("name", ""): "".join(each.itertext()).strip() for each in _root(package, _PROPERTIES)}


def _shown(package: zipfile.ZipFile) -> Iterator[str]:
    for name in package.namelist():
        if name.startswith("xl/charts/chart") and name.endswith(".xml"):
            for found in _CHART_CELLS.finditer(read(package, name)):
                yield found[1].decode(errors="replace").replace("&apos;", "'").replace("&amp;", "&")


def is_number(value: Value | None) -> bool:
    """Whether a cell's value is a number; TRUE and FALSE are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
