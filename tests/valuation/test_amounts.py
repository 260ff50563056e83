"""Amounts as text and back. Expected numbers are read off the texts by hand."""

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from reasons import attempted, number_of
from valuation.amounts import amount, convert_amount, format_amount
from valuation.kernel.amount_text import MoneyUnit, money_unit, parse_number, read_amount
from valuation.kernel.errors import (
    BLANK,
    CELL_ERRORS,
    NO_EXCHANGE_RATE,
    NOT_A_NUMBER,
    OUT_OF_RANGE,
    MissingError,
    NotANumberError,
    RangeError,
    UnitError,
    reason,
)
from valuation.numerics.rounding import rounded_number

# Mutants of amounts.py that change no result, and so survive:
# - the ends of the full-width forms, ！ and ～: no amount holds either;
# - a precision of 1,001 digits, of which no float has more than 767; a cache of another size, or none; slots;
# - an X among what `readable` strips from the end of a number; ±401 digits, when a float has none beyond 400; and
#   `value - digits` of what is not finite, no number either way; `Decimal(2)`, of which only the exponent counts;
# - `found is None and currencies is None` in `money_unit`: both or neither is None.

READ = {
    "1234": 1234.0,
    "1,234": 1234.0,
    "1,234,567.5": 1234567.5,
    " 7 ": 7.0,
    "007": 7.0,
    ".5": 0.5,
    "5.": 5.0,
    "+5": 5.0,
    "0": 0.0,
    "-0": 0.0,
    "-12": -12.0,
    "−12": -12.0,
    "–12": -12.0,
    "(1,234)": -1234.0,
    "$(1,234)": -1234.0,
    "-$5": -5.0,
    "$-5": -5.0,
    "12.5%": 0.125,
    "12.5 %": 0.125,
    "(12.5%)": -0.125,
    "(12.5)%": -0.125,
    "1e5": 100000.0,
    "1.2E+08": 120000000.0,
    "1e-2": 0.01,
    "1.2亿": 120000000.0,
    "1.2億": 120000000.0,
    "1146亿元": 114600000000.0,
    "1,146 亿 元": 114600000000.0,
    "RMB 1,146亿": 114600000000.0,
    "RMB1,146亿元": 114600000000.0,
    "人民币1,146亿元": 114600000000.0,
    "184.28亿": 18428000000.0,
    "5,000万": 50000000.0,
    "3千": 3000.0,
    "3百万": 3000000.0,
    "3千万": 30000000.0,
    "3十亿": 3000000000.0,
    "3百亿": 30000000000.0,
    "3千亿": 300000000000.0,
    "5.6万亿元": 5600000000000.0,
    "US$45bn": 45000000000.0,
    "us$45BN": 45000000000.0,
    "$45 billion": 45000000000.0,
    "45 亿美元": 4500000000.0,
    "45 亿 USD": 4500000000.0,
    "USD 45 bn": 45000000000.0,
    "HK$ 3m": 3000000.0,
    "€4": 4.0,
    "¥4": 4.0,
    "￥4": 4.0,
    "£1.5k": 1500.0,
    "￡1.5k": 1500.0,
    "2 million": 2000000.0,
    "2mn": 2000000.0,
    "2 trillion": 2000000000000.0,
    "RMB 2 million yuan": 2000000.0,
    "１，２３４．５": 1234.5,
    "（１２）": -12.0,
    "１２％": 0.12,
    "1.2\u3000亿": 120000000.0,
    "1\u00a0m": 1000000.0,
    "US$45亿元": 4500000000.0,
    "100亿元人民币": 10000000000.0,
    "人民币1146亿元": 114600000000.0,
    "港幣5億元": 500000000.0,
    "HK$5億元": 500000000.0,
    "500百萬": 500000000.0,
    "3千萬": 30000000.0,
    "1.2萬億": 1200000000000.0,
    "5歐元": 5.0,
    "100日圓": 100.0,
    "新臺幣3億": 300000000.0,
    "美金5": 5.0,
    "3亿5000万": 350000000.0,
    "3亿5000万元": 350000000.0,
    "₹5 lakh": 500000.0,
    "₹ 2 crore": 20000000.0,
    "5 Mio": 5000000.0,
    "EUR 5 Mrd": 5000000000.0,
    "2.5T": 2500000000000.0,
    "$4.2B": 4200000000.0,
    "3.5亿股": 350000000.0,
    "5亿美元": 500000000.0,
}
# None of these is a number, though float() reads some and a careless parser reads the others.
REFUSED = r"""
nan inf -inf infinity 1_000 ٣ ١٢ 10² ½ ① 0x10 1,23 12,5 1,2345 1234,567 0,123 1,234,5 1.2.3 1.2x 5e e5 1e5.5
( () (5 5) )5( ((5)) --5 +-5 -(5) (-5) 5- 5(亿) - – , . % 亿 亿元 USD $ 5%亿 US$5% 5%% 1.2亿5000万
2018-03 2018/3/1 12:30 3-5 1e400 1e99999 True abc 5apples 5兆 亿5 1’234 #N/A =5
""".split()  # noqa: SIM905 - a list of sixty quoted words is no easier to read


