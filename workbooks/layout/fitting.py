"""Widths of the columns of a sheet: wide enough for texts and numbers, narrow enough to be printed readably."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from workbooks.case.quantity import quantity
from workbooks.declarations.sheet import Chart, Table
from workbooks.languages.language import CHINESE, ENGLISH
from workbooks.layout.cell import Cell, Role
from workbooks.layout.pages import Printed
from workbooks.layout.paper import ORIENTATIONS, READABLE, widest
from workbooks.layout.styles import NO_NUMBER, TYPED, look_of
from workbooks.layout.widths import (
    CHART_WIDTH,
    DEFAULT_WIDTH,
    DIGIT,
    SHORT_TEXT,
    SNUG,
    WORD,
    text_width,
    width_of,
)

NEVER_CUT: Final[tuple[Role, ...]] = ("label", "strong_label", "text", "jump")
MOST_COLUMNS: Final = 30  # that a chart stands over
RUNNING: Final[tuple[Role, ...]] = ("note", "answers", "text")  # text that overflows into the cells to its right
LABELS: Final[tuple[Role, ...]] = ("label", "strong_label")
LONGEST_LABEL: Final = 36.0  # longer texts wrap
HAIR: Final = 0.01  # tolerance for sums of widths in cm
WRAPPED: Final = 22.0  # a column of texts that wrap is no narrower than this, nor one as it was declared
DIGIT_IN_CELL: Final = 0.95  # of a column width, at ten points
GROWTH: Final = 1.5  # the parentheses of a negative, and one digit more than there is today
MORE: Final = 1.0  # of that, the room that a number does not need as it stands
DECIMALS: Final = re.compile(r"\.([0#]+)")
BRIEF: Final = 2  # Chinese characters of a heading that must not be parted
INDENT: Final = {"en": 0.5, "zh": 1.5}  # of a heading on the left
AIR: Final = 0.5  # characters of a text with an indent
OTHER_FONTS: Final = 1.14  # how much wider digits are in what stands in for a Chinese font
BOLD: Final = 1.05  # how much wider bold digits are
TRUTH: Final = 6.0  # TRUE or FALSE
DAY: Final = 10  # characters of a date
SCREEN: Final = 36.0  # cm of columns that 1,280 pixels show at the zoom of our sheets, 90 %
EMPTY: Final = 8.0  # characters of a column of texts before one stands there
HEADINGS: Final[tuple[Role, ...]] = ("heading", "heading_unit", "section")
UNBROKEN: Final = 5  # characters of a heading that stands on one line, such as "As of"
CHINESE_WORD: Final = 4  # characters that a heading keeps together
LATIN_WORD: Final = re.compile(r"[^\s\u2e80-\U0010ffff]+")  # kept whole: EV/EBITDA


def widened(cells: Sequence[Cell], language: str) -> Iterator[tuple[int, float]]:
    """Width of the first column for its labels, and of others for their short texts."""
    beside = {cell.row for cell in cells if cell.column == 2 and cell.content not in (None, "")}  # noqa: PLR2004
    for cell in cells:
        if isinstance(cell.content, str) and not cell.wrap:
            width = text_width(cell.content, language)
            if cell.column == 1 and cell.role in NEVER_CUT and (cell.role != "text" or cell.row in beside):
                yield cell.column, width
            elif cell.right and width <= SHORT_TEXT:
                yield cell.column, width + 1


def fitted(
    widths: Mapping[int, float], cells: Sequence[Cell], charts: Sequence[tuple[Chart, int]], language: str, bottom: int
) -> Printed:
    """Narrow the columns so that ten points are printed as at least eight; in portrait if that saves pages.

    Labels have more room, and fewer lines, if that saves one. Contents below the last printed row only determine the
    minimum widths of their columns.
    """
    columns = {cell.column for cell in cells if cell.row <= bottom}
    shown = [cell for cell in cells if cell.column in columns]
    drawn = [chart for chart, _ in charts]
    first = {at: widths.get(at, DEFAULT_WIDTH) for at in _columns(shown, drawn)}
    *needs, numbers = needed(first, shown, language)
    first = {at: max(width, numbers[at]) for at, width in first.items()}  # a number that is cut shows as ###
    end = max(first)
    most = end if end + 1 in widths else MOST_COLUMNS  # charts do not reach over workings right of what is printed

    def printed(narrow: Mapping[int, float]) -> Printed:
        last = max(reach(cell, narrow, language) for cell in shown if cell.row <= bottom)
        placed = [(snapped(chart, narrow, most, last), row) for chart, row in charts]
        last = under_charts(last, narrow, [chart for chart, _ in placed])
        return Printed(shown, placed, narrow, bottom, last, language)

    limits = [widest(orientation, READABLE) - HAIR for orientation in ORIENTATIONS]
    found = [printed({**widths, **narrowed(widths, first, needs, drawn, limit)}) for limit in limits]
    best = min(found, key=_pages)
    if _pages(best) > 1 and not any(chart.beside for chart in drawn):
        longest = max((text_width(cell.content, language) for cell in shown if _is_long_label(cell)), default=0.0)
        wider = [_with_labels(each, limit, longest) for each, limit in zip(found, limits, strict=True)]
        best = min([best, *(printed(each) for each in wider if each)], key=_pages)
    return best


def _pages(printed: Printed) -> int:
    return len(printed.setup.ends) + 1


def _is_long_label(cell: Cell) -> bool:
    return cell.column == 1 and cell.wrap and cell.role in LABELS and isinstance(cell.content, str)


def _with_labels(printed: Printed, limit: float, longest: float) -> dict[int, float]:
    """The widths with as much room for the longest label as is left of a limit in cm; none where there is none."""
    own = printed.widths.get(1, DEFAULT_WIDTH)
    wide = min(longest + 1, own + (limit - printed.width) / DIGIT)
    return {**printed.widths, 1: wide} if wide > own else {}


def frozen(table: Table, widths: Mapping[int, float], last: int) -> int:
    """How many columns stay in sight: those that say what a row is of, where the sheet is wider than a screen."""
    wide = width_of(widths.get(at, DEFAULT_WIDTH) for at in range(1, last + 1)) > SCREEN
    return table.named_by if wide else 0


def narrowed(
    widths: Mapping[int, float],
    first: Mapping[int, float],
    needs: Sequence[Mapping[int, float]],
    charts: Sequence[Chart],
    limit: float,
) -> dict[int, float]:
    """Narrow the columns if their total width exceeds a limit in cm.

    Columns with wrapping texts are narrowed last, because they would need more lines.
    """
    found = dict(first)
    for part, most in _limits(found, charts, limit):
        for need in needs:
            over = width_of(found[at] for at in part) - most
            slack = {at: max(0.0, found[at] - need[at]) for at in part}
            if over > 0 and any(slack.values()):
                share = min(1.0, over / DIGIT / sum(slack.values()))
                found |= {at: found[at] - share * slack[at] for at in part}
    return {at: width for at, width in found.items() if at in widths or width != DEFAULT_WIDTH}


def _limits(widths: Mapping[int, float], charts: Sequence[Chart], limit: float) -> Iterator[tuple[list[int], float]]:
    """Columns, and how wide they may be together in cm: those to the left of a chart leave room for it."""
    for chart in charts:
        if chart.beside:
            yield [at for at in widths if at < chart.beside], limit - chart.width - width_of([DEFAULT_WIDTH])
    yield [*widths], limit


def _columns(cells: Sequence[Cell], charts: Sequence[Chart]) -> range:
    """The columns of a sheet, from the first to the last that holds a cell or stands left of a chart."""
    return range(1, max([*(cell.column for cell in cells), *(chart.beside - 1 for chart in charts)]) + 1)


def needed(
    widths: Mapping[int, float], cells: Sequence[Cell], language: str
) -> tuple[dict[int, float], dict[int, float], dict[int, float]]:
    """Minimum width of each column for its contents, with wrapping texts unwrapped and wrapped, and for its numbers."""
    taken = {(cell.row, cell.column) for cell in cells if cell.content is not None}
    kept, least, numbers = (dict.fromkeys(widths, 0.0) for _ in range(3))
    for cell in cells:
        at = cell.column
        if cell.wrap and cell.content is None:
            kept[at], least[at] = max(kept[at], EMPTY), max(least[at], EMPTY)
            continue
        if cell.wrap and isinstance(cell.content, str) and cell.role not in HEADINGS:
            kept[at], least[at] = max(kept[at], widths[at]), max(least[at], min(WRAPPED, widths[at]))
            continue
        need = _needed(cell, language, beside=(cell.row, at + 1) in taken)
        kept[at], least[at] = max(kept[at], need), max(least[at], need)
        if need - MORE > numbers[at] and not isinstance(cell.content, str):
            numbers[at] = need - MORE
    return kept, least, numbers


def _needed(cell: Cell, language: str, *, beside: bool) -> float:
    content = cell.content
    if content is None:
        return 0.0
    if not isinstance(content, str):
        return shown_width(cell, language)
    if cell.role in HEADINGS:
        air = (
            0.0
            if cell.right or cell.column == 1 or (language == CHINESE and len(content) > BRIEF)
            else INDENT.get(language, 0.5)
        )
        return _longest_word(content, language) + air if cell.role != "section" or cell.right else 0.0
    if cell.column == 1 and cell.role not in NEVER_CUT:
        return 0.0
    wide = OTHER_FONTS if language == CHINESE and content[:4].isdigit() else 1.0  # a date
    whole = wide * text_width(content, language) + 1 + (AIR if look_of(cell).indent else 0)
    alone = not (beside or cell.right or cell.choices) and (cell.column > 1 or cell.role == "text")
    return 0.0 if alone else whole


def _longest_word(text: str, language: str) -> float:
    if language == CHINESE:
        latin = max((BOLD * text_width(word, language) for word in LATIN_WORD.findall(text)), default=0.0)
        return max(latin, min(text_width(text, language), text_width("字" * CHINESE_WORD, language))) + 1
    words = [text] if len(text) <= UNBROKEN else WORD.findall(text)
    return max((text_width(word, ENGLISH) for word in words), default=0.0) + 1


def shown_width(cell: Cell, language: str = ENGLISH) -> float:
    """Width of a formatted number, with room for a larger one."""
    value, code = cell.content, look_of(cell).number_format.partition(";")[0]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return TRUTH
    wide, percent = (OTHER_FONTS, 2) if language == CHINESE else (1.0, 1)  # where % is as wide as two digits
    wide *= BOLD if look_of(cell).bold else 1.0
    if "yyyy" in code:
        return wide * (DAY * DIGIT_IN_CELL + 1)
    unit = cell.unit if cell.unit not in NO_NUMBER else ""
    value = value if cell.role in TYPED or not unit else value / quantity(unit).scale
    if "%" in code:
        value *= 100
    decimals = max((len(found) for found in DECIMALS.findall(code)), default=0)
    text = f"{value:,.{decimals}f}"
    if "General" in code:
        text = f"{value:.10g}"
        if "e" in text:  # LibreOffice writes all digits
            text = f"{value:.10f}".rstrip("0").rstrip(".")
    signs = percent if "%" in code else int("×" in code)
    return wide * (DIGIT_IN_CELL * (len(text.strip("-")) + signs) + GROWTH)


def reach(cell: Cell, widths: Mapping[int, float], language: str) -> int:
    """Last column covered by the text of a cell, if the cells to its right are empty."""
    if cell.role not in RUNNING or cell.wrap or not isinstance(cell.content, str):
        return cell.column
    column, left = cell.column, text_width(cell.content, language) * (SNUG if language == ENGLISH else 1)
    while (left := left - widths.get(column, DEFAULT_WIDTH)) > 0:
        column += 1
    return column


def snapped(chart: Chart, widths: Mapping[int, float], most: int, last: int) -> Chart:
    """Narrow a chart so that it ends at the edge of a column, at most of the last one that it may reach.

    One that ends left of the last printed column stays as wide as it is.
    """
    before, widest_of = _edge((chart.beside or 1) - 1, widths), chart.width or CHART_WIDTH
    if before + widest_of <= _edge(last, widths):
        return replace(chart, width=widest_of)
    edges = (_edge(column, widths) - before for column in range(chart.beside or 1, most + 1))
    return replace(chart, width=max((edge for edge in edges if edge <= widest_of), default=widest_of))


def _edge(column: int, widths: Mapping[int, float]) -> float:
    """Where a column ends, in cm from the left."""
    return width_of(widths.get(each, DEFAULT_WIDTH) for each in range(1, column + 1))


def under_charts(last: int, widths: Mapping[int, float], charts: Sequence[Chart]) -> int:
    """The last column, further to the right where charts reach beyond it."""
    for chart in charts:
        while _edge(last, widths) < _edge((chart.beside or 1) - 1, widths) + (chart.width or CHART_WIDTH):
            last += 1
    return last
