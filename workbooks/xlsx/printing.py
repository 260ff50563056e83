"""How a sheet is printed: on what paper, how large, where its pages end, and what stands below each of them."""

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
    """What stands below every page, beside the sheet's name and the page's number."""

    about: str  # the company and the date of its valuation
    status: str  # a footer follows no cell, so it is the status that the Log begins with


def set_up_printing(page: LaidSheet, worksheet: Worksheet, footer: Footer, language: str) -> None:
    """Say what is printed of a sheet, on what paper, and where its pages end.

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
    if not page.sheet.printed:  # the empty cell below is all that is printed of it: nothing
        worksheet.print_area = f"A{page.last_row + UNPRINTED}"
    worksheet.print_title_rows = f"1:{HEAD}"
    below = HeaderFooterItem()
    below.left.text = footer.about.replace("&", "&&")
    below.center.text, below.right.text = "&A", f"{footer.status} · &P / &N"
    worksheet.HeaderFooter.oddFooter = below
