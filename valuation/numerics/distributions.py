"""Distributions of an uncertain number by its low, most likely and high value, beside PERT.

Triangular and uniform numbers lie between their low and their high. Of a normal and a lognormal one the most likely
value is the median, and the low and the high are the 5th and the 95th percentile: beyond them it has tails. Where low
and high are not as far from the middle, either side has a spread of its own.
"""

from collections.abc import Callable, Sequence
from math import erfc, sqrt
from typing import Final

import numpy as np

from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import RangeError
from valuation.numerics.model import Element

Ends = tuple[float, float, float]

_FIFTH: Final = 1.6448536269514722  # normal scores from the median to the 95th percentile


def values_at(distribution: str, scores: Floats, low: float, mode: float, high: float) -> Floats:
    """The value of a number at each normal score: its quantile at the probability of the score."""
    return _QUANTILES[distribution](scores, low, mode, high)


def check(distribution: str, ends: Sequence[tuple[Element, Ends]]) -> None:
    """Refuse ends that a distribution cannot have.

    Raises
    ------
    RangeError
        If a lognormal number is not positive from its low on.
    """
    for element, (low, _, _) in ends:
        if distribution == "lognormal" and low <= 0:
            message = (
                f"its low {low:,.12g} is not above 0: a lognormal number is positive; take the normal distribution"
            )
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
    return mode + scores / _FIFTH * np.where(scores < 0, mode - low, high - mode)


def _lognormal(scores: Floats, low: float, mode: float, high: float) -> Floats:
    return np.exp(_normal(scores, *np.log([low, mode, high]).tolist()))


_QUANTILES: Final[dict[str, Callable[[Floats, float, float, float], Floats]]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "normal": _normal,
    "lognormal": _lognormal,
}
