"""The engines recalculate, and the comparison finds a wrong stored value: tests of workbooks rely on both."""

import io
import re
import zipfile
from pathlib import Path
from typing import Final

import formualizer
import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

import ironcalc_engine
from libreoffice import Changes, LibreOffice, LibreOfficeError, Value, at
from recalculation import Formula, disagreements, formula_cells

FORMULAS: Final = {
    "A3": "=A1*A2",
    "A4": "=A1/0",
    "A5": '="x"&A1',
    "A6": "=A1>1",
    "A7": "=NA()",
    "A8": "=NO_SUCH_FUNCTION(A1)",
    "A9": "=IFERROR(LEN(NO_SUCH_FUNCTION())>0,FALSE)",
    "A10": "=SQRT(-A1)",
    "A11": "=SUM(Rates!A1:A2)",
    "A12": '=IF(A1=2,"",1)',
    "A13": "=DATE(2018,7,9)",
    "A14": "=A4+1",
}
# By hand: 2 × 3, and so on; 9 July 2018 is day 43290 of Excel's calendar.
RIGHT: Final[dict[str, Value]] = {
    "A3": 6,
    "A4": "#DIV/0!",
    "A5": "x2",
    "A6": True,
    "A7": "#N/A",
    "A8": "#NAME?",
    "A9": False,
    "A10": "#NUM!",
    "A11": 0.75,
    "A12": None,
    "A13": 43290,
    "A14": "#DIV/0!",
}


def book(path: Path, replaced: dict[str, str] | None = None) -> Path:
    """Write a workbook whose values are stored; then replace stored values, text for text."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Data"
    sheet["A1"], sheet["A2"] = 2, 3
    for place, formula in FORMULAS.items():
        sheet[place] = formula
    sheet["A13"].number_format = "yyyy-mm-dd"
    sheet.protection.sheet = True
    rates = workbook.create_sheet("Rates")
    rates["A1"], rates["A2"] = 0.25, 0.5
    rates["B1"] = ArrayFormula("B1:B2", "=A1:A2*2")
    unfinished = io.BytesIO()
    workbook.save(unfinished)
    finished = formualizer.recalculate_xlsx_bytes(unfinished.getvalue())["bytes"]
    done = set()
    with zipfile.ZipFile(io.BytesIO(finished)) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            for old, new in (replaced or {}).items():
                # A space may stand in the tag, as the XML library that openpyxl found has it.
                part, count = re.subn(rf"<v ?>{re.escape(old)}</v>".encode(), f"<v>{new}</v>".encode(), part)
                done |= {old} if count else set()
            after.writestr(name, part)
    assert done == set(replaced or {})
    return path


@pytest.fixture
def right(tmp_path: Path) -> Path:
    return book(tmp_path / "right.xlsx")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Six stored as seven, x2 as x3, one error as another, 0.75 by a part in a million."""
    return book(tmp_path / "wrong.xlsx", {"6": "7", "x2": "x3", "#N/A": "#NUM!", "0.75": "0.75000075"})


def test_formula_cells_reads_formulas_and_stored_values(right: Path) -> None:
    stored = formula_cells(right)
    assert {place: stored["Data", place] for place in FORMULAS} == {
        place: Formula(text, RIGHT[place]) for place, text in FORMULAS.items()
    }
    assert {place for sheet, place in stored if sheet == "Rates"} == {"B1", "B2"}


def test_ironcalc_agrees_with_right_values(right: Path) -> None:
    assert disagreements(formula_cells(right), ironcalc_engine.recalculate(right)) == []


@pytest.mark.libreoffice
def test_libreoffice_agrees_with_right_values(libreoffice: LibreOffice, right: Path) -> None:
    assert disagreements(formula_cells(right), libreoffice.recalculate(right)) == []


def test_ironcalc_finds_wrong_values(wrong: Path) -> None:
    found = disagreements(formula_cells(wrong), ironcalc_engine.recalculate(wrong))
    assert {(one.cell, one.recomputed) for one in found} == {("A3", 6), ("A5", "x2"), ("A7", "#N/A"), ("A11", 0.75)}


