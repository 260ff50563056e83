"""Ranges and words become arguments: what is cut, what is refused, and what an error message names."""

import datetime as dt
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.arguments import MOST_RESULTS, reader
from addin.binding import bind
from addin.cells import error_text
from valuation.catalogue import Parameter, entry
from valuation.kernel.errors import (
    CellError,
    ChoiceError,
    MissingError,
    NotANumberError,
    ShapeError,
    ValuationError,
    reason,
)
from valuation.kernel.units import Dates, Number, Numbers, PeerMultiples, Steps, Texts, kind_of
from valuation.simulation import simulate
from valuation.sotp import sotp_value

floats = st.floats(allow_nan=False, allow_infinity=False)


def read(function: str, *values: object) -> dict[str, Any]:
    parameters = entry(function).parameters
    return dict(zip((parameter.name for parameter in parameters), reader(parameters)(values), strict=False))


def read_as(annotation: object, value: object) -> Any:  # noqa: ANN401
    return reader([Parameter("it", kind_of(annotation), Parameter)])([value])[0]


def codes(values: Any) -> list[str | float]:  # noqa: ANN401
    found = [(value, reason(value)) for value in np.ravel(values).tolist()]
    return [value if why is None else why.excel for value, why in found]


@given(st.lists(floats, min_size=1, max_size=5))
def test_plain_numbers_arrive_as_they_are_in_or_out_of_a_range(values: list[float]) -> None:
    parameters = [Parameter(f"a{place}", kind_of(Number), 0.0) for place in range(5)]
    assert reader(parameters)(values) == values
    assert reader(parameters)([[[value]] for value in values]) == values
    assert reader(parameters)([[(value,)] for value in values] + [None] * (5 - len(values)))[: len(values)] == values