@pytest.mark.parametrize(("text", "number"), READ.items())
def test_texts_that_are_numbers(text: str, number: float) -> None:
    assert parse_number(text) == number
    assert amount(text) == number


@pytest.mark.parametrize("text", [*REFUSED, "", " ", "1 234", "1. 5", "5 apples", "1e" + "9" * 5000])
def test_invalid_amounts(text: str) -> None:
    with pytest.raises(NotANumberError, match="is not a number"):
        parse_number(text)


def test_zero_has_no_sign() -> None:
    assert math.copysign(1, parse_number("-0.0")) == math.copysign(1, parse_number("(0)")) == 1


def test_the_message_shows_the_text() -> None:
    with pytest.raises(NotANumberError, match=r"^'1\.2x' is not a number$"):
        parse_number("1.2x")


def test_the_message_shows_as_much_as_one_reads() -> None:
    for length, shown in ((60, "x" * 60), (61, "x" * 60 + "…"), (1000, "x" * 60 + "…")):
        with pytest.raises(NotANumberError, match=f"^'{shown}' is not a number$"):
            parse_number("x" * length)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_and_excel_print_is_read_back(number: float) -> None:
    assert parse_number(repr(number)) == number
    assert parse_number(f"{number:.17g}") == number


@pytest.mark.parametrize(
    ("text", "counted", "scaled"),
    [
        *(("5", "", False), ("5 USD", "USD", False), ("5 股", "股", False), ("250p", "GBP", True)),
        *(("5亿", "", True), ("5万 USD", "USD", True), ("3亿5000万元", "CNY", True)),
        *(("5%", "%", False), ("(5%)", "%", False), ("5 %", "%", False)),
    ],
)
def test_what_an_amount_counts_and_whether_it_names_a_scale(text: str, counted: str, scaled: bool) -> None:  # noqa: FBT001
    read = read_amount(text)
    assert (read.counted, read.scaled) == (counted, scaled)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3亿5000万", 3.5e8), ("-1亿9999万", -1.9999e8), ("JPY 3兆5000億", 3.5e12), ("新台币1兆1亿", 1.0001e12)],
)
def test_two_scales_one_after_the_other_add_up(text: str, value: float) -> None:
    assert read_amount(text).value == value


@pytest.mark.parametrize("text", ["3万5万", "3万0万", "1万2亿", "1亿10000万", "1亿10500万", "1亿20000万"])
def test_the_second_scale_is_smaller_and_its_part_less_than_one_of_the_first(text: str) -> None:
    with pytest.raises(NotANumberError, match=f"^'{text}' is not a number$"):
        read_amount(text)


def test_pence_with_spaces_around_them() -> None:
    assert read_amount(" 250p ").value == 2.5


def test_the_message_of_an_unclear_unit_is_whole() -> None:
    with pytest.raises(UnitError) as refused:
        money_unit("mkr")
    assert str(refused.value) == (
        "'mkr' is not a unit of money: 'mkr' may mean several things: write SEK, NOK, DKK or ISK"
    )


@given(st.decimals(-(10**9), 10**9, places=4), st.sampled_from([("万", 4), ("亿", 8), ("bn", 9), ("%", -2)]))
@example(Decimal("184.28"), ("亿", 8))
def test_scaling_rounds_once(digits: Decimal, scale: tuple[str, int]) -> None:
    name, power = scale
    assert parse_number(f"{digits:,}{name}") == float(digits.scaleb(power))


@given(st.text(max_size=12) | st.text("0123456789.,-+()%eE亿万元$¥ kmbn", max_size=12))
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    try:
        assert math.isfinite(parse_number(text))
    except NotANumberError:
        return


