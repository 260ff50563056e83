"""Draws for many companies at once, with the same distributions, Sobol points and correlations as `sampling`.

With one seed all companies share the normal scores of their draws, so these are computed once. For each company the
value of its own PERT distribution at each score remains to be found. It is interpolated between the values of sixteen
shapes at the same score, as a matrix product: weights of the shapes × values of the shapes. The result differs from
that of `sampling.draw` by less than 1e-8 of the distance from low to high.

The results of a company are the same to the last bit in any batch: every matrix product has the same size, whatever the
number of companies and of draws, and everything else is elementwise.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np

from valuation.kernel.broadcast import Floats
from valuation.kernel.units import kind_of
from valuation.numerics import sampling
from valuation.numerics.model import Element
from valuation.numerics.sobol import sobol

COMPANIES: Final = 16  # companies in a block
DRAWS: Final = 512  # draws in a chunk; few, so that the product runs in one thread and a block fits into the cache
CHUNKS: Final = 2  # chunks in a block
MOST_DRAWS: Final = 65_536  # the table of one input then takes 8 MB

# Chebyshev nodes over the inverse hyperbolic tangent of the shape, which lies between 0 and 4. As a function of the
# shape, the value has singularities at -1 and 5; the transformation moves them far away.
_NODES: Final = 16
_HALF: Final = 2.0
_REACH: Final = 3.5
_STRETCH: Final = np.arctanh(_HALF / _REACH)

_SHAPE: Final = (CHUNKS, COMPANIES, DRAWS)


class Points(NamedTuple):
    """Draws that all companies of a batch share.

    Attributes
    ----------
    shares : (inputs, chunks, nodes, 512) fraction
        Value between 0 and 1 of each input at each draw, for the shapes between which the values are interpolated.
    draws : count
        Number of draws that count; the rest only fills the last chunk.
    """

    shares: Floats
    draws: int


class Spread(NamedTuple):
    """One uncertain number of every company: its low, most likely and high value."""

    element: Element
    low: Floats
    mode: Floats
    high: Floats


def points_of(inputs: int, draws: int, seed: int, mixing: Floats | None = None) -> Points:
    """The draws that `sampling.draw` makes with the same seed, for a batch."""
    together = DRAWS * CHUNKS
    scores = sampling.normal_scores(inputs, sobol(inputs, seed), -(-draws // together) * together, mixing)
    shapes, _, _ = _nodes()
    shares = np.stack([sampling.pert_shares(shapes, row) for row in scores])
    return Points(np.ascontiguousarray(shares.reshape(inputs, _NODES, -1, DRAWS).swapaxes(1, 2)), draws)


class Batch:
    """A function of the catalogue with arguments of many companies, called on blocks of companies × draws.

    Parameters
    ----------
    method : function of the catalogue
        It gives one number a company.
    arguments : mapping
        A number, text or flag that applies to all companies; an array (companies) of numbers, or (companies, parts) of
        vectors.
    spreads : sequence of Spread
        The numbers that are uncertain, at least one.
    points : Points
        The draws, for as many inputs.
    """

    def __init__(
        self,
        method: Callable[..., Any],
        arguments: Mapping[str, Any],
        spreads: Sequence[Spread],
        points: Points,
    ) -> None:
        self._method = method
        self._arguments = arguments
        self._spreads = spreads
        self._points = points
        kinds = {name: kind_of(each.annotation) for name, each in inspect.signature(method).parameters.items()}
        self._parts = {
            name: None if kinds[name].shape == "number" else np.asarray(arguments[name]).shape[1]
            for name in dict.fromkeys(spread.element.argument for spread in spreads)
        }

    def results(self, start: int) -> Floats:
        """Results of 16 companies from number `start` on: a row per company, a column per draw."""
        # The last block repeats companies of the one before, so that all blocks have the same size.
        companies = np.arange(start, start + COMPANIES) % len(self._spreads[0].low)
        ends = [
            tuple(values[companies, np.newaxis] for values in (spread.low, spread.mode, spread.high))
            for spread in self._spreads
        ]
        weights = [_weights(*each) for each in ends]
        arguments = {
            name: value[companies, np.newaxis] if isinstance(value, np.ndarray) else value
            for name, value in self._arguments.items()
        }
        blocks = {name: self._buffer(parts, arguments.get(name)) for name, parts in self._parts.items()}
        for name, block in blocks.items():
            arguments[name] = block[0] if self._parts[name] is None else np.moveaxis(block, 0, -1)
        chunks = self._points.shares.shape[1]
        found = np.empty((COMPANIES, chunks, DRAWS))
        for chunk in range(0, chunks, CHUNKS):
            for place, spread in enumerate(self._spreads):
                out = blocks[spread.element.argument][spread.element.place or 0]
                _fill(out, weights[place], self._points.shares[place, chunk : chunk + CHUNKS], *ends[place])
            result = np.asarray(self._method(**arguments), np.float64)
            found[:, chunk : chunk + CHUNKS] = np.broadcast_to(result, _SHAPE).swapaxes(0, 1)
        return found.reshape(COMPANIES, -1)[:, : self._points.draws]

    def _buffer(self, parts: int | None, base: Any) -> Floats:  # noqa: ANN401 - what an argument may be
        """Buffer for an argument, filled with the certain values; the values of one part are contiguous in memory."""
        block = np.empty((parts or 1, *_SHAPE))
        if parts:
            block[...] = np.moveaxis(base, -1, 0)[:, np.newaxis]
        return block


def _fill(out: Floats, weights: Floats, shares: Floats, low: Floats, _mode: Floats, high: Floats) -> None:
    np.matmul(weights, shares, out=out)
    np.clip(out, 0, 1, out=out)
    np.multiply(out, high - low, out=out)
    np.add(out, low, out=out)


@cache  # pragma: no mutate - only slower without
def _nodes() -> tuple[Floats, Floats, Floats]:
    """Shapes of the nodes, their positions in the interval from −1 to 1, and their barycentric weights."""
    angles = (2 * np.arange(_NODES) + 1) * np.pi / (2 * _NODES)
    places = np.cos(angles)
    return _HALF + _REACH * np.tanh(_STRETCH * places), places, np.sin(angles) * (-1.0) ** np.arange(_NODES)


def _weights(low: Floats, mode: Floats, high: Floats) -> Floats:
    """Interpolation weights of the nodes, a row per company (second barycentric form; Berrut and Trefethen 2004)."""
    _, places, weights = _nodes()
    span = high - low
    shapes = np.clip(4 * (mode - low) / np.where(span > 0, span, np.inf), 0, 4)
    distances = np.arctanh((shapes - _HALF) / _REACH) / _STRETCH - places
    with np.errstate(divide="ignore", invalid="ignore"):
        found = weights / distances
        found /= found.sum(axis=1, keepdims=True)
    on_node = distances == 0
    return np.asarray(np.where(on_node.any(axis=1, keepdims=True), on_node, found), np.float64)
