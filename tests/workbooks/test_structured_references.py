"""References to tables by name: right, kept as Excel stored them, or the cell is named; never another number."""

import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from workbooks.recalculation.engine import recalculated
from workbooks.recalculation.refusal import EngineError

# By hand, of the rows below: a heading, 1 and 2, and a total of 3.
RIGHT = {
    "SUM(T[v])": 3.0,
    "SUM(T[#All])": 6.0,
    "SUM(T[[#All],[v]])": 6.0,
    "SUM(T[[#Data],[v]])": 3.0,
    "SUM(T[[n]:[v]])": 3.0,
    "T[[#Totals],[v]]": 3.0,
    "COUNTA(T[#Headers])": 2.0,
    "ROWS(T)": 2.0,
}


def file(formula: str, stored: float | None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "S"
    for row in (("n", "v"), ("a", 1), ("b", 2), ("Total", 3)):
        sheet.append(list(row))
    table = Table(displayName="T", ref="A1:B4")
    table.totalsRowCount = 1
    sheet.add_table(table)
    sheet["D1"], sheet["D2"] = f"={formula}", "=D1*2"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue() if stored is None else with_stored(out.getvalue(), {"D1": stored, "D2": 2 * stored})


def with_stored(data: bytes, values: dict[str, float]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for cell, value in values.items() if name == "xl/worksheets/sheet1.xml" else ():
                part, changed = re.subn(
                    rf'(<c r="{cell}"[^>]*><f>.*?</f>)<v\s*/?>(?:</v>)?'.encode(), rb"\g<1><v>%g</v>" % value, part
                )
                assert changed == 1
            new.writestr(name, part)
    return out.getvalue()


def values(data: bytes) -> list[object]:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["S"]
    return [sheet["D1"].value, sheet["D2"].value]


COMPUTED = ("SUM(T[v])", "SUM(T[#All])", "SUM(T[[n]:[v]])", "COUNTA(T[#Headers])")


@pytest.mark.parametrize("formula", COMPUTED)
def test_the_usual_ones_are_computed(formula: str) -> None:
    assert values(recalculated(file(formula, None), {}).data) == [RIGHT[formula], 2 * RIGHT[formula]]


@pytest.mark.parametrize("formula", [formula for formula in RIGHT if formula not in COMPUTED])
def test_without_a_stored_value_the_cell_is_named(formula: str) -> None:
    """Where this fails, the engine has learnt one: move it to those that are computed, if its value is right."""
    with pytest.raises(EngineError, match="S!D1"):
        recalculated(file(formula, None), {})


@pytest.mark.parametrize("formula", RIGHT)
def test_what_excel_stored_is_kept_or_computed_to_the_same(formula: str) -> None:
    right = RIGHT[formula]
    assert values(recalculated(file(formula, right), {}).data) == [right, 2 * right]
