"""Intrinsic value: by hand, at fifty digits, and against the spreadsheet's own functions."""

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from elementwise import check_elementwise
from native import native
from reasons import attempted, number_of
from valuation.intrinsic import cost_of_equity, dcf_value, gordon_value, wacc
from valuation.kernel.errors import (
    CELL_ERRORS,
    NOT_MEANINGFUL,
    OUT_OF_RANGE,
    ZERO_DENOMINATOR,
    ChoiceError,
    RangeError,
    reason,
)

mp.dps = 50

MONEY = st.floats(1e-3, 1e12)
# A number below the smallest normal one has fewer digits, and no result of it is exact to 1e-12. Twelve years at 100%
# halve a flow twelve times, so that it is larger than that smallest number by as much, or zero.
LEAST = sys.float_info.min * 2**12
FLOW = st.one_of(st.just(0.0), st.floats(LEAST, 1e9), st.floats(-1e9, -LEAST))
FLOWS = st.lists(FLOW, min_size=1, max_size=12)
RATE = st.floats(-0.3, 1)
SHARE = st.floats(0, 1)
CONVENTION = st.fixed_dictionaries({"mid_year": st.booleans()})


# Perpetuities.


def test_gordon_by_hand() -> None:
    assert gordon_value(5, 0.10, 0.05) == pytest.approx(100.0, rel=1e-14)
    assert gordon_value(5, 0.10, -0.15) == pytest.approx(20.0, rel=1e-14)
    assert gordon_value(5, 0.10, 0) == 50.0
    assert gordon_value(5, 0.25, -1) == 4.0  # once and never again: 5 ÷ 1.25


@given(MONEY, st.floats(0.02, 1), st.floats(-0.5, 0))
def test_gordon_at_fifty_digits(flow: float, rate: float, growth: float) -> None:
    assert gordon_value(flow, rate, growth) == pytest.approx(float(flow / (mpf(rate) - mpf(growth))), rel=1e-12)


@given(st.floats(0.05, 0.5), st.floats(-0.3, 0.02))
def test_gordon_is_what_a_long_stream_comes_to(rate: float, growth: float) -> None:
    stream = 100 * (1 + growth) ** np.arange(1500.0)  # what is left is below 1.02^1500 ÷ 1.05^1500 = 1e-19
    assert gordon_value(100, rate, growth) == pytest.approx(dcf_value(stream, rate), rel=1e-11)


# Discounted cash flows.


def test_dcf_by_hand() -> None:
    assert dcf_value([110, 121], 0.10) == pytest.approx(200.0, rel=1e-14)
    assert dcf_value([110, 121], 0.10, mid_year=True) == pytest.approx(200 * math.sqrt(1.1), rel=1e-14)
    # 121 × 1.05 ÷ (10 % − 5 %) = 2541 in two years: 2541 ÷ 1.21 = 2100
    assert dcf_value([110, 121], 0.10, 0.05) == pytest.approx(2300.0, rel=1e-13)
    assert dcf_value([110, 121], 0.10, 0.05, mid_year=True) == pytest.approx(2300 * math.sqrt(1.1), rel=1e-13)
    # sold for 10 × 121 = 1210 at the end of the second year, mid-year or not
    assert dcf_value([110, 121], 0.10, terminal_multiple=10) == pytest.approx(1200.0, rel=1e-14)
    assert dcf_value([110, 121], 0.10, None, 10, mid_year=True) == pytest.approx(200 * math.sqrt(1.1) + 1000, rel=1e-14)


@given(FLOWS, RATE, CONVENTION)
def test_dcf_at_fifty_digits(flows: list[float], rate: float, convention: dict[str, bool]) -> None:
    shift = mpf(1) / 2 if convention["mid_year"] else 0
    terms = [mpf(flow) / (1 + mpf(rate)) ** (year - shift) for year, flow in enumerate(flows, start=1)]
    size = float(sum(map(abs, terms)))  # terms of either sign may cancel
    assert dcf_value(flows, rate, **convention) == pytest.approx(float(sum(terms)), rel=1e-12, abs=1e-12 * size)


@given(FLOWS, st.floats(0.06, 1), st.floats(-0.3, 0.05), CONVENTION)
def test_the_terminal_value_is_the_present_value_of_all_later_flows(
    flows: list[float], rate: float, growth: float, convention: dict[str, bool]
) -> None:
    longer = [*flows, flows[-1] * (1 + growth)]
    one, other = (dcf_value(stream, rate, growth, **convention) for stream in (flows, longer))
    assert one == pytest.approx(other, rel=1e-9, abs=1e-9 * max(map(abs, flows)))


