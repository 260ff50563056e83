"""Looks of compared companies: an outlier is coloured, what does not count is grey; words right of them say both."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from workbooks.address import Address, letters
from workbooks.layout.sheet_cells import LaidBook, LaidSheet
from workbooks.layout.styles import GREY, WARN

OUTLIER, USED = "_outlier", "_used"
TABLES: Final = ("peers", "deals")


@dataclass(frozen=True, slots=True)
class _Multiple:
    """The columns of a multiple: what each company has, what of it counts, and whether it is an outlier, if known."""

    own: Address
    used: Address
    outlier: Address | None


def mark_peers(worksheet: Worksheet, page: LaidSheet, book: LaidBook) -> None:
    """Colour the outliers of a sheet, and make grey what does not count, as peers are typed and chosen."""
    outlier = book.language.text("outlier")
    out = DifferentialStyle(font=Font(color=WARN[1], bold=True), fill=PatternFill(bgColor=WARN[0]))
    unused = DifferentialStyle(font=Font(color=GREY, italic=True))
    for multiple in _multiples(page, book):
        area = multiple.own.text(multiple.own.sheet, absolute=False)
        marks = [(f"NOT(ISNUMBER({_first(multiple.used)}))", unused)]
        if multiple.outlier:
            marks.insert(0, (f'{_first(multiple.outlier)}="{outlier}"', out))
        for condition, style in marks:
            worksheet.conditional_formatting.add(area, Rule(type="expression", formula=[condition], dxf=style))


def _multiples(page: LaidSheet, book: LaidBook) -> Iterator[_Multiple]:
    for name, used in book.addresses.items():
        table, _, column = name.partition(".")
        known = name.removesuffix(USED)
        if table in TABLES and column.endswith(USED) and known in book.addresses and used.sheet == page.sheet.name:
            yield _Multiple(book.addresses[known], used, book.addresses.get(known + OUTLIER))


def _first(column: Address) -> str:
    return f"${letters(column.column)}{column.row}"
