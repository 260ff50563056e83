"""Amounts of money as text, and back: the one parser, the units, and rounding as Excel rounds."""

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any, Final

import numpy as np

from valuation.broadcast import broadcasts
from valuation.currencies import CURRENCIES, SCALES
from valuation.errors import (
    BLANK,
    NO_EXCHANGE_RATE,
    NOT_A_NUMBER,
    OUT_OF_RANGE,
    MissingError,
    NotANumberError,
    RangeError,
    UnitError,
)
from valuation.units import ExchangeRate, Money, Number, Text


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
_HALF_UP: Final = Context(prec=1000, rounding=ROUND_HALF_UP)


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
    digits, power, _ = _read(text)
    return _shifted(digits, power)


@broadcasts
def amount(text: Text, unit: Text = "") -> Money:
    """Number that a text such as 1146亿元 or US$45bn stands for, in whole units or in the unit asked for.

    Parameters
    ----------
    text : (...) text
        An amount as it was published. A number is read like the same digits as text: in whole units.
    unit : (...) text
        What to count in: 亿元, CNY m, USD bn; whole units if left out. A unit or a text that names no currency
        goes with any.

    Returns
    -------
    (...) money
        The amount. In a range, a text that is no number is an error in its own place.

    Raises
    ------
    NotANumberError
        If the text is not a number.
    UnitError
        If the unit is unknown, or the text names another currency than the unit.

    Examples
    --------
    >>> amount("1146亿元")
    114600000000.0
    >>> amount("US$45bn", "亿美元")
    450.0
    """
    units, texts = _units(unit), np.asarray(text, object)
    if texts.ndim or not isinstance(units, MoneyUnit):
        return np.asarray(np.frompyfunc(_amount_in_place, 2, 1)(texts, units), np.float64)
    return _amount(text, units)


def _amount(text: object, unit: MoneyUnit) -> float:
    if text is None or (isinstance(text, str) and not text.strip()):
        message = "is blank"
        raise MissingError(message, "text")
    if isinstance(text, (int, float, np.integer, np.floating)) and not isinstance(text, bool):
        return float(text) / unit.scale
    digits, power, counted = _read(str(text))
    share_in_money = counted == "%" and unit != MoneyUnit(1.0, "")
    if share_in_money or _foreign(counted, unit.currency):
        message = f"{text!r} is not an amount in {unit.currency or 'a unit of money'}"
        raise UnitError(message, "text")
    return _shifted(digits, power - _power(unit))


def _amount_in_place(text: object, unit: MoneyUnit | float) -> float:
    if isinstance(unit, float):
        return unit
    try:
        return _amount(text, unit)
    except MissingError:
        return BLANK
    except UnitError:
        return NO_EXCHANGE_RATE
    except NotANumberError:
        return NOT_A_NUMBER


@broadcasts
def convert_amount(value: Money, from_unit: Text, to_unit: Text, fx: ExchangeRate = 1.0) -> Money:
    """Amount counted in another unit, and at an exchange rate where the currencies differ.

    Parameters
    ----------
    value : (...) money
        Amount, counted in `from_unit`.
    from_unit : (...) text
        What it is counted in: 亿元, CNY m, USD bn. A unit that names no currency goes with any.
    to_unit : (...) text
        What to count it in.
    fx : (...) exchange rate
        Currency of `from_unit` per unit of the currency of `to_unit`; left out where they are the same.

    Returns
    -------
    (...) money
        value × from-scale ÷ to-scale ÷ fx. Currencies that differ at a rate of exactly 1, which is a rate left
        out, have no exchange rate: #N/A in their own place; a rate that is not positive is #NUM!.

    Raises
    ------
    UnitError
        If a unit is unknown.
    RangeError
        If a rate other than 1 is given within one currency (in a range: #NUM! in its own place).

    Examples
    --------
    >>> convert_amount(1146, "亿元", "CNY bn")
    114.6
    >>> round(convert_amount(2421.45, "亿元", "亿美元", 6.3), 2)
    384.36
    """
    parts = np.frompyfunc(_factors, 2, 3)(_units(from_unit), _units(to_unit))
    up, down, foreign = (np.asarray(part, np.float64) for part in parts)
    idle = (foreign == 0) & (fx != 1) & ~np.isnan(fx)
    if not idle.ndim and idle:
        message = f"no exchange rate applies from {from_unit} to {to_unit}"
        raise RangeError(message, "fx")
    converted = np.where((foreign == 1) & (fx == 1), NO_EXCHANGE_RATE, value * up / down / fx)
    return np.where((fx <= 0) | idle, OUT_OF_RANGE, converted)


