"""Units of figures: every form of the grammar, what is refused, and numbers in whole units."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from valuation.kernel.currencies import CURRENCIES, LOCAL_SCALES, SCALES
from valuation.kernel.errors import RangeError, UnitError
from workbooks.case.quantity import Quantity, quantity, whole


@pytest.mark.parametrize(
    ("unit", "kind", "scale", "currency", "noun"),
    [
        ("share", "share", 1, "", ""),
        ("rate", "rate", 1, "", ""),
        ("margin", "margin", 1, "", ""),
        ("×", "multiple", 1, "", ""),
        ("score", "score", 1, "", ""),
        ("years", "years", 1, "", ""),
        ("date", "date", 1, "", ""),
        ("CNY per USD", "fx", 1, "CNY", "USD"),
        ("CNY per account", "money_per", 1, "CNY", "account"),
        ("CNY per monthly user", "money_per", 1, "CNY", "monthly user"),
        ("亿元", "money", 1e8, "CNY", ""),
        ("万元", "money", 1e4, "CNY", ""),
        ("亿 USD", "money", 1e8, "USD", ""),
        ("USD m", "money", 1e6, "USD", ""),
        ("CNY", "money", 1, "CNY", ""),
        ("亿 accounts", "count", 1e8, "", "accounts"),
        ("companies", "count", 1, "", "companies"),
        ("monthly users", "count", 1, "", "monthly users"),
        ("million units", "count", 1e6, "", "units"),
        ("shares", "count", 1, "", "shares"),
        ("亿股", "count", 1e8, "", "股"),
        ("万人", "count", 1e4, "", "人"),
        ("百万户", "count", 1e6, "", "户"),
        ("股", "count", 1, "", "股"),
        ("亿 吨", "count", 1e8, "", "吨"),
        ("元 per 股", "money_per", 1, "CNY", "股"),
    ],
)
def test_every_form_of_the_grammar(unit: str, kind: str, scale: float, currency: str, noun: str) -> None:
    q = quantity(unit)
    assert (q.kind, q.scale, q.currency, q.noun, q.unit) == (kind, scale, currency, noun, unit)


@pytest.mark.parametrize(
    ("unit", "hint"),
    [
        ("", "of what?"),
        ("   ", "of what?"),
        ("亿", "of what?"),
        ("million", "of what?"),
        ("%", "`share` or `rate`"),
        ("percent", "`share` or `rate`"),
        ("x", "write `×`"),
        ("year", "write `years`"),
        ("亿吨", "write a space after the scale, `亿 吨`"),  # it must not count in ones
        ("十亿吨", "write a space after the scale, `十亿 吨`"),
        ("亿股2", "write a space after the scale"),
        ("1.5", "'1.5' is not a word for what is counted"),
        ("QQQ", "'QQQ' is not a currency that is known"),
        ("亿 QQQ", "'QQQ' is not a currency that is known"),
        ("accounts per month", "is not money"),
        ("share per account", "is not money"),
        ("CNY per CNY", "an exchange rate"),
        ("亿元 per USD", "an exchange rate"),
        ("CNY per QQQ", "'QQQ' is not a currency that is known"),
        ("CNY per ", "is money"),
        ("USD accounts", "is money"),
        ("bio USD", "'bio' may mean several things: write bn for 1,000 million, trn for a million million"),
        ("USD bio", "'bio' may mean several things: write bn for 1,000 million"),
        ("bln accounts", "'bln' may mean several things: write bn"),
        ("zillion USD", "'USD' is money, and 'zillion' is not a scale of it"),
        ("squillion 元", "'元' is money, and 'squillion' is not a scale of it"),
        ("CNY per zillion USD", "'USD' is money, and 'zillion' is not a scale of it"),
        ("CNY/USD", "write `CNY per USD`"),
        ("=1+1", "'=1+1' is not a word for what is counted"),
    ],
)
def test_anything_else_is_refused_and_the_forms_are_named(unit: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        quantity(unit)
    assert hint in str(caught.value)
    assert "CNY per account" in str(caught.value)


@given(st.text(max_size=12))
def test_no_text_raises_anything_but_a_unit_error(text: str) -> None:
    try:
        q = quantity(text)
    except UnitError:
        return
    assert isinstance(q, Quantity)
    assert q.scale > 0


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (184.28, "亿元", 18_428_000_000.0),
        (148.86, "亿元", 14_886_000_000.0),  # 148.86 × 1e8 in floats is 14886000000.000002
        (2421.45, "亿元", 242_145_000_000.0),  # and this one 242144999999.99997
        (0.843, "亿 accounts", 84_300_000.0),
        (450, "亿 USD", 45_000_000_000.0),
        (992.4, "CNY per account", 992.4),
        (0.907, "share", 0.907),
        (-0.0106, "rate", -0.0106),
        (0, "亿元", 0.0),
    ],
)
def test_whole_units_by_hand(value: float, unit: str, expected: float) -> None:
    result = whole(value, quantity(unit))
    assert result == expected
    assert type(result) is float


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.sampled_from(["亿元", "万元", "CNY", "亿 accounts"]))
def test_a_decimal_times_its_scale_is_the_nearest_float(digits: int, places: int, unit: str) -> None:
    written = float(f"{digits}e-{places}")
    scale = int(quantity(unit).scale)
    # int / int is correctly rounded in Python, whatever the size: an oracle without Decimal.
    exact = Fraction(digits * scale, 10**places)
    assert whole(written, quantity(unit)) == exact.numerator / exact.denominator


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=0, max_value=1e290))
def test_whole_keeps_order_and_sign(value: float) -> None:
    q = quantity("亿元")
    assert whole(-value, q) == -whole(value, q)
    assert whole(value, q) <= whole(value * 2, q)


def test_a_value_beyond_floats_is_refused() -> None:
    with pytest.raises(RangeError, match="too large"):
        whole(1e305, quantity("亿元"))


@given(st.text("bilmonrtdzksu", min_size=2, max_size=8), st.sampled_from(["USD", "CNY", "€", "元", "HK$"]))
@example("bio", "USD")
@example("billio", "USD")
def test_a_word_before_a_currency_is_a_scale_or_an_error(word: str, currency: str) -> None:
    """What is not a scale that is known never counts in ones."""
    if word in {*SCALES, *LOCAL_SCALES} or word.upper() in CURRENCIES.values() or word in CURRENCIES:
        return
    for unit in (f"{word} {currency}", f"{currency} {word}", f"{word}{currency}"):
        with pytest.raises(UnitError):
            quantity(unit)