@given(st.lists(floats, min_size=2, max_size=12))
def test_a_vector_is_a_row_a_column_or_a_block_read_row_by_row(values: list[float]) -> None:
    column = [[value] for value in values]
    assert read_as(Numbers, [values]).tolist() == values
    assert read_as(Numbers, column).tolist() == values
    assert read_as(Numbers, values).tolist() == values
    block = [values[: len(values) // 2], values[len(values) // 2 : len(values) // 2 * 2]]
    assert read_as(Numbers, block).tolist() == block[0] + block[1]


def test_elementwise_ranges_keep_their_shape() -> None:
    assert read_as(Number, [[1.0, 2.0], [3.0, 4.0]]).tolist() == [[1, 2], [3, 4]]
    assert read_as(Number, [[1.0, 2.0]]).shape == (1, 2)
    assert read_as(Number, [[1.0], [2.0]]).shape == (2, 1)


def test_inside_an_elementwise_range_what_is_no_number_stays_in_its_place() -> None:
    cells = [["1,000"], [None], [""], ["x"], [True], [dt.date(2018, 6, 30)], ["#REF!"], [float("nan")], [-2146826243]]
    expected = [1000.0, "#N/A", "#N/A", "#VALUE!", "#VALUE!", "#VALUE!", "#REF!", "#NUM!", "#SPILL!"]
    assert codes(read_as(Number, [*cells, [2.0]])) == [*expected, 2.0]


@pytest.mark.parametrize(
    ("cell", "message", "kind"),
    [
        ("1.2y", "it row 2: '1.2y' is not a number", NotANumberError),
        (True, "it row 2: TRUE is not a number", NotANumberError),
        (dt.date(2018, 6, 30), "it row 2: 2018-06-30 is a date, not a number", NotANumberError),
        (None, "it row 2: is blank", MissingError),
        ("n.m.", "it row 2: 'n.m.' is not a number", NotANumberError),
    ],
)
def test_a_vector_refuses_what_is_no_number_and_names_its_row(cell: object, message: str, kind: type) -> None:
    for vector in ([[1.0], [cell], [3.0]], [[1.0, cell, 3.0]], [[0.0, 1.0], [cell, 2.0]]):
        with pytest.raises(kind, match=f"^{re.escape(message)}$"):
            read_as(Numbers, vector)


def test_errors_inside_a_vector_stay_in_their_place() -> None:
    assert codes(read_as(Numbers, [[1.0], ["#DIV/0!"], [-2146826246], [float("inf")]])) == [
        1.0,
        "#DIV/0!",
        "#N/A",
        "#NUM!",
    ]


@pytest.mark.parametrize("cell", [None, "", "n.m.", "NM", " n/a ", "NA", "-", "–", "—", "--"])
def test_an_absent_peer(cell: object) -> None:
    assert codes(read_as(PeerMultiples, [[10.0], [cell], [12.0]])) == [10.0, "#N/A", 12.0]


def test_other_texts_are_not_taken_for_absent_peers() -> None:
    with pytest.raises(NotANumberError, match="row 2: 'x' is not a number"):
        read_as(PeerMultiples, [[10.0], ["x"]])


def test_whole_columns_are_cut_where_the_last_of_them_ends() -> None:
    blank = [[None]] * 7
    assert read("sotp_value", [[1.0], [2.0], *blank], [[3.0], [4.0], *blank])["metrics"].tolist() == [1, 2]
    assert read("multiple", [[1.0], [2.0], *blank], [[3.0], [""], *blank])["value"].tolist() == [[1], [2]]
    assert codes(read("multiple", [[1.0], [2.0], *blank], [[3.0], [""], *blank])["metric"]) == [3.0, "#N/A"]
    assert read("peer_multiple", [[1.0, 2.0, None, None]])["multiples"].tolist() == [1, 2]


def test_a_list_that_ends_early_is_not_taken_for_one_value_for_all() -> None:
    with pytest.raises(MissingError, match="stakes row 2: is blank"):
        read("sotp_value", [[1.0], [2.0]], [[3.0], [4.0]], [[0.5], [None]])


def test_a_peer_without_a_multiple_is_left_out_with_its_driver() -> None:
    given = read("regression_multiple", [[10.0], [20.0], [None]], [[0.1], [0.2], [0.3]], 0.2)
    assert codes(given["multiples"]) == [10.0, 20.0, "#N/A"]
    assert given["drivers"].tolist() == [0.1, 0.2, 0.3]


def test_the_sides_of_a_grid_have_their_own_length() -> None:
    parameters = [Parameter(name, kind_of(Steps), 0.0) for name in ("rows", "columns")]
    rows, columns = reader(parameters)([[[1.0], [None], [None]], [[1.0], [2.0], [3.0]]])
    assert (rows.tolist(), columns.tolist()) == ([1], [1, 2, 3])


@pytest.mark.parametrize("empty", [[[None], [None]], [["", None]], [[]], [], [[None, ""], ["", ""]]])
def test_an_empty_range_is_missing_even_where_it_may_be_left_out(empty: list[list[object]]) -> None:
    for values in ((empty, 2.0), (1.0, empty), (1.0, 2.0, empty)):
        with pytest.raises(MissingError, match="is an empty range"):
            read("segment_value", *values)


@pytest.mark.parametrize("left_out", [None, -2147352572])
def test_an_argument_left_out_is_the_default_or_missing(left_out: object) -> None:
    assert read("segment_value", 1.0, 2.0, left_out) == {"metric": 1.0, "multiple": 2.0}
    assert read("sotp_value", [1.0], [2.0], left_out, 1.0) == {
        "metrics": [1.0], "multiples": [2.0], "stakes": 1.0, "net_debt": 1.0, "discount": 0.0, "gross_discount": False,
    }  # fmt: skip
    with pytest.raises(MissingError, match="multiple: is required"):
        read("segment_value", 1.0, left_out, 1.0)


@pytest.mark.parametrize("blank", ["", [[None]], [[""]]])
def test_an_empty_cell_is_missing_even_where_it_may_be_left_out(blank: object) -> None:
    with pytest.raises(MissingError, match="stake: the cell is blank: fill it, or leave the argument out"):
        read("segment_value", 1.0, 2.0, blank)
    with pytest.raises(MissingError, match="multiple: is required"):
        read("segment_value", 1.0, blank, 1.0)


def test_an_error_goes_out_with_the_message_it_came_with() -> None:
    message = "metrics row 3: '1.2x' is not a number"
    with pytest.raises(CellError, match=f"^{re.escape(message)}$") as raised:
        read("per_share", f"#VALUE! {message}", 2.0)
    assert raised.value.excel == "#VALUE!"
    with pytest.raises(CellError, match=r"^equity: #REF! in the input$"):
        read("per_share", "#REF!", 2.0)


@pytest.mark.parametrize(
    ("cell", "flag"),
    [(True, True), (False, False), ("TRUE", True), (" yes ", True), ("No", False), ([[True]], True)],
)
def test_a_flag(cell: object, flag: object) -> None:
    assert read("peer_multiple", [1.0, 2.0], None, cell)["include_negative"] is flag


@pytest.mark.parametrize("cell", [1.0, 0.0, "1", "maybe", dt.date(2018, 6, 30), [[True], [False]]])
def test_no_flag(cell: object) -> None:
    with pytest.raises((ChoiceError, ShapeError), match="include_negative"):
        read("peer_multiple", [1.0, 2.0], None, cell)


def test_a_percentile_may_stand_for_a_statistic() -> None:
    for cell in (0.25, "25%", [[0.25]]):
        assert read("peer_multiple", [1.0, 2.0], cell)["statistic"] == 0.25
    assert read("peer_multiple", [1.0, 2.0], "q1")["statistic"] == "q1"
    with pytest.raises(CellError, match="#NUM!"):
        read("peer_multiple", [1.0, 2.0], float("nan"))


def test_names_read_as_cells_show_them() -> None:
    assert read_as(Texts, [["Phones", 2017.0, True]]) == ["Phones", "2017", "TRUE"]
    with pytest.raises(MissingError, match="it row 2: is blank"):
        read_as(Texts, [["Phones"], [None], ["IoT"]])
    with pytest.raises(CellError, match="it row 2: #N/A in the input"):
        read_as(Texts, [["Phones"], ["#N/A"]])


def test_dates_arrive_untouched() -> None:
    day = dt.datetime(2018, 6, 30)  # noqa: DTZ001 - a cell knows no time zone
    assert read_as(Dates, [[day], ["2019-06-30"], [43000.0]]) == [day, "2019-06-30", 43000.0]
    with pytest.raises(MissingError, match="it row 1: is blank"):
        read_as(Dates, [[None], [day]])


def test_texts_of_a_column_are_read_one_by_one() -> None:
    texts = read("amount", [["1146亿元"], [1146.0], [None], ["#REF!"]])["text"]
    assert texts.shape == (4, 1)
    assert texts[:2, 0].tolist() == ["1146亿元", "1146"]
    assert codes(texts[2:].astype(np.float64)) == ["#N/A", "#REF!"]


BLOCK = [["metrics", 806.0, 234.0, None], ["Multiples ", 2.0, 2.3, None], ["discount", "10%", "", ""]]


def test_a_method_and_its_arguments() -> None:
    given = read("sensitivity", "Sotp_Value", BLOCK, "discount", [0.0, 0.1], "net_debt", [0.0])
    assert given["method"] is sotp_value
    assert given["arguments"]["metrics"].tolist() == [806.0, 234.0]
    assert given["arguments"]["multiples"].tolist() == [2.0, 2.3]
    assert given["arguments"]["discount"] == 0.1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["metric", 1.0, None, None], "arguments row 4: 'metric' is not an argument of sotp_value: metrics, mul"),
        (["metrics", 1.0, None, None], "arguments row 4: 'metrics' is given twice"),
        ([None, 1.0, None, None], "arguments row 4: '' is not an argument"),
        (["#REF!", 1.0, None, None], "arguments row 4: #REF! in the input"),
        (["net_debt", 1.0, 2.0, None], "arguments row 4: net_debt takes one value, not 2"),
        (["net_debt", "x", None, None], "net_debt: 'x' is not a number"),
        (["stakes", 1.0, None, 1.0], "stakes row 2: is blank"),
    ],
)
def test_arguments_that_do_not_fit_the_method(row: list[object], message: str) -> None:
    with pytest.raises(ValuationError, match=re.escape(message)):
        read("tornado", "SOTP_VALUE", [*BLOCK, row], [["discount", 0.0]], [["discount", 0.2]])


