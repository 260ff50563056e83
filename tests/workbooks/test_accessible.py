"""Workbooks are legible: contrast of texts, meaning in words and signs beside colours, a named region a table."""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import openpyxl
import pytest
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from built import EVERY_CASE, bundled_workbook
from package_rules import CHARTS, DRAWING
from workbooks.declarations.sheet import Grid, Table
from workbooks.layout import styles
from workbooks.layout.styles import PLAIN
from workbooks.xlsx.writer import STATUS_COLOURS

WHITE: Final = "FFFFFF"
LEAST: Final = 4.5  # WCAG 2.2, success criterion 1.4.3


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_as_its_definition_says() -> None:
    assert contrast("000000", WHITE) == pytest.approx(21)
    assert contrast("777777", WHITE) == pytest.approx(4.48, abs=0.01)  # the known grey that just fails


ON_GRIDS: Final = ("000000", styles.NAVY)
PAIRS: Final = {
    **{look.name: (look.colour, look.fill or WHITE) for look in PLAIN.values()},
    **{f"status {status}": (colour, fill) for status, (fill, colour) in STATUS_COLOURS.items()},
    **{f"heat map {n}": (text, fill) for n, text in enumerate(ON_GRIDS) for fill in (styles.COLD, styles.WARM)},
    "a hint": (styles.GREY, styles.INPUT_FILL),
    "labels of charts": ("404040", WHITE),
    "axes of charts": (styles.GREY, WHITE),
    "the line of the price": (styles.ACCENT, WHITE),
    "in a bar": (styles.NAVY, styles.MID_BLUE),
    "in a bar that falls": (WHITE, styles.ACCENT),
    "in a total": (WHITE, styles.NAVY),
    "a stale draw": (styles.GREY, styles.LIGHT_GREY),
    "a result of stale draws": (styles.GREY, WHITE),
    "an outlier": (styles.WARN[1], styles.WARN[0]),
    "what does not count": (styles.GREY, WHITE),
}
# Colours of series beside each other in a chart, which a legend or a label tells apart too.
BESIDE: Final = {
    "low and high of a tornado": (styles.MID_BLUE, styles.NAVY),
    "below and above the selected value": (styles.MID_BLUE, styles.NAVY),
    "rises and falls of a waterfall": (styles.MID_BLUE, styles.ACCENT),
    "rises and totals of a waterfall": (styles.MID_BLUE, styles.NAVY),
    "the median of a histogram and what is around it": (styles.MID_BLUE, styles.NAVY),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_texts_stand_out_from_what_is_behind_them(pair: str) -> None:
    assert contrast(*PAIRS[pair]) >= LEAST


def pairs_of_cells(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    """Colours of the texts of a sheet and of what is behind them, as they are and as conditional formats make them."""
    for row in sheet.iter_rows():
        yield from {_pair(cell) for cell in row if cell.value is not None}
    for area in sheet.conditional_formatting:
        formats = [rule.dxf for rule in area.rules if rule.dxf and (rule.dxf.font or rule.dxf.fill)]
        looks = {_pair(sheet.cell(*place)) for part in area.cells.ranges for place in part.cells} if formats else set()
        for form in formats:
            text = _colour(form.font.color if form.font else None)
            fill = _colour(form.fill.bgColor if form.fill else None)
            yield from ((text or plain, fill or behind) for plain, behind in looks)


def _pair(cell: Any) -> tuple[str, str]:  # noqa: ANN401 - one of openpyxl's
    filled = cell.fill.fill_type == "solid"
    return _colour(cell.font.color) or "000000", (_colour(cell.fill.fgColor) if filled else "") or WHITE


def _colour(colour: Any) -> str:  # noqa: ANN401 - as above
    return colour.rgb[-6:] if colour is not None and colour.type == "rgb" else ""


def pairs_of_chart(chart: bytes) -> Iterator[tuple[str, str]]:
    """Colours of the texts of a chart, and of the bars that labels stand in."""
    for text in etree.fromstring(chart).iter(f"{DRAWING}defRPr", f"{DRAWING}rPr"):
        colour = text.find(f"{DRAWING}solidFill/{DRAWING}srgbClr")
        assert colour is not None, "a text in a colour of the theme"
        above = [each for each in text.iterancestors() if each.tag in {f"{CHARTS}dLbls", f"{CHARTS}ser"}]
        place = above[0].find(f"{CHARTS}dLblPos") if above else None
        within = place is not None and place.get("val") in {"ctr", "inEnd", "inBase"}
        fill = above[-1].find(f"{CHARTS}spPr/{DRAWING}solidFill/{DRAWING}srgbClr") if within else None
        yield colour.get("val", ""), WHITE if fill is None else fill.get("val", "")


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_CASE)
def test_every_text_of_a_file_stands_out(name: str) -> None:
    _, data = bundled_workbook(name)
    found = {pair for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets for pair in pairs_of_cells(sheet)}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        charts = [each for each in package.namelist() if each.startswith("xl/charts/chart")]
        found |= {pair for chart in charts for pair in pairs_of_chart(package.read(chart))}
    assert len(found) > 10
    assert {pair for pair in found if contrast(*pair) < LEAST} == set()


@pytest.mark.parametrize("pair", BESIDE)
def test_series_differ_in_lightness_and_not_in_hue_alone(pair: str) -> None:
    assert contrast(*BESIDE[pair]) >= 2.4  # told apart in print without colours


def test_a_status_is_a_word_and_what_falls_has_a_sign() -> None:
    assert all(re.match(r"[A-Za-z]", status) for status in STATUS_COLOURS)
    _, data = bundled_workbook("thyssenkrupp_2018")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    falls = [chart for chart in charts if r'formatCode="\(#,##0\);\(#,##0\);;"' in chart]
    assert len(falls) == 1  # the waterfall


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EVERY_CASE)
def test_every_table_has_one_named_region_and_headings_in_order(name: str, language: str) -> None:
    book, data = bundled_workbook(name, language)
    opened = openpyxl.load_workbook(io.BytesIO(data))
    tables = [
        block
        for page in book.sheets
        for block in page.sheet.blocks
        if isinstance(block, Grid) or (isinstance(block, Table) and not (block.quiet or block.total))
    ]
    named = {each: text.attr_text for each, text in opened.defined_names.items() if each.startswith("T_")}
    assert len(named) == len(tables)
    assert len(set(named.values())) == len(named)
    for area in named.values():
        sheet, _, cells = area.rpartition("!")
        top, *_ = opened[sheet.strip("'")][cells]
        assert any(cell.value not in (None, "") for cell in top), area  # the headings
    for page in book.sheets:  # the title, then sections from top to bottom, each with its headings below
        assert page.cells[0].role == "title"
        rows = [cell.row for cell in page.cells if cell.role == "section" and cell.column == 1]
        assert all(one < two for one, two in pairwise(rows))
