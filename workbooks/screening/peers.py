"""Exact statistics of the multiples of peers, by group.

The statistics are those of PEER_MULTIPLE, computed for many groups at once: groups of similar size are the rows of one
array, padded where a group is smaller.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import BLANK, NO_PEERS
from valuation.numerics.order_statistics import present, statistic_of
from workbooks.screening.spec import MethodSpec
from workbooks.screening.threads import each

JOIN: Final = " · "
BLOCK: Final = 1 << 20  # largest number of values in one array of nearest peers


@dataclass(frozen=True, slots=True)
class Members:
    """Data of the companies of one grouping.

    Attributes
    ----------
    labels : texts
        The group of each company; null where a column of it is blank.
    multiples : mapping
        The own multiple of each company, for each method that this group serves.
    places : (companies, columns) number
        Coordinates of each company, for groupings by nearest peers.
    """

    labels: pl.Series
    multiples: Mapping[str, Floats]
    places: Floats | None = None

    def bucket(self, number: int, buckets: int) -> "Members":
        """Companies of the groups in one bucket; each group is in one bucket completely."""
        if buckets == 1:
            return self
        mine = (self.labels.hash() % buckets == number).fill_null(value=number == 0).to_numpy()
        return Members(
            self.labels.filter(pl.Series(mine)),
            {name: values[mine] for name, values in self.multiples.items()},
            None if self.places is None else self.places[mine],
        )


@dataclass(frozen=True, slots=True)
class Statistics:
    """Low, base and high multiple and the number of peers, for each label or for each company."""

    low: Floats
    base: Floats
    high: Floats
    peers: NDArray[np.int64]

    def part(self, companies: slice) -> "Statistics":
        """Statistics of consecutive companies."""
        return Statistics(self.low[companies], self.base[companies], self.high[companies], self.peers[companies])

    def at(self, rows: NDArray[np.int64]) -> "Statistics":
        """Statistics of some companies; −1 for a company without a group."""
        known = rows >= 0
        places = np.where(known, rows, 0)
        if not len(self.base):
            nothing = np.full(len(rows), NO_PEERS)
            return Statistics(nothing, nothing, nothing, np.zeros(len(rows), np.int64))
        low, base, high = (np.where(known, column[places], BLANK) for column in (self.low, self.base, self.high))
        return Statistics(low, base, high, np.where(known, self.peers[places], 0))


@dataclass(frozen=True, slots=True)
class Grouping:
    """Statistics of one grouping: by label, or per company for nearest peers."""

    labels: pl.Series | None
    by_method: Mapping[str, Statistics]

    def part(self, companies: slice) -> "Grouping":
        """The part needed by some companies."""
        if self.labels is not None:
            return self
        return Grouping(None, {name: each.part(companies) for name, each in self.by_method.items()})

    def places(self, labels: pl.Series) -> NDArray[np.int64]:
        """Index of the statistics for each label; −1 for an unknown label."""
        if self.labels is None:
            return np.arange(len(labels))
        known = pl.DataFrame({"label": self.labels}).with_row_index("place")
        asked = pl.DataFrame({"label": labels})
        places = asked.join(known, on="label", how="left", maintain_order="left")["place"].cast(pl.Int64)
        return places.fill_null(-1).to_numpy()


def joined(pieces: Sequence[Members]) -> Members:
    """The members of all partitions, in order."""
    first = pieces[0]
    return Members(
        pl.concat([piece.labels for piece in pieces]),
        {name: np.concatenate([piece.multiples[name] for piece in pieces]) for name in first.multiples},
        None if first.places is None else np.concatenate([p.places for p in pieces if p.places is not None]),
    )


def grouping(members: Members, methods: Sequence[MethodSpec], nearest: int) -> Grouping:
    """Statistics of one grouping, for each method that uses it; with `nearest`, over that many nearest peers."""
    if nearest:
        return Grouping(None, _of_nearest(members, methods, nearest))
    labels, codes = codes_of(members.labels)
    order = in_groups(codes)

    def statistics(method: MethodSpec) -> Statistics:
        return _of_groups(codes, order, len(labels), members.multiples[method.name], method)

    return Grouping(labels, dict(zip([method.name for method in methods], each(statistics, methods), strict=True)))


def together(groupings: Sequence[Grouping]) -> Grouping:
    """Combine the statistics of all buckets, whose labels are disjoint."""
    parts = [each for each in groupings if each.labels is not None]
    return Grouping(
        pl.concat([each.labels for each in parts if each.labels is not None]),
        {
            name: Statistics(
                *(
                    np.concatenate([getattr(each.by_method[name], part) for each in parts])
                    for part in ("low", "base", "high", "peers")
                )
            )
            for name in parts[0].by_method
        },
    )


def codes_of(labels: pl.Series) -> tuple[pl.Series, NDArray[np.int64]]:
    """The distinct labels in order, and the index of each company's label; −1 without one."""
    known = labels.unique().drop_nulls().sort()
    codes = labels.cast(pl.Enum(known)).to_physical().cast(pl.Int64).fill_null(-1)
    return known, codes.to_numpy()


