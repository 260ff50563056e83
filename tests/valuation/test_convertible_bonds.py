"""Convertible bonds, if converted: worked by hand, in engines, and as tranches of options."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elementwise import check_elementwise
from native import native
from valuation.bridge import diluted_price, if_converted_price, if_converted_shares
from valuation.kernel.errors import RangeError, reason


def test_bonds_are_converted_where_shares_are_worth_more_by_hand() -> None:
    # At 30 the bond at 20 is 15 shares and the one at 50 stays debt: (3150 + 300) ÷ 115 = 30.
    assert if_converted_shares(100, [300, 400], [20, 50], 30) == 115.0
    assert if_converted_price(3150, 100, [300, 400], [20, 50]) == pytest.approx(30.0, rel=1e-15)
    assert if_converted_shares(100, [300], [20], 20) == 100.0  # at its conversion price it stays debt
    cells: dict[str, float | str] = {"A1": 100, "B1": 300, "B2": 400, "C1": 20, "C2": 50, "D1": 30}
    for value in native("=A1+SUMPRODUCT((C1:C2<D1)*B1:B2/C1:C2)", cells):
        assert if_converted_shares(100, [300, 400], [20, 50], 30) == pytest.approx(value, rel=1e-12)


@given(st.floats(1, 1e4), st.lists(st.tuples(st.floats(0, 1e3), st.floats(0.1, 100)), min_size=1, max_size=5))
def test_price_and_conversion_agree(equity: float, bonds: list[tuple[float, float]]) -> None:
    principals, strikes = map(list, zip(*bonds, strict=True))
    price = if_converted_price(equity, 100, principals, strikes)
    shares = if_converted_shares(100, principals, strikes, price * (1 + 1e-12))
    converted = sum(principal for principal, strike in bonds if strike < price * (1 + 1e-12))
    assert price * shares == pytest.approx(equity + converted, rel=1e-9)


def test_bonds_stand_among_options_as_tranches() -> None:
    # A bond of 300 at 20 is 15 options at 20 and its principal: the price is the same.
    assert diluted_price(3150, 100, [15, 8], [20, 50]) == pytest.approx(
        if_converted_price(3150, 100, [300, 400], [20, 50])
    )


def test_bonds_case_by_case() -> None:
    cases = [{"basic": 100, "principals": [300, 400], "conversion_prices": [20, k], "price": 30} for k in (10, 30, 50)]
    check_elementwise(if_converted_shares, cases)
    prices = [
        {"equity": equity, "basic": 100, "principals": [300, 400], "conversion_prices": [20, 50]}
        for equity in (1000, 3000, 9000)
    ]
    check_elementwise(if_converted_price, prices)
    nothing = reason(if_converted_price(3150, 100, [300], [0]))
    assert nothing is not None
    assert nothing.excel == "#DIV/0!"
    with pytest.raises(RangeError, match=r"^principals: -300 is out of range"):
        if_converted_price(3150, 100, [-300], [20])
