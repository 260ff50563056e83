"""What other readers make of our files: package rules, a validator, ExcelJS, two more engines."""

import datetime as dt
import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Final

import openpyxl
import pytest
from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity

import betteroffice_engine
import gnumeric_engine
import ironcalc_engine
from absent import give_up, need_program
from addin.excel.macros import macros
from built import MadeOnce, bundled_workbook
from filled_templates import wanted
from libreoffice import LibreOffice, Values, at
from package_rules import problems
from recalculation import disagreements, formula_cells
from stored_book import F, book
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled, bundled_names, parse
from workbooks.comparison.report import write_report as write_diff
from workbooks.comparison.why import why
from workbooks.screening.local import Local
from workbooks.screening.report import write_report as write_screen
from workbooks.screening.running import screen
from workbooks.templates.comps_workbook import comps_skeleton
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook
from workbooks.templates.short_workbook import short_workbook_skeleton
from workbooks.templates.skeleton import Skeleton

EXCELJS: Final = Path(__file__).parents[1] / "exceljs.cjs"
LANGUAGES: Final = ("en", "zh")
DAY: Final = dt.date(2026, 1, 2)
EUROS: Final = Wanted("Acme", DAY, currency="EUR", display_unit="EUR m", rounds=2, pasted=True)
EVERYTHING: Final = Wanted(
    "Acme", DAY, reporting_currency="USD", reporting_unit="亿 USD", rounds=3, users=True, premium=True, pasted=True
)
TEMPLATES: Final[Mapping[str, Callable[[], Skeleton]]] = {
    "everything": lambda: skeleton(EVERYTHING),
    "one currency": lambda: skeleton(EUROS),
    "comps": lambda: comps_skeleton(wanted("comps")),
    **{like: lambda like=like: short_workbook_skeleton(wanted(like)) for like in ("sotp", "nav", "dcf", "users")},  # type: ignore[misc]
}
WRITTEN: Final = [f"{name}.{code}.xlsx" for code in LANGUAGES for name in ("screen", "diff")]
EVERY_FILE: Final = [f"{name}.{code}.xlsx" for code in LANGUAGES for name in (*bundled_names(), *TEMPLATES)]
CASES: Final = Path(__file__).parents[2] / "workbooks" / "cases"
SCREEN: Final = Path(__file__).parents[2] / "docs" / "screening" / "forbes_2004.toml"
WITH_MACROS: Final = "xiaomi_2018.en.xlsm"

