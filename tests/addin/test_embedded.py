"""`steelyard recalc`: a workbook computed by the embedded engine, our functions included, and its values stored."""

import datetime as dt
import io
import math
import os
import stat
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from typer.testing import CliRunner, Result

from acceptance import CASES, Case, agrees
from addin.commands import app as cli
from addin.embedded import engine_function, recalculate
from built import EVERY_CASE, bundled_workbook, bytes_of
from examples_in_cells import differing, rows_in_python
from recalculation import formula_cells
from stored_book import Content, F
from stored_book import book as stored_book
from valuation.about import steelyard_version
from valuation.catalogue import CATALOGUE
from valuation.examples import formula
from workbooks import files
from workbooks.address import letters
from workbooks.build import build
from workbooks.recalculation.worksheet import Value

ENTRIES: Final = tuple(CATALOGUE.values())


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, ["recalc", *words])


def sheet_of(book: openpyxl.Workbook) -> Any:  # noqa: ANN401 - as openpyxl has it
    return book.worksheets[0]


def stored(data: bytes) -> list[list[Any]]:
    """What a file stores on its first sheet, row by row."""
    found = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    return [[cell.value for cell in row] for row in found.iter_rows()]


def computed(*formulas: str, cells: dict[str, Any] | None = None) -> list[Any]:
    """What formulas give beside some cells; they stand in column Z."""
    book = openpyxl.Workbook()
    for place, content in (cells or {}).items():
        sheet_of(book)[place] = content
    for row, text in enumerate(formulas, start=1):
        sheet_of(book)[f"Z{row}"] = text
    return [row[-1] for row in stored(recalculate(bytes_of(book)).data)][: len(formulas)]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EVERY_CASE)
def test_add_in_formulas_of_a_workbook_are_computed(name: str, language: str, tmp_path: Path) -> None:
    book, data = bundled_workbook(name, language)
    path = tmp_path / "model.xlsx"
    path.write_bytes(data)
    before = formula_cells(path)
    path.write_bytes(recalculate(data).data)
    found = formula_cells(path)
    ready = book.names["AddinReady"]
    assert found[ready.sheet, f"{letters(ready.column)}{ready.row}"].value is True
    differences = 0
    for page in book.sheets:
        for cell in page.cells:
            at = (page.sheet.name, f"{letters(cell.column)}{cell.row}")
            if "AddinReady," not in cell.formula:
                if cell.formula and "AddinReady" not in cell.formula and "STEELYARD" not in cell.formula:
                    assert same(found[at].value, before[at].value), at  # the native cells are as they were
                continue
            value = found[at].value
            if "ISNUMBER(" in cell.formula:  # the difference of two cells beside it
                own = found[page.sheet.name, f"{letters(cell.column - 2)}{cell.row}"].value
                assert isinstance(own, (int, float))
                assert isinstance(value, (int, float))
                assert abs(value) <= 1e-9 * max(abs(own), 1), at
                differences += 1
            else:
                assert value not in (None, "–"), at
                assert not str(value).startswith("#"), at
    assert differences


def same(found: Value | None, wanted: Value | None) -> bool:
    if isinstance(found, (int, float)) and isinstance(wanted, (int, float)):
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)
    return found == wanted


def test_every_example_gives_in_the_engine_what_it_gives_in_python() -> None:
    book, wanted, row = openpyxl.Workbook(), [], 1
    for entry in ENTRIES:
        rows = rows_in_python(entry)
        area = f"A{row}:{letters(len(rows[0]))}{row + len(rows) - 1}"
        sheet_of(book)[f"A{row}"] = ArrayFormula(area, formula(entry))
        row += len(rows)
        wanted += [(entry.excel_name, [shown(cell) for cell in line]) for line in rows]
    found = stored(recalculate(bytes_of(book)).data)
    assert differing(found, wanted, same) == []


def shown(cell: object) -> Value | None:
    """A cell of ours as a file stores it."""
    if isinstance(cell, dt.date):
        return float((cell - dt.date(1899, 12, 30)).days)
    assert cell is None or isinstance(cell, (float, str, bool))
    return None if cell == "" else cell


def test_published_cases_in_cells() -> None:
    book = openpyxl.Workbook()
    for row, case in enumerate(CASES, start=1):
        sheet_of(book).cell(row, 1, f"={case.function.upper()}({','.join(arguments(book, row, case))})")
    found = stored(recalculate(bytes_of(book)).data)
    values = {case.id: row[0] for case, row in zip(CASES, found, strict=False)}
    assert [case.id for case in CASES if not agrees(values[case.id], case.exact or case.published)] == []


