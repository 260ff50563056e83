"""Stored draws that no longer fit their inputs: grey and struck through, while words say so above them."""

import re
from typing import Final

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.layout.sheet_cells import LaidBook, LaidSheet
from workbooks.layout.styles import GREY

CURRENT: Final = "simulation.current"
# The results of the draws, and the probability above them; not what was drawn from, which follows the inputs.
DRAWN: Final = re.compile(
    r"simulation\.above|simulated(_.+_(quantiles|summary|tail|drivers|bins))?\.(?!label$|method$|of$|unit$)"
)


def mark_stale(worksheet: Worksheet, page: LaidSheet, book: LaidBook) -> None:
    """Strike the results of a simulation through while they are of other inputs than those that stand."""
    current = book.addresses.get(CURRENT)
    if current is None or current.sheet != page.sheet.name:
        return
    areas = [
        cells.text(cells.sheet, absolute=False)
        for name, cells in book.addresses.items()
        if cells.sheet == page.sheet.name and DRAWN.match(name)
    ]
    stale = DifferentialStyle(font=Font(color=GREY, strike=True))
    condition = f"NOT({current.text(current.sheet, absolute=True)})"
    worksheet.conditional_formatting.add(" ".join(areas), Rule(type="expression", formula=[condition], dxf=stale))
