"""The engine of a simulation: its tables against exact inverses, its draws against blocks of another size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import betainc, mp, mpf
from scipy.special import betaincinv, ndtr, ndtri

from valuation.kernel.broadcast import Floats
from valuation.numerics import sampling
from valuation.numerics.distributions import values_at
from valuation.numerics.model import Element, Model
from valuation.numerics.sampling import Uncertain, draw, normal_scores
from valuation.numerics.sobol import sobol
from valuation.sotp import sotp_value

mp.dps = 50

# Mutants of sampling.py that change no result: `strict` of zips over a row for each input.

MODES = (0.0, 0.001, 0.05, 0.2, 1 / 3, 0.5, 0.75, 0.9, 0.999, 1.0)
TABLE_ERROR = 1e-7  # of the distance from low to high: what the tables are allowed
HALF_POINT = 2.0**-31

# Sobol points are multiples of 2**-30: the first and the last of them, and some between.
FIRST = np.arange(2000) * 2.0**-30
BETWEEN = np.random.default_rng(1).integers(0, 2**30, 4192) * 2.0**-30
POINTS = np.concatenate([FIRST, 1 - 2.0**-30 - FIRST, BETWEEN])


def drawn(
    points: Floats, ends: list[tuple[float, float, float]], mixing: Floats | None = None, distribution: str = "pert"
) -> Floats:
    """What is drawn for inputs with these lows, modes and highs, a row each, at given points, a row each."""
    model = Model(sotp_value, {"metrics": np.zeros(len(ends)), "multiples": 1.0})
    inputs = [Uncertain(Element("metrics", place), *each) for place, each in enumerate(ends)]
    spare = np.full((-len(points) % sampling.BLOCK, len(ends)), 0.5)
    blocks = iter(np.split(np.vstack([points, spare]), -(-len(points) // sampling.BLOCK)))
    values = np.empty((len(ends), len(points)))
    results = draw(model, inputs, lambda _: next(blocks), len(points), mixing, values, distribution)
    np.testing.assert_allclose(results, values.sum(axis=0), rtol=1e-12, atol=1e-12)
    return values


def exact(mode: float, probability: Floats, complement: Floats) -> Floats:
    """Inverse of the PERT distribution from 0 to 1, from the nearer end."""
    below, above = 1 + 4 * mode, 5 - 4 * mode
    lower = betaincinv(below, above, np.minimum(probability, 0.5))
    upper = 1 - betaincinv(above, below, np.minimum(complement, 0.5))
    return np.asarray(np.where(probability < 0.5, lower, upper))


def triangle(correlation: Floats) -> Floats:
    return np.asarray(np.linalg.cholesky(correlation), np.float64)


@pytest.mark.parametrize("mode", MODES)
def test_the_tables_are_accurate_to_a_ten_millionth_of_the_range(mode: float) -> None:
    (values,) = drawn(POINTS[:, np.newaxis], [(0.0, mode, 1.0)])
    wanted = exact(mode, POINTS + HALF_POINT, 1 - POINTS - HALF_POINT)
    assert abs(values - wanted).max() <= TABLE_ERROR
    assert values.min() >= 0
    assert values.max() <= 1
    assert (np.diff(values[np.argsort(POINTS)]) >= -1e-15).all()


@pytest.mark.parametrize("mode", [0.1, 0.5, 1.0])
def test_the_tables_against_the_distribution_at_fifty_digits(mode: float) -> None:
    points = np.array([0.0, 2.0**-20, 0.03, 0.25, 0.5, 0.7, 0.99, 1 - 2.0**-30])
    (values,) = drawn(points[:, np.newaxis], [(0.0, mode, 1.0)])
    below, above = 1 + 4 * mpf(mode), 5 - 4 * mpf(mode)
    for point, value in zip(points, values, strict=True):
        lower, upper = (
            betainc(below, above, 0, min(max(mpf(float(value)) + step, 0), 1), regularized=True)
            for step in (-TABLE_ERROR, TABLE_ERROR)
        )
        assert lower <= mpf(float(point)) + HALF_POINT <= upper


def test_a_normal_score_is_exact_at_the_ends_of_1024_lines_for_each_halving_and_straight_between() -> None:
    tails = 2.0**-3 * (1 + np.arange(0, 1000.5, 0.5) / 1024)
    (scores,) = normal_scores(1, lambda size: np.resize(tails - HALF_POINT, (size, 1)), tails.size) / 512
    np.testing.assert_allclose(scores[::2], ndtri(tails[::2]), rtol=1e-12)
    np.testing.assert_allclose(scores[1::2], (scores[:-2:2] + scores[2::2]) / 2, rtol=1e-12)


@pytest.mark.parametrize("distribution", ["uniform", "triangular", "normal", "lognormal"])
def test_the_tables_of_other_distributions_are_accurate_to_a_millionth(distribution: str) -> None:
    points, ends = POINTS[::7], (1.0, 2.0, 5.0)
    (values,) = drawn(points[:, np.newaxis], [ends], distribution=distribution)
    scores = np.where(points < 0.5, ndtri(points + HALF_POINT), -ndtri(1 - points - HALF_POINT))
    np.testing.assert_allclose(values, values_at(distribution, scores, *ends), rtol=1e-6)


def test_correlated_draws_are_the_exact_copula() -> None:
    points = np.floor(np.random.default_rng(2).random((20_000, 3)) * 2**30) / 2**30
    ends = [(0.0, 0.2, 1.0), (0.0, 0.5, 1.0), (0.0, 0.9, 1.0)]
    mixing = triangle(np.array([[1, 0.6, -0.3], [0.6, 1, 0.0], [-0.3, 0.0, 1]]))
    scores = mixing @ ndtri(points + HALF_POINT).T
    for (_, mode, _), score, values in zip(ends, scores, drawn(points, ends, mixing), strict=True):
        assert abs(values - exact(mode, ndtr(score), ndtr(-score))).max() <= 2 * TABLE_ERROR


def test_scores_beyond_the_tables_are_the_ends() -> None:
    points = np.array([[0.0, 0.0], [1 - 2.0**-30] * 2])
    mixing = np.array([[1.0, 0.0], [1.0, 1.0]])  # scores of twice 6.3
    assert drawn(points, [(1.0, 2.0, 5.0)] * 2, mixing)[1].tolist() == [1, 5]


@pytest.mark.parametrize("mode", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("side", [-1, 1])
def test_the_tables_reach_to_eight_standard_deviations_and_are_constant_beyond(mode: float, side: int) -> None:
    # Without a second input the mixing scales the score: here that of a point where it is about 6.3.
    point = np.array([[0.0 if side < 0 else 1 - 2.0**-30]])

    def at(score: float) -> float:
        return float(drawn(point, [(0.0, mode, 1.0)], np.array([[score / -ndtri(HALF_POINT)]]))[0, 0])

    near = 8 - 1.5 / 512  # the line before the last: the last one is constant as well
    # With the mode at one end, the other is still a thousandth away there.
    assert at(near) == pytest.approx(exact(mode, ndtr(side * near), ndtr(-side * near)), abs=TABLE_ERROR)
    assert at(8 - 0.5 / 512) == at(8.001) == at(12) == (side + 1) / 2
    # Straight between the ends of each of 512 lines a standard deviation.
    for line in (40, 700, 1000):
        assert at((line + 0.5) / 512) == pytest.approx((at(line / 512) + at((line + 1) / 512)) / 2, abs=1e-13)
        assert at((line + 1) / 512) != pytest.approx((at((line + 0.5) / 512) + at((line + 1.5) / 512)) / 2, abs=1e-11)


@pytest.mark.parametrize("span", [1 / 64, 0.5, 1.0, 64.0])
def test_a_distribution_has_the_same_shape_in_a_narrow_range_as_in_a_wide_one(span: float) -> None:
    points = POINTS[::97, np.newaxis]
    (standard,) = drawn(points, [(0.0, 0.25, 1.0)])
    assert drawn(points, [(0.0, 0.25 * span, span)])[0].tolist() == (span * standard).tolist()


@given(st.floats(-1e6, 1e6), st.floats(0, 1), st.floats(1e-3, 1e6))
def test_only_the_place_between_low_and_high_matters(low: float, place: float, span: float) -> None:
    mode, high = low + place * span, low + span
    points = POINTS[::97, np.newaxis]
    (standard,) = drawn(points, [(0.0, min(max((mode - low) / (high - low), 0.0), 1.0), 1.0)])
    (values,) = drawn(points, [(low, min(max(mode, low), high), high)])
    np.testing.assert_allclose(values, low + (high - low) * standard, rtol=0, atol=1e-9 * (abs(low) + span))


@pytest.mark.parametrize("mode", MODES)
def test_the_mirror_image_of_a_distribution_is_drawn_at_the_mirrored_point(mode: float) -> None:
    (values,) = drawn(POINTS[:, np.newaxis], [(0.0, mode, 1.0)])
    (mirrored,) = drawn((1 - 2.0**-30 - POINTS)[:, np.newaxis], [(0.0, 1 - mode, 1.0)])
    np.testing.assert_allclose(values, 1 - mirrored, rtol=0, atol=1e-12)


@pytest.mark.parametrize("value", [0.0, 806.0, -1 / 3, 1e15])
def test_without_spread_the_mode_is_drawn_exactly(value: float) -> None:
    assert set(drawn(POINTS[:, np.newaxis], [(value, value, value)])[0].tolist()) == {value}


@pytest.mark.parametrize("mode", MODES)
def test_the_draws_have_the_mean_and_variance_of_the_distribution(mode: float) -> None:
    (values,) = drawn(sobol(1, 1)(2**15), [(10.0, 10 + 20 * mode, 30.0)])
    mean = (10 + 4 * (10 + 20 * mode) + 30) / 6
    assert values.mean() == pytest.approx(mean, abs=2e-5)
    assert values.var() == pytest.approx((mean - 10) * (30 - mean) / 7, rel=1e-4)


def test_every_stratum_is_drawn_from_equally() -> None:
    values = drawn(sobol(3, 5)(4096), [(0.0, 0.5, 1.0)] * 3)
    borders = exact(0.5, np.arange(1, 64) / 64, 1 - np.arange(1, 64) / 64)
    for each in values:
        assert np.bincount(np.searchsorted(borders, each)).tolist() == [64] * 64


# Blocks and seeds.

PARTS = {"metrics": [806, 234, 99], "multiples": [2, 2.3, 19], "discount": 0.1}
INPUTS = [
    Uncertain(Element("metrics", 0), 700, 806, 900),
    Uncertain(Element("multiples", 2), 10, 19, 25),
    Uncertain(Element("discount"), 0, 0.1, 0.3),
    Uncertain(Element("stakes"), 0.8, 1, 1),
]
MIXING = triangle(np.full((4, 4), 0.4) + 0.6 * np.eye(4))


def results(draws: int, seed: int = 1, mixing: Floats | None = MIXING) -> Floats:
    return draw(Model(sotp_value, PARTS), INPUTS, sobol(len(INPUTS), seed), draws, mixing)


@pytest.mark.parametrize("size", [64, 1024, 16384])
@pytest.mark.parametrize("mixing", [None, MIXING], ids=["independent", "correlated"])
def test_the_size_of_a_block_changes_no_byte(size: int, mixing: Floats | None, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = results(10_001, mixing=mixing)
    monkeypatch.setattr(sampling, "BLOCK", size)
    assert results(10_001, mixing=mixing).tobytes() == usual.tobytes()


def test_more_draws_begin_with_the_same_ones() -> None:
    assert results(20_000)[:9000].tobytes() == results(9000).tobytes()


def test_a_seed_gives_the_same_draws_and_another_seed_others() -> None:
    assert results(500, seed=3).tobytes() == results(500, seed=3).tobytes()
    assert not set(results(500, seed=3).tolist()) & set(results(500, seed=4).tolist())


def test_results_are_what_the_function_gives_for_the_inputs() -> None:
    values = np.empty((4, 300))
    found = draw(Model(sotp_value, PARTS), INPUTS, sobol(4, 1), 300, MIXING, values)
    for result, (metric, multiple, discount, stake) in zip(found, values.T, strict=True):
        alone = sotp_value([metric, 234, 99], [2, 2.3, multiple], stake, discount=discount)
        assert result == pytest.approx(alone, rel=1e-14)
