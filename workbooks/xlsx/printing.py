"""How a sheet is printed: fitted to the width of a page, with what belongs together on one page."""

from itertools import pairwise
from typing import Final

from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import letters
from workbooks.layout.sheet_cells import LaidSheet
from workbooks.layout.widths import DEFAULT_WIDTH, DIGIT, INCH, ROW_HEIGHT

SIDE, ABOVE, BELOW, FOOTER = 0.5, 0.6, 0.75, 0.3  # margins in inches
WIDTH: Final = 29.7 - 2 * SIDE * INCH  # cm of what is printed on A4 in landscape
HEIGHT: Final = 21.0 - (ABOVE + BELOW) * INCH
PADDING: Final = 5 / 96 * INCH  # of a column, beside the digits that its width says
HEAD: Final = 3  # rows that later pages repeat: the title, the question, the units
UNPRINTED: Final = 3  # rows below a sheet that is not printed
READABLE: Final = 81  # per cent: texts of ten points are printed in eight
SPARE: Final = 2  # rows of a page, as some are higher than others


def set_up_printing(page: LaidSheet, worksheet: Worksheet) -> None:
    """Say what is printed of a sheet, on what paper, and where its pages end."""
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    ends = page_ends(page) if page.sheet.printed else []
    if ends:  # Excel may ignore page breaks of a sheet that is fitted to its page: its scale is written instead
        worksheet.page_setup.scale = int(97 * scale_of(page))  # per cent, with room for fonts that are a little wider
    else:
        worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        worksheet.page_setup.fitToWidth = 1
        worksheet.page_setup.fitToHeight = 1 if page.sheet.one_page else 0
    worksheet.page_margins = PageMargins(SIDE, SIDE, ABOVE, BELOW, FOOTER, FOOTER)
    worksheet.print_area = f"A1:{letters(page.last_column)}{last_printed(page)}"
    if not page.sheet.printed:  # the empty cell below is all that is printed of it: nothing
        worksheet.print_area = f"A{page.last_row + UNPRINTED}"
    worksheet.print_title_rows = f"1:{HEAD}"
    for row in ends:
        worksheet.row_breaks.append(Break(id=row))
    footer = HeaderFooterItem()
    footer.left.text, footer.center.text, footer.right.text = "&F", "&A", "&P / &N"
    worksheet.HeaderFooter.oddFooter = footer


def page_ends(page: LaidSheet) -> list[int]:
    """The rows after which a page ends, so that no chart is cut, nor a section that fits a page.

    A sheet without charts, where rows are as high as their texts, is left to the application.
    """
    return _breaks(page, scale_of(page)) if page.charts and not page.sheet.one_page else []


def _breaks(page: LaidSheet, scale: float) -> list[int]:
    """The rows after which a page ends at a scale."""
    bottom = last_printed(page)
    charts = (row for chart, row in page.charts if not chart.beside)
    starts = sorted(row for row in {*sections(page), *charts} if row < bottom)
    first = int(HEIGHT / (ROW_HEIGHT * scale)) - SPARE
    later = first - HEAD  # where the title is repeated
    ends: list[int] = []
    last = first
    for start, following in pairwise([*starts, bottom + 2]):
        end = following - 2  # a row is blank between them
        if start > starts[0] and end > last and (start > last or end - start < later):
            ends.append(start - 1)
            last = start - 1 + later
        while last < end:  # what no page has room for runs over several
            last += later
    return ends


def sections(page: LaidSheet) -> list[int]:
    """The rows with the bars of the sections."""
    return [cell.row for cell in page.cells if cell.role == "section" and cell.column == 1]


def last_printed(page: LaidSheet) -> int:
    """The last row that is printed: the end of the sheet, or of the last section that the board is shown."""
    titles = [cell.row for cell in page.cells if cell.role == "section" and cell.content == page.title_of_board]
    later = [row for row in sections(page) if titles and row > titles[0]]
    return min(later) - 2 if later else page.last_row


def scale_of(page: LaidSheet) -> float:
    """The scale at which the columns fit the width of a page, or a smaller one that needs fewer pages."""
    widths = [page.widths.get(column, DEFAULT_WIDTH) for column in range(1, page.last_column + 1)]
    widest = min(1.0, WIDTH / sum(DIGIT * width + PADDING for width in widths))
    scales = [widest, *(percent / 100 for percent in range(int(100 * widest), READABLE, -1))]
    return max(scales, key=lambda scale: (-len(_breaks(page, scale)), scale)) if page.charts else widest
