"""Financing rounds: the published ones, XIRR, and every way a date arrives."""

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from elementwise import check_elementwise
from native import native
from reasons import attempted, error_of
from valuation.funding import funding_table, post_money, round_stake, step_up
from valuation.kernel.errors import BLANK, CELL_ERRORS, MissingError, NotANumberError, RangeError, ShapeError, reason

mp.dps = 50

MONEY = st.floats(1e-3, 1e12)

# Mutants of funding.py that survive: `strict` of the two zips in `funding_table`, whose columns are of one length.

# The article of the bundled case xiaomi_2019. It does not say what the fourth and the fifth round raised; the days
# within a month are ours.
DATES = ["2010-12-31", "2011-12-31", "2012-06-30", "2013-08-31", "2014-12-31"]
VALUATIONS = [250e6, 1e9, 4e9, 10e9, 45e9]
RAISED = [41e6, 90e6, 216e6, BLANK, BLANK]

DATE, VALUATION, MONEY_RAISED, STAKE, STEP, GROWTH = range(6)


def column(table: list[list[Any]], place: int) -> list[Any]:
    return [row[place] for row in table[1:]]


def test_rounds_of_source_d() -> None:
    table = funding_table(DATES, VALUATIONS, RAISED)
    assert table[0] == ["Date", "Valuation", "Raised", "Stake sold", "Step-up", "Growth a year"]
    assert column(table, DATE) == [dt.date.fromisoformat(day) for day in DATES]
    assert column(table, VALUATION) == VALUATIONS
    assert column(table, MONEY_RAISED) == [41e6, 90e6, 216e6, None, None]
    assert column(table, STAKE) == [pytest.approx(0.164), pytest.approx(0.09), pytest.approx(0.054), None, None]
    assert column(table, STEP) == [None, 4.0, 4.0, 2.5, 4.5]
    # 365 days; 182 days (2012 has a 29 February); 427 days; 487 days
    assert column(table, GROWTH) == [
        None,
        pytest.approx(3.0, rel=1e-14),
        pytest.approx(4 ** (365 / 182) - 1, rel=1e-14),
        pytest.approx(2.5 ** (365 / 427) - 1, rel=1e-14),
        pytest.approx(4.5 ** (365 / 487) - 1, rel=1e-14),
    ]


def test_stake_of_source_e() -> None:
    assert round_stake(8.85e8, 30e8) == 0.295


def test_round_by_hand() -> None:
    assert post_money(209e6, 41e6) == 250e6
    assert step_up(10e9, 45e9) == 4.5
    assert step_up(10e9, 5e9) == 0.5  # a down round
    assert round_stake(0, 100) == 0.0
    assert round_stake(100, 100) == 1.0


@given(MONEY, MONEY)
def test_at_fifty_digits(first: float, second: float) -> None:
    assert post_money(first, second) == pytest.approx(float(mpf(first) + mpf(second)), rel=1e-15)
    assert step_up(first, second) == pytest.approx(float(mpf(second) / mpf(first)), rel=1e-15)
    assert round_stake(first, first + second) == pytest.approx(float(mpf(first) / mpf(first + second)), rel=1e-15)


@given(MONEY, MONEY)
def test_old_and_new_holders_own_everything(pre: float, raised: float) -> None:
    after = post_money(pre, raised)
    assert round_stake(raised, after) + pre / after == pytest.approx(1.0, rel=1e-15)


@given(st.lists(MONEY, min_size=2, max_size=8))
def test_step_ups_multiply_to_the_whole(valuations: list[float]) -> None:
    steps = column(funding_table(np.arange(len(valuations)) * 200 + 40000, valuations), STEP)
    assert math.prod(steps[1:]) == pytest.approx(valuations[-1] / valuations[0], rel=1e-12)


@given(MONEY, MONEY, st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.integers(30, 9000))
def test_growth_at_fifty_digits(first: float, second: float, start: dt.date, days: int) -> None:
    growth = funding_table([start, start + dt.timedelta(days)], [first, second])[2][GROWTH]
    exact = (mpf(second) / mpf(first)) ** (mpf(365) / days) - 1
    if exact < 1e300:
        assert growth == pytest.approx(float(exact), rel=1e-9, abs=1e-12)
    else:
        assert error_of(growth) == "#NUM!"


def test_growth_is_xirr() -> None:
    growth = column(funding_table(DATES, VALUATIONS), GROWTH)
    serials = [(dt.date.fromisoformat(day) - dt.date(1899, 12, 30)).days for day in DATES]
    for later in range(1, 5):
        cells = {"A1": -VALUATIONS[later - 1], "A2": VALUATIONS[later], "B1": serials[later - 1], "B2": serials[later]}
        for value in native("=XIRR(A1:A2,B1:B2)", cells):
            assert growth[later] == pytest.approx(value, rel=1e-7)  # XIRR stops searching there


@pytest.mark.parametrize(
    "dates",
    [
        [dt.date(2011, 12, 31), dt.date(2012, 6, 30)],
        [dt.datetime(2011, 12, 31, 23, 59), dt.datetime(2012, 6, 30)],  # noqa: DTZ001 - cells know no time zones
        ["2011-12-31", " 2012-06-30 "],
        ["2011-12-31T00:00:00", "20120630"],
        [40908, 41090],  # what Excel shows as 2011-12-31 and 2012-06-30
        [40908.75, 41090.0],
        np.array([40908, 41090]),
        np.array(["2011-12-31", "2012-06-30"], "datetime64[D]"),
        np.array(["2011-12-31T12:00", "2012-06-30T12:00"], "datetime64[ns]"),
        [np.datetime64("2011-12-31", "ns"), dt.date(2012, 6, 30)],
        [dt.date(2011, 12, 31), "2012-06-30"],
        ["2011-12-31", 41090.0],
        pd.to_datetime(["2011-12-31", "2012-06-30"]),
        pd.Series(pd.to_datetime(["2011-12-31", "2012-06-30"])),
        [[dt.date(2011, 12, 31)], [dt.date(2012, 6, 30)]],
    ],
    ids=repr,
)
def test_a_date_however_it_arrives(dates: object) -> None:
    table = funding_table(dates, [1e9, 4e9])
    assert [type(day) for day in column(table, DATE)] == [dt.date, dt.date]
    assert column(table, DATE) == [dt.date(2011, 12, 31), dt.date(2012, 6, 30)]
    assert table[2][GROWTH] == pytest.approx(4 ** (365 / 182) - 1)


