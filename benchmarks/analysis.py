"""Simulation, quantiles, sensitivity: one call on large arrays against the usual alternative."""

import tracemalloc
from collections.abc import Iterator
from typing import Final

import numpy as np

from benchmarks.rounds import Row, root_mean_square, timed_row
from valuation.attribution import why_moved
from valuation.kernel.broadcast import Floats
from valuation.numerics import sampling
from valuation.numerics.draw_statistics import quantiles_of
from valuation.numerics.model import Model
from valuation.numerics.sobol import sobol
from valuation.sensitivity import sensitivity
from valuation.simulation import simulate
from valuation.sotp import sotp_value

DRAWS: Final = 1_000_000
INPUTS: Final = 7
MEGABYTES: Final = 32.0
FIVE: Final = (0.05, 0.25, 0.5, 0.75, 0.95)

MODES: Final = {"metrics": [806, 234, 99], "multiples": [2, 2.3, 19], "discount": 0.1}
LOWS: Final = {"metrics": [700, 200, 80], "multiples": [1.5, 1, 10], "discount": 0}
HIGHS: Final = {"metrics": [900, 300, 120], "multiples": [2.3, 2.5, 25], "discount": 0.3}
CORRELATION: Final = np.full((INPUTS, INPUTS), 0.3) + 0.7 * np.eye(INPUTS)


def simulation() -> Iterator[Row]:
    def ours() -> object:
        return simulate(sotp_value, MODES, LOWS, HIGHS, DRAWS, 1, "quantiles", CORRELATION)

    def normals() -> object:
        return np.random.default_rng(1).standard_normal(INPUTS * DRAWS)

    what = f"simulation: {DRAWS:,} draws of a sum of three parts, {INPUTS} correlated inputs"
    yield timed_row(what, ours, f"numpy: {INPUTS * DRAWS:,} normals", normals, 1.35)
    tracemalloc.start()
    ours()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    yield Row("  its peak of extra memory", "goal", f"{peak:.1f} MB", f"{MEGABYTES:.0f} MB", peak / MEGABYTES, 1)


def sobol_points() -> Iterator[Row]:
    model = Model(sotp_value, MODES)
    inputs = [
        sampling.Uncertain(element, low, model.base(element), high)
        for element, (low, high) in model.ends(LOWS, HIGHS).items()
    ]
    # The inputs are independent here, so the mean of the result is what the method gives for their means.
    means = {
        name: (np.asarray(LOWS[name]) + 4 * np.asarray(MODES[name]) + np.asarray(HIGHS[name])) / 6 for name in MODES
    }
    exact = sotp_value(**means)

    def plain(seed: int) -> Floats:
        generator = np.random.default_rng(seed)
        return sampling.draw(model, inputs, lambda count: generator.random((count, INPUTS)), DRAWS)

    def ours(seed: int) -> Floats:
        return sampling.draw(model, inputs, sobol(INPUTS, seed), DRAWS)

    errors = [root_mean_square([draw(seed).mean() - exact for seed in range(16)]) for draw in (ours, plain)]
    what = f"Sobol draws: error of the mean of {DRAWS:,} draws, over 16 seeds"
    yield Row(what, "plain draws", f"{errors[0]:.2g}", f"{errors[1]:.2g}", errors[0] / errors[1], 0.01, digits=5)
    yield timed_row("  their time", lambda: ours(1), "plain draws", lambda: plain(1), 1.25)


def quantiles() -> Iterator[Row]:
    values = np.random.default_rng(1).standard_normal(DRAWS)
    what = f"five quantiles of {DRAWS:,} values"
    yield timed_row(
        what,
        lambda: quantiles_of(np.sort(values), FIVE),
        "numpy.quantile",
        lambda: np.quantile(values, FIVE),
        0.45,
    )


def grid() -> Iterator[Row]:
    discounts, multiples = np.linspace(0, 0.5, 50), np.linspace(5, 30, 50)
    metrics, others = MODES["metrics"], [2, 2.3]

    def cell_by_cell() -> object:
        return [
            [sotp_value(metrics, [*others, multiple], discount=discount) for multiple in multiples.tolist()]
            for discount in discounts.tolist()
        ]

    def ours() -> object:
        return sensitivity(sotp_value, MODES, "discount", discounts, "multiples[3]", multiples)

    yield timed_row("sensitivity: a grid of 50 × 50", ours, "cell by cell", cell_by_cell, 0.02)


def attribution() -> Iterator[Row]:
    generator = np.random.default_rng(1)
    old, new = (
        {"metrics": generator.uniform(50, 90, 6).tolist(), "multiples": generator.uniform(1, 9, 6).tolist()}
        for _ in range(2)
    )

    def state_by_state() -> object:
        ends = [[*each["metrics"], *each["multiples"]] for each in (old, new)]
        return [
            sotp_value(mixed[:6], mixed[6:])
            for state in range(4096)
            if (mixed := [ends[state >> place & 1][place] for place in range(12)])
        ]

    what = "why a result moved: 12 changes, all 4,096 states"
    yield timed_row(what, lambda: why_moved(sotp_value, old, new), "a call a state", state_by_state, 0.1)


def rows() -> Iterator[Row]:
    """Every line of this module."""
    for benchmark in (simulation, sobol_points, quantiles, grid, attribution):
        yield from benchmark()
