"""Functions, settings and links of a workbook, read from its file without Excel."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from addin.excel.machine import Machine
from addin.excel.project import Project, ProjectError, project
from workbooks.opening.limits import STANDARD, PackageError
from workbooks.opening.package import measured
from workbooks.opening.package import read as part_of

SHEET: Final = "xlwings.conf"
WRAPPERS: Final = "xlwings_udfs"  # the module that "Import Functions" writes
STANDALONE: Final = "xlwings"  # xlwings' own module, in a workbook that needs no add-in

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_INTERNET: Final = 3  # Windows security zones from this number on are not trusted


class WorkbookError(ValueError):
    """A file that cannot be read as a workbook; the message says why."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The parts of a workbook that concern functions."""

    path: PureWindowsPath
    settings: Mapping[str, str] | None  # from its settings sheet, names in upper case; None without one
    project: Project | None
    links: tuple[str, ...]  # workbooks and add-ins that its formulas refer to
    from_internet: bool


def read(machine: Machine, path: PureWindowsPath) -> Workbook:
    """Read a workbook's file.

    Raises
    ------
    WorkbookError
        If the file does not exist, or is not a workbook.
    """
    try:
        data = machine.read(path)
        zone = machine.read(PureWindowsPath(f"{path}:Zone.Identifier")) or b""
    except OSError as problem:
        message = f"{path}: {problem.strerror or problem}"
        raise WorkbookError(message) from problem
    if data is None:
        message = f"{path}: no such file"
        raise WorkbookError(message)
    try:
        with measured(data, STANDARD.expanded_bytes) as package:
            parts = set(package.namelist())
            vba = project(part_of(package, "xl/vbaProject.bin")) if "xl/vbaProject.bin" in parts else None
            settings = _settings(package)
            links = tuple(_links(package, parts))
    except (PackageError, KeyError, ET.ParseError, ProjectError) as problem:
        message = f"{path}: not a workbook of Excel's since 2007, or a damaged one ({problem})"
        raise WorkbookError(message) from problem
    return Workbook(path, settings, vba, links, _zone(zone) >= _INTERNET)


def _zone(mark: bytes) -> int:
    for line in mark.decode("ascii", "replace").splitlines():
        name, _, value = line.partition("=")
        if name.strip().lower() == "zoneid" and value.strip().isdecimal():
            return int(value)
    return 0


def _settings(package: zipfile.ZipFile) -> dict[str, str] | None:
    """The settings sheet as read by xlwings: names in column A down to the first blank, values in column B."""
    relations = {each.get("Id"): each.get("Target", "") for each in _xml(package, "xl/_rels/workbook.xml.rels")}
    for sheet in _xml(package, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        if sheet.get("name", "").lower() == SHEET:
            target = relations[sheet.get(_RELATION)]
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            cells = dict(_cells(package, part))
            settings: dict[str, str] = {}
            row = 1
            while cells.get(f"A{row}"):
                settings[cells[f"A{row}"].upper()] = cells.get(f"B{row}", "")
                row += 1
            return settings
    return None


def _cells(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    shared: list[str] = []
    if "xl/sharedStrings.xml" in package.namelist():
        strings = _xml(package, "xl/sharedStrings.xml").iter(f"{_MAIN}si")
        shared = ["".join(text.text or "" for text in each.iter(f"{_MAIN}t")) for each in strings]
    for cell in _xml(package, part).iter(f"{_MAIN}c"):
        kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v") or ""
        if kind == "s":
            value = shared[int(value)]
        elif kind == "inlineStr":
            value = "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
        elif kind == "b":
            value = "True" if value == "1" else "False"
        yield cell.get("r", ""), value


def _links(package: zipfile.ZipFile, parts: set[str]) -> Iterator[str]:
    for part in sorted(parts):
        if part.startswith("xl/externalLinks/_rels/"):
            for relation in _xml(package, part):
                target = unquote(relation.get("Target", "").removeprefix("file:///"))
                if PurePosixPath(target.replace("\\", "/")).suffix.lower().startswith(".xl"):
                    yield target


def _xml(package: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(part_of(package, part))  # noqa: S314 - document types are refused before
