"""The first screen of a workbook answers what an investment committee asks in ten seconds."""

from typing import Final

import pytest

from built import EVERY_CASE, bundled_workbook
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled, bundled_names
from workbooks.layout.cell import Cell
from workbooks.layout.sheet_cells import LaidBook
from workbooks.layout.widths import DEFAULT_WIDTH
from workbooks.sheets.methods import methods

# At 1280 × 720 and the zoom of 90 % Excel shows 26 rows of 18 pixels, and 1,366 pixels of columns.
ROWS: Final = 26
PIXELS: Final = 1366
ANSWERS: Final = (
    "summary.value",
    "summary.value_low",
    "summary.value_high",
    "summary.price",
    "summary.per_share",
    "summary.as_of",
    "summary.master",
)
WITHOUT_VALUE: Final = ("xiaomi_2019",)


def summary_cells(book: LaidBook) -> dict[tuple[int, int], Cell]:
    return {(cell.row, cell.column): cell for cell in book.sheets[0].cells}


def right_of(book: LaidBook, column: int) -> float:
    """Where a column ends, in pixels from the left."""
    return sum(int(7 * book.sheets[0].widths.get(each, DEFAULT_WIDTH)) + 5 for each in range(1, column + 1))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EVERY_CASE)
def test_the_questions_are_answered_on_the_first_screen(name: str, language: str) -> None:
    case = bundled(name)
    book, _ = workbook_bytes(case, language)
    cells = summary_cells(book)
    asked = [each for each in ANSWERS if methods(case) or each in ("summary.price", "summary.as_of", "summary.master")]
    assert (name in WITHOUT_VALUE) == (not methods(case))
    asked += [each for each in ("summary.upside", "summary.driver") if each in book.addresses]
    assert methods(case) == [] or "summary.driver" in asked
    for reference in asked:
        address = book.addresses[reference]
        assert address.sheet == book.sheets[0].sheet.name
        assert address.row <= ROWS
        assert right_of(book, address.column) <= PIXELS
        assert cells[address.row, address.column].content not in (None, ""), reference
    if book.sheets[0].charts:
        chart, row = book.sheets[0].charts[0]
        assert row + chart.rows / 2 < ROWS
        assert right_of(book, chart.beside - 1) + chart.width / 2.54 * 96 <= PIXELS + 20


@pytest.mark.parametrize("name", [each for each in bundled_names() if each not in WITHOUT_VALUE])
def test_a_price_stands_with_its_date_and_its_source(name: str) -> None:
    case = bundled(name)
    book, _ = workbook_bytes(case)
    address, cells = book.addresses["summary.price"], summary_cells(book)
    price = cells[address.row, address.column].content
    note, below = cells[address.row, 4].content, cells.get((address.row + 1, 1))
    if price == "n/a":
        assert note == "no price in the case"
    else:
        assert str(note)[:2] == "20"
        assert below is not None
        assert str(below.content).startswith("Source: ")


@pytest.mark.parametrize("name", EVERY_CASE)
def test_what_drives_the_value_stands_with_how_far_it_moves_it(name: str) -> None:
    book, _ = bundled_workbook(name)
    address = book.addresses.get("summary.driver")
    if address is None:
        assert name in WITHOUT_VALUE
        return
    text = str(summary_cells(book)[address.row, address.column].content)
    if name == "xiaomi_finance_2016":  # one stake alone has a value
        assert text.endswith(", the only stake with a value")
    else:
        assert ": " in text
        assert " to " in text


def test_what_is_selected_is_shown_by_name() -> None:
    book, _ = bundled_workbook("xiaomi_2018")
    cells = summary_cells(book)
    shown = {
        name: cells[address.row, address.column].content
        for name in ("scenario", "multiples", "statistic")
        if (address := book.addresses.get(f"summary.{name}"))
    }
    assert shown == {"scenario": "Base: Apple's P/S", "multiples": "base", "statistic": "Median"}


@pytest.mark.parametrize(("name", "ranged"), [("prosus_2023", False), ("xiaomi_2018", True), ("pike_2014", True)])
def test_a_case_without_a_low_and_a_high_says_so(name: str, *, ranged: bool) -> None:
    book, _ = bundled_workbook(name)
    cells, places = summary_cells(book), [book.addresses[f"summary.value{end}"] for end in ("_low", "", "_high")]
    values = [cells[place.row, place.column].content for place in places]
    note = cells.get((places[0].row, 4))
    assert (len({*values}) > 1) == ranged
    assert (note is None or note.content is None) == ranged


@pytest.mark.parametrize("name", EVERY_CASE)
def test_the_summary_is_printed_on_one_page_without_the_contents(name: str) -> None:
    book, _ = bundled_workbook(name)
    page = book.sheets[0]
    contents = next(cell.row for cell in page.cells if cell.content == "Contents")
    assert page.last_printed < contents


def test_an_old_price_is_warned_of_and_a_recent_one_is_not() -> None:
    said = {}
    for name in ("xiaomi_2018", "pike_2014", "netflix_2018"):
        book, _ = bundled_workbook(name)
        page = next(page for page in book.sheets if page.sheet.id == "checks")
        row = next(cell.row for cell in page.cells if cell.content == "The price is at most a year old")
        said[name] = next(cell.content for cell in page.cells if (cell.row, cell.column) == (row, 4))
    assert said == {"xiaomi_2018": "WARN", "pike_2014": "OK", "netflix_2018": "OK"}


def test_a_loss_has_no_value_on_earnings_and_no_weight() -> None:
    case = bundled("xiaomi_2018")
    loss = case.figures["comparables.net_profit"].model_copy(update={"value": -54.0})
    book, _ = workbook_bytes(case.model_copy(update={"figures": case.figures | {"comparables.net_profit": loss}}))
    place = [method.id for method in methods(case)].index("P/E")
    cells = summary_cells(book)

    def shown(reference: str) -> object:
        address = book.addresses[reference].at(place)
        return cells[address.row, address.column].content

    assert [shown(f"methods.{which}") for which in ("low", "base", "high")] == ["n.m."] * 3
    assert shown("methods.weight_used") == 0
