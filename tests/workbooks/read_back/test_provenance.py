"""Dates, sources and notes that are typed beside the figures of Inputs are those of the case that is read back."""

import datetime as dt
import io
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from built import bytes_of, place
from company_cases import case_of, example
from filled_templates import CAPITAL, METRICS, inputs, pasted, pike, read_back, template, typed
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import parse
from workbooks.languages.language import languages
from workbooks.layout.sheet_cells import LaidBook
from workbooks.results import values
from workbooks.templates.empty_workbook import typed_cell

FIGURE: Final = "capital.price"
AS_OF, SOURCE, NOTE = 2, 3, 4  # columns right of the value of a figure


def beside(book: LaidBook, opened: openpyxl.Workbook, figure: str, step: int) -> tuple[Worksheet, int, int]:
    sheet, cell = place(book, typed_cell(book, figure))
    page = opened[sheet]
    assert isinstance(page, Worksheet)
    return page, page[cell].row, page[cell].column + step


def after(case: Case, language: str, cells: dict[int, object]) -> Case:
    """The case of a workbook in which cells beside the share price were typed over."""
    book, data = workbook_bytes(case, language)
    opened = openpyxl.load_workbook(io.BytesIO(data))
    for step, value in cells.items():
        page, row, column = beside(book, opened, FIGURE, step)
        page.cell(row, column).value = value  # type: ignore[assignment]
    found = read_back(bytes_of(opened))
    assert not found.findings
    assert parse(found.text("book.xlsx"), "case.toml") == found.case
    return found.case


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-03", "2026-03"),
        ("31 March 2026", "31 March 2026"),
        (dt.datetime(2026, 3, 31), "2026-03-31"),  # noqa: DTZ001 - as a spreadsheet program stores what is typed
        (2026, "2026"),
        ("二〇二六年三月", "二〇二六年三月"),
    ],
)
def test_a_date_is_read_as_it_was_typed(value: object, read: str, language: str) -> None:
    case = case_of(example("comps"))
    again = after(case, language, {AS_OF: value})
    assert again.figures[FIGURE].as_of == read
    figure = again.figures[FIGURE].model_copy(update={"as_of": case.figures[FIGURE].as_of})
    assert again.model_copy(update={"figures": {**again.figures, FIGURE: figure}}) == case


@pytest.mark.parametrize("language", languages())
def test_a_note_is_read(language: str) -> None:
    again = after(case_of(example("comps")), language, {NOTE: "close of\nthe day"})
    assert again.figures[FIGURE].note == "close of the day"


@pytest.mark.parametrize("text", ["2", "2.", "2. Second", "2．Second", 2, "Second"])
def test_a_source_is_cited_by_its_number_or_its_title(text: object) -> None:
    raw = example("comps")
    raw["capital"]["net_debt"] = {"value": 218, "source": "Second"}
    case = case_of(raw)
    assert [source.title for source in case.sources.values()][1] == "Second"
    again = after(case, "en", {SOURCE: text})
    assert again.sources[again.figures[FIGURE].source].title == "Second"
    assert again.sources == case.sources


@pytest.mark.parametrize("text", ["Bloomberg", "9. Bloomberg", "1. Bloomberg", "彭博"])
def test_a_title_that_is_new_is_a_new_source(text: str) -> None:
    case = case_of(example("comps"))
    again = after(case, "en", {SOURCE: text})
    assert again.sources[again.figures[FIGURE].source].title == text.rsplit(maxsplit=1)[-1]
    assert len(again.sources) == len(case.sources) + 1
    assert values(again) == values(case)


@pytest.mark.slow
@pytest.mark.parametrize("language", languages())
def test_what_a_template_asks_for_is_in_its_case(language: str, tmp_path: Path) -> None:
    """Step 2 of a template asks for the date and the source of each figure; they were lost."""
    path = template(tmp_path, language)
    book = openpyxl.load_workbook(path)
    for (name, at), value in {**typed(path, CAPITAL | METRICS, language), **pasted(pike(), 10, language)}.items():
        book[name][at] = value
    page = book.worksheets[1]
    cells = inputs(path)
    for figure, cell in cells.items():
        if figure in CAPITAL:
            page.cell(page[cell].row, page[cell].column + AS_OF).value = "2014-04"
    row = next(row for row in range(20, 60) if page.cell(row, 2).value == "1.")
    page.cell(row, 1).value, page.cell(row, 5).value = "Fairness page", "J.P. Morgan, 2014-04-25"
    found = read_back(bytes_of(book))
    case = parse(found.text("t.xlsx"), "case.toml")
    assert {case.figures[name].as_of for name in CAPITAL} == {"2014-04"}
    [source] = {case.figures[name].source for name in CAPITAL}
    assert case.sources[source].title == "Fairness page"
    assert (case.sources[source].publisher, case.sources[source].date) == ("J.P. Morgan", "2014-04-25")


def test_a_publisher_beside_a_note_is_named_not_read() -> None:
    """In a workbook of a case both stand in one cell, which cannot be taken apart."""
    case = case_of(example("comps"))
    book, data = workbook_bytes(case)
    opened = openpyxl.load_workbook(io.BytesIO(data))
    sheet, cell = place(book, "sources.publisher")
    opened[sheet][cell] = "Reuters, 2014"
    [told] = read_back(bytes_of(opened)).findings
    assert str(told).startswith("Inputs!")
    assert "'Reuters, 2014' is not read: write it in the case file" in str(told)
