"""Sobol points: those of scipy, to the last bit, and as even as such points are."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import qmc

from valuation.numerics.sobol import sobol

# Mutants of sobol.py that survive, since they change no point: Uniforms and Bits = None, names for readers of types; in
# `sobol` another number of dimensions from which scipy is asked, which gives the same points; and a second generator
# that nobody uses.


@pytest.mark.parametrize("dimensions", [1, 2, 3, 17, 64, 65])
@pytest.mark.parametrize("seed", [0, 1, 2**53])
def test_points_are_those_of_scipy_to_the_last_bit(dimensions: int, seed: int) -> None:
    points = sobol(dimensions, seed)
    ours = np.vstack([points(256) for _ in range(8)])
    theirs = qmc.Sobol(dimensions, seed=np.random.default_rng(seed)).random(2048)
    assert ours.tobytes() == np.ascontiguousarray(theirs).tobytes()


def test_the_last_point_of_a_very_long_sequence_is_that_of_scipy() -> None:
    points = sobol(5, 3)
    theirs = qmc.Sobol(5, seed=np.random.default_rng(3)).fast_forward(2**20 - 1).random(1)
    for _ in range(2**20 // 2**15):
        last = points(2**15)[-1]
    assert last.tolist() == theirs[0].tolist()


def test_every_dimension_of_the_table_has_a_point_in_every_cell() -> None:
    cells = np.floor(sobol(64, 9)(1024) * 1024)
    assert (np.sort(cells, axis=0) == np.arange(1024)[:, np.newaxis]).all()


def test_the_first_two_dimensions_are_even_together() -> None:
    points = sobol(2, 4)(1024)
    for across in range(11):  # every way to cut the square into 1,024 equal boxes
        columns, rows = 2**across, 2 ** (10 - across)
        boxes = np.floor(points[:, 0] * columns) * rows + np.floor(points[:, 1] * rows)
        assert np.array_equal(np.sort(boxes), np.arange(1024))


def test_a_simulation_of_few_inputs_does_not_import_scipy() -> None:
    simulated = (
        "import sys; from valuation.simulation import simulate; from valuation.sotp import sotp_value;"
        "simulate(sotp_value, {'metrics': [2], 'multiples': 3}, {'multiples': 1}, {'multiples': 4}, 100, 1, 'drivers');"
        "print('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", simulated], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
