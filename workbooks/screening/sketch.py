"""Approximate statistics of peers from counts of multiples in narrow classes, which can be added over partitions.

With g = (1 + e) / (1 − e), class i holds the multiples above gⁱ⁻¹ and up to gⁱ. Each differs by at most the share e
from 2 gⁱ / (g + 1), which represents the class, so every statistic of PEER_MULTIPLE differs by at most the share e from
the exact one. Counts are integers, so the order in which partitions are added does not matter. [1]_

.. [1] C. Masson, J. E. Rim and H. K. Lee, DDSketch: a fast and fully-mergeable quantile sketch with relative-error
   guarantees, PVLDB 12 (2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import NO_PEERS, OUT_OF_RANGE
from valuation.numerics.order_statistics import PERCENTILES
from workbooks.screening.peers import Grouping, Members, Statistics
from workbooks.screening.spec import MethodSpec

ZERO: Final = np.iinfo(np.int32).min  # the class of multiples of zero
KEYS: Final = ("label", "method", "class")


@dataclass(frozen=True, slots=True)
class Sketch:
    """Number of companies per group and class of multiples.

    Attributes
    ----------
    counts : frame
        Columns label, method, class and count, in this order of rows.
    error : fraction
        Largest relative error of a statistic.
    """

    counts: pl.DataFrame
    error: float


def sketch_of(members: Members, error: float) -> Sketch:
    """Sketch of the multiples of some companies."""
    pieces = [
        pl.DataFrame({"label": members.labels.cast(pl.String), "class": _classes(multiples, error)})
        .filter(pl.Series(multiples >= 0) & members.labels.is_not_null())  # PEER_MULTIPLE leaves out the rest
        .group_by("label", "class")
        .agg(pl.len().cast(pl.Int64).alias("count"))
        .select("label", pl.lit(name).alias("method"), "class", "count")
        for name, multiples in members.multiples.items()
    ]
    return Sketch(pl.concat(pieces).sort(KEYS), error)


def added_up(sketches: Sequence[Sketch]) -> Sketch:
    """Merge sketches."""
    counts = pl.concat([each.counts for each in sketches]).group_by(KEYS).agg(pl.col("count").sum())
    return Sketch(counts.sort(KEYS), sketches[0].error)


def approximate_grouping(sketch: Sketch, methods: Sequence[MethodSpec]) -> Grouping:
    """Statistics of each group, for each method."""
    labels = sketch.counts["label"].unique().sort()
    return Grouping(labels, {method.name: _statistics(sketch, labels, method) for method in methods})


def _statistics(sketch: Sketch, labels: pl.Series, method: MethodSpec) -> Statistics:
    rows = sketch.counts.filter(pl.col("method") == method.name)
    values, counts = _middles(rows["class"].to_numpy(), sketch.error), rows["count"].to_numpy()
    codes = rows["label"].cast(pl.Enum(labels)).to_physical().to_numpy()
    edges = np.searchsorted(codes, np.arange(len(labels) + 1))
    found = np.full((3, len(labels)), NO_PEERS)
    peers = np.zeros(len(labels), np.int64)
    for place in np.flatnonzero(np.diff(edges)).tolist():
        group = slice(edges[place], edges[place + 1])
        peers[place] = counts[group].sum()
        for row, statistic in enumerate((method.low, method.base, method.high)):
            found[row, place] = statistic_of_counts(values[group], counts[group], statistic)
    return Statistics(found[0], found[1], found[2], peers)


def statistic_of_counts(values: Floats, counts: NDArray[np.int64], statistic: str | float) -> float:
    """A statistic of PEER_MULTIPLE over ascending values with counts.

    Examples
    --------
    >>> statistic_of_counts(np.array([1.0, 4.0]), np.array([3, 1]), "mean")
    1.75
    """
    ends = np.cumsum(counts)
    count = int(ends[-1])
    match statistic:
        case "min":
            return float(values[0])
        case "max":
            return float(values[-1])
        case "mean":
            return float((values * counts).sum() / count)
        case "harmonic":
            return float(count / (counts / values).sum()) if values[0] > 0 else OUT_OF_RANGE
    rank = (statistic if isinstance(statistic, float) else PERCENTILES[statistic]) * (count - 1)
    below = int(rank)
    low, high = values[np.searchsorted(ends, [below, min(below + 1, count - 1)], side="right")]
    return float(low + (high - low) * (rank - below))


def _growth(error: float) -> float:
    return (1 + error) / (1 - error)


def _classes(multiples: Floats, error: float) -> NDArray[np.int32]:
    """Class of each multiple; arbitrary where there is no multiple."""
    positive = multiples > 0
    powers = np.log(np.where(positive, multiples, 1.0)) / np.log(_growth(error))
    return np.where(positive, np.ceil(powers), ZERO).astype(np.int32)


def _middles(classes: NDArray[np.int32], error: float) -> Floats:
    growth = _growth(error)
    powers = np.where(classes == ZERO, 0, classes)
    return np.where(classes == ZERO, 0.0, 2 * growth**powers / (growth + 1))
