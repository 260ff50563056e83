"""Sum of the parts."""

import math
from random import Random
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasons import number_of
from strategies import amounts, fractions, money, multiples
from valuation.kernel.errors import NOT_MEANINGFUL, ZERO_DENOMINATOR, MissingError, ShapeError
from valuation.sotp import implied_discount, segment_value, sotp_range, sotp_table, sotp_value, stub_multiple

# Mutants of sotp.py that survive: `strict` of the zip in `sotp_table`, whose columns are of one length; and
# `metrics <= 0` in `sotp_range`, since nothing times a multiple is nothing.

Part: TypeAlias = tuple[float, float, float]

parts = st.lists(st.tuples(money, multiples, fractions), min_size=1, max_size=12)


def value(group: list[Part], net_debt: float = 0.0, discount: float = 0.0) -> float:
    metrics, multiples, stakes = zip(*group, strict=True)
    result = sotp_value(metrics, multiples, stakes, net_debt, discount)
    assert isinstance(result, float)
    return result


def close(one: float, other: float, group: list[Part], net_debt: float = 0.0) -> bool:
    """Equal to 1e-9 of the largest figure on the way: parts that cancel leave no digits to compare."""
    scale = math.fsum(abs(metric * multiple) for metric, multiple, _ in group) + abs(net_debt)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9 * scale)


# By hand


def test_the_parts_of_source_b_make_4031_2_and_not_the_3551_it_prints() -> None:
    assert sotp_value([806, 234, 99], [2.0, 2.3, 19.0]) == 1612 + 538.2 + 1881 == 4031.2


def test_stakes_net_debt_and_discount() -> None:
    # 100 × 10 × 0.5 + 50 × 4 × 1 = 700; less 200 of debt is 500; a fifth off is 400.
    assert sotp_value([100, 50], [10, 4], [0.5, 1], net_debt=200, discount=0.2) == 400
    assert segment_value(100, 10, 0.5) == 500


def test_one_metric_and_one_base_multiple_are_for_every_part_of_a_range() -> None:
    assert sotp_range(100, [1, 2], 3, [4, 5]).tolist() == [300, 600, 900]


def test_the_discount_is_on_the_equity_and_not_on_the_enterprise() -> None:
    assert sotp_value([100], [10], net_debt=400, discount=0.1) == 540  # 500 would be 900 − 400


def test_the_discount_at_which_the_market_trades() -> None:
    assert implied_discount(4000, 3000) == 0.25
    assert implied_discount(4000, 5000) == -0.25
    assert number_of(implied_discount(0, 100)) == number_of(ZERO_DENOMINATOR)


def test_what_the_market_pays_for_the_part_left_over() -> None:
    # 1,000 paid, 600 of it for the known part: 400 on a metric of 50 is 8×.
    assert stub_multiple(1000, [100], [6], 50) == 8
    assert stub_multiple(500, [100], [6], 50) == -2
    # 1,000 of equity and 200 of debt, less half of 400 and all of 100: 900 for a metric of 30.
    assert stub_multiple(1000, [100, 50], [4, 2], 30, [0.5, 1], 200) == 30
    assert number_of(stub_multiple(1000, [100], [6], 0)) == number_of(ZERO_DENOMINATOR)
    # -50 ÷ -10 is not 5 times a loss
    assert number_of(stub_multiple(100, [150], [1], -10)) == number_of(NOT_MEANINGFUL)


# What must hold


@given(parts, money, fractions, st.randoms(use_true_random=False))
def test_the_order_of_the_parts_does_not_matter(
    group: list[Part], net_debt: float, discount: float, random: Random
) -> None:
    shuffled = random.sample(group, len(group))
    assert value(shuffled, net_debt, discount) == value(group, net_debt, discount)


@given(parts, parts)
def test_the_value_of_a_union_is_the_sum_of_the_values(one: list[Part], other: list[Part]) -> None:
    assert close(value(one + other), value(one) + value(other), one + other)


@given(parts, fractions, st.data())
def test_splitting_a_part_is_neutral(group: list[Part], share: float, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(group) - 1))
    metric, multiple, stake = group[place]
    halves = [(metric * share, multiple, stake), (metric * (1 - share), multiple, stake)]
    assert close(value(group[:place] + halves + group[place + 1 :]), value(group), group)


@given(parts, parts, fractions)
def test_nested_equals_flat(own: list[Part], held: list[Part], stake: float) -> None:
    nested = [*own, (value(held), 1.0, stake)]
    flat = own + [(metric, multiple, each * stake) for metric, multiple, each in held]
    assert close(value(nested), value(flat), own + held)


@given(parts, money, multiples)
def test_a_part_that_is_not_owned_is_worth_nothing(group: list[Part], metric: float, multiple: float) -> None:
    assert value([*group, (metric, multiple, 0.0)]) == value(group)


