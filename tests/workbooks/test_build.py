"""A workbook that does not prove itself is not written, and what was there before stays whole."""

import dataclasses
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from built import parts_of
from workbooks import build as building
from workbooks.build import BuildError, build, workbook_bytes
from workbooks.case.reading import CaseError, bundled
from workbooks.declarations.native_functions import NATIVE
from workbooks.layout.sheet_cells import LaidBook
from workbooks.recalculation.worksheet import filled
from workbooks.xlsx.parts import MAIN


def test_a_workbook_appears(tmp_path: Path) -> None:
    out = tmp_path / "model.xlsx"
    report = build("xiaomi_2018", out)
    assert (report.path, report.sheets) == (out, len(openpyxl.load_workbook(out).sheetnames))
    assert report.checks.startswith("OK, ")
    assert report.formulas > 500
    assert [path.name for path in tmp_path.iterdir()] == ["model.xlsx"]


# What may follow one another in a worksheet, in the order of its schema (ECMA-376, part 1, 18.3.1.99).
PARTS_OF_A_SHEET: Final = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection", "autoFilter"),
    *("mergeCells", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "ignoredErrors", "drawing", "legacyDrawing", "tableParts"),
)


def test_years_that_are_texts_are_not_marked_and_the_schema_is_kept() -> None:
    book, data = workbook_bytes(bundled("xiaomi_2018"))
    told = 0
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for number, page in enumerate(book.sheets, start=1):
            sheet = ET.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - our own file
            places = [PARTS_OF_A_SHEET.index(part.tag.removeprefix(MAIN)) for part in sheet]
            assert places == sorted(places), page.sheet.name
            texts = [each for each in sheet.iter(f"{MAIN}ignoredError") if each.get("numberStoredAsText")]
            areas = [each.get("sqref", "") for each in texts]
            ignored = {place for area in " ".join(areas).split() for place in filled(area)}
            typed = [cell for cell in page.cells if not cell.formula]
            years = {(c.row, c.column) for c in typed if isinstance(c.content, str) and c.content.isdecimal()}
            assert years <= ignored, page.sheet.name
            assert bool(years) == bool(ignored), page.sheet.name
            told += len(years)
    assert told


@pytest.mark.slow
def test_same_case_same_bytes_whatever_the_process() -> None:
    code = "import hashlib; from workbooks.build import workbook_bytes; from workbooks.case.reading import bundled; "
    code += "print(hashlib.sha256(workbook_bytes(bundled('xiaomi_2018'))[1]).hexdigest())"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_native_arithmetic_that_differs_from_the_core_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "model.xlsx"
    out.write_bytes(b"before")
    monkeypatch.setitem(NATIVE, "segment_value", lambda metric, multiple: metric * multiple * 1.00000001)
    with pytest.raises(BuildError, match=r"Segments!G12 =B12\*C12\*1.00000001 gives 40300000403.0, the core 4"):
        build("xiaomi_2018", out)
    assert out.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["model.xlsx"]


def test_a_difference_of_one_in_a_billion_is_distinguished_from_rounding() -> None:
    book, data = workbook_bytes(bundled("xiaomi_2018"))
    parts = parts_of(data)
    building.prove(book, parts)
    for relative, refused in ((1e-8, True), (1e-11, False)):
        changed = _with_equity(book, relative)
        if refused:
            with pytest.raises(BuildError, match="disagrees with the core"):
                building.prove(changed, parts)
        else:
            building.prove(changed, parts)


def _with_equity(book: LaidBook, relative: float) -> LaidBook:
    address = book.addresses["segments.equity"]
    sheets = []
    for page in book.sheets:
        cells = [
            cell._replace(content=float(str(cell.content)) * (1 + relative))
            if (page.sheet.name, cell.row, cell.column) == (address.sheet, address.row, address.column)
            else cell
            for cell in page.cells
        ]
        sheets.append(dataclasses.replace(page, cells=cells))
    return dataclasses.replace(book, sheets=sheets)


def test_an_interrupted_build_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "model.xlsx"
    out.write_bytes(b"before")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build("xiaomi_2015", out)
    assert out.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["model.xlsx"]


def test_an_unknown_case_is_the_case_files_error(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="xiaomi_2081"):
        build("xiaomi_2081", tmp_path / "model.xlsx")
    assert not list(tmp_path.iterdir())
