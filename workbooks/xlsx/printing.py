"""Print settings of a sheet: paper, scale, page breaks and footer."""

from dataclasses import dataclass

from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import letters
from workbooks.layout.pages import HEAD, UNPRINTED, Printed
from workbooks.layout.paper import ABOVE, BELOW, FOOTER, SIDE
from workbooks.layout.sheet_cells import LaidSheet


@dataclass(frozen=True, slots=True)
class Footer:
    """Contents of the footer, besides the sheet's name and the page number."""

    about: str  # the company and the date of its valuation
    status: str  # a footer cannot refer to a cell, so it shows the initial status on the Log


def set_up_printing(page: LaidSheet, worksheet: Worksheet, footer: Footer, language: str) -> None:
    """Set print area, paper and page breaks of a sheet.

    Excel may ignore page breaks of a sheet that is fitted to its page, so the scale is written instead.
    """
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.page_setup.orientation = "landscape"
    if page.sheet.one_page:
        worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        worksheet.page_setup.fitToWidth = worksheet.page_setup.fitToHeight = 1
    elif page.sheet.printed:
        setup = Printed(page.cells, page.charts, page.widths, page.last_printed, page.last_column, language).setup
        worksheet.page_setup.orientation = setup.orientation
        worksheet.page_setup.scale = setup.scale
        for row in setup.ends:
            worksheet.row_breaks.append(Break(id=row))
    worksheet.page_margins = PageMargins(SIDE, SIDE, ABOVE, BELOW, FOOTER, FOOTER)
    worksheet.print_area = f"A1:{letters(page.last_column)}{page.last_printed}"
    if not page.sheet.printed:  # the print area is an empty cell, so nothing is printed
        worksheet.print_area = f"A{page.last_row + UNPRINTED}"
    worksheet.print_title_rows = f"1:{HEAD}"
    below = HeaderFooterItem()
    below.left.text = footer.about.replace("&", "&&")  # two parts, because a long title runs into one in the middle
    below.right.text = f"&A · {footer.status} · &P / &N"
    worksheet.HeaderFooter.oddFooter = below
