"""The football field: bars from low to high by method, the selected value marked, and the price across them."""

from typing import Final

from openpyxl.chart import ScatterChart
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import Address
from workbooks.declarations.sheet import Chart
from workbooks.layout.sheet_cells import LaidBook
from workbooks.layout.styles import ACCENT, GREY, HAIRLINE, MID_BLUE, NAVY
from workbooks.layout.widths import CHART_WIDTH, text_width
from workbooks.xlsx.chart_cells import numbers_of, texts_of
from workbooks.xlsx.chart_formats import NO_NUMBERS
from workbooks.xlsx.chart_parts import line_of, no_line, no_marker, white
from workbooks.xlsx.chart_pieces import (
    NARROW,
    POINT,
    Columns,
    caption,
    columns_of,
    inner,
    name_of,
    points,
    run_of,
    set_axis,
    stretch,
)
from workbooks.xlsx.chart_texts import LETTERS, lettering, showing

NAMES_WIDTH: Final = 7.2  # cm, of the names of methods, left of the axis
MARGIN: Final = 1.6  # cm, right of the plot area at the least
OFFSET: Final = 0.3  # cm between the end of a bar and its text
CHARACTER_WIDTH: Final = 0.2  # cm of a caption, for each unit that a column would be wide
ROOMY: Final = 8  # rows per bar
HEADROOM: Final = 1.8  # levels above the topmost bar, for its label and the text of the price line
WITHOUT_PRICE: Final = 1.1  # for its label alone
THICK, THIN = 12 * POINT, 8 * POINT  # bars


def football(chart: Chart, worksheet: Worksheet, book: LaidBook) -> ScatterChart:
    """Bars from low to high with the base marked, and the price as a line across them.

    Drawn as a scatter chart, because a bar chart cannot show a vertical line that follows its cells. Every end of a bar
    is labelled, so the axis has no numbers, which would touch each other.
    """
    column = columns_of(chart.table, book)
    names = texts_of(column("label"), book)
    drawn = ScatterChart()
    drawn.scatterStyle = "lineMarker"
    drawn.legend = None
    count = column("low").count
    wide = [CHARACTER_WIDTH * text_width(name, book.language.code) for name in names]
    beside = min(NARROW * chart.width, max(wide)) if chart.width else NAMES_WIDTH
    across = (chart.width or CHART_WIDTH) - beside
    margin = _margin(column, book, across)
    thick = THICK if chart.rows > count + ROOMY else THIN
    for item in range(count):
        wrapped = wide[item] > beside and not chart.width
        drawn.series += _bar_with_texts(worksheet, column, item, thick, is_method=item < chart.methods, wrap=wrapped)
    drawn.series += [_marks(worksheet, column, item, 1, GREY) for item in chart.points]
    if chart.rule:
        drawn.series.append(_rule(chart.rule, worksheet, book))
    if chart.line:
        drawn.series.append(_price_line(chart.line, worksheet, book, (beside, across - margin, margin)))
    top = max(numbers_of(column("level"), book)) + (HEADROOM if chart.line else WITHOUT_PRICE)
    _axes(drawn, top, chart.axis)
    drawn.layout = inner(chart, left=beside, right=margin, below=1.0)
    return drawn


def _margin(column: Columns, book: LaidBook, across: float) -> float:
    """How wide the margin right of the plot area is, in cm, so that every text right of a bar has room.

    Of `across` cm the plot area has what the margin leaves; right of a bar's end the rest of it is for its text too.
    """
    texts, ends = texts_of(column("high_text"), book), numbers_of(column("high_at"), book)
    needed = (
        (CHARACTER_WIDTH * text_width(text) + OFFSET - (1 - end) * across) / end
        for text, end in zip(texts, ends, strict=True)
        if end > 0
    )
    return max([MARGIN, *needed])


