"""Rounding as Excel does it: half away from zero, in decimal, after rounding to fifteen significant digits."""

import math
from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal
from typing import Final

import numpy as np

from valuation.kernel.broadcast import carried

_HALF_UP: Final = Context(prec=MAX_PREC, rounding=ROUND_HALF_UP)
_MOST_DIGITS: Final = 400  # pragma: no mutate - fifteen digits of a float end before the 340th decimal


def readable(value: float, power: int = 0) -> str:
    """Text of a number times a power of ten: one decimal or three significant digits, whichever is finer.

    Examples
    --------
    >>> readable(4031.2), readable(-0.01244), readable(54)
    ('4,031.2', '-0.0124', '54')
    """
    exact = _fifteen_figures(value).scaleb(power)
    return f"{_half_up(exact, max(1, 2 - exact.adjusted())).normalize():,f}"


def rounded_number(value: float, digits: float) -> float:
    """Round as Excel's ROUND does: half away from zero, in decimal, after rounding to fifteen significant digits.

    Parameters
    ----------
    value : float
        Number to round; a NaN stays one, with its reason.
    digits : float
        Decimals to keep; negative to round to tens, hundreds and so on.

    Examples
    --------
    >>> rounded_number(1.005, 2), round(1.005, 2)
    (1.01, 1.0)
    """
    if not (math.isfinite(value) and math.isfinite(digits)):
        return float(carried(np.asarray(value), np.asarray(digits)))
    return float(_half_up(_fifteen_figures(value), int(min(max(digits, -_MOST_DIGITS), _MOST_DIGITS)))) + 0.0


def _fifteen_figures(value: float) -> Decimal:
    return Decimal(f"{value + 0.0:.15g}")


def _half_up(exact: Decimal, digits: int) -> Decimal:
    return exact.quantize(Decimal(f"1e{-digits}"), context=_HALF_UP)
