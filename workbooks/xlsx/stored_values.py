"""The stored values of formulas: computed by the embedded engine, and read back to be held against the core."""

import io
import math
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from workbooks.xlsx.parts import plain, sheet_parts

FORMULA_CELL: Final = re.compile(r"<c ([^>]*)><f(?: [^>]*)?(?:/>|>[^<]*</f>)(.*?)</c>", re.DOTALL)
ATTRIBUTE: Final = re.compile(r'(\w+)="([^"]*)"')
VALUE: Final = re.compile(r"<v(?: [^>]*)?>([^<]*)</v>|<v/>")
TOLERANCE: Final = 1e-9

Stored = float | str | bool | None


def with_stored_values(data: bytes) -> bytes:
    """The workbook with every formula's value computed and stored, and nothing else touched."""
    import formualizer  # noqa: PLC0415 - only a build needs the engine

    recalculated: bytes = formualizer.recalculate_xlsx_bytes(data)["bytes"]
    return recalculated


def stored_values(data: bytes) -> dict[str, dict[str, Stored]]:
    """What is stored for every formula cell, by sheet and cell; an error is its text, nothing stored is None."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.startswith("xl/w") or ".rels" in name}
    return {name: dict(_formula_cells(parts[part])) for name, part in sheet_parts(parts)}


def agrees(expected: object, stored: Stored, scale: float = 1.0) -> bool:
    """Whether a stored value is what the core computed, to 1e-9; zero is judged on its unit's scale."""
    if isinstance(expected, bool) or isinstance(stored, bool):
        return expected is stored
    if isinstance(expected, (int, float)) and isinstance(stored, float):
        return math.isclose(expected, stored, rel_tol=TOLERANCE, abs_tol=TOLERANCE * scale)
    return expected == (stored or "")


def _formula_cells(sheet: bytes) -> Iterator[tuple[str, Stored]]:
    """The cells of our own sheet that hold formulas, found in its text: a parser would build all the others too."""
    for attributes, stored in FORMULA_CELL.findall(sheet.decode()):
        given = dict(ATTRIBUTE.findall(attributes))
        value = VALUE.search(stored)
        yield given["r"], _stored(given.get("t", "n"), None if value is None else plain(value[1] or ""))


def _stored(kind: str, text: str | None) -> Stored:
    if text is None:
        return None
    if kind == "b":
        return text == "1"
    return float(text) if kind == "n" else text
