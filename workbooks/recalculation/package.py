"""Reads worksheets, tables, names and settings from the package of a workbook, and replaces parts."""

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET

from workbooks.opening.limits import PackageError
from workbooks.opening.package import NOT_A_WORKBOOK, read, shown
from workbooks.recalculation.worksheet import unescaped

TRUE: Final = ("1", "true", "on")  # ways to write a flag in XML
_STRICT: Final = b"http://purl.oclc.org/ooxml/"
_DIALECTS: Final = (  # namespaces of strict files, and the transitional ones that every program reads
    (re.compile(rb"http://purl\.oclc\.org/ooxml/officeDocument/(\w+)"), rb"http://schemas.openxmlformats.org/officeDocument/2006/\1"),
    (re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)"), rb"http://schemas.openxmlformats.org/\1/2006/\2"),
)  # fmt: skip
_TITLE: Final = re.compile(rb"""(<(?:\w+:)?sheet\s[^>]*?\bname\s*=\s*["'])(sheet1)(["'])""", re.IGNORECASE)
_NAME: Final = re.compile(rb"<(?:\w+:)?definedName\b[^>]*>[^<]*")
_TITLE_IN_NAME: Final = re.compile(rb"(?<![\w.\]'])(?:sheet1|'sheet1')!", re.IGNORECASE)
ENGINES_OWN: Final = "Sheet1"  # name that the engine uses for a sheet of its own


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, area and column names."""

    name: str
    sheet: str
    area: str
    headings: tuple[str, ...]
    has_headings: bool = True
    has_totals: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """Contents of the workbook part.

    Worksheet parts are keyed by sheet name, in the order of the workbook; chart sheets have no cells. Defined names are
    keyed by the sheet of their scope ("" for the workbook) and the name in lower case.
    """

    part: str
    sheets: dict[str, str]
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    from_1904: bool = False  # uses the 1904 date system
    as_displayed: bool = False  # "precision as displayed" is on
    computes_on_load: bool = False  # requests a full calculation on load
    strings: str = ""  # part of the shared strings


def structure(package: zipfile.ZipFile) -> Structure:
    """Read the workbook part.

    Raises
    ------
    PackageError
        If the package is not a workbook.
    """
    try:
        (workbook,) = (target for kind, target in _related(package, "").values() if kind == "officeDocument")
        targets = _related(package, workbook)
        root = ET.fromstring(read(package, workbook))  # noqa: S314 - document types are refused before
        listed = [
            (each.get("name", ""), targets[_attribute(each, "id")]) for each in root.iterfind("{*}sheets/{*}sheet")
        ]
    except (KeyError, ValueError, StopIteration, ET.ParseError):
        raise PackageError(NOT_A_WORKBOOK) from None
    sheets = {name: part for name, (kind, part) in listed if kind == "worksheet"}
    if len(set(map(str.casefold, sheets))) < sum(kind == "worksheet" for _, (kind, _) in listed):
        message = "has two sheets of the same name"
        raise PackageError(message)
    settings: dict[str, str] = {}
    for each in (root.find("{*}workbookPr"), root.find("{*}calcPr")):
        settings |= each.attrib if each is not None else {}
    return Structure(
        workbook,
        sheets,
        _names(root, [name for name, _ in listed]),
        from_1904=settings.get("date1904") in TRUE,
        as_displayed=settings.get("fullPrecision", "1") not in TRUE,
        computes_on_load=settings.get("fullCalcOnLoad") in TRUE,
        strings=next((part for kind, part in targets.values() if kind == "sharedStrings"), ""),
    )


def shared_texts(package: zipfile.ZipFile, part: str) -> list[str]:
    """The shared strings in order.

    Raises
    ------
    PackageError
        If they cannot be read.
    """
    try:
        root = ET.fromstring(read(package, part))  # noqa: S314 - document types are refused before
    except ET.ParseError as problem:
        message = f"is broken: {shown(part)}: {problem}"
        raise PackageError(message) from None
    return [unescaped("".join(text.text or "" for text in each.iter() if text.tag.endswith("}t"))) for each in root]


def tables(package: zipfile.ZipFile, parts: Mapping[str, str]) -> list[Table]:
    """The tables of the worksheets.

    Raises
    ------
    PackageError
        If one of them cannot be read.
    """
    return [
        _table(sheet, read(package, part))
        for sheet, worksheet in parts.items()
        for kind, part in _related(package, worksheet).values()
        if kind == "table"
    ]


def for_the_engine(package: zipfile.ZipFile, book: Structure, parts: Mapping[str, bytes]) -> bytes:
    """The file with some parts replaced, and without content that the engine misreads.

    The engine reads a strict file as empty and confuses a sheet named `sheet1` with a sheet of its own.
    """
    changed = dict(parts)
    workbook = changed.get(book.part) or read(package, book.part)
    own = ENGINES_OWN.encode()
    workbook = _TITLE.sub(rb"\g<1>%s\g<3>" % own, workbook)
    changed[book.part] = _NAME.sub(lambda found: _TITLE_IN_NAME.sub(own + b"!", found[0]), workbook)
    if _STRICT in workbook:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                data = changed.get(name) or read(package, name)
                for pattern, other in _DIALECTS:
                    data = pattern.sub(other, data)
                changed[name] = data
    return replaced(package, changed)


def replaced(package: zipfile.ZipFile, parts: Mapping[str, bytes]) -> bytes:
    """The file with some parts replaced; the others are copied unchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in package.infolist():
            new.writestr(copy(entry), parts.get(entry.filename) or read(package, entry.filename))
    return out.getvalue()


def _names(root: ET.Element, sheets: list[str]) -> dict[tuple[str, str], str]:
    found = {}
    for each in root.iterfind("{*}definedNames/{*}definedName"):
        number = each.get("localSheetId", "")
        local = number.isascii() and number.isdecimal() and int(number[:6]) < len(sheets)
        found[sheets[int(number)] if local else "", each.get("name", "").casefold()] = each.text or ""
    return found


def _table(sheet: str, data: bytes) -> Table:
    try:
        root = ET.fromstring(data)  # noqa: S314 - document types are refused before
        return Table(
            root.attrib["displayName"],
            sheet,
            root.attrib["ref"],
            tuple(unescaped(each.attrib["name"]) for each in root.iterfind("{*}tableColumns/{*}tableColumn")),
            has_headings=root.get("headerRowCount") != "0",
            has_totals=root.get("totalsRowCount", "0") != "0",
        )
    except (KeyError, ET.ParseError) as problem:
        message = f"has a table on {shown(sheet)} that cannot be read: {problem}"
        raise PackageError(message) from None


def _related(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Relationships of a part by id: the last word of the type, and the target part."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    try:
        root = ET.fromstring(read(package, relations)) if relations in package.namelist() else ()  # noqa: S314 - as above
    except ET.ParseError as problem:
        message = f"is broken: {shown(relations)}: {problem}"
        raise PackageError(message) from None
    return {
        each.get("Id", ""): (
            each.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/"),
        )
        for each in root
    }


def _attribute(element: ET.Element, name: str) -> str:
    """An attribute regardless of namespace, since strict and transitional files differ."""
    return next(value for key, value in element.items() if key.endswith(f"}}{name}"))
