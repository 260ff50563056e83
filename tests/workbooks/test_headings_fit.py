"""Headings have room in their cells, in every bundled case and every template; numbers to come are on the right."""

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from built import MadeOnce, bundled_workbook
from filled_templates import wanted
from workbooks.case.reading import bundled_names
from workbooks.languages.language import language, languages
from workbooks.layout.sheet_cells import lay_out
from workbooks.sheets import contents
from workbooks.templates.comps_workbook import comps_skeleton
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook
from workbooks.templates.short_workbook import short_workbook_skeleton
from workbooks.templates.skeleton import Skeleton

pytestmark = pytest.mark.slow

WHOLE: Final = Wanted("Acme", dt.date(2026, 1, 2), rounds=3, users=True, premium=True, pasted=True)
LIKES: Final = ("", "comps", "sotp", "nav", "dcf", "users")
# Of a column's width at ten points, in bold: a capital and another Latin letter, in Calibri and in the wider Microsoft
# YaHei, and a Chinese character. A line is so many points high.
CAPITAL: Final = {"en": 1.0, "zh": 1.1}
LETTER: Final = {"en": 0.9, "zh": 1.0}
CHARACTER, SPACE = 1.8, 0.5
LINE: Final = {"en": 12.0, "zh": 13.0}
ONE_LINE, USUAL_WIDTH = 13.5, 8.43
PIECE: Final = re.compile(r"[\u2e80-\U0010ffff]|[^\s\u2e80-\U0010ffff]+")  # what no line breaks


def made(like: str) -> Skeleton:
    if not like:
        return skeleton(WHOLE)
    return comps_skeleton(wanted("comps")) if like == "comps" else short_workbook_skeleton(wanted(like))


@pytest.fixture(scope="module")
def templates() -> Mapping[tuple[str, str], bytes]:
    return MadeOnce(lambda key: empty_workbook(made(key[0]), key[1]))


def headings(sheet: Worksheet) -> Iterator[tuple[str, str, float, float]]:
    """Each heading, with its cell, the width of its column and the height of its row."""
    widths = {
        column: held.width
        for held in sheet.column_dimensions.values()
        for column in range(held.min or 0, (held.max or 0) + 1)
        if held.customWidth
    }
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value and cell.style.startswith("Heading"):
                height = sheet.row_dimensions[cell.row].height or ONE_LINE
                yield cell.value, cell.coordinate, widths.get(cell.column, USUAL_WIDTH), height


def lines(text: str, width: float, code: str) -> tuple[int, float]:
    """The lines of a heading in a column, and the widest piece of it."""
    count, used, widest = 1, 0.0, 0.0
    for piece in PIECE.findall(text):
        need = CHARACTER if ord(piece[0]) >= 0x2E80 else sum((CAPITAL if c.isupper() else LETTER)[code] for c in piece)
        widest = max(widest, need)
        if used and used + need > width:
            count, used = count + 1, 0.0
        used += need + (SPACE if piece.isascii() else 0)
    return count, widest


def cut(data: bytes, code: str) -> list[str]:
    """The headings that have no room in their cells."""
    found = []
    for sheet in openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets:
        for text, at, width, height in headings(sheet):
            count, widest = lines(text, width, code)
            if widest > width or count * LINE[code] > height:
                found.append(f"{sheet.title}!{at} {text!r}: {width:.1f} wide, {height} high, {count} lines")
    return found


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("name", bundled_names())
def test_no_heading_of_a_case_is_cut(name: str, code: str) -> None:
    assert cut(bundled_workbook(name, code)[1], code) == []


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("like", LIKES)
def test_no_heading_of_a_template_is_cut(like: str, code: str, templates: Mapping[tuple[str, str], bytes]) -> None:
    assert cut(templates[like, code], code) == []


@pytest.mark.parametrize("like", ["", "comps"])
def test_a_number_to_come_is_on_the_right(like: str, templates: Mapping[tuple[str, str], bytes]) -> None:
    """The count of the peers has no unit that says so, and the cell is still blank."""
    sample = made(like)
    laid = lay_out(contents.sheets(sample.sample(), frozenset(sample.optional)), "", language("en"))
    book = openpyxl.load_workbook(io.BytesIO(templates[like, "en"]))
    numbers = [
        book[page.sheet.name][f"{get_column_letter(cell.column)}{cell.row}"]
        for page in laid.sheets
        for cell in page.cells
        if cell.formula and isinstance(cell.content, float) and cell.role in ("calculation", "link", "result")
    ]
    assert len(numbers) > 500
    assert [cell.coordinate for cell in numbers if cell.alignment.horizontal == "left"] == []
