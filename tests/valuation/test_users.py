"""Value of users."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reasons import attempted, number_of
from strategies import figures, fractions, multiples
from valuation.kernel.errors import CELL_ERRORS, OUT_OF_RANGE, ZERO_DENOMINATOR
from valuation.lifetime import user_lifetime_value
from valuation.users import (
    acquisition_cost,
    arpu,
    attributed_value,
    payer_ratio,
    per_user_value,
    user_base_value,
    user_revenue,
    value_per_user,
)

# A mutant of users.py that survives: `years - 0 * lost` in `user_lifetime_value`, where `lost` counts only if it is an
# error, and that comes out.

counts = st.floats(1, 1e10)
each = figures(0.01, 1e4)
rates = st.floats(0, 0.5)
economics = st.tuples(each, fractions, each)  # ad revenue per user, share who pay, revenue per payer


def lifetime(margin: float, retention: float, rate: float, years: float | None = None, timing: str = "end") -> float:
    result = user_lifetime_value(margin, retention, rate, years, timing)
    assert isinstance(result, float)
    return result


# By hand


def test_the_chain_of_source_a() -> None:
    peer_payers = payer_ratio(0.843e8, 8.43e8)
    assert peer_payers == pytest.approx(0.10)
    # 1.5 亿 × 21.32 = 31.98 亿; 0.15 亿 × 992.4 = 148.86 亿; together 180.84 亿
    revenue = user_revenue(1.5e8, 21.32, peer_payers, 992.4)
    assert revenue == pytest.approx(180.84e8, rel=1e-12)
    assert arpu(revenue, 1.5e8) == pytest.approx(21.32 + 0.1 * 992.4)
    # Attribution cancels out: share of the market cap ÷ share of the revenue is cap ÷ revenue.
    attributed = attributed_value(1678e8, 716.18e8, 789.32e8)
    assert attributed / (716.18e8 / 6.3) == pytest.approx(1678e8 / (789.32e8 / 6.3), rel=1e-12)
    # 180.84 亿 × 13.39 = 2,421.4476 亿元 = 384.357… 亿 USD
    assert per_user_value(1.5e8, 21.32, 0.10, 992.4, 13.39) == pytest.approx(2421.4476e8, rel=1e-12)
    assert per_user_value(1.5e8, 21.32, 0.10, 992.4, 13.39, 6.3) == pytest.approx(2421.4476e8 / 6.3, rel=1e-12)


def test_values_and_costs_of_a_user() -> None:
    assert value_per_user(137_462, 118) == pytest.approx(1164.93, abs=0.005)  # Spotify: 137,462 m over 118 m
    assert acquisition_cost(3_000_000, 120_000) == 25
    # 1,000 × 250 + 500 × 180 − 40,000
    assert user_base_value(1000, 250, 500, 180, 40_000) == 300_000
    assert user_base_value(1000, 250) == 250_000


@pytest.mark.parametrize("ratio", [arpu, payer_ratio, value_per_user, acquisition_cost])
def test_without_users_there_is_nothing_per_user(ratio: object) -> None:
    assert callable(ratio)
    assert number_of(ratio(100, 0)) == number_of(ZERO_DENOMINATOR)


def test_other_zero_denominators() -> None:
    assert number_of(attributed_value(100, 1, 0)) == number_of(ZERO_DENOMINATOR)
    assert number_of(per_user_value(1, 1, 1, 1, 1, 0)) == number_of(ZERO_DENOMINATOR)


def test_lifetime_value_by_hand() -> None:
    # 100 × 0.8 ÷ (1 + 0.12 − 0.8); with the first margin at once, 100 × 1.12 ÷ 0.32.
    assert lifetime(100, 0.8, 0.12) == pytest.approx(250, rel=1e-12)
    assert lifetime(100, 0.8, 0.12, timing="start") == pytest.approx(350, rel=1e-12)
    # Halves: 50 + 25 + 12.5, and 100 + 50 + 25.
    assert lifetime(100, 0.5, 0, 3) == 87.5
    assert lifetime(100, 0.5, 0, 3, "start") == 175
    # Discounted alone: 100/1.1 + 100/1.21.
    assert lifetime(100, 1, 0.1, 2) == pytest.approx(100 / 1.1 + 100 / 1.21, rel=1e-12)
    # As many stay as the discount takes: each year counts as the first.
    assert lifetime(100, 1.25, 0.25, 4) == 400
    assert lifetime(100, 1.25, 0.25, 4, "start") == 400
    # A growing spend per user outruns the discount over a number of years: 150 + 225.
    assert lifetime(100, 1.5, 0, 2) == pytest.approx(375, rel=1e-12)


def test_with_zero_retention_only_the_first_period_counts() -> None:
    assert lifetime(100, 0, 0.1) == 0
    assert lifetime(100, 0, 0.1, timing="start") == 100
    assert [lifetime(100, 0, 0.1, years, "start") for years in (0, 1, 2)] == [0, 100, 100]


@pytest.mark.parametrize(
    ("retention", "rate", "years"),
    [
        (1.1, 0.1, None),  # as many stay as the discount takes, for ever
        (1.0, 0.0, None),
        (1.2, 0.1, None),
        (-0.1, 0.1, None),
        (-0.1, 0.1, 3),
        (0.8, -1, None),
        (0.8, -1, 3),
        (0.8, -1.5, 3),
        (0.8, 0.1, -1),
    ],
)
@pytest.mark.parametrize("timing", ["end", "start"])
def test_a_sum_that_does_not_exist(retention: float, rate: float, years: float | None, timing: str) -> None:
    assert number_of(attempted(lifetime)(100, retention, rate, years, timing)) == number_of(OUT_OF_RANGE)


def test_a_sum_that_does_not_exist_leaves_its_neighbours_alone() -> None:
    values = user_lifetime_value(100, [0.8, 1.2, CELL_ERRORS["#REF!"]], 0.12)
    assert values[0] == lifetime(100, 0.8, 0.12)
    assert [number_of(value) for value in values[1:].tolist()] == [
        number_of(OUT_OF_RANGE), number_of(CELL_ERRORS["#REF!"]),
    ]  # fmt: skip


def test_an_unknown_retention_over_no_years_stays_unknown() -> None:
    bad = CELL_ERRORS["#REF!"]
    for timing in ("end", "start"):
        assert number_of(lifetime(100, bad, 0.1, 0, timing)) == number_of(bad)
        assert number_of(lifetime(100, 0.8, 0.1, bad, timing)) == number_of(bad)


# What must hold


@given(each, st.floats(0, 1.5), rates, st.integers(0, 40))
def test_lifetime_value_is_the_sum_it_stands_for(margin: float, retention: float, rate: float, years: int) -> None:
    kept = retention / (1 + rate)
    summed = math.fsum(margin * kept**year for year in range(1, years + 1))
    assert lifetime(margin, retention, rate, years) == pytest.approx(summed, rel=1e-9, abs=1e-300)
    summed = math.fsum(margin * kept**year for year in range(years))
    assert lifetime(margin, retention, rate, years, "start") == pytest.approx(summed, rel=1e-9, abs=1e-300)


@given(st.floats(-1e-6, 1e-6), rates, st.integers(1, 20))
def test_no_digits_are_lost_where_as_many_stay_as_the_discount_takes(apart: float, rate: float, years: int) -> None:
    retention = 1 + rate + apart
    kept = Fraction(retention) / (1 + Fraction(rate))
    summed = sum(kept**year for year in range(1, years + 1))
    assert lifetime(1, retention, rate, years) == pytest.approx(float(summed), rel=1e-12)


@given(each, st.floats(0.001, 1.5), rates, st.one_of(st.none(), st.integers(0, 40)))
def test_values_at_the_start_and_at_the_end_of_periods_agree(
    margin: float, retention: float, rate: float, years: int | None
) -> None:
    assume(years is not None or retention < 1 + rate)
    end, start = (lifetime(margin, retention, rate, years, timing) for timing in ("end", "start"))
    assert start == pytest.approx(end * (1 + rate) / retention, rel=1e-12)


@given(each, st.floats(0, 0.99), rates)
def test_for_ever_is_what_many_years_come_to(margin: float, retention: float, rate: float) -> None:
    for timing in ("end", "start"):
        for_ever = lifetime(margin, retention, rate, timing=timing)
        assert lifetime(margin, retention, rate, 5000, timing) == pytest.approx(for_ever, rel=1e-9, abs=1e-300)


@given(each, fractions, rates, st.integers(0, 39))
def test_a_year_more_adds_and_never_takes(margin: float, retention: float, rate: float, years: int) -> None:
    shorter, longer = (lifetime(margin, retention, rate, count) for count in (years, years + 1))
    assert shorter <= longer * (1 + 1e-12) + 1e-300


@given(counts, fractions, economics, multiples, st.floats(0.01, 100))
def test_splitting_a_cohort_is_additive(
    users: float, share: float, earned: tuple[float, float, float], multiple: float, fx: float
) -> None:
    ads, payers, spent = earned
    whole = per_user_value(users, ads, payers, spent, multiple, fx)
    cohorts = [users * share, users * (1 - share)]
    parts = per_user_value(cohorts, ads, payers, spent, multiple, fx)
    assert math.fsum(parts) == pytest.approx(whole, rel=1e-9)


@given(counts, economics, multiples)
def test_twice_the_users_are_twice_the_value(users: float, earned: tuple[float, float, float], multiple: float) -> None:
    ads, payers, spent = earned
    assert per_user_value(2 * users, ads, payers, spent, multiple) == 2 * per_user_value(
        users, ads, payers, spent, multiple
    )
    assert user_base_value(2 * users, ads) == 2 * user_base_value(users, ads)


@given(counts, economics, multiples, st.sampled_from([1e4, 1e6, 1e8]))
def test_counting_users_in_another_unit_changes_nothing(
    users: float, earned: tuple[float, float, float], multiple: float, unit: float
) -> None:
    # Users in units of 万 and revenue per 万 users; or money in 万 and revenue per user in 万.
    ads, payers, spent = earned
    value = per_user_value(users, ads, payers, spent, multiple)
    relabelled = per_user_value(users / unit, ads * unit, payers, spent * unit, multiple)
    assert relabelled == pytest.approx(value, rel=1e-12)
    assert per_user_value(users, ads / unit, payers, spent / unit, multiple) * unit == pytest.approx(value, rel=1e-12)


@given(counts, economics, multiples, st.floats(0.01, 100), st.floats(0.01, 100))
def test_in_a_second_currency_the_value_is_converted_and_no_multiple_changes(
    users: float, earned: tuple[float, float, float], multiple: float, fx: float, rate: float
) -> None:
    ads, payers, spent = earned
    value = per_user_value(users, ads, payers, spent, multiple, fx)
    # Converted at the end, at the start, or by way of a third currency.
    assert per_user_value(users, ads / fx, payers, spent / fx, multiple) == pytest.approx(value, rel=1e-12)
    assert per_user_value(users, ads / rate, payers, spent / rate, multiple, fx / rate) == pytest.approx(
        value, rel=1e-12
    )


@given(counts, economics)
def test_revenue_per_user_is_what_each_brings_in(users: float, earned: tuple[float, float, float]) -> None:
    ads, payers, spent = earned
    assert arpu(user_revenue(users, ads, payers, spent), users) == pytest.approx(ads + payers * spent, rel=1e-12)


@given(st.floats(1, 1e12), st.floats(1, 1e12), fractions)
def test_the_values_of_the_parts_sum_to_the_whole(value: float, revenue: float, share: float) -> None:
    parts = attributed_value(value, [revenue * share, revenue * (1 - share)], revenue)
    assert math.fsum(parts) == pytest.approx(value, rel=1e-12)


@given(counts, each, counts, each, figures(1, 1e9))
def test_the_user_base_is_its_parts_less_the_overhead(
    users: float, value: float, new: float, value_new: float, overhead: float
) -> None:
    together = user_base_value(users, value, new, value_new, overhead)
    apart = user_base_value(users, value) + user_base_value(new, value_new) - overhead
    assert together == pytest.approx(apart, rel=1e-12, abs=1e-6)


@given(counts, each, counts, each)
def test_without_both_the_number_and_the_value_of_new_users_they_add_nothing(
    users: float, value: float, new: float, value_new: float
) -> None:
    alone = user_base_value(users, value)
    assert user_base_value(users, value, new_users=new) == alone == users * value
    assert user_base_value(users, value, value_per_new_user=value_new) == alone
