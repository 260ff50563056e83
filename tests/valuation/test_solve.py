"""A goal seek: it inverts what can be inverted, and says what it searched where there is not one answer."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasons import same
from valuation.bridge import diluted_price
from valuation.implied import breakeven_earnings, implied_growth, implied_perpetual_growth, solve_for
from valuation.intrinsic import dcf_value, driver_dcf, gordon_value
from valuation.kernel.broadcast import Floats, broadcasts
from valuation.kernel.errors import (
    CELL_ERRORS,
    NO_SOLUTION,
    NOT_MEANINGFUL,
    OUT_OF_RANGE,
    ChoiceError,
    MissingError,
    RangeError,
    ShapeError,
)
from valuation.kernel.units import Count, Money, Number, Ratio
from valuation.lifetime import user_lifetime_value
from valuation.multiples import multiple, peer_multiple
from valuation.numerics.roots import not_one_root, refined_at_edges, roots, search_grid
from valuation.periods import cagr, project
from valuation.scenarios import forward_value
from valuation.sotp import implied_discount, sotp_table, sotp_value
from valuation.users import per_user_value

# Mutants of roots.py that change no result: how far a root is polished, by a part of the last digit.

PARTS = {"metrics": [800, 200, 100], "multiples": [2, 3, 20]}  # 1600 + 600 + 2000 = 4200

MONEY = st.floats(1e-2, 1e12)
MULTIPLES = st.floats(0.01, 100)
RATES = st.floats(-0.5, 1)


# By hand.


@pytest.mark.parametrize(
    ("vary", "target", "found"),
    [
        ("multiples[3]", 5200, 30),
        ("metrics[1]", 2600, 0),
        ("metrics[1]", 600, -1000),
        ("net_debt", 200, 4000),
        ("net_debt", 4200, 0),
        ("net_debt", 10_000, -5800),
        ("discount", 1050, 0.75),
        ("discount", 6300, -0.5),
        ("stakes", 2100, 0.5),
        ("stakes[2]", 3720, 0.2),
    ],
)
def test_a_sum_of_parts_is_solved_for_each_of_its_arguments(vary: str, target: float, found: float) -> None:
    assert solve_for(sotp_value, PARTS, vary, target) == pytest.approx(found, rel=1e-9, abs=1e-9)


def test_what_is_found_may_be_left_out_of_the_arguments() -> None:
    assert solve_for(
        per_user_value, {"ad_arpu": 10, "payer_ratio": 0, "payer_arpu": 0, "multiple": 5}, "users", 1e11
    ) == (pytest.approx(2e9, rel=1e-12))
    with pytest.raises(MissingError, match="multiple: is required by per_user_value"):
        solve_for(per_user_value, {"ad_arpu": 10, "payer_ratio": 0, "payer_arpu": 0}, "users", 1e11)


def test_it_starts_from_the_answer_as_well() -> None:
    assert solve_for(sotp_value, PARTS, "multiples[3]", 4200) == 20


def test_retention_that_makes_a_lifetime_value() -> None:
    # 100 × 0.8 ÷ (1 + 0.12 − 0.8) = 250
    assert solve_for(user_lifetime_value, {"margin": 100, "discount_rate": 0.12}, "retention", 250) == (
        pytest.approx(0.8, rel=1e-12)
    )


# Against the closed forms.


@given(MONEY, MONEY, MULTIPLES, st.floats(1, 20), RATES)
def test_it_finds_the_implied_growth(target: float, base: float, times: float, years: float, rate: float) -> None:
    exact = implied_growth(target, base, times, years, rate)
    if not -0.999 < exact < 9.99:
        return
    case = {"revenue": base, "years": years, "multiple": times, "discount_rate": rate}
    assert 1 + solve_for(forward_value, case, "growth", target) == pytest.approx(1 + exact, rel=1e-9)


@given(MONEY, st.floats(1e-3, 1), st.floats(1, 100))
def test_it_finds_the_implied_perpetual_growth(cash_flow: float, rate: float, years_paid: float) -> None:
    @broadcasts
    def value(cash_flow: Money, rate: Ratio, growth: Ratio) -> Money:
        return cash_flow * (1 + growth) / np.where(growth < rate, rate - growth, np.nan)

    ev = cash_flow * years_paid
    exact = implied_perpetual_growth(ev, cash_flow, rate)
    found = solve_for(value, {"cash_flow": cash_flow, "rate": rate}, "growth", ev)
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-9)


@given(MONEY, st.floats(0.001, 1), st.floats(0, 10))
def test_it_finds_the_price_of_break_even_earnings(value: float, rate: float, years: float) -> None:
    earnings = breakeven_earnings(value, rate, years)
    assert solve_for(breakeven_earnings, {"rate": rate, "years": years}, "value", earnings, 0, 1e13) == (
        pytest.approx(value, rel=1e-9)
    )


@given(MONEY, MONEY, st.floats(1, 20))
def test_it_finds_the_compound_growth_rate(first: float, last: float, years: float) -> None:
    exact = cagr(first, last, years)
    if not -0.999 < exact < 9.99:
        return
    found = solve_for(project, {"base": first, "years": years}, "growth", last)
    assert 1 + found == pytest.approx(1 + exact, rel=1e-9)


@given(MONEY, MONEY)
def test_it_finds_the_holding_discount(assets: float, market: float) -> None:
    exact = implied_discount(assets, market)
    if not -0.999 < exact < 999:
        return
    assert solve_for(sotp_value, {"metrics": assets, "multiples": 1}, "discount", market) == (
        pytest.approx(exact, rel=1e-9, abs=1e-9)
    )


@given(st.floats(1, 1e9), st.floats(1, 1e6))
def test_it_finds_the_equity_of_a_diluted_price(equity: float, basic: float) -> None:
    case = {"basic": basic, "options": [basic / 10, basic / 20], "strikes": [1, 100]}
    price = diluted_price(equity, **case)
    assert solve_for(diluted_price, case, "equity", price) == pytest.approx(equity, rel=1e-9)


@given(st.floats(0.05, 0.3), st.floats(-0.1, 0.04))
def test_it_finds_the_rate_of_a_cash_flow(rate: float, growth: float) -> None:
    case = {"cash_flows": [10, 20, 30], "terminal_growth": growth}
    value = dcf_value(rate=rate, **case)
    assert solve_for(dcf_value, case, "rate", value, low=growth) == pytest.approx(rate, rel=1e-9)


def test_it_finds_the_margin_that_a_segment_must_earn() -> None:
    case = {
        "revenue": 100,
        "growth": 0.1,
        "ebitda_margin": 0.2,
        "depreciation": 0.03,
        "tax_rate": 0.25,
        "capex": 0.04,
        "working_capital": 0.1,
        "wacc": 0.1,
        "terminal_growth": 0.02,
    }
    margin = solve_for(driver_dcf, case, "ebitda_margin", 300)
    assert driver_dcf(**case | {"ebitda_margin": margin}) == pytest.approx(300, rel=1e-12)


# None or several.


@broadcasts
def square(x: Number) -> Number:
    """Two roots."""
    return x * x


@broadcasts
def pole(x: Number) -> Number:
    """Changes sign where it has no value."""
    return 1 / (x - 2)


@broadcasts
def step(x: Number) -> Number:
    """Changes sign without passing zero."""
    return np.where(x > 2.5, 1.0, -1.0)


@broadcasts
def domain(x: Number) -> Number:
    """Has a value between 1 and 2 only."""
    return np.where((x < 1) | (x > 2), NOT_MEANINGFUL, x)


def test_where_there_is_no_root_the_message_says_what_was_searched() -> None:
    with pytest.raises(RangeError) as raised:
        solve_for(sotp_value, PARTS, "multiples[3]", 100)
    assert str(raised.value) == (
        "no multiples[3] of sotp_value from 0 to 2e+07 gives 100; its results there run from 2,200 to 2e+09"
    )
    assert raised.value.excel == "#NUM!"


def test_where_there_is_no_value_at_all_the_message_says_why() -> None:
    with pytest.raises(RangeError, match=r"from 3 to 4 gives 1; it has no result there: n\.m\.: the metric is zero"):
        solve_for(domain, {}, "x", 1, 3, 4)


def test_where_there_is_no_value_for_several_reasons_the_first_is_told() -> None:
    @broadcasts
    def nowhere(x: Number) -> Number:
        return np.where(x <= 3, NOT_MEANINGFUL, OUT_OF_RANGE + 0 * x)

    with pytest.raises(RangeError, match=r"it has no result there: n\.m\.: the metric is zero or negative$"):
        solve_for(nowhere, {}, "x", 1, 3, 4)


def test_where_there_are_several_roots_the_message_says_where() -> None:
    with pytest.raises(RangeError) as raised:
        solve_for(square, {"x": 3}, "x", 4)
    assert str(raised.value) == ("x of square gives 4 at 2 values from -3e+06 to 3e+06: -2, 2; give a low and a high")


def test_where_the_result_is_flat_the_message_says_so() -> None:
    # The median is 9.2 for whatever the first peer is below it.
    with pytest.raises(RangeError, match=r"gives 9.2 at every value from 0 to [89]\.\d+, where it changes nothing$"):
        solve_for(peer_multiple, {"multiples": [8.5, 9.2, 14]}, "multiples[1]", 9.2)


def test_of_three_values_none_is_left_out_and_of_four_one() -> None:
    @broadcasts
    def cubic(x: Number) -> Number:
        return x**3 - x

    @broadcasts
    def quartic(x: Number) -> Number:
        return (x**2 - 1) * (x**2 - 4)

    for function, message in (
        (cubic, "x of cubic gives 0 at 3 values from -3e+06 to 3e+06: -1, 0, 1; give a low and a high"),
        (quartic, "x of quartic gives 0 at 4 values from -3e+06 to 3e+06: -2, -1, 1, …; give a low and a high"),
    ):
        with pytest.raises(RangeError) as raised:
            solve_for(function, {"x": 3}, "x", 0)
        assert str(raised.value) == message


def test_a_constant_function_meets_its_target_everywhere_or_nowhere() -> None:
    with pytest.raises(RangeError, match=r"gives 4,200 at every value from 0 to 5e\+06,"):
        solve_for(sotp_value, {"metrics": [800, 200, 100, 0], "multiples": [2, 3, 20, 5]}, "multiples[4]", 4200)

    @broadcasts
    def inside(x: Number) -> Number:
        return np.where((x < 1) | (x > 2), NOT_MEANINGFUL, 3.0)

    with pytest.raises(RangeError, match=r"gives 3 at every value from 1 to 2,"):
        solve_for(inside, {"x": 1.5}, "x", 3)


@pytest.mark.parametrize(
    ("low", "high", "root"), [(0, None, 2), (None, 0, -2), (-5, -1, -2), (1, 100, 2), (2, 3, 2), (-9, -2, -2)]
)
def test_bounds_choose_among_several(low: float | None, high: float | None, root: float) -> None:
    assert solve_for(square, {"x": 3}, "x", 4, low, high) == pytest.approx(root, rel=1e-15)


def test_bounds_reach_beyond_what_the_unit_allows() -> None:
    @broadcasts
    def doubled(rate: Ratio, count: Count = 1) -> Ratio:
        return 2 * rate * count

    assert solve_for(doubled, {}, "rate", -8, -10, 10) == pytest.approx(-4, rel=1e-15)
    with pytest.raises(RangeError, match=r"from -0.999999 to 10 gives -8"):
        solve_for(doubled, {}, "rate", -8)
    with pytest.raises(RangeError, match=r"from 0 to 1e\+06 gives -8"):
        solve_for(doubled, {"rate": 1}, "count", -8)


@pytest.mark.parametrize("function", [pole, step])
def test_a_change_of_sign_without_a_root_is_not_a_root(function: Any) -> None:  # noqa: ANN401
    with pytest.raises(RangeError, match=r"^no x of"):
        solve_for(function, {"x": 3}, "x", 0)


def test_what_has_no_value_on_the_way_does_not_hide_a_root() -> None:
    assert solve_for(domain, {"x": 1.5}, "x", 1.2) == pytest.approx(1.2, rel=1e-15)
    assert solve_for(pole, {"x": 3}, "x", 0.25) == pytest.approx(6, rel=1e-12)
    assert solve_for(multiple, {"value": 100}, "metric", 4) == pytest.approx(25, rel=1e-12)


@pytest.mark.parametrize("target", [1e12, -1e12])
def test_what_is_lost_in_rounding_does_not_make_several_roots(target: float) -> None:
    # Beside a million million a millionth is nothing: many a small second part gives the target, all of them zero.
    case = {"metrics": [2e12, 5], "multiples": 1, "net_debt": 2e12 - target}
    assert solve_for(sotp_value, case, "metrics[2]", target) == pytest.approx(0, abs=1e-3)


def test_a_rate_is_found_beside_the_pole_of_growth() -> None:
    assert solve_for(gordon_value, {"cash_flow": 10, "growth": 0.02}, "rate", 1e9) == pytest.approx(
        0.02 + 1e-8, rel=1e-9
    )


# Many targets.


def test_many_targets_are_solved_each_and_what_cannot_be_met_is_an_error_in_its_own_place() -> None:
    error = CELL_ERRORS["#REF!"]
    found = solve_for(sotp_value, PARTS, "multiples[3]", [[2200, 5200], [100, error]])
    assert isinstance(found, np.ndarray)
    assert found.shape == (2, 2)
    assert found[0].tolist() == pytest.approx([0, 30], abs=1e-12)
    assert same(float(found[1, 0]), NO_SOLUTION)
    assert same(float(found[1, 1]), error)


def test_a_single_target_in_a_range_raises_as_a_single_one() -> None:
    with pytest.raises(RangeError, match=r"^no multiples\[3\]"):
        solve_for(sotp_value, PARTS, "multiples[3]", [100])


def test_an_error_as_target_goes_out_as_it_came() -> None:
    assert same(solve_for(sotp_value, PARTS, "discount", CELL_ERRORS["#N/A"]), CELL_ERRORS["#N/A"])


# What it refuses.


def test_bounds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(RangeError, match="low: 3 is not below the high, 2"):
        solve_for(square, {"x": 3}, "x", 4, 3, 2)
    with pytest.raises(RangeError, match="low: 2 is not below the high, 2"):
        solve_for(square, {"x": 3}, "x", 4, 2, 2)


@pytest.mark.parametrize(("low", "high"), [([1, 2], None), (None, [1, 2]), (math.inf, None), (None, math.nan)])
def test_a_bound_is_one_number(low: Any, high: Any) -> None:  # noqa: ANN401
    with pytest.raises(ShapeError, match=f"{'low' if high is None else 'high'}: must be one number"):
        solve_for(square, {"x": 3}, "x", 4, low, high)


def test_a_target_that_is_never_reached_is_an_error() -> None:
    with pytest.raises(ChoiceError, match="vary: 'growth' is not an argument of sotp_value"):
        solve_for(sotp_value, PARTS, "growth", 1)
    with pytest.raises(ChoiceError, match="method: sotp_table does not return a single number"):
        solve_for(sotp_table, PARTS, "discount", 1)


# The search itself.


@pytest.mark.parametrize(
    ("unit", "base", "least", "most"),
    [
        ("fraction", 0.1, -1 + 1e-6, 1e3),
        ("fraction", 5e3, -1 + 1e-6, 5e3),
        ("money", -50, -5e7, 5e7),
        ("number", 2, -2e6, 2e6),
        ("score", 2, -2e6, 2e6),
        ("×", 20, 0, 2e7),
        ("years", math.nan, 0, 1e12),
        ("money", 0, -1e12, 1e12),
    ],
)
def test_the_search_covers_what_the_unit_allows(unit: str, base: float, least: float, most: float) -> None:
    grid = search_grid(unit, base, None, None)
    assert (grid[0], grid[-1]) == pytest.approx((least, most), rel=1e-9)
    assert (np.diff(grid) > 0).all()
    assert 0 in grid
    assert math.isnan(base) or base in grid
    assert grid.size < 1500
    # Neighbours differ by less than a tenth, so that two roots further apart are told apart.
    positive = grid[(grid > 1e-5 * (abs(base) or 1)) & (grid > 1e-5)]
    if positive.size > 1:
        assert (positive[1:] / positive[:-1] < 1.1).all()


@pytest.mark.parametrize(
    ("unit", "base", "nearest"), [("fraction", 0.1, 1e-6), ("money", -50, 5e-5), ("×", 20, 2e-5), ("years", 0, 1e-6)]
)
def test_the_search_grid_is_symmetric_around_zero(unit: str, base: float, nearest: float) -> None:
    grid = search_grid(unit, base, None, None)
    assert grid[grid > 0][0] == pytest.approx(nearest, rel=1e-9)
    if unit in ("fraction", "money"):
        assert grid[grid < 0][-1] == pytest.approx(-nearest, rel=1e-9)
        # And all the way down: to −1 from above, as near as a millionth.
        lost = 1 + grid[(grid < -0.5) & (grid > -1)] if unit == "fraction" else -grid[grid < 0][::-1]
        assert (lost[1:] / lost[:-1] < 1.1).all()
        gained = -grid[(grid < 0) & (grid > -0.5)][::-1]
        assert min(lost.size, gained.size) > 100
        assert (gained[1:] / gained[:-1] < 1.1).all()


@pytest.mark.parametrize(("low", "high"), [(3.0, None), (None, -3.0), (-1.0, 7.0), (1e8, 2e8)])
def test_the_search_ends_at_the_bounds(low: float | None, high: float | None) -> None:
    grid = search_grid("money", 2.0, low, high)
    assert grid[0] == (-2e6 if low is None else low)
    assert grid[-1] == (2e6 if high is None else high)
    if low is not None and high is not None:
        assert grid.size >= 257


def test_the_interval_between_two_bounds_is_divided_into_256_equal_steps() -> None:
    assert set(range(257)) <= set(search_grid("money", 2.0, 0.0, 256.0).tolist())


@pytest.mark.parametrize("unit", ["years", "months", "count", "×"])
def test_years_months_and_counts_are_searched_at_whole_numbers_up_to_200(unit: str) -> None:
    grid = search_grid(unit, math.nan, None, None)
    between = grid[(grid > 100) & (grid < 1000) & (grid % 1 == 0)]
    assert between.tolist() == ([] if unit == "×" else list(range(101, 201)))


@pytest.mark.parametrize("unit", ["fraction", "money", "×"])
def test_the_search_has_32_points_for_each_power_of_ten(unit: str) -> None:
    grid = search_grid(unit, math.nan, None, None)
    thousandths = grid[(grid > 0.999e-3) & (grid < 1.001)]
    assert 32 * np.log10(thousandths) == pytest.approx(np.arange(-96, 1))


def test_a_lone_result_has_no_edge_to_search() -> None:
    def lone(number: Floats) -> Floats:
        return np.where((abs((number + 2) % 4 - 2) < 0.3) & (number < 9) | (number > 11.5), number, np.nan)

    grid = np.arange(9.0)
    finer, _ = refined_at_edges(lone, grid, lone(grid))
    assert finer.tolist() == grid.tolist()
    grid = np.arange(15.0)
    finer, _ = refined_at_edges(lone, grid, lone(grid))
    assert finer[finer <= 11].tolist() == grid[:12].tolist()
    assert finer.size > grid.size


def test_the_search_goes_up_to_every_edge_of_where_a_function_has_values() -> None:
    def hole(number: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.where(abs(number) < 0.5, np.nan, 1 / (abs(number) - 0.5))

    grid = np.array([-2.0, -1, 0, 1, 2])
    finer, values = refined_at_edges(hole, grid, hole(grid))
    assert set(grid) <= set(finer)
    assert (np.diff(finer) > 0).all()
    np.testing.assert_array_equal(values, hole(finer))
    there = finer[np.isfinite(values)]
    assert there[there < 0].max() == pytest.approx(-0.5, abs=1e-12)
    assert there[there > 0].min() == pytest.approx(0.5, abs=1e-12)
    # On the way, neighbours come nearer by half each, so that the function is seen to rise.
    distances = there[(there > 0) & (there <= 1)] - 0.5
    distances = distances[distances > 1e-9]
    assert distances.size > 28  # 0.5 halved to a billionth
    assert np.isclose(finer, 0.75).any()  # half way from the grid's 1 to the edge
    assert (distances[1:] / distances[:-1] < 2 + 1e-6).all()


def test_an_edge_may_lie_before_the_last_point_of_the_grid() -> None:
    def half_line(number: Floats) -> Floats:
        return np.where(number > 1.5, np.nan, number)

    grid = np.array([0.0, 1, 2])
    finer, values = refined_at_edges(half_line, grid, half_line(grid))
    assert finer[np.isfinite(values)].max() == pytest.approx(1.5, abs=1e-12)


def test_each_root_is_found_once_wherever_it_lies() -> None:
    def wave(number: Floats) -> Floats:
        return np.sin(number)

    grid = np.linspace(0, 10, 101)
    assert roots(wave, grid, wave(grid), 0.0) == pytest.approx([0, math.pi, 2 * math.pi, 3 * math.pi], rel=1e-14)


@pytest.mark.parametrize(
    ("beyond", "found"),
    [
        ([0, 0, 15], [0]),
        ([0, 0, 20], [0]),
        ([0, 0, 15, 1000], [0]),
        ([15, 0, 0], [1]),
        ([1000, 15, 0, 0], [2]),
        ([1000, 15, 0, 0, 15, 1000], [2]),
        ([0, 0, 25], [0, 1]),
        ([0.006, 15, 30], []),  # of a result four parts in 1e15 are rounding: 0.004
        ([0.003, 15, 30], [0]),
        ([0, 0, 100], [0, 1]),
        ([100, 0, 0], [1, 2]),
        ([100, 0, 0, 100], [1, 2]),
        ([15, 0, 15, 0, 15], [1, 3]),
        ([15, 0, 15, 0, 15, 0, 15], [1, 3, 5]),
    ],
)
def test_roots_that_differ_by_rounding_are_merged(beyond: list[float], found: list[float]) -> None:
    # Of a target of 1e12 ten is rounding. Of the 15 at two points' distance half is left on the way between the two.
    grid, values = np.arange(len(beyond), dtype=float), 1e12 + np.array(beyond, float)
    assert roots(lambda number: np.interp(number, grid, values), grid, values, 1e12) == found


@pytest.mark.parametrize(("last", "found"), [(1e9 - 1, 1), (0.9e9, 0)])
def test_a_jump_of_exactly_a_billionth_of_the_change_is_a_root(last: float, found: int) -> None:
    def jumping(number: Floats) -> Floats:
        return np.where(number == 1, last, np.where(number < 0.4, -1.0, 1.0))

    grid = np.array([0.0, 1.0])
    assert len(roots(jumping, grid, jumping(grid), 0.0)) == found


@pytest.mark.parametrize(("units", "found"), [(20, [0]), (21, [])])
def test_a_result_four_parts_in_1e15_beside_the_target_is_the_target(units: int, found: list[float]) -> None:
    target = 20 * 2.0**-52 / 4e-15  # so large that this share of it is exactly 20 units of its last place
    values = target + np.array([units * 2.0**-52, 1.0])
    assert abs(values[0] - target) == units / 20 * (4e-15 * target)
    assert roots(lambda number: np.interp(number, [0, 1], values), np.array([0.0, 1]), values, target) == found


NAN, NM, OUT, INF = math.nan, NOT_MEANINGFUL, OUT_OF_RANGE, math.inf
NO_METRIC = "n.m.: the metric is zero or negative"


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ([NM, 5, OUT], f"it gives 5 or nothing: {NO_METRIC}"),
        ([NM, 0, 0, OUT], f"it gives 0 or nothing: {NO_METRIC}"),
        ([OUT, 5e9, 5e9 + 5, NM], "it gives 5e+09 or nothing: outside the range in which the method is valid"),
        ([7, INF, NM], "it gives 7 or nothing: the result is too large for a number"),
        ([NM, 5e9, 5e9 + 6, OUT], "its results there run from 5e+09 to 5e+09"),
        ([3, 3], "its results there run from 3 to 3"),
        ([NAN, NM], "it has no result there: the calculation gave no number"),
    ],
)
def test_a_target_that_is_not_met_is_told_with_what_was_found(values: list[float], seen: str) -> None:
    grid = np.arange(1.0, len(values) + 1)
    message = not_one_root("rate of f", 4, [], grid, np.array(values))
    assert message == f"no rate of f from 1 to {len(values)} gives 4; {seen}"


@pytest.mark.parametrize(("jump", "found"), [(0.5e-9, 1), (1.5e-9, 0)])
def test_a_jump_is_no_root_unless_it_is_a_billionth_of_the_change(jump: float, found: int) -> None:
    def jumping(number: Floats) -> Floats:
        return number - 0.4 + np.where(number < 0.4, -jump, jump)

    grid = np.array([0.0, 1.0])
    assert len(roots(jumping, grid, jumping(grid), 0.0)) == found


@given(st.floats(0.1, 0.9))
def test_roots_are_found_in_the_first_bracket_and_the_last(height: float) -> None:
    def arch(number: Floats) -> Floats:
        return height - (number - 1) ** 2

    grid = np.array([0.0, 1, 2])  # as deep at one end as at the other
    assert roots(arch, grid, arch(grid), 0.0) == pytest.approx([1 - height**0.5, 1 + height**0.5], rel=1e-9)


@given(st.floats(-1e12, 1e12), st.floats(0.001, 1000), st.floats(-1e9, 1e9))
def test_a_line_is_inverted_wherever_it_crosses(target: float, slope: float, start: float) -> None:
    @broadcasts
    def line(x: Number) -> Number:
        return slope * x + start

    exact = (target - start) / slope
    found = solve_for(line, {}, "x", target, -1e16, 1e16)
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-9 * (1 + abs(start) / slope))
