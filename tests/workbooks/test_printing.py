"""Printed pages: charts and sections are whole, no type is small, no heading stands last, and a pack is short."""

import datetime as dt
import itertools
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from absent import need_program
from built import EVERY_CASE, bundled_workbook
from company_cases import COHORTS, NAMES, Raw, case_of, example
from filled_templates import wanted
from libreoffice import LibreOffice
from workbooks.build import workbook_bytes
from workbooks.layout.cell import Cell
from workbooks.layout.fitting import OTHER_FONTS, shown_width
from workbooks.layout.heights import row_heights
from workbooks.layout.pages import HEADINGS, Printed
from workbooks.layout.sheet_cells import LaidBook, LaidSheet
from workbooks.templates.comps_workbook import comps_skeleton
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook

WHOLE: Final = Wanted("Acme", dt.date(2026, 1, 2), rounds=3, users=True, premium=True, pasted=True)
# What is printed of A4, in cm: margins of 0.5 at the sides, 0.45 above and 0.6 inches below.
SIDES: Final = {"landscape": (29.7, 21.0), "portrait": (21.0, 29.7)}
MARGINS: Final = (2 * 0.5 * 2.54, (0.45 + 0.6) * 2.54)
LANGUAGES: Final = ("en", "zh")
MOST_PAGES: Final = 16
SMALLEST: Final = 8.0
ROUNDED: Final = 0.5  # pdftohtml says sizes in thirds of a point here, and LibreOffice squeezes charts a little


@lru_cache
def book_of(name: str, language: str) -> tuple[LaidBook, bytes]:
    return bundled_workbook(name, language)


def printed(name: str, language: str) -> Iterator[tuple[LaidSheet, Printed]]:
    for page in book_of(name, language)[0].sheets:
        if page.sheet.printed:
            shown = Printed(page.cells, page.charts, page.widths, page.last_printed, page.last_column, language)
            yield page, shown


def pages(shown: Printed) -> Iterator[tuple[int, int]]:
    """The first and the last row of each page."""
    ends = [*shown.setup.ends, shown.last_row]
    return ((before + 1, end) for before, end in itertools.pairwise([0, *ends]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY_CASE)
def test_pages_have_room_for_what_stands_on_them(name: str, language: str) -> None:
    for page, shown in printed(name, language):
        setup = shown.setup
        wide, high = (side - margins for side, margins in zip(SIDES[setup.orientation], MARGINS, strict=True))
        assert setup.scale >= 80, page.sheet.id  # ten points are printed in eight
        assert shown.width * setup.scale / 100 <= wide, page.sheet.id
        for first, last in pages(shown):
            repeated = shown.height(1, 3) if first > 1 else 0
            assert (shown.height(first, last) + repeated) * setup.scale / 100 <= high, (page.sheet.id, first)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY_CASE)
def test_no_page_ends_with_a_heading_or_inside_a_chart(name: str, language: str) -> None:
    for page, shown in printed(name, language):
        headings = {cell.row for cell in page.cells if cell.role in HEADINGS[:3]}
        charts = {row for chart, first in page.charts for row in range(first, first + chart.rows - 1)}
        for end in shown.setup.ends:
            assert end not in headings | charts, (page.sheet.id, end)
        # Only what stands below the part for a board is left out; a chart that ends a sheet is printed whole.
        assert page.sheet.board or all(last <= page.last_printed for last in charts), page.sheet.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY_CASE)
def test_a_section_that_fits_a_page_is_on_one_page(name: str, language: str) -> None:
    for page, shown in printed(name, language):
        last_row = page.last_printed
        bars = sorted(c.row for c in page.cells if c.role == "section" and c.column == 1 and c.row <= last_row)
        sections = [(one, two - 2) for one, two in itertools.pairwise([*bars, last_row + 2]) if one < two]
        setup = shown.setup
        high = (SIDES[setup.orientation][1] - MARGINS[1]) * 100 / setup.scale
        for first, last in sections:
            if shown.height(first, last) + shown.height(1, 3) < high - 0.5:
                charts = {row - 1 for _, row in page.charts}
                cut = {end for end in setup.ends if first <= end < last} - charts
                assert cut == set(), (page.sheet.id, first)


def test_a_row_of_a_long_table_is_never_alone_on_a_page() -> None:
    _, inputs = next(each for each in printed("xiaomi_2018", "en") if each[0].sheet.id == "inputs")
    assert inputs.setup.ends
    assert all(last - first >= 3 for first, last in pages(inputs))


