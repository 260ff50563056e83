"""All rates at which cash flows have a present value of zero."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

_ROUNDING: Final = 1e-14  # share of the largest term: a smaller sum counts as zero


def rates(times: NDArray[np.float64], flows: NDArray[np.float64]) -> list[float]:
    """All rates r > −1 with Σ flow ÷ (1 + r)^time = 0, in ascending order.

    Between two neighbouring turning points (rates at which the derivative of the sum is zero) the sum is monotonic, so
    there is at most one root. Where the sum is compounded to a moment between two flows of different sign, its
    derivative is a sum of the same form with one change of sign less. So turning points are found by recursion, and
    with them all roots, as many as Descartes' rule of signs allows.
    """
    moments, places = np.unique(times, return_inverse=True)
    together = np.bincount(places, weights=flows)
    there = together != 0
    return [float(np.expm1(root)) for root in _roots(moments[there], together[there])]


def _roots(times: NDArray[np.float64], flows: NDArray[np.float64]) -> list[float]:
    """Logarithms of 1 + r at the roots."""
    # Imported here because scipy's optimizers take longer to import than the rest of the core.
    from scipy.optimize import brentq  # noqa: PLC0415

    places = np.flatnonzero(np.diff(np.sign(flows)))
    if not places.size:
        return []
    moment = times[places[0] : places[0] + 2].mean()
    slope = flows * (moment - times)
    keep = slope != 0
    turns = _roots(times[keep], slope[keep])
    found: list[float] = []
    for low, high in pairwise(sorted([*turns, *_bounds(times, flows)])):
        at_low, at_high = _scaled(low, times, flows), _scaled(high, times, flows)
        if at_high == 0:
            found.append(high)
        elif np.sign(at_low) == -np.sign(at_high):
            found.append(brentq(_scaled, low, high, args=(times, flows), xtol=np.finfo(float).eps))
    return found


def _bounds(times: NDArray[np.float64], flows: NDArray[np.float64]) -> tuple[float, float]:
    """Lower and upper bound of all roots, beyond which the last (or first) flow exceeds the sum of all others."""
    sizes, several = np.log(np.abs(flows)), np.log(len(flows))
    low = ((sizes[-1] - sizes[:-1] - several) / (times[-1] - times[:-1])).min()
    high = ((sizes[1:] - sizes[0] + several) / (times[1:] - times[0])).max()
    return float(low), float(high)


def _scaled(rate: float, times: NDArray[np.float64], flows: NDArray[np.float64]) -> float:
    """The sum divided by its largest term; 0 where it is within rounding."""
    logarithms = np.log(np.abs(flows)) - rate * times
    value = float((np.sign(flows) * np.exp(logarithms - logarithms.max())).sum())
    return 0.0 if abs(value) <= _ROUNDING else value
