"""Excel marks a formula that is unlike those on both sides of it: none of ours, where it is meant to be."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.cell_range import MultiCellRange

from built import EVERY_CASE, bundled_workbook
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook

Place: TypeAlias = tuple[int, int]
REFERENCE: Final = re.compile(
    r""""(?:[^"]|"")*"|'(?:[^']|'')*'!|(?P<fixed>\$?)(?P<column>[A-Z]{1,3})(?P<held>\$?)(?P<row>\d+)(?![\w(.])"""
)
IGNORED: Final = re.compile(r'<ignoredError sqref="([^"]*)" formula="1"/>')


def relative(formula: str, place: Place) -> str:
    """A formula with its references as distances, so that a copied formula reads the same."""

    def distance(found: re.Match[str]) -> str:
        if not found["column"]:
            return found[0]
        column = found["column"] if found["fixed"] else f"C[{column_index_from_string(found['column']) - place[1]}]"
        return column + (found["row"] if found["held"] else f"R[{int(found['row']) - place[0]}]")

    return REFERENCE.sub(distance, formula)


def unlike(formulas: Mapping[Place, str]) -> Iterator[Place]:
    """Cells between two that have the same formula as each other and another than they have."""
    read = {place: relative(formula, place) for place, formula in formulas.items()}
    for (row, column), formula in read.items():
        for one, two in (((row - 1, column), (row + 1, column)), ((row, column - 1), (row, column + 1))):
            if one in read and two in read and read[one] == read[two] != formula:
                yield row, column


def marked(data: bytes) -> list[str]:
    """The cells that Excel marks."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for number, sheet in enumerate(openpyxl.load_workbook(io.BytesIO(data)).worksheets, start=1):
            cells = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
            formulas = {coordinate_to_tuple(c.coordinate): str(getattr(c.value, "text", c.value)) for c in cells}
            part = package.read(f"xl/worksheets/sheet{number}.xml").decode()
            ignored = [MultiCellRange(areas) for areas in IGNORED.findall(part)]
            places = [f"{get_column_letter(column)}{row}" for row, column in unlike(formulas)]
            found += [f"{sheet.title}!{at}" for at in places if not any(at in areas for areas in ignored)]
    return found


def test_a_changed_row_of_a_column_is_marked() -> None:
    column = {(row, 2): f"=A{row}*$C$1" for row in range(1, 6)}
    assert [*unlike(column)] == []
    assert [*unlike(column | {(3, 2): "=A3*$C$2"})] == [(3, 2)]
    assert [*unlike(column | {(3, 2): "=A2*$C$1"})] == [(3, 2)]


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_CASE)
def test_no_formula_of_a_case_is_marked(name: str) -> None:
    _, data = bundled_workbook(name)
    assert marked(data) == []


@pytest.mark.slow
def test_no_formula_of_a_template_is_marked() -> None:
    wanted = Wanted("Acme", dt.date(2026, 1, 2), rounds=3, users=True, premium=True, pasted=True)
    assert marked(empty_workbook(skeleton(wanted))) == []
