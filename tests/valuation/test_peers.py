"""Statistics, outliers and lines of the peers, by hand and against Python's statistics and numpy's percentiles."""

import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from reasons import attempted, number_of
from valuation.kernel.errors import (
    BLANK,
    CELL_ERRORS,
    NO_PEERS,
    NOT_MEANINGFUL,
    OUT_OF_RANGE,
    ZERO_DENOMINATOR,
    ChoiceError,
    RangeError,
    ShapeError,
    reason,
)
from valuation.multiples import peer_multiple, peer_outliers, peer_stats
from valuation.regression import regression_fit, regression_multiple

# Mutants of peers.py that change no result, and so survive:
# - `odd | ~absent` for `odd & ~absent` in `present` looks for an error in rows without one: slower, and finds none;
# - any other number for the 0.0 of an absent peer in `spoilt`: of that sum only a NaN is used;
# - `count - 0 * common` in `line`: only the error that `common` may be is asked for;
# - `>= 1e-9` in `_percentile`: no position is a billionth off to the last bit.

REF = CELL_ERRORS["#REF!"]
NAMES = ["mean", "median", "harmonic", "min", "max", "q1", "q3", 0.9]

peers = st.lists(st.floats(0.01, 1000), min_size=1, max_size=12)
absent = st.sampled_from([BLANK, NOT_MEANINGFUL, CELL_ERRORS["#N/A"], -4.0])


def by_label(rows: list[list[Any]]) -> dict[str, Any]:
    return {row[0]: row[1] for row in rows}


# Statistics of the peers.


def test_statistics_by_hand() -> None:
    # 10, 20, 40: harmonic 3 / (0.1 + 0.05 + 0.025) = 120/7; q1 half way from 10 to 20, q3 from 20 to 40.
    by_hand = {"min": 10, "q1": 15, "median": 20, "mean": 70 / 3, "harmonic": 120 / 7, "q3": 30, "max": 40, 0.9: 36}
    for name, expected in by_hand.items():
        assert peer_multiple([40, 10, 20], name) == pytest.approx(expected, rel=1e-15)
    assert peer_multiple([13.8, 12.5, 11.2, 15.2, 14.1, 13.9, 12.8], "q1", quartile="exc") == 12.5
    assert peer_multiple([13.8, 12.5, 11.2, 15.2, 14.1, 13.9, 12.8], "q1") == 12.65  # (12.5 + 12.8) / 2
    assert peer_multiple([2.0, 2.3]) == 2.15


def test_the_table_of_statistics() -> None:
    table = peer_stats([40, 10, BLANK, 20, -4, NOT_MEANINGFUL])
    assert [label for label, _ in table] == [
        "count",
        "n.m.",
        "min",
        "q1",
        "median",
        "mean",
        "harmonic mean",
        "q3",
        "max",
    ]
    assert [row[1] for row in table] == pytest.approx([3, 3, 10, 15, 20, 70 / 3, 120 / 7, 30, 40])
    assert by_label(peer_stats([40, 10, 20, -4], include_negative=True))["min"] == -4.0


@pytest.mark.parametrize(("quartile", "method"), [("inc", "linear"), ("exc", "weibull")])
@given(peers, st.integers(1, 99))
def test_percentiles_as_numpy_s(quartile: str, method: Any, multiples: list[float], percent: int) -> None:  # noqa: ANN401
    position = percent / 100 * (len(multiples) + 1)
    result = peer_multiple(multiples, percent / 100, quartile=quartile)
    if quartile == "exc" and not 1 - 1e-9 <= position <= len(multiples) + 1e-9:
        assert number_of(result) == number_of(OUT_OF_RANGE)
    else:
        assert result == pytest.approx(np.percentile(multiples, percent, method=method), rel=1e-9)


@given(st.lists(st.floats(0.01, 1000), min_size=3, max_size=12))
def test_quartiles_and_means_as_python_s(multiples: list[float]) -> None:
    for quartile, expected in (
        ("inc", statistics.quantiles(multiples, method="inclusive")),
        ("exc", statistics.quantiles(multiples, method="exclusive")),
    ):
        results = [peer_multiple(multiples, name, quartile=quartile) for name in ("q1", "median", "q3")]
        assert results == pytest.approx(expected, rel=1e-12)
    assert peer_multiple(multiples, "mean") == pytest.approx(statistics.fmean(multiples), rel=1e-14)
    assert peer_multiple(multiples, "harmonic") == pytest.approx(statistics.harmonic_mean(multiples), rel=1e-14)


