"""Native Excel charts, drawn from the cells of a laid-out table."""

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import Address, letters, quoted
from workbooks.declarations.sheet import Chart
from workbooks.layout.sheet_cells import LaidBook
from workbooks.layout.styles import ACCENT, GREY, HAIRLINE, MID_BLUE, NAVY
from workbooks.layout.widths import CHART_WIDTH, ROW_HEIGHT, text_width
from workbooks.xlsx.chart_cells import numbers_of, texts_of
from workbooks.xlsx.chart_formats import (
    FALL_OR_NOTHING,
    RISE_OR_NOTHING,
    TENTHS_IF_SEEN,
    WHOLE,
    WHOLE_IF_SEEN,
    WHOLE_OR_NOTHING,
)
from workbooks.xlsx.chart_parts import caption_labels, line_of, no_line, no_marker
from workbooks.xlsx.chart_texts import LETTERS, lettering, linked_title, showing, title, value_labels

Columns: TypeAlias = Callable[[str], Address]

POINT: Final = 12700  # English metric units
TITLE_HEIGHT: Final = 1.3  # cm, as the two that follow
NAMES_WIDTH: Final = 7.2  # of a football field's methods, left of the axis
CHARACTER_WIDTH: Final = 0.2  # of a caption, for each unit that a column would be wide
NARROW: Final = 0.42
ROOMY: Final = 8  # rows per bar of a football field
HEADROOM: Final = 2.6  # space above the topmost bar, for the text of the price line
SERIES_COLOURS: Final = (NAVY, MID_BLUE, ACCENT, GREY)
HUNDRED: Final = 100  # from this value up, labels have no decimals
STRETCH_COLOURS: Final = (HAIRLINE, MID_BLUE, NAVY, MID_BLUE, HAIRLINE)  # of a histogram


def draw(chart: Chart, row: int, worksheet: Worksheet, book: LaidBook) -> None:
    """Add a chart to a sheet at a row."""
    kinds: dict[str, Callable[[Chart, Worksheet, LaidBook], Any]] = {
        "football": _football,
        "waterfall": _waterfall,
        "columns": _columns,
        "timeline": _timeline,
        "tornado": _tornado,
        "histogram": _histogram,
    }
    drawn = kinds[chart.kind](chart, worksheet, book)
    drawn.height = _height(chart)
    drawn.width = chart.width or CHART_WIDTH
    drawn.title = title(chart.title) if not chart.unit else linked_title(_cell(book.addresses[chart.unit]))
    drawn.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
    drawn.roundedCorners = False
    worksheet.add_chart(drawn, f"{letters(chart.beside or 1)}{row}")


def _football(chart: Chart, worksheet: Worksheet, book: LaidBook) -> ScatterChart:
    """Bars from low to high with the base marked, and the price as a line across them.

    Drawn as a scatter chart, because a bar chart cannot show a vertical line that follows its cells.
    """
    column = _columns_of(chart.table, book)
    names = texts_of(column("label"), book)
    drawn = ScatterChart()
    drawn.scatterStyle = "lineMarker"
    drawn.legend = None
    count = column("low").count
    wide = [CHARACTER_WIDTH * text_width(name, book.language.code) for name in names]
    beside = min(NARROW * chart.width, max(wide)) if chart.width else NAMES_WIDTH
    thick = 12 * POINT if chart.rows > count + ROOMY else 8 * POINT
    for item in range(count):
        label, low, base, high = (column(name).at(item) for name in ("label", "low", "base", "high"))
        level, again = column("level").at(item), column("level_again").at(item)
        long = wide[item] > beside
        drawn.series.append(
            _caption(worksheet, label, column("edge").at(item), level, "l", wrap=long and not chart.width)
        )
        # The bar changes its shade at the base value, with a tick mark and the value above it.
        tones = (MID_BLUE, NAVY) if item < chart.methods else (HAIRLINE, HAIRLINE)
        drawn.series.append(_bar(worksheet, (low, base), (level, again), tones[0], thick))
        drawn.series.append(_bar(worksheet, (base, high), (level, again), tones[1], thick))
        drawn.series.append(_caption(worksheet, column("low_text").at(item), low, level, "l"))
        drawn.series.append(_caption(worksheet, column("high_text").at(item), high, level, "r"))
        if item < chart.methods:
            drawn.series += _tick(worksheet, column, item)
    drawn.series += [_marks(worksheet, column, item, 1, GREY) for item in chart.points]
    if chart.rule:
        drawn.series.append(_rule(chart.rule, worksheet, book))
    if chart.line:
        farthest = max(numbers_of(column("high"), book), default=0.0)
        drawn.series.append(_price_line(chart.line, worksheet, book, farthest))
    drawn.x_axis.scaling.min = 0
    drawn.y_axis.scaling.min = 0
    drawn.y_axis.scaling.max = count + HEADROOM
    drawn.y_axis.delete = True
    drawn.y_axis.majorGridlines = None
    _axis(drawn.x_axis, chart.axis)
    _grid(drawn.x_axis)
    drawn.layout = _inner(chart, left=beside, right=1.0, below=1.6)
    return drawn


