"""Reads the contents of a workbook: values and formulas of all cells by sheet, and the defined names.

The file may be untrusted, so it is opened within the limits of `workbooks.opening`. Worksheets are read in one pass,
which is twice as fast as openpyxl and gives each formula together with its stored value.
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

from workbooks.opening.child import read_limited
from workbooks.opening.limits import STANDARD, Limits
from workbooks.opening.package import opened, read
from workbooks.recalculation.package import Structure, shared_texts, structure
from workbooks.recalculation.stored_cells import Rows, Stored, read_worksheet
from workbooks.recalculation.worksheet import Place

_PROPERTIES: Final = "docProps/custom.xml"


NOTHING: Final = Stored(None)
Cells: TypeAlias = Mapping[Place, Stored]


@dataclass(frozen=True, slots=True)
class Contents:
    """The worksheets of a workbook in order, each with its cells by row and column, from 1.

    `names` holds the defined names in lower case and what they refer to, `properties` the custom document properties.
    `computes_on_load`: the file requests calculation when it is opened.
    """

    sheets: dict[str, Cells]
    names: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    structure: Structure | None = None

    def cell(self, sheet: str, at: Place) -> Stored:
        """A cell of a sheet; an empty one where there is none."""
        return self.sheets.get(sheet, {}).get(at, NOTHING)

    @property
    def is_computed(self) -> bool:
        """Whether formulas have stored values. A library that does not compute stores none, or a zero for each."""
        values = [cell.value for cells in self.sheets.values() for cell in cells.values() if cell.formula]
        return not values or any(value is not None and (value != 0 or value is False) for value in values)


def contents_of(source: Path | bytes, limits: Limits = STANDARD) -> Contents:
    """Read a workbook.

    Parameters
    ----------
    source : Path or bytes
        The file, or its bytes.
    limits : Limits
        Limits for reading.

    Raises
    ------
    OSError
        If the file cannot be read.
    PackageError
        If it is not a workbook, is damaged, or exceeds the limits.
    """
    data = source if isinstance(source, bytes) else read_limited(source, limits)
    package = opened(data, limits)
    book = structure(package)
    texts = shared_texts(package, book.strings) if book.strings else []
    return Contents(
        {name: _cells(read(package, part), texts) for name, part in book.sheets.items()},
        {name: target for (sheet, name), target in book.names.items() if not sheet},
        _properties(package),
        book,
    )


def _cells(data: bytes, texts: Sequence[str]) -> Cells:
    """The non-empty cells of a worksheet."""
    found: dict[Place, Stored] = {}
    rows = Rows(texts)
    read_worksheet(data, {"row": lambda row: found.update(rows.cells(row))})
    return found


def _properties(package: zipfile.ZipFile) -> dict[str, str]:
    if _PROPERTIES not in package.namelist():
        return {}
    try:
        root = ET.fromstring(read(package, _PROPERTIES))  # noqa: S314 - document types are refused before
    except ET.ParseError:
        return {}
    return {each.get("name", ""): "".join(each.itertext()).strip() for each in root}
