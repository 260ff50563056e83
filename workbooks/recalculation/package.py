"""The file of a workbook that anybody may have written: opened with care, worksheets found, parts replaced."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

LIMITS: Final = {  # what a person's workbook never reaches, and a hostile one is stopped by
    "max_input_bytes": 2**28,
    "max_entries": 10_000,
    "max_expanded_bytes": 2**30,
    "max_part_bytes": 2**29,
    "max_xml_depth": 256,
}
_LOCKED: Final = b"\xd0\xcf\x11\xe0"  # how a file of old begins, and one that a password protects
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_NONE: Final = "is no workbook (.xlsx or .xlsm)"
_RELATIONS: Final = "_rels/.rels"
_UNREADABLE: Final = (KeyError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)


class PackageError(Exception):
    """A file that is no workbook, or none that can be read."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the workbook: its name, where it stands, and what its columns are called."""

    name: str
    sheet: str
    area: str
    headings: tuple[str, ...]
    has_headings: bool = True
    has_totals: bool = False


def opened(data: bytes) -> zipfile.ZipFile:
    """The package in a file.

    Raises
    ------
    PackageError
        If it is none, is protected, or is larger than any workbook.
    """
    if data.startswith(_LOCKED):
        message = "is protected by a password, or an .xls file of old: save it as .xlsx without a password"
        raise PackageError(message)
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise PackageError(_NONE) from None
    if _RELATIONS not in package.namelist():
        raise PackageError(_NONE)
    sizes = [entry.file_size for entry in package.infolist()]
    if (
        len(data) > LIMITS["max_input_bytes"]
        or len(sizes) > LIMITS["max_entries"]
        or max(sizes, default=0) > LIMITS["max_part_bytes"]
        or sum(sizes) > LIMITS["max_expanded_bytes"]
    ):
        message = f"is larger than any workbook: {len(sizes):,} parts of {sum(sizes) / 2**20:,.0f} MB"
        raise PackageError(message)
    return package


def worksheets(package: zipfile.ZipFile) -> dict[str, str]:
    """The part of each worksheet by its name, in the workbook's order; sheets that are charts have no cells.

    Raises
    ------
    PackageError
        If the package holds no workbook.
    """
    try:
        (workbook,) = (target for kind, target in _related(package, "").values() if kind == "officeDocument")
        targets = _related(package, workbook)
        sheets = ET.fromstring(read(package, workbook)).iterfind("{*}sheets/{*}sheet")  # noqa: S314 - expat limits entities
        named = [(each.get("name", ""), targets[_attribute(each, "id")]) for each in sheets]
    except (KeyError, ValueError, StopIteration, ET.ParseError):
        raise PackageError(_NONE) from None
    return {name: part for name, (kind, part) in named if kind == "worksheet"}


def tables(package: zipfile.ZipFile, parts: Mapping[str, str]) -> list[Table]:
    """The tables that stand on the worksheets.

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


def _table(sheet: str, data: bytes) -> Table:
    try:
        root = ET.fromstring(data)  # noqa: S314 - as below
        return Table(
            root.attrib["displayName"],
            sheet,
            root.attrib["ref"],
            tuple(_plain(each.attrib["name"]) for each in root.iterfind("{*}tableColumns/{*}tableColumn")),
            has_headings=root.get("headerRowCount") != "0",
            has_totals=root.get("totalsRowCount", "0") != "0",
        )
    except (KeyError, ET.ParseError) as problem:
        message = f"has a table on {sheet} that cannot be read: {problem}"
        raise PackageError(message) from None


def _plain(text: str) -> str:
    """A text without the escapes of characters that XML would not keep."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def read(package: zipfile.ZipFile, part: str) -> bytes:
    """The bytes of a part.

    Raises
    ------
    PackageError
        If it is missing, broken or encrypted.
    """
    try:
        return package.read(part)
    except _UNREADABLE as problem:
        message = f"is broken: {part}: {problem}"
        raise PackageError(message) from None


def replaced(package: zipfile.ZipFile, parts: Mapping[str, bytes]) -> bytes:
    """The file with other parts in place of some; the others stay as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in package.infolist():
            new.writestr(copy(entry), parts.get(entry.filename) or read(package, entry.filename))
    return out.getvalue()


def _related(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part is related to, by the relation's id: the last word of the kind, and the other part."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    root = ET.fromstring(read(package, relations)) if relations in package.namelist() else ()  # noqa: S314 - as above
    return {
        each.get("Id", ""): (
            each.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/"),
        )
        for each in root
    }


def _attribute(element: ET.Element, name: str) -> str:
    """An attribute in whatever namespace: there are two dialects of these files."""
    return next(value for key, value in element.items() if key.endswith(f"}}{name}"))