Files = Mapping[str, Path]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Every bundled case, template and report, in both languages, and a workbook with macros."""
    folder = tmp_path_factory.mktemp("readers")

    def made(file: str) -> Path:
        path, (name, code, _) = folder / file, file.split(".")
        if file == WITH_MACROS:
            data = workbook_bytes(bundled(name), code, macros())[1]
        elif name in TEMPLATES:
            data = empty_workbook(TEMPLATES[name](), code)
        elif name == "screen":
            write_screen(SCREEN, _screened(folder), path, code)
            return path
        elif name == "diff":
            new = _changed()
            write_diff(why(bundled("xiaomi_2018"), new), new, path, code)
            return path
        else:
            data = bundled_workbook(name, code)[1]
        path.write_bytes(data)
        return path

    return MadeOnce(made)


def _changed() -> Case:
    """A case with another revenue than the bundled one."""
    text = (CASES / "xiaomi_2018.toml").read_text("utf-8")
    return parse(text.replace("value = 1146", "value = 1300"), "xiaomi_2018", CASES)


def _screened(folder: Path) -> Path:
    """The results of the screen of the documentation."""
    out = folder / "screen.parquet"
    if not out.exists():
        screen(SCREEN, out, Local(1))
    return out


def every(files: Files) -> Iterator[tuple[str, Path]]:
    yield from ((name, files[name]) for name in (*EVERY_FILE, *WRITTEN, WITH_MACROS))


@pytest.mark.slow
def test_the_rules_of_the_package_hold(files: Files) -> None:
    for name, path in every(files):
        assert problems(path.read_bytes()) == [], name


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
    "a run without a text": ("xl/charts/chart1.xml", b"<a:r>", b"<a:r><a:t/></a:r><a:r>", "a run without a text"),
    "breaks on a fitted page": (
        "xl/worksheets/sheet2.xml",
        b"<pageSetUpPr/>",
        b'<pageSetUpPr fitToPage="1"/>',
        "fitted to its page",
    ),
    "a format of one locale": ("xl/worksheets/sheet11.xml", b'"0%")', b'"0.0%")', "each locale"),
    "a place in a row": (
        "xl/worksheets/sheet11.xml",
        b"<f>CHOOSE(MATCH",
        b'<f>INDEX({"a","b"},MATCH',
        "INDEX of a row",
    ),
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
    for name, path in every(files):
        found = [each for each in validator.validate(path).errors if each.severity is ValidationSeverity.ERROR]
        assert not found, (name, found[:3])


@pytest.mark.slow
def test_exceljs_opens_every_file(files: Files) -> None:
    need_program("node", "for ExcelJS")
    if subprocess.run(["node", "-e", "require('exceljs')"], check=False, capture_output=True).returncode:
        give_up("ExcelJS: npm install --prefix FOLDER exceljs, and set NODE_PATH to FOLDER/node_modules")
    paths = [path for _, path in every(files)]
    command = ["node", str(EXCELJS), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)
    assert {path: len(opened[str(path)]) for path in paths} == {
        path: len(openpyxl.load_workbook(path, read_only=True).sheetnames) for path in paths
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_FILE)
def test_one_more_engine_gives_what_is_stored(files: Files, name: str) -> None:
    assert disagreements(formula_cells(files[name]), betteroffice_engine.recalculate(files[name])) == []


def in_gnumeric(path: Path, folder: Path) -> Values:
    """What Gnumeric computes, where it is installed."""
    need_program("ssconvert", "Debian: gnumeric")
    return gnumeric_engine.recalculate(path, folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_FILE)
def test_gnumeric_gives_what_is_stored(files: Files, name: str, tmp_path: Path) -> None:
    differ = disagreements(formula_cells(files[name]), in_gnumeric(files[name], tmp_path))
    # Gnumeric's NUMBERVALUE takes no separator of groups, and gives #N/A.
    assert [each for each in differ if "NUMBERVALUE" not in each.formula] == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_text_that_looks_like_an_escape_is_that_text(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """In a package _x000D_ is a line break; typed, and as the result of a formula, it must be what it says."""
    case, path = bundled("xiaomi_2018"), tmp_path / "book.xlsx"
    assert case.comparables
    first, *others = case.comparables.peers
    peers = (first.model_copy(update={"name": "Gree_x000D_"}), *others)
    named = {
        "title": "A_x0041_B",
        "company": case.company.model_copy(update={"name": "A_x0041_B"}),
        "comparables": case.comparables.model_copy(update={"peers": peers}),
    }
    path.write_bytes(workbook_bytes(case.model_copy(update=named))[1])
    values = libreoffice.recalculate(path)
    assert at(values, "Summary", "A1") == "A_x0041_B"
    assert any("Gree_x000D_" in map(str, row) for row in values["Comparables"])
    drawings = zipfile.ZipFile(path).read("xl/drawings/drawing1.xml").decode()
    assert "A_x0041_B: equity value" in drawings  # the alternative text, which knows no escapes
    assert disagreements(formula_cells(path), ironcalc_engine.recalculate(path)) == []


@pytest.mark.parametrize("engine", [betteroffice_engine, gnumeric_engine])
def test_a_wrong_stored_value_is_found(engine: ModuleType, tmp_path: Path) -> None:
    """No engine passes off the value that the file stores as its own."""
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(book({"A1": 2, "A2": F("A1*2", 5)}))
    computed = in_gnumeric(path, tmp_path) if engine is gnumeric_engine else betteroffice_engine.recalculate(path)
    [found] = disagreements(formula_cells(path), computed)
    assert (found.stored, found.recomputed) == (5, 4)