def _axes(drawn: ScatterChart, top: float, text: str) -> None:
    """A line where the bars begin, and the text below them: the places along the chart are shares of the largest."""
    drawn.x_axis.scaling.min, drawn.x_axis.scaling.max = 0, 1
    drawn.y_axis.scaling.min, drawn.y_axis.scaling.max = 0, top
    for axis, said in ((drawn.x_axis, text), (drawn.y_axis, "")):
        set_axis(axis, said)
        axis.majorGridlines = None
        axis.number_format = NO_NUMBERS
    drawn.x_axis.graphicalProperties = no_line()


def _bar_with_texts(
    worksheet: Worksheet, column: Columns, item: int, thick: int, *, is_method: bool, wrap: bool
) -> list[XYSeries]:
    """A bar with its name and the texts at its ends; it changes its shade at the base value."""
    label, low, base, high = (column(name).at(item) for name in ("label", "low_at", "base_at", "high_at"))
    level, again = column("level").at(item), column("level_again").at(item)
    below, above = (MID_BLUE, NAVY) if is_method else (HAIRLINE, HAIRLINE)
    drawn = [
        caption(worksheet, label, column("edge").at(item), level, "l", wrap=wrap),
        _bar(worksheet, (low, base), (level, again), below, thick),
        _bar(worksheet, (base, high), (level, again), above, thick),
        caption(worksheet, column("low_text").at(item), low, level, "l"),
        caption(worksheet, column("high_text").at(item), high, level, "r", paper=True),
    ]
    return [*drawn, *_tick(worksheet, column, item)] if is_method else drawn


def _bar(
    worksheet: Worksheet, ends: tuple[Address, Address], levels: tuple[Address, Address], colour: str, thick: int
) -> XYSeries:
    bar = points(stretch(worksheet, *levels), stretch(worksheet, *ends))
    bar.marker = no_marker()
    bar.graphicalProperties = line_of(colour, thick, cap="flat")
    return bar


def _tick(worksheet: Worksheet, column: Columns, item: int) -> list[XYSeries]:
    """A line across a bar at the selected value, and the value above it."""
    ends = ("tick_at", "tick_again", "tick_under", "tick_above", "base_text")
    at, again, under, above, text = (column(name).at(item) for name in ends)
    tick = points(stretch(worksheet, under, above), stretch(worksheet, at, again))
    tick.marker = no_marker()
    tick.graphicalProperties = line_of("000000", 2 * POINT, cap="flat")
    return [tick, caption(worksheet, text, at, above, "t", bold=True, paper=True)]


def _rule(table: str, worksheet: Worksheet, book: LaidBook) -> XYSeries:
    """A thin line between the methods and third-party ranges."""
    column = columns_of(table, book)
    drawn = points(run_of(worksheet, column("level"), 2), run_of(worksheet, column("place"), 2))
    drawn.marker = no_marker()
    drawn.graphicalProperties = line_of(GREY, 0.75 * POINT)
    return drawn


def _marks(worksheet: Worksheet, column: Columns, first: int, count: int, colour: str) -> XYSeries:
    level, base = column("level").at(first), column("base_at").at(first)
    marks = points(run_of(worksheet, level, count), run_of(worksheet, base, count))
    marks.marker = Marker("diamond", size=8)
    marks.marker.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill="FFFFFF"))
    marks.graphicalProperties = no_line()
    return marks


def _price_line(table: str, worksheet: Worksheet, book: LaidBook, room: tuple[float, float, float]) -> XYSeries:
    """The price across the bars; its text is on the side that has more room, above the names or above the bars."""
    column, (names, plot, margin) = columns_of(table, book), room
    left = max(0.0, *numbers_of(column("place"), book)) * plot
    line = points(run_of(worksheet, column("level"), 2), run_of(worksheet, column("place"), 2))
    line.tx = name_of(column("label").at(1))
    line.marker = Marker("none")
    line.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=ACCENT, w=1.75 * POINT, prstDash="dash"))
    side = "l" if names + left > plot - left + margin else "r"
    shown = DataLabel(idx=1, dLblPos=side, **showing("showSerName"))
    shown.txPr = lettering(LETTERS, ACCENT, bold=True, wrap=False)
    shown.spPr = white()
    line.dLbls = DataLabelList(dLbl=[shown], **showing(""))
    return line
