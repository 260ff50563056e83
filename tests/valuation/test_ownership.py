"""Stakes: chains, holdings, and what no register of owners can say."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from elementwise import check_elementwise
from native import native
from reasons import attempted, error_of
from valuation.kernel.errors import CELL_ERRORS, OUT_OF_RANGE, ChoiceError, MissingError, RangeError, ShapeError
from valuation.ownership import chain_stake, holdings_value, lookthrough

mp.dps = 50

STAKE = st.floats(0, 1)
STAKES = st.lists(STAKE, min_size=1, max_size=10)
HOLDINGS = st.lists(st.tuples(st.floats(-1e12, 1e12), STAKE), min_size=1, max_size=10)


# Chains and holdings.


def test_by_hand() -> None:
    assert chain_stake([0.5, 0.5, 0.25]) == 0.0625
    assert chain_stake(0.3) == 0.3
    assert chain_stake([0.3, 0.0]) == 0.0
    assert holdings_value([400, -100, 50], [0.5, 0.25, 0]) == 175.0
    assert holdings_value([400, 200], 0.5, 0.1) == 270.0


def test_stakes_of_source_e_at_cost() -> None:
    # 29.5 % of a bank with 30 亿 of capital are the 8.85 亿 paid; all of a platform with 1 亿 comes on top.
    assert holdings_value([30e8], [0.295]) == pytest.approx(8.85e8, rel=1e-15)
    assert holdings_value([30e8, 1e8], [0.295, 1.0]) == pytest.approx(9.85e8, rel=1e-15)


@given(STAKES)
def test_chain_at_fifty_digits(stakes: list[float]) -> None:
    exact = mpf(1)
    for stake in stakes:
        exact *= stake
    assert chain_stake(stakes) == pytest.approx(float(exact), rel=1e-14, abs=1e-300)


@given(HOLDINGS, STAKE)
def test_holdings_at_fifty_digits(holdings: list[tuple[float, float]], discount: float) -> None:
    parts = [mpf(value) * stake for value, stake in holdings]
    size = float(sum(map(abs, parts)))
    exact = sum(parts) * (1 - mpf(discount) if sum(parts) > 0 else 1)
    values, stakes = zip(*holdings, strict=True)
    assert holdings_value(values, stakes, discount) == pytest.approx(float(exact), rel=1e-14, abs=1e-14 * size + 1e-300)


@given(STAKES, STAKES)
def test_a_chain_of_chains_is_a_chain_and_no_longer_chain_is_worth_more(one: list[float], other: list[float]) -> None:
    whole = chain_stake([*one, *other])
    assert whole == pytest.approx(chain_stake([chain_stake(one), chain_stake(other)]), rel=1e-14, abs=1e-300)
    assert whole <= chain_stake(one) <= 1


def test_native_functions() -> None:
    cells = {"A1": 0.8, "A2": 0.75, "A3": 0.123, "B1": 5e9, "B2": -3e8, "B3": 1.2e10, "C1": 0.15}
    for value in native("=PRODUCT(A1:A3)", cells):
        assert chain_stake([0.8, 0.75, 0.123]) == pytest.approx(value, rel=1e-14)
    for value in native("=SUMPRODUCT(A1:A3,B1:B3)*(1-C1)", cells):
        assert holdings_value([5e9, -3e8, 1.2e10], [0.8, 0.75, 0.123], 0.15) == pytest.approx(value, rel=1e-12)


CASES = st.lists(
    st.fixed_dictionaries(
        {
            "values": st.lists(st.floats(1, 1e12), min_size=3, max_size=3),
            "stakes": st.lists(STAKE, min_size=3, max_size=3),
            "discount": STAKE,
        }
    ),
    min_size=2,
    max_size=4,
)


@given(CASES)
def test_element_by_element(cases: list[dict[str, Any]]) -> None:
    check_elementwise(holdings_value, cases)
    check_elementwise(chain_stake, [{"stakes": case["stakes"]} for case in cases])


@pytest.mark.parametrize("stake", [-2e-9, 1 + 2e-9, 29.5])
@pytest.mark.parametrize("function", [chain_stake, lambda stakes: holdings_value([1, 1], stakes)])
def test_no_stake_is_negative_or_more_than_all(function: Callable[..., float], stake: float) -> None:
    assert error_of(attempted(function)([0.5, stake])) == "#NUM!"


def test_stakes_may_sum_to_1_within_rounding() -> None:
    assert chain_stake([0.5, 1 + 2**-52]) == pytest.approx(0.5, rel=1e-15)
    assert chain_stake([0.5, 1 + 1e-9]) == pytest.approx(0.5, rel=1e-8)


def test_stakes_within_a_billionth_of_0_or_1_are_rounded_to_it() -> None:
    assert look("A", [("A", "B", 1e-9), ("B", "C", 0.5)]) == {}
    assert look("A", [("A", "B", 1 + 1e-9)]) == {"B": [1.0, 0.0, 1.0]}


# What no register can say.


@pytest.mark.parametrize(
    ("register", "message"),
    [
        ([("A", "B", 0.6), ("C", "B", 0.5)], "stakes: those in 'B' add up to 110 %"),
        ([("A", "B", 29.5)], "stakes: 29.5 is out of range: it must be from 0 to 1; write 25 % as 0.25"),
        ([("A", "B", 0.6), ("A", "B", 0.400001)], "stakes: those in 'B' add up to 100.0001 %"),
        ([("A", "B", 0.5), ("X", "Y", 0.6), ("Z", "Y", 0.6)], "stakes: those in 'Y' add up to 120 %"),
        (
            [("A", "B", 0.5), ("B", "C", -0.1)],
            "stakes row 2: -0.1 is out of range: it must be from 0 to 1; write 25 % as 0.25",
        ),
        ([("A", "B", 0.5), ("C", "C", 1.0)], "stakes: 'C' holds 100 % of itself"),
        ([("A", "B", 0.5), ("C", "C", 0.5), ("C", "C", 0.5)], "stakes: 'C' holds 100 % of itself"),
        ([("A", "B", 0.5), ("C", "C", 1 - 1e-9)], "stakes: 'C' holds 100 % of itself"),
        (
            [("A", "B", 0.5), ("C", "D", 1.0), ("D", "C", 1.0)],
            "stakes: 'C' is owned entirely within a circle of companies that own each other",
        ),
        (
            [("A", "B", 0.5), ("C", "D", 1 - 1e-9), ("D", "C", 1.0)],  # what is lacking is rounding
            "stakes: 'C' is owned entirely within a circle of companies that own each other",
        ),
        (
            [("A", "B", 1e-9), ("B", "C", 1.0), ("C", "B", 1 - 1e-9)],  # and so is A's stake
            "stakes: 'B' is owned entirely within a circle of companies that own each other",
        ),
        (
            [("A", "B", 1.0), ("B", "C", 0.5), ("D", "C", 0.5), ("C", "A", 0.5), ("D", "A", 0.5), ("A", "D", 1.0)],
            "stakes: 'A' is owned entirely within a circle of companies that own each other",
        ),
    ],
)
def test_impossible_stakes_are_named(register: list[tuple[str, str, float]], message: str) -> None:
    owners, owned, stakes = zip(*register, strict=True)
    with pytest.raises(RangeError) as caught:
        lookthrough("A", owners, owned, stakes)
    assert str(caught.value) == message


def test_an_unknown_holder_is_named() -> None:
    with pytest.raises(ChoiceError, match=r"^holder: 'Jinxin' is neither an owner nor owned$"):
        lookthrough(" Jinxin", ["Jinxing"], ["Jinmi"], [0.5])


def test_a_blank_name_has_its_row() -> None:
    with pytest.raises(MissingError, match=r"^owned row 2: is blank$"):
        lookthrough("A", ["A", "A"], ["B", None], [0.5, 0.5])


def test_columns_of_different_length() -> None:
    with pytest.raises(ShapeError):
        lookthrough("A", ["A", "A"], ["B", "C"], [0.5, 0.5, 0.5])
    with pytest.raises(ShapeError):
        lookthrough("A", ["A"], ["B"], [[0.5], [0.6]])


def test_stakes_may_exceed_1_by_rounding() -> None:
    # In the circle of B and C what is above 100 % would be counted a billion times over.
    dust = 9e-10
    register = [("A", "B", 2 * dust), ("C", "B", 1 - dust), ("B", "C", 1.0)]
    owners, owned, stakes = zip(*register, strict=True)
    rows = lookthrough("A", owners, owned, stakes)[1:]
    assert [row[3] for row in rows] == [pytest.approx(1.0, abs=1e-6)] * 2
    assert all(row[3] <= 1 for row in rows)


# An unknown stake.


def look(holder: str, register: list[tuple[str, str, float]]) -> dict[str, list[float]]:
    owners, owned, stakes = zip(*register, strict=True)
    return {row[0]: row[1:] for row in lookthrough(holder, owners, owned, stakes)[1:]}


def test_an_error_reaches_what_is_owned_through_it_and_nothing_else() -> None:
    ref = CELL_ERRORS["#REF!"]
    found = look(
        "A",
        [("A", "B", 0.5), ("A", "C", ref), ("C", "D", 0.5), ("B", "D", 0.5), ("B", "E", 0.5), ("F", "E", OUT_OF_RANGE)],
    )
    assert {company: [error_of(stake) for stake in stakes] for company, stakes in found.items()} == {
        "B": ["", "", ""],
        "C": ["#REF!", "#REF!", "#REF!"],
        "D": ["", "#REF!", "#REF!"],
        "E": ["", "", ""],  # F is not reached, so its unknown stake is none of A's
    }
    assert found["B"] == [0.5, 0.0, 0.5]
    assert found["E"] == [0.0, 0.25, 0.25]
    assert found["D"][0] == 0.0


def test_two_unknown_stakes_keep_a_reason_each() -> None:
    ref, num = CELL_ERRORS["#REF!"], CELL_ERRORS["#NUM!"]
    found = look("A", [("A", "B", ref), ("A", "C", num), ("B", "D", 0.5), ("C", "E", 0.5)])
    assert [error_of(found[company][2]) for company in "BCDE"] == ["#REF!", "#NUM!", "#REF!", "#NUM!"]


def test_an_unknown_stake_in_a_circle() -> None:
    # The rest of B is C's, and all of C is B's: only the unknown stake leads into the circle.
    found = look("A", [("A", "B", math.nan), ("C", "B", 1.0), ("B", "C", 1.0), ("A", "D", 0.5)])
    assert math.isnan(found["B"][2])
    assert math.isnan(found["C"][2])
    assert found["D"] == [0.5, 0.0, 0.5]


def test_an_unknown_stake_in_the_holder_is_ignored() -> None:
    assert look("A", [("A", "B", 0.5), ("B", "A", math.nan)]) == {"B": [0.5, 0.0, 0.5]}