def _series(y: Reference, x: Reference) -> XYSeries:
    series: XYSeries = Series(y, x)
    series.smooth = False
    return series


def _bar(
    worksheet: Worksheet, ends: tuple[Address, Address], levels: tuple[Address, Address], colour: str, thick: int
) -> XYSeries:
    bar = _series(_stretch(worksheet, *levels), _stretch(worksheet, *ends))
    bar.marker = no_marker()
    bar.graphicalProperties = line_of(colour, thick, cap="flat")
    return bar


def _tick(worksheet: Worksheet, column: Columns, item: int) -> list[XYSeries]:
    """A line across a bar at the selected value, and the value above it."""
    base, again, under, above, text = (
        column(name).at(item) for name in ("base", "base_again", "tick_under", "tick_above", "base_text")
    )
    tick = _series(_stretch(worksheet, under, above), _stretch(worksheet, base, again))
    tick.marker = no_marker()
    tick.graphicalProperties = line_of("000000", 2 * POINT, cap="flat")
    return [tick, _caption(worksheet, text, base, above, "t", bold=True)]


def _rule(table: str, worksheet: Worksheet, book: LaidBook) -> XYSeries:
    """A thin line between the methods and third-party ranges."""
    column = _columns_of(table, book)
    drawn = _series(_run(worksheet, column("level"), 2), _run(worksheet, column("place"), 2))
    drawn.marker = no_marker()
    drawn.graphicalProperties = line_of(GREY, 0.75 * POINT)
    return drawn


def _marks(worksheet: Worksheet, column: Columns, first: int, count: int, colour: str) -> XYSeries:
    level, base = column("level").at(first), column("base").at(first)
    marks = _series(_run(worksheet, level, count), _run(worksheet, base, count))
    marks.marker = Marker("diamond", size=8)
    marks.marker.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill="FFFFFF"))
    marks.graphicalProperties = no_line()
    return marks


def _price_line(table: str, worksheet: Worksheet, book: LaidBook, farthest: float) -> XYSeries:
    """The price across the bars; its text is on the side that has room."""
    column = _columns_of(table, book)
    price = max(numbers_of(column("price"), book), default=0.0)
    line = _series(_run(worksheet, column("level"), 2), _run(worksheet, column("price"), 2))
    line.tx = _name(column("label").at(1))
    line.marker = Marker("none")
    line.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=ACCENT, w=1.75 * POINT, prstDash="dash"))
    shown = DataLabel(idx=1, dLblPos="l" if price > farthest / 2 else "r", **showing("showSerName"))
    shown.txPr = lettering(LETTERS, ACCENT, bold=True, wrap=False)
    line.dLbls = DataLabelList(dLbl=[shown], **showing(""))
    return line


def _waterfall(chart: Chart, worksheet: Worksheet, book: LaidBook) -> BarChart:
    """Waterfall: each part starts at the sum of those before it; totals start at zero."""
    column = _columns_of(chart.table, book)
    drawn = _bar_chart("col", "stacked", gap=40)
    drawn.legend = None
    labels = _run(worksheet, column("label"))
    changes = (("up", MID_BLUE), ("up_below", MID_BLUE), ("down", ACCENT), ("down_below", ACCENT))
    for name, colour in (("ground", ""), *changes, ("total", NAVY)):
        series = Series(_run(worksheet, column(name)))
        series.cat = _categories(labels)
        series.invertIfNegative = False
        series.graphicalProperties = (
            GraphicalProperties(solidFill=colour)
            if colour
            else GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
        )
        if colour:
            shown = WHOLE_OR_NOTHING if name == "total" else FALL_OR_NOTHING if "down" in name else RISE_OR_NOTHING
            series.dLbls = value_labels(shown, "ctr")
            series.dLbls.txPr = lettering(LETTERS, "FFFFFF" if colour != MID_BLUE else NAVY, bold=True)
        drawn.series.append(series)
    drawn.x_axis.tickLblPos = "low"
    _bar_axes(drawn, chart.axis)
    if chart.beside:  # few bars: their names run over several lines
        drawn.x_axis.txPr = lettering(LETTERS, "404040", level=True)
    drawn.layout = _inner(chart, left=1.7, right=0.7, below=1.9)
    return drawn


