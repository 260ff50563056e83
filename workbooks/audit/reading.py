"""Reads a workbook for the audit in one pass: cells, hidden and merged cells, settings, names and links.

The file may be untrusted, so it is opened within limits (`workbooks.opening`).
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from workbooks.opening.limits import STANDARD, Limits, PackageError
from workbooks.opening.package import opened, read, shown
from workbooks.recalculation.package import TRUE, Structure, Table, shared_texts, structure, tables
from workbooks.recalculation.stored_cells import Rows, Stored, read_worksheet
from workbooks.recalculation.worksheet import ErrorCode, Place, place

_PROPERTIES: Final = "docProps/custom.xml"
_NUMBER: Final = re.compile(r"[0-9]{1,5}")  # of a column
_AREA: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d+))?")
_CHART_CELLS: Final = re.compile(rb"<(?:\w+:)?f>([^<]+)</(?:\w+:)?f>")


class Box(NamedTuple):
    """A rectangle of cells, given by its corners."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_one(self) -> bool:
        """Whether it is one cell."""
        top, left, bottom, right = self
        return top == bottom and left == right

    def holds(self, at: Place) -> bool:
        """Whether a cell is one of them."""
        return self.top <= at[0] <= self.bottom and self.left <= at[1] <= self.right


EMPTY: Final = Stored(None)


@dataclass(slots=True)
class Page:
    """A worksheet."""

    name: str
    state: str = "visible"  # or hidden, veryHidden
    cells: dict[Place, Stored] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    numbers: dict[Place, float] = field(default_factory=dict)  # typed ones
    texts: dict[Place, str] = field(default_factory=dict)  # typed ones, with typed errors
    errors: list[Place] = field(default_factory=list)  # typed ones, and results of formulas
    merged: list[Box] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    allowed_texts: list[Box] = field(default_factory=list)  # ranges where numbers stored as text are marked as intended
    conditions: list[str] = field(default_factory=list)  # formulas of conditional formats and validations

    def cell(self, at: Place) -> Stored:
        """A cell; an empty one where there is none."""
        return self.cells.get(at, EMPTY)

    def sort_out(self) -> None:
        """List the cells by what they hold."""
        for at, (value, formula, _) in self.cells.items():
            if formula:
                self.formulas[at] = formula
            elif isinstance(value, float):
                self.numbers[at] = value
            elif isinstance(value, str):
                self.texts[at] = value
            if isinstance(value, ErrorCode):
                self.errors.append(at)


@dataclass(frozen=True, slots=True)
class Workbook:
    """Contents of a workbook."""

    pages: Mapping[str, Page]
    structure: Structure
    tables: list[Table]
    settings: Mapping[str, str]  # of the calculation
    links: tuple[str, ...]  # other workbooks that it refers to
    shown: tuple[str, ...]  # references of charts
    properties: Mapping[str, str]  # custom document properties

    @property
    def is_computed(self) -> bool:
        """Whether formulas have stored values. A library that does not compute stores none, or a zero for each."""
        values = [page.cells[at].value for page in self.pages.values() for at in page.formulas]
        return not values or any(value is not None and (value != 0 or value is False) for value in values)


def workbook(data: bytes, limits: Limits = STANDARD) -> Workbook:
    """Contents of a workbook.

    Raises
    ------
    PackageError
        If it is not a workbook, is damaged, or exceeds the limits.
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
    """Parse an area; None where it is invalid.

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
    return settings.get(name, default) in TRUE


def _page(data: bytes, texts: Sequence[str], name: str) -> Page:
    """A worksheet, read from its XML."""
    page, rows = Page(name), Rows(texts)

    def row(element: ET.Element) -> None:
        page.cells.update(rows.cells(element))
        if element.get("hidden") in TRUE or _is_zero(element.get("ht")):
            page.hidden_rows.append(rows.row)

    def column(element: ET.Element) -> None:
        first, last = element.get("min", ""), element.get("max", "")
        is_hidden = element.get("hidden") in TRUE or _is_zero(element.get("width"))
        if is_hidden and _NUMBER.fullmatch(first) and _NUMBER.fullmatch(last):
            page.hidden_columns.append((int(first), int(last)))

    def merge(element: ET.Element) -> None:
        found = box(element.get("ref", ""))
        if found:
            page.merged.append(found)

    def accepted(element: ET.Element) -> None:
        if element.get("numberStoredAsText") in TRUE:
            page.allowed_texts += [area for text in element.get("sqref", "").split() if (area := box(text))]

    def condition(element: ET.Element) -> None:
        page.conditions.append(element.text or "")

    conditions = dict.fromkeys(("formula", "formula1", "formula2"), condition)
    read_worksheet(data, {"row": row, "col": column, "mergeCell": merge, "ignoredError": accepted, **conditions})
    page.sort_out()
    return page


def _is_zero(size: str | None) -> bool:
    """Whether the height of a row or the width of a column is 0, which hides it."""
    return size is not None and size.strip("0.") == "" and "0" in size


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
