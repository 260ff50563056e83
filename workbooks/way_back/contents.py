"""What a workbook holds now: every cell's value and formula, sheet by sheet, and the names that are defined.

The file may be anybody's. It is opened through the guarded door, whose limits it is held to, and its worksheets are
read in one pass: twice as fast as openpyxl, and a formula is given with the value that is stored for it.
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias
from xml.etree import ElementTree as ET

from workbooks.opening.child import read_limited
from workbooks.opening.limits import STANDARD, Limits, PackageError
from workbooks.opening.package import opened, read
from workbooks.recalculation.package import Structure, shared_texts, structure
from workbooks.recalculation.stored_cells import SharedFormulas, stored_value
from workbooks.recalculation.worksheet import Place, Value, place

_PROPERTIES: Final = "docProps/custom.xml"


class Cell(NamedTuple):
    """A cell: what is stored in it, None where nothing is, and its formula without the sign before it."""

    value: Value | None
    formula: str = ""


NOTHING: Final = Cell(None)
Cells: TypeAlias = Mapping[Place, Cell]


@dataclass(frozen=True, slots=True)
class Contents:
    """The worksheets of a workbook in their order, each with its cells by row and column, from 1.

    `names` holds the defined names in lower case and what they refer to, `properties` the custom document properties.
    `computes_on_load` says that its writer left the values to the program that opens it.
    """

    sheets: dict[str, Cells]
    names: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    structure: Structure | None = None

    def cell(self, sheet: str, at: Place) -> Cell:
        """The cell of a sheet; an empty one where there is none."""
        return self.sheets.get(sheet, {}).get(at, NOTHING)

    @property
    def is_computed(self) -> bool:
        """Whether values are stored for formulas. A library that does not compute leaves none, or a zero for each."""
        values = [cell.value for cells in self.sheets.values() for cell in cells.values() if cell.formula]
        return not values or any(value is not None and (value != 0 or value is False) for value in values)


def contents_of(source: Path | bytes, limits: Limits = STANDARD) -> Contents:
    """What a workbook holds.

    Parameters
    ----------
    source : Path or bytes
        The file, or its bytes.
    limits : Limits
        What reading it may use.

    Raises
    ------
    OSError
        If the file cannot be read.
    PackageError
        If it is no workbook, is damaged, or is larger than the limits.
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
    """The cells of a worksheet that hold something."""
    found: dict[Place, Cell] = {}
    shared = SharedFormulas()
    row = column = 0
    try:
        for _, element in ET.iterparse(BytesIO(data)):  # noqa: S314 - document types are refused before
            kind = element.tag.rpartition("}")[2]
            if kind == "c":
                address = element.get("r")
                row, column = place(address) if address else (row or 1, column + 1)
                cell = _cell(element, texts, (row, column), shared)
                if cell.value is not None or cell.formula:
                    found[row, column] = cell
                element.clear()
            elif kind == "row":
                row, column = row + 1, 0  # of a next row that does not say its number
                element.clear()
    except ET.ParseError as problem:
        message = f"has a worksheet whose XML is broken: {problem}"
        raise PackageError(message) from None
    return found


def _cell(element: ET.Element, texts: Sequence[str], at: Place, shared: SharedFormulas) -> Cell:
    stored: str | None = None
    formula = ""
    for part in element:
        kind = part.tag.rpartition("}")[2]
        if kind == "v":
            stored = part.text or ""
        elif kind == "f":
            number = part.get("si", "") if part.get("t") == "shared" else ""
            formula = shared.text(at, part.text or "", number)
        elif kind == "is":
            stored = "".join(text.text or "" for text in part.iter() if text.tag.endswith("}t"))
    return Cell(stored_value(element.get("t", "n"), stored, texts), formula)


def _properties(package: zipfile.ZipFile) -> dict[str, str]:
    if _PROPERTIES not in package.namelist():
        return {}
    try:
        root = ET.fromstring(read(package, _PROPERTIES))  # noqa: S314 - document types are refused before
    except ET.ParseError:
        return {}
    return {each.get("name", ""): "".join(each.itertext()).strip() for each in root}
