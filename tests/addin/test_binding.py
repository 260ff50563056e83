"""A function as a host calls it: cells in, cells out, and never an exception."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acceptance import CASES, Case, agrees
from addin.binding import bind
from addin.cells import error_text
from excel_com import OMITTED
from in_cell import call
from valuation.catalogue import CATALOGUE, Entry
from valuation.examples import example
from valuation.kernel.broadcast import broadcasts
from valuation.kernel.errors import CELL_ERRORS
from valuation.kernel.units import Money, Number


@dataclass(frozen=True)
class Shown:
    """An error as a host shows it."""

    code: str
    message: str


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_published_cases_in_cells(case: Case) -> None:
    given = {
        name: [[each] for each in value] if isinstance(value, list) else value for name, value in case.arguments.items()
    }
    value = call(case.function, *(given.get(each.name) for each in CATALOGUE[case.function].parameters))
    assert agrees(value, case.exact or case.published)


def test_a_column_and_a_row_make_a_grid() -> None:
    grid = call("segment_value", [[100.0], [200.0]], [[1.0, 2.0, 3.0]])
    assert grid == [[100.0, 200.0, 300.0], [200.0, 400.0, 600.0]]


def test_a_range_beside_vectors_spills_its_own_shape() -> None:
    assert call("sotp_value", [[100.0], [50.0]], [[2.0], [4.0]], None, [[0.0], [100.0]]) == [[400.0], [300.0]]
    assert call("sotp_value", [[100.0], [50.0]], [[2.0], [4.0]], None, [[0.0, 100.0]]) == [[400.0, 300.0]]


def test_a_column_of_cases_has_a_row_each_and_a_row_of_cases_is_refused() -> None:
    parts = [[100.0], [50.0]], [[1.0], [1.0]], [[2.0], [4.0]], [[3.0], [5.0]]
    assert call("sotp_range", *parts) == [[150.0, 400.0, 550.0]]
    assert call("sotp_range", *parts, None, [[0.0], [50.0]]) == [[150.0, 400.0, 550.0], [100.0, 350.0, 500.0]]
    assert str(call("sotp_range", *parts, None, [[0.0, 50.0]])).startswith(
        "#VALUE! 1×2×3 results do not fit on a sheet"
    )


def test_flags_have_the_shape_of_the_peers() -> None:
    flags = [False, False, False, False, True]
    assert call("peer_outliers", [[8.0, 9.0, 10.0, 11.0, 53.0]]) == [flags]
    assert call("peer_outliers", [[8.0], [9.0], [10.0], [11.0], [53.0], [None]]) == [[flag] for flag in flags]
    assert call("peer_outliers", [[8.0, 9.0], [10.0, 11.0], [53.0, None]]) == [
        [False, False],
        [False, False],
        [True, ""],
    ]


def test_a_bad_element_stays_in_its_place() -> None:
    assert call("multiple", [[100.0], [100.0], [100.0], ["x"], ["#REF!"]], [[20.0], [-5.0], [None], [1.0], [1.0]]) == [
        [5.0],
        ["#N/A n.m.: the metric is zero or negative"],
        ["#N/A metric: a required cell is blank"],
        ["#VALUE! not a number"],
        ["#REF! in the input"],
    ]


def test_an_error_passed_through_three_cells_keeps_its_first_message() -> None:
    first = call("sotp_value", [[806.0], ["1.2x"]], [[2.0], [2.3]])
    assert first == "#VALUE! metrics row 2: '1.2x' is not a number"
    assert call("per_share", call("net_debt", first, 5.0), 100.0) == first


def test_sizes_that_do_not_fit_are_both_stated() -> None:
    message = call("multiple", [[1.0], [2.0]], [[1.0], [2.0], [3.0]])
    assert message.startswith("#VALUE! ")
    assert "2×1" in message
    assert "3×1" in message


@pytest.mark.slow
def test_a_whole_column_of_results() -> None:
    rows = call("multiple", [[float(row)] for row in range(2**20)], 2.0)
    assert len(rows) == 2**20
    assert rows[-1] == [(2**20 - 1) / 2]


def failing(error: Exception) -> Entry:
    @broadcasts
    def method(value: Number) -> Money:  # noqa: ARG001 - it fails before it looks
        raise error

    return Entry(method)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (RuntimeError("two\nlines"), "#VALUE! RuntimeError: two lines"),
        (ZeroDivisionError("division by zero"), "#VALUE! ZeroDivisionError: division by zero"),
        (MemoryError(), "#VALUE! MemoryError:"),
        (RecursionError("x" * 1000), "#VALUE! RecursionError: " + "x" * 239),
    ],
)
def test_whatever_fails_is_a_line_in_the_cell(error: Exception, shown: str) -> None:
    assert bind(failing(error), error_text)(1.0) == shown


BLANKS = [[None], [None]]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # 5 first to the preferred class, which participates without a cap, then 35 by 6 : 4.
        (("waterfall_payouts", 40.0, [[6.0], [4.0]], [[0.0], [5.0]], BLANKS), [[21.0, 19.0]]),
        # 600,000 convert at 80 % of the price: (8,000,000 − 750,000) ÷ 1,000,000 shares.
        (("round_price", 8e6, 2e6, 1e6, [[5e5], [1e5]], BLANKS, [[0.2], [0.2]]), 7.25),
        (("blend_reweighted", BLANKS, [[0.5], [0.5]]), "#N/A n.m."),
        (("peer_multiple", BLANKS), "#N/A multiples: is an empty range"),
        (("sotp_value", [[1.0], [2.0]], [[1.0], [2.0]], BLANKS), "#N/A stakes: is an empty range"),
    ],
)
def test_a_range_of_blanks_is_a_range_of_absent_values(formula: tuple[Any, ...], expected: object) -> None:
    found = call(*formula)
    assert found.startswith(expected) if isinstance(expected, str) else found == expected


def test_rounds_of_which_no_amount_is_known() -> None:
    rows = call("funding_table", [["2010-12-31"], ["2011-12-31"]], [[250.0], [1000.0]], BLANKS)
    assert [row[2:] for row in rows[1:]] == [["", "", "", ""], ["", "", 4.0, 3.0]]


def test_error_values_have_the_type_of_the_host() -> None:
    assert bind(CATALOGUE["per_share"], Shown)(1.0, 0.0) == Shown("#DIV/0!", "the denominator is zero")
    assert bind(CATALOGUE["per_share"], Shown)(1.0, None) == Shown("#N/A", "shares: is required")


cells = st.one_of(
    st.none(),
    st.floats(),
    st.floats(0, 10),
    st.integers(),
    st.booleans(),
    st.text(max_size=8),
    st.datetimes(),
    st.sampled_from(
        ["", "#N/A", "12%", "1亿元", "CNY m", "n.m.", "sotp_value", "metrics", "net_debt", "mean", OMITTED]
    ),
)


def ranges(width: int) -> st.SearchStrategy[list[list[object]]]:
    return st.lists(st.lists(cells, min_size=width, max_size=width), max_size=4)


@given(st.data())
def test_whatever_a_sheet_holds_a_plain_value_or_an_error_with_its_reason_comes_out(data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from(list(CATALOGUE.values())))
    base = example(entry)
    values = [
        data.draw(
            st.just(base.get(each.name)) | cells | st.lists(cells, max_size=4) | st.integers(0, 3).flatmap(ranges)
        )
        for each in entry.parameters
    ]
    found = bind(entry, Shown)(*values)
    for cell in [cell for row in found for cell in row] if isinstance(found, list) else [found]:
        if isinstance(cell, Shown):
            assert cell.code in CELL_ERRORS
            assert not re.match(r"\w+(Error|Exception):", cell.message)  # nobody thought of it
        else:
            assert type(cell) in {float, str, bool, dt.date, dt.datetime}
            assert cell == cell  # noqa: PLR0124 - no NaN
            assert cell not in {float("inf"), -float("inf")}


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.excel_name)
def test_only_plain_values_leave(entry: Entry) -> None:
    given = example(entry)
    found = bind(entry, error_text)(*(given.get(parameter.name) for parameter in entry.parameters))
    cells = [cell for row in found for cell in row] if isinstance(found, list) else [found]
    assert {type(cell).__module__ for cell in cells} <= {"builtins", "datetime"}
    assert all(np.isfinite(cell) for cell in cells if isinstance(cell, float))
