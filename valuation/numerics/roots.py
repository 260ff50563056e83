"""Finds where a function of one number equals a target: a search on a grid, then Brent's method in each bracket."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import numpy as np
from scipy.optimize import brentq

from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import UNEXPLAINED, reason

Function: TypeAlias = Callable[[Floats], Floats]

PER_DECADE: Final = 32  # points of the grid
BETWEEN_BOUNDS: Final = 256
_WHOLE: Final = ("years", "months", "count")  # a function may have results at whole numbers only
_MOST_WHOLE: Final = 200
HALVINGS: Final = np.finfo(float).nmant  # bisection steps towards the edge of the range with results

# Largest residue at a root, as a share of the change across the bracket. At a pole or a jump the residue is the whole
# change.
_RESIDUE: Final = 1e-9
_ROUNDING: Final = 4e-15  # relative rounding error of a result
# Largest relative change of the result over neighbouring points that all give the target, to count as one root.
_ONE_ROOT: Final = 1e-11
_LISTED: Final = 3  # roots that a message names


def search_grid(unit: str, base: float, low: float | None, high: float | None) -> Floats:
    """Search grid: the range that the unit allows, within the bounds, with steps that grow with the distance from zero.

    Fractions (rates, growth, stakes) lie above −1 and below 1,000; amounts of money and plain numbers have either sign;
    everything else (multiples, counts, years) is positive. Magnitudes run from a millionth to a million times the base
    value; without a base value, from a millionth to a trillion.
    """
    scale = abs(base) if np.isfinite(base) else 0.0
    if unit == "fraction":
        loss = _geometric(1e-6, 0.5)
        points = [_geometric(1e-6, max(1e3, scale)), -loss, loss - 1]
    else:
        magnitudes = _geometric(1e-6 * scale, 1e6 * scale) if scale else _geometric(1e-6, 1e12)
        points = [magnitudes, -magnitudes] if unit in ("money", "number", "score") else [magnitudes]
    grid = np.concatenate([*points, [0.0], [base] if np.isfinite(base) else []])
    if unit in _WHOLE:
        grid = np.append(grid, np.arange(_MOST_WHOLE + 1))
    if low is not None and high is not None:
        grid = np.append(grid, np.linspace(low, high, BETWEEN_BOUNDS + 1))
    least, most = (grid.min() if low is None else low), (grid.max() if high is None else high)
    return np.unique(np.clip([*grid, least, most], least, most))


def refined_at_edges(function: Function, grid: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The grid and the results, with more points near the edges of the range in which the function has results.

    Near an edge the result may grow without limit, as a growing perpetuity does when the rate approaches the growth.
    """
    there = np.isfinite(values)
    alone = there & ~np.append(False, there[:-1]) & ~np.append(there[1:], False)
    changes = np.flatnonzero((there[:-1] != there[1:]) & ~alone[:-1] & ~alone[1:])
    if not changes.size:
        return grid, values
    first = np.where(there[changes], grid[changes], grid[changes + 1])
    inside, outside = first, np.where(there[changes], grid[changes + 1], grid[changes])
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        holds = np.isfinite(function(middle))
        inside, outside = np.where(holds, middle, inside), np.where(holds, outside, middle)
    nearer = inside + (first - inside) * 0.5 ** np.arange(1, HALVINGS)[:, np.newaxis]
    grid = np.unique(np.concatenate([grid, nearer.ravel(), inside]))
    return grid, function(grid)


def roots(function: Function, grid: Floats, values: Floats, target: float) -> list[float]:
    """All numbers within the grid at which the function equals the target, as far as the grid resolves them."""
    residues = np.where(abs(values - target) <= _ROUNDING * abs(target), 0.0, values - target)
    found = list(_met(grid, residues, _ONE_ROOT * abs(target)))
    for place in np.flatnonzero(np.sign(residues[:-1]) * np.sign(residues[1:]) < 0).tolist():
        ends = grid[place], grid[place + 1]
        root = brentq(
            lambda number: float(function(np.asarray([number]))[0]) - target,
            *ends,
            xtol=np.finfo(float).eps * max(map(abs, ends)),
            maxiter=1000,  # pragma: no mutate - no search takes as many
        )
        residue = abs(float(function(np.asarray([root]))[0]) - target)
        if residue <= _RESIDUE * abs(residues[place] - residues[place + 1]):
            found.append(float(root))
    return sorted(found)


def not_one_root(name: str, target: float, found: list[float], grid: Floats, values: Floats) -> str:
    """Error message for no root or several: the range searched and what was found."""
    searched = f"from {grid[0]:,.6g} to {grid[-1]:,.6g}"
    places = np.flatnonzero(np.isin(grid, found))
    if len(places) == len(found) > _LISTED and np.all(np.diff(places) == 1):  # neighbours: the result is flat there
        ends = f"from {found[0]:,.6g} to {found[-1]:,.6g}"
        return f"{name} gives {target:,.6g} at every value {ends}, where it changes nothing"
    if found:
        first = ", ".join(f"{root:,.6g}" for root in found[:_LISTED])
        more = ", …" if len(found) > _LISTED else ""
        return f"{name} gives {target:,.6g} at {len(found)} values {searched}: {first}{more}; give a low and a high"
    finite = values[np.isfinite(values)]
    if finite.size and finite.size < values.size and np.ptp(finite) <= _RESIDUE * abs(finite[0]):
        why = reason(float(values[~np.isfinite(values)][0])) or UNEXPLAINED
        seen = f"it gives {finite[0]:,.6g} or nothing: {why.message}"
    elif finite.size:
        seen = f"its results there run from {finite.min():,.6g} to {finite.max():,.6g}"
    else:
        seen = f"it has no result there: {(reason(float(values[0])) or UNEXPLAINED).message}"
    return f"no {name} {searched} gives {target:,.6g}; {seen}"


def _met(grid: Floats, residues: Floats, rounding: float) -> Iterator[float]:
    """Grid points that give the target; of neighbours that differ only by rounding, the one nearest to zero."""
    places = np.flatnonzero(residues == 0)
    if not places.size:
        return
    for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
        before, after = max(run[0] - 1, 0), min(run[-1] + 1, grid.size - 1)
        change = np.nan_to_num(abs(residues[[before, after]])).max()
        width = (grid[run[-1]] - grid[run[0]]) / (grid[after] - grid[before])
        points = grid[run].tolist()
        yield from [min(points, key=abs)] if 0 < change * width <= rounding else points


def _geometric(least: float, most: float) -> Floats:
    return np.geomspace(least, most, round(PER_DECADE * np.log10(most / least)) + 1)