@given(st.lists(MONEY, min_size=1, max_size=12), RATE, st.floats(0.1, 50))
def test_a_sale_is_one_more_flow_in_the_last_year(flows: list[float], rate: float, multiple: float) -> None:
    sold = [*flows[:-1], flows[-1] * (1 + multiple)]
    assert dcf_value(flows, rate, terminal_multiple=multiple) == pytest.approx(dcf_value(sold, rate), rel=1e-12)


def test_dcf_is_npv() -> None:
    flows, rate = [-250.0, 80.0, 130.5, 900.0], 0.085
    cells = {f"A{row}": flow for row, flow in enumerate(flows, start=1)} | {"B1": rate}
    for value in native("=NPV(B1,A1:A4)", cells):
        assert dcf_value(flows, rate) == pytest.approx(value, rel=1e-12)
    for value in native("=NPV(B1,A1:A4)*(1+B1)^0.5", cells):
        assert dcf_value(flows, rate, mid_year=True) == pytest.approx(value, rel=1e-12)
    for value in native("=NPV(B1,A1:A4)+A4*(1+B2)/(B1-B2)/(1+B1)^4", cells | {"B2": 0.02}):
        assert dcf_value(flows, rate, 0.02) == pytest.approx(value, rel=1e-12)
    for value in native("=PV(B1,4,-100)", cells):
        assert dcf_value([100] * 4, rate) == pytest.approx(value, rel=1e-12)


@given(st.lists(st.lists(MONEY, min_size=3, max_size=3), min_size=2, max_size=4), CONVENTION)
def test_dcf_element_by_element(streams: list[list[float]], convention: dict[str, bool]) -> None:
    cases: list[dict[str, Any]] = [
        {"cash_flows": flows, "rate": 0.1 + place / 50} for place, flows in enumerate(streams)
    ]
    terminals: list[dict[str, float]] = [{}, {"terminal_growth": 0.03}, {"terminal_multiple": 9.0}]
    for terminal in terminals:
        check_elementwise(dcf_value, [case | terminal for case in cases], **convention)


def test_one_terminal_value_only() -> None:
    with pytest.raises(ChoiceError, match=r"^terminal_multiple: give a terminal growth or a terminal multiple"):
        dcf_value([100], 0.1, 0.02, 10)


# Rates.


def test_rates_as_published() -> None:
    # ixambee.com, question 207005: 15 % on a third, 10 % less 32 % tax on two thirds; printed 9.53 %
    assert wacc(1, 2, 0.15, 0.10, 0.32) == pytest.approx(0.05 + 0.068 * 2 / 3, rel=1e-14)
    # studylib.net, document 27182821: 75 m at 10.1 %, 25 m at 3.5 % less 18 % tax: 0.07575 + 0.007175
    assert wacc(75e6, 25e6, 0.101, 0.035, 0.18) == pytest.approx(0.082925, rel=1e-13)
    # coursehero.com, "wacc problem 3": a fifth of debt at 8 % after tax, equity at 12 %; printed 11.2 %
    assert wacc(80, 20, 0.12, 0.08, 0) == pytest.approx(0.112, rel=1e-14)
    assert cost_of_equity(0.03, 1.2, 0.05) == pytest.approx(0.09, rel=1e-14)


@given(MONEY, MONEY, st.floats(0, 0.5), st.floats(0, 0.3), SHARE)
def test_wacc_at_fifty_digits_and_between_its_two_rates(
    equity: float, debt: float, cost_equity: float, cost_debt: float, tax: float
) -> None:
    value = wacc(equity, debt, cost_equity, cost_debt, tax)
    after_tax = mpf(cost_debt) * (1 - mpf(tax))
    exact = (mpf(equity) * cost_equity + mpf(debt) * after_tax) / (mpf(equity) + mpf(debt))
    assert value == pytest.approx(float(exact), rel=1e-12, abs=1e-300)
    assert min(cost_equity, after_tax) - 1e-15 <= value <= max(cost_equity, after_tax) + 1e-15


@given(st.floats(-0.01, 0.1), st.floats(-1, 3), st.floats(0, 0.1))
def test_cost_of_equity_at_fifty_digits(risk_free: float, beta: float, premium: float) -> None:
    exact = mpf(risk_free) + mpf(beta) * premium
    assert cost_of_equity(risk_free, beta, premium) == pytest.approx(float(exact), rel=1e-12, abs=1e-16)


