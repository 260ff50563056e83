"""Simulation from end to end: analytic answers, correlation, draws that fail, and what is refused."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, rankdata

from reasons import same
from valuation.intrinsic import gordon_value
from valuation.kernel.broadcast import broadcasts
from valuation.kernel.errors import (
    BLANK,
    CELL_ERRORS,
    NOT_MEANINGFUL,
    OUT_OF_RANGE,
    CellError,
    ChoiceError,
    MissingError,
    NotANumberError,
    RangeError,
    ShapeError,
)
from valuation.kernel.units import Money, Moneys, Number
from valuation.multiples import multiple
from valuation.scenarios import scenario_value
from valuation.simulation import FEWEST_DRAWS, MOST_DRAWS, mixing_of, simulate, simulations
from valuation.sotp import sotp_table, sotp_value

# Mutants of simulation.py that survive: `>=` for `>` of the diagonal in `mixing_of`, from which no number near 1 is
# 1e-9 away to the last bit; and the width of another row in `simulate`, where all rows of a table are as wide.

# A sum of three parts, of which two multiples and the net debt are uncertain.
MODES = {"metrics": [800, 200, 100], "multiples": [2, 3, 20], "net_debt": 100}
LOWS = {"multiples": [1, None, 10], "net_debt": 0}
HIGHS = {"multiples": [4, None, 25], "net_debt": 400}

# Mean (l + 4m + h) ÷ 6 and variance (mean − l)(h − mean) ÷ 7 of each: of a beta of which a + b = 6.
MEANS = {"multiples[1]": 13 / 6, "multiples[3]": 115 / 6, "net_debt": 800 / 6}
VARIANCES = {
    "multiples[1]": (13 / 6 - 1) * (4 - 13 / 6) / 7,
    "multiples[3]": (115 / 6 - 10) * (25 - 115 / 6) / 7,
    "net_debt": (800 / 6) * (400 - 800 / 6) / 7,
}
MEAN = 800 * MEANS["multiples[1]"] + 600 + 100 * MEANS["multiples[3]"] - MEANS["net_debt"]
VARIANCE = 800**2 * VARIANCES["multiples[1]"] + 100**2 * VARIANCES["multiples[3]"] + VARIANCES["net_debt"]


@broadcasts
def one(x: Number, y: Number = 0.0) -> Number:
    """The first of two inputs."""
    return x + 0 * y


def found(table: list[list[Any]]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in table[1:]}


def run(statistic: str = "quantiles", **options: Any) -> dict[Any, Any]:  # noqa: ANN401
    return found(simulate(sotp_value, MODES, LOWS, HIGHS, statistic=statistic, **options))


# Analytic answers.


@pytest.mark.parametrize("draws", [1000, 10_000, 65_536])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_mean_of_a_linear_model_is_within_four_standard_errors_and_mostly_far_nearer(draws: int, seed: int) -> None:
    summary = run("summary", draws=draws, seed=seed)
    error = (VARIANCE / draws) ** 0.5
    assert summary["Standard error, at most"] == pytest.approx(error, rel=0.05)
    assert abs(summary["Mean"] - MEAN) < 4 * error
    assert abs(summary["Mean"] - MEAN) < 0.1 * error  # which plain sampling reaches once in thirteen
    assert summary["Standard deviation"] == pytest.approx(VARIANCE**0.5, rel=0.01)


def test_four_times_the_draws_halve_the_standard_error_that_is_shown() -> None:
    few, many = (run("summary", draws=draws)["Standard error, at most"] for draws in (10_000, 40_000))
    assert many == pytest.approx(few / 2, rel=0.01)


def test_the_error_of_the_mean_falls_faster_than_plain_samplings_could() -> None:
    few, many = (
        np.mean([abs(run("summary", draws=draws, seed=seed)["Mean"] - MEAN) for seed in range(8)])
        for draws in (256, 65_536)
    )
    assert many < few / 100  # 256 times the draws; plain sampling would divide it by 16


def test_the_quantiles_of_one_input_are_those_of_its_distribution() -> None:
    quantiles = found(simulate(one, {"x": 12}, {"x": 10}, {"x": 20}, draws=65_536))
    for probability in (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99):
        # m = 0.2: a = 1.8, b = 4.2
        assert quantiles[probability] == pytest.approx(10 + 10 * beta.ppf(probability, 1.8, 4.2), abs=2e-3)


def test_the_probability_above_a_price() -> None:
    exact = beta.sf(0.35, 1.8, 4.2)
    for statistic in ("above:13.5", " Above: 13.5 ", "above:１３．５"):
        rows = simulate(one, {"x": 12}, {"x": 10}, {"x": 20}, statistic=statistic)
        assert rows[1] == ["Probability above 13.5", pytest.approx(exact, abs=1e-3)]


def test_a_price_is_read_as_amounts_are() -> None:
    rows = simulate(one, {"x": 3e8}, {"x": 1e8}, {"x": 5e8}, statistic="above:3亿")
    assert rows[1] == ["Probability above 300,000,000", pytest.approx(0.5, abs=1e-3)]


def test_the_tail_of_one_input() -> None:
    rows = simulate(one, {"x": 15}, {"x": 10}, {"x": 20}, draws=65_536, statistic="tail")
    at_risk = 10 + 10 * beta.ppf(0.05, 3, 3)
    # The mean of a beta below its 5 % point: a ÷ (a + b) × F(a + 1, b) ÷ F(a, b)
    shortfall = 10 + 10 * 0.5 * beta.cdf(beta.ppf(0.05, 3, 3), 4, 3) / 0.05
    assert rows[1][1:] == pytest.approx([at_risk, 15 - at_risk], abs=2e-3)
    assert rows[2][1:] == pytest.approx([shortfall, 15 - shortfall], abs=2e-3)


@pytest.mark.parametrize("statistic", ["quantiles", "summary", "tail", "drivers", "histogram", "above:1"])
def test_every_table_is_rectangular_and_ends_with_its_draws(statistic: str) -> None:
    table = simulate(sotp_value, MODES, LOWS, HIGHS, draws=1000, statistic=statistic)
    assert len({len(row) for row in table}) == 1
    assert all(isinstance(cell, str) for cell in table[0])
    assert [row[:2] for row in table[-2:]] == [["Draws", 1000], ["Failed draws", 0]]
    assert all(cell is None for row in table[-2:] for cell in row[2:])
    assert all(isinstance(cell, (str, int, float)) for row in table[1:-2] for cell in row)


def test_quantiles_are_the_default_and_ten_thousand_draws_with_seed_one() -> None:
    table = simulate(sotp_value, MODES, LOWS, HIGHS)
    assert table == simulate(sotp_value, MODES, LOWS, HIGHS, 10_000, 1, "quantiles", None)
    assert table[-2] == ["Draws", 10_000]


def test_the_same_seed_gives_the_same_table_and_another_one_another() -> None:
    assert run(seed=7) == run(seed=7)
    assert run(seed=7) != run(seed=8)


@settings(max_examples=25)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5), st.integers(0, 2**53))
def test_without_spread_it_is_the_deterministic_value(metrics: list[float], seed: int) -> None:
    case = {"metrics": metrics, "multiples": 2.5, "discount": 0.2}
    ends = {"metrics": metrics, "discount": 0.2}
    exact = sotp_value(**case)
    for value in list(found(simulate(sotp_value, case, ends, ends, 100, seed)).values())[:-2]:
        assert value == pytest.approx(exact, rel=1e-12, abs=1e-12 * max(map(abs, metrics)))
    summary = found(simulate(sotp_value, case, ends, ends, 100, seed, "summary"))
    assert summary["Standard deviation"] <= 1e-12 * max(map(abs, metrics))


@settings(max_examples=25)
@given(st.floats(0.1, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1), st.integers(0, 1000))
def test_a_scaled_and_shifted_input_scales_and_shifts_every_quantile(
    scale: float, shift: float, place: float, seed: int
) -> None:
    plain = simulate(one, {"x": place}, {"x": 0}, {"x": 1}, 200, seed)
    moved = simulate(one, {"x": shift + scale * place}, {"x": shift}, {"x": shift + scale}, 200, seed)
    for (_, before), (_, after) in zip(plain[1:-2], moved[1:-2], strict=True):
        assert after == pytest.approx(shift + scale * before, rel=1e-9, abs=1e-9 * (scale + abs(shift)))


# Correlation.


def test_drivers_rank_by_what_they_move() -> None:
    rows = simulate(sotp_value, MODES, LOWS, HIGHS, statistic="drivers")
    assert [row[0] for row in rows[1:-2]] == ["multiples[1]", "multiples[3]", "net_debt"]
    assert rows[1][1] > rows[2][1] > 0 > rows[3][1]
    # Of nearly normal inputs the squares of the correlations are the shares of the variance.
    assert rows[1][1] ** 2 == pytest.approx(800**2 * VARIANCES["multiples[1]"] / VARIANCE, abs=0.05)


@pytest.mark.parametrize("correlation", [-0.95, -0.3, 0.0, 0.5, 0.99])
def test_normal_scores_correlated_by_r_have_rank_correlation_of_six_over_pi_arcsin_of_half_r(
    correlation: float,
) -> None:
    rows = simulate(
        one,
        {"x": 1, "y": 7},
        {"x": 0, "y": 5},
        {"x": 3, "y": 8},
        draws=65_536,
        statistic="drivers",
        correlation=[[1, correlation], [correlation, 1]],
    )
    ranks = found(rows)
    assert ranks["x"] == pytest.approx(1)
    assert ranks["y"] == pytest.approx(6 / math.pi * math.asin(correlation / 2), abs=2e-3)


def test_no_correlation_is_the_same_as_none() -> None:
    assert run(correlation=np.eye(3)) == run()


def test_one_input_correlates_with_itself() -> None:
    assert simulate(one, {"x": 1}, {"x": 0}, {"x": 2}, correlation=1) == simulate(one, {"x": 1}, {"x": 0}, {"x": 2})


def test_inputs_that_move_together_spread_twice_as_far() -> None:
    case = {"metrics": [10, 10], "multiples": 1}
    lows, highs = {"metrics": [5, 5]}, {"metrics": [15, 15]}
    nearly = 1 - 1e-9
    spreads = [
        found(simulate(sotp_value, case, lows, highs, 65_536, 1, "summary", [[1, r], [r, 1]]))["Standard deviation"]
        for r in (nearly, 0, -nearly)
    ]
    assert spreads[0] == pytest.approx(2**0.5 * spreads[1], rel=1e-3)
    assert spreads[2] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("correlation", "error", "message"),
    [
        ([[1, 0], [0, 1]], ShapeError, "correlation: is 2×2, but 3 elements are uncertain"),
        ([1, 0, 0], ShapeError, "correlation: is 1×3, but 3 elements are uncertain"),
        (np.zeros((3, 3, 3)), ShapeError, "correlation: is 3×3×3, but 3 elements are uncertain"),
        (
            [[1, 0, 0], [0, 0.9, 0], [0, 0, 1]],
            RangeError,
            "correlation row 2: the correlation of an element with itself",
        ),
        (
            [[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]],
            RangeError,
            "correlation row 1: not symmetric: column 2 is not what row 2 has in column 1",
        ),
        (
            [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]],
            RangeError,
            "correlation: not positive semi-definite: these correlations contradict each other (least eigenvalue -0.8)",
        ),
        ([[1, 1.5, 0], [1.5, 1, 0], [0, 0, 1]], RangeError, "correlation: not positive semi-definite"),
        ([[1, 0, 0], [0, 1, CELL_ERRORS["#REF!"]], [0, 0, 1]], CellError, "correlation row 2: column 3: #REF! in the"),
        ([[1, 0, 0], [0, 1, "x"], [0, 0, 1]], NotANumberError, "correlation row 6: 'x' is not a number"),
    ],
)
def test_a_correlation_that_cannot_be_is_refused(correlation: Any, error: type[Exception], message: str) -> None:  # noqa: ANN401
    with pytest.raises(error) as raised:
        run(correlation=correlation)
    assert str(raised.value).startswith(message)


def test_correlations_that_were_calculated_may_differ_in_their_last_digits() -> None:
    correlation = np.array([[1 + 1e-15, 0.3, 0.1], [0.3 + 1e-15, 1, 0], [0.1, 0, 1]])
    assert run(correlation=correlation)[0.5] == pytest.approx(
        run(correlation=np.tril(correlation) + np.tril(correlation, -1).T)[0.5]
    )


@pytest.mark.parametrize("place", [(0, 0), (0, 1)])
def test_correlations_may_be_off_by_a_billionth(place: tuple[int, int]) -> None:
    off = np.zeros((3, 3))
    off[place] = 1
    assert run(correlation=np.eye(3) + 0.9e-9 * off)[0.5] == pytest.approx(run()[0.5], rel=1e-6)
    with pytest.raises(RangeError, match="correlation row 1: "):
        run(correlation=np.eye(3) + 1.1e-9 * off)


def test_a_correlation_of_a_billionth_may_be_missing_on_the_other_side() -> None:
    assert run(correlation=[[1, 1e-9, 0], [0, 1, 0], [0, 0, 1]]) == run()


@given(st.integers(1, 6), st.integers(0, 1000))
def test_mixing_makes_the_correlations(size: int, seed: int) -> None:
    factors = np.random.default_rng(seed).normal(size=(size, 2))  # two factors: more elements depend on each other
    factors /= np.linalg.norm(factors, axis=1, keepdims=True)
    mixing = mixing_of(factors @ factors.T, size)
    assert mixing @ mixing.T == pytest.approx(factors @ factors.T, abs=1e-7)
    assert np.array_equal(mixing, np.tril(mixing))


def test_mixing_by_hand() -> None:
    # x, the same x again, and y correlated by 0.6 with it: y = 0.6 x + 0.8 z.
    assert mixing_of(np.array([[1, 1, 0.6], [1, 1, 0.6], [0.6, 0.6, 1]]), 3).tolist() == [
        *([1, 0, 0], [1, 0, 0], [0.6, 0, pytest.approx(0.8)])
    ]
    # Of y and z correlated by 0.5 and each with x: z = 0.6 x + (0.5 − 0.36) ÷ 0.8 of what is new in y, and a rest.
    lower = mixing_of(np.array([[1, 0.6, 0.6], [0.6, 1, 0.5], [0.6, 0.5, 1]]), 3)
    assert lower[2, :2].tolist() == pytest.approx([0.6, 0.175])
    assert lower[2, 2] == pytest.approx((1 - 0.6**2 - 0.175**2) ** 0.5)


def test_correlations_may_contradict_each_other_by_a_billionth_for_each_element() -> None:
    assert mixing_of(np.array([[1, 1 + 0.9e-9], [1 + 0.9e-9, 1]]), 2)[1].tolist() == pytest.approx([1, 0])
    with pytest.raises(RangeError, match="contradict each other"):
        mixing_of(np.array([[1, 1 + 2.1e-9], [1 + 2.1e-9, 1]]), 2)


def test_several_statistics_of_the_same_draws() -> None:
    statistics = ("drivers", "summary", "above:3000", "drivers")
    together = simulations(sotp_value, MODES, LOWS, HIGHS, statistics)
    assert together == [simulate(sotp_value, MODES, LOWS, HIGHS, statistic=each) for each in statistics]


# Draws that fail.


def test_draws_without_a_result_are_counted_and_left_out() -> None:
    # A net profit between −10 and 30, most likely 5, on a value of 100: a loss has no multiple.
    case, lows, highs = {"value": 100, "metric": 5}, {"metric": -10}, {"metric": 30}
    table = simulate(multiple, case, lows, highs, 4096)
    lost = beta.cdf(0.25, 1 + 4 * 0.375, 5 - 4 * 0.375)
    assert table[-2] == ["Draws", 4096]
    assert table[-1] == ["Failed draws", pytest.approx(4096 * lost, abs=3)]
    median = 100 / (-10 + 40 * beta.ppf(lost + (1 - lost) / 2, 2.5, 3.5))
    assert found(table)[0.5] == pytest.approx(median, rel=1e-2)
    failures = table[-1][1]
    assert sum(row[2] for row in simulate(multiple, case, lows, highs, 4096, 1, "histogram")[1:-2]) == 4096 - failures
    drivers = simulate(multiple, case, lows, highs, 4096, 1, "drivers")
    assert drivers[1:] == [["metric", pytest.approx(-1)], ["Draws", 4096], ["Failed draws", failures]]


def test_where_every_draw_fails_the_error_is_that_of_the_first() -> None:
    with pytest.raises(CellError, match=r"^all 100 draws failed: n\.m\.: the metric is zero or negative$") as raised:
        simulate(multiple, {"value": 1, "metric": -2}, {"metric": -3}, {"metric": -1}, 100)
    assert raised.value.excel == "#N/A"
    with pytest.raises(CellError, match="all 100 draws failed: #REF! in the input") as raised:
        simulate(sotp_value, MODES | {"discount": CELL_ERRORS["#REF!"]}, LOWS, HIGHS, 100)
    assert raised.value.excel == "#REF!"
    with pytest.raises(CellError, match="all 100 draws failed: probabilities: their sum must stay 1") as raised:
        simulate(
            scenario_value,
            {"values": [1, 2], "probabilities": [0.5, 0.5]},
            {"probabilities[1]": 0.1},
            {"probabilities[1]": 0.6},
            100,
        )
    assert raised.value.excel == "#NUM!"


def test_where_draws_fail_for_several_reasons_the_first_ones_is_told() -> None:
    @broadcasts
    def failing(x: Number) -> Number:
        return np.where(np.arange(x.size) == 0, NOT_MEANINGFUL, OUT_OF_RANGE)

    with pytest.raises(CellError, match=r"^all 100 draws failed: n\.m\."):
        simulate(failing, {"x": 1}, {"x": 0}, {"x": 2}, 100)


def test_a_result_beyond_all_numbers_is_a_failed_draw() -> None:
    @broadcasts
    def huge(x: Number) -> Number:
        return np.where(x > 0, np.exp(1000 * x), 1.0)

    table = simulate(huge, {"x": 0}, {"x": -1}, {"x": 1}, 1024)
    assert table[-1][1] == pytest.approx(1024 * (1 - beta.cdf((0.709 + 1) / 2, 3, 3)), abs=3)


def test_one_failed_draw_of_thousands_is_shown() -> None:
    @broadcasts
    def strict(x: Number) -> Number:
        return np.where(x == x.max(), NOT_MEANINGFUL, x)

    assert simulate(strict, {"x": 0}, {"x": -1}, {"x": 1}, 8192)[-1] == ["Failed draws", 1]


def test_a_growth_above_the_rate_fails_alone() -> None:
    table = simulate(
        gordon_value, {"cash_flow": 10, "rate": 0.1, "growth": 0.05}, {"growth": 0}, {"growth": 0.12}, 1000
    )
    assert 0 < table[-1][1] < 100
    assert same(float(gordon_value(10, 0.1, 0.11)), OUT_OF_RANGE)


# What is refused.


@pytest.mark.parametrize(
    ("lows", "highs", "message"),
    [
        ({"net_debt": 101}, {"net_debt": 400}, "net_debt: its low 101 is above its most likely value 100"),
        ({"net_debt": 0}, {"net_debt": 99.5}, "net_debt: its most likely value 100 is above its high 99.5"),
        (
            {"multiples": [1, None, 21]},
            {"multiples": [3, None, 25]},
            "multiples[3]: its low 21 is above its most likely value 20",
        ),
        ({"stakes": 0.5}, {"stakes": 0.9}, "stakes: its most likely value 1 is above its high 0.9"),
        ({"net_debt": -math.inf}, {"net_debt": 400}, "net_debt: its low, most likely or high value is infinite"),
        ({"net_debt": 0}, {"net_debt": math.inf}, "net_debt: its low, most likely or high value is infinite"),
    ],
)
def test_ends_on_the_wrong_side_of_the_mode_are_refused_by_name(
    lows: dict[str, Any], highs: dict[str, Any], message: str
) -> None:
    with pytest.raises(RangeError) as raised:
        simulate(sotp_value, MODES, lows, highs)
    assert str(raised.value) == message


def test_ends_without_a_most_likely_value_are_refused() -> None:
    with pytest.raises(CellError, match="x: has a low and a high, but no most likely value"):
        simulate(one, {}, {"x": 1}, {"x": 2})
    with pytest.raises(
        CellError, match="x: has a low and a high, but no most likely value: #DIV/0! in the input"
    ) as raised:
        simulate(one, {"x": CELL_ERRORS["#DIV/0!"]}, {"x": 1}, {"x": 2})
    assert raised.value.excel == "#DIV/0!"


@pytest.mark.slow
def test_a_thousand_elements_may_be_uncertain() -> None:
    ones = [1.0] * 1000
    case = {"metrics": ones, "multiples": 1}
    assert found(simulate(sotp_value, case, {"metrics": ones}, {"metrics": ones}, 100))[0.5] == 1000


def test_more_than_a_thousand_uncertain_elements_are_refused() -> None:
    case, ends = {"metrics": [1.0] * 1001, "multiples": 1}, {"metrics": [1.0] * 1001}
    with pytest.raises(ShapeError, match=r"^lows: 1,001 elements are uncertain, more than 1,000$"):
        simulate(sotp_value, case, ends, ends)


def test_something_must_be_uncertain() -> None:
    with pytest.raises(MissingError, match="no argument has a low and a high"):
        simulate(sotp_value, MODES, {}, {"multiples": [BLANK, BLANK, BLANK]})


@pytest.mark.parametrize("draws", [FEWEST_DRAWS - 1, MOST_DRAWS + 1, 1000.5, 0, -5])
def test_too_few_and_too_many_draws_are_refused(draws: float) -> None:
    with pytest.raises(RangeError, match=r"draws: [\d,.-]+ is (not a whole number from 100 to 1,048,576|out of range)"):
        run(draws=draws)


@pytest.mark.parametrize("draws", [FEWEST_DRAWS, 8192, 8193])
def test_any_number_of_draws_between_will_do(draws: int) -> None:
    assert run(draws=draws)["Draws"] == draws


def test_as_many_draws_as_a_sheet_has_rows_will_do() -> None:
    assert found(simulate(one, {"x": 12}, {"x": 10}, {"x": 20}, MOST_DRAWS))[0.5] == (
        pytest.approx(10 + 10 * beta.ppf(0.5, 1.8, 4.2), abs=1e-5)
    )


@pytest.mark.parametrize("seed", [-1, 1.5, 2.0**53 + 2])
def test_a_seed_is_a_whole_number(seed: float) -> None:
    with pytest.raises(
        RangeError, match=r"seed: .* is (not a whole number from 0 to 9,007,199,254,740,992|out of range)"
    ):
        run(seed=seed)


def test_draws_and_seed_are_one_number_each() -> None:
    with pytest.raises(ShapeError, match="seed: is 2: a table is laid out for one case"):
        run(seed=[1, 2])
    with pytest.raises(ShapeError, match="draws: is 1: a table is laid out for one case"):
        run(draws=[1000])
    with pytest.raises(CellError, match="draws: #REF! in the input"):
        run(draws=CELL_ERRORS["#REF!"])


@pytest.mark.parametrize("statistic", ["median", "above", "above:", "drivers:3", "", 5])
def test_a_statistic_that_is_not_there_is_refused(statistic: object) -> None:
    with pytest.raises(ChoiceError) as raised:
        simulate(sotp_value, MODES, LOWS, HIGHS, statistic=statistic)
    named = "quantiles, summary, tail, drivers, histogram or above:450"
    assert str(raised.value) == f"statistic: {statistic!r} is not one of {named}"


def test_a_price_that_is_no_number_is_refused() -> None:
    with pytest.raises(NotANumberError, match="statistic: the price after above: 'dear' is not a number"):
        run("above:dear")


def test_a_function_that_gives_a_table_is_refused() -> None:
    with pytest.raises(ChoiceError, match="sotp_table does not return a single number"):
        simulate(sotp_table, MODES, LOWS, HIGHS)


def test_the_function_is_called_on_blocks_and_never_on_one_draw() -> None:
    sizes = []

    @broadcasts
    def total(parts: Moneys) -> Money:
        sizes.append(parts.shape)
        return parts.sum(axis=-1)

    simulate(total, {"parts": [1, 2]}, {"parts": [0, 1]}, {"parts": [2, 3]}, 20_000)
    assert sizes == [(8192, 2)] * 3


def test_drivers_are_the_ranks_of_what_was_drawn() -> None:
    drawn = []

    @broadcasts
    def noted(x: Number, y: Number) -> Number:
        result = x * x + y
        drawn.append((x.copy(), y.copy(), result))
        return result

    rows = simulate(noted, {"x": 1, "y": 2}, {"x": -1, "y": 0}, {"x": 2, "y": 3}, 8192, 1, "drivers")
    ((x, y, result),) = drawn
    ranks = [rankdata(each) for each in (x, y, result)]
    wanted = np.corrcoef(ranks)[2, :2]
    assert found(rows)["x"] == pytest.approx(wanted[0], abs=1e-12)
    assert found(rows)["y"] == pytest.approx(wanted[1], abs=1e-12)