def _of_groups(
    codes: NDArray[np.int64], order: NDArray[np.intp], groups: int, multiples: Floats, method: MethodSpec
) -> Statistics:
    low, base, high = (np.full(groups, NO_PEERS) for _ in range(3))
    there = order[multiples[order] >= 0]  # PEER_MULTIPLE leaves out the rest
    counts = np.bincount(codes[there], minlength=groups)
    values = multiples[there]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    for rows, width in _classes(counts):
        places = starts[rows, np.newaxis] + np.arange(width)
        inside = np.arange(width) < counts[rows, np.newaxis]
        # Padded with negative numbers, which count as absent and are faster to detect than blanks.
        matrix = np.where(inside, values[np.minimum(places, len(values) - 1)], -1.0)
        for out, statistic in zip((low, base, high), _statistics(matrix, method), strict=True):
            out[rows] = statistic
    return Statistics(low, base, high, counts)


def in_groups(codes: NDArray[np.int64]) -> NDArray[np.intp]:
    """Indices of the members of the first group, then of the second, and so on; without companies outside groups."""
    # Sorting two-byte integers is much faster.
    small = codes.astype(np.int16) if len(codes) and codes.max() < np.iinfo(np.int16).max else codes
    return np.argsort(small, kind="stable")[np.count_nonzero(codes < 0) :]


def _classes(counts: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], int]]:
    """Groups of similar size, with the next power of two as array width."""
    widths = np.where(counts > 0, 1 << np.ceil(np.log2(np.maximum(counts, 1))).astype(np.int64), 0)
    for width in np.unique(widths[widths > 0]).tolist():
        yield np.flatnonzero(widths == width), width


def _of_nearest(members: Members, methods: Sequence[MethodSpec], count: int) -> dict[str, Statistics]:
    places = members.places
    assert places is not None  # noqa: S101 - the grouping asks for the nearest
    rows = len(places)
    found = {
        method.name: Statistics(
            np.full(rows, BLANK), np.full(rows, BLANK), np.full(rows, BLANK), np.zeros(rows, np.int64)
        )
        for method in methods
    }
    _, codes = codes_of(members.labels)
    known = (codes >= 0) & np.isfinite(places).all(axis=1)
    for code in np.unique(codes[known]).tolist():
        mine = np.flatnonzero(known & (codes == code))
        peers = _nearest(places[mine], count)
        for start in range(0, len(mine), max(1, BLOCK // count)):
            some = slice(start, start + max(1, BLOCK // count))
            for method in methods:
                _fill(found[method.name], mine[some], mine, peers[some], members.multiples[method.name], method)
    return found


def _nearest(places: Floats, count: int) -> NDArray[np.intp]:
    """Nearest other companies of each company, −1 where there are too few; distances in standard deviations."""
    spread = places.std(axis=0)
    scaled = places / np.where(spread > 0, spread, 1)
    wanted = min(count + 1, len(places))
    near = cKDTree(scaled).query(scaled, wanted)[1].reshape(len(places), wanted)
    own = near == np.arange(len(places))[:, np.newaxis]
    own[~own.any(axis=1), -1] = True  # among many companies at the same point its own index may not be found
    others = near[~own].reshape(len(places), wanted - 1)
    return np.pad(others, ((0, 0), (0, count - wanted + 1)), constant_values=-1)


def _fill(
    found: Statistics,
    rows: NDArray[np.intp],
    mine: NDArray[np.intp],
    peers: NDArray[np.intp],
    multiples: Floats,
    method: MethodSpec,
) -> None:
    matrix = np.where(peers < 0, BLANK, multiples[mine[peers]])
    found.peers[rows] = (matrix >= 0).sum(axis=1)
    for out, statistic in zip((found.low, found.base, found.high), _statistics(matrix, method), strict=True):
        out[rows] = statistic


def _statistics(matrix: Floats, method: MethodSpec) -> list[Floats]:
    """PEER_MULTIPLE for low, base and high, a row per group; sorted once for all three."""
    ordered, count = present(matrix, include_negative=False)
    with np.errstate(all="ignore"):  # NaN carries its reason
        return [statistic_of(ordered, count, each, "inc") for each in (method.low, method.base, method.high)]