def _columns(chart: Chart, worksheet: Worksheet, book: LaidBook) -> BarChart:
    """Bars side by side, one colour per series; series are columns of the table, or rows of a transposed one."""
    column = _columns_of(chart.table, book)
    drawn = _bar_chart("col", "clustered", gap=60, overlap=None)
    for name, colour in zip(chart.series, SERIES_COLOURS, strict=False):
        series = _bars(worksheet, column, name, colour)
        series.dLbls = value_labels(WHOLE_OR_NOTHING, "outEnd")
        drawn.series.append(series)
    _bar_axes(drawn, chart.axis)
    drawn.legend.position = "b"
    drawn.layout = _inner(chart, left=1.7, right=0.7, below=1.8)
    return drawn


def _tornado(chart: Chart, worksheet: Worksheet, book: LaidBook) -> BarChart:
    """Tornado: change of the result in both directions, one bar per input, the largest on top."""
    column = _columns_of(chart.table, book)
    drawn = _bar_chart("bar", "clustered", gap=45)
    moves = [abs(move) for name in ("low", "high") for move in numbers_of(column(name), book)]
    shown = WHOLE_IF_SEEN if max(moves, default=0.0) >= HUNDRED else TENTHS_IF_SEEN
    # The outer two series are invisible and longer than any bar, so that the axis leaves room for the labels.
    drawn.series.append(_unseen(_bars(worksheet, column, "room_below", "")))
    for name, colour in (("low", MID_BLUE), ("high", NAVY)):
        series = _bars(worksheet, column, name, colour)
        series.dLbls = value_labels(shown, "outEnd")
        drawn.series.append(series)
    drawn.series.append(_unseen(_bars(worksheet, column, "room_above", "")))
    # LibreOffice numbers legend entries from the other end, so both the first and the last are deleted.
    drawn.legend.legendEntry = [LegendEntry(idx=place, delete=True) for place in (0, 3)]
    drawn.x_axis.scaling.orientation = "maxMin"
    drawn.x_axis.tickLblPos = "low"
    drawn.y_axis.crosses = "max"  # at the bottom, because the order of inputs is reversed
    _bar_axes(drawn, chart.axis)
    drawn.legend.position = "b"
    drawn.layout = _inner(chart, left=min(8.5, NARROW * chart.width) if chart.width else 8.5, right=1.5, below=1.8)
    return drawn


def _histogram(chart: Chart, worksheet: Worksheet, book: LaidBook) -> BarChart:
    """Histogram: columns without gaps, one colour per range of results; the legend shows the limits."""
    column = _columns_of(chart.table, book)
    drawn = _bar_chart("col", "stacked", gap=0)
    names = book.addresses[chart.names]
    for place, (stretch, colour) in enumerate(zip(chart.series, STRETCH_COLOURS, strict=True)):
        series = _bars(worksheet, column, stretch, colour)
        series.tx = _name(names.at(place))
        series.graphicalProperties.ln = LineProperties(solidFill="FFFFFF", w=0.5 * POINT)
        drawn.series.append(series)
    _bar_axes(drawn, "", chart.axis)
    drawn.y_axis.number_format = "0%"
    drawn.legend.position = "b"
    drawn.layout = _inner(chart, left=1.7, right=0.7, below=2.3 if chart.axis else 1.7)
    return drawn


def _timeline(chart: Chart, worksheet: Worksheet, book: LaidBook) -> ScatterChart:
    """Values over time on a logarithmic axis, where steady growth is a straight line."""
    column = _columns_of(chart.table, book)
    drawn = ScatterChart()
    drawn.scatterStyle = "lineMarker"
    drawn.legend = None
    year, value, shown = (column(name) for name in ("year", "value", "shown"))
    line = _series(_run(worksheet, value), _run(worksheet, year))
    line.marker = Marker("circle", size=8)
    line.marker.graphicalProperties = GraphicalProperties(solidFill=ACCENT, ln=LineProperties(solidFill="FFFFFF"))
    line.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=NAVY, w=2 * POINT))
    drawn.series.append(line)
    for item in range(value.count):
        drawn.series.append(_caption(worksheet, shown.at(item), year.at(item), value.at(item), "l"))
    _axis(drawn.x_axis, "")
    drawn.x_axis.number_format = "0"
    years: Any = drawn.x_axis
    years.majorUnit = 1
    years.majorGridlines = None
    _axis(drawn.y_axis, chart.axis)
    drawn.y_axis.scaling.logBase = 10
    drawn.y_axis.number_format = "[<1]0.0##;#,##0"
    drawn.y_axis.majorGridlines = None  # labels would overlap the texts
    drawn.y_axis.delete = bool(chart.beside)  # and, in a small chart, the numbers of the axis
    drawn.x_axis.crosses = drawn.y_axis.crosses = "min"  # a logarithmic axis has no zero to cross at
    drawn.layout = _inner(chart, left=1.7, right=1.2, below=1.2)
    return drawn


