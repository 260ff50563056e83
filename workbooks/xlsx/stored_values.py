"""The finishing pass over the zip: every formula gets its stored value, and the same case the same bytes."""

import datetime as dt
import io
import math
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from workbooks.xlsx.dynamic_arrays import SHEET, with_dynamic_arrays

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning
STAMPS: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
FORMULA_CELL: Final = re.compile(r"<c ([^>]*)><f(?: [^>]*)?(?:/>|>[^<]*</f>)(.*?)</c>", re.DOTALL)
ATTRIBUTE: Final = re.compile(r'(\w+)="([^"]*)"')
VALUE: Final = re.compile(r"<v(?: [^>]*)?>([^<]*)</v>|<v/>")
TOLERANCE: Final = 1e-9
TEXT_LIKE_A_NUMBER: Final = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]* t="inlineStr"[^>]*><is><t>\d[\d,]*\.?\d*</t>')
# What follows the errors to ignore in a worksheet: its schema is a sequence.
AFTER_IGNORED: Final = re.compile(rb"<(?:smartTags|drawing|legacyDrawing|tableParts|extLst|/worksheet)[ />]")

Stored = float | str | bool | None


def with_stored_values(data: bytes) -> bytes:
    """The workbook with every formula's value computed and stored, and nothing else touched."""
    import formualizer  # noqa: PLC0415 - only a build needs the engine

    recalculated: bytes = formualizer.recalculate_xlsx_bytes(data)["bytes"]
    return recalculated


def finished(data: bytes, as_of: dt.date) -> bytes:
    """The package with dynamic arrays marked, and one timestamp throughout: equal workbooks are equal bytes."""
    stamp = f"{as_of.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = with_dynamic_arrays({name: old.read(name) for name in old.namelist()})
    parts |= {name: _with_years_as_text(part) for name, part in parts.items() if name.startswith(SHEET)}
    parts["docProps/core.xml"] = STAMPS.sub(rb"\g<1>" + stamp + rb"\g<3>", parts["docProps/core.xml"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, content)
    return out.getvalue()


def stored_values(data: bytes) -> dict[str, dict[str, Stored]]:
    """What is stored for every formula cell, by sheet and cell; an error is its text, nothing stored is None."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: dict(_formula_cells(package.read(part))) for name, part in _sheet_parts(package)}


def agrees(expected: object, stored: Stored, scale: float = 1.0) -> bool:
    """Whether a stored value is what the core computed, to 1e-9; zero is judged on its unit's scale."""
    if isinstance(expected, bool) or isinstance(stored, bool):
        return expected is stored
    if isinstance(expected, (int, float)) and isinstance(stored, float):
        return math.isclose(expected, stored, rel_tol=TOLERANCE, abs_tol=TOLERANCE * scale)
    return expected == (stored or "")


def _with_years_as_text(sheet: bytes) -> bytes:
    """A sheet on which "2017" and the like are texts, told to Excel, which would mark each with a triangle."""
    columns: dict[bytes, list[int]] = defaultdict(list)
    for column, row in TEXT_LIKE_A_NUMBER.findall(sheet):
        columns[column].append(int(row))
    if not columns:
        return sheet
    areas = b" ".join(b"%s%d:%s%d" % (column, min(rows), column, max(rows)) for column, rows in columns.items())
    ignored = b'<ignoredErrors><ignoredError sqref="%s" numberStoredAsText="1"/></ignoredErrors>' % areas
    return AFTER_IGNORED.sub(lambda next_part: ignored + next_part[0], sheet, count=1)


def _sheet_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = {r.get("Id"): r.get("Target", "") for r in ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))}  # noqa: S314 - our own file
    for sheet in ET.fromstring(package.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):  # noqa: S314 - our own file
        target = relations[sheet.get(RELATION)]
        yield sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _formula_cells(sheet: bytes) -> Iterator[tuple[str, Stored]]:
    """The cells of our own sheet that hold formulas, found in its text: a parser would build all the others too."""
    for attributes, stored in FORMULA_CELL.findall(sheet.decode()):
        given = dict(ATTRIBUTE.findall(attributes))
        value = VALUE.search(stored)
        yield given["r"], _stored(given.get("t", "n"), None if value is None else _text(value[1] or ""))


def _text(xml: str) -> str:
    return ET.fromstring(f"<v>{xml}</v>").text or "" if "&" in xml else xml  # noqa: S314 - our own file


def _stored(kind: str, text: str | None) -> Stored:
    if text is None:
        return None
    if kind == "b":
        return text == "1"
    return float(text) if kind == "n" else text