# --- printed by LibreOffice -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY_CASE)
def test_a_printed_pack_is_short_and_readable(
    name: str, language: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    need_program("pdftohtml", "Debian: poppler-utils")
    _, data = book_of(name, language)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    found = drawn_pages(libreoffice.to_printed(path, tmp_path / "book.pdf"))
    expected = [
        (page.sheet.name, count)
        for page, shown in printed(name, language)
        for count in range(1 if page.sheet.one_page else len(shown.setup.ends) + 1)
    ]
    assert len(found) == len(expected) <= MOST_PAGES
    for (sheet, _), texts in zip(expected, found, strict=True):
        assert min(size for size, _ in texts) > SMALLEST - ROUNDED, sheet
        assert not any("###" in text for _, text in texts), sheet  # a number that its column has no room for
        assert any(sheet in text for _, text in texts), sheet  # the name below the page: none runs over to another


def drawn_pages(pdf: Path) -> list[list[tuple[float, str]]]:
    """The texts of each page, with their sizes in points."""
    command = ["pdftohtml", "-xml", "-stdout", "-i", "-zoom", "3", "-fontfullname", str(pdf)]
    drawn = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    sizes: dict[str, float] = {}
    found = []
    for page in drawn.split("<page ")[1:]:
        sizes |= {number: int(size) / 3 for number, size in re.findall(r'<fontspec id="(\d+)" size="(\d+)"', page)}
        texts = re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', page)
        found.append([(sizes[font], re.sub("<.*?>", "", text)) for font, text in texts])
    return found


def test_what_says_what_a_row_is_of_stays_in_sight_where_a_sheet_is_wider_than_a_screen() -> None:
    book, _ = bundled_workbook("pike_2014")
    frozen = {page.sheet.id: page.freeze_column for page in book.sheets}
    assert (frozen["peer_table"], frozen["functions"]) == (2, 1)  # number and name of a peer; name of a function
    assert (frozen["comparables"], frozen["reconciliation"], frozen["summary"]) == (0, 0, 0)  # as wide as a page


@pytest.mark.slow
def test_labels_have_more_room_where_that_saves_a_page() -> None:
    """Long labels of Users stood on two lines each, and its last section alone on a second page."""
    users = next(shown for page, shown in printed("xiaomi_2015", "en") if page.sheet.id == "users")
    assert users.setup.ends == ()
    assert users.widths[1] > 36


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_to_type_texts_in_is_as_high_as_applications_make_it(language: str) -> None:
    typed = Cell(5, 5, "prompt", "A title", wrap=True)
    heights = row_heights([typed, Cell(6, 5, "text", "A title", wrap=True)], {5: 40.0}, language)
    assert heights[5] / 2.54 * 72 >= 15  # of a new row in Excel
    assert 6 not in heights


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("like", ["", "comps"])
def test_a_template_breaks_where_its_pages_end(
    like: str, language: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """Without a page of a single line, where rows are higher than they were laid out."""
    need_program("pdftohtml", "Debian: poppler-utils")
    path = tmp_path / "template.xlsx"
    made = comps_skeleton(wanted(like)) if like else skeleton(WHOLE)
    path.write_bytes(empty_workbook(made, language))
    sheets = [sheet for sheet in openpyxl.load_workbook(path).worksheets if ":" in sheet.print_area]
    expected = sum(1 if sheet.page_setup.fitToHeight else len(sheet.row_breaks.brk) + 1 for sheet in sheets)
    assert len(drawn_pages(libreoffice.to_printed(path, tmp_path / "template.pdf"))) == expected


def part_of_a_year() -> Raw:
    """A DCF whose flows come in 0.3767 years and so on, a number with as many digits as there is room for."""
    raw = example("dcf")
    raw["dcf"]["first_year_end"] = dt.date(2026, 6, 30)
    return raw


OTHERS: Final = {
    **{name: example(name) for name in NAMES},
    "cohorts": tomllib.loads(COHORTS),
    "part of a year": part_of_a_year(),
}


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", OTHERS)
def test_no_number_of_another_company_is_cut(
    name: str, language: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    need_program("pdftohtml", "Debian: poppler-utils")
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook_bytes(case_of(OTHERS[name]), language)[1])
    texts = [text for page in drawn_pages(libreoffice.to_printed(path, tmp_path / "book.pdf")) for _, text in page]
    assert not any("###" in text for text in texts)


def test_a_date_has_as_much_more_room_in_chinese_as_a_number() -> None:
    """What stands in for a Chinese font has wider digits; a date was measured as in English and stood as ###."""
    day, number = (Cell(1, 3, "calculation", 46353.0, "A1", unit) for unit in ("date", "EUR m"))
    more = [shown_width(cell, "zh") / shown_width(cell, "en") for cell in (day, number)]
    assert more == pytest.approx([OTHER_FONTS, OTHER_FONTS])
