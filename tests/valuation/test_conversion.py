"""SAFEs, notes and pools: worked by hand, the published rules, and what every round must sum to."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from elementwise import check_elementwise
from reasons import error_of
from valuation.conversion import anti_dilution_price, conversion_table, note_balance, round_price
from valuation.kernel.errors import BLANK, CELL_ERRORS, ChoiceError, RangeError, ShapeError, reason

HOLDER, MONEY, PRICE, SHARES, STAKE, VALUE = range(6)


# Notes


def test_interest_by_hand() -> None:
    assert note_balance(100_000, 0.08, 1.5) == pytest.approx(112_000, rel=1e-15)
    assert note_balance(100_000, 0.1, 2, compounded=True) == pytest.approx(121_000, rel=1e-14)
    assert note_balance(100_000, 0.1, 0) == 100_000.0
    with pytest.raises(RangeError, match=r"^principal: -1 is out of range: it must be at least 0"):
        note_balance(-1, 0.1, 1)
    why = reason(note_balance(1, 0.1, -1))
    assert why is not None
    assert (why.excel, why.message) == ("#NUM!", "years must be at least 0")
    check_elementwise(note_balance, [{"principal": p, "rate": 0.1, "years": y} for p, y in ((1, 1), (2, 0), (3, 4))])
    cases = [{"principal": p, "rate": 0.1, "years": y} for p, y in ((1, 1), (2, 0), (3, 4))]
    check_elementwise(lambda **case: note_balance(compounded=True, **case), cases)


# Rounds


def test_a_safe_at_its_cap_by_hand() -> None:
    # A post-money SAFE of 0.5 on a cap of 5 is 10 % of the company before the round: 100,000 of a million shares.
    # New money is 2 of 10 after the round: 20 %. Eight million for a million shares are 8 a share.
    table = conversion_table(["Angel"], 8e6, 2e6, 900_000, [500_000], [5e6])
    assert [row[SHARES] for row in table[1:]] == [900_000, 0, 100_000, 250_000, 1_250_000]
    assert [row[STAKE] for row in table[1:]] == pytest.approx([0.72, 0, 0.08, 0.2, 1])
    assert [row[PRICE] for row in table[1:]] == [None, None, 5.0, 8.0, None]


def test_one_amount_is_for_every_holder_of_the_table() -> None:
    # Each SAFE of 0.5 million at a cap of 5 million gets 10 % of 8 million: 6.4 million is left for 900,000 shares.
    rows = conversion_table(["A", "B"], 8e6, 2e6, 900_000, 500_000, 5e6)
    assert [row[5] for row in rows[1:]] == pytest.approx([6.4e6, 0, 8e5, 8e5, 2e6, 1e7])


def test_the_rule_of_post_money_safes() -> None:
    # Y Combinator, Post-Money Safe: before new money 200,000 on a cap of 4 million are 5 % and 800,000 on a cap of 8
    # million are 10 %, whatever the price of the round, so 85 % are left.
    table = conversion_table(["A", "B"], 15e6, 5e6, 9_250_000, [200_000, 800_000], [4e6, 8e6])
    before_money = sum(row[SHARES] for row in table[1:5]) - table[2][SHARES]
    assert table[3][SHARES] / before_money == pytest.approx(0.05, rel=1e-14)
    assert table[4][SHARES] / before_money == pytest.approx(0.10, rel=1e-14)
    assert table[1][SHARES] / before_money == pytest.approx(0.85, rel=1e-14)


def test_a_discount_by_hand() -> None:
    # 0.4 at a discount of 20 % is worth 0.5: 7.5 of 8 are left to 900,000 shares, 8.333… a share.
    assert round_price(8e6, 2e6, 900_000, [400_000], discounts=[0.2]) == pytest.approx(7.5e6 / 900_000, rel=1e-15)
    # A cap that is above the price does not matter; a cap below the discounted price does.
    high, none = (round_price(8e6, 2e6, 900_000, [400_000], [cap], [0.2]) for cap in (20e6, BLANK))
    assert high == none == pytest.approx(7.5e6 / 900_000, rel=1e-15)


def test_a_pool_by_hand() -> None:
    # 10 % of 10 million after the round are a million of the eight before: 7 are left to a million shares.
    assert round_price(8e6, 2e6, 1e6, [0], pool=0.1) == pytest.approx(7.0, rel=1e-15)
    table = conversion_table(["None"], 8e6, 2e6, 1e6, [0], pool=0.1)
    assert table[2][SHARES] == pytest.approx(1e6 / 7, rel=1e-14)
    assert table[2][STAKE] == pytest.approx(0.1, rel=1e-14)
    # A pool that is larger already stays as it is.
    assert round_price(8e6, 2e6, 600_000, [0], pool=0.1, pool_shares=400_000) == pytest.approx(8.0, rel=1e-15)


def test_a_pool_of_less_than_one_by_hand() -> None:
    # In millions: 5 % of 10 are 0.5 of the eight before.
    assert round_price(8, 2, 1, [0], pool=0.05) == pytest.approx(7.5, rel=1e-15)


def test_a_pool_that_is_filled_up_beside_a_safe_at_its_cap_by_hand() -> None:
    # 1 on a cap of 5 is a fifth of the shares before the round, so the 800 others are the rest: 1,000 in all. The pool
    # is to be a fifth of 12.5, 2.5, of which its 100 shares are there: 10 = 1,000 p + 2.5 − 100 p.
    assert round_price(10, 2.5, 700, [1], [5], pool=0.2, pool_shares=100) == pytest.approx(7.5 / 900, rel=1e-14)
    table = conversion_table(["SAFE"], 10, 2.5, 700, [1], [5], pool=0.2, pool_shares=100)
    assert [row[SHARES] for row in table[1:]] == pytest.approx([700, 300, 200, 300, 1500])


def test_what_is_left_of_a_price_has_some_digits() -> None:
    # Without cap or discount 8 − invested are left to the shares; less than a part in 1e12 is rounding.
    for left in (1.9e-12, 1.1e-12):
        assert round_price(8.0, 0.0, 1.0, [8.0 * (1 - left)]) == pytest.approx(8.0 * left, rel=1e-3)
    with pytest.raises(RangeError, match=r"^invested: "):
        round_price(8.0, 0.0, 1.0, [8.0 * (1 - 0.9e-12)])


def test_a_price_that_is_only_rounding_is_none() -> None:
    # The note takes all of the pre-money value: p × (1 + 1 ÷ p) = 1 leaves 0 for the share before the round.
    for size in (1.0, 1e-6, 1e6):
        with pytest.raises(RangeError, match=r"^invested: "):
            round_price(size, 0.0, 1.0, [size], [0.1 * size], cap_basis="pre")


def test_a_cap_before_the_money_by_hand() -> None:
    # 4.5 million for 900,000 shares are 5 a share; 0.5 buys 100,000.
    table = conversion_table(["Note"], 8e6, 2e6, 900_000, [500_000], [4.5e6], cap_basis="pre")
    assert (table[3][PRICE], table[3][SHARES]) == (pytest.approx(5.0), pytest.approx(100_000))
    assert round_price(8e6, 2e6, 900_000, [500_000], [4.5e6], cap_basis="pre") == pytest.approx(8.0)


def test_a_round_that_leaves_nothing_has_no_price_among_many_cases() -> None:
    prices: Any = round_price([8e6, 4e5], 2e6, 900_000, [500_000])
    assert prices[0] == pytest.approx(7.5e6 / 900_000)
    why = reason(float(prices[1]))
    assert why is not None
    assert why.excel == "#NUM!"
    assert why.message == "invested is out of range: SAFEs, notes and pool take the whole pre-money value"


# Mutants of conversion.py and priced_round.py that change no result, and so survive:
# - `strict` of a zip of columns of one length; more parts than there are of an argument of one;
# - a step too many of Newton's method, and another start, from which one step leads above the price;
# - `>=` for `>` where both sides are the same at the edge: no pool is wanted, or the prices are equal.


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"discounts": [0.2, 1.0]}, "discounts row 2: 1 is out of range: the discount must be below 100 %"),
        ({"pool": 1.0}, "pool: 1 is out of range: the pool cannot be the whole company"),
    ],
)
def test_a_round_without_a_price_names_the_argument(terms: dict[str, Any], told: str) -> None:
    with pytest.raises(RangeError) as refused:
        round_price(8e6, 2e6, 900_000, [100_000, 100_000], **terms)
    assert str(refused.value) == told


MILLIONS = st.floats(0.1, 20)


@st.composite
def rounds(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(1, 5))
    many = {
        "invested": [draw(st.floats(0.0, 1)) for _ in range(count)],
        "caps": [draw(MILLIONS | st.just(BLANK)) for _ in range(count)],
        "discounts": [draw(st.floats(0, 0.5)) for _ in range(count)],
    }
    pool = {"pool": draw(st.floats(0, 0.4)), "pool_shares": draw(st.floats(0, 3))}
    basis = {"cap_basis": draw(st.sampled_from(["post", "pre"]))}
    money = {"pre_money": draw(MILLIONS), "raised": draw(st.floats(0, 20)), "shares": draw(st.floats(0.5, 10))}
    return money | many | pool | basis


@given(rounds(), st.sampled_from([1e-6, 1e-3, 1e6]), st.sampled_from([1e-3, 1e6]))
def test_a_price_in_other_units_of_money_and_of_shares(terms: dict[str, Any], money: float, shares: float) -> None:
    def scaled(name: str, by: float) -> Any:  # noqa: ANN401 - a number, or one a holder
        given = terms[name]
        return [each * by for each in given] if isinstance(given, list) else given * by

    try:
        price = round_price(**terms)
    except RangeError:
        return
    assume(price * terms["shares"] > 1e-9 * terms["pre_money"])  # a price that is left, and no dust of it
    amounts = {name: scaled(name, money) for name in ("pre_money", "raised", "invested", "caps")}
    counts = {name: scaled(name, shares) for name in ("shares", "pool_shares")}
    assert round_price(**terms | amounts | counts) == pytest.approx(price * money / shares, rel=1e-9)


@given(rounds())
def test_what_every_round_must_sum_to(terms: dict[str, Any]) -> None:
    count = len(terms["invested"])
    try:
        table = conversion_table([f"holder {place}" for place in range(count)], **terms)
    except RangeError as refused:
        assert str(refused).startswith("invested: ")  # noqa: PT017 - some rounds have no price
        return
    rows = table[1:-1]
    pre_money, raised, shares = terms["pre_money"], terms["raised"], terms["shares"]
    price, total = table[-2][PRICE], table[-1][SHARES]
    assert price > 0
    assert round_price(**terms) == price
    assert sum(row[STAKE] for row in rows) == pytest.approx(1, rel=1e-12)
    assert table[-1][VALUE] == pytest.approx(pre_money + raised, rel=1e-9)
    assert table[-2][STAKE] == pytest.approx(raised / (pre_money + raised), rel=1e-9)
    pool = rows[1][SHARES]
    assert pool / total == pytest.approx(max(terms["pool"], terms["pool_shares"] / total), rel=1e-9)
    counted = shares + terms["pool_shares"]
    if terms["cap_basis"] == "post":
        counted += sum(row[SHARES] for row in rows[2:-1])
    for row, cap, discount in zip(rows[2:-1], terms["caps"], terms["discounts"], strict=True):
        at_the_cap = np.inf if np.isnan(cap) else cap / counted
        assert row[PRICE] == pytest.approx(min(price * (1 - discount), at_the_cap), rel=1e-7)
        assert row[SHARES] * row[PRICE] == pytest.approx(row[MONEY], rel=1e-12)


def test_a_round_that_has_no_price_says_so() -> None:
    whole = "^invested: 9,000,000 that converts, and the pool, take all of the pre-money value of 8,000,000$"
    with pytest.raises(RangeError, match=whole):
        round_price(8e6, 2e6, 900_000, [9e6])
    with pytest.raises(RangeError, match=r"^caps row 2: 0 is not a cap: leave the cell blank where there is none"):
        round_price(8e6, 2e6, 900_000, [1, 2], [5e6, 0])
    with pytest.raises(RangeError, match=r"^pool: 1 is out of range: the pool cannot be the whole company"):
        round_price(8e6, 2e6, 900_000, [1], pool=1)
    with pytest.raises(RangeError, match=r"^pool: 1\.2 is out of range: it must be from 0 to 1"):
        round_price(8e6, 2e6, 900_000, [1], pool=1.2)
    with pytest.raises(RangeError, match=r"^discounts: 1 is out of range: the discount must be below 100 %"):
        round_price(8e6, 2e6, 900_000, [1], discounts=[1])
    with pytest.raises(RangeError, match=r"^invested row 2: -5 is out of range"):
        conversion_table(["A", "B"], 8e6, 2e6, 900_000, [1, -5])
    with pytest.raises(ShapeError, match=r"^names has 2 and invested has 3 values"):
        conversion_table(["A", "B"], 8e6, 2e6, 900_000, [1, 2, 3])
    with pytest.raises(ChoiceError, match=r"^cap_basis: 'both' is not one of post, pre"):
        round_price(8e6, 2e6, 900_000, [1], cap_basis="both")
    assert error_of(round_price(8e6, 2e6, 0, [1])) == "#DIV/0!"


def test_among_many_rounds_an_error_stays_in_its_place() -> None:
    prices = round_price(8e6, 2e6, 900_000, [[9e6], [5e5], [5e5]], [[5e6], [0], [5e6]])
    assert [error_of(price) for price in prices[:2].tolist()] == ["#NUM!", "#NUM!"]
    assert prices[2] == pytest.approx(8.0)
    terms = {"pre_money": 8e6, "raised": 2e6, "shares": 9e5, "pool": 0.1, "pool_shares": 1e4}
    cases = [terms | {"invested": [money, 1e5], "caps": [5e6, 9e6], "discounts": [0.1, 0.2]} for money in (0, 1e5, 2e5)]
    for basis in ("post", "pre"):
        check_elementwise(round_price, cases, cap_basis=basis)
    assert error_of(round_price(8e6, 2e6, 9e5, [5e5], [CELL_ERRORS["#REF!"]])) == "#REF!"


# Anti-dilution


def test_anti_dilution_by_hand() -> None:
    # (8 × 1 + 2 × 0.5) ÷ 10 = 0.9; with 2 reserved (10 × 1 + 2 × 0.5) ÷ 12 = 11 ÷ 12
    assert anti_dilution_price(1, 0.5, 2, 8) == pytest.approx(0.9, rel=1e-15)
    assert anti_dilution_price(1, 0.5, 2, 8, 2) == pytest.approx(11 / 12, rel=1e-15)
    assert anti_dilution_price(1, 0.5, 2, 8, 2, "narrow") == pytest.approx(0.9, rel=1e-15)
    assert anti_dilution_price(1, 0.5, 2, 8, 2, "ratchet") == 0.5
    # An up round and a round of no shares change nothing.
    for protection in ("broad", "narrow", "ratchet"):
        assert anti_dilution_price(1, 1.5, 2, 8, 2, protection) == 1.0
        assert anti_dilution_price(1, 0.5, 0, 8, 2, protection) == 1.0
    assert error_of(anti_dilution_price(1, 0.5, 2, 0)) == "#DIV/0!"
    assert error_of(anti_dilution_price(0, 0.5, 2, 8)) == "#DIV/0!"
    with pytest.raises(ChoiceError, match=r"^protection: 'full' is not one of broad, narrow, ratchet"):
        anti_dilution_price(1, 0.5, 2, 8, protection="full")


PRICES = st.floats(0.01, 100)
COUNTS = st.floats(0.01, 1e6)


@given(PRICES, PRICES, COUNTS, COUNTS, st.floats(0, 1e6))
def test_a_ratchet_protects_most_and_the_broad_average_least(
    old: float, new: float, issued: float, outstanding: float, reserved: float
) -> None:
    ratchet, narrow, broad = (
        anti_dilution_price(old, new, issued, outstanding, reserved, each) for each in ("ratchet", "narrow", "broad")
    )
    dust = 1e-12 * old
    assert min(old, new) - dust <= ratchet <= narrow + dust
    assert narrow <= broad + dust
    assert broad <= old + dust


def test_anti_dilution_case_by_case() -> None:
    cases = [
        {"conversion_price": 1, "new_price": new, "new_shares": 2, "outstanding": 8, "reserved": 1}
        for new in (0.5, 1, 2)
    ]
    for protection in ("broad", "narrow", "ratchet"):
        check_elementwise(anti_dilution_price, cases, protection=protection)
