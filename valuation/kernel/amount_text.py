"""Parser of numbers and amounts of money written as text."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from valuation.kernel.currencies import (
    COUNTED,
    CURRENCIES,
    HUNDREDTH_CODES,
    HUNDREDTHS,
    LOCAL_SCALES,
    SCALES,
    SCALES_WITH,
    one_of,
)
from valuation.kernel.errors import NotANumberError, UnitError
from valuation.kernel.local_amounts import as_written, hint, with_points

# Full-width forms, and dashes pasted in place of a minus. Unicode normalization (NFKC) is not used: it reads 10² as
# 102.
_PLAIN: Final = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {"￥": "¥", "￡": "£", "−": "-", "–": "-", "’": "'"}
)
_POWERS: Final = SCALES | LOCAL_SCALES
_SCALES: Final = one_of(_POWERS | SCALES_WITH)
_UNIT: Final = rf"(?P<before>{one_of(CURRENCIES)})\s*(?P<scale>{_SCALES})\s*(?P<after>{one_of(CURRENCIES)})"
_AMOUNT: Final = (
    rf"(?P<sign>[-+(]?)\s*(?P<currency>{one_of(CURRENCIES)})\s*(?P<inner_sign>[-+(]?)\s*"
    r"(?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]*)?|[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"(?:e(?P<exponent>[-+]?[0-9]{1,4}))?(?P<inner_close>\)?)(?P<unit>[^()]*)(?P<close>\)?)"
)
# Compiled at the first text, because compiling two hundred words takes longer than importing the rest of the module.
_pattern: Final = lru_cache(re.compile)
_SIGNS: Final = {"": "", "+": "", "-": "-", "()": "-"}
_HAN_SCALES: Final = one_of({name: 0 for name in (*SCALES, "兆") if name and not name.isascii()})
_NUMBER: Final = r"(?P<digits>-?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,15})?)(?P<percent>%?)"
_PENCE: Final = r"([-+(]?\s*[0-9][0-9,.]*)\s?p(\)?)"
_WHOLE: Final = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]{1,15}"
_COMPOUND: Final = (
    rf"(?P<sign>-?)(?P<before>{one_of(CURRENCIES)})\s*(?P<part1>{_WHOLE})\s*(?P<unit1>{_HAN_SCALES})\s*"
    rf"(?P<part2>{_WHOLE})\s*(?P<unit2>{_HAN_SCALES})\s*(?P<after>{one_of(CURRENCIES)})"
)
_CODE_LENGTH: Final = 3
_SHOWN: Final = 60  # characters of a text that a message shows


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """Unit of an amount: the number of whole currency units, and the currency ("" where none is named)."""

    scale: float
    currency: str


@lru_cache(maxsize=1024)
def money_unit(text: str) -> MoneyUnit:
    """Unit of money that a text names: `亿元`, `CNY m`, `USD bn`, `亿 USD`, `million`; "" is 1 without a currency.

    `¥` and `元` alone are Chinese yuan and `$` alone is the US dollar; a yen is `JPY`, `JP¥`, `日元` or `円`.

    Parameters
    ----------
    text : text
        A scale and a currency, in any order; each may be missing.

    Returns
    -------
    MoneyUnit
        Its scale, and the currency's ISO code.

    Raises
    ------
    UnitError
        If the text names no unit of money, or two currencies.

    Examples
    --------
    >>> money_unit("亿美元")
    MoneyUnit(scale=100000000.0, currency='USD')
    """
    found = _pattern(_UNIT).fullmatch(_plain(text))
    # In 港幣5億元 the final 元 is a generic word for a unit of money, not the yuan.
    after = found and (found["after"] if found["after"] != "元" or not found["before"] else "")
    currencies = found and {CURRENCIES[found["before"]], CURRENCIES[after or ""]} - {""}
    if found is None or currencies is None or len(currencies) > 1 or as_written(text):
        raise _no_unit(text)
    currency = next(iter(currencies), "")
    power = _POWERS.get(found["scale"], SCALES_WITH.get(found["scale"], {}).get(currency))
    if power is None:
        raise _no_unit(text)
    power -= 2 * bool(HUNDREDTHS & {found["before"], found["after"]})
    return MoneyUnit(float(f"1e{power}"), currency)


def _no_unit(text: str) -> UnitError:
    why = hint(text)
    return UnitError(f"{text!r} is not a unit of money" + (f": {why}" if why else ""))


def parse_number(text: str) -> float:
    """Number that a text stands for; money in whole currency units.

    It reads `1,234`, `12.5%`, `1e5`, `(1,234)`, `1146亿元`, `5,000万`, `US$45bn`, `RMB 1,146亿` and their
    full-width forms. A comma separates thousands: `12,5` is an error. Next to words and currency signs of countries
    with a decimal comma it is the decimal mark: `3,5 Mrd`, `R$ 1.234,5 mi`, `12,5 mld zł`. `1.234 Mrd` is an error,
    because its point may separate thousands or decimals.

    Parameters
    ----------
    text : text
        Text of a cell or of a published figure.

    Returns
    -------
    number
        The number nearest to what is written: "184.28亿" is 18428000000 exactly.

    Raises
    ------
    NotANumberError
        If the text is anything else.

    Examples
    --------
    >>> parse_number("184.28亿元"), parse_number("(12.5%)")
    (18428000000.0, -0.125)
    """
    return read_amount(text).value


def power_of_ten(scale: float) -> int:
    """Exponent of a scale that is a power of ten: 8 for 1e8."""
    return round(math.log10(scale))


def shifted(digits: str, power: int) -> float:
    """Digits times a power of ten, as a float."""
    # The exponent is appended to the text, so that the number is rounded once; multiplying a float would round twice.
    return float(f"{digits}e{power}") + 0.0


class AmountText(NamedTuple):
    """A parsed amount: signed digits, power of ten, and the unit."""

    digits: str
    power: int
    counted: str  # a currency's code, "%", "×", a counted thing such as 股, or nothing
    scaled: bool  # whether the text has a scale such as 亿 or bn

    @property
    def value(self) -> float:
        """The amount in whole units."""
        return shifted(self.digits, self.power)

    @property
    def currency(self) -> str:
        """The currency's code, "" where none is named."""
        return self.counted if len(self.counted) == _CODE_LENGTH and self.counted.isupper() else ""


