"""One cell: what it holds, and what becomes of a result."""

import datetime as dt
from decimal import Decimal
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.cells import Range, as_range, error_in, error_text, number, numbers, result, text
from valuation.kernel.errors import CELL_ERRORS, NOT_A_NUMBER, NOT_MEANINGFUL, OVERFLOW, REASONS, ShapeError, reason

# What Excel's CVErr takes for each error; automation shows it as 0x800A0000 + this, read as a signed integer.
CVERR: Final = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CONNECT!": 2046,
    "#BLOCKED!": 2047,
    "#UNKNOWN!": 2048,
    "#FIELD!": 2049,
    "#CALC!": 2050,
}


def shown(code: str, message: str) -> str:
    return f"<{code}|{message}>"


def why(value: float) -> str:
    found = reason(value)
    assert found is not None
    return found.excel


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (1.5, 1.5),
        (-3, -3.0),
        (Decimal("12.3400"), 12.34),  # a cell formatted as currency
        (np.float64(2.5), 2.5),
        (np.int64(7), 7.0),
        ("1,234", 1234.0),
        ("12.5%", 0.125),
        ("1.2亿", 120_000_000.0),
        ("１２", 12.0),
        (" 7 ", 7.0),
    ],
)
def test_a_number_in_a_cell(cell: object, value: float) -> None:
    assert number(cell) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "#N/A"),
        ("", "#N/A"),
        ("x", "#VALUE!"),
        ("1.2x", "#VALUE!"),
        ("nan", "#VALUE!"),
        ("inf", "#VALUE!"),
        ("1_000", "#VALUE!"),
        (True, "#VALUE!"),
        (False, "#VALUE!"),
        (dt.datetime(2018, 6, 30), "#VALUE!"),  # noqa: DTZ001 - a cell knows no time zone
        (dt.date(2018, 6, 30), "#VALUE!"),
        ("2018-06-30", "#VALUE!"),
        (float("nan"), "#NUM!"),
        (float("inf"), "#NUM!"),
        (-float("inf"), "#NUM!"),
        (10**400, "#NUM!"),
        ("#REF!", "#REF!"),
        (" #N/A metrics row 3: is blank", "#N/A"),
        ("#VALUE!x", "#VALUE!"),  # a text that is not a number
    ],
)
def test_no_number_in_a_cell(cell: object, code: str) -> None:
    assert why(number(cell)) == code


@pytest.mark.parametrize(("code", "cverr"), CVERR.items())
def test_errors_as_excel_s_automation_gives_them(code: str, cverr: int) -> None:
    integer = int.from_bytes((0x800A0000 + cverr).to_bytes(4), signed=True)
    assert error_in(integer) == (code, "")
    assert why(number(integer)) == code
    assert number(float(integer)) == integer  # numbers arrive as floats


def test_every_error_has_its_integer() -> None:
    assert CVERR.keys() == CELL_ERRORS.keys()


def test_an_error_integer_that_is_not_listed_is_an_error_all_the_same() -> None:
    assert error_in(-2146826288 + 222) == ("#VALUE!", "")


@given(st.sampled_from(sorted(CELL_ERRORS)), st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])))
def test_an_error_text_is_read_as_it_was_written(code: str, message: str) -> None:
    found = error_in(error_text(code, message))
    assert found is not None
    assert found[0] == code
    assert error_text(*found).split() == error_text(code, message).split()


@given(st.text())
def test_only_texts_that_begin_with_an_error_are_errors(cell: str) -> None:
    assert (error_in(cell) is None) == (cell.strip().partition(" ")[0] not in CELL_ERRORS)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_many_cells_read_as_each_of_them(cells: list[float]) -> None:
    mixed: list[object] = [*cells, None, "x", "5%"]
    assert numbers(cells).tolist() == cells
    assert numbers(mixed)[: len(cells)].tolist() == cells
    assert [why(each) for each in numbers(mixed)[-3:-1].tolist()] == ["#N/A", "#VALUE!"]
    assert [why(each) for each in numbers([*cells, float("nan"), float("inf")])[-2:].tolist()] == ["#NUM!", "#NUM!"]


@pytest.mark.parametrize(
    ("cell", "read"), [(2017.0, "2017"), (0.1, "0.1"), (1e22, "1e+22"), (True, "TRUE"), ("a b", "a b"), (5, "5")]
)
def test_what_a_cell_reads_as(cell: object, read: str) -> None:
    assert text(cell) == read


def test_a_range_knows_its_rows() -> None:
    block = as_range("metrics", [(1.0, 2.0), (3.0, None)])
    assert isinstance(block, Range)
    assert (block.rows(), block.size, block.filled) == ([[1.0, 2.0], [3.0, None]], "2×2", 3)
    assert [block.row_of(position) for position in range(4)] == [1, 1, 2, 2]
    row = as_range("metrics", [1.0, 2.0])
    assert isinstance(row, Range)
    assert (row.width, row.row_of(1)) == (2, 2)
    assert as_range("metrics", [["one cell"]]) == "one cell"


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(ShapeError, match="metrics row 3: has 1 cells where row 1 has 2"):
        as_range("metrics", [[1, 2], [3, 4], [5]])


def test_a_result_is_a_plain_value() -> None:
    for value, cell in [
        (1.5, 1.5),
        (3, 3.0),
        (np.float64(2.5), 2.5),
        (np.int64(2), 2.0),
        (np.bool_(True), True),  # noqa: FBT003
        (np.str_("within"), "within"),
        (None, ""),
    ]:
        assert result(value, shown) == cell
        assert type(result(value, shown)) is type(cell)


@given(st.sampled_from(sorted(REASONS)))
def test_no_nan_leaves(number: int) -> None:
    entry = REASONS[number]
    expected = shown(entry.excel, entry.message)
    assert result(entry.nan, shown) == expected
    assert result(np.array([[1.0, entry.nan]]), shown) == [[1.0, expected]]
    assert result([["Equity", entry.nan]], shown) == [["Equity", expected]]


def test_no_bare_nan_or_infinity_leaves() -> None:
    for value in (float("nan"), float("inf"), -float("inf")):
        assert str(result(value, shown)).startswith("<#NUM!|")
        assert str(result(np.array([value]), shown)).startswith("[['<#NUM!|")
    assert result(OVERFLOW, shown) == result(float("inf"), shown)


def test_where_results_go() -> None:
    assert result(np.array([1.0, 2.0, 3.0]), shown) == [[1.0, 2.0, 3.0]]
    assert result(np.array([[1.0], [2.0]]), shown) == [[1.0], [2.0]]
    assert result(np.array([True, False, True]), shown, width=1) == [[True], [False], [True]]
    assert result(np.array([True, False, True]), shown, width=2) == [[True, False], [True, ""]]
    assert result(np.array([["a"], ["b"]], object), shown) == [["a"], ["b"]]
    assert result(np.array([["a"], [NOT_A_NUMBER]], object), shown) == [["a"], ["<#VALUE!|not a number>"]]
    assert result([["Part", 1, None]], shown) == [["Part", 1.0, ""]]
    assert result([[dt.date(2018, 6, 30)]], shown) == [[dt.date(2018, 6, 30)]]


def test_a_column_of_cases_has_a_row_of_results_each() -> None:
    cases = np.arange(6.0).reshape(2, 1, 3)
    assert result(cases, shown) == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    with pytest.raises(ShapeError, match="1×2×3 results do not fit on a sheet"):
        result(cases.reshape(1, 2, 3), shown)


def test_the_reason_for_a_loss_is_stated() -> None:
    assert result(NOT_MEANINGFUL, shown) == "<#N/A|n.m.: the metric is zero or negative>"