# --- pieces ---------------------------------------------------------------------------------------


def _bar_chart(
    direction: Literal["col", "bar"], grouping: Literal["stacked", "clustered"], gap: int, overlap: int | None = 100
) -> BarChart:
    drawn = BarChart()
    drawn.type, drawn.grouping = direction, grouping
    drawn.overlap, drawn.gapWidth = overlap, gap
    return drawn


def _bar_axes(drawn: BarChart, values: str, categories: str = "") -> None:
    _axis(drawn.y_axis, values)
    _grid(drawn.y_axis)
    _axis(drawn.x_axis, categories)


def _columns_of(table: str, book: LaidBook) -> Columns:
    return lambda name: book.addresses[f"{table}.{name}"]


def _caption(
    worksheet: Worksheet,
    text: Address,
    x: Address,
    y: Address,
    side: str,
    *,
    wrap: bool = False,
    bold: bool = False,
) -> XYSeries:
    """The text of a cell at a position: an invisible point labelled with its series name.

    On one line unless wrapping is allowed, because applications wrap even texts that fit.
    """
    point = _series(_run(worksheet, y, 1), _run(worksheet, x, 1))
    point.tx = _name(text)
    point.marker = no_marker()
    point.graphicalProperties = no_line()
    point.dLbls = caption_labels(side, bold=bold, wrap=wrap)
    return point


def _bars(worksheet: Worksheet, column: Columns, name: str, colour: str) -> Any:  # noqa: ANN401 - a series of openpyxl's
    """A column of a table as a series of bars named by its heading."""
    cells = column(name)
    series = Series(_run(worksheet, cells))
    series.tx = _name(Address(cells.sheet, cells.row - 1, cells.column))
    series.cat = _categories(_run(worksheet, column("label")))
    series.graphicalProperties = GraphicalProperties(solidFill=colour)
    series.invertIfNegative = False  # otherwise LibreOffice draws negative bars as positive ones
    return series


def _unseen(series: Any) -> Any:  # noqa: ANN401 - a series of openpyxl's
    series.graphicalProperties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    return series


def _name(cell: Address) -> SeriesLabel:
    return SeriesLabel(strRef=StrRef(_cell(cell)))


def _cell(cell: Address) -> str:
    return f"{quoted(cell.sheet)}!{cell.text(cell.sheet, absolute=True)}"


def _run(worksheet: Worksheet, cells: Address, count: int = 0) -> Reference:
    end = cells.at((count or cells.count) - 1)
    workbook: Any = worksheet.parent
    cells_of = workbook[cells.sheet]  # a chart may be on another sheet than its cells
    return Reference(cells_of, min_col=cells.column, min_row=cells.row, max_col=end.column, max_row=end.row)


def _stretch(worksheet: Worksheet, first: Address, last: Address) -> Reference:
    workbook: Any = worksheet.parent
    cells_of = workbook[first.sheet]
    return Reference(cells_of, min_col=first.column, min_row=first.row, max_col=last.column, max_row=last.row)


def _categories(labels: Reference) -> AxDataSource:
    return AxDataSource(strRef=StrRef(f=str(labels)))


def _axis(axis: Any, text: str) -> None:  # noqa: ANN401 - any of openpyxl's axes
    axis.delete = False
    axis.number_format = WHOLE
    axis.majorTickMark = "none"
    axis.txPr = lettering(LETTERS, "404040")
    axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=HAIRLINE))
    if text:
        axis.title = title(text, LETTERS, GREY)


def _grid(axis: Any) -> None:  # noqa: ANN401 - any of openpyxl's axes
    axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E5E5E5", w=0.5 * POINT))


def _height(chart: Chart) -> float:
    return (chart.rows - 0.5) * ROW_HEIGHT


def _inner(chart: Chart, left: float, right: float, below: float) -> Layout:
    """Position of the plot area, in centimetres from the edges, because titles and labels have a fixed size."""
    height, across = _height(chart), chart.width or CHART_WIDTH
    x, y = left / across, TITLE_HEIGHT / height
    width, high = 1 - x - right / across, 1 - y - below / height
    place = ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=x, y=y, w=width, h=high)
    return Layout(manualLayout=place)
