"""Numbers and units of money as people write them: the one parser of text."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from valuation.kernel.currencies import COUNTED, CURRENCIES, HUNDREDTH_CODES, HUNDREDTHS, SCALES, TRILLION_IN
from valuation.kernel.errors import NotANumberError, UnitError


def _one_of(words: dict[str, Any]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# Full-width forms and the dashes that stand for a minus, as people paste them. Not Unicode's own folding:
# that reads 10² as 102.
_PLAIN: Final = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {"￥": "¥", "￡": "£", "−": "-", "–": "-", "’": "'"}
)
_UNIT: Final = rf"(?P<before>{_one_of(CURRENCIES)})\s*(?P<scale>{_one_of(SCALES)})\s*(?P<after>{_one_of(CURRENCIES)})"
_AMOUNT: Final = (
    rf"(?P<sign>[-+(]?)\s*(?P<currency>{_one_of(CURRENCIES)})\s*(?P<inner_sign>[-+(]?)\s*"
    r"(?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]*)?|[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"(?:e(?P<exponent>[-+]?[0-9]{1,4}))?(?P<inner_close>\)?)(?P<unit>[^()]*)(?P<close>\)?)"
)
# Compiled when the first text comes: two hundred words take longer than all else that importing this does.
_pattern: Final = lru_cache(re.compile)
_SIGNS: Final = {"": "", "+": "", "-": "-", "()": "-"}
_HAN_SCALES: Final = _one_of({name: 0 for name in SCALES if name and not name.isascii()})
_WHOLE: Final = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]{1,15}"
_COMPOUND: Final = (
    rf"(?P<sign>-?)(?P<before>{_one_of(CURRENCIES)})\s*(?P<part1>{_WHOLE})\s*(?P<unit1>{_HAN_SCALES})\s*"
    rf"(?P<part2>{_WHOLE})\s*(?P<unit2>{_HAN_SCALES})\s*(?P<after>{_one_of(CURRENCIES)})"
)
# A German text has a comma before decimals: 3,5 Mrd, 1.234,5 Mio.
_GERMAN: Final = (
    r"(?<![0-9.,])(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+(?=,)|[0-9]+)(?P<mark>[.,])(?P<rest>[0-9]+)(?=\s*(?:tsd|mio|mrd))"
)
_GROUP: Final = 3
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
    unclear = found and found["scale"] == "兆" and not TRILLION_IN & (currencies or set())
    if found is None or currencies is None or len(currencies) > 1 or unclear:
        message = f"{text!r} is not a unit of money"
        raise UnitError(message)
    power = SCALES[found["scale"]] - 2 * bool(HUNDREDTHS & {found["before"], found["after"]})
    return MoneyUnit(float(f"1e{power}"), *(currencies or {""}))


def parse_number(text: str) -> float:
    """Number that a text stands for, money in whole units; the one parser of numbers as text.

    It reads `1,234`, `12.5%`, `1e5`, `(1,234)`, `1146亿元`, `5,000万`, `US$45bn`, `RMB 1,146亿` and their
    full-width forms. A comma stands between thousands and nowhere else: `12,5` is an error.

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


def power_of_ten(unit: MoneyUnit) -> int:
    """Power of ten that the scale of a unit is."""
    return round(math.log10(unit.scale))


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
    """What a text says, digit by digit, so that no more is rounded than must be."""
    plain = _plain(text)
    compound = _pattern(_COMPOUND).fullmatch(plain)
    if compound is not None:  # 3亿5000万
        return _sum_of(text, compound)
    found = _pattern(_AMOUNT).fullmatch(plain)
    message = f"{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'!r} is not a number"
    sign = found and found["sign"] + found["inner_sign"] + found["inner_close"] + found["close"]
    if found is None or sign not in _SIGNS:
        raise NotANumberError(message)
    power, counted, scaled = _counted(found["currency"], found["unit"].strip(), message)
    digits = _SIGNS[sign] + found["digits"].replace(",", "")
    amount = AmountText(digits, power + int(found["exponent"] or 0), counted, scaled)
    if math.isinf(amount.value):
        raise NotANumberError(message)
    return amount


def _counted(currency: str, unit: str, message: str) -> tuple[int, str, bool]:
    """The power of ten of a unit, what it counts, and whether it names a scale."""
    if not currency and unit == "%":
        return -2, "%", False
    thing = next((each for each in COUNTED if not currency and unit.endswith(each)), "")
    try:
        named = money_unit(f"{currency} {unit.removesuffix(thing)}")
    except UnitError:
        raise NotANumberError(message) from None
    power = power_of_ten(named)
    return power, named.currency or thing, power != 0


def _sum_of(text: str, compound: re.Match[str]) -> AmountText:
    before, after = compound["before"], compound["after"]
    larger, smaller = (read_amount(f"{before}{compound[f'part{n}']}{compound[f'unit{n}']}{after}") for n in (1, 2))
    if larger.power <= smaller.power or float(smaller.digits) >= 10 ** (larger.power - smaller.power):
        message = f"{text!r} is not a number"
        raise NotANumberError(message)
    digits = str(int(larger.digits) * 10 ** (larger.power - smaller.power) + int(smaller.digits))
    return AmountText(compound["sign"] + digits, smaller.power, smaller.counted, scaled=True)


def _plain(text: str) -> str:
    text = text.translate(_PLAIN).strip()
    for code, plain in HUNDREDTH_CODES.items():
        if code in text:
            text = _pattern(rf"(?<![A-Za-z]){code}(?![A-Za-z])").sub(plain, text)
    return _pattern(_GERMAN).sub(_english, text.lower())


def _english(found: re.Match[str]) -> str:
    """Digits before Mio or Mrd as English has them; three after the only mark say a thousand times more or less."""
    whole, mark, rest = found["whole"], found["mark"], found["rest"]
    if not mark:
        return whole
    if (mark == "." and "." in whole) or (len(rest) == _GROUP and "." not in whole):
        return f"{whole}?{rest}"  # which is no number
    return f"{whole.replace('.', '')}.{rest}"
