"""A workbook with macros: xlwings' own, byte for byte, around the same cells with the same values."""

import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from typing import Final

import openpyxl
import pytest

from addin.excel import bundled
from addin.excel.machine import ThisMachine
from addin.excel.macros import macros
from addin.excel.project import project
from addin.excel.workbook import STANDALONE, read
from built import parts_of
from libreoffice import LibreOffice
from recalculation import disagreements, formula_cells
from workbooks.build import build, workbook_bytes
from workbooks.case.reading import bundled as case
from workbooks.xlsx.macros import with_project
from workbooks.xlsx.parts import Parts

CASE: Final = "xiaomi_2018"
# What a sheet more, macros and the names they know the sheets by change in a package.
CHANGED: Final = {
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
}


@pytest.fixture(scope="module")
def xlsm() -> bytes:
    return workbook_bytes(case(CASE), macros=macros())[1]


@pytest.fixture(scope="module")
def xlsx() -> bytes:
    return workbook_bytes(case(CASE))[1]


def test_the_macros_are_xlwings_own_byte_for_byte(xlsm: bytes) -> None:
    original = bundled.vba_project(bundled.path("quickstart_standalone.xlsm").read_bytes())
    assert parts_of(xlsm)["xl/vbaProject.bin"] == original
    assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in parts_of(xlsm)["[Content_Types].xml"]


def test_everything_else_is_as_without_macros(xlsm: bytes, xlsx: bytes) -> None:
    with_them, without = parts_of(xlsm), parts_of(xlsx)
    sheet = f"xl/worksheets/sheet{sum(name.startswith('xl/worksheets/sheet') for name in without) + 1}.xml"
    assert with_them.keys() - without.keys() == {"xl/vbaProject.bin", sheet}
    code_name = re.compile(rb' codeName="Sheet\d+"')
    for name, content in without.items():
        if name not in CHANGED:
            assert code_name.sub(b"", with_them[name]) == content, name


def test_every_document_of_the_project_is_in_the_workbook_once(xlsm: bytes) -> None:
    content = parts_of(xlsm)
    documents = re.findall(rb"\r\nDocument=(\w+)/", content["xl/vbaProject.bin"])
    sheets = [part for name, part in content.items() if name.startswith("xl/worksheets/sheet")]
    names = [name for part in [content["xl/workbook.xml"], *sheets] for name in re.findall(rb'codeName="(\w+)"', part)]
    assert len(names) == len(set(names)) == len(sheets) + 1
    assert set(documents) <= set(names)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_settings_are_read_from_the_sheet(language: str, tmp_path: Path) -> None:
    path = tmp_path / "估值 model.xlsm"
    build(CASE, path, language, macros())
    book = read(ThisMachine(), PureWindowsPath(path))
    assert book.settings == {"UDF MODULES": "addin.udfs", "ADD_WORKBOOK_TO_PYTHONPATH": "false"}
    assert book.project is not None
    assert STANDALONE in book.project.modules


def test_the_sheet_says_what_to_do_and_whose_the_macros_are(xlsm: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsm))["xlwings.conf"]
    told = "\n".join(str(cell.value) for (cell,) in sheet.iter_rows(max_col=1) if cell.value)
    assert "Copyright (C) 2014-present, Zoomer Analytics, BSD 3-clause licence" in told
    assert "Import Functions" in told
    # The licence itself travels with them.
    assert "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS" in project(macros().project).modules[STANDALONE]


@pytest.mark.slow
def test_same_case_same_bytes_whatever_the_process(xlsm: bytes) -> None:
    code = (
        "import hashlib; from workbooks.build import workbook_bytes; from workbooks.case.reading import bundled; "
        "from addin.excel.macros import macros; "
        f"print(hashlib.sha256(workbook_bytes(bundled('{CASE}'), macros=macros())[1]).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "3"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == hashlib.sha256(xlsm).hexdigest()


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_computes_what_is_stored(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "model.xlsm"
    build(CASE, path, macros=macros())
    stored = formula_cells(path)
    assert len(stored) > 500
    assert disagreements(stored, libreoffice.recalculate(path)) == []


def test_a_package_of_another_author_is_refused() -> None:
    with pytest.raises(ValueError, match="does not stand there once"):
        with_project(Parts({"[Content_Types].xml": b"<ct:Types/>"}), b"")
