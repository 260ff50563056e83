"""Growth and pieced-together years: the sources' figures, hand calculation, fifty digits, and properties."""

from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elementwise import check_elementwise
from reasons import attempted, number_of
from valuation.kernel.errors import CELL_ERRORS, NOT_MEANINGFUL, OUT_OF_RANGE, ZERO_DENOMINATOR, reason
from valuation.periods import annualize, cagr, calendarize, growth_rate, ltm, ntm, project

REF = CELL_ERRORS["#REF!"]
figures = st.floats(0.01, 1e9)


def why_not(value: float) -> str:
    found = reason(value)
    return found.message if found else ""


def test_growth_of_the_sources() -> None:
    assert growth_rate(1146, 684) == pytest.approx(0.675, abs=5e-4)  # D: revenue 2017, published +67.5 %
    assert growth_rate(957.1, 796.3) == pytest.approx(0.202, abs=5e-4)  # D: first half of 2019, published +20.2 %
    assert growth_rate(184.28, 186.26) == pytest.approx(-0.0106, abs=5e-5)  # A: the second quarter of 2015
    assert growth_rate(992.4, 756.39) == pytest.approx(0.312, abs=5e-4)  # A: per payer, annualised


def test_growth_from_a_loss_is_not_meaningful() -> None:
    results = growth_rate([5, 5, -5, REF], [-5, 0, 10, -5])
    assert reason(results[0]) == reason(NOT_MEANINGFUL)
    assert reason(results[1]) == reason(ZERO_DENOMINATOR)
    assert results[2] == -1.5  # into a loss: by half more than all of it
    assert reason(results[3]) is not None


def test_cagr_by_hand() -> None:
    assert cagr(100, 144, 2) == pytest.approx(0.2)
    assert cagr(250, 4000, 2) == pytest.approx(3)  # sixteen-fold in two years is four-fold a year
    assert cagr(8, 1, 3) == pytest.approx(-0.5)
    assert cagr(100, 120, 1) == pytest.approx(growth_rate(120, 100))


def test_growth_between_figures_whose_ratio_is_no_number() -> None:
    # 616 powers of ten: 308 a year in two years, one in 616; and a fall by nine tenths a year.
    found = cagr([1e-308, 1e-308, 1e308, 100, 2], [1e308, 1e308, 1e-308, 121, 2], [2, 616, 616, 2, 5])
    assert found.tolist() == pytest.approx([1e308, 9, -0.9, 0.1, 0], rel=1e-12, abs=1e-12)
    assert cagr(1e-308, 1e308, 616) == pytest.approx(9, rel=1e-12)
    assert cagr(1e308, 1e-308, 616) == pytest.approx(-0.9, rel=1e-12)


def test_growth_on_the_absolute_base() -> None:
    # From −100 to 50 by 150, to −150 by −50; from 100 as ever.
    assert growth_rate([50, -150, 120], [-100, -100, 100], absolute=True).tolist() == pytest.approx([1.5, -0.5, 0.2])


def test_an_error_in_any_figure_comes_out_of_growth() -> None:
    for place in range(3):
        given_figures = [100.0, 121.0, 2.0]
        given_figures[place] = REF
        assert number_of(cagr(*given_figures)) == number_of(REF)


@given(figures, figures, st.floats(0.1, 50))
def test_cagr_at_fifty_digits(first: float, last: float, years: float) -> None:
    with localcontext(prec=50):
        expected = (Decimal(last) / Decimal(first)) ** (1 / Decimal(years))
    assert 1 + cagr(first, last, years) == pytest.approx(float(expected), rel=1e-12)


@given(figures, st.floats(-0.9, 5), st.floats(0.1, 20))
def test_projecting_at_the_growth_between_two_figures_joins_them(base: float, growth: float, years: float) -> None:
    assert cagr(base, project(base, growth, years), years) == pytest.approx(growth, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((0, 5, 2), NOT_MEANINGFUL),
        ((-5, 5, 2), NOT_MEANINGFUL),
        ((5, 0, 2), NOT_MEANINGFUL),
        ((5, -5, 2), NOT_MEANINGFUL),
        ((-5, -5, 2), NOT_MEANINGFUL),
        ((5, 5, 0), OUT_OF_RANGE),
        ((5, 6, -1), OUT_OF_RANGE),
        ((5, 5, REF), REF),  # 1 to an unknown power is not 1
    ],
)
def test_growth_that_no_rate_describes(arguments: tuple[float, ...], expected: float) -> None:
    assert number_of(cagr(*arguments)) == number_of(expected)


def test_projection_of_source_b() -> None:
    assert project(1146, 0.5, 3) == 3867.75
    assert project(1146, 0.5, [0, 1, 2]).tolist() == [1146.0, 1719.0, 2578.5]
    assert project(121, 0.1, -2) == pytest.approx(100)
    assert reason(attempted(project)(100, -1.5, 2)) == reason(OUT_OF_RANGE)


