"""Native Excel charts, drawn from the cells of a laid-out table."""

from collections.abc import Callable
from typing import Any, Final, Literal

from openpyxl.chart import BarChart, ScatterChart, Series
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import letters
from workbooks.declarations.sheet import Chart
from workbooks.layout.sheet_cells import LaidBook
from workbooks.layout.styles import ACCENT, GREY, MID_BLUE, NAVY, STRETCH_COLOURS
from workbooks.layout.widths import CHART_WIDTH
from workbooks.xlsx.chart_cells import numbers_of
from workbooks.xlsx.chart_formats import (
    FALL_OR_NOTHING,
    NO_NUMBERS,
    RISE_OR_NOTHING,
    SMALL_FALL,
    SMALL_RISE,
    TENTHS_IF_SEEN,
    WHOLE_IF_SEEN,
    WHOLE_OR_NOTHING,
)
from workbooks.xlsx.chart_pieces import (
    NARROW,
    POINT,
    bars,
    caption,
    categories,
    cell_text,
    columns_of,
    height_of,
    inner,
    name_of,
    points,
    run_of,
    set_axis,
    set_grid,
    unseen,
)
from workbooks.xlsx.chart_texts import LETTERS, lettering, linked_title, title, value_labels
from workbooks.xlsx.football_chart import football

SERIES_COLOURS: Final = (NAVY, MID_BLUE, ACCENT, GREY)
# Series of a waterfall: column, colour (none: not drawn), labels and their colour. The labels of thin bars stand above
# them, as labels of bars that are not drawn.
WATERFALL: Final = (
    ("ground", "", "", ""),
    ("up", MID_BLUE, RISE_OR_NOTHING, NAVY),
    ("up_below", MID_BLUE, RISE_OR_NOTHING, NAVY),
    ("down", ACCENT, FALL_OR_NOTHING, "FFFFFF"),
    ("down_below", ACCENT, FALL_OR_NOTHING, "FFFFFF"),
    ("total", NAVY, WHOLE_OR_NOTHING, "FFFFFF"),
    ("up_thin", MID_BLUE, "", ""),
    ("down_thin", ACCENT, "", ""),
    ("up_thin", "", SMALL_RISE, NAVY),
    ("down_thin", "", SMALL_FALL, ACCENT),
)
HUNDRED: Final = 100  # from this value up, labels have no decimals


def draw(chart: Chart, row: int, worksheet: Worksheet, book: LaidBook) -> None:
    """Add a chart to a sheet at a row."""
    kinds: dict[str, Callable[[Chart, Worksheet, LaidBook], Any]] = {
        "football": football,
        "waterfall": _waterfall,
        "columns": _columns,
        "timeline": _timeline,
        "tornado": _tornado,
        "histogram": _histogram,
    }
    drawn = kinds[chart.kind](chart, worksheet, book)
    drawn.height = height_of(chart)
    drawn.width = chart.width or CHART_WIDTH
    drawn.title = linked_title(cell_text(book.addresses[chart.title_at])) if chart.title_at else title(chart.title)
    drawn.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
    drawn.roundedCorners = False
    worksheet.add_chart(drawn, f"{letters(chart.beside or 1)}{row}")


def _waterfall(chart: Chart, worksheet: Worksheet, book: LaidBook) -> BarChart:
    """Waterfall: each part starts at the sum of those before it; totals start at zero."""
    column = columns_of(chart.table, book)
    drawn = _bar_chart("col", "stacked", gap=40)
    drawn.legend = None
    labels = run_of(worksheet, column("label"))
    for name, colour, shown, letters_in in WATERFALL:
        series = Series(run_of(worksheet, column(name)))
        series.cat = categories(labels)
        series.invertIfNegative = False
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        if not colour:
            unseen(series)
        if shown:
            series.dLbls = value_labels(shown, "ctr" if colour else "inBase")
            series.dLbls.txPr = lettering(LETTERS, letters_in, bold=True)
        drawn.series.append(series)
    drawn.x_axis.tickLblPos = "low"
    _bar_axes(drawn, chart.axis)
    if chart.beside:  # few bars: their names run over several lines
        drawn.x_axis.txPr = lettering(LETTERS, "404040", level=True)
    drawn.layout = inner(chart, left=1.7, right=0.7, below=1.9)
    return drawn


def _columns(chart: Chart, worksheet: Worksheet, book: LaidBook) -> BarChart:
    """Bars side by side, one colour per series; series are columns of the table, or rows of a transposed one."""
    drawn = _bar_chart("col", "clustered", gap=60, overlap=None)
    for name, colour in zip(chart.series, SERIES_COLOURS, strict=False):
        series = bars(worksheet, book, chart.table, name, colour)
        series.dLbls = value_labels(WHOLE_OR_NOTHING, "outEnd")
        drawn.series.append(series)
    _bar_axes(drawn, chart.axis)
    if len(chart.series) == 1:  # the title says what it is
        drawn.legend = None
        drawn.layout = inner(chart, left=1.7, right=0.7, below=0.9)
        return drawn
    drawn.legend.position = "b"
    drawn.layout = inner(chart, left=1.7, right=0.7, below=1.8)
    return drawn


