"""Multiples and their uses, worked by hand; the statistics of the peers are tested in test_peers."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elementwise import check_elementwise
from reasons import number_of
from valuation.blending import blend, bracket, price_to_value
from valuation.kernel.errors import (
    CELL_ERRORS,
    NOT_MEANINGFUL,
    OUT_OF_RANGE,
    ZERO_DENOMINATOR,
    RangeError,
    reason,
)
from valuation.multiples import adjusted_multiple, growth_multiple, implied_value, multiple, peer_multiple, peg_ratio
from valuation.regression import regression_multiple

# Mutants of multiples.py that change no result, and so survive: 1.0 for the 0.0 that stands for "nothing wrong here" in
# the last line of `peer_outliers` and of `bracket`, where only a NaN counts.

REF = CELL_ERRORS["#REF!"]

# The multiple and its uses.


def test_multiples_of_source_b() -> None:
    assert multiple(972, 54) == 18.0
    assert implied_value(54, 18) == 972.0
    assert implied_value(99, 19) == 1881.0


def test_a_loss_has_no_multiple() -> None:
    results = multiple([100, 100, 100, REF, 100], [50, 0, -5, 50, REF])
    assert results[0] == 2.0
    for place, expected in ((1, NOT_MEANINGFUL), (2, NOT_MEANINGFUL), (3, REF), (4, REF)):
        assert reason(results[place]) == reason(expected)


@given(st.floats(1e-6, 1e12), st.floats(0.01, 1000), st.integers(-20, 20))
def test_value_and_multiple_are_inverse_and_without_a_scale(metric: float, times: float, power: int) -> None:
    assert multiple(implied_value(metric, times), metric) == pytest.approx(times, rel=1e-15)
    scale = 2.0**power  # exact
    assert multiple(metric * times * scale, metric * scale) == multiple(metric * times, metric)


def test_premium_of_source_c() -> None:
    assert adjusted_multiple(18, 1.0) == 36.0
    assert implied_value(15, adjusted_multiple(18, 1.0)) == 540.0  # published: 540, 亿 USD
    assert adjusted_multiple(20, -0.25) == 15.0


def test_constant_peg() -> None:
    assert growth_multiple(20, 0.3, 0.15) == 40.0
    assert reason(growth_multiple(20, 0, 0.15)) == reason(NOT_MEANINGFUL)
    assert peg_ratio(20, 0.25) == 0.8
    assert reason(growth_multiple(20, 0.3, 0)) == reason(ZERO_DENOMINATOR)
    for growth, base in ((-0.1, 0.2), (0.1, -0.2), (-0.1, -0.2)):
        assert reason(growth_multiple(20, growth, base)) == reason(NOT_MEANINGFUL)
    for pe, growth in ((20, 0), (20, -0.1), (-5, 0.1), (0, 0.1)):
        assert reason(peg_ratio(pe, growth)) == reason(NOT_MEANINGFUL)


@given(st.floats(1, 100), st.floats(0.01, 1), st.floats(0.01, 1))
def test_at_the_scaled_multiple_the_peg_is_the_same(pe: float, growth: float, base_growth: float) -> None:
    scaled = growth_multiple(pe, growth, base_growth)
    assert peg_ratio(scaled, growth) == pytest.approx(peg_ratio(pe, base_growth), rel=1e-14)


# Blending, price and value, brackets.


def test_blending() -> None:
    assert blend([46, 71, 79], [0.5, 0.4, 0.1]) == pytest.approx(59.3)
    assert blend([46, 71, 79], 1 / 3) == pytest.approx(196 / 3)
    assert blend([[46, 71], [10, 20]], [0.75, 0.25]).tolist() == [52.25, 12.5]
    assert blend([REF, 71], [0, 1]) != blend([46, 71], [0, 1])
    assert reason(blend([REF, 71], [0, 1])) == reason(REF)


def test_weights_that_are_no_whole() -> None:
    with pytest.raises(RangeError, match=r"weights: the sum is 0\.9, not 1"):
        blend([46, 71], [0.5, 0.4])
    with pytest.raises(RangeError, match=r"^weights: the sum is 3, not 1$"):
        blend([46, 71, 79], 1)
    assert blend([46, 71], [0.5, 0.5 + 1e-10]) == pytest.approx(58.5)
    rows = blend([46, 71], [[0.5, 0.5], [0.5, 0.4], [REF, 1]])
    assert rows[0] == 58.5
    assert number_of(rows[1]) == number_of(OUT_OF_RANGE)
    assert reason(rows[2]) == reason(REF)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3))
def test_a_blend_lies_between_its_values_in_any_order(values: list[float]) -> None:
    weights = [0.5, 0.3, 0.2]
    blends = {blend([values[i] for i in order], [weights[i] for i in order]) for order in permutations(range(3))}
    assert len(blends) == 1
    assert min(values) - 1e-9 <= blends.pop() <= max(values) + 1e-9


def test_price_and_value() -> None:
    assert price_to_value(1000, 632) == pytest.approx(1.58228, abs=5e-6)
    assert reason(price_to_value(5, 0)) == reason(ZERO_DENOMINATOR)


def test_brackets() -> None:
    floors, ceilings = [200, 360, 90], [900, 1000]
    results = bracket([359, 360, 900, 901, REF], floors, ceilings)
    assert results[:4].tolist() == ["below floor", "within", "within", "above ceiling"]
    assert reason(results[4]) == reason(REF)
    assert bracket(500, 360, 900) == "within"
    assert bracket([499, 500, 501], 500, 500).tolist() == ["below floor", "within", "above ceiling"]


def test_brackets_that_cross_or_are_not_known() -> None:
    with pytest.raises(RangeError, match=r"^the highest floor, 950, is above the lowest ceiling, 900$"):
        bracket(540, [200, 950], [900, 1000])
    rows = bracket(540, [[200, 360], [200, 950], [200, REF]], [900, 1000])
    assert rows[0] == "within"
    assert number_of(rows[1]) == number_of(OUT_OF_RANGE)
    assert reason(rows[2]) == reason(REF)
    assert reason(bracket(540, [*range(20), REF], [900])) == reason(REF)  # numpy's own max would lose the reason


@pytest.mark.parametrize(
    ("function", "cases"),
    [
        (multiple, [{"value": 9, "metric": 3}, {"value": 8, "metric": 2}, {"value": -1, "metric": 4}]),
        (implied_value, [{"metric": m, "multiple": 2.5} for m in (3, -4, 5)]),
        (adjusted_multiple, [{"base_multiple": 18, "premium": p} for p in (0, 1, -0.2)]),
        (growth_multiple, [{"base_multiple": 18, "growth": g, "base_growth": 0.2} for g in (0.1, 0.2, 0.3)]),
        (peg_ratio, [{"pe": 18, "growth": g} for g in (0.1, 0.2, 0.3)]),
        (price_to_value, [{"price": 18, "value": v} for v in (3, -4, 5)]),
        (peer_multiple, [{"multiples": m} for m in ([1, 2, 9], [4, 5, 6], [7, 7, 8])]),
        (blend, [{"values": v, "weights": [0.5, 0.25, 0.25]} for v in ([1, 2, 9], [4, 5, 6], [7, 7, 8])]),
        (
            regression_multiple,
            [{"multiples": m, "drivers": [1, 2, 4], "subject_driver": 3} for m in ([1, 2, 9], [4, 5, 6], [7, 7, 8])],
        ),
    ],
)
def test_arrays_are_loops_and_errors_stay_in_place(function: Any, cases: list[dict[str, Any]]) -> None:  # noqa: ANN401
    check_elementwise(function, cases)