@given(peers, st.sampled_from(NAMES), st.sampled_from(["inc", "exc"]), st.randoms())
def test_the_order_of_the_peers_changes_nothing(multiples: list[float], name: Any, quartile: str, random: Any) -> None:  # noqa: ANN401
    shuffled = random.sample(multiples, len(multiples))
    expected = peer_multiple([multiples, multiples], name, quartile=quartile)
    assert np.array_equal(peer_multiple([shuffled, multiples], name, quartile=quartile), expected, equal_nan=True)
    one, other = (peer_multiple(row, name, quartile=quartile) for row in (multiples, shuffled))
    assert one == other or reason(one) == reason(other) is not None


@given(peers, st.lists(absent, max_size=3), st.sampled_from(NAMES))
def test_an_absent_peer_changes_no_statistic(multiples: list[float], others: list[float], name: Any) -> None:  # noqa: ANN401
    assert peer_multiple(multiples + others, name) == peer_multiple(multiples, name)
    table = by_label(peer_stats(others + multiples))
    assert (table["count"], table["n.m."]) == (len(multiples), len(others))


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=12))
def test_statistics_are_ordered(multiples: list[float]) -> None:
    names = ("min", "q1", "median", "q3", "max")
    values = [peer_multiple(multiples, name, include_negative=True) for name in names]
    assert values == sorted(values)


@given(peers)
def test_the_harmonic_mean_lies_below_the_mean(multiples: list[float]) -> None:
    table = by_label(peer_stats(multiples))
    assert table["min"] * (1 - 1e-12) <= table["harmonic mean"] <= table["mean"] * (1 + 1e-12)
    assert table["mean"] <= table["max"] * (1 + 1e-12)


def test_no_peers_left() -> None:
    for name in NAMES:
        assert reason(peer_multiple([-1, BLANK, NOT_MEANINGFUL, CELL_ERRORS["#N/A"]], name)) == reason(NO_PEERS)
    assert [reason(row[1]) for row in peer_stats([-1])[2:]] == [reason(NO_PEERS)] * 7
    assert peer_stats([-1])[:2] == [["count", 0.0], ["n.m.", 1.0]]


