"""Order statistics of the multiples of peers, and the regression line through them.

A peer without a meaningful multiple (a loss, a blank, n.m., #N/A) is absent: counted as such, never averaged. Any other
error among the peers makes the result an error.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats, carried, divide, total
from valuation.kernel.errors import (
    BLANK,
    CELL_ERRORS,
    NO_PEERS,
    NOT_MEANINGFUL,
    ZERO_DENOMINATOR,
    RangeError,
    out_of_range,
    reason_numbers,
)

_NOT_POSITIVE: Final = out_of_range("multiples: a harmonic mean needs positive multiples")
_TOO_FEW: Final = out_of_range("multiples: too few for this exclusive percentile; write inc for the inclusive one")
# #N/A stands for n.m. in a sheet, from our functions or typed as NA(); a #REF! or #DIV/0! is a mistake to correct.
_ABSENT: Final = reason_numbers(np.array([NOT_MEANINGFUL, BLANK, CELL_ERRORS["#N/A"]]))

_ROUNDING: Final = 1e-9  # of a number of peers
_SAME: Final = 1e-12  # relative difference; drivers that differ by less differ only by rounding

PERCENTILES: Final = {"q1": 0.25, "median": 0.5, "q3": 0.75}


def is_absent(peers: Floats) -> NDArray[np.bool_]:
    """Which peers are blank, n.m. or #N/A."""
    missing = np.isnan(peers)
    return np.isin(reason_numbers(peers), _ABSENT) if missing.any() else missing


def present(multiples: Floats, *, include_negative: bool) -> tuple[Floats, NDArray[np.intp]]:
    """Multiples in ascending order, with infinity for absent peers at the end, and the number of peers present.

    In a row with an error among its peers every value is that error.
    """
    odd = ~np.isfinite(multiples)  # checked first, since finding reasons is slow for thousands of companies
    absent = is_absent(multiples) if odd.any() else odd
    if not include_negative:
        absent = absent | (multiples < 0)
    ordered = np.where(absent, np.inf, multiples)
    ordered.sort(axis=-1)
    if (odd & ~absent).any():
        # Sorting may lose the reason that a NaN carries; a sum keeps it.
        spoilt = (0.0 * multiples).sum(axis=-1, keepdims=True, where=~absent)
        ordered = np.where(np.isnan(spoilt), spoilt, ordered)
    return ordered, (~absent).sum(axis=-1)


def statistic_of(ordered: Floats, count: NDArray[np.intp], statistic: str | float, quartile: str) -> Floats:
    """A statistic, by name, or a percentile of the ordered multiples that `present` returns."""
    lowest = ordered[..., 0]
    match statistic:
        case "min":
            value = lowest
        case "max":
            value = at(ordered, np.maximum(count - 1, 0))
        case "mean":
            there = np.where(np.arange(ordered.shape[-1]) < count[..., np.newaxis], ordered, 0.0)
            value = total(there) / count
            if np.isinf(value).any():  # the sum of the numbers may overflow
                value = total(there / count[..., np.newaxis])
        case "harmonic":
            value = np.where(lowest <= 0, _NOT_POSITIVE.nan, count / total(1 / ordered))
            if (value == 0).any():  # 1 / the smallest numbers is infinite
                value = np.where(value == 0, count / total(lowest[..., np.newaxis] / ordered) * lowest, value)
        case float():
            if not 0 <= statistic <= 1:
                message = f"{statistic:.10g} is not a percentile between 0 and 1"
                raise RangeError(message, "statistic")
            value = _percentile(ordered, count, statistic, quartile)
        case _:
            value = _percentile(ordered, count, PERCENTILES[statistic], quartile)
    return np.where(np.isnan(lowest), lowest, np.where(count == 0, NO_PEERS, value))