@pytest.mark.libreoffice
def test_libreoffice_finds_wrong_values(libreoffice: LibreOffice, wrong: Path) -> None:
    found = disagreements(formula_cells(wrong), libreoffice.recalculate(wrong))
    assert {(one.cell, one.recomputed) for one in found} == {("A3", 6), ("A5", "x2"), ("A7", "#N/A"), ("A11", 0.75)}


def test_an_empty_comparison_is_not_an_agreement() -> None:
    with pytest.raises(ValueError, match="no formula cell"):
        disagreements({}, {"Data": [[1.0]]})


@pytest.mark.parametrize(
    ("stored", "recomputed"), [(None, 0.0), (6.0, None), (6.0, "6"), ("#N/A", "#NAME?"), (1e3, 1001)]
)
def test_unlike_values_disagree(stored: Value, recomputed: Value) -> None:
    assert len(disagreements({("Data", "A1"): Formula("=B1", stored)}, {"Data": [[recomputed]]})) == 1


@pytest.mark.parametrize(("stored", "recomputed"), [("#NUM!", "Err:502"), (True, 1.0), (1e15, 1e15 + 1), (None, None)])
def test_like_values_agree(stored: Value, recomputed: Value) -> None:
    assert disagreements({("Data", "A1"): Formula("=B1", stored)}, {"Data": [[recomputed]]}) == []


# What is entered, where, and what another cell must then show.
WHAT_IF: Final = [
    ({("Data", "A2"): 5}, "A3", 10),
    ({("Data", "A1"): "two"}, "A3", "#VALUE!"),
    ({("Data", "A1"): "two"}, "A5", "xtwo"),
    ({("Rates", "A1"): None}, "A11", 0.5),
    ({("Data", "A1"): "=Rates!A2*8", ("Data", "A2"): 3.5}, "A3", 14),
    ({("Data", "A4"): True}, "A14", 2),
    ({("Data", "A1"): None}, "A5", "x"),
]


@pytest.mark.parametrize(("changes", "cell", "value"), WHAT_IF)
def test_ironcalc_what_if(right: Path, changes: Changes, cell: str, value: Value) -> None:
    before = right.read_bytes()
    assert at(ironcalc_engine.recalculate(right, changes), "Data", cell) == value
    assert right.read_bytes() == before


@pytest.mark.libreoffice
@pytest.mark.parametrize(("changes", "cell", "value"), WHAT_IF)
def test_libreoffice_what_if(libreoffice: LibreOffice, right: Path, changes: Changes, cell: str, value: Value) -> None:
    before = right.read_bytes()
    assert at(libreoffice.recalculate(right, changes), "Data", cell) == value
    assert right.read_bytes() == before


@pytest.mark.libreoffice
def test_libreoffice_reports_a_failure_and_continues(libreoffice: LibreOffice, tmp_path: Path, right: Path) -> None:
    with pytest.raises(LibreOfficeError):
        libreoffice.recalculate(tmp_path / "absent.xlsx")
    with pytest.raises(LibreOfficeError):
        libreoffice.recalculate(right, {("No such sheet", "A1"): 1})
    assert at(libreoffice.recalculate(right), "Data", "A3") == 6


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.usefixtures("libreoffice")
def test_a_hung_libreoffice_is_killed_and_replaced(right: Path) -> None:
    with LibreOffice() as office:
        office.timeout = 0.001  # less than any start takes
        with pytest.raises(LibreOfficeError, match="no answer"):
            office.recalculate(right)
        office.timeout = 120
        assert at(office.recalculate(right), "Data", "A3") == 6


@pytest.mark.libreoffice
def test_a_picture_a_sheet(libreoffice: LibreOffice, tmp_path: Path, right: Path) -> None:
    pictures = libreoffice.to_png(right, tmp_path / "pictures")
    assert [picture.name for picture in pictures] == ["01 Data.png", "02 Rates.png"]
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
