"""Our functions in the cells of a real LibreOffice."""

import datetime as dt
import math
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from acceptance import CASES, Case, agrees
from addin.calc.extension import extension
from addin.describe import argument_help
from addin.embedded import recalculate
from built import EVERY_CASE, bundled_workbook
from examples_in_cells import differing, rows_in_python
from libreoffice import PYTHON, LibreOffice, Value, at
from recalculation import disagreements, formula_cells
from valuation.catalogue import CATALOGUE
from valuation.examples import formula
from workbooks.address import letters

pytestmark = pytest.mark.libreoffice

ENTRIES: Final = tuple(CATALOGUE.values())
NOBODY: Final = 65534


class Book:
    """A sheet to fill and have computed."""

    def __init__(self) -> None:
        self._book = openpyxl.Workbook()
        sheet = self._book.active
        assert sheet is not None
        sheet.title = "S"
        self.sheet: Any = sheet
        self._row = 1

    def array(self, text: str, rows: int, columns: int) -> str:
        """A formula over its own block of cells below all others; its address."""
        anchor = f"A{self._row}"
        area = f"{anchor}:{letters(columns)}{self._row + rows - 1}"
        self.sheet[anchor] = ArrayFormula(area, text)
        self._row += rows
        return area

    def save(self, path: Path) -> None:
        self._book.save(path)

    def computed(self, office: LibreOffice, path: Path) -> list[list[Value]]:
        self.save(path)
        return office.recalculate(path)["S"]


def column(office: LibreOffice, path: Path, formulas: Sequence[str], cells: Mapping[str, object]) -> list[Value]:
    """What formulas give beside some cells; they stand in column Z."""
    book = Book()
    for place, content in cells.items():
        book.sheet[place] = content
    for row, text in enumerate(formulas, start=1):
        book.sheet[f"Z{row}"] = text
    values = book.computed(office, path)
    return [at({"S": values}, "S", f"Z{row}") for row in range(1, len(formulas) + 1)]


def shown(cell: object) -> Value:
    """A cell of ours as Calc holds it: a number for a flag and a day, nothing for an empty text."""
    if isinstance(cell, dt.date):
        return float((cell - dt.date(1899, 12, 30)).days)
    if isinstance(cell, bool):
        return float(cell)
    assert cell is None or isinstance(cell, (float, str))
    return cell or (0.0 if cell == 0 else None)


def same(found: Value, wanted: Value) -> bool:
    if isinstance(found, float) and isinstance(wanted, float):
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)
    return found == wanted


@pytest.mark.slow
def test_every_example_gives_in_calc_what_it_gives_in_python(calc: LibreOffice, tmp_path: Path) -> None:
    book, wanted = Book(), []
    for entry in ENTRIES:
        rows = rows_in_python(entry)
        book.array(formula(entry), len(rows), len(rows[0]))
        wanted += [(entry.excel_name, [shown(cell) for cell in row]) for row in rows]
    found = book.computed(calc, tmp_path / "examples.xlsx")
    assert differing(found, wanted, same) == []


@pytest.mark.slow
def test_published_cases_in_cells(calc: LibreOffice, tmp_path: Path) -> None:
    """Each argument in cells of its own, a list in a column."""
    book = Book()
    for row, case in enumerate(CASES, start=1):
        book.sheet.cell(row, 1, f"={case.function.upper()}({','.join(arguments(book, row, case))})")
    found = book.computed(calc, tmp_path / "cases.xlsx")
    wrong = [
        (case.id, row[0])
        for case, row in zip(CASES, found, strict=False)
        if not isinstance(row[0], float) or not agrees(row[0], case.exact or case.published)
    ]
    assert wrong == []