# Nonsense.


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (attempted(gordon_value)(5, 0.1, 0.1), OUT_OF_RANGE),
        (attempted(gordon_value)(5, 0.1, 0.11), OUT_OF_RANGE),
        (attempted(gordon_value)(5, 0.1, -1.01), OUT_OF_RANGE),
        (attempted(dcf_value)([100], -1), OUT_OF_RANGE),
        (attempted(dcf_value)([100], 0.1, 0.1), OUT_OF_RANGE),
        (dcf_value([100, 0], 0.1, terminal_multiple=5), NOT_MEANINGFUL),
        (dcf_value([100, -1], 0.1, terminal_multiple=5), NOT_MEANINGFUL),
        (attempted(wacc)(-1, 100, 0.1, 0.05, 0.2), OUT_OF_RANGE),
        (attempted(wacc)(100, -101, 0.1, 0.05, 0.2), OUT_OF_RANGE),
        (wacc(0, 0, 0.1, 0.05, 0.2), ZERO_DENOMINATOR),
    ],
)
def test_invalid_input_never_gives_a_number(value: float, error: float) -> None:
    assert number_of(value) == number_of(error)


def test_the_ends_of_the_range_have_values() -> None:
    assert wacc(0, 100, 0.1, 0.05, 0.2) == pytest.approx(0.04, rel=1e-14)
    assert wacc(100, -50, 0.1, 0.05, 0.2) == pytest.approx(0.16, rel=1e-14)  # net cash: (10 − 2) ÷ 50
    assert dcf_value([100, -121], 0.1) == pytest.approx(100 / 1.1 - 100, rel=1e-13)


def test_a_stub_year_by_hand() -> None:
    # In the middle of the year half of the first 100 is still to come, in half a year; the next in one and a half.
    assert dcf_value([100, 120], 0.21, stub=0.5) == pytest.approx(50 / 1.1 + 120 / 1.331, rel=1e-14)
    mid_year = 50 / 1.21**0.25 + 120 / 1.21
    assert dcf_value([100, 120], 0.21, mid_year=True, stub=0.5) == pytest.approx(mid_year, rel=1e-14)
    # Growth of 1 %: 121.2 ÷ 0.2, half a year earlier if mid-year; a sale at 5 times is at the end of the last year.
    assert dcf_value([100, 120], 0.21, 0.01, mid_year=True, stub=0.5) == pytest.approx(mid_year + 606 / 1.21, rel=1e-14)
    assert dcf_value([100, 120], 0.21, None, 5, mid_year=True, stub=0.5) == pytest.approx(
        mid_year + 600 / 1.331, rel=1e-14
    )
    for mid in (False, True):
        assert dcf_value([100, 120], 0.21, 0.01, None, mid, 1) == dcf_value([100, 120], 0.21, 0.01, None, mid)
        assert dcf_value([100, 120], 0.21, None, None, mid, 0) == pytest.approx(120 / 1.21 ** (0.5 if mid else 1))
    with pytest.raises(RangeError, match=r"^stub: 1\.5 is out of range: it must be from 0 to 1"):
        dcf_value([100, 120], 0.21, stub=1.5)


def test_a_rate_that_is_not_known_has_no_value_even_over_no_time() -> None:
    for mid_year in (False, True):
        for stub in (0.0, 0.5, 1.0):
            value = dcf_value([100], CELL_ERRORS["#REF!"], mid_year=mid_year, stub=stub)
            assert number_of(value) == number_of(CELL_ERRORS["#REF!"])
        assert number_of(dcf_value([100, 120], 0.0, mid_year=mid_year, stub=CELL_ERRORS["#REF!"])) == number_of(
            CELL_ERRORS["#REF!"]
        )


def test_stubs_of_many_cases() -> None:
    values = dcf_value([[100, 120], [100, 120]], [0.21, 0.1], stub=[0.5, 1.0])
    assert values.tolist() == pytest.approx([50 / 1.1 + 120 / 1.331, 100 / 1.1 + 120 / 1.21])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (lambda: dcf_value([100], -1), "rate must be above -1; write 8 % a year as 0.08"),
        (lambda: wacc(-1, 100, 0.1, 0.05, 0.2), "equity, and equity + debt, must be at least 0"),
        (
            lambda: gordon_value(100, 0.05, 0.05),
            "growth must be below the rate and at least -1: else the sum is infinite",
        ),
    ],
)
def test_what_has_no_value_says_why(value: Callable[[], float], message: str) -> None:
    why = reason(value())
    assert why is not None
    assert why.message == message
