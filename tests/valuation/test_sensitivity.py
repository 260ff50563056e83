"""Grids and tornados: by hand, against the loop of single calls, and errors in their own cells."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasons import same
from valuation.catalogue import CATALOGUE
from valuation.intrinsic import gordon_value
from valuation.kernel.broadcast import broadcasts
from valuation.kernel.errors import CELL_ERRORS, OUT_OF_RANGE, OVERFLOW, ChoiceError, MissingError, ShapeError, reason
from valuation.kernel.units import Money, Moneys
from valuation.multiples import multiple, peer_multiple
from valuation.scenarios import forward_value, scenario_value
from valuation.sensitivity import sensitivity, tornado
from valuation.sotp import sotp_table, sotp_value

# Mutants of sensitivity.py that survive: `strict` of the zips in `sensitivity` and `tornado`, over a row of results for
# each value and a row to fill for each element.

PARTS = {"metrics": [800, 200, 100], "multiples": [2, 3, 20]}  # 1600 + 600 + 2000 = 4200
FIGURES = st.floats(-1e6, 1e6).map(lambda figure: round(figure, 6))

# A function, its arguments, and two of them that vary, with values.
GRIDS: list[tuple[str, dict[str, Any], str, list[float], str, list[float]]] = [
    ("sotp_value", PARTS, "multiples[1]", [1, 2, 3], "multiples[3]", [10, 20]),
    ("sotp_value", PARTS, "stakes[2]", [0, 0.5, 1], "discount", [0, 0.25]),
    ("sotp_value", PARTS, "stakes", [0.5, 1], "metrics[2]", [-200, 200]),
    (
        "forward_value",
        {"revenue": 1146, "mix": [0.3, 0.7], "margins": [0.2, 0.05], "years": 3, "growth": 0.5, "multiple": 18},
        "growth",
        [0, 0.25, 0.5],
        "margins[2]",
        [0, 0.05],
    ),
    ("gordon_value", {"cash_flow": 100, "rate": 0.1, "growth": 0.02}, "rate", [0.01, 0.1], "growth", [0, 0.02, 0.1]),
    (
        "dcf_value",
        {"cash_flows": [10, 20, 30], "rate": 0.1, "mid_year": True},
        "terminal_growth",
        [0, 0.02],
        "rate",
        [0.1],
    ),
    (
        "peer_multiple",
        {"multiples": [8.5, 9.2, 14], "statistic": "q1"},
        "multiples[2]",
        [1, -1],
        "multiples[3]",
        [14, 2],
    ),
    ("user_lifetime_value", {"margin": 100, "discount_rate": 0.12}, "retention", [0, 0.8], "years", [1, 5]),
]


def test_a_grid_by_hand() -> None:
    assert sensitivity(sotp_value, PARTS, "discount", [0, 0.5], "multiples[3]", [10, 20, 30]) == [
        ["discount ↓ multiples[3] →", 10, 20, 30],
        [0, 3200, 4200, 5200],
        [0.5, 1600, 2100, 2600],
    ]


@pytest.mark.parametrize(
    ("name", "arguments", "row", "down", "column", "across"), GRIDS, ids=lambda each: str(each)[:24]
)
def test_a_grid_is_the_loop_of_single_calls(
    name: str, arguments: dict[str, Any], row: str, down: list[float], column: str, across: list[float]
) -> None:
    function = CATALOGUE[name].function
    table = sensitivity(function, arguments, row, down, column, across)
    assert table[0][1:] == across
    assert [line[0] for line in table[1:]] == down
    for y, line in zip(down, table[1:], strict=True):
        for x, cell in zip(across, line[1:], strict=True):
            alone = function(**put(put(arguments, row, y), column, x))
            assert type(cell) is float
            assert same(cell, alone), f"{row} = {y}, {column} = {x}: {cell} is not {alone}"


def put(arguments: dict[str, Any], element: str, value: float) -> dict[str, Any]:
    """The arguments with one element changed, written apart from the code that is tested."""
    name, _, place = element.rstrip("]").partition("[")
    if not place:
        return arguments | {name: value}
    parts = list(arguments.get(name, [1.0] * 3))
    parts[int(place) - 1] = value
    return arguments | {name: parts}


def test_a_corner_without_a_value_is_an_error_in_its_own_cell() -> None:
    table = sensitivity(gordon_value, {"cash_flow": 10}, "rate", [0.04, 0.12], "growth", [0.02, 0.04])
    assert table[1][1] == pytest.approx(500)
    assert table[2][1:] == pytest.approx([100, 125])
    impossible = reason(table[1][2])
    assert impossible is not None
    assert impossible is reason(gordon_value(10, 0.04, 0.04))


def test_a_loss_is_not_meaningful_in_its_own_cell() -> None:
    table = sensitivity(multiple, {}, "value", [100], "metric", [-5, 5])
    assert same(table[1][1], multiple(100, -5))
    assert table[1][2] == 20


def test_probabilities_that_do_not_sum_to_one_are_an_error_in_their_own_cells() -> None:
    case = {"values": [5, 45, 100], "probabilities": [0.3, 0.6, 0.1]}
    table = sensitivity(scenario_value, case, "probabilities[1]", [0.3, 0.4], "values[3]", [100, 200])
    assert table[1][1:] == pytest.approx([38.5, 48.5])
    assert [same(cell, OUT_OF_RANGE) for cell in table[2][1:]] == [True, True]


def test_an_error_among_the_values_stays_in_its_row() -> None:
    error = CELL_ERRORS["#REF!"]
    table = sensitivity(sotp_value, PARTS, "discount", [error, 0.5], "net_debt", [0, 200])
    assert [same(cell, error) for cell in table[1]] == [True, True, True]
    assert table[2] == [0.5, 2100, 2000]


def test_an_error_in_the_arguments_is_in_every_cell_unless_it_is_what_varies() -> None:
    error = CELL_ERRORS["#N/A"]
    case = PARTS | {"multiples": [2, error, 20]}
    spoilt = sensitivity(sotp_value, case, "discount", [0, 0.5], "net_debt", [0])
    assert all(same(line[1], error) for line in spoilt[1:])
    mended = sensitivity(sotp_value, case, "discount", [0, 0.5], "multiples[2]", [3])
    assert [line[1] for line in mended[1:]] == [4200, 2100]


def counted(calls: list[tuple[int, ...]]) -> Callable[..., Any]:
    @broadcasts
    def weighted(parts: Moneys, weights: Moneys, debt: Money = 0.0) -> Money:
        result = (parts * weights).sum(axis=-1) - debt
        calls.append(result.shape)
        return result

    return weighted


def test_the_function_is_called_once() -> None:
    calls: list[tuple[int, ...]] = []
    case = {"parts": [1, 2], "weights": [3, 4]}
    sensitivity(counted(calls), case, "parts[1]", range(50), "debt", range(40))
    assert calls == [(50, 40)]
    calls.clear()
    tornado(counted(calls), case, {"parts": [0, 1], "debt": -1}, {"parts": [2, 3], "debt": 1})
    assert calls == [(2, 3)]


def test_a_grid_has_as_many_cells_as_a_sheet_has_rows() -> None:
    values = range(1025)
    assert len(sensitivity(sotp_value, PARTS, "discount", values[:1024], "net_debt", values[:1024])) == 1025
    with pytest.raises(ShapeError, match=r"^1,025 × 1,024 cells are more than 1,048,576$"):
        sensitivity(sotp_value, PARTS, "discount", values, "net_debt", values[:1024])


def test_a_name_that_fits_nothing_is_refused_with_its_argument() -> None:
    with pytest.raises(ChoiceError, match=r"^row_argument: 'x' is not an argument"):
        sensitivity(sotp_value, PARTS, "x", [1], "discount", [0])
    with pytest.raises(ChoiceError, match=r"^column_argument: 'x' is not an argument"):
        sensitivity(sotp_value, PARTS, "discount", [1], "x", [0])
    with pytest.raises(ChoiceError, match="discount varies twice: vary the whole argument or its elements, each once"):
        sensitivity(sotp_value, PARTS, "discount", [1], "Discount", [0])
    with pytest.raises(ChoiceError, match="method: sotp_table does not return a single number"):
        sensitivity(sotp_table, PARTS, "discount", [1], "net_debt", [0])
    with pytest.raises(MissingError, match="metrics: is required by sotp_value"):
        sensitivity(sotp_value, {"multiples": 1}, "discount", [1], "net_debt", [0])


# Tornado.


def test_a_tornado_by_hand() -> None:
    table = tornado(
        sotp_value,
        PARTS | {"net_debt": 200},
        {"multiples": [1, None, 15], "net_debt": 0, "discount": 0},
        {"multiples": [3, None, 30], "net_debt": 700, "discount": 0.25},
    )
    assert table == [
        ["Argument", "Low", "High", "Result at low", "Result at high", "Swing"],
        ["multiples[1]", 1, 3, 3200, 4800, 1600],
        ["multiples[3]", 15, 30, 3500, 5000, 1500],
        ["discount", 0, 0.25, 4000, 3000, 1000],
        ["net_debt", 0, 700, 4200, 3500, 700],
    ]


def test_an_end_without_a_result_stands_last_with_its_error_in_its_own_cell() -> None:
    case = {"cash_flow": 10, "rate": 0.12, "growth": 0.02}
    table = tornado(gordon_value, case, {"rate": 0.02, "cash_flow": 9}, {"rate": 0.22, "cash_flow": 11})
    assert [row[0] for row in table[1:]] == ["cash_flow", "rate"]
    assert table[2][4] == pytest.approx(50)
    for column in (3, 5):
        assert same(table[2][column], gordon_value(10, 0.02, 0.02))


def test_a_swing_too_large_for_a_number_is_an_error_in_its_own_cell() -> None:
    _, row = tornado(sotp_value, PARTS, {"net_debt": -1.7e308}, {"net_debt": 1.7e308})
    assert row[3:5] == [1.7e308, -1.7e308]
    assert same(row[5], OVERFLOW)


def test_equal_swings_keep_their_order() -> None:
    table = tornado(sotp_value, PARTS, {"net_debt": 0, "discount": 0}, {"net_debt": 420, "discount": 0.1})
    assert [row[0] for row in table[1:]] == ["net_debt", "discount"]
    table = tornado(sotp_value, PARTS, {"discount": 0, "net_debt": 0}, {"discount": 0.1, "net_debt": 420})
    assert [row[0] for row in table[1:]] == ["discount", "net_debt"]


def test_a_low_may_be_worth_more_than_a_high_and_stand_above_the_base() -> None:
    ((_, row),) = [
        tornado(
            forward_value, {"revenue": 100, "growth": 0, "years": 1, "multiple": 1}, {"growth": 0.5}, {"growth": 0.1}
        )
    ]
    assert row[:3] == ["growth", 0.5, 0.1]
    assert row[3:] == pytest.approx([150, 110, 40])


def test_a_tornado_refuses_half_an_end() -> None:
    with pytest.raises(MissingError, match="highs: discount has only one end"):
        tornado(sotp_value, PARTS, {"discount": 0}, {})


@given(st.lists(st.tuples(FIGURES, FIGURES, FIGURES), min_size=1, max_size=5), FIGURES, FIGURES)
def test_a_tornado_of_a_sum_swings_by_its_ends(
    ends: list[tuple[float, float, float]], least: float, most: float
) -> None:
    base, low, high = (list(each) for each in zip(*ends, strict=True))
    table = tornado(
        sotp_value,
        {"metrics": base, "multiples": 1},
        {"metrics": low, "net_debt": least},
        {"metrics": high, "net_debt": most},
    )
    swings = {row[0]: row[5] for row in table[1:]}
    expected = {f"metrics[{place}]": abs(b - a) for place, (_, a, b) in enumerate(ends, start=1)}
    if len(ends) == 1:
        expected = {"metrics": expected["metrics[1]"]}
    expected["net_debt"] = abs(most - least)
    assert swings == pytest.approx(expected, abs=1e-6)
    ordered = [row[5] for row in table[1:]]
    assert ordered == sorted(ordered, reverse=True)
    for _, a, b, at_a, at_b, swing in table[1:]:
        assert math.isclose(abs(at_b - at_a), swing, abs_tol=1e-6)
        assert math.isclose(abs(b - a), swing, abs_tol=1e-6)


@given(st.lists(FIGURES, min_size=1, max_size=6), st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_a_grid_of_a_product_is_an_outer_product(down: list[float], across: list[float]) -> None:
    table = sensitivity(sotp_value, {"multiples": 1}, "metrics", down, "stakes", across)
    np.testing.assert_allclose([line[1:] for line in table[1:]], np.outer(down, across), rtol=1e-12)


def test_peers_that_leave_are_left_out_cell_by_cell() -> None:
    table = sensitivity(
        peer_multiple, {"multiples": [10, 12, 14]}, "multiples[3]", [14, -14], "multiples[1]", [10, -10]
    )
    # 10 12 14, 12 14; 10 12, 12
    assert [line[1:] for line in table[1:]] == [[12, 13], [11, 12]]
