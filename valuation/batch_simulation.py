"""Simulation of many companies at once: what SIMULATE does for one company, for a whole table of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import OUT_OF_RANGE, MissingError, ShapeError
from valuation.numerics.batch_sampling import COMPANIES, MOST_DRAWS, Batch, Points, Spread, points_of
from valuation.numerics.model import Element
from valuation.simulation import FEWEST_DRAWS, MOST_SEED, mixing_of, whole_number

PROBABILITIES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class BatchSpread:
    """Statistics of the draws of each company; a statistic without a value is a NaN that carries its reason.

    Attributes
    ----------
    quantiles : (companies, probabilities) number
        PERCENTILE.INC of the draws that gave a number.
    mean, deviation : (companies) number
        Mean and standard deviation (n − 1).
    above : (companies) fraction
        Share of the draws that lie above the company's price; NaN without a price.
    failures : (companies) count
        Draws that gave an error instead of a number, left out of every statistic.
    faults : mapping
        What is wrong with an uncertain input, and for which companies.
    """

    quantiles: Floats
    mean: Floats
    deviation: Floats
    above: Floats
    failures: NDArray[np.intp]
    faults: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)


def draws_of(inputs: int, draws: int = 1000, seed: int = 1, correlation: Any = None) -> Points:  # noqa: ANN401 - rows of numbers
    """Draws for a number of uncertain inputs, correlated if a correlation is given; all batches can share them.

    Raises
    ------
    RangeError
        If there are too few or too many draws, or the correlation matrix is not valid.
    """
    if not inputs:
        message = "no argument has a low and a high"
        raise MissingError(message, "lows")
    mixing = None if correlation is None else mixing_of(np.asarray(correlation, np.float64), inputs)
    count = whole_number("draws", draws, FEWEST_DRAWS, MOST_DRAWS)
    return points_of(inputs, count, whole_number("seed", seed, 0, MOST_SEED), mixing)


def simulate_batch(
    method: Callable[..., Any],
    arguments: Mapping[str, Any],
    ends: Mapping[Element, tuple[Any, Any]],
    points: Points,
    prices: Floats | None = None,
    probabilities: Sequence[float] = PROBABILITIES,
) -> BatchSpread:
    """Distribution of a result for many companies, each with its own low, most likely and high values.

    Parameters
    ----------
    method : function of the catalogue
        The function to calculate; it returns one number per company.
    arguments : mapping
        The most likely values, and all inputs that are certain: an array (companies) for a number, an array (companies,
        parts) for a vector; a single number, text or flag applies to all companies.
    ends : mapping
        Low and high of each uncertain element, each an array (companies).
    points : Points
        The draws, from `draws_of` with as many inputs as there are ends.
    prices : (companies) number
        Price of each company, with which its result is compared.
    probabilities : (p) fraction
        Probabilities of the quantiles to return.

    Returns
    -------
    BatchSpread
        The statistics of each company. They do not depend, to the last bit, on the other companies of the batch, and
        agree with SIMULATE of that company and seed within 1e-8 of the distance from each low to its high.

    Raises
    ------
    ShapeError
        If the arrays have different numbers of companies, or the points have a different number of inputs than `ends`.
    MissingError
        If an uncertain element is left out of the arguments.

    Examples
    --------
    >>> import numpy as np
    >>> from valuation.multiples import implied_value
    >>> found = simulate_batch(
    ...     implied_value,
    ...     {"metric": np.array([100.0, 200.0]), "multiple": np.array([10.0, 12.0])},
    ...     {Element("multiple"): (np.array([8.0, 9.0]), np.array([12.0, 16.0]))},
    ...     draws_of(1),
    ... )
    >>> found.mean.round(1).tolist()  # 100 × (8 + 4 × 10 + 12) ÷ 6 and 200 × (9 + 4 × 12 + 16) ÷ 6
    [1000.0, 2433.3]
    """
    count = _companies(arguments, ends)
    if len(points.shares) != len(ends):
        message = f"{len(ends)} elements are uncertain, but the draws are for {len(points.shares)}"
        raise ShapeError(message, "points")
    spreads, faults = _spreads(arguments, ends, count)
    batch = Batch(method, arguments, spreads, points)
    found = BatchSpread(
        quantiles=np.empty((count, len(probabilities))),
        mean=np.empty(count),
        deviation=np.empty(count),
        above=np.empty(count),
        failures=np.empty(count, np.intp),
        faults=faults,
    )
    wanted = np.full(count, np.nan) if prices is None else np.asarray(prices, np.float64)
    for start in range(0, count, COMPANIES):
        rows = slice(start, min(start + COMPANIES, count))
        results = batch.results(start)[: rows.stop - start]
        _statistics(results, found, rows, wanted[rows], np.asarray(probabilities))
    return found


def _companies(arguments: Mapping[str, Any], ends: Mapping[Element, tuple[Any, Any]]) -> int:
    sizes = {name: len(value) for name, value in arguments.items() if isinstance(value, np.ndarray)}
    sizes |= {f"{end} of {element}": len(pair[end == "high"]) for element, pair in ends.items() for end in _ENDS}
    if len(set(sizes.values())) > 1:
        text = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        message = f"all arrays must hold the same number of companies: {text}"
        raise ShapeError(message)
    return next(iter(sizes.values()))


_ENDS: Final = ("low", "high")


def _spreads(
    arguments: Mapping[str, Any], ends: Mapping[Element, tuple[Any, Any]], count: int
) -> tuple[list[Spread], dict[str, NDArray[np.bool_]]]:
    """The uncertain numbers; NaN with the reason for companies whose low, most likely and high are not valid."""
    spreads = []
    faults: dict[str, NDArray[np.bool_]] = {}
    for element, pair in ends.items():
        if arguments.get(element.argument) is None:
            message = "has a low and a high, but no most likely value"
            raise MissingError(message, str(element))
        base = np.asarray(arguments[element.argument], np.float64)
        mode = base if element.place is None else base[..., element.place]
        mode = np.broadcast_to(mode.reshape(-1) if mode.ndim else mode, count)
        low, high = (np.asarray(each, np.float64) for each in pair)
        faulty = {
            f"{element}: its low is above its most likely value": low > mode,
            f"{element}: its most likely value is above its high": mode > high,
            f"{element}: its low, most likely or high value is infinite": np.isinf(low)
            | np.isinf(mode)
            | np.isinf(high),
        }
        wrong = np.zeros(count, np.bool_)
        for text, mask in faulty.items():
            if mask.any():
                faults[text] = mask
                wrong |= mask
        # The sum keeps the NaN, and its reason, of whichever of the three has one.
        unknown = np.where(wrong, OUT_OF_RANGE, np.where(np.isnan(low), low, np.where(np.isnan(high), high, 0.0)))
        spreads.append(Spread(element, *(np.where(np.isnan(unknown), unknown, each) for each in (low, mode, high))))
    return spreads, faults


def _statistics(results: Floats, found: BatchSpread, rows: slice, prices: Floats, probabilities: Floats) -> None:
    failed = np.isnan(results)
    found.failures[rows] = failures = failed.sum(axis=1)
    valid = results.shape[1] - failures
    first = results[:, 0].copy()  # where all draws failed: the reason of the first
    there = np.where(failed, 0.0, results) if failures.any() else results
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = there.sum(axis=1) / valid
        apart = np.where(failed, 0.0, there - mean[:, np.newaxis])
        deviation = np.sqrt((apart * apart).sum(axis=1) / (valid - 1))
    results.sort(axis=1)  # sorting puts NaN last
    places = np.maximum(valid - 1, 0)[:, np.newaxis] * probabilities
    before = places.astype(np.intp)
    after = np.minimum(before + 1, np.maximum(valid - 1, 0)[:, np.newaxis])
    low, high = (np.take_along_axis(results, each, axis=1) for each in (before, after))
    quantiles = low + (places - before) * (high - low)
    with np.errstate(invalid="ignore", divide="ignore"):
        above = (results > prices[:, np.newaxis]).sum(axis=1) / valid
    none = valid == 0
    found.quantiles[rows] = np.where(none[:, np.newaxis], first[:, np.newaxis], quantiles)
    found.mean[rows] = np.where(none, first, mean)
    found.deviation[rows] = np.where(none, first, np.where(valid == 1, np.nan, deviation))
    found.above[rows] = np.where(none, first, np.where(np.isnan(prices), prices, above))
