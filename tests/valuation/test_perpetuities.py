"""Perpetuities and lifetimes: values by hand, and closed forms against sums."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasons import number_of
from valuation.implied import implied_perpetual_growth
from valuation.intrinsic import gordon_value
from valuation.kernel.errors import OUT_OF_RANGE, reason
from valuation.lifetime import cohort_lifetime_value, simple_lifetime_value, user_lifetime_value


@given(st.floats(0.05, 0.5), st.floats(-0.2, 0.04), st.floats(1, 1e6))
def test_implied_growth_inverts_the_perpetuity_mid_year_too(rate: float, growth: float, flow: float) -> None:
    for mid_year in (False, True):
        value = gordon_value(flow * (1 + growth), rate, growth, mid_year)
        assert implied_perpetual_growth(value, flow, rate, mid_year) == pytest.approx(growth, abs=1e-9)


def test_lifetime_value_by_its_three_conventions() -> None:
    # 100 ÷ (1.12 − 0.87) from all who are there, and 0.87 of it from those who stay
    assert simple_lifetime_value(100, 0.87, 0.12) == pytest.approx(400)
    assert simple_lifetime_value(100, 0.87, 0.12) * 0.87 == pytest.approx(user_lifetime_value(100, 0.87, 0.12))
    # 100 ÷ (1.12 − 0.8 × 1.05)
    assert simple_lifetime_value(100, 0.8, 0.12, growth=0.05) == pytest.approx(100 / 0.28)


@given(st.floats(0, 1), st.floats(0, 0.5), st.integers(1, 8), st.sampled_from(["end", "start"]))
def test_a_cohort_of_equal_years_is_the_closed_form(retention: float, rate: float, years: int, timing: str) -> None:
    by_year = cohort_lifetime_value([100.0] * years, [retention] * years, rate, timing=timing)
    assert by_year == pytest.approx(user_lifetime_value(100, retention, rate, years, timing), rel=1e-9, abs=1e-9)


def test_a_cohort_with_one_retention_for_all_years() -> None:
    # 100 × 0.8 ÷ 1.25 = 64 in the first year, then 64 × 0.64 and 64 × 0.64²
    assert cohort_lifetime_value([100, 100, 100], 0.8, 0.25) == pytest.approx(64 + 40.96 + 26.2144)
    assert cohort_lifetime_value([100, 200], [0.8], 0.25, timing="start") == pytest.approx(100 + 128)


def test_a_cohort_whose_retention_and_margin_change() -> None:
    # 100 × 0.5 ÷ 1.25 + 200 × 0.5 × 0.75 ÷ 1.25²
    assert cohort_lifetime_value([100, 200], [0.5, 0.75], 0.25) == pytest.approx(40 + 48)
    assert cohort_lifetime_value([100, 100], [0.5, 0.75], 0.25, growth=1.0) == pytest.approx(40 + 48)
    # start: 100 + 200 × 0.5 ÷ 1.25
    assert cohort_lifetime_value([100, 200], [0.5, 0.75], 0.25, timing="start") == pytest.approx(180)


@pytest.mark.parametrize("terms", [(1.0, 0.0, 0.0), (1.2, 0.1, 0.0), (0.8, 0.0, 0.25), (0.0, -1.0, 0.0)])
def test_margins_that_never_end_have_no_simple_sum(terms: tuple[float, float, float]) -> None:
    value: Any = simple_lifetime_value(100, *terms)
    assert number_of(value) == number_of(OUT_OF_RANGE)


def test_a_cohort_at_a_rate_that_takes_everything_has_no_value() -> None:
    for timing in ("end", "start"):
        value: Any = cohort_lifetime_value([100, 100], [0.5, 0.5], -1, timing=timing)
        assert number_of(value) == number_of(OUT_OF_RANGE)


def test_an_infinite_lifetime_value_states_the_condition() -> None:
    value: Any = user_lifetime_value(100, 1.2, 0.1)
    message = "retention must be below 1 + discount_rate, unless years are given, which are at least 0"
    why = reason(value)
    assert why is not None
    assert why.message == message
