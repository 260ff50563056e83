"""Colours of peers: a multiple that is an outlier, and one that does not count; words say both beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import Address, letters
from workbooks.layout.sheet_cells import LaidBook, LaidSheet
from workbooks.layout.styles import GREY, WARN

OUTLIER, USED = "_outlier", "_used"


@dataclass(frozen=True, slots=True)
class _Multiple:
    """The columns of a multiple: what each peer has, what of it counts, and whether it is an outlier."""

    own: Address
    used: Address
    outlier: Address


def mark_peers(worksheet: Worksheet, page: LaidSheet, book: LaidBook) -> None:
    """Colour the outliers of a sheet, and make grey what does not count, as peers are typed and chosen."""
    outlier = book.language.text("outlier")
    out = DifferentialStyle(font=Font(color=WARN[1], bold=True), fill=PatternFill(bgColor=WARN[0]))
    unused = DifferentialStyle(font=Font(color=GREY, italic=True))
    for multiple in _multiples(page, book):
        area = multiple.own.text(multiple.own.sheet, absolute=False)
        is_out = f'{_first(multiple.outlier)}="{outlier}"'
        counts_not = f"NOT(ISNUMBER({_first(multiple.used)}))"
        for condition, style in ((is_out, out), (counts_not, unused)):
            worksheet.conditional_formatting.add(area, Rule(type="expression", formula=[condition], dxf=style))


def _multiples(page: LaidSheet, book: LaidBook) -> Iterator[_Multiple]:
    for name, outlier in book.addresses.items():
        known = name.removesuffix(OUTLIER)
        used = book.addresses.get(known + USED)
        if name.endswith(OUTLIER) and known in book.addresses and used and outlier.sheet == page.sheet.name:
            yield _Multiple(book.addresses[known], used, outlier)


def _first(column: Address) -> str:
    return f"${letters(column.column)}{column.row}"
