"""Amounts of money as text, and back."""

import math
from typing import Any, Final

import numpy as np

from valuation.kernel.amount_text import MoneyUnit, money_unit, power_of_ten, read_amount, shifted
from valuation.kernel.broadcast import broadcasts
from valuation.kernel.elementwise import elementwise
from valuation.kernel.errors import (
    BLANK,
    NO_EXCHANGE_RATE,
    NOT_A_NUMBER,
    MissingError,
    NotANumberError,
    RangeError,
    UnitError,
    out_of_range,
)
from valuation.kernel.units import AmountForUnit, AmountInUnit, ExchangeRate, Money, Text
from valuation.numerics.rounding import readable

_NO_RATE: Final = out_of_range("fx must be above 0")
_ONE_CURRENCY: Final = out_of_range("fx: no exchange rate applies within one currency")


@broadcasts
def amount(text: Text, unit: Text = "") -> Money:
    """Number that a text such as 1146亿元 or US$45bn stands for, in whole currency units or in the unit given.

    Parameters
    ----------
    text : (...) text
        An amount as published. A number without a unit is in whole currency units.
    unit : (...) text
        Unit of the result: 亿元, CNY m, USD bn; whole units if left out. A unit or a text without a currency fits any
        currency.

    Returns
    -------
    (...) money
        The amount. In a range, a text that is not a number gives an error in that cell only.

    Raises
    ------
    NotANumberError
        If the text is not a number.
    UnitError
        If the unit is unknown, or the text and the unit name different currencies.

    Notes
    -----
    A comma separates thousands. Next to words and currency signs of countries with a decimal comma it is the decimal
    mark: 3,5 Mrd, R$ 1.234,5 milhões, 12,5 mld zł. 250p is 2.50 pounds. A text with two possible meanings gives an
    error that says what to write instead: 1.234 Mrd, Rp5.000, kr, lei, Rm, 兆 without a currency.

    Examples
    --------
    >>> amount("1146亿元")
    114600000000.0
    >>> amount("US$45bn", "亿美元")
    450.0
    """
    units, texts = _units(unit), np.asarray(text, object)
    if texts.ndim or not isinstance(units, MoneyUnit):
        return np.asarray(elementwise(_amount_in_place, texts, units), np.float64)
    return _amount(text, units)


def _amount(text: object, unit: MoneyUnit) -> float:
    if text is None or (isinstance(text, str) and not text.strip()):
        message = "is blank"
        raise MissingError(message, "text")
    if isinstance(text, (int, float, np.integer, np.floating)) and not isinstance(text, bool):
        return float(text) / unit.scale
    digits, power, counted, _ = read_amount(str(text))
    share_in_money = counted == "%" and unit != MoneyUnit(1.0, "")
    if share_in_money or _foreign(counted, unit.currency):
        message = f"{text!r} is not an amount in {unit.currency or 'a unit of money'}"
        raise UnitError(message, "text")
    return shifted(digits, power - power_of_ten(unit.scale))


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
def convert_amount(value: AmountInUnit, from_unit: Text, to_unit: Text, fx: ExchangeRate = 1.0) -> Money:
    """Amount converted to another unit, with an exchange rate where the currencies differ.

    Parameters
    ----------
    value : (...) money
        Amount in `from_unit`.
    from_unit : (...) text
        Unit of the amount: 亿元, CNY m, USD bn. A unit without a currency fits any currency.
    to_unit : (...) text
        Unit of the result.
    fx : (...) exchange rate
        Units of the currency of `from_unit` per unit of the currency of `to_unit`; left out where they are the same.

    Returns
    -------
    (...) money
        value × scale of `from_unit` ÷ scale of `to_unit` ÷ fx. Different currencies need a rate: without one, or with a
        rate of exactly 1, the result is #N/A. A rate that is not positive is #NUM!.

    Raises
    ------
    UnitError
        If a unit is unknown.
    RangeError
        If a rate other than 1 is given although the currencies are the same (in a range: #NUM! in that cell only).

    Examples
    --------
    >>> convert_amount(1146, "亿元", "CNY bn")
    114.6
    >>> round(convert_amount(2421.45, "亿元", "亿美元", 6.3), 2)
    384.36
    """
    parts = elementwise(_factors, _units(from_unit), _units(to_unit), results=3)
    up, down, foreign = (np.asarray(part, np.float64) for part in parts)
    idle = (foreign == 0) & (fx != 1) & ~np.isnan(fx)
    if not idle.ndim and idle:
        message = f"no exchange rate applies from {from_unit} to {to_unit}"
        raise RangeError(message, "fx")
    converted = np.where((foreign == 1) & (fx == 1), NO_EXCHANGE_RATE, value * up / down / fx)
    return np.where(fx <= 0, _NO_RATE.nan, np.where(idle, _ONE_CURRENCY.nan, converted))


def _factors(source: MoneyUnit | float, target: MoneyUnit | float) -> tuple[float, float, float]:
    """Factors to multiply and to divide by (powers of ten, so exact), and 1 where the currencies differ, else 0."""
    if isinstance(source, float):
        return source, source, source
    if isinstance(target, float):
        return target, target, target
    up, down = max(source.scale / target.scale, 1.0), max(target.scale / source.scale, 1.0)
    return up, down, float(_foreign(source.currency, target.currency))


def _foreign(currency: str, other: str) -> bool:
    return "" not in (currency, other) and currency != other


@broadcasts
def format_amount(value: AmountForUnit, unit: Text) -> Text:
    """Amount as text in a unit, such as 4,031.2亿元, with a minus sign where it is negative.

    Rounded half up to one decimal, or to three significant figures where that is finer, without trailing zeros:
    5.51亿元, 0.0124亿元. AMOUNT reads the text back.

    Parameters
    ----------
    value : (...) money
        Amount in whole units of the currency.
    unit : (...) text
        Unit to show it in: 亿元, CNY m, USD bn.

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
    return elementwise(_format_amount, value, _units(unit), np.asarray(unit, object))


def _format_amount(value: float, unit: MoneyUnit | float, name: str) -> str | float:
    """The amount as text; a NaN is returned unchanged."""
    if isinstance(unit, float) or not math.isfinite(value):
        return unit if isinstance(unit, float) else value
    number, name = readable(value, -power_of_ten(unit.scale)), name.strip()
    return f"{number} {name}" if name and name[0].isascii() else number + name


def _units(texts: object) -> Any:  # noqa: ANN401 - a unit, or an array of units and of NaN that came in their place
    return elementwise(_unit, np.asarray(texts, object))


def _unit(text: object) -> MoneyUnit | float:
    if text is None:
        return BLANK
    return text if isinstance(text, float) and math.isnan(text) else money_unit(str(text))
