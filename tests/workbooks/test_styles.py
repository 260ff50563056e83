"""What a reader sees of a number: units, thousands, negatives, zero."""

import io
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from built import EVERY_CASE, bundled_workbook
from libreoffice import LibreOffice, at
from workbooks.build import workbook_bytes
from workbooks.case.quantity import quantity
from workbooks.case.reading import bundled, load
from workbooks.layout.cell import Role
from workbooks.layout.styles import FLAG, PLAIN, conditional_formats, look, number_format, typed_format

EXAMPLES = Path(__file__).parent / "examples"
SMALL = ("comps_small", "dcf_small", "group_small", "nav_small", "sotp_small")
SHOWN = [
    # unit, value in whole units, how it reads
    ("亿元", 403120000000.0, "4,031.20"),
    ("亿元", 53800000000.0, "538.00"),
    ("亿元", -48020000000.0, "(480.20)"),
    ("亿元", -403120000000.0, "(4,031.20)"),
    ("亿元", 7348725000000.0, "73,487.25"),
    ("亿元", 99999999999.0, "1,000.00"),
    ("亿元", 99999999999999.0, "1,000,000.00"),
    ("亿元", -4.2e14, "(4,200,000.00)"),
    ("万元", 1.146e11, "11,460,000.0"),
    ("万元", 9999999999.0, "1,000,000.0"),
    ("亿元", 99949999999.0, "999.50"),
    ("亿元", 1500000.0, "0.02"),
    ("亿元", 0.0, "–"),
    ("万元", 12000000.0, "1,200.0"),
    ("万元", -123456.0, "(12.3)"),
    ("CNY m", 403120000000.0, "403,120"),
    ("CNY m", 99949999.0, "99.9"),
    ("CNY m", -99950000.0, "(100)"),
    ("USD bn", 45.04e9, "45.0"),
    ("USD bn", -45e9, "(45.0)"),
    ("CNY", 1234.5, "1,235"),
    ("share", 0.125, "12.5%"),
    ("rate", -0.0106, "(1.1%)"),
    ("×", 13.393, "13.4×"),
    ("CNY per USD", 6.375, "6.375"),
    ("CNY per USD", -0.009, "(0.009)"),
    ("rate", 15.122, "1,512.2%"),
    ("CNY per account", 992.4, "992.40"),
    ("亿元 per company", 12359550.6, "0.12"),
    ("score", 3.25, "3.25"),
    ("date", 42004.0, "2014-12-31"),
    ("years", 3.0, "3"),
]


def code(unit: str, value: float) -> str:
    """The number format that applies to a computed value."""
    for conditional, condition in conditional_formats("calculation", unit):
        if abs(value) >= float(condition.partition(">=")[2]):  # written for Excel; this one form is read here
            return conditional
    return number_format(unit)