@pytest.mark.parametrize(
    ("text", "scale", "currency"),
    [
        ("", 1, ""),
        ("亿", 1e8, ""),
        ("亿元", 1e8, "CNY"),
        ("万元", 1e4, "CNY"),
        ("元", 1, "CNY"),
        ("RMB 亿", 1e8, "CNY"),
        ("人民币千元", 1e3, "CNY"),
        ("RMB'000", 1e3, "CNY"),
        ("RMB’000", 1e3, "CNY"),
        ("millions$", 1e6, "USD"),  # the longer word first: not a million Singapore dollars, S$
        ("CNY", 1, "CNY"),
        ("cny m", 1e6, "CNY"),
        ("million", 1e6, ""),
        ("USD", 1, "USD"),
        ("USD bn", 1e9, "USD"),
        ("亿 USD", 1e8, "USD"),
        ("亿美元", 1e8, "USD"),
        ("US$m", 1e6, "USD"),
        ("MUSD", 1e6, "USD"),
        ("百万港元", 1e6, "HKD"),
        ("€ bn", 1e9, "EUR"),
        ("MMK", 1, "MMK"),  # Myanmar's kyat, not a million of something
        ("¥", 1, "CNY"),
        ("億円", 1e8, "JPY"),
        ("万亿元", 1e12, "CNY"),
    ],
)
def test_units(text: str, scale: float, currency: str) -> None:
    assert money_unit(text) == MoneyUnit(scale, currency)


@pytest.mark.parametrize("text", ["亿 accounts", "×", "share", "UDS", "US", "USD CNY", "亿万", "USD m bn", "5亿", "xx"])
def test_texts_that_are_no_unit(text: str) -> None:
    with pytest.raises(UnitError, match=f"^'{text}' is not a unit of money$"):
        money_unit(text)


@pytest.mark.parametrize(
    ("words", "power"),
    [
        ("k '000 thousand thousands 千", 3),
        ("万 萬", 4),
        ("十万", 5),
        ("m mm mn million millions 百万", 6),
        ("千万", 7),
        ("亿 億", 8),
        ("b bn billion billions 十亿", 9),
        ("百亿", 10),
        ("千亿", 11),
        ("tn trillion trillions 万亿", 12),
    ],
)
def test_every_word_for_a_power_of_ten(words: str, power: int) -> None:
    assert {money_unit(word) for word in words.split()} == {MoneyUnit(10.0**power, "")}


@pytest.mark.parametrize(
    ("words", "currency"),
    [
        ("CNY RMB yuan 元 人民币 人民幣 ¥ CN¥", "CNY"),
        ("USD $ US$ 美元", "USD"),
        ("HKD HK$ 港元 港币 港幣", "HKD"),
        ("EUR € 欧元", "EUR"),
        ("GBP £ 英镑", "GBP"),
        ("JPY JP¥ 日元 円", "JPY"),
        ("TWD NT$ 新台币 新台幣", "TWD"),
        ("SGD S$ 新加坡元", "SGD"),
        ("KRW ₩ 韩元", "KRW"),
        ("AUD A$ 澳元", "AUD"),
        ("CAD C$ 加元", "CAD"),
        ("INR ₹", "INR"),
        ("CHF 瑞士法郎", "CHF"),
        ("AED", "AED"),  # the first and the last code of ISO 4217's list
        ("ZMW", "ZMW"),
    ],
)
def test_every_word_for_a_currency(words: str, currency: str) -> None:
    assert {money_unit(word) for word in words.split()} == {MoneyUnit(1.0, currency)}


def test_an_amount_in_a_unit() -> None:
    assert amount("1146亿元", "亿元") == 1146.0
    assert amount("1146亿元", "CNY bn") == 114.6
    assert amount("US$45bn", "亿美元") == 450.0
    assert amount("5,000万", "亿元") == 0.5  # no currency goes with any
    assert amount("5,000万元", "亿") == 0.5


def test_an_amount_in_another_currency_is_refused() -> None:
    with pytest.raises(UnitError, match=r"^text: 'US\$45bn' is not an amount in CNY$"):
        amount("US$45bn", "亿元")
    with pytest.raises(UnitError, match=r"^text: '5%' is not an amount in a unit of money$"):
        amount("5%", "亿")
    with pytest.raises(UnitError, match="'apples' is not a unit of money"):
        amount("5", "apples")


def test_a_number_is_read_like_its_digits() -> None:
    assert amount(114_600_000_000, "亿元") == amount("114600000000", "亿元") == 1146.0
    assert amount(np.float64(7)) == 7.0
    for other in (True, "True"):
        with pytest.raises(NotANumberError):
            amount(other)


