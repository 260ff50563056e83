"""Statistics of the results of a simulation, laid out as rows; results come in ascending order."""

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
    """Values that the result stays below with given probabilities."""
    return [["Probability", "Value"], *map(list, zip(QUANTILES, quantiles_of(results, QUANTILES), strict=True))]


def summary(results: Floats) -> Rows:
    """Mean, standard deviation, standard error, skewness, minimum and maximum."""
    count = results.size
    mean = float(results.mean())
    # Where all are equal the mean may be off by a rounding error, and so would be what follows.
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
    """What the result falls short of in the worst 5 % of the draws, and its mean there."""
    mean = float(results.mean())
    at_risk = quantiles_of(results, (TAIL,))[0]
    worst = TAIL * results.size
    full = int(worst)  # the draw on the border counts in part
    shortfall = float(results[:full].sum() + (worst - full) * results[full]) / worst
    return [
        ["Worst 5 %", "Value", "Below the mean"],
        ["Value at risk", at_risk, mean - at_risk],
        ["Expected shortfall", shortfall, mean - shortfall],
    ]


def histogram(results: Floats) -> Rows:
    """Draws in bins of equal width from the least result to the greatest."""
    edges = np.linspace(results[0], results[-1], BINS + 1 if results[0] < results[-1] else 2)
    upto = np.append(np.searchsorted(results, edges[:-1]), results.size)
    rows = zip(edges[:-1].tolist(), edges[1:].tolist(), np.diff(upto).tolist(), strict=True)
    return [["From", "To", "Draws", "Share"], *([start, end, n, n / results.size] for start, end, n in rows)]


def above(results: Floats, price: float) -> Rows:
    """Probability that the result is above a price."""
    higher = results.size - int(np.searchsorted(results, price, side="right"))
    return [["Statistic", "Value"], [f"Probability above {readable(price)}", higher / results.size]]


def drivers(names: Sequence[str], inputs: Floats, results: Floats) -> Rows:
    """Rank correlation of each input with the result, the strongest first; in the order they were drawn."""
    ranks = _ranks(results)
    rows: Rows = []
    for name, values in zip(names, inputs, strict=True):
        constant = values.min() == values.max() or results.min() == results.max()
        rows.append([name, ZERO_DENOMINATOR if constant else float(np.corrcoef(_ranks(values), ranks)[0, 1])])
    rows.sort(key=lambda row: 1.0 if np.isnan(row[1]) else -abs(row[1]))
    return [["Argument", "Rank correlation"], *rows]


def quantiles_of(ascending: Floats, probabilities: Sequence[float]) -> list[float]:
    """Quantiles of results in ascending order, between neighbours in proportion (as PERCENTILE.INC does)."""
    places = (ascending.size - 1) * np.asarray(probabilities)
    before = places.astype(np.intp)
    after = np.minimum(before + 1, ascending.size - 1)
    values: list[float] = (ascending[before] + (places - before) * (ascending[after] - ascending[before])).tolist()
    return values


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((many.cumsum() - (many - 1) / 2)[place])
