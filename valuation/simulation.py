"""Simulation: distribution of a result whose arguments are uncertain, by quasi-random draws."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from valuation.kernel.amount_text import parse_number
from valuation.kernel.broadcast import Floats, broadcasts
from valuation.kernel.errors import (
    UNEXPLAINED,
    CellError,
    ChoiceError,
    NotANumberError,
    RangeError,
    Reason,
    ShapeError,
    ValuationError,
    reason,
)
from valuation.kernel.units import Arguments, Count, Distribution, Ends, Matrix, Method, Table, Text
from valuation.numerics import draw_statistics as spread
from valuation.numerics import sampling
from valuation.numerics.distributions import check
from valuation.numerics.model import Element, Model
from valuation.numerics.sobol import sobol

FEWEST_DRAWS: Final = 100
MOST_DRAWS: Final = 1_048_576  # as many as a sheet has rows; the inputs still fit into memory
ROUNDING: Final = 1e-9  # tolerance for correlations calculated in cells
MOST_UNCERTAIN: Final = 1000  # the table of each input takes 128 KB
MOST_SEED: Final = 2**53  # larger whole numbers are not exact in a cell

_STATISTICS: Final[dict[str, Callable[..., spread.Rows]]] = {
    "quantiles": spread.quantiles,
    "summary": spread.summary,
    "tail": spread.tail,
    "drivers": spread.drivers,
    "histogram": spread.histogram,
}


@broadcasts
def simulate(
    method: Method,
    arguments: Arguments,
    lows: Ends,
    highs: Ends,
    draws: Count = 10_000,
    seed: Count = 1,
    statistic: Text = "quantiles",
    correlation: Matrix | None = None,
    distribution: Distribution = "pert",
) -> Table:
    """Simulated distribution of a result with uncertain arguments, each with a low, a most likely and a high value.

    Parameters
    ----------
    method : function of the catalogue
        What is calculated; it gives one number.
    arguments : name and values a row
        The most likely values (modes), and all arguments that are certain.
    lows : name and values a row
        Low value of each element that is uncertain, in the layout of the arguments; blank where it is certain.
    highs : name and values a row
        High ends of the same elements.
    draws : count
        Number of draws, 100 to 1,048,576; powers of two cover the distribution most evenly.
    seed : count
        Seed of the random numbers; the same seed gives exactly the same draws.
    statistic : text
        quantiles, summary, tail, drivers, histogram, or above:450 for the probability of more than 450.
    correlation : (k, k) fraction
        Correlation of the normal scores of the k uncertain elements, in the order of the lows.
    distribution : choice
        Distribution of the uncertain elements: pert, triangular, uniform, normal or lognormal.

    Returns
    -------
    rows
        A heading and the rows of the statistic, then the number of draws and the number of failed draws, which gave an
        error and are left out of the statistics.

    Raises
    ------
    RangeError
        If a low is above its mode or a mode above its high, if there are too few or too many draws, or if the
        correlation is not symmetric, has a diagonal other than 1 or is not positive semi-definite. If the low of a
        lognormal element is not positive.
    ShapeError
        If the size of the correlation is not the number of uncertain elements, or there are more than 1,000 of them.
    MissingError
        If nothing is uncertain, or an element has only a low or only a high.
    CellError
        If an uncertain element has no most likely value, or if every draw failed (with the error of the first).

    Notes
    -----
    By default each uncertain element has a PERT distribution: a beta distribution between low and high with the mean
    (low + 4 mode + high) ÷ 6. Triangular and uniform elements also lie between low and high; for normal and lognormal
    elements the most likely value is the median, and low and high are the 5th and the 95th percentile. Draws are
    scrambled Sobol points, so the mean converges much faster than the standard error shown, which is that of plain
    random sampling and thus an upper bound. Correlation is by a Gaussian copula.

    quantiles: 1, 5, 10, 25, 50, 75, 90, 95, 99 %, interpolated as in PERCENTILE.INC. summary: mean, standard deviation
    (n − 1), standard error, skew (as Excel's SKEW), minimum, maximum. tail: the 5 % quantile (value at risk) and the
    mean of the worst 5 % (expected shortfall), each also as a distance below the mean. drivers: rank
    correlation (Spearman) of each uncertain element with the result, the strongest first. histogram: 20 bins of
    equal width.

    References
    ----------
    .. [1] Malcolm, Roseboom, Clark, Fazar: Application of a technique for research and development program
       evaluation. Operations Research 7 (1959): the PERT distribution.
    .. [2] Owen: Scrambling Sobol' and Niederreiter-Xing points. Journal of Complexity 14 (1998).

    Examples
    --------
    >>> from valuation.sotp import sotp_value
    >>> table = simulate(
    ...     sotp_value,
    ...     {"metrics": [806, 234, 99], "multiples": [2, 2.3, 19]},
    ...     {"multiples": [1.5, 1, 10]},
    ...     {"multiples": [2.3, 2.5, 25]},
    ...     statistic="summary",
    ... )
    >>> round(table[1][1], 1)  # mean: 806 × 11.8 ÷ 6 + 234 × 12.7 ÷ 6 + 99 × 111 ÷ 6
    3911.9
    """
    found = simulations(method, arguments, lows, highs, (statistic,), draws, seed, correlation, distribution)
    return found[0]


def simulations(
    method: Callable[..., Any],
    arguments: Mapping[str, Any],
    lows: Mapping[str, Any],
    highs: Mapping[str, Any],
    statistics: Sequence[str],
    draws: int = 10_000,
    seed: int = 1,
    correlation: Floats | None = None,
    distribution: str = "pert",
) -> list[spread.Rows]:
    """Several statistics of the same draws, each in the form of `simulate`."""
    model = Model(method, arguments)
    uncertain = [sampling.Uncertain(element, *values) for element, values in _pert(model, lows, highs).items()]
    mixing = None if correlation is None else mixing_of(correlation, len(uncertain))
    count = whole_number("draws", draws, FEWEST_DRAWS, MOST_DRAWS)
    points = sobol(len(uncertain), whole_number("seed", seed, 0, MOST_SEED))
    rows_of = [_statistic(statistic) for statistic in statistics]
    inputs = np.empty((len(uncertain), count)) if spread.drivers in rows_of else None
    check(distribution, [(each.element, each[1:]) for each in uncertain])
    results = sampling.draw(model, uncertain, points, count, mixing, inputs, distribution)
    failed = np.isnan(results)
    failures = int(failed.sum())
    if failures == count:
        why = _reason(float(results[0]))
        message = f"all {count:,} draws failed: {why.message}"
        raise CellError(why.excel, message)
    names = [str(each.element) for each in uncertain]
    drivers = None if inputs is None else spread.drivers(names, inputs[:, ~failed], results[~failed])
    results.sort()  # sorting puts NaN last
    tables = [drivers if of is spread.drivers and drivers else of(results[: count - failures]) for of in rows_of]
    return [_with_counts(table, count, failures) for table in tables]


def _with_counts(table: spread.Rows, draws: int, failures: int) -> spread.Rows:
    """A statistic with the number of draws and of failed draws below it."""
    padding = [None] * (len(table[0]) - 2)
    return [*table, ["Draws", draws, *padding], ["Failed draws", failures, *padding]]


def _pert(model: Model, lows: Mapping[str, Any], highs: Mapping[str, Any]) -> dict[Element, tuple[float, float, float]]:
    """Check and collect the low, mode and high of each uncertain element."""
    found = {element: (low, model.base(element), high) for element, (low, high) in model.ends(lows, highs).items()}
    if len(found) > MOST_UNCERTAIN:
        message = f"{len(found):,} elements are uncertain, more than {MOST_UNCERTAIN:,}"
        raise ShapeError(message, "lows")
    for element, (low, mode, high) in found.items():
        if np.isnan(mode):
            why = _reason(mode)
            message = f"has a low and a high, but no most likely value: {why.message}"
            raise CellError(why.excel, message, str(element))
        if not np.isfinite([low, mode, high]).all():
            message = "its low, most likely or high value is infinite"
            raise RangeError(message, str(element))
        if low > mode:
            message = f"its low {low:,.12g} is above its most likely value {mode:,.12g}"
            raise RangeError(message, str(element))
        if mode > high:
            message = f"its most likely value {mode:,.12g} is above its high {high:,.12g}"
            raise RangeError(message, str(element))
    return found


def mixing_of(correlation: Floats, size: int) -> Floats:
    """Lower-triangular factor of a correlation matrix, which makes independent normal scores correlated."""
    correlation = np.atleast_2d(correlation)
    if correlation.shape != (size, size):
        shape = "×".join(map(str, correlation.shape))
        message = f"is {shape}, but {size} elements are uncertain"
        raise ShapeError(message, "correlation")
    bad = np.argwhere(~np.isfinite(correlation))
    if bad.size:
        row, column = bad[0].tolist()
        why = _reason(float(correlation[row, column]))
        message = f"column {column + 1}: {why.message}"
        raise CellError(why.excel, message, "correlation", row + 1)
    off_diagonal = np.flatnonzero(abs(np.diagonal(correlation) - 1) > ROUNDING)
    if off_diagonal.size:
        message = "the correlation of an element with itself must be 1"
        raise RangeError(message, "correlation", int(off_diagonal[0]) + 1)
    lopsided = np.argwhere(abs(correlation - correlation.T) > ROUNDING)
    if lopsided.size:
        row, column = lopsided[0].tolist()
        message = f"not symmetric: column {column + 1} is not what row {column + 1} has in column {row + 1}"
        raise RangeError(message, "correlation", row + 1)
    least = float(np.linalg.eigvalsh(correlation)[0])
    if least < -ROUNDING * size:
        message = f"not positive semi-definite: these correlations contradict each other (least eigenvalue {least:.3g})"
        raise RangeError(message, "correlation")
    return _semi_cholesky(correlation)


def _semi_cholesky(correlation: Floats) -> Floats:
    """Lower triangle L with LLᵀ = correlation; the column of an element that others determine completely is zero."""
    size = len(correlation)
    lower = np.zeros((size, size))
    for column in range(size):
        pivot = correlation[column, column] - lower[column, :column] @ lower[column, :column]
        if pivot <= ROUNDING:
            continue
        lower[column, column] = np.sqrt(pivot)
        below = correlation[column + 1 :, column] - lower[column + 1 :, :column] @ lower[column, :column]
        lower[column + 1 :, column] = below / lower[column, column]
    return lower


def _reason(value: float) -> Reason:
    return reason(value) or UNEXPLAINED


def whole_number(name: str, number: Any, least: int, most: int) -> int:  # noqa: ANN401 - whatever float() takes
    """The number as an int if it is whole and from the least to the most; raises otherwise."""
    value = float(number)
    if not np.isfinite(value):
        why = _reason(value)
        raise CellError(why.excel, why.message, name)
    if value != np.floor(value) or not least <= value <= most:
        message = f"{value:,.15g} is not a whole number from {least:,} to {most:,}"
        raise RangeError(message, name)
    return int(value)


def _statistic(text: object) -> Callable[..., spread.Rows]:
    name, _, price = str(text).strip().lower().partition(":")
    if name in _STATISTICS and not price:
        return _STATISTICS[name]
    if name != "above" or not price:
        message = f"{text!r} is not one of {', '.join(_STATISTICS)} or above:450"
        raise ChoiceError(message, "statistic")
    try:
        return partial(spread.above, price=parse_number(price))
    except ValuationError as error:
        message = f"the price after above: {error}"
        raise NotANumberError(message, "statistic") from None