def arguments(book: Book, row: int, case: Case) -> list[str]:
    """Addresses of a case's arguments, in the sheet's columns 30 × row and on."""
    written = []
    for number, parameter in enumerate(CATALOGUE[case.function].parameters):
        value = case.arguments.get(parameter.name)
        place = letters(30 + 20 * row + number)
        values = value if isinstance(value, list) else [value]
        for line, each in enumerate(values, start=1):
            book.sheet[f"{place}{line}"] = each
        written.append("" if value is None else f"{place}1:{place}{len(values)}" if len(values) > 1 else f"{place}1")
    return written


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EVERY_CASE)
def test_add_in_formulas_of_a_workbook_are_computed(
    name: str, language: str, calc: LibreOffice, tmp_path: Path
) -> None:
    book, data = bundled_workbook(name, language)
    path = tmp_path / "model.xlsx"
    path.write_bytes(data)
    values = calc.recalculate(path)
    ready = book.names["AddinReady"]
    assert at(values, ready.sheet, f"{letters(ready.column)}{ready.row}") == 1.0
    differences = 0
    for page in book.sheets:
        for cell in page.cells:
            if "AddinReady," not in cell.formula:
                continue
            value = at(values, page.sheet.name, f"{letters(cell.column)}{cell.row}")
            if "ISNUMBER(" in cell.formula:  # the difference of two cells beside it
                own = at(values, page.sheet.name, f"{letters(cell.column - 2)}{cell.row}")
                assert isinstance(own, float)
                assert isinstance(value, float)
                assert abs(value) <= 1e-9 * max(abs(own), 1)
                differences += 1
            else:
                assert value not in (None, "–")
                assert not str(value).startswith(("#", "Err:"))
    assert differences


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_CASE)
def test_what_the_embedded_engine_stored_is_what_calc_computes(name: str, calc: LibreOffice, tmp_path: Path) -> None:
    _, data = bundled_workbook(name)
    path = tmp_path / "computed.xlsx"
    path.write_bytes(recalculate(data).data)
    # Calc takes a difference in the last digit for 0; the cells that differ are compared themselves.
    stored = {at: cell for at, cell in formula_cells(path).items() if "IF(AddinReady,IF(ISNUMBER(" not in cell.text}
    assert disagreements(stored, calc.recalculate(path)) == []


@pytest.mark.slow
def test_what_a_cell_may_hold(calc: LibreOffice, tmp_path: Path) -> None:
    cells = {
        "A1": 100.0,
        "A2": "1,234",
        "A3": "0.125",
        "A4": "1.2亿",
        "A5": None,
        "A6": "x",
        "A7": "n.m.",
        "A8": '=""',
        "C1": 100.0,
        "C2": 0.125,
        "C3": None,
        "B1": dt.date(2018, 6, 30),
        "B2": dt.date(2019, 6, 30),
    }
    cases: list[tuple[str, Value]] = [
        ("=PER_SHARE(A1,2)", 50.0),
        ("=PER_SHARE(A2,2)", 617.0),
        ("=PER_SHARE(A3,2)", 0.0625),
        ("=PER_SHARE(A4,2)", 60_000_000.0),
        ("=PER_SHARE(A6,2)", "#VALUE!"),
        ("=PER_SHARE(A8,2)", "#N/A"),
        ("=PER_SHARE(A1:A4,2)", 50.0),  # the first of four
        ("=SUM(PER_SHARE(A1:A2,2))", 667.0),
        ("=SOTP_VALUE(A1:A2,A1:A2)", 100.0**2 + 1234.0**2),
        ("=SOTP_VALUE(C1:C3,C1:C3)", 100.0**2 + 0.125**2),  # what ends blank ends there
        ("=SOTP_VALUE(A1:A5,A1:A5)", "#VALUE!"),  # 1.2亿 is no multiple
        ("=SOTP_VALUE(A4:A6,A4:A6)", "#N/A"),
        ("=PEER_MULTIPLE(A5:A7)", "#VALUE!"),
        ("=PEER_MULTIPLE({4;6})", 5.0),
        ('=PEER_MULTIPLE({4;6;"n.m."})', 5.0),
        ("=PEER_MULTIPLE({4;6;-1},,TRUE)", 4.0),
        ("=PEER_MULTIPLE({4;6;-1},,FALSE)", 5.0),
        ('=PEER_MULTIPLE({4;6;-1},"max",)', 6.0),
        ("=SOTP_VALUE({10},{2},,5,)", 15.0),
        ("=SOTP_VALUE({10},{2},0.5,5)", 5.0),
        ("=SOTP_VALUE({10},{2},0,5)", -5.0),  # a zero is a zero, not left out
        ("=CAGR(100,121,2)>0.09", 1.0),
        ('=ROUND(PER_SHARE(1,3),2)&TEXT(1,"0")', "0.331"),
        ("=INDEX(FUNDING_TABLE(B1:B2,{2.5;10}),3,1)", 43646.0),
        ("=FOOTS(100,{60;40})", 1.0),
        ('=IF(FOOTS(100,{60;41}),"yes","no")', "no"),
        ('=BRACKET(1,{2},{3})="below floor"', 1.0),
        ('=IF(RECONCILE(100,100)="agrees","yes","no")', "yes"),
        ('=VLOOKUP(FORMAT_AMOUNT(5E8,"亿元"),{"5亿元",7},2,0)', 7.0),
    ]
    found = column(calc, tmp_path / "cells.xlsx", [text for text, _ in cases], cells)
    assert [(text, got) for (text, wanted), got in zip(cases, found, strict=True) if not same(got, wanted)] == []


