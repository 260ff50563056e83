"""Statistics of results: by hand, and against numpy and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import skew, spearmanr

from reasons import same
from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import ZERO_DENOMINATOR
from valuation.numerics.draw_statistics import (
    QUANTILES,
    above,
    drivers,
    histogram,
    quantiles,
    quantiles_of,
    summary,
    tail,
)

# Mutants of spread.py that survive, since they change no result:
# - Rows = None: a name for readers of types;
# - `strict` of the zips in `quantiles`, `histogram` and `drivers`, whose columns are of one length;
# - 2 for 1 as the place of what drives nothing in `drivers`: every strength is 0 or less there;
# - ranks from a half or from 0 in `_ranks`: a correlation does not see a shift.

HUNDRED = np.arange(1.0, 101.0)


def _results(seed: int) -> Floats:
    """As results come out of a calculation: any size and shape, some with ties, some all alike."""
    random = np.random.default_rng(seed)
    shape = random.choice([0.0, 1.0, 3.0])
    values = random.normal(0, 1, random.integers(100, 300)) * 10 ** random.uniform(-2, 9)
    return np.sort(
        np.round(np.exp(shape) * values * random.integers(0, 2) + values**2 * shape, int(random.integers(0, 4)))
    )


RESULTS = st.integers(0, 2**32).map(_results)


def test_quantiles_by_hand() -> None:
    # PERCENTILE.INC of 1 to 100: 1 + 99 p
    rows = quantiles(HUNDRED)
    assert rows[0] == ["Probability", "Value"]
    assert [row[0] for row in rows[1:]] == [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
    assert [row[1] for row in rows[1:]] == pytest.approx([1.99, 5.95, 10.9, 25.75, 50.5, 75.25, 90.1, 95.05, 99.01])


@given(RESULTS)
def test_quantiles_are_those_of_numpy_and_ordered(results: Floats) -> None:
    values = [row[1] for row in quantiles(results)[1:]]
    np.testing.assert_allclose(values, np.quantile(results, QUANTILES), rtol=1e-12, atol=1e-6)
    assert values == sorted(values)
    assert results[0] <= values[0]
    assert values[-1] <= results[-1]


def test_quantiles_reach_the_ends() -> None:
    assert quantiles_of(HUNDRED, (0.0, 1.0)) == [1, 100]


def test_a_summary_by_hand() -> None:
    # Ten 0s and ninety 1s: mean 0.9, variance 100 ÷ 99 × 0.09; the third moment is 0.1 × −0.9³ + 0.9 × 0.1³ = −0.072.
    results = np.repeat([0.0, 1.0], [10, 90])
    deviation = (0.09 * 100 / 99) ** 0.5
    assert summary(results) == [
        ["Statistic", "Value"],
        ["Mean", pytest.approx(0.9)],
        ["Standard deviation", pytest.approx(deviation)],
        ["Standard error, at most", pytest.approx(deviation / 10)],
        ["Skewness", pytest.approx(-0.072 * 100 * 100 / (99 * 98) / deviation**3)],
        ["Minimum", 0],
        ["Maximum", 1],
    ]


def test_the_ends_of_a_summary_are_the_least_and_the_greatest() -> None:
    assert [row[1] for row in summary(HUNDRED)[5:]] == [1, 100]


@pytest.mark.parametrize("other", [-1.0, 1.0])
def test_one_result_that_differs_is_a_spread(other: float) -> None:
    results = np.sort(np.append(np.zeros(99), other))
    assert summary(results)[2][1] == pytest.approx(0.1)  # the root of (1 − 1 ÷ 100) ÷ 99
    assert summary(results)[4][1] == pytest.approx(10 * other)  # as Excel's SKEW: of one among n the root of n
    bins = histogram(results)[1:]
    assert [row[2] for row in bins] == ([99, *[0] * 18, 1] if other > 0 else [1, *[0] * 18, 99])


def test_results_that_are_all_alike_do_not_spread_by_rounding() -> None:
    results = np.full(100, 0.1)
    assert results.mean() != 0.1  # the sum of a hundred is off in its last digit
    assert [row[1] for row in summary(results)[2:4]] == [0, 0]
    assert same(summary(results)[4][1], ZERO_DENOMINATOR)


@given(RESULTS)
def test_a_summary_is_that_of_numpy_and_scipy(results: Floats) -> None:
    found = {row[0]: row[1] for row in summary(results)[1:]}
    size = abs(results).max() + 1e-3
    assert found["Mean"] == pytest.approx(results.mean(), abs=1e-12 * size)
    if results[0] == results[-1]:
        assert found["Standard deviation"] == found["Standard error, at most"] == 0
        assert same(found["Skewness"], ZERO_DENOMINATOR)
        return
    assert found["Standard deviation"] == pytest.approx(results.std(ddof=1), rel=1e-12)
    assert found["Standard error, at most"] == pytest.approx(results.std(ddof=1) / len(results) ** 0.5, rel=1e-12)
    if found["Standard deviation"] > 1e-6 * size:
        assert found["Skewness"] == pytest.approx(float(skew(results, bias=False)), rel=1e-6, abs=1e-6)


def test_a_tail_by_hand() -> None:
    # The worst five of 1 to 100 are 1 to 5, with mean 3; the mean of all is 50.5.
    assert tail(HUNDRED) == [
        ["Worst 5 %", "Value", "Below the mean"],
        ["Value at risk", pytest.approx(5.95), pytest.approx(44.55)],
        ["Expected shortfall", pytest.approx(3), pytest.approx(47.5)],
    ]


def test_the_draw_on_the_border_of_the_tail_counts_in_part() -> None:
    # 5 % of 130 are 6.5 draws: 1 to 6 and half of 7.
    assert tail(np.arange(1.0, 131.0))[2][1] == pytest.approx((21 + 3.5) / 6.5)


@given(RESULTS)
def test_the_shortfall_is_at_most_the_value_at_risk(results: Floats) -> None:
    _, (_, at_risk, _), (_, shortfall, _) = tail(results)
    slack = 1e-12 * abs(results).max()
    assert results[0] - slack <= shortfall <= at_risk + slack
    assert at_risk == quantiles(results)[2][1]


def test_a_histogram_by_hand() -> None:
    rows = histogram(np.sort(np.append(HUNDRED, 21.0)) - 1)  # 0 to 99, 20 twice: bins of 4.95
    assert rows[0] == ["From", "To", "Draws", "Share"]
    assert [row[0] for row in rows[1:]] == pytest.approx([4.95 * place for place in range(20)])
    assert [row[2] for row in rows[1:5]] == [5, 5, 5, 5]
    assert [row[3] for row in rows[1:3]] == pytest.approx([5 / 101, 5 / 101])


@given(RESULTS)
def test_every_draw_is_in_one_bin(results: Floats) -> None:
    bins = histogram(results)[1:]
    assert len(bins) == (20 if results[0] < results[-1] else 1)
    assert sum(each[2] for each in bins) == len(results)
    assert sum(each[3] for each in bins) == pytest.approx(1)
    assert (bins[0][0], bins[-1][1]) == (results[0], results[-1])
    for start, end, count, _ in bins[:-1]:
        assert count == ((start <= results) & (results < end)).sum()


@pytest.mark.parametrize(("price", "probability"), [(0, 1), (1, 0.99), (50, 0.5), (50.5, 0.5), (99.5, 0.01), (100, 0)])
def test_a_probability_counts_what_is_above(price: float, probability: float) -> None:
    assert above(HUNDRED, price)[1][1] == probability


def test_a_probability_says_of_what() -> None:
    assert above(HUNDRED, 1.146e11) == [["Statistic", "Value"], ["Probability above 114,600,000,000", 0]]


@given(st.integers(0, 2**32), st.integers(2, 30))
def test_drivers_are_the_rank_correlations_of_scipy(seed: int, different: int) -> None:
    random = np.random.default_rng(seed)
    inputs = random.integers(0, different, (3, 120)).astype(float)  # with ties
    inputs[:, :2] = 0, different  # and none constant
    results = inputs[0] - 2 * inputs[1] + random.normal(size=120)
    rows = drivers(["a", "b", "c"], inputs, results)
    assert rows[0] == ["Argument", "Rank correlation"]
    wanted = {name: spearmanr(values, results).statistic for name, values in zip("abc", inputs, strict=True)}
    assert {row[0]: row[1] for row in rows[1:]} == pytest.approx(wanted, abs=1e-12)
    strength = [abs(row[1]) for row in rows[1:]]
    assert strength == sorted(strength, reverse=True)


def test_a_first_draw_in_the_middle_is_a_draw_like_any_other() -> None:
    results = np.roll(np.arange(101.0), 51)
    assert results[0] == 50
    assert drivers(["x"], results[np.newaxis], results)[1] == ["x", pytest.approx(1)]


def test_what_does_not_vary_drives_nothing_and_stands_last() -> None:
    inputs = np.array([np.ones(100), HUNDRED, -HUNDRED])
    rows = drivers(["constant", "up", "down"], inputs, HUNDRED**3)
    assert rows[1:3] == [["up", pytest.approx(1)], ["down", pytest.approx(-1)]]
    assert rows[3][0] == "constant"
    assert same(rows[3][1], ZERO_DENOMINATOR)
    assert all(same(row[1], ZERO_DENOMINATOR) for row in drivers(["constant", "up", "down"], inputs, np.ones(100))[1:])
