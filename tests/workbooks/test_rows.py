"""The rows of a worksheet: what we write as text is, byte for byte, what openpyxl writes of the same cells."""

import io
import math
import re
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink

from workbooks.layout.cell import Cell
from workbooks.xlsx.rows import Filled, PackageWriter, SheetWriter, Styled, rows_of, with_rows

# Every character that XML can write, and those that need escaping more often than chance has them.
CHARACTERS = st.characters(
    exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32)] + ["\ufffe", "\uffff"]
) | st.sampled_from("&<>\"' \t\n\r元")
TEXTS = st.text(CHARACTERS, max_size=12)
FORMULAS = st.text(CHARACTERS, min_size=1, max_size=12)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60)
HEIGHTS = {1: 24, 3: 14.2, 40: 28.0}
CONTENTS = TEXTS | NUMBERS | st.booleans() | st.none()


@st.composite
def cells(draw: st.DrawFn) -> list[Cell]:
    """Cells in places of their own, in any order."""
    places = draw(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 30)), min_size=1, max_size=12, unique=True))
    made = []
    for row, column in places:
        formula = draw(st.just("") | FORMULAS)
        jump = draw(st.sampled_from(["", "Inputs!A1"])) if not formula else ""
        spills = bool(formula) and draw(st.booleans())
        made.append(Cell(row, column, "text", draw(CONTENTS), formula, spills=spills, jump=jump))
    return made


def by_openpyxl(given: list[Cell]) -> bytes:
    """The worksheet that openpyxl makes of its own cells."""
    workbook = Workbook()
    worksheet = workbook.active
    assert worksheet is not None
    for row, height in HEIGHTS.items():
        worksheet.row_dimensions[row].height = height
    for each in given:
        cell = worksheet.cell(each.row, each.column)
        if each.spills:
            cell.value = ArrayFormula(cell.coordinate, f"={each.formula}")
        else:
            content: object = f"={each.formula}" if each.formula else each.content
            number = isinstance(content, (float, int)) and not isinstance(content, bool)
            kind = "f" if each.formula else "s" if isinstance(content, str) else "n"
            cell._value = repr(content) if number else content  # type: ignore[union-attr] # noqa: SLF001 - text is text
            cell.data_type = "b" if isinstance(content, bool) else kind
        if each.jump:
            cell._hyperlink = Hyperlink(ref=cell.coordinate, location=each.jump)  # type: ignore[union-attr] # noqa: SLF001
        cell.quotePrefix = True  # a style of its own: openpyxl leaves out an empty cell without one
    writer = WorksheetWriter(worksheet, io.BytesIO())
    writer.write()
    return bytes(writer.read())


def by_us(given: list[Cell]) -> bytes:
    workbook = Workbook()
    style = StyleArray()
    style.quotePrefix = True
    rows = rows_of(workbook, Filled([Styled(cell, style) for cell in given], HEIGHTS))
    writer = SheetWriter(workbook.active, rows)
    writer.write()
    sheet: bytes = writer.read()
    return with_rows(sheet, rows.xml)


@given(cells())
def test_it_is_what_openpyxl_writes(made: list[Cell]) -> None:
    assert by_us(made) == by_openpyxl(made)


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_texts_are_read_back_as_they_were(texts: list[str]) -> None:
    workbook = Workbook()
    workbook.active.title = "Texts"  # type: ignore[union-attr]
    style = StyleArray()
    made = [Styled(Cell(row, 1, "text", text), style) for row, text in enumerate(texts, start=1)]
    rows = rows_of(workbook, Filled(made, {}))
    writer = PackageWriter(workbook, {"Texts": rows})
    writer.save()
    out = io.BytesIO()
    with ZipFile(out, "w") as package:
        for name, part in writer.parts.items():
            package.writestr(name, with_rows(part, rows.xml))
    found = load_workbook(out)["Texts"]
    assert [found.cell(row, 1).value or "" for row in range(1, len(texts) + 1)] == texts


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (Cell(3, 2, "text", "a\x07b"), "row 3, column 2: the character '\\x07' cannot stand in a cell"),
        (Cell(3, 2, "text", "\ud800"), "row 3, column 2: the character '\\ud800' cannot stand in a cell"),
        (Cell(3, 2, "text", 0.0, 'A1&"\uffff"'), "row 3, column 2: the character '\\uffff' cannot stand in a cell"),
        (Cell(3, 2, "input", math.nan), "row 3, column 2: nan cannot stand in a cell"),
        (Cell(3, 2, "input", -math.inf), "row 3, column 2: -inf cannot stand in a cell"),
        (Cell(3, 2, "text", 0.0, "1+" * 4096), "row 3, column 2: a formula of 8,193 characters"),
    ],
)
def test_what_no_cell_can_hold_is_refused_with_its_place(cell: Cell, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        by_us([Cell(1, 1, "title", "A title"), cell])
