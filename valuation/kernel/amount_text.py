"""Numbers and units of money as people write them: the one parser of text."""

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

# Full-width forms and the dashes that stand for a minus, as people paste them. Not Unicode's own folding:
# that reads 10² as 102.
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
# Compiled when the first text comes: two hundred words take longer than all else that importing this does.
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
_SHOWN: Final = 60  # as much of a text as a message shows


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """What an amount is counted in: how many whole units of which currency ("" where none is named)."""

    scale: float
    currency: str


@lru_cache(maxsize=1024)
def money_unit(text: str) -> MoneyUnit:
    """Unit of money that a text names: `亿元`, `CNY m`, `USD bn`, `亿 USD`, `million`; "" is one, in no currency.

    `¥` and `元` alone are Chinese yuan and `$` alone is the US dollar; a yen is `JPY`, `JP¥`, `日元` or `円`.

    Parameters
    ----------
    text : text
        A scale and a currency in any order, either of them or none.

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
    # In 港幣5億元 the last word is the common name of a unit of any money.
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
    """Number that a text stands for, money in whole units; the one parser of numbers as text.

    It reads `1,234`, `12.5%`, `1e5`, `(1,234)`, `1146亿元`, `5,000万`, `US$45bn`, `RMB 1,146亿` and their
    full-width forms. A comma stands between thousands and nowhere else: `12,5` is an error. Beside words and signs of
    countries that write it before decimals it does that: `3,5 Mrd`, `R$ 1.234,5 mi`, `12,5 mld zł`; `1.234 Mrd` is an
    error, since it may be either.

    Parameters
    ----------
    text : text
        What a cell or a figure holds.

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
    """Power of ten that a scale is: 8 of 1e8."""
    return round(math.log10(scale))


def shifted(digits: str, power: int) -> float:
    """Number that digits stand for, times a power of ten."""
    # Shifted in decimal, so that it is rounded once: times or over a power of ten would round twice.
    return float(f"{digits}e{power}") + 0.0


class AmountText(NamedTuple):
    """What a text says: signed digits, the power of ten they are shifted by, and what they count."""

    digits: str
    power: int
    counted: str  # a currency's code, "%", "×", a counted thing such as 股, or nothing
    scaled: bool  # whether a scale such as 亿 or bn is written

    @property
    def value(self) -> float:
        """The number in whole units."""
        return shifted(self.digits, self.power)

    @property
    def currency(self) -> str:
        """The currency's code, "" where none is named."""
        return self.counted if len(self.counted) == _CODE_LENGTH and self.counted.isupper() else ""


@lru_cache(maxsize=4096)
def read_amount(text: str) -> AmountText:
    """What a text says, digit by digit, so that it is rounded once."""
    number = _pattern(_NUMBER).fullmatch(text)
    if number is not None:  # most texts are nothing more
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
    """The power of ten of a unit, what it counts, and whether it names a scale."""
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