def test_what_calc_does_to_values_before_they_arrive(calc: LibreOffice, tmp_path: Path) -> None:
    """The differences that the README names."""
    cells = {"A1": True, "A2": None, "A3": "=1/0", "A4": 5.0, "A5": dt.date(1900, 1, 31)}
    cases: list[tuple[str, Value]] = [
        ("=PER_SHARE(A1,2)", 0.5),  # TRUE is the number 1
        ("=PER_SHARE(A5,2)", 15.5),  # a day is its number: the 31st of Excel's calendar
        ("=NET_DEBT(5,A2)", 5.0),  # an empty cell alone is the number 0
        ("=NET_DEBT(5,A2:A2)", "#N/A"),  # as a range it is blank
        ("=NET_DEBT(A4:A4,A4)", 0.0),
        ("=PER_SHARE(A3,2)", "#DIV/0!"),  # an error alone goes out as it came
        ("=SOTP_VALUE(A3:A4,A3:A4)", "Err:504"),  # inside a range it never arrives
        ("=IFERROR(SOTP_VALUE(A3:A4,A3:A4),7)", 7.0),
        ('=INDEX(PEER_STATS(A4:A4),5,1)&""="median"', 1.0),
        ("=RECONCILE(A4:A5,5)", "#VALUE!"),  # a text comes alone
    ]
    found = column(calc, tmp_path / "differences.xlsx", [text for text, _ in cases], cells)
    assert [(text, got) for (text, wanted), got in zip(cases, found, strict=True) if not same(got, wanted)] == []


def test_each_error_is_the_same_error_of_calc(calc: LibreOffice, tmp_path: Path) -> None:
    cases: list[tuple[str, Value]] = [
        ('=PER_SHARE("five",2)', "#VALUE!"),
        ("=PER_SHARE(5)", "#N/A"),
        ("=PER_SHARE()", "#N/A"),
        ("=PER_SHARE(5,0)", "#DIV/0!"),
        ("=MULTIPLE(5,-1)", "#N/A"),
        ("=PER_SHARE(1E300,1E-300)", "#NUM!"),
        ("=SOTP_VALUE({1;2},{1;2;3})", "#VALUE!"),
        ('=PEER_MULTIPLE({1;2},"mode")', "#VALUE!"),
        ("=SCENARIO_VALUE({1;2},{0.5;0.4})", "#NUM!"),
        ('=AMOUNT("5 parsecs")', "#VALUE!"),
        ('=CONVERT_AMOUNT(1,"CNY","XYZ")', "#N/A"),
        ("=PER_SHARE(NA(),2)", "#N/A"),
        ("=PER_SHARE(SQRT(-1),2)", "Err:502"),
        ("=ISNA(MULTIPLE(5,-1))", 1.0),
        ("=ISNA(PER_SHARE(5,0))", 0.0),
        ('=RECONCILE(5,"x")', "#VALUE!"),
    ]
    found = column(calc, tmp_path / "errors.xlsx", [text for text, _ in cases], {})
    assert [(text, got) for (text, wanted), got in zip(cases, found, strict=True) if got != wanted] == []


