"""Simulation of many companies at once: the same as SIMULATE of each, and the same bits in every batch."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import beta

from valuation.batch_simulation import BatchSpread, draws_of, simulate_batch
from valuation.kernel.broadcast import Floats, broadcasts
from valuation.kernel.errors import (
    BLANK,
    NOT_MEANINGFUL,
    OUT_OF_RANGE,
    CellError,
    MissingError,
    RangeError,
    ShapeError,
    reason,
)
from valuation.kernel.units import Number
from valuation.multiples import implied_value, multiple
from valuation.numerics import sampling
from valuation.numerics.batch_sampling import COMPANIES, MOST_DRAWS, points_of
from valuation.numerics.model import Element, Model
from valuation.numerics.sobol import sobol
from valuation.simulation import simulate
from valuation.sotp import sotp_value

PARTS = 3
INPUTS = (
    *(Element("metrics", place) for place in range(PARTS)),
    *(Element("multiples", place) for place in range(PARTS)),
    Element("net_debt"),
)
CORRELATION = 0.6 * np.eye(len(INPUTS)) + 0.4


@broadcasts
def identity(x: Number) -> Number:
    """The input itself."""
    return x


def companies(count: int, seed: int = 0) -> tuple[dict[str, Any], dict[Element, tuple[Floats, Floats]]]:
    """Sums of three parts, of which all is uncertain, each with its own lows and highs."""
    generator = np.random.default_rng(seed)
    arguments = {
        "metrics": generator.uniform(50, 900, (count, PARTS)),
        "multiples": generator.uniform(2, 20, (count, PARTS)),
        "net_debt": generator.uniform(1, 500, count),
    }
    ends = {}
    for element in INPUTS:
        base = arguments[element.argument]
        mode = base if element.place is None else base[:, element.place]
        ends[element] = (mode * generator.uniform(0.3, 1, count), mode * generator.uniform(1, 2, count))
    return arguments, ends


def picked(
    arguments: dict[str, Any], ends: dict[Element, tuple[Floats, Floats]], rows: Sequence[int] | NDArray[np.intp]
) -> tuple[dict[str, Any], dict[Element, tuple[Floats, Floats]]]:
    return (
        {name: value[rows] for name, value in arguments.items()},
        {element: (low[rows], high[rows]) for element, (low, high) in ends.items()},
    )


def spread_bytes(found: BatchSpread, row: int) -> tuple[bytes, ...]:
    values = (found.quantiles, found.mean, found.deviation, found.above, found.failures)
    return tuple(np.ascontiguousarray(each[row]).tobytes() for each in values)


@pytest.mark.parametrize("correlation", [None, CORRELATION], ids=["independent", "correlated"])
@pytest.mark.parametrize("draws", [100, 1000, 20_000])
def test_each_company_has_what_simulate_gives_it(correlation: Floats | None, draws: int) -> None:
    arguments, ends = companies(5)
    points = draws_of(len(INPUTS), draws, 7, correlation)
    found = simulate_batch(sotp_value, arguments, ends, points, probabilities=[0.05, 0.5, 0.95])
    for row in range(5):
        alone = {name: value[row] for name, value in arguments.items()}
        lows = {str(element): low[row] for element, (low, _) in ends.items()}
        highs = {str(element): high[row] for element, (_, high) in ends.items()}
        quantiles: dict[Any, Any] = dict(
            simulate(sotp_value, alone, lows, highs, draws, 7, "quantiles", correlation)[1:]
        )
        summary = dict(simulate(sotp_value, alone, lows, highs, draws, 7, "summary", correlation)[1:])
        assert found.quantiles[row] == pytest.approx([quantiles[p] for p in (0.05, 0.5, 0.95)], rel=1e-9)
        assert found.mean[row] == pytest.approx(summary["Mean"], rel=1e-9)
        assert found.deviation[row] == pytest.approx(summary["Standard deviation"], rel=1e-8)


@settings(max_examples=50)
@given(st.floats(0, 1), st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(0, 2**53))
def test_any_shape_is_within_a_hundred_millionth_of_its_span(place: float, low: float, span: float, seed: int) -> None:
    high = low + span
    mode = min(max(low + place * span, low), high)
    points = draws_of(1, 512, seed)
    probabilities = np.arange(512) / 511
    element = Element("x")
    found = simulate_batch(
        identity,
        {"x": np.array([mode])},
        {element: (np.array([low]), np.array([high]))},
        points,
        probabilities=probabilities.tolist(),
    )
    uncertain = [sampling.Uncertain(element, low, mode, high)]
    table = np.sort(sampling.draw(Model(identity, {"x": mode}), uncertain, sobol(1, seed), 512))
    assert np.abs(found.quantiles[0] - table).max() <= 1e-8 * (high - low) + 1e-12 * max(abs(low), abs(high))
    assert low - 1e-15 * abs(low) <= found.quantiles[0][0]
    assert found.quantiles[0][-1] <= high + 1e-15 * abs(high) + 1e-15 * span


def test_the_median_is_that_of_the_distribution() -> None:
    found = simulate_batch(
        identity,
        {"x": np.array([12.0])},
        {Element("x"): (np.array([10.0]), np.array([20.0]))},
        draws_of(1, MOST_DRAWS),
        prices=np.array([13.5]),
    )
    # m = 0.2: a = 1.8, b = 4.2
    assert found.quantiles[0, 2] == pytest.approx(10 + 10 * beta.ppf(0.5, 1.8, 4.2), abs=2e-3)
    assert found.above[0] == pytest.approx(beta.sf(0.35, 1.8, 4.2), abs=1e-3)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.integers(1, 40), st.data())
def test_a_company_has_the_same_bytes_alone_and_in_any_batch(count: int, data: st.DataObject) -> None:
    arguments, ends = companies(count, seed=count)
    points = draws_of(len(INPUTS), 300, 3, CORRELATION)
    prices = arguments["metrics"].sum(axis=1) * 10
    whole = simulate_batch(sotp_value, arguments, ends, points, prices)
    order = np.array(data.draw(st.permutations(range(count))))
    mixed = simulate_batch(sotp_value, *picked(arguments, ends, order), points, prices[order])
    row = data.draw(st.integers(0, count - 1))
    alone = simulate_batch(sotp_value, *picked(arguments, ends, [row]), points, prices[[row]])
    assert spread_bytes(alone, 0) == spread_bytes(whole, row)
    assert spread_bytes(mixed, int(np.flatnonzero(order == row)[0])) == spread_bytes(whole, row)


def test_a_bad_company_leaves_the_bytes_of_its_neighbours() -> None:
    arguments, ends = companies(2 * COMPANIES)
    points = draws_of(len(INPUTS), 200)
    good = simulate_batch(sotp_value, arguments, ends, points)
    arguments["net_debt"][3] = np.nan
    bad = simulate_batch(sotp_value, arguments, ends, points)
    for row in range(2 * COMPANIES):
        assert (spread_bytes(bad, row) == spread_bytes(good, row)) == (row != 3)


def test_more_draws_begin_with_the_same_ones() -> None:
    few, many = points_of(2, 600, 1), points_of(2, 5000, 1)
    assert few.shares.tobytes() == np.ascontiguousarray(many.shares[:, : few.shares.shape[1]]).tobytes()


def test_without_spread_it_is_the_deterministic_value() -> None:
    arguments, ends = companies(20)
    for element in INPUTS:
        base = arguments[element.argument]
        mode = base if element.place is None else base[:, element.place]
        ends[element] = (mode, mode)
    found = simulate_batch(sotp_value, arguments, ends, draws_of(len(INPUTS), 100))
    exact = sotp_value(**arguments)
    assert found.quantiles == pytest.approx(np.broadcast_to(exact[:, np.newaxis], found.quantiles.shape), rel=1e-12)
    assert found.deviation == pytest.approx(np.zeros(20), abs=1e-9)


def test_one_multiple_for_all_parts_varies_as_one() -> None:
    arguments = {"metrics": np.array([[10.0, 20.0], [30.0, 40.0]]), "multiples": np.array([[2.0], [3.0]])}
    ends = {Element("multiples"): (np.array([1.0, 2.0]), np.array([3.0, 4.0]))}
    found = simulate_batch(sotp_value, arguments, ends, draws_of(1))
    assert found.mean == pytest.approx([30 * 2, 70 * 3], rel=1e-4)


# Draws that fail, and inputs that are wrong.


def test_failed_draws_are_counted_and_left_out() -> None:
    # A metric between −10 and 10 with its mode at 0: half of the draws have no multiple.
    found = simulate_batch(
        multiple,
        {"value": np.array([100.0, 100.0]), "metric": np.array([0.0, 10.0])},
        {Element("metric"): (np.array([-10.0, 5.0]), np.array([10.0, 20.0]))},
        draws_of(1, 1024),
        prices=np.array([10.0, 10.0]),
    )
    assert found.failures.tolist() == [512, 0]
    assert found.above[0] == 1  # each metric below 10 gives more than 10 times
    assert np.isfinite(found.quantiles).all()


def test_where_every_draw_fails_the_reason_is_the_first_draws() -> None:
    found = simulate_batch(
        multiple,
        {"value": np.array([100.0]), "metric": np.array([-5.0])},
        {Element("metric"): (np.array([-10.0]), np.array([-1.0]))},
        draws_of(1, 100),
    )
    assert found.failures.tolist() == [100]
    for value in (found.mean[0], found.deviation[0], *found.quantiles[0]):
        assert reason(float(value)).message.startswith("n.m.")  # type: ignore[union-attr]


@broadcasts
def below_fifteen(x: Number) -> Number:
    """The input itself below 15, else no value: for one reason up to 16, for another above."""
    return np.where(x < 15, x, np.where(x <= 16, NOT_MEANINGFUL, OUT_OF_RANGE))


def test_statistics_beside_failed_draws_are_those_of_simulate() -> None:
    case, lows, highs = {"x": 12.0}, {"x": 10.0}, {"x": 20.0}
    found = simulate_batch(
        below_fifteen,
        {"x": np.array([12.0, 12.0])},
        {Element("x"): (np.array([10.0, 12.0]), np.array([20.0, 12.0]))},
        draws_of(1, 1000, 5),
        prices=np.array([13.5, 12.0]),
        probabilities=[0.05, 0.5, 0.95],
    )
    tables: dict[str, dict[Any, Any]] = {
        statistic: dict(row[:2] for row in simulate(below_fifteen, case, lows, highs, 1000, 5, statistic)[1:])
        for statistic in ("summary", "quantiles", "above:13.5")
    }
    assert found.failures.tolist() == [tables["summary"]["Failed draws"], 0]
    assert 0 < found.failures[0] < 500
    assert found.mean[0] == pytest.approx(tables["summary"]["Mean"], rel=1e-9)
    assert found.deviation[0] == pytest.approx(tables["summary"]["Standard deviation"], rel=1e-8)
    assert found.quantiles[0] == pytest.approx([tables["quantiles"][p] for p in (0.05, 0.5, 0.95)], rel=1e-9)
    assert found.above[0] == tables["above:13.5"]["Probability above 13.5"]
    assert found.above[1] == 0  # 12 is not above 12
    assert found.deviation[1] == 0


def test_of_a_single_draw_there_is_no_deviation() -> None:
    alone = {"x": np.array([12.0])}, {Element("x"): (np.array([10.0]), np.array([20.0]))}
    every = simulate_batch(identity, *alone, draws_of(1, 100), probabilities=(np.arange(100) / 99).tolist())
    least, next_one = every.quantiles[0, :2].tolist()

    @broadcasts
    def the_least(x: Number) -> Number:
        return np.where(x < (least + next_one) / 2, x, NOT_MEANINGFUL)

    found = simulate_batch(the_least, *alone, draws_of(1, 100), prices=np.array([least - 0.01]))
    assert found.failures.tolist() == [99]
    assert found.mean[0] == pytest.approx(least)
    assert found.quantiles[0] == pytest.approx([least] * 5)
    assert found.above[0] == 1
    assert np.isnan(found.deviation[0])


@pytest.mark.parametrize("seed", range(4))
def test_where_draws_fail_for_several_reasons_it_is_that_of_the_first(seed: int) -> None:
    found = simulate_batch(
        below_fifteen,
        {"x": np.array([16.0])},
        {Element("x"): (np.array([15.0]), np.array([17.0]))},
        draws_of(1, 100, seed),
        prices=np.array([1.0]),
    )
    with pytest.raises(CellError) as raised:
        simulate(below_fifteen, {"x": 16}, {"x": 15}, {"x": 17}, 100, seed)
    for value in (found.mean[0], found.deviation[0], found.above[0], *found.quantiles[0]):
        why = reason(float(value))
        assert why is not None
        assert str(raised.value) == f"all 100 draws failed: {why.message}"


def test_without_a_price_or_with_an_error_as_the_price_there_is_no_share_above_it() -> None:
    one = {"x": np.array([12.0, 12.0])}, {Element("x"): (np.array([10.0] * 2), np.array([20.0] * 2))}
    assert np.isnan(simulate_batch(identity, *one, draws_of(1)).above).all()
    found = simulate_batch(identity, *one, draws_of(1), prices=np.array([BLANK, 10.0]))
    assert reason(float(found.above[0])) == reason(BLANK)
    assert found.above[1] == 1


def test_the_quantiles_are_those_of_a_report_by_default() -> None:
    one = {"x": np.array([12.0])}, {Element("x"): (np.array([10.0]), np.array([20.0]))}
    asked = simulate_batch(identity, *one, draws_of(1), probabilities=[0.05, 0.25, 0.5, 0.75, 0.95])
    assert simulate_batch(identity, *one, draws_of(1)).quantiles.tolist() == asked.quantiles.tolist()
    assert draws_of(1).draws == 1000
    assert (
        draws_of(1).shares.tobytes() == draws_of(1, 1000, 1).shares.tobytes() != draws_of(1, 1000, 2).shares.tobytes()
    )


@pytest.mark.parametrize("draws", [99, 65_537])
def test_too_few_or_too_many_draws_are_refused(draws: int) -> None:
    with pytest.raises(RangeError, match=f"^draws: {draws:,} is not a whole number from 100 to 65,536$"):
        draws_of(1, draws)


@pytest.mark.parametrize(("seed", "text"), [(-1, "-1"), (2**53 + 2, r"9\.00719925474099e\+15")])
def test_a_seed_out_of_range_is_refused(seed: int, text: str) -> None:
    with pytest.raises(RangeError, match=f"^seed: {text} is not a whole number from 0 to 9,007,199,254,740,992$"):
        draws_of(1, 100, seed)


@pytest.mark.parametrize(
    ("low", "mode", "high", "message", "nan"),
    [
        (12.0, 10.0, 15.0, "multiple: its low is above its most likely value", OUT_OF_RANGE),
        (5.0, 10.0, 8.0, "multiple: its most likely value is above its high", OUT_OF_RANGE),
        (5.0, 10.0, np.inf, "multiple: its low, most likely or high value is infinite", OUT_OF_RANGE),
        (BLANK, 10.0, 12.0, None, BLANK),
        (8.0, 10.0, BLANK, None, BLANK),
        (8.0, BLANK, 12.0, None, BLANK),
    ],
)
def test_a_bad_input_is_a_reason_of_its_company_alone(
    low: float, mode: float, high: float, message: str | None, nan: float
) -> None:
    found = simulate_batch(
        implied_value,
        {"metric": np.array([100.0, 100.0]), "multiple": np.array([mode, 10.0])},
        {Element("multiple"): (np.array([low, 8.0]), np.array([high, 12.0]))},
        draws_of(1, 100),
    )
    assert reason(float(found.mean[0])) == reason(nan)
    assert found.mean[1] == pytest.approx(1000, rel=1e-3)
    assert {text: mask.tolist() for text, mask in found.faults.items()} == ({message: [True, False]} if message else {})


def test_what_does_not_fit_together_is_refused() -> None:
    ends = {Element("multiple"): (np.array([8.0]), np.array([12.0]))}
    sizes = "metric has 2, multiple has 1, low of multiple has 1, high of multiple has 1"
    with pytest.raises(ShapeError, match=f"^all arrays must hold the same number of companies: {sizes}$"):
        simulate_batch(implied_value, {"metric": np.array([1.0, 2.0]), "multiple": np.array([10.0])}, ends, draws_of(1))
    with pytest.raises(ShapeError, match=r"^points: 1 elements are uncertain, but the draws are for 2$"):
        simulate_batch(implied_value, {"metric": np.array([1.0]), "multiple": np.array([10.0])}, ends, draws_of(2))
    with pytest.raises(MissingError, match=r"^multiple: has a low and a high, but no most likely value$"):
        simulate_batch(implied_value, {"metric": np.array([1.0])}, ends, draws_of(1))
    with pytest.raises(MissingError, match=r"^lows: no argument has a low and a high$"):
        draws_of(0)
    with pytest.raises(RangeError, match=r"^draws: 99 is not a whole number from 100 to 65,536$"):
        draws_of(1, 99)
    with pytest.raises(RangeError, match="correlation row 1: not symmetric"):
        draws_of(2, 100, 1, [[1, 0.5], [0.4, 1]])
