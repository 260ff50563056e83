"""From enterprise value to equity value, and to a value per share."""

import math
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reasons import attempted, number_of
from strategies import figures, money
from valuation.bridge import (
    diluted_price,
    diluted_shares,
    equity_from_ev,
    ev_from_equity,
    net_debt,
    per_share,
)
from valuation.kernel.errors import CELL_ERRORS, OUT_OF_RANGE, ZERO_DENOMINATOR

Tranche: TypeAlias = tuple[float, float]

# A mutant of bridge.py that survives: a sort in `diluted_price` that is not stable. Tranches of one strike are
# exercised at one price, whichever comes first.

worth = st.floats(1, 1e12)
shares = st.floats(1, 1e10)
prices = st.floats(0.01, 1e4)
tranche = st.tuples(figures(1, 1e9), figures(0.01, 1e4))
tranches = st.lists(tranche, min_size=1, max_size=6)

# What the equity of the shareholders gains or loses by one more of each.
ITEMS = {
    "ev": 1,
    "net_debt": -1,
    "minorities": -1,
    "preferred": -1,
    "associates": 1,
    "pensions": -1,
    "other_assets": 1,
}
bridges = st.fixed_dictionaries(dict.fromkeys(ITEMS, st.integers(-(10**9), 10**9)))


def split(group: list[Tranche]) -> tuple[list[float], list[float]]:
    options, strikes = zip(*group, strict=True)
    return list(options), list(strikes)


# By hand


def test_a_bridge_from_a_textbook() -> None:
    # dealacademy.co.uk: 1,500 − 320 − 50 − 30 + 25 = 1,125
    assert equity_from_ev(1500, net_debt(500, 180), 50, 30, 25) == 1125
    assert ev_from_equity(1125, 320, 50, 30, 25) == 1500
    assert equity_from_ev(1500, pensions=100, other_assets=40) == 1440
    assert per_share(1125, 250) == 4.5
    assert number_of(per_share(1125, 0)) == number_of(ZERO_DENOMINATOR)


def test_dilution_tranche_by_tranche() -> None:
    # At 25: of 20,000 at 20 the exercise money, 400,000, buys back 16,000 and 4,000 are new; those at 28 stay.
    assert diluted_shares(100_000, [20_000, 20_000], [20, 28], 25) == 104_000
    assert diluted_shares(100_000, [20_000, 20_000], [20, 28], 25, restricted=1000) == 105_000
    # At 40: 20,000 × 20/40 + 20,000 × 12/40 = 16,000.
    assert diluted_shares(100_000, [20_000, 20_000], [20, 28], 40) == 116_000


def test_price_and_dilution_together() -> None:
    # 25 × 104,000 = 2,600,000. On the basic shares alone it would be 26.
    assert diluted_price(2_600_000, 100_000, [20_000, 20_000], [20, 28]) == 25
    # The order of the tranches does not matter.
    assert diluted_price(2_600_000, 100_000, [20_000, 20_000], [28, 20]) == 25
    # Out of the money, all of them: 1,900,000 ÷ 100,000.
    assert diluted_price(1_900_000, 100_000, [20_000, 20_000], [20, 28]) == 19
    # At the money exactly.
    assert diluted_price(2_000_000, 100_000, [20_000, 20_000], [20, 28]) == 20
    # All in: (4,640,000 + 400,000 + 560,000) ÷ 140,000 = 40.
    assert diluted_price(4_640_000, 100_000, [20_000, 20_000], [20, 28]) == 40
    # Free shares and restricted shares take their part like any other.
    assert diluted_price(1_000_000, 50_000, [25_000], [0], restricted=25_000) == 10


def test_an_option_with_a_strike_of_0_is_a_share() -> None:
    assert diluted_shares(100, [50], [0], 10) == 150
    assert diluted_shares(100, [50], [0], 0) == 100


def test_without_shares_there_is_no_price() -> None:
    for price in (diluted_price(1000, 0, [10], [1]), diluted_price(1000, 0, [0], [1])):
        assert number_of(price) == number_of(ZERO_DENOMINATOR)


def test_segments_with_more_net_debt_than_value() -> None:
    assert diluted_price(-1000, 100, [50], [0]) == -10
    assert number_of(attempted(diluted_shares)(100, [50], [0], -10)) == number_of(OUT_OF_RANGE)


