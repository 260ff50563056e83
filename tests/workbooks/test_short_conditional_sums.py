"""SUMIF and AVERAGEIF go on beyond a range to sum that is shorter than their condition, as Excel does."""

from io import BytesIO
from statistics import mean
from typing import Final

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stored_book import Content, F, book
from workbooks.recalculation.engine import recalculated
from workbooks.recalculation.refusal import EngineError
from workbooks.recalculation.trusted import Trust

KEYS: Final = "xyxzx"
TERMS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
SUMS: Final = [sum(TERMS[: n + 1]) for n in range(len(TERMS))]  # 1, 3, 7, 15, 31
CELLS: Final[dict[str, Content]] = {
    **{f"A{row}": key for row, key in enumerate(KEYS, start=1)},
    **{f"B{row}": term for row, term in enumerate(TERMS, start=1)},
    "C1": F("B1"),
    # A running sum, so that its last cells are computed after everything that refers to the first.
    **{f"C{row}": F(f"C{row - 1}+B{row}") for row in range(2, 6)},
}


def value(formula: str, names: dict[str, str] | None = None) -> object:
    cells = {**CELLS, "E1": F(formula)}
    done = recalculated(book(cells, names=names, others={"T": {"A1": F("S!E1")}}), {})
    return openpyxl.load_workbook(BytesIO(done.data), data_only=True)["T"]["A1"].value


@given(first=st.integers(1, 5), data=st.data(), fixed=st.booleans(), titled=st.booleans(), name=st.sampled_from("xy"))
def test_the_range_to_sum_has_the_size_of_the_condition(
    first: int, data: st.DataObject, *, fixed: bool, titled: bool, name: str
) -> None:
    last = data.draw(st.integers(first, 5))
    end = data.draw(st.integers(first, 5))
    sign, title = "$" if fixed else "", "S!" if titled else ""
    tested, summed = f"{title}A{first}:A{last}", f"{title}{sign}C{sign}{first}" + (f":C{end}" if end > first else "")
    found = [SUMS[row - 1] for row in range(first, last + 1) if KEYS[row - 1] == name]
    assert value(f'SUMIF({tested}, "{name}" ,{summed})') == sum(found)
    assert value(f'IFERROR(AVERAGEIF({tested},"{name}",{summed}),-1)') == pytest.approx(mean(found) if found else -1)


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ('SUMIF(A:A,"x",C1)', 1 + 7 + 31),
        ('SUMIF(A1:A5,"y",B1:B1)+SUMIF(A1:A5,IF(1>0,"y","x"),C1)', 2 + 3),
        ('SUM(SUMIF(A1:A5,"x",C1),SUMIF(A2:A5,"z",C2:C3))', 39 + 15),
        ('SUMIF(C1:C5,">3")', 7 + 15 + 31),
    ],
)
def test_in_other_forms(formula: str, right: float) -> None:
    assert value(formula) == right


def test_one_cell_with_a_name_is_named_where_excel_stored_nothing() -> None:
    with pytest.raises(EngineError, match=r"S!E1 .*a conditional sum over a range of another size"):
        value('SUMIF(A1:A5,"x",First)', {"First": "S!$C$1"})


def test_a_change_beyond_the_range_is_noticed() -> None:
    cells: dict[str, Content] = {at: each for at, each in CELLS.items() if not isinstance(each, F)}
    cells["E1"] = F('SUMIF(A1:A5,"x",B1)', 20.0)  # 1 + 4 + 15, before B5 became 16
    done = recalculated(book(cells), {}, Trust(edited=("S!B5",)))
    assert openpyxl.load_workbook(BytesIO(done.data), data_only=True)["S"]["E1"].value == 21