@pytest.mark.parametrize(
    "nonsense",
    [
        "Dec 2014",
        "2014",
        2014,
        9999.5,
        True,
        -1,
        math.nan,
        math.inf,
        2_958_466,
        pd.NaT,
        np.datetime64("NaT", "D"),
        (1,),
    ],
)
def test_what_is_no_date(nonsense: object) -> None:
    dates = np.empty(2, object)
    dates[:] = [dt.date(2000, 1, 1), nonsense]
    with pytest.raises(NotANumberError, match=r"^dates row 2: .* is not a date; write it as 2014-12-31$"):
        funding_table(dates, [1, 2])


def test_first_and_last_date_number() -> None:
    dates = column(funding_table([10_000, 2_958_465], [1, 2]), DATE)
    assert dates == [dt.date(1927, 5, 18), dt.date(9999, 12, 31)]


def test_blank_dates() -> None:
    with pytest.raises(MissingError, match=r"^dates row 2: is blank$"):
        funding_table(["2014-12-31", None], [1, 2])
    with pytest.raises(MissingError, match=r"^dates row 1: is blank$"):
        funding_table(["", "2014-12-31"], [1, 2])
    with pytest.raises(MissingError, match=r"^dates: has no values$"):
        funding_table([], [1])


def test_rounds_out_of_order() -> None:
    with pytest.raises(RangeError, match=r"^dates row 3: 2011-12-30 is before 2011-12-31"):
        funding_table(["2010-12-31", "2011-12-31", "2011-12-30"], [1, 2, 3])


def test_lengths() -> None:
    with pytest.raises(ShapeError, match=r"^valuations: has 3 values, dates has 2$"):
        funding_table(["2010-12-31", "2011-12-31"], [1, 2, 3])
    with pytest.raises(ShapeError, match=r"^raised: has 2 values, dates has 1$"):
        funding_table(["2010-12-31"], [1], [1, 2])
    assert column(funding_table(["2010-12-31", "2011-12-31"], 5, 1), STAKE) == [0.2, 0.2]


def test_one_round() -> None:
    assert funding_table("2010-12-31", 250e6, 41e6)[1:] == [[dt.date(2010, 12, 31), 250e6, 41e6, 0.164, None, None]]
    assert funding_table(["2010-12-31"], [250e6])[1][MONEY_RAISED:] == [None, None, None, None]


def test_errors_stay_in_their_cells() -> None:
    ref, zero = CELL_ERRORS["#REF!"], 0.0
    table = funding_table(
        ["2010-12-31", "2011-12-31", "2012-12-31", "2012-12-31", "2013-12-31"],
        [100, ref, zero, 300, 600],
        [ref, 10, 0, 400, math.nan],
    )
    assert [error_of(money) for money in column(table, MONEY_RAISED)[:4]] == ["#REF!", "", "", ""]
    assert [error_of(stake) for stake in column(table, STAKE)[:4]] == ["#REF!", "#REF!", "#DIV/0!", "#NUM!"]
    assert column(table, STAKE)[4] is None
    assert [error_of(step) for step in column(table, STEP)[1:]] == ["#REF!", "#REF!", "#DIV/0!", ""]
    assert [error_of(rate) for rate in column(table, GROWTH)[1:]] == ["#REF!", "#REF!", "#DIV/0!", ""]
    assert table[5][STEP:] == [2.0, pytest.approx(1.0)]


def test_two_rounds_on_one_day_have_no_growth() -> None:
    row = funding_table(["2010-12-31", "2010-12-31"], [100, 200])[2]
    assert row[STEP] == 2.0
    assert error_of(row[GROWTH]) == "#DIV/0!"


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        (round_stake, (101, 100), "#NUM!"),
        (round_stake, (2, 1), "#NUM!"),
        (round_stake, (-1, 100), "#NUM!"),
        (round_stake, (10, -100), "#NUM!"),
        (round_stake, (10, 0), "#DIV/0!"),
        (step_up, (0, 100), "#DIV/0!"),
        (step_up, (-1, 100), "#NUM!"),
        (step_up, (100, -1), "#NUM!"),
    ],
)
def test_invalid_input_never_gives_a_number(
    function: Callable[..., Any], arguments: tuple[float, ...], error: str
) -> None:
    assert error_of(attempted(function)(*arguments)) == error


PAIRS = st.lists(st.tuples(MONEY, MONEY), min_size=2, max_size=5)


@given(PAIRS)
def test_element_by_element(pairs: list[tuple[float, float]]) -> None:
    check_elementwise(post_money, [{"pre_money": one, "raised": other} for one, other in pairs])
    check_elementwise(step_up, [{"previous": one, "following": other} for one, other in pairs])
    check_elementwise(round_stake, [{"raised": one, "post_money": one + other} for one, other in pairs])


def test_a_stake_that_cannot_be_says_why() -> None:
    found = reason(round_stake(40, 30))
    assert found is not None
    assert found.message == "raised must be at least 0 and at most post_money, which includes it"
    assert round_stake(30, 30) == 1.0