@pytest.mark.parametrize(
    "call",
    [
        lambda: diluted_shares(-100, [10], [1], 2),
        lambda: diluted_shares(100, [10, -10], [1, 1], 2),
        lambda: diluted_shares(100, [10, 10], [1, -1], 2),
        lambda: diluted_shares(100, [10], [1], 2, -5),
        lambda: diluted_price(1000, -100, [10], [1]),
        lambda: diluted_price(1000, 100, [10, -10], [1, 1]),
        lambda: diluted_price(1000, 100, [10, 10], [1, -1]),
        lambda: diluted_price(1000, 100, [10], [1], -5),
    ],
)
def test_no_number_of_shares_and_no_strike_is_negative(call: Callable[[], Any]) -> None:
    assert number_of(attempted(call)()) == number_of(OUT_OF_RANGE)


# What must hold of the bridge


@given(bridges)
def test_equity_and_enterprise_value_lead_back_to_each_other(items: dict[str, int]) -> None:
    ev = items.pop("ev")
    assert ev_from_equity(equity_from_ev(ev, **items), **items) == ev


@given(bridges, st.sampled_from(list(ITEMS)))
def test_one_more_of_an_item_moves_the_equity_by_exactly_one(items: dict[str, int], item: str) -> None:
    assert equity_from_ev(**items | {item: items[item] + 1}) - equity_from_ev(**items) == ITEMS[item]


@given(bridges, st.sampled_from(list(ITEMS)[1:]))
def test_one_more_of_an_item_moves_the_enterprise_value_the_other_way(items: dict[str, int], item: str) -> None:
    equity = items.pop("ev")
    bumped = items | {item: items[item] + 1}
    assert ev_from_equity(equity, **bumped) - ev_from_equity(equity, **items) == -ITEMS[item]


