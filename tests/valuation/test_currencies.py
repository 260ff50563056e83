"""The words for scales and currencies, each written a second time with its meaning, and read as users type it."""

from typing import TypeVar

import pytest

from valuation.amounts import amount
from valuation.kernel.amount_text import MoneyUnit, money_unit, read_amount
from valuation.kernel.currencies import (
    COUNTED,
    CURRENCIES,
    ENGLISH_SCALES,
    HUNDREDTH_CODES,
    HUNDREDTHS,
    LOCAL_SCALES,
    LOCAL_SIGNS,
    SCALES,
    SCALES_WITH,
    UNCLEAR,
    UNCLEAR_AS_WRITTEN,
    one_of,
)
from valuation.kernel.errors import NotANumberError

Meaning = TypeVar("Meaning")

# Words of English, Chinese, Japanese, Korean and Indian reports.
POWERS = {
    3: "k, '000, thousand, thousands, 千, tsd, tsd.",
    4: "万, 萬, 만",
    5: "十万, 十萬, lakh, lakhs, lac",
    6: "m, mm, mn, mio, mio., mln, million, millions, 百万, 百萬, 백만",
    7: "千万, 千萬, crore, crores, cr, 천만",
    8: "亿, 億, 억",
    9: "b, bn, mrd, mrd., billion, billions, 十亿, 十億",
    10: "百亿, 百億",
    11: "千亿, 千億",
    12: "t, tn, trn, trillion, trillions, 万亿, 萬億, 万億, 萬亿, 조, lakh crore",
}
# Words of Polish, Russian, Indonesian, German, Scandinavian, Italian, Spanish, Portuguese, Turkish, Vietnamese, French.
LOCAL_POWERS = {
    3: "tys, tys., тыс, тыс., ribu, tausend",
    6: "millionen, millioner, miljoner, milioni, milionów, millones, juta, milhão, milhões, milhoes, млн, млн., milyon,"
    " triệu",
    9: "mld, mld., md, md., mds, mdr, mdr., mia, mia., milliard, milliards, milliarden, milliarder, miljarder,"
    " miliardi, miliardów, bilhão, bilhões, bilhoes, miliar, milyar, млрд, млрд., tỷ",
    12: "trilhão, trilhões, trilhoes, triliun, trilyon, трлн, трлн.",
}
SIGNS = {
    "CNY": "rmb, yuan, 元, 人民币, 人民幣, 元人民币, 元人民幣, ¥, cn¥",
    "USD": "$, us$, 美元, 美金",
    "HKD": "hk$, 港元, 港币, 港幣, 元港币, 元港幣",
    "EUR": "€, euro, euros, 欧元, 歐元",
    "GBP": "£, 英镑, 英鎊",
    "JPY": "jp¥, 日元, 日圆, 日圓, 円",
    "TWD": "nt$, 新台币, 新台幣, 新臺幣",
    "SGD": "s$, 新加坡元",
    "KRW": "₩, 韩元, 韓元, 원",
    "BRL": "r$, 雷亚尔",
    "NZD": "nz$, 新西兰元",
    "RUB": "₽, 卢布, руб, руб., р.",
    "THB": "฿, 泰铢",
    "PLN": "zł, zl, złotych, zloty",
    "MYR": "rm, 林吉特",
    "IDR": "rp, rp., 印尼盾",
    "CZK": "kč",
    "MXN": "mx$, mex$",
    "UAH": "₴, грн",
    "KZT": "₸, тенге",
    "NGN": "₦",
    "GHS": "₵",
    "TRY": "₺",
    "ILS": "₪",
    "PHP": "₱",
    "VND": "₫",
    "CHF": "fr., sfr., 瑞士法郎",
    "AUD": "a$, au$, 澳元",
    "CAD": "c$, 加元",
    "INR": "₹, rs, rs.",
}
PENCE_AND_CENTS = {"gbx": "GBP", "pence": "GBP", "zax": "ZAR", "ilx": "ILS"}
INSTEAD = {
    "write SEK, NOK, DKK or ISK": "kr, kr., tkr, mkr, mdkr",
    "write HUF": "ft",
    "write RON or MDL": "lei",
    "write ZAR for rand, BRL for real": "r",
    "write AED or MAD": "dh, dhs",
    "write INR, PKR, LKR or NPR": "₨, re",
    "write SAR, QAR, OMR, YER or IRR": "﷼, sr, qr",
    "write whole dollars or euro, or 250 ZAc": "c, cent, cents",
    "write whole dollars": "¢",
    "write bn for 1,000 million, trn for a million million": "bln, bio, bio.",
    "write 万亿 or trn, or 百万 or m": "兆",
    "write k for thousands, m for millions": "mil",
    "write m, or BRL with it": "mi",
    "write bn, or BRL with it": "bi",
    "write bn, or MYR with it": "bil",
    "write trn, or BRL with it": "tri",
    "write ZAR m for millions of rand, MYR for ringgit": "Rm",
    "write CNY, or MYR bn for billions of ringgit": "RMb",
    "write GBp for pence, PHP or BWP": "P",
}