@given(parts, money, st.data())
def test_linear_in_each_stake(group: list[Part], net_debt: float, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(group) - 1))
    metric, multiple, _ = group[place]

    def owned(stake: float) -> float:
        return value([*group[:place], (metric, multiple, stake), *group[place + 1 :]], net_debt)

    low, high, share = data.draw(st.tuples(fractions, fractions, fractions))
    between = owned(low) * share + owned(high) * (1 - share)
    assert close(owned(low * share + high * (1 - share)), between, group, net_debt)


@given(parts, money, fractions, fractions)
def test_falling_in_the_discount(group: list[Part], net_debt: float, one: float, other: float) -> None:
    low, high = sorted([one, other])
    equity = value(group, net_debt)
    assert value(group, net_debt, low) >= value(group, net_debt, high)
    # A discount cannot make the equity of a company that owes more than it has any better.
    assert close(value(group, net_debt, low), equity * (1 - low) if equity > 0 else equity, group, net_debt)


@given(parts, money, fractions, st.sampled_from([1e4, 1e6, 1e8]))
def test_units_rescale_together(group: list[Part], net_debt: float, discount: float, unit: float) -> None:
    counted = [(metric / unit, multiple, stake) for metric, multiple, stake in group]
    assert close(value(counted, net_debt / unit, discount) * unit, value(group, net_debt, discount), group, net_debt)


@given(parts, money, fractions, st.floats(0.01, 100))
def test_in_a_second_currency_the_value_is_converted_and_no_multiple_changes(
    group: list[Part], net_debt: float, discount: float, rate: float
) -> None:
    abroad = [(metric / rate, multiple, stake) for metric, multiple, stake in group]
    assert close(value(abroad, net_debt / rate, discount) * rate, value(group, net_debt, discount), group, net_debt)


@given(parts, money, fractions, st.lists(st.tuples(multiples, multiples), min_size=12, max_size=12))
def test_the_range_is_three_sums_in_a_row(
    group: list[Part], net_debt: float, discount: float, ends: list[tuple[float, float]]
) -> None:
    metrics, base, stakes = zip(*group, strict=True)
    low, high = zip(*ends[: len(group)], strict=True)
    row = sotp_range(metrics, low, base, high, stakes, net_debt, discount)
    pairs = zip(metrics, low, high, strict=True)
    # Of costs the larger multiple gives the lower value.
    turned = [(max(pair), min(pair)) if metric < 0 else (pair[0], pair[1]) for metric, *pair in pairs]
    low, high = zip(*turned, strict=True)
    alone = [sotp_value(metrics, each, stakes, net_debt, discount) for each in (low, base, high)]
    assert row.tolist() == alone


@given(st.lists(st.tuples(amounts, *[multiples] * 3), min_size=1, max_size=12), money, fractions)
def test_the_range_is_ordered_as_its_multiples_are(
    group: list[tuple[float, float, float, float]], net_debt: float, discount: float
) -> None:
    metrics = [metric for metric, *_ in group]
    low, base, high = zip(*(sorted(each) for _, *each in group), strict=True)
    row = sotp_range(metrics, low, base, high, net_debt=net_debt, discount=discount)
    assert row.tolist() == sorted(row)


@given(st.floats(1, 1e12), st.floats(-1, 0.99))
def test_the_implied_discount_leads_back_to_the_market_value(worth: float, discount: float) -> None:
    assert implied_discount(worth, worth * (1 - discount)) == pytest.approx(discount, abs=1e-12)


@given(parts, st.floats(1, 1e12), st.floats(0, 100))
def test_the_stub_at_its_multiple_completes_the_whole(group: list[Part], metric: float, multiple: float) -> None:
    metrics, known, _ = zip(*group, strict=True)
    whole = sotp_value([*metrics, metric], [*known, multiple])
    found = stub_multiple(whole, metrics, known, metric)
    assert close(found * metric, multiple * metric, [*group, (metric, abs(multiple), 1.0)])


# The table


@given(parts, money, fractions)
def test_the_table_lays_out_what_the_value_is_made_of(group: list[Part], net_debt: float, discount: float) -> None:
    names = [f"part {number}" for number in range(len(group))]
    metrics, multiples, stakes = zip(*group, strict=True)
    table = sotp_table(names, metrics, multiples, stakes, net_debt, discount)
    assert table[0] == ["Part", "Metric", "Multiple", "Stake", "Value", "Share"]
    rows, bridge = table[1 : 1 + len(group)], table[1 + len(group) :]
    assert [row[0] for row in rows] == names
    assert [tuple(row[1:4]) for row in rows] == group
    assert [row[4] for row in rows] == [segment_value(*part) for part in group]
    assert [row[0] for row in bridge] == ["Sum of the parts", "Net debt", "Holding discount", "Equity value"]
    gross, debt, off, equity = (row[4] for row in bridge)
    assert (gross, debt, equity) == (value(group), -net_debt, value(group, net_debt, discount))
    assert close(gross + debt + off, equity, group, net_debt)
    if gross:
        assert [row[5] for row in rows] == [row[4] / gross for row in rows]
    else:
        assert all(number_of(row[5]) == number_of(ZERO_DENOMINATOR) for row in rows)


