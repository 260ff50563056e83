"""Forward scenarios."""

import math
from random import Random
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasons import attempted, number_of
from strategies import amounts, figures, fractions, money, multiples
from valuation.kernel.errors import CELL_ERRORS, OUT_OF_RANGE, MissingError, RangeError, ShapeError, reason
from valuation.scenarios import forward_value, mix_profit, present_value, scenario_pick, scenario_value

Outcome: TypeAlias = tuple[float, float]

BAD = CELL_ERRORS["#REF!"]
rates = st.floats(-0.5, 1)
years = st.integers(0, 10)


@st.composite
def outcomes(draw: st.DrawFn) -> list[Outcome]:
    """Values with probabilities that sum to 1."""
    values = draw(st.lists(money, min_size=1, max_size=8))
    weights = draw(st.lists(st.integers(0, 100), min_size=len(values), max_size=len(values)).filter(any))
    return [(value, weight / sum(weights)) for value, weight in zip(values, weights, strict=True)]


def weighted(group: list[Outcome]) -> float:
    values, probabilities = zip(*group, strict=True)
    result = scenario_value(values, probabilities)
    assert isinstance(result, float)
    return result


def close(one: float, other: float, group: list[Outcome], more: float = 0.0) -> bool:
    return math.isclose(one, other, abs_tol=1e-9 * (max(abs(value) for value, _ in group) + abs(more)))


# By hand


def test_the_forward_scenario_of_source_b() -> None:
    # 1,146 × 1.5³ = 3,867.75; 30 % of it at 20 % and 70 % at 5 % earn 367.43625; × 18 = 6,613.8525.
    profit = mix_profit(3867.75, [0.3, 0.7], [0.2, 0.05])
    assert profit == pytest.approx(367.43625, rel=1e-12)
    value = forward_value(1146, 0.5, 3, 18, [0.3, 0.7], [0.2, 0.05])
    assert value == pytest.approx(6613.8525, rel=1e-12)
    # Discounted at 25 % over three years: ÷ 1.953125.
    discounted = forward_value(1146, 0.5, 3, 18, [0.3, 0.7], [0.2, 0.05], 0.25)
    assert discounted == pytest.approx(6613.8525 / 1.953125, rel=1e-12)


def test_without_margins_the_multiple_is_one_of_sales() -> None:
    assert forward_value(1146, 0.5, 3, 19) == pytest.approx(3867.75 * 19, rel=1e-12)


def test_present_value_by_hand() -> None:
    assert present_value(144, 0.2, 2) == 100
    assert present_value(100, 0.2, 0) == 100
    assert present_value(100, -0.5, 2) == 400
    assert present_value(100, 0.25, -1) == 125


def test_probabilities_by_hand() -> None:
    assert scenario_value([5, 45, 100], [0.3, 0.6, 0.1]) == 38.5  # 1.5 + 27 + 10


def test_the_selected_scenario() -> None:
    assert [scenario_pick(number, [80, 100, 130]) for number in (1, 2, 3)] == [80, 100, 130]
    assert scenario_pick([3, 1, 3], [80, 100, 130]).tolist() == [130, 80, 130]
    assert scenario_pick(2, [[1, 2], [3, 4]]).tolist() == [2, 4]
    assert scenario_pick([[1], [2]], [[1, 2], [3, 4], [5, 6]]).tolist() == [[1, 3, 5], [2, 4, 6]]


# What is refused


def test_a_mix_that_does_not_sum_to_one_is_refused() -> None:
    with pytest.raises(RangeError, match=r"mix: the sum is 0\.9, not 1"):
        mix_profit(100, [0.3, 0.6], [0.2, 0.05])
    with pytest.raises(RangeError, match=r"mix: the sum is 1\.1, not 1"):
        forward_value(100, 0.5, 3, 18, [0.3, 0.8], [0.2, 0.05])


def test_margins_without_a_mix_are_not_simply_added_up() -> None:
    assert mix_profit(100, 1, 0.2) == 20
    with pytest.raises(MissingError, match="mix: is required with 2 margins"):
        forward_value(100, 0.5, 3, 18, margins=[0.2, 0.05])