def _tornado(chart: Chart, worksheet: Worksheet, book: LaidBook) -> BarChart:
    """Tornado: change of the result in both directions, one bar per input, the largest on top."""
    column = columns_of(chart.table, book)
    drawn = _bar_chart("bar", "clustered", gap=45)
    moves = [abs(move) for name in ("low", "high") for move in numbers_of(column(name), book)]
    shown = WHOLE_IF_SEEN if max(moves, default=0.0) >= HUNDRED else TENTHS_IF_SEEN
    # The outer two series are invisible and longer than any bar, so that the axis leaves room for the labels.
    drawn.series.append(unseen(bars(worksheet, book, chart.table, "room_below", "")))
    for name, colour in (("low", MID_BLUE), ("high", NAVY)):
        series = bars(worksheet, book, chart.table, name, colour)
        series.dLbls = value_labels(shown, "outEnd")
        drawn.series.append(series)
    drawn.series.append(unseen(bars(worksheet, book, chart.table, "room_above", "")))
    # LibreOffice numbers legend entries from the other end, so both the first and the last are deleted.
    drawn.legend.legendEntry = [LegendEntry(idx=place, delete=True) for place in (0, 3)]
    drawn.x_axis.scaling.orientation = "maxMin"
    drawn.x_axis.tickLblPos = "low"
    drawn.y_axis.crosses = "max"  # at the bottom, because the order of inputs is reversed
    _bar_axes(drawn, chart.axis)
    drawn.y_axis.number_format = NO_NUMBERS  # every bar is labelled
    drawn.y_axis.majorGridlines = None
    drawn.legend.position = "b"
    drawn.layout = inner(chart, left=min(8.5, NARROW * chart.width) if chart.width else 8.5, right=1.5, below=1.3)
    return drawn


def _histogram(chart: Chart, worksheet: Worksheet, book: LaidBook) -> BarChart:
    """Histogram: columns without gaps, one colour per range of results; the legend shows the limits."""
    column = columns_of(chart.table, book)
    drawn = _bar_chart("col", "stacked", gap=0)
    names = book.addresses[chart.names]
    for place, (stretch, colour) in enumerate(zip(chart.series, STRETCH_COLOURS, strict=True)):
        series = bars(worksheet, book, chart.table, stretch, colour)
        series.tx = name_of(names.at(place))
        series.cat = categories(run_of(worksheet, column("axis")))
        series.graphicalProperties.ln = LineProperties(solidFill="FFFFFF", w=0.5 * POINT)
        drawn.series.append(series)
    _bar_axes(drawn, "", chart.axis)
    drawn.y_axis.number_format = "0%"
    drawn.x_axis.tickLblSkip = 1  # every other one is blank
    drawn.legend.position = "b"
    drawn.layout = inner(chart, left=1.7, right=0.7, below=2.3 if chart.axis else 1.7)
    return drawn


def _timeline(chart: Chart, worksheet: Worksheet, book: LaidBook) -> ScatterChart:
    """Values over time on a logarithmic axis, where steady growth is a straight line."""
    column = columns_of(chart.table, book)
    drawn = ScatterChart()
    drawn.scatterStyle = "lineMarker"
    drawn.legend = None
    year, value, shown = (column(name) for name in ("year", "value", "shown"))
    line = points(run_of(worksheet, value), run_of(worksheet, year))
    line.marker = Marker("circle", size=8)
    line.marker.graphicalProperties = GraphicalProperties(solidFill=ACCENT, ln=LineProperties(solidFill="FFFFFF"))
    line.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=NAVY, w=2 * POINT))
    drawn.series.append(line)
    for item in range(value.count):
        drawn.series.append(caption(worksheet, shown.at(item), year.at(item), value.at(item), "l"))
    set_axis(drawn.x_axis, "")
    drawn.x_axis.number_format = "0"
    years: Any = drawn.x_axis
    years.majorUnit = 1
    years.majorGridlines = None
    set_axis(drawn.y_axis, chart.axis)
    drawn.y_axis.scaling.logBase = 10
    drawn.y_axis.number_format = "[<1]0.0##;#,##0"
    drawn.y_axis.majorGridlines = None  # labels would overlap the texts
    drawn.y_axis.delete = bool(chart.beside)  # and, in a small chart, the numbers of the axis
    drawn.x_axis.crosses = drawn.y_axis.crosses = "min"  # a logarithmic axis has no zero to cross at
    drawn.layout = inner(chart, left=1.7, right=1.2, below=1.2)
    return drawn


def _bar_chart(
    direction: Literal["col", "bar"], grouping: Literal["stacked", "clustered"], gap: int, overlap: int | None = 100
) -> BarChart:
    drawn = BarChart()
    drawn.type, drawn.grouping = direction, grouping
    drawn.overlap, drawn.gapWidth = overlap, gap
    return drawn


def _bar_axes(drawn: BarChart, values: str, categories: str = "") -> None:
    set_axis(drawn.y_axis, values)
    set_grid(drawn.y_axis)
    set_axis(drawn.x_axis, categories)