@pytest.mark.parametrize("size", [2, 5, 40])  # numpy sorts short and long rows by different code
def test_other_errors_among_the_peers_are_errors_of_the_result(size: int) -> None:
    rows = np.full((3, size), 7.0)
    rows[1, size // 2] = REF
    rows[:, 0] = NOT_MEANINGFUL
    for name in NAMES:
        results = peer_multiple(rows, name)
        assert results[[0, 2]] == pytest.approx([7, 7])
        assert reason(results[1]) == reason(REF)
    assert {reason(row[1]) for row in peer_stats(rows[1]) if row[0] != "n.m."} == {reason(REF)}


def test_negative_multiples_count_on_request() -> None:
    assert peer_multiple([-4, 2, 6], include_negative=True) == 2.0
    assert number_of(peer_multiple([-4, 2, 6], "harmonic", include_negative=True)) == number_of(OUT_OF_RANGE)
    assert number_of(peer_multiple([0, 2, 6], "harmonic")) == number_of(OUT_OF_RANGE)
    assert peer_multiple([0, 2, 6], "min") == 0.0


def test_few_peers_have_no_exclusive_quartile() -> None:
    assert peer_multiple([1, 2, 3], "q1", quartile="exc") == 1.0
    results = peer_multiple([[1, 2, 3], [1, 2, BLANK]], "q1", quartile="exc")
    assert results[0] == 1.0
    assert number_of(results[1]) == number_of(OUT_OF_RANGE)
    assert peer_multiple([5], "median", quartile="exc") == 5.0
    assert peer_multiple(range(1, 50), 0.02, quartile="exc") == 1.0
    assert peer_multiple(range(1, 49), 1 / 49, quartile="exc") == 1.0  # 49 × (1/49) is below 1 in binary
    # A billionth of a peer beside the first one is that one, and no more: 4 × 0.375e-9 is one and a half.
    assert peer_multiple([1, 2, 3], 0.25 - 0.2e-9, quartile="exc") == 1.0
    assert number_of(peer_multiple([1, 2, 3], 0.25 - 0.375e-9, quartile="exc")) == number_of(OUT_OF_RANGE)


def test_the_first_and_the_last_percentile_are_the_ends() -> None:
    assert [peer_multiple([40, 10, 20], end) for end in (0.0, 1.0)] == [10, 40]


def test_an_infinite_multiple_is_an_error_and_not_an_absent_peer() -> None:
    assert reason(peer_multiple([1, 2, np.inf], "min")) is not None
    assert peer_multiple([[1, 2, np.inf], [1, 2, 3]], "min")[1] == 1.0


def test_unknown_statistics() -> None:
    for percentile in (-0.1, 1.1, 25):
        with pytest.raises(RangeError, match=f"statistic: {percentile} is not a percentile between 0 and 1"):
            peer_multiple([1, 2], percentile)
    with pytest.raises(ChoiceError):
        peer_multiple([1, 2], "mode")
    with pytest.raises(ChoiceError):
        peer_multiple([1, 2], quartile="incl")


@given(st.lists(st.lists(st.floats(0.01, 1000) | absent, min_size=4, max_size=4), min_size=1, max_size=5))
def test_many_companies_at_once(rows: list[list[float]]) -> None:
    for name in NAMES:
        alone = [peer_multiple(row, name) for row in rows]
        np.testing.assert_allclose(peer_multiple(rows, name), alone, rtol=1e-13)
        np.testing.assert_allclose(peer_multiple([rows, rows], name), [alone, alone], rtol=1e-13)
    assert peer_outliers(rows).tolist() == [peer_outliers(row).tolist() for row in rows]


# Outliers.


def test_outliers_by_hand() -> None:
    # q1 = 9, q3 = 11: fences at 6 and 14.
    flags = peer_outliers([9, 5.9, 9.5, 11, 14.1, 10.5, 10, 9, 11])
    assert flags.tolist() == [
        False,
        True,
        *[False] * 2,
        True,
        *[False] * 4,
    ]
    assert peer_outliers([8, 9, 10, 11, 14]).tolist() == [False] * 5  # on the fence is inside: 11 + 1.5 × 2
    assert peer_outliers([8, 9, 10, 11, 14], 1.4).tolist() == [*[False] * 4, True]
    assert peer_outliers([8, 9, 10, 11, 14], [0.5, 0]).tolist() == [  # beyond 8 to 12, and beyond 9 to 11
        [*[False] * 4, True],
        [True, *[False] * 3, True],
    ]
    assert peer_outliers([0, 20, 21, 22, 23]).tolist() == [True, *[False] * 4]  # a multiple of zero is a peer's
    assert peer_outliers([53]).tolist() == [False]


@given(peers, st.lists(absent, max_size=3))
def test_absent_peers_are_no_outliers(multiples: list[float], others: list[float]) -> None:
    assert peer_outliers(others + multiples).tolist() == [False] * len(others) + peer_outliers(multiples).tolist()
    assert peer_outliers([*others, -4]).tolist() == [False] * (len(others) + 1)


def test_an_error_spoils_the_fences_of_its_own_row() -> None:
    flags = peer_outliers([[8, 9, 10, 11, 53], [8, 9, REF, BLANK, 53]])
    assert flags[0].tolist() == [False, False, False, False, True]
    assert flags[1, 3] is False
    assert all(reason(flags[1, place]) == reason(REF) for place in (0, 1, 2, 4))
    assert reason(attempted(peer_outliers)([1, 2, 3], -1)) == reason(OUT_OF_RANGE)
    assert peer_outliers([8, 9, 10, 11, 14], [[1.4], [1.5]]).shape == (2, 1, 5)


# Regression.


def test_a_line_through_points_on_a_line() -> None:
    # 10 + 50 × growth.
    assert by_label(regression_fit([15, 20, 30], [0.1, 0.2, 0.4])) == pytest.approx(
        {"slope": 50, "intercept": 10, "r2": 1, "n": 3}
    )
    assert regression_multiple([15, 20, 30], [0.1, 0.2, 0.4], [0, 0.3, -0.1]) == pytest.approx([10, 25, 5])


def test_a_line_by_hand() -> None:
    # x 1, 2, 3 and y 2, 1, 4: Sxx 2, Sxy 2, Syy 14/3; slope 1, intercept 1/3, r2 4 / (28/3) = 3/7.
    fit = by_label(regression_fit([2, 1, 4], [1, 2, 3]))
    assert fit == pytest.approx({"slope": 1, "intercept": 1 / 3, "r2": 3 / 7, "n": 3})
    # A multiple of zero is low, and there: through 0, 10, 20 the line is 10 × driver.
    assert regression_fit([0, 10, 20], [0, 1, 2]) == [["slope", 10.0], ["intercept", 0.0], ["r2", 1.0], ["n", 3.0]]


@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(-2, 2)), min_size=2, max_size=9), st.floats(-3, 3))
def test_the_line_as_python_s(points: list[tuple[float, float]], subject: float) -> None:
    multiples, drivers = (list(side) for side in zip(*points, strict=True))
    assume(statistics.pstdev(drivers) > 1e-3)
    slope, intercept = statistics.linear_regression(drivers, multiples)
    assert regression_multiple(multiples, drivers, subject) == pytest.approx(intercept + slope * subject, abs=1e-6)
    fit = by_label(regression_fit(multiples, drivers))
    assert fit["slope"] == pytest.approx(slope, rel=1e-9, abs=1e-6)
    if statistics.pstdev(multiples) > 1e-3:
        assert fit["r2"] == pytest.approx(statistics.correlation(drivers, multiples) ** 2, abs=1e-9)
    holes = by_label(regression_fit([*multiples, BLANK, 30, -9], [*drivers, 0.5, BLANK, 0.5]))
    assert holes == pytest.approx(fit, rel=1e-12, abs=1e-9, nan_ok=True)
    forecast = regression_multiple([*multiples, BLANK, 30, -9], [*drivers, 0.5, BLANK, 0.5], subject)
    assert forecast == pytest.approx(regression_multiple(multiples, drivers, subject), rel=1e-12, abs=1e-9)


