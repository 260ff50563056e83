"""Units of figures: parses them in headings, notes and cells, and writes them as in a case."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from valuation.kernel.amount_text import MoneyUnit, money_unit
from valuation.kernel.errors import UnitError
from workbooks.peer_import.vocabulary import plain

Unit: TypeAlias = MoneyUnit | Literal["%", "×", "fraction"]

# Additional words of data exports, mapped to words that the kernel knows.
_SCALE_WORDS: Final = {
    **dict.fromkeys(("crore", "crores", "cr"), "千万"),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), "十万"),
    **dict.fromkeys(("mio", "mil", "mill", "mln", "百萬"), "m"),
    **dict.fromkeys(("mrd", "mld", "bln", "bil", "十億"), "bn"),
    **dict.fromkeys(("t", "trn", "trl"), "tn"),
    **dict.fromkeys(("000", "000s", "'000s", "ths", "thou", "tsd", "千元"), "k"),
    "萬億": "万亿",
    "千萬": "千万",
    "百億": "百亿",
    "千億": "千亿",
}
_CURRENCY_WORDS: Final = {
    **dict.fromkeys(("dollars", "dollar", "usdollars", "us dollars", "u.s. dollars", "u.s.$", "美金", "美圆"), "usd"),
    **dict.fromkeys(("euro", "euros", "歐元"), "eur"),
    **dict.fromkeys(("pounds", "sterling", "pounds sterling", "英鎊"), "gbp"),
    **dict.fromkeys(("rs", "rs.", "rupees", "indian rupees", "rupee"), "inr"),
    **dict.fromkeys(("日圓", "日圆", "yen", "japanese yen"), "jpy"),
    **dict.fromkeys(("新臺幣", "台币", "台幣", "新台幣元", "新台币元"), "twd"),
    **dict.fromkeys(("港幣元", "港币元", "港圓"), "hkd"),
    **dict.fromkeys(("人民币元", "元人民币", "人民幣元", "cny元"), "cny"),
    **dict.fromkeys(("won", "韓元", "원"), "krw"),
    **dict.fromkeys(("swiss francs", "francs"), "chf"),
}
_MINOR: Final = {  # minor units: a hundredth of the currency
    **dict.fromkeys(("gbpence", "pence", "gbp pence", "penny"), "GBp"),
    **dict.fromkeys(("zarcents", "zar cents"), "ZAc"),
    **dict.fromkeys(("ilsagorot", "agorot"), "ILA"),
}
MAJOR: Final = {"GBp": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
_PERCENT: Final = ("%", "pct", "pct.", "percent", "per cent", "百分比", "pctpoints", "in %")
_TIMES: Final = ("x", "×", "倍", "times", "(x)")
_WHOLE: Final = ("whole units", "full units", "units", "actuals", "full amount")
_FILLERS: Final = re.compile(r"^(?:单位|單位|unit|units|in|amounts?|figures)\b\s*[:=]?|\bof\b|\bin\b")
CHINESE_SCALES: Final = {1e4: "万", 1e5: "十万", 1e7: "千万", 1e8: "亿", 1e10: "百亿", 1e11: "千亿"}
ENGLISH_SCALES: Final = {1.0: "", 1e3: "k", 1e6: "m", 1e9: "bn", 1e12: "tn"}
_INDIAN: Final = {1e5: -1, 1e7: 1}  # lakh and crore, with the power of ten that converts them to millions


@lru_cache(maxsize=8192)
def read_unit(text: str) -> Unit | None:
    """Unit named in a text; None where there is none.

    Examples
    --------
    >>> read_unit("in USD millions"), read_unit("倍"), read_unit("phones")
    (MoneyUnit(scale=1000000.0, currency='USD'), '×', None)
    >>> read_unit("Rs.Cr."), read_unit("$USDmm")
    (MoneyUnit(scale=10000000.0, currency='INR'), MoneyUnit(scale=1000000.0, currency='USD'))
    >>> read_unit("GBp"), read_unit("GBP m")
    (MoneyUnit(scale=1.0, currency='GBp'), MoneyUnit(scale=1000000.0, currency='GBP'))
    """
    said = plain(text).strip(" ,;")
    if said in _PERCENT:
        return "%"
    if said in _TIMES:
        return "×"
    if said == "fraction":
        return "fraction"
    if said in _WHOLE:
        return MoneyUnit(1.0, "")
    said = " ".join(re.sub(r"^单位\s*:?|^單位\s*:?", "", _FILLERS.sub(" ", said)).split()).strip(" ,:")
    return _money(said) if (said and not said[0].isdigit()) or said.startswith("000") else None


def _money(said: str) -> MoneyUnit | None:
    for minor, code in _MINOR.items():
        if minor in said:
            rest = _money(said.replace(minor, " ").strip()) if said != minor else MoneyUnit(1.0, "")
            return MoneyUnit(rest.scale, code) if rest and not rest.currency else None
    for text in dict.fromkeys((said, _translated(said))):
        try:
            return money_unit(text)
        except UnitError:
            continue
    return None


def _translated(said: str) -> str:
    """The text in words of the kernel, with a repeated currency (`$usd`) written once."""
    text = re.sub(r"(?:us)?\$\s*usd|usd\s*(?:us)?\$", "usd", said)
    text = re.sub(r"hk\$\s*hkd", "hkd", text)
    for word, code in sorted(_CURRENCY_WORDS.items(), key=lambda pair: -len(pair[0])):
        text = re.sub(rf"(?<![a-z]){re.escape(word)}(?![a-z])", f" {code} ", text)
    for word in sorted(_SCALE_WORDS, key=len, reverse=True):
        text = re.sub(rf"(?<![a-z0-9']){re.escape(word)}\.?(?![a-z0-9])", f" {_SCALE_WORDS[word]} ", text)
    found = re.search(r"^(.*?)(?:人民币|人民幣)(.*?)元?$", text)  # 人民币百万元, 百万元人民币
    if found:
        text = f"cny {found[1].removesuffix('元')}{found[2]}"
    return " ".join(re.sub(r"(?<=[a-z])\.(?=\s|$)|[,.]\s", " ", text).split())


def merged(first: Unit | None, second: Unit | None) -> Unit | None:
    """Combine the units given in two places: the same unit, or a currency in one and a scale in the other.

    Examples
    --------
    >>> merged(money_unit("USD"), money_unit("millions"))
    MoneyUnit(scale=1000000.0, currency='USD')

    Raises
    ------
    UnitError
        If they differ.
    """
    if first is None or second is None or first == second:
        return first or second
    if isinstance(first, MoneyUnit) and isinstance(second, MoneyUnit):
        for currency, scale in ((first, second), (second, first)):
            if currency.scale == 1 and currency.currency and not scale.currency:
                return MoneyUnit(scale.scale, currency.currency)
            if currency == MoneyUnit(scale.scale, "") or (currency.scale == 1 and currency.currency == scale.currency):
                return scale
    message = f"is counted in {said_unit(first)} by one place and in {said_unit(second)} by another"
    raise UnitError(message)


def unit_text(scale: float, currency: str) -> str:
    """A unit of money as written in a case.

    Examples
    --------
    >>> unit_text(1e8, "CNY"), unit_text(1e8, "USD"), unit_text(1e6, "USD"), unit_text(1, "USD")
    ('亿元', '亿 USD', 'USD m', 'USD')
    """
    if scale in CHINESE_SCALES:
        return CHINESE_SCALES[scale] + ("元" if currency == "CNY" else f" {currency}")
    return f"{currency} {ENGLISH_SCALES[scale]}".strip()


def case_unit(unit: MoneyUnit) -> tuple[int, str]:
    """The corresponding unit of a case, and the power of ten to convert to it: pence are converted to pounds.

    Examples
    --------
    >>> case_unit(MoneyUnit(1e6, "GBp")), case_unit(MoneyUnit(1e7, "INR")), case_unit(MoneyUnit(1e6, "USD"))
    ((-2, 'GBP m'), (1, 'INR m'), (0, 'USD m'))
    """
    power, scale = 0, unit.scale
    if unit.currency == "INR" and scale in _INDIAN:
        power, scale = _INDIAN[scale], 1e6
    if unit.currency in MAJOR:
        power -= 2
    return power, unit_text(scale, MAJOR.get(unit.currency, unit.currency))


def scaled(value: float, power: int) -> float:
    """A number times a power of ten, computed in decimal so that it is rounded once."""
    return float(Decimal(repr(value)).scaleb(power)) if power else value


def said_unit(unit: Unit) -> str:
    """A unit as text for messages."""
    if not isinstance(unit, MoneyUnit):
        return unit
    if unit.currency in MAJOR:
        return unit.currency if unit.scale == 1 else f"{unit.currency} {ENGLISH_SCALES.get(unit.scale, '')}".strip()
    return unit_text(unit.scale, unit.currency) if unit.currency else f"{unit.scale:,.0f}"
