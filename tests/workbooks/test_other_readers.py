"""What other readers make of our files: package rules, a validator, ExcelJS, one more engine."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity

import betteroffice_engine
from built import EVERY_CASE, bundled_workbook
from package_rules import problems
from recalculation import disagreements, formula_cells
from workbooks.case.reading import bundled_names

EXCELJS: Final = Path(__file__).parents[1] / "exceljs.cjs"
LANGUAGES: Final = ("en", "zh")

Files = Mapping[str, Path]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Every bundled case and an empty workbook, in both languages."""
    folder = tmp_path_factory.mktemp("readers")
    made = {}
    for language in LANGUAGES:
        for name in bundled_names():
            path = made[f"{name}.{language}"] = folder / f"{name}.{language}.xlsx"
            path.write_bytes(bundled_workbook(name, language)[1])
        path = made[f"empty.{language}"] = folder / f"empty.{language}.xlsx"
        command = [sys.executable, "-m", "addin", "new", str(path), "--lang", language]
        subprocess.run(command, check=True, capture_output=True)
    return made


@pytest.mark.slow
def test_the_rules_of_the_package_hold(files: Files) -> None:
    assert {name: problems(path.read_bytes()) for name, path in files.items()} == {name: [] for name in files}


# What is changed in a part, and what is said of it.
MUTATIONS: Final = {
    "a second content type": (
        "[Content_Types].xml",
        b"</Types>",
        b'<Override PartName="/xl/none.xml"/></Types>',
        "xl/none.xml",
    ),
    "a relation to nothing": ("xl/_rels/workbook.xml.rels", b'Target="styles.xml"', b'Target="other.xml"', "other.xml"),
    "an orphan part": ("xl/_rels/workbook.xml.rels", b"metadata.xml", b"none.xml", "nothing leads to"),
    "a name twice": ("xl/workbook.xml", b'name="AddinReady"', b'name="MasterCheck"', "defined twice"),
    "a name like a cell": ("xl/workbook.xml", b'name="AddinReady"', b'name="AB12"', "a name cannot be AB12"),
    "a sheet's name": ("xl/workbook.xml", b'name="Segments"', b'name="Seg:ments"', "cannot be called"),
    "a style that is not there": ("xl/worksheets/sheet1.xml", b's="1"', b's="4000"', "no style 4000"),
    "a type without a value": (
        "xl/worksheets/sheet1.xml",
        b'<c r="B5" s="5"/>',
        b'<c r="B5" s="5" t="n"/>',
        "without a value",
    ),
    "a newer function": ("xl/worksheets/sheet3.xml", b"_xlfn.QUARTILE", b"QUARTILE", "without _xlfn."),
    "a link to nowhere": ("xl/worksheets/sheet1.xml", b'location="Inputs!', b'location="Nowhere!', "a link to"),
    "labels outside a stack": (
        "xl/charts/chart2.xml",
        b'<dLblPos val="ctr"/>',
        b'<dLblPos val="outEnd"/>',
        "labels at outEnd",
    ),
    "no alternative text": ("xl/drawings/drawing1.xml", b" descr=", b" title=", "no alternative text"),
    "elements without a prefix": ("xl/drawings/drawing1.xml", b"xdr:", b"", "prefix"),
    "two series of an order": ("xl/charts/chart1.xml", b'<order val="1"/>', b'<order val="0"/>', "two series"),
    "no cached values": ("xl/charts/chart1.xml", b"numCache>", b"other>", "no cached values"),
}


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_broken_rule_is_reported(mutation: str) -> None:
    name, before, after, said = MUTATIONS[mutation]
    with zipfile.ZipFile(io.BytesIO(bundled_workbook("xiaomi_2018")[1])) as package:
        parts = {each: package.read(each) for each in package.namelist()}
    assert before in parts[name], before
    parts[name] = parts[name].replace(before, after)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for each, part in parts.items():
            package.writestr(each, part)
    assert any(said in problem for problem in problems(out.getvalue()))


@pytest.mark.slow
def test_the_open_xml_validator_finds_no_error(files: Files) -> None:
    validator = OpenXmlValidator(FileFormat.MICROSOFT_365)
    for name, path in files.items():
        found = [each for each in validator.validate(path).errors if each.severity is ValidationSeverity.ERROR]
        assert not found, (name, found[:3])


@pytest.mark.slow
def test_exceljs_opens_every_file(files: Files) -> None:
    give_up = pytest.fail if os.environ.get("CI") else pytest.skip
    if not shutil.which("node"):
        give_up("ExcelJS: node is not on PATH")
    if subprocess.run(["node", "-e", "require('exceljs')"], check=False, capture_output=True).returncode:
        give_up("ExcelJS: npm install --prefix FOLDER exceljs, and set NODE_PATH to FOLDER/node_modules")
    command = ["node", str(EXCELJS), *map(str, files.values())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)
    assert {path: len(opened[str(path)]) for path in files.values()} == {
        path: len(openpyxl.load_workbook(path, read_only=True).sheetnames) for path in files.values()
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*EVERY_CASE, "empty"])
def test_one_more_engine_gives_what_is_stored(files: Files, name: str, language: str) -> None:
    path = files[f"{name}.{language}"]
    differ = disagreements(formula_cells(path), betteroffice_engine.recalculate(path))
    # This engine finds nothing in an array written in a formula; LibreOffice and IronCalc do, as Excel documents.
    assert [each for each in differ if not each.formula.startswith("=INDEX({")] == []
