"""Statistics of the results of a simulation as rows of a table; all but `drivers` take results in ascending order."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import ZERO_DENOMINATOR
from valuation.numerics.rounding import readable

Rows: TypeAlias = list[list[Any]]

QUANTILES: Final = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
TAIL: Final = 0.05
BINS: Final = 20


def quantiles(results: Floats) -> Rows:
    """Quantiles of the result."""
    return [["Probability", "Value"], *map(list, zip(QUANTILES, quantiles_of(results, QUANTILES), strict=True))]


def summary(results: Floats) -> Rows:
    """Mean, standard deviation, standard error, skewness, minimum and maximum."""
    count = results.size
    mean = float(results.mean())
    # Where all are equal, a rounding error in the mean would carry over into the other statistics.
    deviation = float(results.std(ddof=1)) if results[0] < results[-1] else 0.0
    skew = ZERO_DENOMINATOR
    if deviation:
        skew = float((((results - mean) / deviation) ** 3).sum()) * count / ((count - 1) * (count - 2))
    return [
        ["Statistic", "Value"],
        ["Mean", mean],
        ["Standard deviation", deviation],
        ["Standard error, at most", deviation / float(np.sqrt(count))],
        ["Skewness", skew],
        ["Minimum", float(results[0])],
        ["Maximum", float(results[-1])],
    ]


def tail(results: Floats) -> Rows:
    """Value at risk and expected shortfall: the 5 % quantile and the mean of the worst 5 % of the draws."""
    mean = float(results.mean())
    at_risk = quantiles_of(results, (TAIL,))[0]
    worst = TAIL * results.size
    full = int(worst)  # the draw at the boundary counts in part
    shortfall = float(results[:full].sum() + (worst - full) * results[full]) / worst
    return [
        ["Worst 5 %", "Value", "Below the mean"],
        ["Value at risk", at_risk, mean - at_risk],
        ["Expected shortfall", shortfall, mean - shortfall],
    ]


def histogram(results: Floats) -> Rows:
    """Number of draws in bins of equal width from the least result to the greatest."""
    edges = np.linspace(results[0], results[-1], BINS + 1 if results[0] < results[-1] else 2)
    upto = np.append(np.searchsorted(results, edges[:-1]), results.size)
    rows = zip(edges[:-1].tolist(), edges[1:].tolist(), np.diff(upto).tolist(), strict=True)
    return [["From", "To", "Draws", "Share"], *([start, end, n, n / results.size] for start, end, n in rows)]


def above(results: Floats, price: float) -> Rows:
    """Probability that the result is above a price."""
    higher = results.size - int(np.searchsorted(results, price, side="right"))
    return [["Statistic", "Value"], [f"Probability above {readable(price)}", higher / results.size]]


def drivers(names: Sequence[str], inputs: Floats, results: Floats) -> Rows:
    """Rank correlation of each input with the result, the strongest first; both in the order of the draws."""
    ranks = _ranks(results)
    rows: Rows = []
    for name, values in zip(names, inputs, strict=True):
        constant = values.min() == values.max() or results.min() == results.max()
        rows.append([name, ZERO_DENOMINATOR if constant else float(np.corrcoef(_ranks(values), ranks)[0, 1])])
    rows.sort(key=lambda row: 1.0 if np.isnan(row[1]) else -abs(row[1]))
    return [["Argument", "Rank correlation"], *rows]


def quantiles_of(ascending: Floats, probabilities: Sequence[float]) -> list[float]:
    """Quantiles of results in ascending order, with linear interpolation as in PERCENTILE.INC."""
    places = (ascending.size - 1) * np.asarray(probabilities)
    before = places.astype(np.intp)
    after = np.minimum(before + 1, ascending.size - 1)
    values: list[float] = (ascending[before] + (places - before) * (ascending[after] - ascending[before])).tolist()
    return values


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values get the mean of their ranks."""
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((many.cumsum() - (many - 1) / 2)[place])