@given(figures, st.floats(-0.5, 1), st.integers(0, 10), st.integers(0, 10))
def test_years_add_up(base: float, growth: float, years: int, more: int) -> None:
    onwards = project(project(base, growth, years), growth, more)
    assert onwards == pytest.approx(project(base, growth, years + more), rel=1e-12)


def test_annualisation() -> None:
    # A: ads per account 4.83 in the second quarter of 2015, 47.7 % above the first, so 8.10 in the half year;
    # published 10.19 for 2014 and 21.32 for 2015: the first half of 2014 was 10.19 × 8.10 / 21.32 = 3.871.
    assert pytest.approx(8.10, abs=0.005) == 4.83 / 1.477 + 4.83
    assert annualize(8.10, 3.871, 10.19) == pytest.approx(21.32, abs=0.005)
    assert annualize(60, 50, 120) == 144.0
    assert reason(annualize(60, 0, 120)) == reason(ZERO_DENOMINATOR)


@given(figures, figures, figures)
def test_a_full_year_grows_as_its_part_did(part: float, prior_part: float, prior_full: float) -> None:
    full = annualize(part, prior_part, prior_full)
    assert full / prior_full == pytest.approx(part / prior_part, rel=1e-12)
    assert annualize(prior_part, prior_part, prior_full) == pytest.approx(prior_full, rel=1e-15)


def test_last_twelve_months() -> None:
    assert ltm(100, 15, 10) == 105.0
    assert ltm(100, 15, 15) == 100.0  # nothing has changed
    assert ltm(100, 130, 100) == 130.0  # a whole year has passed


def test_next_twelve_months_by_hand() -> None:
    assert ntm(120, 240, [0, 3, 6, 12]).tolist() == [120.0, 150.0, 180.0, 240.0]
    assert ntm(120, 240, 1.5) == 135.0


def test_calendar_years_by_hand() -> None:
    # Fiscal years to March: three months of the calendar year lie in the first, nine in the second.
    assert calendarize(120, 240, [3, 6, 9, 12]).tolist() == [210.0, 180.0, 150.0, 120.0]


def test_what_has_no_growth_says_why() -> None:
    assert why_not(cagr(5, 6, -1)) == "years must be above 0"
    month = "year_end_month is out of range: it must be from 1 to 12; a year has 12 months"
    assert why_not(calendarize(120, 240, 0)) == month
    assert calendarize(120, 240, 1) == 230.0
    for part in ((-50, 120), (50, -120), (-50, -120)):
        assert number_of(annualize(60, *part)) == number_of(NOT_MEANINGFUL)
    assert annualize(60, 50, 0) == 0.0


@pytest.mark.parametrize(("function", "outside"), [(ntm, [-1, 12.5, 13]), (calendarize, [0, 0.5, 13, -3])])
def test_months_that_no_year_has(function: Any, outside: list[float]) -> None:  # noqa: ANN401
    results = function(120, 240, [*outside, REF, 6])
    assert {number_of(float(result)) for result in results[: len(outside)]} == {number_of(OUT_OF_RANGE)}
    assert reason(results[-2]) == reason(REF)
    assert results[-1] == 180.0


@given(figures, figures, st.integers(1, 12))
def test_composed_years_lie_between_their_parts(one: float, other: float, months: int) -> None:
    for pieced in (calendarize(one, other, months), ntm(one, other, months)):
        assert min(one, other) * (1 - 1e-15) <= pieced <= max(one, other) * (1 + 1e-15)
    assert calendarize(one, one, months) == pytest.approx(one, rel=1e-15)
    assert calendarize(one, other, months) == ntm(other, one, months)  # the same months, counted from the other end


@pytest.mark.parametrize(
    ("function", "cases"),
    [
        (growth_rate, [{"current": c, "prior": 4} for c in (3, 5, 8)]),
        (cagr, [{"first": 4, "last": v, "years": 2} for v in (4, 9, 1)]),
        (project, [{"base": 4, "growth": g, "years": 2} for g in (0, 0.5, -0.5)]),
        (annualize, [{"part": p, "prior_part": 4, "prior_full": 9} for p in (3, 5, 8)]),
        (ltm, [{"fiscal_year": 4, "stub": s, "prior_stub": 1} for s in (3, 5, 8)]),
        (ntm, [{"fy1": 4, "fy2": 6, "months_elapsed": m} for m in (0, 5, 12)]),
        (calendarize, [{"fy0": 4, "fy1": 6, "year_end_month": m} for m in (1, 5, 12)]),
    ],
)
def test_arrays_are_loops_and_errors_stay_in_place(function: Any, cases: list[dict[str, Any]]) -> None:  # noqa: ANN401
    check_elementwise(function, cases)


def test_overflow_gives_an_error() -> None:
    assert reason(project(1e300, 9, 20)) == reason(np.inf)