def test_rows_of_arguments_without_a_value_are_left_out() -> None:
    block = [*BLOCK[:2], [None] * 4, ["net_debt", None, None, None], *BLOCK[2:]]
    assert read("tornado", "SOTP_VALUE", block, BLOCK, BLOCK)["arguments"].keys() == {
        "metrics",
        "multiples",
        "discount",
    }


def test_arguments_need_a_name_and_a_value() -> None:
    with pytest.raises(ShapeError, match="arguments: takes two columns or more"):
        read("tornado", "SOTP_VALUE", [["metrics"], ["multiples"]], BLOCK, BLOCK)


def test_an_element_with_a_blank_end_does_not_vary() -> None:
    block = [["metrics", 1.0, 2.0, 3.0, None], ["multiples", 4.0, 5.0, 6.0, None], ["stakes", 1.0, "", "", ""]]
    lows = [["multiples", None, 2.0, None, None], ["stakes", 0.5, 0.6, None, None], ["net_debt", 0.0, "", "", ""]]
    given = read("tornado", "SOTP_VALUE", block, lows, [["discount", 0.1]])
    assert codes(given["lows"]["multiples"]) == ["#N/A", 2.0, "#N/A"]
    assert codes(given["lows"]["stakes"]) == [0.5, 0.6, "#N/A"]  # one stake for all parts, three that may vary
    assert given["lows"]["net_debt"] == 0.0
    assert read("tornado", "SOTP_VALUE", block, [["multiples[2]", 3.0]], BLOCK)["lows"].keys() == {"multiples[2]"}


