"""Waterfalls: worked by hand, against the equilibrium of every choice to convert, and what they must sum to."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elementwise import BAD
from valuation.kernel.errors import BLANK, CELL_ERRORS, RangeError, ShapeError, reason
from valuation.waterfall import liquidation_waterfall, waterfall_payouts

# Mutants of waterfall.py that change no result, and so survive: `strict` of a zip of columns of one length; `>=` for
# `>` and `<=` for `<` where both sides are the same at the edge; a turn more, anywhere, where a class has no shares.

# Common 6 shares, Series A 4 shares with a preference of 5.
SHARES, PREFERENCES = [6, 4], [0, 5]


@pytest.mark.parametrize(
    ("exit_value", "without", "capped", "unlimited"),
    [
        (3, [0, 3], [0, 3], [0, 3]),  # all to the preference
        (8, [3, 5], [1.8, 6.2], [1.8, 6.2]),  # 5 first; the 3 left by 6 : 4 where A participates
        (12.5, [7.5, 5], [4.5, 8], [4.5, 8]),  # here A is as well off with 4 of 10 shares: 5
        (20, [12, 8], [10, 10], [9, 11]),  # a cap of 10: 5 + 4 ÷ 10 × 15 = 11 is more
        (40, [24, 16], [24, 16], [21, 19]),  # above 25 A converts rather than stop at 10
    ],
)
def test_one_preferred_class_by_hand(
    exit_value: float, without: list[float], capped: list[float], unlimited: list[float]
) -> None:
    assert waterfall_payouts(exit_value, SHARES, PREFERENCES).tolist() == pytest.approx(without)
    assert waterfall_payouts(exit_value, SHARES, PREFERENCES, [0, 5]).tolist() == pytest.approx(without)
    assert waterfall_payouts(exit_value, SHARES, PREFERENCES, [0, 10]).tolist() == pytest.approx(capped)
    assert waterfall_payouts(exit_value, SHARES, PREFERENCES, [0, BLANK]).tolist() == pytest.approx(unlimited)


def test_seniority_by_hand() -> None:
    shares, preferences = [50, 30, 20], [0, 10, 20]
    assert waterfall_payouts(15, shares, preferences, None, [1, 1, 1]).tolist() == pytest.approx([0, 5, 10])
    assert waterfall_payouts(15, shares, preferences, None, [3, 2, 1]).tolist() == pytest.approx([0, 0, 15])
    assert waterfall_payouts(15, shares, preferences, None, [3, 1, 2]).tolist() == pytest.approx([0, 10, 5])
    # Ranks do not matter once all preferences are paid.
    for ranks in ([1, 1, 1], [3, 2, 1], [3, 1, 2]):
        assert waterfall_payouts(35, shares, preferences, None, ranks).tolist() == pytest.approx([5, 10, 20])


def test_the_table_by_hand() -> None:
    table = liquidation_waterfall(["Common", "A", "B"], 60, [50, 30, 20], [0, 10, 20], [0, 10, 20])
    # A converts: 40 left by B are shared by 80 shares, 0.5 each; B would get 12 of its 20 if it converted.
    assert [row[3] for row in table[1:]] == [None, True, False, None]
    assert [row[6] for row in table[1:]] == pytest.approx([25, 15, 20, 60])
    assert [row[4] for row in table[1:]] == pytest.approx([0, 0, 20, 20])
    assert [row[8] for row in table[1:]] == pytest.approx([0.5, 0.5, 1.0, 0.6])
    assert sum(row[7] for row in table[1:-1]) == pytest.approx(1)
    nothing = liquidation_waterfall(["Common", "A"], 0, [1, 0], [0, 10])
    assert [row[6:] for row in nothing[1:]] == [[0.0, None, 0.0], [0.0, None, None], [0.0, None, 0.0]]


def test_one_number_of_shares_is_for_every_class_of_the_table() -> None:
    rows = liquidation_waterfall(["A", "B"], 12, 6, 0)
    assert [row[6] for row in rows[1:]] == [6, 6, 12]


def test_a_class_as_well_off_either_way_keeps_its_preference() -> None:
    table = liquidation_waterfall(["Common", "A"], 12.5, SHARES, PREFERENCES)  # 4 ÷ 10 × 12.5 are the 5 of A
    assert table[2] == ["A", 4.0, 5.0, False, 5.0, 0.0, 5.0, 0.4, 1.25]


def test_a_claim_without_shares_gets_its_preference_and_no_more() -> None:
    assert waterfall_payouts(20, [6, 0], [0, 5]).tolist() == [15, 5]
    assert waterfall_payouts(3, [6, 0], [0, 5]).tolist() == [0, 3]
    assert waterfall_payouts(20, [6, 0, 4], [0, 5, 5]).tolist() == [9, 5, 6]


@pytest.mark.parametrize(
    ("exit_value", "paid"),
    [
        (8, [3.2, 4.8]),  # 2 and 4 first, then 2 by 3 : 2
        (12, [5.6, 6.4]),
        (13, [6, 7]),  # the first has reached its cap
        (20, [11, 9]),  # from 6 on the first converts; the second has reached its cap
        (40, [24, 16]),  # both convert
    ],
)
def test_all_classes_with_a_cap_by_hand(exit_value: float, paid: list[float]) -> None:
    assert waterfall_payouts(exit_value, [3, 2], [2, 4], [6, 9]).tolist() == pytest.approx(paid)


def test_one_class_gets_all() -> None:
    for exit_value in (0.0, 3.0, 5.0, 8.0, 10.0, 30.0):
        assert waterfall_payouts(exit_value, [10], [5], [10]).tolist() == [exit_value]


def test_cases_with_other_shares_above_every_turn() -> None:
    paid = waterfall_payouts([100.0, 100.0], [[6, 4], [9, 1]], PREFERENCES)
    assert paid.tolist() == [[60, 40], [90, 10]]


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(1, 4))
    shares = [draw(st.floats(0.5, 50)) for _ in range(count)]
    preferences = [0.0] + [draw(st.floats(0, 30)) for _ in range(count - 1)]
    caps = [
        preference if kind == "none" else preference * 2.5 if kind == "capped" else BLANK
        for preference, kind in zip(
            preferences, [draw(st.sampled_from(["none", "capped", "full"])) for _ in range(count)], strict=True
        )
    ]
    seniority = [float(draw(st.integers(1, 3))) for _ in range(count)]
    exit_value = draw(st.floats(0, 200))
    return {
        "exit_value": exit_value,
        "shares": shares,
        "preferences": preferences,
        "caps": caps,
        "seniority": seniority,
    }


@given(cases())
def test_the_exit_is_paid_out_fully_and_no_class_gains_by_choosing_otherwise(case: dict[str, Any]) -> None:
    paid = waterfall_payouts(**case)
    assert paid.min() >= 0
    assert paid.sum() == pytest.approx(case["exit_value"], rel=1e-9, abs=1e-9)
    chosen = [
        choice
        for choice in product([False, True], repeat=len(paid))
        if in_equilibrium(case, choice)
        and given_choices(case, choice) == pytest.approx(paid.tolist(), rel=1e-7, abs=1e-7)
    ]
    assert chosen, paid


def in_equilibrium(case: dict[str, Any], choice: tuple[bool, ...]) -> bool:
    """Whether no class would be better off to choose otherwise while all others stay."""
    got = given_choices(case, choice)
    for place in range(len(choice)):
        other = tuple(not each if at == place else each for at, each in enumerate(choice))
        if given_choices(case, other)[place] > got[place] + 1e-7:
            return False
    return True


def given_choices(case: dict[str, Any], converts: tuple[bool, ...]) -> list[float]:
    """What each class gets if these convert: preferences rank by rank, then shares by halves until caps bind."""
    due = [0.0 if gone else preference for preference, gone in zip(case["preferences"], converts, strict=True)]
    room = [
        np.inf if gone or np.isnan(cap) else cap - preference
        for preference, cap, gone in zip(case["preferences"], case["caps"], converts, strict=True)
    ]
    left, got = case["exit_value"], [0.0] * len(due)
    for rank in sorted(set(case["seniority"])):
        places = [place for place, each in enumerate(case["seniority"]) if each == rank]
        owed = sum(due[place] for place in places)
        part = 1.0 if owed <= left else left / owed
        for place in places:
            got[place] += due[place] * part
        left -= min(owed, left)
    open_places = {place for place, each in enumerate(room) if each > 0}
    while left > 1e-12 and open_places:
        held = sum(case["shares"][place] for place in open_places)
        step = min([left / held, *(room[place] / case["shares"][place] for place in open_places)])
        for place in open_places:
            got[place] += case["shares"][place] * step
            room[place] -= case["shares"][place] * step
        left -= held * step
        open_places = {place for place in open_places if room[place] > 1e-12}
    return got


def test_what_is_refused() -> None:
    with pytest.raises(
        RangeError, match=r"^caps row 2: 4 is below the preference of 5; without participation the cap is"
    ):
        waterfall_payouts(12, SHARES, PREFERENCES, [0, 4])
    with pytest.raises(RangeError, match=r"^shares: 0 in total: at least one class must have shares"):
        waterfall_payouts(12, [0, 0], PREFERENCES)
    with pytest.raises(RangeError, match=r"^exit_value: -1 is out of range: it must be at least 0"):
        waterfall_payouts(-1, SHARES, PREFERENCES)
    with pytest.raises(RangeError, match=r"^preferences row 2: -5 is out of range"):
        waterfall_payouts(12, SHARES, [0, -5])
    with pytest.raises(ShapeError, match=r"^names has 2 and shares has 3"):
        liquidation_waterfall(["Common", "A"], 12, [1, 2, 3], [0, 1, 2])


def test_case_by_case() -> None:
    exits = [3.0, 12.0, 40.0]
    together = waterfall_payouts(exits, [SHARES] * 3, [PREFERENCES] * 3, [[0, 10]] * 3, [[2, 1]] * 3)
    for value, row in zip(exits, together, strict=True):
        assert row.tolist() == pytest.approx(waterfall_payouts(value, SHARES, PREFERENCES, [0, 10]).tolist())
    spoilt = waterfall_payouts(12, SHARES, [[0, 5], [0, CELL_ERRORS["#REF!"]], [0, 5]])
    assert {(reason(cell) or reason(1 / 3)).excel for cell in spoilt[BAD].tolist()} == {"#REF!"}  # type: ignore[union-attr]
    below = waterfall_payouts(12, SHARES, PREFERENCES, [[0, 4], [0, 5]])
    assert [getattr(reason(cell), "excel", "") for cell in below.ravel().tolist()] == ["#NUM!", "#NUM!", "", ""]
    none = waterfall_payouts(12, [[0, 0], SHARES], PREFERENCES)
    assert [getattr(reason(cell), "excel", "") for cell in none.ravel().tolist()] == ["#NUM!", "#NUM!", "", ""]


def test_a_cap_below_the_preference_among_many_cases_is_an_error_in_its_place() -> None:
    paid: Any = waterfall_payouts([20.0, 20.0], [[6, 4], [6, 4]], [[0, 5], [0, 5]], [[0, 10], [0, 4]])
    assert paid[0].tolist() == pytest.approx([10, 10])
    why = reason(float(paid[1][0]))
    assert why is not None
    assert why.message == "caps is out of range: a cap is below the preference"


def test_no_shares_among_many_cases_are_an_error_in_their_place() -> None:
    paid: Any = waterfall_payouts([20.0, 20.0], [[6, 4], [0, 0]], [[0, 5], [0, 5]])
    assert paid[0].tolist() == pytest.approx([12, 8])
    why = reason(float(paid[1][0]))
    assert why is not None
    assert why.message == "shares is out of range: the total is 0"


@pytest.mark.parametrize("caps", [None, [0, 10, BLANK], [0, BLANK, BLANK]])
@pytest.mark.parametrize("exit_value", [3.0, 12.0, 20.0, 40.0, 200.0])
def test_payouts_in_other_units_of_money_and_of_shares(exit_value: float, caps: list[float] | None) -> None:
    shares, preferences = np.array([6.0, 4.0, 2.0]), np.array([0.0, 5.0, 4.0])
    wanted = waterfall_payouts(exit_value, shares, preferences, caps)
    for money, each in ((1e-6, 1e-3), (1e6, 1e-9), (1.0, 1e6)):
        scaled = None if caps is None else (np.array(caps) * money).tolist()
        paid = waterfall_payouts(exit_value * money, shares * each, preferences * money, scaled)
        assert paid.tolist() == pytest.approx((wanted * money).tolist(), rel=1e-9, abs=1e-12 * money)