@given(st.integers(1, 50), st.integers(1, 50), st.integers(3, 9))
@example(1, 3, 4)  # 1.0000000000000002 by the sums alone
def test_r_squared_is_at_most_1(start: int, slope: int, size: int) -> None:
    drivers = [0.1 * place for place in range(size)]
    r2 = by_label(regression_fit([start + slope * driver for driver in drivers], drivers))["r2"]
    assert 1 - 1e-12 <= r2 <= 1


def test_no_line() -> None:
    # Means of three tenths are not a tenth: the sums alone would give a slope.
    for multiples, drivers, expected in (
        ([10, 20, 30], [0.1, 0.1, 0.1], ZERO_DENOMINATOR),
        ([10, BLANK], [0.1, 0.2], ZERO_DENOMINATOR),
        ([BLANK, -5], [0.1, 0.2], NO_PEERS),
        ([10, 20, REF], [0.1, 0.2, 0.3], REF),
        ([10, 20, 30], [0.1, 0.2, REF], REF),
    ):
        assert reason(regression_multiple(multiples, drivers, 0.2)) == reason(expected)
        fit = by_label(regression_fit(multiples, drivers))
        assert all(reason(fit[name]) == reason(expected) for name in ("slope", "intercept", "r2"))
    assert by_label(regression_fit([BLANK, -5], [0.1, 0.2]))["n"] == 0.0
    assert by_label(regression_fit([10, BLANK], [0.1, 0.2]))["n"] == 1.0
    assert by_label(regression_fit([5, 5, 5], [1, 2, 3]))["n"] == 3.0
    flat = by_label(regression_fit([0.1, 0.1, 0.1], [1, 2, 3]))
    assert flat["slope"] == pytest.approx(0, abs=1e-15)
    assert reason(flat["r2"]) == reason(ZERO_DENOMINATOR)
    with pytest.raises(ShapeError, match="multiples has 3 and drivers has 2 values"):
        regression_multiple([1, 2, 3], [1, 2], 1)


def test_a_peer_that_is_out_takes_the_error_of_its_driver_with_it() -> None:
    assert regression_multiple([10, 20, BLANK], [0.1, 0.2, REF], 0.3) == pytest.approx(30)


def test_a_share_to_cut_off_that_is_a_number_of_peers_but_for_rounding() -> None:
    # 58 of 100 are cut off, 29 at each end, though 100 × 0.58 is 57.99999999999999: the mean of 1², 2² … of 30 to 71.
    squares = [float(number**2) for number in range(1, 101)]
    assert peer_multiple(squares, "mean", trim=0.58) == sum(squares[29:71]) / 42