def test_a_blank_is_missing() -> None:
    for blank, message in (("", "is blank"), (" ", "is blank"), (None, "is required")):
        with pytest.raises(MissingError, match=f"^text: {message}$"):
            amount(blank)


def test_a_range_of_amounts_keeps_each_error_in_its_place() -> None:
    texts = [["1.2亿元", "1.2x"], ["US$4", None], [CELL_ERRORS["#REF!"], 7], ["", True]]
    read = amount(texts, "万元")
    assert read.shape == (4, 2)
    assert read[0, 0] == 12000.0
    assert read[2, 1] == 0.0007
    bad = {(0, 1): NOT_A_NUMBER, (1, 0): NO_EXCHANGE_RATE, (1, 1): BLANK, (2, 0): CELL_ERRORS["#REF!"]}
    for place, expected in (bad | {(3, 0): BLANK, (3, 1): NOT_A_NUMBER}).items():
        assert reason(read[place]) == reason(expected)


def test_a_range_of_units() -> None:
    assert amount("1.2亿", ["万", "百万", ""]).tolist() == [12000.0, 120.0, 120000000.0]
    with pytest.raises(UnitError, match="'apples'"):
        amount("1.2亿", ["万", "apples"])


def test_conversion_by_hand() -> None:
    assert convert_amount(1146, "亿元", "CNY m") == 114600.0
    assert convert_amount(114.6, "CNY bn", "亿元") == 1146.0
    assert convert_amount(63, "亿元", "亿美元", 6.3) == 10.0
    assert convert_amount(63, "亿元", "USD m", 6.3) == 1000.0
    assert convert_amount(10, "亿美元", "亿元", 1 / 6.3) == pytest.approx(63, rel=1e-15)
    assert convert_amount(5, "亿", "CNY m") == 500.0


def test_source_a_in_dollars() -> None:
    assert convert_amount(2421.45, "亿元", "亿 USD", 6.3) == pytest.approx(384.36, abs=0.005)


UNITS = ["", "元", "万元", "CNY m", "亿元", "CNY bn", "万亿元"]


@given(st.floats(-1e15, 1e15), st.sampled_from(UNITS), st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_conversion_is_invertible_and_independent_of_the_path(value: float, here: str, there: str, beyond: str) -> None:
    converted = convert_amount(value, here, there)
    assert convert_amount(converted, there, here) == pytest.approx(value, rel=1e-15, abs=1e-300)
    detour = convert_amount(converted, there, beyond)
    assert detour == pytest.approx(convert_amount(value, here, beyond), rel=1e-15, abs=1e-300)


rates = st.floats(0.01, 1000).filter(lambda rate: rate != 1)  # which stands for no rate


@given(st.floats(1e-3, 1e12), rates, rates)
def test_currencies_go_round_and_make_a_triangle(value: float, yuan_a_dollar: float, dollars_a_pound: float) -> None:
    dollars = convert_amount(value, "亿元", "USD m", yuan_a_dollar)
    assert convert_amount(dollars, "USD m", "亿元", 1 / yuan_a_dollar) == pytest.approx(value, rel=1e-14)
    assume(yuan_a_dollar * dollars_a_pound != 1)
    pounds = convert_amount(dollars, "USD m", "GBP", dollars_a_pound)
    direct = convert_amount(value, "亿元", "GBP", yuan_a_dollar * dollars_a_pound)
    assert pounds == pytest.approx(direct, rel=1e-14)


def test_a_rate_that_is_missing_or_out_of_place() -> None:
    assert reason(convert_amount(5, "CNY", "USD")) == reason(NO_EXCHANGE_RATE)
    assert reason(convert_amount(5, "CNY", "USD", 1)) == reason(NO_EXCHANGE_RATE)
    for rate in (0, -6.3):
        assert number_of(attempted(convert_amount)(5, "CNY", "USD", rate)) == number_of(OUT_OF_RANGE)
    with pytest.raises(RangeError, match="fx: no exchange rate applies from CNY to 亿元"):
        convert_amount(5, "CNY", "亿元", 6.3)
    with pytest.raises(UnitError, match="'apples'"):
        convert_amount(5, "apples", "CNY")
    for to_unit in ("亿元", "USD"):
        assert reason(convert_amount(5, "CNY", to_unit, CELL_ERRORS["#REF!"])) == reason(CELL_ERRORS["#REF!"])


def test_a_column_of_units_converts_row_by_row() -> None:
    values = [63.0, 63.0, 63.0, CELL_ERRORS["#DIV/0!"]]
    converted = convert_amount(values, ["亿元", "亿元", "USD m", "亿元"], "USD m", [6.3, 1, 1, 6.3])
    assert converted[[0, 2]].tolist() == [1000.0, 63.0]
    assert reason(converted[1]) == reason(NO_EXCHANGE_RATE)
    assert reason(converted[3]) == reason(CELL_ERRORS["#DIV/0!"])
    within = reason(convert_amount([1, 2], ["CNY", "USD"], "USD", 6.3)[1])
    assert within is not None
    assert within.message == "fx: no exchange rate applies within one currency"


def test_a_unit_that_is_not_known_spoils_its_own_row() -> None:
    units = ["亿元", CELL_ERRORS["#REF!"], None]
    for results in (
        amount("5亿元", units),
        convert_amount(5, units, "亿元"),
        convert_amount(5, "亿元", units),
        format_amount(5e8, units),
    ):
        assert results[0] in (5.0, "5亿元")
        assert reason(results[1]) == reason(CELL_ERRORS["#REF!"])
        assert reason(results[2]) == reason(BLANK)
    for unit in (5, 5.0, True):
        with pytest.raises(UnitError, match="is not a unit of money"):
            amount("5亿元", unit)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (114_600_000_000, "亿元", "1,146亿元"),
        (403_120_000_000, "亿元", "4,031.2亿元"),
        (-48_020_000_000, "亿元", "-480.2亿元"),
        (551_000_000, "亿元", "5.51亿元"),
        (1_240_000, "亿元", "0.0124亿元"),
        (5, "亿元", "0.00000005亿元"),
        (0, "亿元", "0亿元"),
        (-0.0, "", "0"),
        (45e9, "USD bn", "45 USD bn"),
        (38_435_714_285.714, "亿 USD", "384.4亿 USD"),
        (12_350_000, "CNY m", "12.4 CNY m"),  # half up: 12.35 is 12.3499… in binary
        (9.996, "", "10"),
        (999.95, "", "1,000"),
        (1234567.89, "", "1,234,567.9"),
    ],
)
def test_amounts_as_people_write_them(value: float, unit: str, text: str) -> None:
    assert format_amount(value, unit) == text


