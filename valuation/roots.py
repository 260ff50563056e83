"""Where a function of one number takes a value: a search on a grid, then Brent's method in each bracket."""

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.optimize import brentq

from valuation.broadcast import Floats
from valuation.errors import UNEXPLAINED, reason

Function = Callable[[Floats], Floats]

PER_DECADE: Final = 32  # points of the grid
BETWEEN_BOUNDS: Final = 256
# Of what a function changes across a bracket, what may be left at its root. Across a pole or a jump all is left.
_RESIDUE: Final = 1e-9


def search_grid(unit: str, base: float, low: float | None, high: float | None) -> Floats:
    """Where to look: what the unit allows, between the bounds, in steps that grow with the distance from zero.

    Fractions (rates, growth, stakes) lie above −1 and below 1,000; amounts of money and bare numbers have either sign;
    all else (multiples, counts, years) is positive. From a millionth to a million times the base value; without
    one, from a millionth to a trillion.
    """
    if unit == "fraction":
        magnitudes = _geometric(1e-6, 1e3)
        points = [magnitudes, -_geometric(1e-6, 1)[:-1], _geometric(1e-6, 1)[:-1] - 1]
    else:
        scale = abs(base) if np.isfinite(base) and base else 0.0
        magnitudes = _geometric(1e-6 * scale, 1e6 * scale) if scale else _geometric(1e-6, 1e12)
        points = [magnitudes, -magnitudes] if unit in ("money", "number", "score") else [magnitudes]
    grid = np.concatenate([*points, [0.0], [base] if np.isfinite(base) else []])
    if low is not None and high is not None:
        grid = np.append(grid, np.linspace(low, high, BETWEEN_BOUNDS + 1))
    least, most = (grid.min() if low is None else low), (grid.max() if high is None else high)
    return np.unique(np.concatenate([grid[(least < grid) & (grid < most)], [least, most]]))


def roots(function: Function, grid: Floats, values: Floats, target: float) -> list[float]:
    """Every number between the ends of the grid at which the function is the target, as far as the grid tells."""
    residues = values - target
    found: list[float] = grid[residues == 0].tolist()
    for place in np.flatnonzero(residues[:-1] * residues[1:] < 0).tolist():
        ends = grid[place], grid[place + 1]
        root = brentq(
            lambda number: float(function(np.asarray(number))) - target,
            *ends,
            xtol=1e-16 * max(map(abs, ends)),
            rtol=4 * np.finfo(float).eps,
            maxiter=1000,
        )
        residue = abs(float(function(np.asarray(root))) - target)
        if residue <= _RESIDUE * abs(residues[place] - residues[place + 1]):
            found.append(float(root))
    return sorted(found)


def why_not_one(name: str, target: float, found: list[float], grid: Floats, values: Floats) -> str:
    """What was searched and what was found, where that is not one root."""
    searched = f"from {grid[0]:,.6g} to {grid[-1]:,.6g}"
    if found:
        first = ", ".join(f"{root:,.6g}" for root in found[:3])
        more = ", …" if len(found) > 3 else ""  # noqa: PLR2004 - as many as are listed
        return f"{name} gives {target:,.6g} at {len(found)} values {searched}: {first}{more}; give a low and a high"
    finite = values[np.isfinite(values)]
    if finite.size:
        seen = f"its results there run from {finite.min():,.6g} to {finite.max():,.6g}"
    else:
        seen = f"it has no result there: {(reason(float(values[0])) or UNEXPLAINED).message}"
    return f"no {name} {searched} gives {target:,.6g}; {seen}"


def _geometric(least: float, most: float) -> Floats:
    return np.geomspace(least, most, round(PER_DECADE * np.log10(most / least)) + 1)