def test_a_table_by_hand() -> None:
    assert sotp_table(["Phones", "IoT"], [100, 50], [10, 4], [0.5, 1], net_debt=200, discount=0.2)[1:] == [
        ["Phones", 100.0, 10.0, 0.5, 500.0, 500 / 700],
        ["IoT", 50.0, 4.0, 1.0, 200.0, 200 / 700],
        ["Sum of the parts", None, None, None, 700.0, None],
        ["Net debt", None, None, None, -200.0, None],
        ["Holding discount", None, None, None, -100.0, None],
        ["Equity value", None, None, None, 400.0, None],
    ]


def test_a_part_without_a_value_leaves_the_sum_without_one_too() -> None:
    table = sotp_table(["Phones", "IoT"], [100, 50], [10, NOT_MEANINGFUL])
    assert [row[4] for row in table[1:2]] == [1000.0]
    assert [number_of(row[4]) for row in (table[2], table[3], table[6])] == [number_of(NOT_MEANINGFUL)] * 3


def test_the_table_needs_a_name_a_part() -> None:
    with pytest.raises(ShapeError, match="names has 2 and metrics has 3"):
        sotp_table(["Phones", "IoT"], [1, 2, 3], [1, 1, 1])
    with pytest.raises(MissingError, match="names row 2: is blank"):
        sotp_table(["Phones", ""], [1, 2], [1, 1])
    assert [row[0] for row in sotp_table(["Phones", "IoT"], [7], [1])[1:3]] == ["Phones", "IoT"]


def test_no_debt_is_a_plain_zero() -> None:
    [debt] = [row[4] for row in sotp_table(["Phones"], [100], [10]) if row[0] == "Net debt"]
    assert math.copysign(1, debt) == 1


def test_a_universe_of_companies_at_once() -> None:
    metrics = np.arange(1.0, 7.0).reshape(2, 3)
    assert sotp_value(metrics, [2, 2, 2], net_debt=[2, 10], discount=[[0.0], [0.5]]).tolist() == [[10, 20], [5, 10]]


def test_a_discount_on_gross_assets_by_hand() -> None:
    # 1,000 of assets less 20 % are 800; less 300 of debt 500. On the equity value: 0.8 × 700 = 560.
    parts: dict[str, Any] = {"metrics": [60, 40], "net_debt": 300, "discount": 0.2}
    assert sotp_value(multiples=[10, 10], **parts) == pytest.approx(560)
    assert sotp_value(multiples=[10, 10], gross_discount=True, **parts) == pytest.approx(500)
    row = sotp_range(low=[5, 5], base=[10, 10], high=[20, 20], gross_discount=True, **parts)
    assert row.tolist() == pytest.approx([100, 500, 1300])
    table = sotp_table(["A", "B"], multiples=[10, 10], gross_discount=True, **parts)
    assert [(line[0], line[4]) for line in table[3:]] == [
        ("Sum of the parts", 1000.0),
        ("Holding discount", pytest.approx(-200)),
        ("Net debt", -300.0),
        ("Equity value", pytest.approx(500)),
    ]
    # Assets of 200 that leave −100 after debt of 300 have no discount, whatever the market pays.
    assert number_of(implied_discount(-100, 50, 300)) == number_of(NOT_MEANINGFUL)
    assert number_of(implied_discount(100, 50, -300)) == number_of(NOT_MEANINGFUL)
    # The discount that the market price says is the one that was taken.
    assert implied_discount(700, 500, 300) == pytest.approx(0.2)
    assert implied_discount(700, 560) == pytest.approx(0.2)
    assert sotp_value(multiples=[-0.0, 0], gross_discount=True, **parts) == -300.0


def test_the_range_of_a_negative_metric_runs_from_low_to_high() -> None:
    # 100 at 5, 8 and 10 times; costs of 20 at 6, 7 and 9 times take 120, 140 and 180: the low takes the most.
    expected = [500 - 180, 800 - 140, 1000 - 120]
    assert sotp_range([100, -20], [5, 6], [8, 7], [10, 9]).tolist() == expected
    assert sotp_range([100, -20], [5, 9], [8, 7], [10, 6]).tolist() == expected  # ends named by value


@given(
    st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(0, 50), st.floats(0, 50), st.floats(0, 50)), min_size=1),
    st.floats(-1e9, 1e9),
)
def test_a_range_runs_from_low_to_high_whatever_the_signs(
    parts: list[tuple[float, float, float, float]], debt: float
) -> None:
    metrics = [part[0] for part in parts]
    low, base, high = zip(*(sorted(part[1:]) for part in parts), strict=True)
    row = sotp_range(metrics, low, base, high, net_debt=debt)
    dust = 1e-12 * (sum(abs(metric) * 50 for metric in metrics) + abs(debt))
    assert row[0] <= row[1] + dust
    assert row[1] <= row[2] + dust
