"""Printed pages: charts and sections are whole."""

from itertools import pairwise

import pytest

from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidSheet
from workbooks.layout.widths import DEFAULT_WIDTH
from workbooks.xlsx.printing import HEAD, last_printed, page_ends, scale_of

CM = 29.7 - 2.54, 21.0 - 1.35 * 2.54  # what is printed of A4 in landscape: margins of 0.5, 0.6 and 0.75 inches


def charted(name: str, language: str) -> list[LaidSheet]:
    book, _ = workbook_bytes(bundled(name), language)
    return [page for page in book.sheets if page.charts and not page.sheet.one_page]


def heights(page: LaidSheet) -> list[float]:
    """How high the rows of each printed page are, in cm, with the heading that the later ones repeat."""
    widths = (page.widths.get(column, DEFAULT_WIDTH) for column in range(1, page.last_column + 1))
    scale = scale_of(page)
    assert scale <= min(1, CM[0] / (sum(7 * width + 5 for width in widths) / 96 * 2.54)) + 1e-9
    pages = pairwise([0, *page_ends(page), last_printed(page)])
    return [(last - before + (HEAD if before else 0)) * 0.53 * scale for before, last in pages]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["xiaomi_2015", "xiaomi_2018", "thyssenkrupp_2018"])
def test_every_chart_and_every_section_is_on_one_page(name: str, language: str) -> None:
    pages = charted(name, language)
    assert any(map(page_ends, pages))
    for page in pages:
        charts = {row for _, row in page.charts}
        sections = {cell.row for cell in page.cells if cell.role == "section"}
        assert {row + 1 for row in page_ends(page)} <= charts | sections
        assert max(heights(page)) < CM[1]


def test_pages_are_filled_before_another_is_begun() -> None:
    for page in charted("xiaomi_2018", "en"):
        assert all(one + two > CM[1] for one, two in pairwise(heights(page)))


def test_a_sheet_whose_rows_are_as_high_as_their_texts_is_left_to_the_application() -> None:
    book, _ = workbook_bytes(bundled("xiaomi_2018"))
    (inputs,) = (page for page in book.sheets if page.sheet.id == "inputs")
    assert inputs.last_row > 60
    assert page_ends(inputs) == []
