"""Amounts as they are written in one country; what may mean two things is refused, and told how to write it."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from valuation.amounts import amount
from valuation.kernel.amount_text import money_unit, read_amount
from valuation.kernel.currencies import (
    COUNTED,
    CURRENCIES,
    ENGLISH_SCALES,
    HUNDREDTHS,
    LOCAL_SCALES,
    LOCAL_SIGNS,
    SCALES,
    SCALES_WITH,
    UNCLEAR,
    UNCLEAR_AS_WRITTEN,
)
from valuation.kernel.errors import NotANumberError, UnitError
from valuation.kernel.local_amounts import with_points

# Each read off by hand: what is written, the number, and the currency.
READ = [
    ("250p", 2.5, "GBP"),
    ("1,250.5 p", 12.505, "GBP"),
    ("(250p)", -2.5, "GBP"),
    ("R$5 bi", 5e9, "BRL"),
    ("R$ 1,5 bi", 1.5e9, "BRL"),
    ("R$ 1.234,56", 1234.56, "BRL"),
    ("R$ 1.234.567", 1234567.0, "BRL"),
    ("R$ 1.234,5 milhões", 1234.5e6, "BRL"),
    ("R$ 5 mi", 5e6, "BRL"),
    ("R$ 5 mil", 5e3, "BRL"),
    ("R$ 2 tri", 2e12, "BRL"),
    ("R$1.234 billion", 1.234e9, "BRL"),
    ("R$5.3bn", 5.3e9, "BRL"),
    ("R$1,234", 1234.0, "BRL"),
    ("BRL 5 bi", 5e9, "BRL"),
    ("5 zł", 5.0, "PLN"),
    ("12,5 mld zł", 12.5e9, "PLN"),
    ("1,234 zł", 1234.0, "PLN"),
    ("300 tys. zł", 3e5, "PLN"),
    ("RM5m", 5e6, "MYR"),
    ("RM 5 mil", 5e6, "MYR"),
    ("RM2.5 bil", 2.5e9, "MYR"),
    ("Rp 5 miliar", 5e9, "IDR"),
    ("Rp1.250.000", 1250000.0, "IDR"),
    ("Rp 1,5 triliun", 1.5e12, "IDR"),
    ("Rp 750 juta", 750e6, "IDR"),
    ("750 ribu", 750e3, ""),
    ("5 млн руб", 5e6, "RUB"),
    ("₽5,5 млрд", 5.5e9, "RUB"),
    ("₴5 млн", 5e6, "UAH"),
    ("3,5 milliards €", 3.5e9, "EUR"),
    ("€ 2 Mds", 2e9, "EUR"),
    ("DKK 4,2 mia.", 4.2e9, "DKK"),
    ("SEK 5 miljarder", 5e9, "SEK"),
    ("3,5 Milliarden Euro", 3.5e9, "EUR"),
    ("₺1.234,5", 1234.5, "TRY"),
    ("5 tỷ VND", 5e9, "VND"),
    ("0,125 Mrd", 0.125e9, ""),
    ("1.234.567 Mio", 1234567e6, ""),
    ("1,234,567 Mio", 1234567e6, ""),
    ("1.234,5 Tsd", 1234.5e3, ""),
    ("1.234,5 Tsd.", 1234.5e3, ""),
    ("MX$5", 5.0, "MXN"),
    ("Rmb100m", 1e8, "CNY"),
    ("RMB5bn", 5e9, "CNY"),
    ("5 RMB", 5.0, "CNY"),
]
REFUSED = [
    ("5 kr", "write SEK, NOK, DKK or ISK"),
    ("kr 5 mn", "write SEK, NOK, DKK or ISK"),
    ("500 mkr", "write SEK, NOK, DKK or ISK"),
    ("5 lei", "write RON or MDL"),
    ("R5bn", "write ZAR for rand"),
    ("Rm 500", "write ZAR m for millions of rand, MYR for ringgit"),
    ("RMb5", "write CNY, or MYR bn"),
    ("250P", "write GBp for pence"),
    ("250c", "write whole dollars"),
    ("5 bln", "write bn for 1,000 million"),
    ("5 bio", "write bn for 1,000 million, trn for a million million"),  # a German Bio. is a million million
    ("3,5 Bio. €", "write bn for 1,000 million, trn for a million million"),
    ("5 bi", "write bn"),
    ("5 mil", "write k for thousands, m for millions"),
    ("R$1.234", "'1.234' may be 1234 or 1.234"),
    ("Rp5.000", "'5.000' may be 5000 or 5.000"),
    *((f"1.234 {word}", "'1.234' may be 1234 or 1.234") for word in ("Mio", "Mio.", "Mrd", "Mrd.", "Tsd", "Tsd.")),
    ("1,2.3 mld zł", "is not a number"),
    ("1,234 mld zł", "'1,234' may be 1234 or 1.234"),
    ("1兆", "write 万亿 or trn, or 百万 or m"),
    ("£2.50p", "is not a number"),
    ("5 ft", "write HUF"),
]


@pytest.mark.parametrize(("text", "number", "currency"), READ)
def test_what_is_read(text: str, number: float, currency: str) -> None:
    read = read_amount(text)
    assert read.value == pytest.approx(number, rel=1e-15)
    assert read.currency == currency


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_ambiguous_amounts_are_refused_with_an_unambiguous_form(text: str, told: str) -> None:
    with pytest.raises(NotANumberError) as refused:
        amount(text)
    assert told in str(refused.value)
    assert f"{text!r} is not a number" in str(refused.value)


@pytest.mark.parametrize(("word", "written"), [*UNCLEAR.items(), *UNCLEAR_AS_WRITTEN.items()])
def test_a_word_that_is_unclear_is_no_unit_alone(word: str, written: str) -> None:
    with pytest.raises(UnitError, match="may mean several things") as refused:
        money_unit(word)
    assert written in str(refused.value)


def test_the_message_is_whole() -> None:
    with pytest.raises(NotANumberError) as refused:
        amount("Rm 500")
    wanted = "'Rm 500' is not a number: 'Rm' may mean several things: write ZAR m for millions of rand, MYR for ringgit"
    assert str(refused.value) == wanted


def test_no_word_is_both_a_scale_and_a_currency_or_unclear() -> None:
    scales, currencies = {*SCALES, *LOCAL_SCALES} - {""}, {*CURRENCIES} - {""}
    assert not scales & currencies
    assert not set(SCALES) & set(LOCAL_SCALES)
    assert not (scales | currencies) & {*UNCLEAR, *SCALES_WITH}
    assert set(ENGLISH_SCALES) < set(SCALES)
    assert set(LOCAL_SIGNS) < currencies
    assert all(word == word.lower() for word in scales | currencies | {*UNCLEAR, *SCALES_WITH})


@pytest.mark.parametrize("word", sorted({*SCALES, *LOCAL_SCALES} - {""}))
@pytest.mark.parametrize("sign", ["", "USD ", "€"])
def test_every_scale_is_read_with_and_without_a_currency(word: str, sign: str) -> None:
    power = (SCALES | LOCAL_SCALES)[word]
    assert read_amount(f"{sign}5 {word}").value == 5 * 10**power


@pytest.mark.parametrize("word", sorted(set(CURRENCIES) - {""}))
def test_every_currency_is_read_before_and_after_a_number(word: str) -> None:
    whole = 0.05 if word in HUNDREDTHS else 5.0
    for text in (f"{word} 5", f"5 {word}"):
        read = read_amount(text)
        assert (read.value, read.currency) == (whole, CURRENCIES[word])


@given(
    st.integers(0, 10**9), st.sampled_from(["Mrd", "mld zł", "milhões"]), st.integers(1, 2), st.sampled_from([".", ","])
)
def test_one_or_two_digits_after_a_mark_are_decimals_in_every_notation(
    number: int, unit: str, places: int, mark: str
) -> None:
    whole, part = divmod(number, 10**places)
    text = f"{whole}{mark}{part:0{places}d}"
    scale = 10 ** (6 if unit == "milhões" else 9)
    assert math.isclose(read_amount(f"{text} {unit}").value, number / 10**places * scale, rel_tol=1e-15)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(["Mio", "mld zł", "miliar"]))
def test_three_digits_after_the_only_mark_are_never_guessed(thousands: int, rest: int, unit: str) -> None:
    for mark in ".,":
        assert with_points(f"{thousands}{mark}{rest:03d} {unit.lower()}") is None


@given(st.integers(10**6, 10**12), st.integers(0, 99))
def test_groups_with_points_and_a_comma_before_decimals(whole: int, part: int) -> None:
    text = f"{whole:,}".replace(",", ".")
    assert read_amount(f"R$ {text},{part:02d}").value == float(f"{whole}.{part:02d}")
    assert read_amount(f"Rp{text}").value == float(whole)


KNOWN = sorted({*SCALES, *LOCAL_SCALES, *CURRENCIES, *COUNTED} - {""})


def is_unit(words: str) -> bool:
    """Whether words are at most one scale, currencies that agree, and else one counted thing: nothing is left over."""
    rests = {words.strip()}
    for named in ({*CURRENCIES}, {*SCALES, *LOCAL_SCALES, *SCALES_WITH}, {*CURRENCIES}):
        rests |= {rest.removeprefix(word).strip() for rest in rests for word in named if rest.startswith(word)}
    return bool(rests & {"", *COUNTED})


NEAR = st.tuples(st.sampled_from(KNOWN), st.integers(0, 12), st.sampled_from([*"abcdelmnorst.$€亿万元股ийł", ""])).map(
    lambda each: each[0][: each[1]] + each[2] + each[0][each[1] :]
)
BEGUN = st.tuples(st.sampled_from(KNOWN), st.integers(1, 4)).map(lambda each: each[0][: -each[1]])
LETTERS = st.text(st.characters(categories=["L"]), min_size=1, max_size=8)


@given(NEAR | BEGUN | LETTERS | st.text("bilmontrd. ", min_size=1, max_size=6), st.sampled_from(["", " "]))
@example("bio", " ")
@example("bio.", " ")
@example("billio", "")
@example("millionen", " ")
@example("亿万", "")
def test_no_word_that_only_begins_or_ends_like_a_unit_is_one(word: str, space: str) -> None:
    word = word.lower()
    if is_unit(word) or is_unit(word.strip(".")) or word.strip() == "p":  # 250p: pence
        return
    for text in (f"5 {word}", f"{word} 5") if space or "." in (word[0], word[-1]) else (f"5{word}", f"{word}5"):
        with pytest.raises(NotANumberError):
            read_amount(text)
    with pytest.raises(UnitError):
        money_unit(word)


@given(st.sampled_from(KNOWN), st.sampled_from(KNOWN), st.sampled_from(KNOWN))
def test_three_units_in_a_row_are_read_only_where_they_fit(first: str, second: str, third: str) -> None:
    word = f"{first} {second} {third}"
    if is_unit(word):
        return
    with pytest.raises(UnitError):
        money_unit(word)