def arguments(book: openpyxl.Workbook, row: int, case: Case) -> list[str]:
    """Addresses of a case's arguments, a list in a column, right of the formulas."""
    written = []
    for number, parameter in enumerate(CATALOGUE[case.function].parameters):
        value = case.arguments.get(parameter.name)
        column = letters(30 + 20 * row + number)
        values = value if isinstance(value, list) else [value]
        for line, each in enumerate(values, start=1):
            sheet_of(book)[f"{column}{line}"] = each
        written.append("" if value is None else f"{column}1:{column}{len(values)}" if len(values) > 1 else f"{column}1")
    return written


CELLS: Final = {
    "A1": 100.0,
    "A2": "1,234",
    "A3": "12.5%",
    "A4": "1.2亿",
    "A5": None,
    "A6": "x",
    "A7": True,
    "A8": '=""',
    "A9": "=1/0",
    "B1": dt.date(2018, 6, 30),
    "B2": dt.date(2019, 6, 30),
    "C1": 10.0,
    "C2": "n.m.",
    "C4": 20.0,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("=PER_SHARE(A1,2)", 50),
        ("=PER_SHARE(A2,2)", 617),
        ("=PER_SHARE(A3,2)", "#VALUE!"),
        ("=PER_SHARE(A4,2)", 60_000_000),
        ("=PER_SHARE(A5,2)", "#N/A"),  # a blank is no zero
        ("=PER_SHARE(A6,2)", "#VALUE!"),
        ("=PER_SHARE(A7,2)", "#VALUE!"),
        ("=PER_SHARE(A8,2)", "#N/A"),
        ("=PER_SHARE(A9,2)", "#DIV/0!"),
        ("=PER_SHARE(5)", "#N/A"),
        ("=PER_SHARE(5,)", "#N/A"),
        ("=PER_SHARE(5,0)", "#DIV/0!"),
        ("=MULTIPLE(5,-1)", "#N/A"),
        ("=PER_SHARE(1E300,1E-300)", "#NUM!"),
        ("=SOTP_VALUE({1;2},{1;2;3})", "#VALUE!"),
        ("=SOTP_VALUE(A1:A2,A1:A2)", 100**2 + 1234**2),
        ("=SOTP_VALUE(A8:A9,A8:A9)", "#N/A"),
        ("=SOTP_VALUE(A9:A10,A9:A10)", "#DIV/0!"),
        ("=SOTP_VALUE({10},{2},,5,)", 15),
        ("=SOTP_VALUE({10},{2},0,5)", -5),  # a zero is a zero, not left out
        ("=SOTP_VALUE({10},{2},A5,5)", 15),  # a blank is left out
        ("=PEER_MULTIPLE(C1:C9)", 15),
        ("=PEER_MULTIPLE({4;6;-1},,TRUE)", 4),
        ('=PEER_MULTIPLE({4;6;-1},"max",)', 6),
        ("=INDEX(FUNDING_TABLE(B1:B2,{2.5;10}),3,1)", 43646),
        ("=FOOTS(100,{60;40})", True),
        ('=IF(BRACKET(1,{2},{3})="below floor","yes","no")', "yes"),
        ("=IFERROR(PER_SHARE(5,0),7)", 7),
        ("=STEELYARD_VERSION()", steelyard_version()),
        ('=INDEX(SENSITIVITY("SOTP_VALUE",{"metrics",10;"multiples",2},"metrics",{1},"multiples",{3}),2,2)', 3),
    ],
)  # fmt: skip
def test_what_a_cell_may_hold(text: str, value: object) -> None:
    assert computed(text, cells=CELLS) == [pytest.approx(value) if isinstance(value, float) else value]


def test_a_function_takes_what_the_engine_gives() -> None:
    call = engine_function(CATALOGUE["sotp_value"])
    broken = {"type": "Error", "kind": "Ref"}
    assert call([[806.0], [234.0]], [[2.0], [2.3]]) == 2150.2
    assert call([[806.0], [broken]], [[2.0], [2.3]]) == broken
    assert call([[806.0], [{"type": "Error", "kind": "Spill"}]], [[2.0], [2.3]]) == {"type": "Error", "kind": "Value"}


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "模型 1.xlsx"
    build("xiaomi_2015", path)
    return path