def test_ends_in_cells_mean_what_they_mean_in_python() -> None:
    block = [["metrics", 800.0, 200.0], ["multiples", 2.0, 3.0], ["discount", 0.1, None]]
    ends = [["multiples", 1.0, None], ["discount", 0.0, None]], [["multiples", 4.0, None], ["discount", 0.2, None]]
    cells = read("simulate", "SOTP_VALUE", block, *ends, 256.0, 7.0, "summary")
    modes = {"metrics": [800, 200], "multiples": [2, 3], "discount": 0.1}
    python = ({"multiples": [1, None], "discount": 0}, {"multiples": [4, None], "discount": 0.2})
    assert simulate(**cells) == simulate(sotp_value, modes, *python, 256, 7, "summary")


def test_a_matrix_keeps_its_shape() -> None:
    matrix: list[list[object]] = [[1.0, 0.5, None], ["50%", 1.0, None]]
    with pytest.raises(MissingError, match="correlation row 1: is blank"):
        read("simulate", "SOTP_VALUE", BLOCK, BLOCK, BLOCK, None, None, None, matrix)
    given = read("simulate", "SOTP_VALUE", BLOCK, BLOCK, BLOCK, None, None, None, [row[:2] for row in matrix])
    assert given["correlation"].tolist() == [[1.0, 0.5], [0.5, 1.0]]


def test_an_unknown_method_suggests_similar_names() -> None:
    with pytest.raises(ChoiceError, match="'SOTP_VALU' is not a function of the catalogue; did you mean: SOTP_VALUE"):
        read("tornado", "SOTP_VALU", BLOCK, BLOCK, BLOCK)


def test_too_many_arguments() -> None:
    with pytest.raises(ShapeError, match="takes 2 arguments, 3 were given"):
        read("multiple", 1.0, 2.0, 3.0)


def test_as_many_results_as_a_column_has_rows_and_no_more() -> None:
    assert MOST_RESULTS == 2**20  # rows of a sheet
    down, across = [[1.0]] * 1024, [[1.0] * 1024]
    assert read("multiple", down, across)["value"].shape == (1024, 1)
    with pytest.raises(ShapeError, match="1,025×1,024 results are 1,049,600, more than 1,048,576"):
        read("multiple", [*down, [1.0]], across)


def test_a_whole_column_is_cut_at_its_last_filled_cell() -> None:
    column = [*([[value] for value in (1.0, 2.0, 3.0)]), *([[None]] * (2**20 - 3))]
    assert read("sotp_value", column, column)["metrics"].tolist() == [1, 2, 3]


ROUND: list[list[object]] = [
    ["pre_money", 8e6, None],
    ["raised", 2e6, None],
    ["shares", 9e5, None],
    ["invested", 5e5, 1e5],
]


def call(function: str, *values: object) -> Any:  # noqa: ANN401 - whatever a cell gets
    return bind(entry(function), error_text)(*values)


@pytest.mark.parametrize(("caps", "left"), [([4e6, None], 6.9e6), ([None, 4e6], 7.3e6), ([4e6, 4e6], 6.8e6)])
def test_a_blank_at_the_end_of_a_row_is_an_absent_value_where_it_has_a_meaning(caps: list[object], left: float) -> None:
    # With a cap of 4 million on the first alone: 8 million × (1 − 0.5 ÷ 4) − 0.1 million, over 900,000
    # shares; on the second alone 8 million × (1 − 0.1 ÷ 4) − 0.5 million; on both 8 million × (1 − 0.6 ÷ 4).
    arguments = [*ROUND, ["caps", *caps]]
    found = call("sensitivity", "ROUND_PRICE", arguments, "raised", 2e6, "pool", 0.0)
    assert found[1][1] == pytest.approx(left / 9e5, rel=1e-12)


def test_lows_of_a_row_with_an_absent_value_at_its_end() -> None:
    arguments = [*ROUND, ["caps", 5e6, None]]
    found = call("tornado", "ROUND_PRICE", arguments, [["caps", 4e6, None]], [["caps", 6e6, None]])
    assert [row[0] for row in found] == ["Argument", "caps[1]"]
    assert found[1][3] == pytest.approx(6.9e6 / 9e5, rel=1e-12)


def test_a_method_without_a_value_at_the_end_of_a_row_is_left_out() -> None:
    weights: list[object] = ["weights", 0.3, 0.3, 0.4]
    found = call(
        "why_moved",
        "BLEND_REWEIGHTED",
        [["values", 10.0, 20.0, 30.0], weights],
        [["values", 10.0, 20.0, None], weights],
    )
    assert found[1][1:4] == [21.0, 15.0, -6.0]
