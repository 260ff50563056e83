"""Engine of a simulation: draws of the uncertain arguments and the result of the model for each draw.

A draw is made in three steps, each a pass over arrays that fit into the processor's cache: a Sobol point is converted
to normal scores by a table, the scores are correlated, and each score is converted to a value by the table of its
argument's distribution. Tables are piecewise linear: each entry is a complex number with the intercept (real part) and
the slope (imaginary part) of a line.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats
from valuation.numerics.distributions import Ends, values_at
from valuation.numerics.model import Element, Model
from valuation.numerics.sobol import Uniforms

Lines: TypeAlias = NDArray[np.complex128]

BLOCK: Final = 8192  # draws per block; a power of two, which keeps Sobol points balanced

# The table of normal scores has 1,024 lines for each halving of the tail probability, from one half down to the last
# bit of a Sobol point, so it is finer towards the tails.
_OCTAVES: Final = 30  # pragma: no mutate - no Sobol point is in another
_FINENESS: Final = 10  # base-2 logarithm of the lines per halving
_SHIFT: Final = 52 - _FINENESS  # leaves the exponent of a float and the first bits of its fraction
_FIRST_LINE: Final = (1022 - _OCTAVES) << _FINENESS
_HALF_POINT: Final = 2.0**-31  # Sobol points are multiples of 2**-30; half a step is added so that none is 0

# The tables of the inputs have 512 lines for each standard deviation of the normal score, from −8 to 8.
_PER_SCORE: Final = 512
_FARTHEST: Final = 8
_MIDDLE: Final = _PER_SCORE * _FARTHEST
_ALONG: Final = np.arange(2 * _MIDDLE + 1.0)
_SCORES: Final = (_ALONG - _MIDDLE) / _PER_SCORE

# Distributions are integrated over the log odds of their values, in cells of this width, up to negligible tails.
_CELL: Final = 1 / 16  # pragma: no mutate - a narrower one is as good
_FARTHEST_ODDS: Final = 36  # pragma: no mutate - beyond it there is nothing left to sum
_GAUSS: Final = np.sqrt(0.6)  # node of 3-point Gauss-Legendre quadrature


PERT: Final = "pert"


class Uncertain(NamedTuple):
    """An uncertain number among the arguments: its low, most likely and high value."""

    element: Element
    low: float
    mode: float
    high: float


def draw(
    model: Model,
    uncertain: Sequence[Uncertain],
    uniforms: Uniforms,
    draws: int,
    mixing: Floats | None = None,
    inputs: Floats | None = None,
    distribution: str = PERT,
) -> Floats:
    """Results of all draws; `inputs`, where given, is filled with the drawn values of each uncertain element."""
    normal = _normal_table()
    ends = [(each.low, each.mode, each.high) for each in uncertain]
    tables = _pert_tables(ends) if distribution == PERT else _other_tables(ends, distribution)
    results = np.empty(draws)
    arguments, rows = model.buffers([each.element for each in uncertain], (BLOCK,))
    scores = np.empty((len(uncertain), BLOCK))
    scratch = _Scratch.of(BLOCK)
    for start in range(0, draws, BLOCK):
        _scores_of_block(normal, uniforms(BLOCK), mixing, scores, scratch)
        for table, score, row in zip(tables, scores, rows, strict=True):
            along = np.add(score, _MIDDLE, out=score)
            np.copyto(scratch.places, along, casting="unsafe")
            _look_up(table, along, row, scratch)
        stop = min(start + BLOCK, draws)
        results[start:stop] = model.call(arguments, (BLOCK,))[: stop - start]
        if inputs is not None:
            for place, row in enumerate(rows):
                inputs[place, start:stop] = row[: stop - start]
    return results


def normal_scores(
    inputs: int,
    uniforms: Uniforms,
    draws: int,
    mixing: Floats | None = None,
) -> Floats:
    """Normal scores of all draws as used by `draw`, a row per input, in units of table lines."""
    normal = _normal_table()
    found = np.empty((inputs, draws))
    scores = np.empty((inputs, BLOCK))
    scratch = _Scratch.of(BLOCK)
    for start in range(0, draws, BLOCK):
        _scores_of_block(normal, uniforms(BLOCK), mixing, scores, scratch)
        stop = min(start + BLOCK, draws)
        found[:, start:stop] = scores[:, : stop - start]
    return found


def pert_shares(below: Floats, scores: Floats) -> Floats:
    """Quantiles of PERT distributions between 0 and 1 at normal scores: a row per shape, a column per score.

    Parameters
    ----------
    below : (n) number
        Four times the mode: 0 where the mode is at the low end, 4 where it is at the high end.
    scores : (m) number
        Result of `normal_scores`.

    Returns
    -------
    (n, m) fraction
        Position of each value between the low end (0) and the high end (1), the same as in `draw`.
    """
    shapes = [(0.0, each / 4, 1.0) for each in below.tolist()]
    along = scores + _MIDDLE
    places = along.astype(np.intp)
    lines = np.take(_pert_tables(shapes), places, axis=1, mode="clip")
    return np.asarray(lines.imag * along + lines.real)


class _Scratch(NamedTuple):
    """Temporary arrays of one block, reused for all blocks."""

    floats: Floats
    places: NDArray[np.intp]
    lines: Lines

    @classmethod
    def of(cls, size: int) -> "_Scratch":
        return cls(np.empty(size), np.empty(size, np.intp), np.empty(size, np.complex128))


def _look_up(table: Lines, along: Floats, out: Floats, scratch: _Scratch) -> None:
    np.take(table, scratch.places, out=scratch.lines, mode="clip")
    np.multiply(scratch.lines.imag, along, out=out)
    out += scratch.lines.real


def _scores_of_block(normal: Lines, points: Floats, mixing: Floats | None, scores: Floats, scratch: _Scratch) -> None:
    """Fill the normal scores of one block of draws, correlated if a factor of the correlation (`mixing`) is given."""
    for score, uniform in zip(scores, points.T, strict=True):
        _normal_scores(normal, uniform, score, scratch)
    if mixing is not None:
        _correlate(mixing, scores, scratch.floats)


def _normal_scores(table: Lines, uniform: Floats, score: Floats, scratch: _Scratch) -> None:
    """Normal scores of probabilities, in units of table lines."""
    from_middle = np.subtract(uniform, 0.5 - _HALF_POINT, out=scratch.floats)
    tail = np.abs(from_middle, out=score)
    np.subtract(0.5, tail, out=tail)
    np.right_shift(tail.view(np.int64), _SHIFT, out=scratch.places)
    np.subtract(scratch.places, _FIRST_LINE, out=scratch.places)
    _look_up(table, tail, score, scratch)
    np.copysign(score, from_middle, out=score)


def _correlate(mixing: Floats, scores: Floats, scratch: Floats) -> None:
    # Not a matrix product, whose rounding may depend on the number of draws in a block.
    for row in reversed(range(len(scores))):  # from the last row, since each needs the unchanged rows before it
        scores[row] *= mixing[row, row]
        for column in np.flatnonzero(mixing[row, :row]):
            np.multiply(scores[column], mixing[row, column], out=scratch)
            scores[row] += scratch


def _lines(along: Floats, values: Floats) -> Lines:
    """Lines between neighbouring values: intercept and slope, as real and imaginary part."""
    rises = np.diff(values) / np.diff(along)
    return values[..., :-1] - rises * along[:-1] + 1j * rises


@cache  # pragma: no mutate - only slower without
def _normal_table() -> Lines:
    per_octave = 1 << _FINENESS
    octaves = np.ldexp(1 + np.arange(per_octave) / per_octave, np.arange(-_OCTAVES - 1, -1)[:, np.newaxis])
    tails = np.append(octaves, 0.5)
    return _lines(tails, np.abs(_normal_scores_of(tails)) * _PER_SCORE)


def _pert_tables(ends: Sequence[Ends]) -> Lines:
    """Tables of each input over its normal score, a row of lines per input; constant beyond 8 standard deviations."""
    low, mode, high = np.array(ends).T[..., np.newaxis]
    span = high - low
    below = 4 * (mode - low) / np.where(span > 0, span, np.inf)
    above = 4 - below
    odds, scores, rises = _pert_odds(below, above)
    shares = np.array([1 / (1 + np.exp(-_hermite(_SCORES, s, odds, r))) for s, r in zip(scores, rises, strict=True)])
    tables = _lines(_ALONG, low + span * shares)
    tables[:, :1], tables[:, -1:] = low, high
    return tables


def _other_tables(ends: Sequence[Ends], distribution: str) -> Lines:
    """Tables of inputs with another distribution than PERT."""
    return _lines(_ALONG, np.array([values_at(distribution, _SCORES, *each) for each in ends]))


def _pert_odds(below: Floats, above: Floats) -> tuple[Floats, Floats, Floats]:
    """Log odds of values between 0 and 1, their normal scores for every input, and the derivatives d odds ÷ d score.

    Over log odds the density of a beta distribution is smooth and unbounded. The probability beyond a point is summed
    from the nearer end, which keeps both tails exact.
    """
    odds = np.arange(-_FARTHEST_ODDS, _FARTHEST_ODDS + _CELL, _CELL)

    def density(odds: Floats) -> Floats:
        return np.asarray(np.exp(-(1 + below) * np.logaddexp(0, -odds) - (1 + above) * np.logaddexp(0, odds)))

    middles, aside = odds[:-1] + _CELL / 2, _CELL / 2 * _GAUSS
    masses = _CELL / 18 * (5 * density(middles - aside) + 8 * density(middles) + 5 * density(middles + aside))
    odds = odds[1:-1]
    whole = masses.sum(axis=1, keepdims=True)
    left, right = masses.cumsum(axis=1)[:, :-1], masses[:, ::-1].cumsum(axis=1)[:, -2::-1]
    scores = np.copysign(_normal_scores_of(np.minimum(left, right) / whole), left - right)
    rises = whole * np.exp(-(scores**2) / 2) / (np.sqrt(2 * np.pi) * density(odds))
    return odds, scores, rises


def _normal_scores_of(tails: Floats) -> Floats:
    from statistics import NormalDist  # noqa: PLC0415 - only a simulation needs it

    score = NormalDist().inv_cdf
    return np.array([score(tail) for tail in tails.ravel().tolist()]).reshape(tails.shape)


def _hermite(wanted: Floats, places: Floats, values: Floats, rises: Floats) -> Floats:
    """Cubic Hermite interpolation between known values with known derivatives."""
    before = np.searchsorted(places, wanted) - 1
    after = before + 1
    width = places[after] - places[before]
    share = (wanted - places[before]) / width
    rest = 1 - share
    straight = values[before] + (values[after] - values[before]) * share**2 * (1 + 2 * rest)
    return np.asarray(straight + width * share * rest * (rest * rises[before] - share * rises[after]))