@pytest.mark.libreoffice
def test_numbers_read_as_a_finance_reader_expects(libreoffice: LibreOffice, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, (unit, value, _) in enumerate(SHOWN, start=1):
        sheet.cell(row, 1, value)
        quoted = code(unit, value).replace('"', '""')
        sheet.cell(row, 2, f'=TEXT(A{row},"{quoted}")')
    book.save(tmp_path / "formats.xlsx")
    values = libreoffice.recalculate(tmp_path / "formats.xlsx")
    read = [at(values, "Sheet", f"B{row}") for row in range(1, len(SHOWN) + 1)]
    # Where no parenthesis closes there is room for one, so that digits stand under digits.
    assert read == [shown if shown.endswith(")") else f"{shown} " for _, _, shown in SHOWN]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_thousands_are_grouped_at_every_size(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Excel itself groups from billions and millions; in 亿 and 万 each group has a format of its own."""
    decimals = {"亿元": 2, "亿 USD": 2, "万元": 1, "亿 accounts": 2, "CNY": 0}
    sizes = [sign * lead * 10.0**power for power in range(7, 16) for lead in (1, 4.2, 9.9876) for sign in (1, -1)]
    cases = [(unit, size) for unit in decimals for size in sizes]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, (unit, value) in enumerate(cases, start=1):
        sheet.cell(row, 1, value)
        quoted = code(unit, value).replace('"', '""')
        sheet.cell(row, 2, f'=TEXT(A{row},"{quoted}")')
    book.save(tmp_path / "formats.xlsx")
    values = libreoffice.recalculate(tmp_path / "formats.xlsx")
    for row, (unit, value) in enumerate(cases, start=1):
        shown = f"{abs(value) / quantity(unit).scale:,.{decimals[unit]}f}"
        assert str(at(values, "Sheet", f"B{row}")).strip() == (f"({shown})" if value < 0 else shown), (unit, value)


@pytest.mark.parametrize(("unit", "precise"), [("亿元", True), ("亿 payers", True), ("万元", False), ("USD bn", True)])
def test_what_is_typed_is_shown_by_no_format_that_scales(unit: str, precise: bool) -> None:  # noqa: FBT001 - a parameter
    assert conditional_formats("input", unit) == []
    assert ",_" not in typed_format(unit, precise=precise)  # commas behind the digits


def test_numbers_are_right_aligned_and_texts_left_aligned() -> None:
    assert look("calculation", "×").horizontal == "right"
    assert look("text", text=True).horizontal == "left"
    assert look("text", text=True).indent == 1
    assert look("text", text=True, first=True).indent == 0
    assert look("text", "×", text=True).horizontal == "right"  # n.m. and – in a column of numbers
    assert look("text", text=True, right=True).horizontal == "right"
    assert look("section", "×", text=True).horizontal == "right"
    assert look("section", first=True).horizontal == "left"


def test_texts_and_plain_numbers_leave_the_room_that_a_parenthesis_takes() -> None:
    assert look("calculation").number_format == look("heading", "×", text=True).number_format
    assert all("_)" in section for section in look("calculation").number_format.split(";"))
    assert look("calculation", flag=True).number_format == FLAG  # LibreOffice would show TRUE as 1


def test_headings_are_aligned_like_their_cells() -> None:
    book, data = bundled_workbook("xiaomi_2018")
    sheets, seen = openpyxl.load_workbook(io.BytesIO(data), data_only=True), Counter[str]()
    for page in book.sheets:
        sheet, rows = sheets[page.sheet.name], {cell.row for cell in page.cells if cell.role == "heading_unit"}
        for heading in (cell for cell in page.cells if cell.role == "heading" and cell.content):
            first = heading.row + 1 + (heading.row + 1 in rows)
            below = sheet.cell(first, heading.column)
            sides = {sheet.cell(row, heading.column).alignment.horizontal for row in (heading.row, first)}
            natural = "left" if isinstance(below.value, str) else "right"
            assert len({side or natural for side in sides}) == 1, (page.sheet.name, heading.content)
            seen |= Counter(sides)
    assert {"left", "right", "center"} <= seen.keys()


def test_each_style_has_one_name() -> None:
    roles: list[Role] = [*PLAIN]
    looks = {
        look(role, unit, precise=precise, wrap=wrap, text=text, first=first, right=right, flag=flag)
        for role in roles
        for unit in ("", "status", "亿元", "×", "share")
        for precise in (False, True)
        for wrap in (False, True)
        for text in (False, True)
        for first in (False, True)
        for right in (False, True)
        for flag in (False, True)
    }
    assert len({wanted.name for wanted in looks}) == len(looks)


def test_only_inputs_are_open() -> None:
    assert [role for role in PLAIN if not look(role).locked] == ["input", "prompt", "entry"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*EVERY_CASE, *SMALL])
def test_no_number_shows_fifteen_digits(name: str) -> None:
    """A number that is not whole has a format of its own, everywhere; Excel's General shows all its digits."""
    case = load(EXAMPLES / f"{name}.toml") if name in SMALL else bundled(name)
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(case)[1]), data_only=True)
    cells = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    general = [
        f"{cell.parent.title}!{cell.coordinate}"
        for cell in cells
        if isinstance(cell.value, float)
        and cell.number_format.startswith("General")
        and float(f"{cell.value:.6g}") != cell.value
    ]
    assert not general