@lru_cache(maxsize=4096)
def read_amount(text: str) -> AmountText:
    """Parse a text into exact decimal digits, so that the value is rounded only once."""
    number = _pattern(_NUMBER).fullmatch(text)
    if number is not None:  # fast path: most texts are plain numbers
        percent = number["percent"]
        return AmountText(number["digits"].replace(",", ""), -2 if percent else 0, percent, scaled=False)
    pence = _pattern(_PENCE).fullmatch(text.strip()) if text.endswith(("p", "p)", " ")) else None
    plain = with_points(_plain(f"{pence[1]} gbx{pence[2]}" if pence else text))
    if plain is None or as_written(text):
        raise _no_number(text)
    compound = _pattern(_COMPOUND).fullmatch(plain)
    if compound is not None:  # 3亿5000万
        return _sum_of(text, compound)
    found = _pattern(_AMOUNT).fullmatch(plain)
    sign = found and found["sign"] + found["inner_sign"] + found["inner_close"] + found["close"]
    if found is None or sign not in _SIGNS:
        raise _no_number(text)
    power, counted, scaled = _counted(found["currency"], found["unit"].strip(), text)
    digits = _SIGNS[sign] + found["digits"].replace(",", "")
    amount = AmountText(digits, power + int(found["exponent"] or 0), counted, scaled)
    if math.isinf(amount.value):
        raise _no_number(text)
    return amount


def _no_number(text: str) -> NotANumberError:
    why = hint(text)
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return NotANumberError(f"{shown!r} is not a number" + (f": {why}" if why else ""))


def _counted(currency: str, unit: str, text: str) -> tuple[int, str, bool]:
    """Power of ten of a unit, its currency or counted thing, and whether it names a scale."""
    if not currency and unit == "%":
        return -2, "%", False
    thing = next((each for each in COUNTED if not currency and unit.endswith(each)), "")
    try:
        named = money_unit(f"{currency} {unit.removesuffix(thing)}")
    except UnitError:
        raise _no_number(text) from None
    power = power_of_ten(named.scale)
    return power, named.currency or thing, power != 0


def _sum_of(text: str, compound: re.Match[str]) -> AmountText:
    before, after = compound["before"], compound["after"]
    larger, smaller = (read_amount(f"{before}{compound[f'part{n}']}{compound[f'unit{n}']}{after}") for n in (1, 2))
    if larger.power <= smaller.power or float(smaller.digits) >= 10 ** (larger.power - smaller.power):
        raise _no_number(text)
    digits = str(int(larger.digits) * 10 ** (larger.power - smaller.power) + int(smaller.digits))
    return AmountText(compound["sign"] + digits, smaller.power, smaller.counted, scaled=True)


def _plain(text: str) -> str:
    text = text.translate(_PLAIN).strip()
    for code, plain in HUNDREDTH_CODES.items():
        if code in text:
            text = _pattern(rf"(?<![A-Za-z]){code}(?![A-Za-z])").sub(plain, text)
    return text.lower()