def _factors(source: MoneyUnit | float, target: MoneyUnit | float) -> tuple[float, float, float]:
    """How many times up, how many times down (whole powers of ten both, so exact), and 1 into other money, else 0."""
    if isinstance(source, float):
        return source, source, source
    if isinstance(target, float):
        return target, target, target
    up, down = max(source.scale / target.scale, 1.0), max(target.scale / source.scale, 1.0)
    return up, down, float(_foreign(source.currency, target.currency))


def _foreign(currency: str, other: str) -> bool:
    return "" not in (currency, other) and currency != other


@broadcasts
def format_amount(value: Money, unit: Text) -> Text:
    """Amount as text in a unit, such as 4,031.2亿元, with a minus sign where it is negative.

    Rounded half up to one decimal, or to three figures where that is finer, and without idle zeros:
    5.51亿元, 0.0124亿元. `amount` reads the text back.

    Parameters
    ----------
    value : (...) money
        Amount in whole units of the currency.
    unit : (...) text
        What to show it in: 亿元, CNY m, USD bn.

    Returns
    -------
    (...) text
        The amount and its unit.

    Raises
    ------
    UnitError
        If the unit is unknown.

    Examples
    --------
    >>> format_amount(403_120_000_000, "亿元"), format_amount(-45e9, "USD bn")
    ('4,031.2亿元', '-45 USD bn')
    """
    return np.frompyfunc(_format_amount, 3, 1)(value, _units(unit), np.asarray(unit, object))


def _format_amount(value: float, unit: MoneyUnit | float, name: str) -> str | float:
    """The text, or the NaN as it came."""
    if isinstance(unit, float) or not math.isfinite(value):
        return unit if isinstance(unit, float) else value
    number, name = readable(value, -_power(unit)), name.strip()
    return f"{number} {name}" if name and name[0].isascii() else number + name


def readable(value: float, power: int = 0) -> str:
    """Number times a power of ten as people read it: one decimal or three figures, whichever is finer.

    Examples
    --------
    >>> readable(4031.2), readable(-0.01244), readable(54)
    ('4,031.2', '-0.0124', '54')
    """
    exact = _fifteen_figures(value).scaleb(power)
    return f"{_half_up(exact, max(1, 2 - exact.adjusted())):,f}".rstrip("0").rstrip(".")


@broadcasts
def excel_round(value: Number, digits: Number) -> Number:
    """Number rounded to decimals as Excel's ROUND does: half away from zero, in decimal, on fifteen figures.

    Parameters
    ----------
    value : (...) number
        What to round.
    digits : (...) number
        Decimals to keep; negative ones round to tens, hundreds and so on.

    Returns
    -------
    (...) number
        The rounded number.

    Examples
    --------
    >>> excel_round(1.005, 2), round(1.005, 2)
    (1.01, 1.0)
    """
    return np.asarray(np.frompyfunc(_excel_round, 2, 1)(value, digits), np.float64)


def _excel_round(value: float, digits: float) -> float:
    if not (math.isfinite(value) and math.isfinite(digits)):
        return value + digits
    return float(_half_up(_fifteen_figures(value), int(min(max(digits, -400), 400)))) + 0.0


def _fifteen_figures(value: float) -> Decimal:
    return Decimal(f"{value + 0.0:.15g}")


def _half_up(exact: Decimal, digits: int) -> Decimal:
    return exact.quantize(Decimal(1).scaleb(-digits), context=_HALF_UP)


def _units(texts: object) -> Any:  # noqa: ANN401 - a unit, or an array of units and of NaN that came in their place
    return np.frompyfunc(_unit, 1, 1)(np.asarray(texts, object))


def _unit(text: object) -> MoneyUnit | float:
    if text is None:
        return BLANK
    return text if isinstance(text, float) and math.isnan(text) else money_unit(str(text))


def _power(unit: MoneyUnit) -> int:
    return round(math.log10(unit.scale))


def _shifted(digits: str, power: int) -> float:
    # Shifted in decimal, so that it is rounded once: times or over a power of ten would round twice.
    return float(f"{digits}e{power}") + 0.0


def _read(text: str) -> tuple[str, int, str]:
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
        power, counted = _power(unit), unit.currency
    digits = _SIGNS[sign] + found["digits"].replace(",", "")
    power += int(found["exponent"] or 0)
    if math.isinf(_shifted(digits, power)):
        raise NotANumberError(message)
    return digits, power, counted


def _plain(text: str) -> str:
    return text.translate(_PLAIN).strip().lower()