@given(
    st.just(0.0) | st.floats(0.01, 1e16) | st.floats(-1e16, -0.01),
    st.sampled_from([*UNITS, "USD bn", "亿美元", "HK$ m"]),
)
def test_a_printed_amount_is_read_back_to_its_last_figure(value: float, unit: str) -> None:
    text = format_amount(value, unit)
    read, scale = amount(text), money_unit(unit).scale
    shown = abs(value / scale)
    step = 0.1 if shown >= 10 else 10.0 ** (math.floor(math.log10(shown)) - 2) if shown else 0
    assert abs(read - value) <= 0.5 * min(step, 0.1) * scale * (1 + 1e-9) + abs(value) * 1e-14
    assert format_amount(read, unit) == text


def test_a_range_of_amounts_as_text_keeps_errors() -> None:
    shown = format_amount([[5e8, CELL_ERRORS["#REF!"]], [1e4, 0]], "亿元")
    assert shown[0, 0] == "5亿元"
    assert shown[1].tolist() == ["0.0001亿元", "0亿元"]
    assert reason(shown[0, 1]) == reason(CELL_ERRORS["#REF!"])
    assert format_amount([5e8, 5e8], ["亿元", "万元"]).tolist() == ["5亿元", "50,000万元"]


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (0.285, 2, 0.29),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (-0.4, 0, 0.0),
        (1234.5, -2, 1200.0),
        (1250, -2, 1300.0),
        (50, -3, 0.0),
        (1e300, 2, 1e300),
        (0.1, 500, 0.1),
        (1e-300, 2, 0.0),
    ],
)
def test_rounding_as_excel_rounds(value: float, digits: int, rounded: float) -> None:
    assert rounded_number(value, digits) == rounded
    assert math.copysign(1, rounded_number(value, digits)) == math.copysign(1, rounded)


@given(st.integers(-(10**9), 10**9))
def test_a_typed_half_always_rounds_away_from_zero(thousandths: int) -> None:
    typed = Decimal(thousandths).scaleb(-3)
    assert rounded_number(float(typed), 2) == float(typed.quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_what_is_no_number_stays_what_it_is() -> None:
    assert reason(rounded_number(CELL_ERRORS["#N/A"], 2)) == reason(CELL_ERRORS["#N/A"])
    assert math.isnan(rounded_number(1.005, math.nan))