def trimmed(ordered: Floats, count: NDArray[np.intp], trim: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """The ordered multiples without a share of them, half at each end, rounded down as in TRIMMEAN."""
    cut = np.floor(count * trim / 2 + _ROUNDING)[..., np.newaxis]  # 100 × 0.58 is slightly below 58
    place = np.arange(ordered.shape[-1])
    there = (place >= cut) & (place < count[..., np.newaxis] - cut)
    left = np.sort(np.where(there, ordered, np.inf), axis=-1)
    # Sorting may lose the reason that a NaN carries.
    why = carried(ordered[..., 0], trim)[..., np.newaxis]
    return np.where(np.isnan(why), why, left), there.sum(axis=-1)


def weighted(multiples: Floats, weights: Floats, *, include_negative: bool, harmonic: bool) -> Floats:
    """Weighted mean or harmonic mean of the peers that have a value and a weight."""
    multiples, weights = np.broadcast_arrays(multiples, weights)
    absent = is_absent(multiples) | is_absent(weights)
    if not include_negative:
        absent |= multiples < 0
    there, weight = np.where(absent, 1.0, multiples), np.where(absent, 0.0, weights)
    mean = divide(total(weight * there), total(weight))
    if harmonic:
        mean = np.where((there <= 0).any(axis=-1), _NOT_POSITIVE.nan, divide(total(weight), total(weight / there)))
    return np.where(absent.all(axis=-1), NO_PEERS, mean)


def _percentile(ordered: Floats, count: NDArray[np.intp], percentile: float, quartile: str) -> Floats:
    # Definitions 7 (inc) and 6 (exc) of Hyndman and Fan, Sample Quantiles in Statistical Packages, The American
    # Statistician 50 (1996); Excel's QUARTILE.INC and QUARTILE.EXC.
    position = (count - 1) * percentile if quartile == "inc" else (count + 1) * percentile - 1
    last = np.maximum(count - 1, 0)
    inside = np.clip(position, 0, last)
    below = np.floor(inside).astype(np.intp)
    low = at(ordered, below)
    value = low + (inside - below) * (at(ordered, np.minimum(below + 1, last)) - low)
    # Positions are rounded: 1/49 × 49 means the first peer although the product is slightly below 1.
    return np.where(np.abs(position - inside) > _ROUNDING, _TOO_FEW.nan, value)


def at(ordered: Floats, position: NDArray[np.intp]) -> Floats:
    """The element at a position on the last axis."""
    return np.take_along_axis(ordered, position[..., np.newaxis], axis=-1)[..., 0]


def line(multiples: Floats, drivers: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Slope, mean driver, mean multiple, r2 and n of the least-squares line through the peers present."""
    multiples, drivers = np.broadcast_arrays(multiples, drivers)
    absent = is_absent(multiples) | (multiples < 0) | is_absent(drivers)
    count = (~absent).sum(axis=-1)
    # Scaled by powers of two, which is exact, so that squares neither overflow nor underflow.
    wide, tall = _power_of_two(drivers, absent), _power_of_two(multiples, absent)
    drivers, multiples = drivers / wide[..., np.newaxis], multiples / tall[..., np.newaxis]
    centre = total(np.where(absent, 0.0, drivers)) / count
    level = total(np.where(absent, 0.0, multiples)) / count
    across = np.where(absent, 0.0, drivers - centre[..., np.newaxis])
    up = np.where(absent, 0.0, multiples - level[..., np.newaxis])
    common, spread, height = total(across * up), total(across * across), total(up * up)
    # Tested on the peers themselves, because differences from a rounded mean are rarely all zero.
    slope = np.where(_all_the_same(drivers, absent), ZERO_DENOMINATOR, common / spread)
    slope = np.where(count == 0, NO_PEERS, slope)
    level = np.where(np.isnan(slope), slope, level)
    r2 = np.where(_all_the_same(multiples, absent), ZERO_DENOMINATOR, np.minimum(common**2 / (spread * height), 1))
    r2 = np.where(np.isnan(slope), slope, r2)
    return slope * (tall / wide), centre * wide, level * tall, r2, np.where(np.isnan(common), common, count)


def _all_the_same(values: Floats, absent: NDArray[np.bool_]) -> NDArray[np.bool_]:
    lowest, highest = np.where(absent, np.inf, values).min(axis=-1), np.where(absent, -np.inf, values).max(axis=-1)
    # Compared relative to their size: drivers that differ in the last digit only are equal.
    size = np.maximum(np.abs(lowest), np.abs(highest))
    return np.asarray(highest - lowest <= _SAME * size)


def _power_of_two(values: Floats, absent: NDArray[np.bool_]) -> Floats:
    largest = np.where(absent | ~np.isfinite(values), 0.0, np.abs(values)).max(axis=-1)
    return np.asarray(np.ldexp(1.0, np.frexp(largest)[1] - 1))
