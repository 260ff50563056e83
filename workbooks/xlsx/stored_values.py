"""Stored values of formulas: computed by the embedded engine, and read back to compare with the core."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final

from workbooks.xlsx.bare_package import bare_package, rows_in
from workbooks.xlsx.parts import ESCAPE, plain, sheet_parts

FORMULA_CELL: Final = re.compile(r"<c ([^>]*)><f(?: [^>]*)?(?:/>|>[^<]*</f>)(.*?)</c>", re.DOTALL)
ATTRIBUTE: Final = re.compile(r'(\w+)="([^"]*)"')
VALUE: Final = re.compile(r"<v(?: [^>]*)?>([^<]*)</v>|<v/>")
TOLERANCE: Final = 1e-9
# The underscore of a text that looks like an escape, while the engine computes: a character of private use, as XML
# writes it in ASCII.
STAND_IN: Final = b"&#57344;"

Stored = float | str | bool | None


def with_stored_values(rows: Mapping[str, bytes], names: Mapping[str, str]) -> dict[str, bytes]:
    """Compute the formulas in the rows of worksheets, and store their values in them, without other changes.

    The engine needs no more than rows and names, and runs without Python's global lock: it can compute in the
    background while the rest of a workbook is written.

    Parameters
    ----------
    rows : mapping of str to bytes
        The rows of each worksheet as XML, by its name, in the order of the worksheets.
    names : mapping of str to str
        What the defined names refer to.
    """
    import formualizer  # noqa: PLC0415 - only a build needs the engine

    given = {name: _unlike_escapes(xml) for name, xml in rows.items()}
    recalculated: bytes = formualizer.recalculate_xlsx_bytes(bare_package(given, names))["bytes"]
    computed = rows_in(recalculated, given)
    return computed if given == rows else {name: _as_given(xml) for name, xml in computed.items()}


def _unlike_escapes(xml: bytes) -> bytes:
    """Rows without texts such as _x000D_, which the engine refuses where a formula has one as its result."""
    return ESCAPE.sub(STAND_IN, xml) if b"_x" in xml else xml


def _as_given(xml: bytes) -> bytes:
    return xml.replace(STAND_IN, b"_").replace("\ue000".encode(), b"_")


def stored_values(parts: Mapping[str, bytes]) -> dict[str, dict[str, Stored]]:
    """Stored values of formula cells by sheet and cell; an error is its text, a missing value is None."""
    return {name: dict(_formula_cells(parts[part])) for name, part in sheet_parts(parts)}


def agrees(expected: object, stored: Stored, scale: float = 1.0) -> bool:
    """Whether a stored value equals that of the core to 1e-9; near zero relative to the scale of its unit."""
    if isinstance(expected, bool) or isinstance(stored, bool):
        return expected is stored
    if isinstance(expected, (int, float)) and isinstance(stored, float):
        return math.isclose(expected, stored, rel_tol=TOLERANCE, abs_tol=TOLERANCE * scale)
    return expected == (stored or "")


def _formula_cells(sheet: bytes) -> Iterator[tuple[str, Stored]]:
    """The formula cells of a sheet written by us, found by text search, which is faster than parsing all cells."""
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