def test_probabilities_that_do_not_sum_to_one_are_refused() -> None:
    for off in ([0.3, 0.6], [0.5, 0.5 + 2e-9], [0.3]):
        with pytest.raises(RangeError, match=r"probabilities: the sum is .*, not 1"):
            scenario_value([1, 2], off)
    assert scenario_value([1, 2], [0.5, 0.5 + 5e-10]) == pytest.approx(1.5)
    with pytest.raises(ShapeError, match="values has 3 and probabilities has 2"):
        scenario_value([1, 2, 3], [0.5, 0.5])


def test_among_many_the_row_that_is_off_has_no_value() -> None:
    values = scenario_value([10, 20], [[0.5, 0.5], [0.5, 0.4], [0.25, 0.75]])
    assert values[[0, 2]].tolist() == [15, 17.5]
    assert number_of(float(values[1])) == number_of(OUT_OF_RANGE)
    profits = mix_profit(100, [[0.5, 0.5], [0.5, 0.4]], [0.1, 0.3])
    assert profits[0] == pytest.approx(20)
    assert number_of(float(profits[1])) == number_of(OUT_OF_RANGE)


def test_no_probability_is_negative() -> None:
    assert number_of(attempted(scenario_value)([10, 20], [1.5, -0.5])) == number_of(OUT_OF_RANGE)


@pytest.mark.parametrize("rate", [-1, -1.5])
def test_a_discount_rate_of_minus_1_or_less_is_out_of_range(rate: float) -> None:
    assert number_of(attempted(present_value)(100, rate, 2)) == number_of(OUT_OF_RANGE)
    assert number_of(attempted(present_value)(100, rate, 0)) == number_of(OUT_OF_RANGE)
    assert number_of(attempted(forward_value)(100, 0.1, 2, 5, discount_rate=rate)) == number_of(OUT_OF_RANGE)


def test_growth_below_minus_1_is_out_of_range() -> None:
    assert forward_value(100, -1, 2, 5) == 0
    assert number_of(attempted(forward_value)(100, -1.1, 2, 5)) == number_of(OUT_OF_RANGE)


def test_unknown_growth_over_no_years_is_still_unknown() -> None:
    assert number_of(forward_value(100, BAD, 0, 5)) == number_of(BAD)
    assert number_of(forward_value(100, 0, BAD, 5)) == number_of(BAD)
    assert number_of(present_value(100, BAD, 0)) == number_of(BAD)


def test_what_has_no_value_says_why() -> None:
    found = reason(present_value(100, -1, 2))
    assert found is not None
    assert found.message == "rate must be above -1; write 8 % a year as 0.08"
    found = reason(attempted(scenario_pick)(4, [80, 100, 130]))
    assert found is not None
    assert found.message == "selector must be a whole number from 1 to 3, the number of values"


@pytest.mark.parametrize("selector", [0, 4, -1, 1.5, 1e300, math.inf])
def test_there_is_no_such_scenario(selector: float) -> None:
    assert number_of(attempted(scenario_pick)(selector, [80, 100, 130])) == number_of(OUT_OF_RANGE)
    among = scenario_pick([1, selector, 3], [80, 100, 130])
    assert among[[0, 2]].tolist() == [80, 130]
    assert number_of(float(among[1])) == number_of(OUT_OF_RANGE)
    assert number_of(attempted(scenario_pick)(selector, [80])) == number_of(OUT_OF_RANGE)


def test_only_the_selected_scenario_counts() -> None:
    assert scenario_pick(1, [80, BAD]) == 80
    assert number_of(scenario_pick(2, [80, BAD])) == number_of(BAD)
    assert number_of(scenario_pick(BAD, [80, 100])) == number_of(BAD)


# What must hold


@given(outcomes())
def test_between_the_lowest_and_the_highest(group: list[Outcome]) -> None:
    values = [value for value, _ in group]
    slack = 1e-9 * max(map(abs, values))
    assert min(values) - slack <= weighted(group) <= max(values) + slack


