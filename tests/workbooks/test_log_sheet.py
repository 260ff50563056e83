"""The Log sheet: what made the workbook, who signs it off, and lines to fill in that change no result."""

import datetime as dt
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pytest

import ironcalc_engine
from built import EVERY_CASE, Workbook, bundled_workbook, place
from libreoffice import LibreOffice, Value, at
from recalculation import disagreements, formula_cells
from workbooks.case.reading import bundled, input_hash
from workbooks.languages.language import language as in_language
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.sheets import contents
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook

CASE = "xiaomi_2018"
FREE = ("version", "author", "approved", "where", "what")


@pytest.fixture(scope="module", params=["en", "zh"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    book, data = bundled_workbook(CASE, request.param)
    path = tmp_path_factory.mktemp("log") / "book.xlsx"
    path.write_bytes(data)
    return book, path


def typed(book: LaidBook) -> dict[tuple[str, str], Value]:
    """What a team would type into it."""
    day = float((dt.date(2026, 1, 2) - dt.date(1899, 12, 30)).days)
    line: dict[str, Value] = {"date": day, "version": "v2", "author": "Li", "where": "Inputs!C7", "what": "+10% growth"}
    return {
        place(book, "log.prepared"): "Li",
        place(book, "log.reviewed"): "Wang",
        place(book, "log.review_date"): day,
        place(book, "log.status"): book.language.text("approved"),
        **{place(book, f"changes.{column}", 1): value for column, value in line.items()},
    }


# --- how it was made ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY_CASE)
def test_the_log_is_the_last_sheet_and_the_summary_links_to_it(name: str) -> None:
    sheets = contents.sheets(bundled(name))
    assert sheets[-1].id == "log"
    book = lay_out(sheets, "")
    assert [cell.content for cell in book.sheets[0].cells if cell.jump == "Log!A1"] == ["Log"]


def test_it_says_what_made_the_workbook(built: Workbook) -> None:
    book, path = built
    stored = openpyxl.load_workbook(path, data_only=True)

    def shown(reference: str, item: int = 0) -> object:
        sheet, cell = place(book, reference, item)
        return stored[sheet][cell].value

    assert shown("log.made_with") == f"Steelyard {version('steelyard')}"
    assert shown("log.proved_with") == f"formualizer {version('formualizer')}"
    assert shown("log.language") == {"en": "English", "zh": "中文"}[book.language.code]
    assert shown("log.hash") == shown("log.hash") == input_hash(bundled(CASE))
    assert str(shown("log.as_of")).startswith("2018-06-30")
    count = book.addresses["check_rows.status"].count
    held = sum(shown("check_rows.status", n) == book.language.text("OK") for n in range(count))
    assert 0 < held < count
    assert (
        shown("log.checks") == {"en": f"{held} of {count} hold", "zh": f"{count}项中{held}项通过"}[book.language.code]
    )


def test_contents_of_other_sheets_are_linked_not_repeated(built: Workbook) -> None:
    book, path = built
    formulas = formula_cells(path)
    for name, source in (("as_of", "summary.as_of"), ("master", "checks.master")):
        sheet, cell = place(book, source)
        assert formulas[place(book, f"log.{name}")].text.replace("'", "") == f"={sheet}!{cell}"


# --- what is typed --------------------------------------------------------------------------------


def test_twenty_lines_are_ready_to_type_in_and_only_dates_are_validated(built: Workbook) -> None:
    book, path = built
    sheet = openpyxl.load_workbook(path)[book.sheets[-1].sheet.name]
    rules = sheet.data_validations.dataValidation
    for line in range(21):
        for column in ("date", *FREE):
            cell = sheet[place(book, f"changes.{column}", line)[1]]
            found = [rule.type for rule in rules if cell.coordinate in rule.sqref]
            assert found == (["date"] if column == "date" else [])
            assert not cell.protection.locked
            assert (cell.value is None) == (line > 0 or column in ("date", "approved"))
            assert cell.number_format == ("yyyy-mm-dd_)" if column == "date" else "General")
            assert bool(cell.alignment.wrap_text) == (column in ("where", "what"))
    assert not sheet.protection.insertRows  # what the sheet's protection does not forbid
    review, status = (place(book, f"log.{name}")[1] for name in ("review_date", "status"))
    assert [rule.type for rule in rules if review in rule.sqref] == ["date"]
    (choice,) = [rule for rule in rules if status in rule.sqref]
    assert choice.formula1 == {"en": '"draft,in review,approved"', "zh": '"草稿,复核中,已批准"'}[book.language.code]


def test_what_is_typed_changes_no_formula_in_ironcalc(built: Workbook) -> None:
    book, path = built
    values = ironcalc_engine.recalculate(path, typed(book))
    assert disagreements(formula_cells(path), values) == []
    assert at(values, *place(book, "checks.blank")) == 0  # empty lines are no inputs to fill


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_and_inserted_lines_change_no_result(built: Workbook, libreoffice: LibreOffice) -> None:
    book, path = built
    end = book.addresses["changes.date"]
    values = libreoffice.recalculate(path, typed(book), [(end.sheet, end.row + end.count)] * 2)
    assert disagreements(formula_cells(path), values) == []
    tail = book.language.text("More lines: insert rows above this one")
    assert at(values, end.sheet, f"A{end.row + end.count + 2}") == tail


# --- in a template --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_template_has_one_that_asks_for_nothing(code: str, tmp_path: Path) -> None:
    made = skeleton(Wanted("Acme", dt.date(2026, 1, 2)))
    book = lay_out(contents.sheets(made.sample(), frozenset(made.optional)), "", in_language(code))
    path = tmp_path / "template.xlsx"
    path.write_bytes(empty_workbook(made, code))
    stored = openpyxl.load_workbook(path, data_only=True)
    assert stored.sheetnames[-1] == book.sheets[-1].sheet.name
    assert "log.hash" not in book.addresses  # the case is not there yet
    sheet, cell = place(book, "log.master")
    needed = len(made.empty - made.optional)
    assert stored[sheet][cell].value == {"en": f"to fill: {needed} inputs", "zh": f"待填：{needed}项输入"}[code]
    first = [stored[sheet][place(book, f"changes.{column}")[1]].value for column in ("date", "author", "what")]
    said = in_language(code).text("Made as an empty workbook, to be filled in")
    assert first == [None, "Steelyard", said]
    before, after = (ironcalc_engine.recalculate(path, changes) for changes in (None, typed(book)))
    assert [at(before, *cell) for cell in formula_cells(path)] == [at(after, *cell) for cell in formula_cells(path)]
