"""Reconciliation: whether published totals equal the sum of their parts, and the difference."""

import math

import numpy as np

from valuation.kernel.broadcast import Floats, answered, broadcasts
from valuation.kernel.broadcast import total as sum_of
from valuation.kernel.elementwise import elementwise
from valuation.kernel.units import Flag, Money, Moneys, Share, Text
from valuation.numerics.rounding import readable

_DUST = 1e-12  # share of the size of the parts: tolerance for the rounding of their sum


@broadcasts
def foots(total: Money, parts: Moneys, tolerance: Share = 0.005) -> Flag:
    """Whether the parts add up to the total (foot), within a tolerance.

    Parameters
    ----------
    total : (...) money
        Total as published.
    parts : (..., n) money
        The parts that should add up to the total.
    tolerance : (...) fraction
        Largest difference allowed, as a share of the total: 0.005 is half a percent.

    Returns
    -------
    (...) flag
        True where the sum of the parts lies within the tolerance.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi's sum of the parts, published as 3,551.

    Examples
    --------
    >>> foots(3551, [1612, 538.2, 1881])
    False
    """
    difference = total - sum_of(parts)
    # Where parts cancel, rounding errors are in proportion to the parts, not to the total.
    allowed = _allowed(total, tolerance) + _DUST * sum_of(np.abs(parts))
    return answered(np.abs(difference) <= allowed, difference, allowed)


@broadcasts
def reconcile(published: Money, recomputed: Money, tolerance: Share = 0.005) -> Text:
    """Compare a published figure with a recomputed one: "agrees", or the difference and its direction.

    Parameters
    ----------
    published : (...) money
        Figure as published.
    recomputed : (...) money
        Recomputed figure, in the same unit.
    tolerance : (...) fraction
        Largest difference allowed, as a share of the published figure.

    Returns
    -------
    (...) text
        "agrees", or the difference in words and as a share of the recomputed figure.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi's sum of the parts, published as 3,551.

    Examples
    --------
    >>> reconcile(3551, 4031.2)
    'published is 480.2 below the recomputed 4,031.2 (−11.9 %)'
    """
    difference, allowed = published - recomputed, _allowed(published, tolerance)
    words = np.asarray(elementwise(_words, difference, recomputed), object)
    return answered(np.where(np.abs(difference) <= allowed, "agrees", words), difference, allowed)


def _allowed(published: Floats, tolerance: Floats) -> Floats:
    # A billionth above the tolerance, to allow for floating-point rounding of the sums.
    return (tolerance + 1e-9) * np.abs(published)


def _words(difference: float, recomputed: float) -> str | float:
    """The difference in words; a NaN is returned unchanged."""
    if not math.isfinite(difference):
        return difference
    way, sign = ("below", "−") if difference < 0 else ("above", "+")
    words = f"published is {readable(abs(difference))} {way} the recomputed {readable(recomputed)}"
    share = abs(100 * difference / recomputed) if recomputed else math.inf
    return f"{words} ({sign}{readable(share)} %)" if math.isfinite(share) else words