@given(outcomes(), money)
def test_shifting_every_value_shifts_the_result(group: list[Outcome], shift: float) -> None:
    shifted = weighted([(value + shift, probability) for value, probability in group])
    assert close(shifted, weighted(group) + shift, group, shift)


@given(outcomes(), fractions, st.data())
def test_merging_identical_scenarios_is_neutral(group: list[Outcome], share: float, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(group) - 1))
    value, probability = group[place]
    twins = [(value, probability * share), (value, probability * (1 - share))]
    assert close(weighted(group[:place] + twins + group[place + 1 :]), weighted(group), group)


@given(outcomes(), st.randoms(use_true_random=False))
def test_the_order_of_the_scenarios_does_not_matter(group: list[Outcome], random: Random) -> None:
    assert weighted(random.sample(group, len(group))) == weighted(group)


@given(outcomes(), money)
def test_a_scenario_that_cannot_happen_changes_nothing(group: list[Outcome], value: float) -> None:
    assert weighted([*group, (value, 0.0)]) == weighted(group)


@given(st.lists(money, min_size=1, max_size=8), st.data())
def test_with_a_probability_of_1_the_weighted_value_is_that_of_the_scenario(
    values: list[float], data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, len(values)))
    certain = np.eye(len(values))[number - 1]
    assert scenario_value(values, certain) == scenario_pick(number, values) == values[number - 1]


@given(amounts, rates, years, multiples, st.floats(0, 1), fractions, fractions)
def test_mixed_parts_are_valued_as_one_by_one(
    revenue: float, growth: float, ahead: int, multiple: float, share: float, one: float, other: float
) -> None:
    mixed = forward_value(revenue, growth, ahead, multiple, [share, 1 - share], [one, other])
    apart = [
        forward_value(revenue * share, growth, ahead, multiple, 1, one),
        forward_value(revenue * (1 - share), growth, ahead, multiple, 1, other),
    ]
    assert mixed == pytest.approx(math.fsum(apart), rel=1e-9, abs=1e-9)


@given(amounts, st.floats(0, 1), fractions, fractions)
def test_the_margin_of_a_mix_lies_between_its_margins(revenue: float, share: float, one: float, other: float) -> None:
    profit = mix_profit(revenue, [share, 1 - share], [one, other])
    assert revenue * min(one, other) * (1 - 1e-12) <= profit <= revenue * max(one, other) * (1 + 1e-12)


@given(amounts, rates, years, multiples)
def test_growth_and_discount_at_one_rate_cancel(revenue: float, rate: float, ahead: int, multiple: float) -> None:
    value = forward_value(revenue, rate, ahead, multiple, discount_rate=rate)
    assert value == pytest.approx(revenue * multiple, rel=1e-12)


@given(money, rates, years, years)
def test_discounting_in_two_steps_is_discounting_at_once(value: float, rate: float, one: int, other: int) -> None:
    in_steps = present_value(present_value(value, rate, one), rate, other)
    assert in_steps == pytest.approx(present_value(value, rate, one + other), rel=1e-12)


@given(figures(0.01, 1e12), st.floats(0, 1), st.floats(0, 1), years)
def test_falling_in_the_discount_rate(value: float, one: float, other: float, ahead: int) -> None:
    low, high = sorted([one, other])
    assert present_value(value, high, ahead) <= present_value(value, low, ahead)


@given(amounts, rates, years, multiples, st.floats(0, 1), st.floats(0.01, 100))
def test_in_a_second_currency_the_value_is_converted_and_no_multiple_changes(
    revenue: float, growth: float, ahead: int, multiple: float, discount_rate: float, rate: float
) -> None:
    home = forward_value(revenue, growth, ahead, multiple, [0.3, 0.7], [0.2, 0.05], discount_rate)
    abroad = forward_value(revenue / rate, growth, ahead, multiple, [0.3, 0.7], [0.2, 0.05], discount_rate)
    assert abroad * rate == pytest.approx(home, rel=1e-12)


@given(outcomes(), st.floats(0.01, 100))
def test_outcomes_in_a_second_currency(group: list[Outcome], rate: float) -> None:
    assert close(weighted([(value / rate, p) for value, p in group]) * rate, weighted(group), group)