def each_word(table: dict[Meaning, str]) -> dict[str, Meaning]:
    """The meaning of each word of a table of words."""
    return {word: meaning for meaning, words in table.items() for word in words.split(", ")}


def test_every_scale_has_its_power_of_ten() -> None:
    assert {"": 0} | each_word(POWERS) == SCALES
    assert each_word(LOCAL_POWERS) == LOCAL_SCALES


def test_every_currency_sign_and_code_has_its_currency() -> None:
    codes = {word: currency for word, currency in CURRENCIES.items() if word == currency.lower()}
    assert {word: currency for word, currency in CURRENCIES.items() if word not in codes} == each_word(
        SIGNS
    ) | PENCE_AND_CENTS
    assert {"": "", "aed": "AED", "kes": "KES", "zmw": "ZMW"}.items() <= codes.items()
    assert all(len(code) == 3 and code.isascii() and code.isalpha() for code in codes if code)


@pytest.mark.parametrize(("word", "currency"), PENCE_AND_CENTS.items())
def test_hundredths_of_a_currency(word: str, currency: str) -> None:
    assert money_unit(word) == MoneyUnit(0.01, currency)
    assert set(HUNDREDTHS) == set(PENCE_AND_CENTS)


@pytest.mark.parametrize(
    ("code", "currency"),
    [("GBp", "GBP"), ("GBX", "GBP"), ("ZAc", "ZAR"), ("ZAC", "ZAR"), ("ILA", "ILS"), ("ILa", "ILS")],
)
def test_codes_of_exchanges_for_hundredths(code: str, currency: str) -> None:
    assert money_unit(code) == MoneyUnit(0.01, currency)
    assert code in HUNDREDTH_CODES


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((f"{currency} 5兆", 5e12) for currency in ("JPY", "TWD", "KRW")),
        *(("BRL 5 mil", 5e3), ("MYR 5 mil", 5e6), ("BRL 5 mi", 5e6), ("BRL 5 bi", 5e9), ("MYR 5 bil", 5e9)),
        ("BRL 5 tri", 5e12),
    ],
)
def test_scales_of_some_currencies_only(text: str, value: float) -> None:
    assert read_amount(text).value == value
    with pytest.raises(NotANumberError, match="may mean several things"):
        amount(text.split(" ", 1)[1])


def test_no_other_currency_has_scales_of_its_own() -> None:
    assert {word: sorted(powers) for word, powers in SCALES_WITH.items()} == {
        "兆": ["JPY", "KRW", "TWD"],
        "mil": ["BRL", "MYR"],
        "mi": ["BRL"],
        "bi": ["BRL"],
        "bil": ["MYR"],
        "tri": ["BRL"],
    }


@pytest.mark.parametrize("thing", "股 人 户 戶 个 個 shares share users people".split())  # noqa: SIM905 - ten words
def test_what_is_counted_is_no_money(thing: str) -> None:
    read = read_amount(f"5万 {thing}")
    assert (read.value, read.counted, read.currency) == (5e4, thing, "")
    assert thing in COUNTED


def test_what_is_counted_has_no_other_word() -> None:
    assert len(COUNTED) == 10


@pytest.mark.parametrize("word", "k m mm mn b bn t tn trn thousand million millions billion billions trillion".split())  # noqa: SIM905
def test_a_point_before_an_english_scale_is_a_decimal_point(word: str) -> None:
    assert read_amount(f"R$ 1.234 {word}").value == pytest.approx(1.234 * 10 ** each_word(POWERS)[word], rel=1e-15)
    assert word in ENGLISH_SCALES


@pytest.mark.parametrize("sign", "r$ rp zł zl kč руб р. ₽ ₺ ₫ ₴ грн ₸".split())  # noqa: SIM905 - thirteen signs
def test_signs_of_countries_with_a_decimal_comma(sign: str) -> None:
    assert read_amount(f"{sign} 1.234,5").value == 1234.5
    assert sign in LOCAL_SIGNS


@pytest.mark.parametrize(("word", "written"), each_word(INSTEAD).items())
def test_what_to_write_instead_of_an_unclear_word(word: str, written: str) -> None:
    assert (UNCLEAR | UNCLEAR_AS_WRITTEN)[word] == written
    with pytest.raises(NotANumberError) as refused:
        amount(f"5 {word}")
    assert str(refused.value) == f"'5 {word}' is not a number: {word!r} may mean several things: {written}"


def test_no_other_word_is_unclear() -> None:
    assert {*UNCLEAR, *UNCLEAR_AS_WRITTEN} == set(each_word(INSTEAD))


def test_the_longest_word_is_tried_first() -> None:
    assert one_of({"m": 6, "mio.": 6, "mn": 6}) == r"mio\.|mn|m"
