"""Pieces that the kinds of charts share: cells to draw, captions, bars, axes and the place of the plot area."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from openpyxl.chart import Reference, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import Address, quoted
from workbooks.declarations.sheet import Chart, Table
from workbooks.layout.placing import has_units
from workbooks.layout.sheet_cells import LaidBook
from workbooks.layout.styles import GREY, HAIRLINE
from workbooks.layout.widths import CHART_WIDTH, ROW_HEIGHT
from workbooks.xlsx.chart_formats import WHOLE
from workbooks.xlsx.chart_parts import caption_labels, no_line, no_marker
from workbooks.xlsx.chart_texts import LETTERS, lettering, title

Columns: TypeAlias = Callable[[str], Address]

POINT: Final = 12700  # English metric units
TITLE_HEIGHT: Final = 1.3  # cm
NARROW: Final = 0.42  # of a chart beside a section, what the names left of its axis take at the most


def points(y: Reference, x: Reference) -> XYSeries:
    """Points of a scatter chart, joined by straight lines."""
    series: XYSeries = Series(y, x)
    series.smooth = False
    return series


def columns_of(table: str, book: LaidBook) -> Columns:
    """The cells of a table by the name of their column."""
    return lambda name: book.addresses[f"{table}.{name}"]


def caption(
    worksheet: Worksheet,
    text: Address,
    x: Address,
    y: Address,
    side: str,
    *,
    wrap: bool = False,
    bold: bool = False,
    paper: bool = False,
) -> XYSeries:
    """The text of a cell at a position: an invisible point labelled with its series name.

    On one line unless wrapping is allowed, because applications wrap even texts that fit. With `paper` the text has a
    white background, so that a line behind it does not cross it.
    """
    point = points(run_of(worksheet, y, 1), run_of(worksheet, x, 1))
    point.tx = name_of(text)
    point.marker = no_marker()
    point.graphicalProperties = no_line()
    point.dLbls = caption_labels(side, bold=bold, wrap=wrap, paper=paper)
    return point


def bars(worksheet: Worksheet, book: LaidBook, table: str, name: str, colour: str) -> Any:  # noqa: ANN401 - openpyxl's
    """A column of a table as a series of bars named by its heading."""
    column = columns_of(table, book)
    series = Series(run_of(worksheet, column(name)))
    series.tx = name_of(_heading_of(column(name), table, book))
    series.cat = categories(run_of(worksheet, column("label")))
    series.graphicalProperties = GraphicalProperties(solidFill=colour)
    series.invertIfNegative = False  # otherwise LibreOffice draws negative bars as positive ones
    return series


def _heading_of(cells: Address, table: str, book: LaidBook) -> Address:
    """The cell with the name of a column, above its unit; of a row in a table that runs across, the first cell."""
    if cells.across:
        return Address(cells.sheet, cells.row, 1)
    blocks = (block for page in book.sheets for block in page.sheet.blocks if isinstance(block, Table))
    units = any(has_units(block.columns) for block in blocks if block.id == table)
    return Address(cells.sheet, cells.row - 1 - units, cells.column)


def unseen(series: Any) -> Any:  # noqa: ANN401 - a series of openpyxl's
    """A series that is not drawn."""
    series.graphicalProperties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    return series


def name_of(cell: Address) -> SeriesLabel:
    """The name of a series, from a cell."""
    return SeriesLabel(strRef=StrRef(cell_text(cell)))


def cell_text(cell: Address) -> str:
    """A cell with its sheet, as a chart refers to it."""
    return f"{quoted(cell.sheet)}!{cell.text(cell.sheet, absolute=True)}"


def run_of(worksheet: Worksheet, cells: Address, count: int = 0) -> Reference:
    """Cells that a chart draws: all of a column, or its first ones."""
    end = cells.at((count or cells.count) - 1)
    workbook: Any = worksheet.parent
    cells_of = workbook[cells.sheet]  # a chart may be on another sheet than its cells
    return Reference(cells_of, min_col=cells.column, min_row=cells.row, max_col=end.column, max_row=end.row)


def stretch(worksheet: Worksheet, first: Address, last: Address) -> Reference:
    """Cells that a chart draws, from one to another in a row."""
    workbook: Any = worksheet.parent
    cells_of = workbook[first.sheet]
    return Reference(cells_of, min_col=first.column, min_row=first.row, max_col=last.column, max_row=last.row)


def categories(labels: Reference) -> AxDataSource:
    """Texts below or beside bars."""
    return AxDataSource(strRef=StrRef(f=str(labels)))


def set_axis(axis: Any, text: str) -> None:  # noqa: ANN401 - any of openpyxl's axes
    """Show an axis, with a title if it has one."""
    axis.delete = False
    axis.number_format = WHOLE
    axis.majorTickMark = "none"
    axis.txPr = lettering(LETTERS, "404040")
    axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=HAIRLINE))
    if text:
        axis.title = title(text, LETTERS, GREY)


def set_grid(axis: Any) -> None:  # noqa: ANN401 - any of openpyxl's axes
    """Thin grid lines of an axis."""
    axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E5E5E5", w=0.5 * POINT))


def height_of(chart: Chart) -> float:
    """Height of a chart in cm."""
    return (chart.rows - 0.5) * ROW_HEIGHT


def inner(chart: Chart, left: float, right: float, below: float) -> Layout:
    """Position of the plot area, in centimetres from the edges, because titles and labels have a fixed size."""
    height, across = height_of(chart), chart.width or CHART_WIDTH
    x, y = left / across, TITLE_HEIGHT / height
    width, high = 1 - x - right / across, 1 - y - below / height
    place = ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=x, y=y, w=width, h=high)
    return Layout(manualLayout=place)