@pytest.mark.slow
def test_the_file_is_replaced_and_the_command_says_so(tmp_path: Path) -> None:
    model = tmp_path / "模型 1.xlsx"
    report = build("xiaomi_2015", model)
    model.chmod(0o640)
    before = model.read_bytes()
    result = run(str(model))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{model}: {report.formulas:,} formulas, in ")
    assert model.read_bytes() == recalculate(before).data
    assert os.name == "nt" or stat.S_IMODE(model.stat().st_mode) == 0o640
    assert [each.name for each in model.parent.iterdir()] == [model.name]


@pytest.mark.slow
def test_another_file_is_written(model: Path) -> None:
    before = model.read_bytes()
    out = model.with_name("computed.xlsx")
    assert run(str(model), "-o", str(out)).exit_code == 0
    assert model.read_bytes() == before
    assert out.read_bytes() == recalculate(before).data


def test_a_workbook_that_cannot_be_computed_stays_as_it_was(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet_of(book)["A1"], sheet_of(book)["B1"] = "=SOTP_VALU(1,2)", "=B1"
    path = tmp_path / "model.xlsx"
    path.write_bytes(before := bytes_of(book))
    result = run(str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{path} is left as it was:\nSOTP_VALU is not known here: Sheet!A1\n"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"Revenue,Profit\n1146,109\n", "is not a workbook (.xlsx or .xlsm)"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is protected by a password, or an .xls file of old"),
        (b"", "is not a workbook"),
    ],
)
def test_a_file_that_is_not_a_workbook_is_reported(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "model.xlsx"
    path.write_bytes(data)
    result = run(str(path))
    assert (result.exit_code, result.stdout, path.read_bytes()) == (2, "", data)
    assert result.stderr.startswith(f"{path}: {told}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run(str(tmp_path / "none.xlsx"))
    assert (result.exit_code, result.stderr) == (2, f"{tmp_path / 'none.xlsx'}: No such file or directory\n")
    assert run(str(tmp_path)).exit_code == 2


@pytest.mark.slow
def test_a_place_that_cannot_be_written(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(str(model), "-o", str(model.parent / "nowhere" / "out.xlsx"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nowhere: the folder does not exist" in result.stderr

    def full(_data: bytes, out: Path) -> None:
        raise OSError(28, "No space left on device", str(out))

    monkeypatch.setattr(files, "save", full)
    before = model.read_bytes()
    result = run(str(model))
    assert (result.exit_code, result.stderr) == (1, f"{model}: No space left on device\n")
    assert model.read_bytes() == before


# --- which stored values are used -----------------------------------------------------------------------------

STALE: Final[dict[str, Content]] = {"A1": 5.0, "B1": F("A1*2", 8.0), "C1": F("B1+1", 9.0)}


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    path = tmp_path / "stale.xlsx"
    path.write_bytes(stored_book(STALE))
    return path


def test_values_that_differ_from_the_stored_ones_are_refused(stale: Path) -> None:
    before = stale.read_bytes()
    result = run(str(stale))
    assert (result.exit_code, result.stdout, stale.read_bytes()) == (1, "", before)
    assert f"{stale} is left as it was:\nS!B1 =A1*2: the file stores 8, the engine gives 10\n" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "value"), [(("--keep-stored",), 9), (("--anew",), 11), (("--changed", "S!A1"), 11)]
)
def test_which_stored_values_are_used_instead(options: tuple[str, ...], value: float, stale: Path) -> None:
    result = run(str(stale), *options)
    assert result.exit_code == 0, result.output
    assert stored(stale.read_bytes())[0][2] == value
    assert ("keeps its stored value: S!B1 =A1*2" in result.stdout) == (options == ("--keep-stored",))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_failing_master_check_is_reported_with_status_1(language: str, tmp_path: Path) -> None:
    book, data = bundled_workbook("xiaomi_2015", language)
    master = book.addresses["checks.master"]
    at = f"{master.sheet}!{letters(master.column)}{master.row}"
    found = openpyxl.load_workbook(io.BytesIO(data))
    fails = book.addresses["checks.fails"]
    found[fails.sheet][f"{letters(fails.column)}{fails.row}"] = 3
    path = tmp_path / "model.xlsx"
    path.write_bytes(bytes_of(found))
    result = run(str(path))
    assert result.exit_code == 1, (at, result.output)
    assert result.stderr.startswith(f"{path}: its master check says {'FAIL: 3' if language == 'en' else '不通过：3'}")
    assert "formulas, in " in result.stdout


def test_limits_can_be_raised(stale: Path) -> None:
    assert run(str(stale), "--anew", "--seconds", "60", "--memory", "900").exit_code == 0
    assert run(str(stale), "--memory", "1").exit_code == 2
