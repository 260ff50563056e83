"""Quantiles of the distributions at given normal scores, worked by hand."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from valuation.kernel.errors import RangeError
from valuation.numerics.distributions import check, values_at
from valuation.numerics.model import Element

# Mutants of distributions.py that change no result: `<=` for `<` in `_triangular`. At the mode both branches are equal.

SCORE = NormalDist().inv_cdf


@pytest.mark.parametrize(
    ("distribution", "ends", "probability", "value"),
    [
        ("uniform", (10, 11, 30), 0.25, 15),
        ("uniform", (10, 11, 30), 0.75, 25),
        # A quarter of the probability is below the mode: low + √(p × 8 × 2) below it, high − √((1 − p) × 8 × 6).
        ("triangular", (1, 3, 9), 0.0625, 2),
        ("triangular", (1, 3, 9), 0.25, 3),
        ("triangular", (1, 3, 9), 0.75, 9 - sqrt(12)),
        ("triangular", (1, 3, 9), 0.9375, 9 - sqrt(3)),
        ("normal", (1, 3, 9), 0.05, 1),
        ("normal", (1, 3, 9), 0.5, 3),
        ("normal", (1, 3, 9), 0.95, 9),
        ("lognormal", (1, 3, 27), 0.05, 1),
        ("lognormal", (1, 3, 27), 0.5, 3),
        ("lognormal", (1, 3, 27), 0.95, 27),
    ],
)
def test_a_quantile_is_the_value_worked_out_by_hand(
    distribution: str, ends: tuple[float, float, float], probability: float, value: float
) -> None:
    found = values_at(distribution, np.array([SCORE(probability)]), *ends)
    assert found.tolist() == pytest.approx([value], rel=1e-12)


def test_only_a_lognormal_number_needs_a_positive_low() -> None:
    element = Element("growth", 1)
    check("lognormal", [(element, (1e-9, 1.0, 2.0))])
    check("normal", [(element, (-1.0, 1.0, 2.0))])
    with pytest.raises(RangeError) as refused:
        check("lognormal", [(element, (0.5, 1.0, 2.0)), (element, (-1.5, 1.0, 2.0))])
    assert str(refused.value) == (
        "growth[2]: its low -1.5 is not above 0: a lognormal number is positive; use the normal distribution"
    )
