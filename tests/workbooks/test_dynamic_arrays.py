"""Dynamic arrays: part by part what XlsxWriter writes for the same formula, and harmless without the add-in."""

import io
import re
from typing import Final
from xml.etree import ElementTree as ET

import pytest
import xlsxwriter  # type: ignore[import-untyped]

import ironcalc_engine
from built import Workbook, parts_of
from libreoffice import LibreOffice, at
from workbooks.address import letters
from workbooks.layout.sheet_cells import LaidBook
from workbooks.xlsx.dynamic_arrays import with_dynamic_arrays

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def theirs() -> dict[str, bytes]:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    workbook.add_worksheet("One").write_dynamic_array_formula("B2:B2", f"={FORMULA}", None, "–")
    workbook.close()
    return parts_of(out.getvalue())


FORMULA: Final = 'IF(AddinReady,SENSITIVITY("sotp_value",A1:D4,"discount",B7:B9,"multiples[1]",C6:E6),"–")'


def tree(part: bytes) -> ET.Element:
    return ET.fromstring(part)  # noqa: S314 - our own file, or one made here


def anchors(book: LaidBook) -> set[tuple[str, str]]:
    return {
        (page.sheet.name, f"{letters(cell.column)}{cell.row}")
        for page in book.sheets
        for cell in page.cells
        if cell.spills
    }


def test_the_metadata_is_that_of_xlsxwriter(xiaomi_2018: Workbook, theirs: dict[str, bytes]) -> None:
    ours = parts_of(xiaomi_2018[1].read_bytes())["xl/metadata.xml"]
    assert ET.canonicalize(ours.decode()) == ET.canonicalize(theirs["xl/metadata.xml"].decode())


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
def test_it_is_declared_as_xlsxwriter_declares_it(part: str, xiaomi_2018: Workbook, theirs: dict[str, bytes]) -> None:
    def declared(data: bytes) -> list[dict[str, str]]:
        found = [dict(each.attrib) for each in tree(data) if "metadata.xml" in str(each.attrib)]
        return [{key: value for key, value in each.items() if key != "Id"} for each in found]

    ours = parts_of(xiaomi_2018[1].read_bytes())[part]
    assert declared(ours) == declared(theirs[part]) != []
    ids = [each.get("Id") for each in tree(ours)]
    assert set(ids) == {None} or len(set(ids)) == len(ids)


def test_a_cell_is_marked_as_xlsxwriter_marks_it(xiaomi_2018: Workbook, theirs: dict[str, bytes]) -> None:
    book, path = xiaomi_2018
    (model,) = cells(theirs["xl/worksheets/sheet1.xml"])
    expected = anchors(book)
    found = set()
    for number, page in enumerate(book.sheets, start=1):
        for cell in cells(parts_of(path.read_bytes())[f"xl/worksheets/sheet{number}.xml"]):
            assert shape(cell) == shape(model)
            found.add((page.sheet.name, cell.get("r", "")))
    assert found == expected
    assert len(expected) > 5


def cells(sheet: bytes) -> list[ET.Element]:
    """The cells with array formulas."""
    return [c for c in tree(sheet).iter(f"{MAIN}c") if (f := c.find(f"{MAIN}f")) is not None and f.get("t")]


def shape(cell: ET.Element) -> tuple[object, ...]:
    """All that is said of a cell but its place, its style and which function it calls."""
    formula, value = cell.find(f"{MAIN}f"), cell.find(f"{MAIN}v")
    assert formula is not None
    assert value is not None
    attributes = {key: text for key, text in cell.attrib.items() if key not in ("r", "s")}
    guard = re.sub(r"[A-Z_]+\(.*\)", "F()", (formula.text or "").removeprefix("IF("))
    return attributes, formula.get("t"), formula.get("ref") == cell.get("r"), guard, value.text


@pytest.mark.libreoffice
def test_without_the_add_in_every_engine_shows_a_dash(xiaomi_2018: Workbook, libreoffice: LibreOffice) -> None:
    book, path = xiaomi_2018
    for values in (ironcalc_engine.recalculate(path), libreoffice.recalculate(path)):
        assert {at(values, *anchor) for anchor in anchors(book)} == {"–"}


def test_room_is_kept_free_for_what_is_spilled(xiaomi_2018: Workbook) -> None:
    book, _ = xiaomi_2018
    page = next(page for page in book.sheets if page.sheet.id == "sensitivity")
    taken = {(cell.row, cell.column): cell for cell in page.cells}
    for anchor in (cell for cell in page.cells if cell.spills):
        room = [
            taken[anchor.row + down, anchor.column + across]
            for down in range(6)
            for across in range(6)
            if down + across
        ]
        assert all(cell.content is None and not cell.formula for cell in room)


def test_a_package_without_array_formulas_stays_as_it_is() -> None:
    package = {"xl/worksheets/sheet1.xml": b'<c r="A1"><f>1+1</f></c>', "[Content_Types].xml": b"<Types></Types>"}
    assert with_dynamic_arrays(package) == package
