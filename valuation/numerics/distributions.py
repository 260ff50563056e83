"""Distributions other than PERT of an uncertain number with a low, a most likely and a high value.

Triangular and uniform numbers lie between low and high. For normal and lognormal numbers the most likely value is the
median, and low and high are the 5th and the 95th percentile, so values beyond them occur. Where low and high are at
different distances from the median, each side has its own standard deviation.
"""

from collections.abc import Callable, Sequence
from math import erfc, sqrt
from typing import Final, TypeAlias

import numpy as np

from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import RangeError
from valuation.numerics.model import Element

Ends: TypeAlias = tuple[float, float, float]

_FIFTH: Final = 1.6448536269514722  # distance from the median to the 95th percentile in standard deviations


def values_at(distribution: str, scores: Floats, low: float, mode: float, high: float) -> Floats:
    """Value of a number at each normal score: its quantile at the probability of the score."""
    return _QUANTILES[distribution](scores, low, mode, high)


def check(distribution: str, ends: Sequence[tuple[Element, Ends]]) -> None:
    """Raise for a low that the distribution cannot have.

    Raises
    ------
    RangeError
        If the low of a lognormal number is not positive.
    """
    for element, (low, _, _) in ends:
        if distribution == "lognormal" and low <= 0:
            message = f"its low {low:,.12g} is not above 0: a lognormal number is positive; use the normal distribution"
            raise RangeError(message, str(element))


def _below(scores: Floats) -> Floats:
    return np.array([erfc(-score / sqrt(2)) / 2 for score in scores.tolist()])


def _uniform(scores: Floats, low: float, _mode: float, high: float) -> Floats:
    return low + (high - low) * _below(scores)


def _triangular(scores: Floats, low: float, mode: float, high: float) -> Floats:
    below, above, span = _below(scores), _below(-scores), high - low
    rising = low + np.sqrt(below * span * (mode - low))
    return np.where(below * span < mode - low, rising, high - np.sqrt(above * span * (high - mode)))


def _normal(scores: Floats, low: float, mode: float, high: float) -> Floats:
    deviations = scores / _FIFTH
    return mode + np.minimum(deviations, 0) * (mode - low) + np.maximum(deviations, 0) * (high - mode)


def _lognormal(scores: Floats, low: float, mode: float, high: float) -> Floats:
    return np.exp(_normal(scores, *np.log([low, mode, high]).tolist()))


_QUANTILES: Final[dict[str, Callable[[Floats, float, float, float], Floats]]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "normal": _normal,
    "lognormal": _lognormal,
}
