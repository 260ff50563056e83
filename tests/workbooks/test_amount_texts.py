"""Amounts as texts in a case: a unit counts the same on either side of the number, and never twice."""

from itertools import product
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.kernel.currencies import HUNDREDTH_OF, HUNDREDTHS
from workbooks.case.amounts import Amount, amount
from workbooks.case.quantity import quantity, whole
from workbooks.case.roles import Role

MONEY: Final = Role("money", ("money",))
PRICE: Final = Role("a price", ("money_per",), noun="share")
CODES: Final = ("EUR", "USD", "GBP", "HKD", "JPY", "CNY")
SIGNS: Final = ("US$", "HK$", "£", "€", "¥", "$")
SCALES: Final = {"": 1, "k": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9}
HUNDREDTH: Final = sorted({*HUNDREDTH_OF, *HUNDREDTHS})


def in_ones(found: Amount | None, text: str) -> tuple[float, str]:
    """An amount in whole units of its currency."""
    assert found is not None, text
    unit = quantity(found.unit)
    return whole(found.value, unit), unit.currency


@pytest.mark.parametrize(("currency", "scale"), [*product((*CODES, *SIGNS), SCALES)])
def test_a_scale_counts_on_either_side_of_the_number(currency: str, scale: str) -> None:
    """EURm 20, US$m 45 and HK$ bn 1.2, as reports write them, were 20 euros, 45 dollars and 1.2 Hong Kong dollars."""
    for text in (f"{currency}{scale} 1,250.5", f"{currency} {scale} 1,250.5", f"{currency}1,250.5{scale}"):
        assert in_ones(amount(text, MONEY), text)[0] == pytest.approx(1250.5 * SCALES[scale])
    text = f"({currency}{scale} 20)"
    assert in_ones(amount(text, MONEY), text)[0] == -20 * SCALES[scale]


@pytest.mark.parametrize("text", ["EUR m 20m", "US$bn 45bn", "EUR m 20 bn"])
def test_a_scale_that_stands_twice_is_refused(text: str) -> None:
    assert amount(text, MONEY) is None


@given(st.integers(1, 10**7), st.sampled_from(HUNDREDTH))
def test_pence_count_on_either_side_of_the_number(number: int, word: str) -> None:
    """A price of GBp 2,410 was 2,410 pounds, where 2,410 GBp is 24.10."""
    for text in (f"{word} {number:,}", f"{number:,} {word}", f"{number} {word} per share", f"{word}{number}"):
        value, currency = in_ones(amount(text, PRICE), text)
        assert value == pytest.approx(number / 100)
        assert currency == quantity(f"{word} per share").currency
    assert amount(f"p {number}", PRICE) is None