def test_array_formulas_fill_their_cells(calc: LibreOffice, tmp_path: Path) -> None:
    book = Book()
    for row, (value, metric) in enumerate([(100.0, 20.0), (100.0, -5.0), (None, 1.0)], start=1):
        book.sheet[f"H{row}"], book.sheet[f"I{row}"] = value, metric
    book.array("=MULTIPLE(H1:H3,I1:I3)", 3, 1)  # a bad element is an error in its own place
    book.array("=SEGMENT_VALUE({100;200},{1,2,3})", 2, 3)  # a column and a row make a grid
    book.array("=SEGMENT_VALUE(H1:H2*2,3)", 2, 1)  # calculated on the way
    book.array('=IF(TRUE(),SOTP_TABLE({"a";"b"},{10;20},{3;3}),"–")', 2, 6)
    book.array("=PEER_OUTLIERS({8;9;10;11;53})", 5, 1)
    book.array("=SOTP_RANGE({806,234},{0.5,1},{2,2.3},{2.3,2.3})", 1, 4)  # three results on four cells
    found = [row[:6] for row in book.computed(calc, tmp_path / "arrays.xlsx")]
    absent: list[Value] = [None] * 5
    assert found == [
        [5.0, *absent],
        ["#N/A", *absent],
        ["#N/A", *absent],
        [100.0, 200.0, 300.0, None, None, None],
        [200.0, 400.0, 600.0, None, None, None],
        [600.0, *absent],
        [600.0, *absent],
        ["Part", "Metric", "Multiple", "Stake", "Value", "Share"],
        ["a", 10.0, 3.0, 1.0, 30.0, pytest.approx(1 / 3)],
        *([flag, *absent] for flag in (0.0, 0.0, 0.0, 0.0, 1.0)),
        [637.0, pytest.approx(2150.2), pytest.approx(2392.0), "#N/A", None, None],
    ]


@pytest.mark.slow
def test_a_whole_column_is_cut_after_its_last_value(calc: LibreOffice, tmp_path: Path) -> None:
    cells = {"A1": 806.0, "A2": 234.0, "A3": 99.0, "B1": 2.0, "B2": 2.3, "B3": 19.0}
    assert column(calc, tmp_path / "columns.xlsx", ["=SOTP_VALUE(A:A,B:B)"], cells) == [pytest.approx(4031.2)]


def test_the_wizard_shows_what_the_catalogue_says(calc: LibreOffice) -> None:
    found = calc.described([entry.excel_name for entry in ENTRIES])
    for entry in ENTRIES:
        assert found[entry.excel_name] == {
            "meaning": entry.summary,
            "arguments": [[parameter.name, argument_help(entry, parameter)] for parameter in entry.parameters],
        }


@pytest.mark.slow
def test_the_extension_installed_by_unopkg_computes_a_document(calc: LibreOffice) -> None:
    """As a person does it: the extension added to a fresh profile, then a workbook opened and saved."""
    assert calc  # there is a LibreOffice that it fits
    with tempfile.TemporaryDirectory(prefix="steelyard-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        (folder / "steelyard.oxt").write_bytes(extension())
        book = Book()
        book.array("=SOTP_RANGE({806,234},{0.5,1},{2,2.3},{2.3,2.3})", 1, 3)
        book.sheet["A2"] = "=SOTP_VALUE({806;234;99},{2;2.3;19})"
        book.save(folder / "book.xlsx")
        # Root may install for all users only: as root, nobody installs.
        nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
        run([*nobody, "unopkg", "add", profile, str(folder / "steelyard.oxt")], folder)
        run(["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", name + "/out",
             str(folder / "book.xlsx")], folder)  # fmt: skip
        saved = folder / "out" / "book.xlsx"
        values, formulas = (openpyxl.load_workbook(saved, data_only=only)["S"] for only in (True, False))
    assert [cell.value for cell in values[1]] == [637.0, pytest.approx(2150.2), pytest.approx(2392.0)]
    assert values["A2"].value == pytest.approx(4031.2)
    assert formulas["A2"].value == "=SOTP_VALUE({806;234;99},{2;2.3;19})"  # by the name that Excel knows
    assert formulas["A1"].value.text.startswith("=SOTP_RANGE(")


def run(command: list[str], home: Path) -> None:
    # As in `libreoffice`: the Python on PATH must be LibreOffice's.
    path = os.pathsep.join([str(Path(PYTHON).parent), os.environ.get("PATH", "")])
    # Whoever runs it may not be allowed to read the folder of the checkout, which the program would start in.
    environment = {"HOME": str(home), "PATH": path, "LC_ALL": "C.UTF-8"}
    subprocess.run(command, env=environment, check=True, timeout=120, cwd=home)
