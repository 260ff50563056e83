"""Numbers and units of money as people write them: the one parser of text."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from valuation.kernel.currencies import CURRENCIES, SCALES
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
    r"(?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"(?:e(?P<exponent>[-+]?[0-9]{1,4}))?(?P<inner_close>\)?)(?P<unit>[^()]*)(?P<close>\)?)"
)
# Compiled when the first text comes: two hundred words take longer than all else that importing this does.
_pattern: Final = lru_cache(re.compile)
_SIGNS: Final = {"": "", "+": "", "-": "-", "()": "-"}
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
    currencies = found and {CURRENCIES[found["before"]], CURRENCIES[found["after"]]} - {""}
    if found is None or currencies is None or len(currencies) > 1:
        message = f"{text!r} is not a unit of money"
        raise UnitError(message)
    return MoneyUnit(float(f"1e{SCALES[found['scale']]}"), *(currencies or {""}))


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
    digits, power, _ = read_amount(text)
    return shifted(digits, power)


def power_of_ten(unit: MoneyUnit) -> int:
    """Power of ten that the scale of a unit is."""
    return round(math.log10(unit.scale))


def shifted(digits: str, power: int) -> float:
    """Number that digits stand for, times a power of ten."""
    # Shifted in decimal, so that it is rounded once: times or over a power of ten would round twice.
    return float(f"{digits}e{power}") + 0.0


def read_amount(text: str) -> tuple[str, int, str]:
    """Signed digits, the power of ten they are shifted by, and what they count: a currency, "%" or nothing."""
    found = _pattern(_AMOUNT).fullmatch(_plain(text))
    message = f"{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'!r} is not a number"
    sign = found and found["sign"] + found["inner_sign"] + found["inner_close"] + found["close"]
    if found is None or sign not in _SIGNS:
        raise NotANumberError(message)
    if found["unit"].strip() == "%" and not found["currency"]:
        power, counted = -2, "%"
    else:
        try:
            unit = money_unit(f"{found['currency']} {found['unit']}")
        except UnitError:
            raise NotANumberError(message) from None
        power, counted = power_of_ten(unit), unit.currency
    digits = _SIGNS[sign] + found["digits"].replace(",", "")
    power += int(found["exponent"] or 0)
    if math.isinf(shifted(digits, power)):
        raise NotANumberError(message)
    return digits, power, counted


def _plain(text: str) -> str:
    return text.translate(_PLAIN).strip().lower()
