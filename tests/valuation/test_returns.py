"""Cash flows on dates against XNPV and XIRR, by hand, and against their own present value."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elementwise import check_elementwise
from native import in_formualizer
from reasons import error_of
from valuation.intrinsic import dcf_value
from valuation.kernel.errors import (
    CELL_ERRORS,
    ChoiceError,
    MissingError,
    NotANumberError,
    RangeError,
    ShapeError,
    reason,
)
from valuation.numerics.flow_rates import rates
from valuation.returns import dated_dcf_value, irr_of_flows, xirr_of_flows

# The example of Microsoft's pages on XIRR and XNPV: 37.3362535 %, and 2,086.65 at 9 %.
FLOWS = [-10_000, 2_750, 4_250, 3_250, 2_750]
DAYS = ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"]


# Value


def test_microsoft_s_example_of_xnpv() -> None:
    assert dated_dcf_value(FLOWS, DAYS, [DAYS[0]], 0.09) == pytest.approx(2086.6476, abs=5e-5)


def test_in_an_engine() -> None:
    serials = [39448, 39508, 39751, 39859, 39904]
    cells = {f"A{row}": float(flow) for row, flow in enumerate(FLOWS, 1)}
    cells |= {f"B{row}": float(day) for row, day in enumerate(serials, 1)}
    value = in_formualizer("=SUMPRODUCT(A1:A5/(1+0.09)^((B1:B5-B1)/365))", cells)
    assert dated_dcf_value(FLOWS, serials, serials[0], 0.09) == pytest.approx(value, rel=1e-12)


def test_a_stub_by_hand() -> None:
    # From 2026-07-02 it is 182 days to the end of the year and 547 to the end of the next.
    dates, valued = ["2026-12-31", "2027-12-31"], ["2026-07-02"]
    at_the_end = 50 / 1.1 ** (182 / 365) + 125 / 1.1 ** (547 / 365)
    assert dated_dcf_value([50, 125], dates, valued, 0.1) == pytest.approx(at_the_end, rel=1e-14)
    # Mid-year the stub's flow comes after 91 days and the next after 182 + 182.5.
    mid_year = 50 / 1.1 ** (91 / 365) + 125 / 1.1 ** (364.5 / 365)
    assert dated_dcf_value([50, 125], dates, valued, 0.1, mid_year=True) == pytest.approx(mid_year, rel=1e-14)
    # The flows after the last date grow at 2 %: the first is 127.5, half a year earlier if mid-year.
    for flag, value, moment in ((False, at_the_end, 547 / 365), (True, mid_year, 547 / 365 - 0.5)):
        grown = value + 127.5 / 0.08 / 1.1**moment
        assert dated_dcf_value([50, 125], dates, valued, 0.1, 0.02, mid_year=flag) == pytest.approx(grown, rel=1e-14)
        sold = value + 125 * 8 / 1.1 ** (547 / 365)
        assert dated_dcf_value([50, 125], dates, valued, 0.1, None, 8, flag) == pytest.approx(sold, rel=1e-14)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=4), st.floats(0.01, 0.5), st.booleans())
def test_whole_years_of_365_days_are_the_dcf_of_years(flows: list[float], rate: float, mid_year: bool) -> None:  # noqa: FBT001
    start = dt.date(2024, 12, 31)
    dates = [start + dt.timedelta(days=365 * year) for year in range(1, len(flows) + 1)]
    for terminal in ({}, {"terminal_growth": 0.0}, {"terminal_multiple": 7.0}):
        options: dict[str, Any] = {**terminal, "mid_year": mid_year}
        expected = dcf_value(flows, rate, **options)
        assert dated_dcf_value(flows, dates, start, rate, **options) == pytest.approx(expected, rel=1e-12)


def test_a_flow_on_the_valuation_date_is_not_discounted() -> None:
    assert dated_dcf_value([100], ["2026-01-01"], ["2026-01-01"], 0.1) == 100.0
    assert error_of(dated_dcf_value([100], ["2026-01-01"], ["2026-01-01"], CELL_ERRORS["#REF!"])) == "#REF!"


def test_what_dates_are_refused() -> None:
    with pytest.raises(RangeError, match=r"^dates row 1: 2025-12-31 is before the valuation date 2026-01-01; leave"):
        dated_dcf_value([1, 2], ["2025-12-31", "2026-12-31"], ["2026-01-01"], 0.1)
    with pytest.raises(RangeError, match=r"^dates row 2: 2026-06-30 is before 2026-12-31 in the row above"):
        dated_dcf_value([1, 2], ["2026-12-31", "2026-06-30"], ["2026-01-01"], 0.1)
    with pytest.raises(ShapeError, match=r"^dates: has 1 values, cash_flows has 2"):
        dated_dcf_value([1, 2], ["2026-12-31"], ["2026-01-01"], 0.1)
    with pytest.raises(ShapeError, match=r"^valuation_date: takes one date, not 2"):
        dated_dcf_value([1], ["2026-12-31"], ["2026-01-01", "2026-02-01"], 0.1)
    with pytest.raises(MissingError, match=r"^dates row 2: is blank"):
        dated_dcf_value([1, 2], ["2026-12-31", None], ["2026-01-01"], 0.1)
    with pytest.raises(NotANumberError, match=r"^valuation_date row 1: 'soon' is not a date"):
        dated_dcf_value([1], ["2026-12-31"], ["soon"], 0.1)


def test_a_terminal_value_starts_from_a_whole_year() -> None:
    half = ["2026-12-31", "2027-06-30"], ["2026-01-01"]
    with pytest.raises(RangeError, match=r"^dates row 2: the last period has 181 days; a terminal value needs"):
        dated_dcf_value([1, 2], *half, 0.1, 0.02)
    with pytest.raises(RangeError, match=r"^dates row 2: the last period has 181 days"):
        dated_dcf_value([1, 2], *half, 0.1, terminal_multiple=8)
    with pytest.raises(ChoiceError, match=r"^terminal_multiple: give a terminal growth or a terminal"):
        dated_dcf_value([1, 2], *half, 0.1, 0.02, 8)


def test_terminal_values_that_do_not_exist() -> None:
    year = ["2026-12-31"], ["2025-12-31"]
    assert error_of(dated_dcf_value([5], *year, 0.1, 0.1)) == "#NUM!"
    assert error_of(dated_dcf_value([-5], *year, 0.1, None, 8)) == "#N/A"
    assert error_of(dated_dcf_value([5], *year, -1)) == "#NUM!"


# Rates


def test_microsoft_s_example_of_xirr() -> None:
    # Microsoft prints 0.373362535; its search stops there.
    assert xirr_of_flows(FLOWS, DAYS) == pytest.approx(0.373362535, abs=5e-9)


def test_yearly_rates_by_hand() -> None:
    assert irr_of_flows([-100, 110]) == pytest.approx(0.1, rel=1e-12)
    assert irr_of_flows([-100, 0, 0, 133.1]) == pytest.approx(0.1, rel=1e-12)
    assert irr_of_flows([100, -90]) == pytest.approx(-0.1, rel=1e-12)
    # Microsoft's example of IRR: 8.7 % after five years, −2.1 % after four.
    assert irr_of_flows([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000]) == pytest.approx(0.087, abs=5e-4)
    assert irr_of_flows([-70_000, 12_000, 15_000, 18_000, 21_000]) == pytest.approx(-0.021, abs=5e-4)


def test_all_rates_are_named() -> None:
    # Lorie and Savage (1955), the oil pump: 25 % and 400 %.
    pump = [-1600, 10_000, -10_000]
    with pytest.raises(
        RangeError, match=r"^cash_flows: have 2 rates of return: 25\.000000 %, 400\.000000 %; give a low"
    ):
        irr_of_flows(pump)
    assert irr_of_flows(pump, high=1) == pytest.approx(0.25, rel=1e-12)
    assert irr_of_flows(pump, low=1) == pytest.approx(4.0, rel=1e-12)
    with pytest.raises(RangeError, match=r"no rate of return from low to high, but outside: 25\.000000 %, 400"):
        irr_of_flows(pump, 0.3, 0.5)
    # (x − 1)(x − 2)(x − 3) of growth factors x
    with pytest.raises(RangeError, match=r"3 rates of return: 0\.000000 %, 100\.000000 %, 200\.000000 %"):
        irr_of_flows([-1, 6, -11, 6])


def test_a_rate_at_which_the_value_only_touches_zero_is_found() -> None:
    assert irr_of_flows([100, -240, 144]) == pytest.approx(0.2, abs=1e-7)  # 100 × (x − 1.2)²


def test_flows_without_a_rate() -> None:
    for flows in ([100, 50], [-1, -2], [0, 0], [5]):
        with pytest.raises(RangeError, match=r"^cash_flows: have no rate of return: give money paid"):
            irr_of_flows(flows)
    with pytest.raises(RangeError, match=r"^cash_flows: have no rate of return: their present value is not 0"):
        irr_of_flows([1, -2, 1.5])
    with pytest.raises(MissingError, match=r"^cash_flows row 2: is blank"):
        irr_of_flows([-1, None])
    with pytest.raises(ShapeError, match=r"^dates: has 1 values, cash_flows has 2"):
        xirr_of_flows([-1, 2], ["2026-01-01"])


def test_among_many_cases_an_error_stays_in_its_place() -> None:
    found = irr_of_flows([[-100, 110], [100, 50], [-1600, 10_000], [np.inf, -1]])
    assert found[[0, 2]] == pytest.approx([0.1, 5.25])
    assert (error_of(found[1]), error_of(found[3])) == ("#NUM!", "#NUM!")
    low = irr_of_flows([-1600, 10_000, -10_000], [[-1], [1]], [[1], [5]])
    assert low.ravel() == pytest.approx([0.25, 4.0])
    check_elementwise(irr_of_flows, [{"cash_flows": [-100, 60, flow], "low": -0.9} for flow in (50, 60, 90)])
    cases = [{"cash_flows": [-100, 60, flow], "high": 9.0} for flow in (50, 60, 90)]
    check_elementwise(lambda **each: xirr_of_flows(dates=["2026-01-01", "2026-05-01", "2027-01-01"], **each), cases)


MONEY = st.floats(-1e6, 1e6).filter(lambda flow: flow == 0 or abs(flow) > 1e-3)


@example([(1.0, 1), (-2.0, 0)])  # 2 today for 1 tomorrow: 1 + rate is 2 ** −365
@example([(1.0, 0), (-7.0, 1)])  # 7 tomorrow for 1 today: 7 ** 365 overflows
@given(st.lists(st.tuples(MONEY, st.integers(0, 3650)), min_size=2, max_size=12))
def test_at_a_rate_of_return_the_value_is_nothing(flows: list[tuple[float, int]]) -> None:
    money = [flow for flow, _ in flows]
    dates = [dt.date(2020, 1, 1) + dt.timedelta(days=day) for _, day in flows]
    try:
        rate = xirr_of_flows(money, dates)
    except RangeError:
        return
    if rate == -1 or not np.isfinite(rate):  # rounded to −100 %, or too large for a number: #NUM!
        return
    times = np.array([(day - min(dates)).days / 365 for day in dates])
    logarithms = -times * np.log1p(rate)
    terms = np.array(money) * np.exp(logarithms - logarithms.max())
    # Of a change in the rate that the number can show, no more than this is left.
    slope = abs(terms * times).sum() / (1 + rate)
    assert abs(terms.sum()) <= 1e-12 * abs(terms).sum() + 4 * slope * np.spacing(1 + abs(rate))


@given(
    st.lists(st.floats(0.2, 5), min_size=1, max_size=4, unique=True).filter(
        lambda roots: all(abs(a - b) > 0.05 for a in roots for b in roots if a is not b)
    )
)
def test_flows_made_from_their_rates_give_these_rates(factors: list[float]) -> None:
    flows = np.poly(factors)
    if len(factors) == 1:
        assert irr_of_flows(flows) == pytest.approx(factors[0] - 1, abs=1e-9)
        return
    for factor in factors:
        assert irr_of_flows(flows, factor - 1.02, factor - 0.98) == pytest.approx(factor - 1, abs=1e-7)
    with pytest.raises(RangeError, match=f"^cash_flows: have {len(factors)} rates of return: "):
        irr_of_flows(flows)


def test_one_change_of_sign_is_one_rate_however_extreme() -> None:
    for flows in ([-1e-9, 1e9], [-1e9, 1e-9], [-1.0] * 200 + [1e6], [-1e300, 1e300, 1e300]):
        rate = irr_of_flows(flows)
        assert -1 <= rate < np.inf  # a loss of all but a part in 1e18 is nearest to −1


ENDS = ["2026-12-31", "2027-12-31"]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"rate": -1}, "rate must be above -1; write 8 % a year as 0.08"),
        ({"terminal_growth": 0.1}, "growth must be below the rate and at least -1: else the sum is infinite"),
        ({"cash_flows": [50, 0], "terminal_multiple": 5}, "n.m.: the metric is zero or negative"),
    ],
)
def test_what_has_no_value_says_why(terms: dict[str, Any], message: str) -> None:
    given_terms: dict[str, Any] = {
        "cash_flows": [50, 125],
        "dates": ENDS,
        "valuation_date": ["2026-07-02"],
        "rate": 0.1,
    }
    why = reason(float(dated_dcf_value(**given_terms | terms)))
    assert why is not None
    assert why.message == message


def test_flows_that_end_with_the_last_and_flows_of_one_day() -> None:
    ending = dated_dcf_value([50, 125], ENDS, ["2026-07-02"], 0.1, -1)
    assert ending == dated_dcf_value([50, 125], ENDS, ["2026-07-02"], 0.1)
    twice = dated_dcf_value([50, 10], [ENDS[0], ENDS[0]], ["2026-07-02"], 0.1)
    assert twice == pytest.approx(60 / 1.1 ** (182 / 365))


@pytest.mark.parametrize(
    ("end", "days"), [("2027-12-25", 359), ("2027-12-26", 360), ("2028-01-07", 372), ("2028-01-08", 373)]
)
def test_a_year_of_twelve_months_or_of_52_or_53_weeks(end: str, days: int) -> None:
    if 360 <= days <= 372:
        assert dated_dcf_value([50, 10], [ENDS[0], end], ["2026-07-02"], 0.1, 0.02) > 0
    else:
        with pytest.raises(RangeError, match=f"^dates row 2: the last period has {days} days"):
            dated_dcf_value([50, 10], [ENDS[0], end], ["2026-07-02"], 0.1, 0.02)


@pytest.mark.parametrize("flows", [[0.5, 3], [0, 3], [-3, 0], [-3, -1], [0.5, 0.7]])
def test_flows_of_one_sign_have_no_rate(flows: list[float]) -> None:
    with pytest.raises(RangeError) as refused:
        irr_of_flows(flows)
    wanted = "have no rate of return: give money paid (negative) as well as money received (positive)"
    assert str(refused.value) == f"cash_flows: {wanted}"


def test_a_rate_at_an_end_is_within_and_one_beyond_is_named() -> None:
    for ends in ({"high": 1.0}, {"low": 1.0}, {"low": 1.0, "high": 1.0}):
        assert irr_of_flows([-100, 200], **ends) == pytest.approx(1.0, rel=1e-14)
    with pytest.raises(RangeError) as refused:
        irr_of_flows([-100, 200], high=0.9)
    wanted = "have no rate of return from low to high, but outside: 100.000000 %"
    assert str(refused.value) == f"cash_flows: {wanted}"
    rates: Any = irr_of_flows([[-1, 5, -6], [-100, 110, 0]])
    assert rates[1] == pytest.approx(0.1)
    why = reason(float(rates[0]))
    assert why is not None
    assert why.message == "cash_flows have no rate of return between low and high, or several"
    for given_dates in ([None, ENDS[0]], ["x", ENDS[0]]):
        with pytest.raises((MissingError, NotANumberError), match=r"^dates row 1: "):
            xirr_of_flows([-1, 2], given_dates)


# Mutants of flow_rates.py and returns.py that change no result, and so survive: the last digits that a search stops at;
# `strict` of zips of one length; a sign or a factor before something of which only a NaN counts.


def test_an_end_is_within_rounding_of_a_rate_and_no_more() -> None:
    # Rates of 300 % and of −99.9 %: a part in 1e12 of 4 and of 0.001.
    assert irr_of_flows([-1, 4], high=3 - 3e-12) == pytest.approx(3)
    assert irr_of_flows([-1, 4], low=3 + 3e-12) == pytest.approx(3)
    assert irr_of_flows([0, -100, 200]) == pytest.approx(1)
    for flows, ends in (
        ([-1, 4], {"high": 3 - 6e-12}),
        ([-1, 4], {"low": 3 + 6e-12}),
        ([-1000, 1], {"low": -0.999 + 5e-13}),
        ([-1000, 1], {"high": -0.999 - 5e-13}),
    ):
        with pytest.raises(RangeError, match="have no rate of return from low to high"):
            irr_of_flows(flows, **ends)


def test_a_rate_of_next_to_nothing_has_no_sign_in_the_message() -> None:
    low = 1 - 8e-10
    with pytest.raises(RangeError, match=r"have 2 rates of return: 0\.000000 %, 200\.000000 %; give"):
        irr_of_flows([1, -(3 + low), 3 * low])


def test_two_rates_close_together_are_both_found() -> None:
    # 2 (1 − 1.10 x) (1 − 1.12 x) of discount factors x
    with pytest.raises(RangeError, match=r"^cash_flows: have 2 rates of return: 10\.000000 %, 12\.000000 %; "):
        irr_of_flows([2, -4.44, 2.464])


def test_two_rates_that_rounding_makes_one() -> None:
    # (1 − x)² touches zero at a rate of 0, with a largest term of 2. Lifted by a part in 1e14 of that, it is rounding.
    for end in (1, 1 + 1e-14):
        assert irr_of_flows([1, -2, end]) == pytest.approx(0, abs=1e-9)
    for flows in ([1, -2, 1 + 3.2e-14], [-1, 2, -1 - 3.2e-14]):
        with pytest.raises(
            RangeError, match=r"^cash_flows: have no rate of return: their present value is not 0 at any rate$"
        ):
            irr_of_flows(flows)


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([-1, 0, 0, 0, 1e12], [999]),
        ([-1e12, 0, 0, 0, 1], [-0.999]),
        ([-1, 1000.001, -1], [-0.999, 999]),  # −(x − 1000) (x − 0.001) of growth factors x
        ([1, -1001.5, 1500.5, -500], [-0.5, 0, 999]),  # (x − 0.5) (x − 1) (x − 1000)
        ([1, -1002, 2001, -1000, 0], [0, 0, 999]),  # (x − 1)² (x − 1000): one rate twice
    ],
)
def test_all_rates_are_found_however_far_apart(flows: list[float], expected: list[float]) -> None:
    found = rates(np.arange(len(flows), dtype=float), np.array(flows, float))
    assert found == pytest.approx(sorted(set(expected)), rel=1e-9, abs=1e-9)