@given(bridges, st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_cash_borrowed_and_kept_is_neutral(items: dict[str, int], debt: int, cash: int, borrowed: int) -> None:
    rest = {name: amount for name, amount in items.items() if name != "net_debt"}
    before = equity_from_ev(**rest, net_debt=net_debt(debt, cash))
    assert equity_from_ev(**rest, net_debt=net_debt(debt + borrowed, cash + borrowed)) == before


@given(worth, shares, st.floats(0.01, 100))
def test_per_share_in_a_second_currency(equity: float, count: float, rate: float) -> None:
    assert per_share(equity / rate, count) * rate == pytest.approx(per_share(equity, count), rel=1e-12)


# What must hold of dilution


@given(shares, tranches, prices, figures(1, 1e9))
def test_diluted_lies_between_basic_and_all(
    basic: float, group: list[Tranche], price: float, restricted: float
) -> None:
    options, strikes = split(group)
    diluted = diluted_shares(basic, options, strikes, price, restricted)
    assert basic + restricted <= diluted <= (basic + restricted + math.fsum(options)) * (1 + 1e-12)


@given(shares, tranches, prices, prices)
def test_rising_in_the_price(basic: float, group: list[Tranche], one: float, other: float) -> None:
    options, strikes = split(group)
    low, high = (diluted_shares(basic, options, strikes, price) for price in sorted([one, other]))
    assert low <= high * (1 + 1e-12)


@given(shares, tranches, prices, st.floats(1, 1e9))
def test_at_the_money_adds_nothing(basic: float, group: list[Tranche], price: float, more: float) -> None:
    options, strikes = split(group)
    before = diluted_shares(basic, options, strikes, price)
    assert diluted_shares(basic, [*options, more], [*strikes, price], price) == pytest.approx(before, rel=1e-15)
    assert diluted_shares(basic, more, price, price) == basic


@given(worth, shares, tranches, figures(1, 1e9))
def test_price_times_diluted_shares_is_the_equity(
    equity: float, basic: float, group: list[Tranche], restricted: float
) -> None:
    options, strikes = split(group)
    price = diluted_price(equity, basic, options, strikes, restricted)
    # Where options dwarf the shares, the last digit of the price alone is worth more than 1e-10 of the equity.
    last_digit = math.ulp(price) * (basic + restricted + math.fsum(options))
    diluted = diluted_shares(basic, options, strikes, price, restricted)
    assert price * diluted == pytest.approx(equity, rel=1e-10, abs=2 * last_digit)


@given(worth, shares, tranches)
def test_the_price_is_the_one_that_exact_arithmetic_finds(equity: float, basic: float, group: list[Tranche]) -> None:
    """Exercise tranche after tranche from the lowest strike on, as long as that still pays, in whole fractions."""
    taken, exercised = Fraction(equity), Fraction(basic)
    for options, strike in sorted(group, key=lambda each: each[1]):
        if taken / exercised > Fraction(strike):
            taken += Fraction(options) * Fraction(strike)
            exercised += Fraction(options)
    assert diluted_price(equity, basic, *split(group)) == pytest.approx(float(taken / exercised), rel=1e-12)


@given(worth, shares, tranches)
def test_a_two_for_one_split_leaves_the_equity(equity: float, basic: float, group: list[Tranche]) -> None:
    options, strikes = split(group)
    before = diluted_price(equity, basic, options, strikes)
    after = diluted_price(equity, basic * 2, [2 * each for each in options], [each / 2 for each in strikes])
    assert after == before / 2


@given(worth, worth, shares, tranches)
def test_the_price_rises_with_the_equity(one: float, other: float, basic: float, group: list[Tranche]) -> None:
    low, high = (diluted_price(equity, basic, *split(group)) for equity in sorted([one, other]))
    assert low <= high


@given(worth, shares, tranches, st.randoms(use_true_random=False))
def test_the_order_of_the_tranches_does_not_matter(
    equity: float, basic: float, group: list[Tranche], random: Random
) -> None:
    shuffled = random.sample(group, len(group))
    expected = diluted_price(equity, basic, *split(group))
    assert diluted_price(equity, basic, *split(shuffled)) == pytest.approx(expected, rel=1e-14)


@given(worth, shares, tranches, st.floats(0.01, 100))
def test_the_whole_in_a_second_currency(equity: float, basic: float, group: list[Tranche], rate: float) -> None:
    options, strikes = split(group)
    abroad = diluted_price(equity / rate, basic, options, [strike / rate for strike in strikes])
    assert abroad * rate == pytest.approx(diluted_price(equity, basic, options, strikes), rel=1e-12)


@given(money, shares, tranches)
def test_an_empty_tranche_changes_nothing(equity: float, basic: float, group: list[Tranche]) -> None:
    assume(equity)
    options, strikes = split(group)
    expected = diluted_price(equity, basic, options, strikes)
    assert diluted_price(equity, basic, [*options, 0], [*strikes, 7]) == pytest.approx(expected, rel=1e-15)


# Many cases at once


def test_cases_are_on_leading_axes_and_tranches_on_the_last() -> None:
    equities = [2_600_000, 1_900_000, 4_640_000]
    result = diluted_price(equities, 100_000, [20_000, 20_000], [20, 28])
    assert result.tolist() == [25, 19, 40]
    assert diluted_shares(100_000, [20_000, 20_000], [20, 28], result).tolist() == [104_000, 100_000, 116_000]
    strikes = [[20, 28], [18, 40]]
    # (2,600,000 + 20,000 × 18) ÷ 120,000 = 24 2/3
    assert diluted_price(2_600_000, 100_000, 20_000, strikes).tolist() == pytest.approx([25, 74 / 3])


@pytest.mark.parametrize("count", [1, 2, 9, 40])
def test_an_error_among_many_tranches_keeps_its_reason(count: int) -> None:
    bad = CELL_ERRORS["#REF!"]
    options, strikes = np.full((2, count), 10.0), np.linspace(1, 2, 2 * count).reshape(2, count)
    for spoilt in (options.copy(), strikes.copy()):
        spoilt[0, count // 2] = bad
        given_options, given_strikes = (spoilt, strikes) if spoilt[1, 0] == 10 else (options, spoilt)
        price = diluted_price(1000, 100, given_options, given_strikes)
        assert number_of(float(price[0])) == number_of(bad)
        assert price[1] == diluted_price(1000, 100, options[1], strikes[1])
        added = diluted_shares(100, given_options, given_strikes, 0.5)  # out of the money, and still unknown
        assert number_of(float(added[0])) == number_of(bad)
        assert added[1] == 100
