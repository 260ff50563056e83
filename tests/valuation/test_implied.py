"""Reverse valuation: by hand, at fifty digits, against RRI and FV, and back to where it came from."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from elementwise import check_elementwise
from native import native
from reasons import attempted, number_of
from valuation.implied import breakeven_earnings, implied_growth, implied_perpetual_growth
from valuation.intrinsic import gordon_value
from valuation.kernel.errors import NOT_MEANINGFUL, OUT_OF_RANGE, ZERO_DENOMINATOR
from valuation.scenarios import forward_value, present_value

mp.dps = 50

MONEY = st.floats(1e-3, 1e12)
MULTIPLES = st.floats(0.01, 100)
YEARS = st.floats(0.25, 50)
RATES = st.floats(-0.5, 1)


def test_growth_by_hand() -> None:
    # 10 × 1.1³ × 100 = 1331; discounted at 10 %, the growth has to earn that as well: 1.1 × 1.1 = 1.21
    assert implied_growth(1331, 10, 100, 3) == pytest.approx(0.10, rel=1e-13)
    assert implied_growth(1331, 10, 100, 3, 0.10) == pytest.approx(0.21, rel=1e-13)
    assert implied_growth(250, 10, 100, 1) == pytest.approx(-0.75, rel=1e-13)
    assert implied_growth(0, 10, 100, 3) == -1.0


def test_growth_that_source_b_assumes_implicitly() -> None:
    # Revenue of 1,146 grown by half for three years on 3.8 times sales: 14,697.45, which the article rounds to 14,695.
    assert implied_growth(14697.45, 1146, 3.8, 3) == pytest.approx(0.5, rel=1e-12)
    assert implied_growth(14695, 1146, 3.8, 3) == pytest.approx(0.5, abs=1e-4)


def test_perpetual_growth_as_published() -> None:
    # (9000 × 10 % − 350) ÷ (9000 + 350) = 550 ÷ 9350 = 1 ÷ 17
    assert implied_perpetual_growth(9000, 350, 0.10) == pytest.approx(1 / 17, rel=1e-14)


def test_breakeven_by_hand() -> None:
    assert breakeven_earnings(1000, 0.10) == 100.0
    assert breakeven_earnings(1000, 0.10, 3) == pytest.approx(133.1, rel=1e-14)
    assert breakeven_earnings(1000, 0.0, 3) == 0.0


@given(MONEY, MONEY, MULTIPLES, YEARS, RATES)
def test_growth_at_fifty_digits(target: float, base: float, multiple: float, years: float, rate: float) -> None:
    exact = (mpf(target) / (mpf(base) * multiple)) ** (1 / mpf(years)) * (1 + mpf(rate)) - 1
    # Where growth is next to 0 what counts is the factor that it is taken from.
    assert implied_growth(target, base, multiple, years, rate) == pytest.approx(
        float(exact), rel=1e-12, abs=1e-12 * (1 + rate)
    )


@given(MONEY, MONEY, RATES)
def test_perpetual_growth_at_fifty_digits(ev: float, cash_flow: float, rate: float) -> None:
    exact = (mpf(ev) * rate - cash_flow) / (mpf(ev) + cash_flow)
    assert implied_perpetual_growth(ev, cash_flow, rate) == pytest.approx(float(exact), rel=1e-12, abs=1e-12)


@given(MONEY, RATES, YEARS)
def test_breakeven_at_fifty_digits(value: float, rate: float, years: float) -> None:
    exact = mpf(value) * (1 + mpf(rate)) ** mpf(years) * rate
    assert breakeven_earnings(value, rate, years) == pytest.approx(float(exact), rel=1e-12)


@given(MONEY, st.floats(-0.5, 1), st.floats(0.25, 20), MULTIPLES, RATES)
def test_growth_is_the_inverse_of_the_forward_value(
    base: float, growth: float, years: float, multiple: float, rate: float
) -> None:
    worth = forward_value(base, growth, years, multiple, discount_rate=rate)
    assert implied_growth(worth, base, multiple, years, rate) == pytest.approx(growth, rel=1e-9, abs=1e-11)


@given(MONEY, st.floats(0.001, 1), st.floats(0.01, 1))
def test_perpetual_growth_is_the_inverse_of_gordon(ev: float, cash_yield: float, rate: float) -> None:
    growth = implied_perpetual_growth(ev, ev * cash_yield, rate)
    assert growth < rate
    assert gordon_value(ev * cash_yield * (1 + growth), rate, growth) == pytest.approx(ev, rel=1e-11)


@given(MONEY, st.floats(0.001, 1), YEARS)
def test_breakeven_is_the_inverse_of_a_perpetuity_that_starts_late(value: float, rate: float, years: float) -> None:
    earnings = breakeven_earnings(value, rate, years)
    assert present_value(gordon_value(earnings, rate, 0.0), rate, years) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("target", "base", "years"), [(200, 100, 3), (50, 100, 2.5), (1e12, 3, 40)])
def test_growth_is_rri(target: float, base: float, years: float) -> None:
    for value in native("=RRI(A1,A2,A3)", {"A1": years, "A2": base, "A3": target}):
        assert implied_growth(target, base, 1, years) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("price", "rate", "years"), [(1000, 0.1, 2), (5e9, 0.08, 7.5), (1, 0.2, 0)])
def test_breakeven_is_the_yield_on_fv(price: float, rate: float, years: float) -> None:
    for value in native("=FV(A2,A3,0,-A1)*A2", {"A1": price, "A2": rate, "A3": years}):
        assert breakeven_earnings(price, rate, years) == pytest.approx(value, rel=1e-12)


def case(**strategies: st.SearchStrategy[float]) -> st.SearchStrategy[list[dict[str, float]]]:
    return st.lists(st.fixed_dictionaries(strategies), min_size=2, max_size=5)


@given(case(target=MONEY, base=MONEY, multiple=MULTIPLES, years=YEARS, discount_rate=RATES))
def test_growth_element_by_element(cases: list[dict[str, float]]) -> None:
    check_elementwise(implied_growth, cases)


@given(case(ev=MONEY, cash_flow=MONEY, rate=RATES))
def test_perpetual_growth_element_by_element(cases: list[dict[str, float]]) -> None:
    check_elementwise(implied_perpetual_growth, cases)


@given(case(value=MONEY, rate=RATES, years=st.sampled_from([0.0, 1.0, 2.5])))
def test_breakeven_element_by_element(cases: list[dict[str, float]]) -> None:
    check_elementwise(breakeven_earnings, cases)


def test_an_unknown_number_of_years_is_not_lost_in_the_power() -> None:
    assert math.isnan(implied_growth(100, 10, 10, math.nan))  # 1 to the power of NaN
    assert math.isnan(breakeven_earnings(100, 0.0, math.nan))
    assert math.isnan(breakeven_earnings(100, math.nan, 0))


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        (implied_growth, (-1, 10, 10, 3), OUT_OF_RANGE),
        (implied_growth, (100, 0, 10, 3), NOT_MEANINGFUL),
        (implied_growth, (100, -10, 10, 3), NOT_MEANINGFUL),
        (implied_growth, (100, 10, 0, 3), OUT_OF_RANGE),
        (implied_growth, (100, 10, -1, 3), OUT_OF_RANGE),
        (implied_growth, (100, 10, 10, 0), ZERO_DENOMINATOR),
        (implied_growth, (100, 10, 10, -3), OUT_OF_RANGE),
        (implied_growth, (100, 10, 10, 3, -1), OUT_OF_RANGE),
        (implied_growth, (0, 10, 10, 3, -1), OUT_OF_RANGE),
        (implied_perpetual_growth, (-1, 10, 0.1), OUT_OF_RANGE),
        (implied_perpetual_growth, (100, 0, 0.1), NOT_MEANINGFUL),
        (implied_perpetual_growth, (100, -5, 0.1), NOT_MEANINGFUL),
        (implied_perpetual_growth, (100, 10, -1), OUT_OF_RANGE),
        (breakeven_earnings, (100, -1), OUT_OF_RANGE),
        (breakeven_earnings, (100, 0.1, -1), OUT_OF_RANGE),
    ],
)
def test_invalid_input_never_gives_a_number(
    function: Callable[..., Any], arguments: tuple[float, ...], error: float
) -> None:
    assert number_of(attempted(function)(*arguments)) == number_of(error)


def test_the_ends_of_the_range_have_values() -> None:
    assert implied_perpetual_growth(0, 10, 0.1) == -1.0
    assert implied_perpetual_growth(100, 10, 0.0) == pytest.approx(-10 / 110)
    assert breakeven_earnings(-100, 0.1) == -10.0
