"""Attribution of a change: Shapley's shares by hand, and the properties that define them."""

import math
from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.attribution import why_moved
from valuation.conversion import round_price
from valuation.intrinsic import gordon_value
from valuation.kernel.broadcast import Floats, broadcasts
from valuation.kernel.errors import BLANK, NOT_MEANINGFUL, OUT_OF_RANGE, CellError, ChoiceError, ShapeError
from valuation.kernel.units import Number
from valuation.lifetime import user_lifetime_value
from valuation.multiples import multiple, peer_multiple
from valuation.numerics.shapley import MOST_EXACT, States, all_states, exact, owen, shapley
from valuation.returns import irr_of_flows
from valuation.scenarios import scenario_value
from valuation.sotp import sotp_value

NUMBERS = st.floats(-1000, 1000).map(lambda number: round(number, 3))


NOTES = {"pre_money": 10e6, "raised": 2e6, "shares": 1e6, "invested": [1e6, 5e5]}


def shares(rows: list[list[Any]]) -> dict[str, float]:
    return {row[0]: row[3] for row in rows[2:]}


def table_game(values: Floats) -> Any:  # noqa: ANN401 - a game
    def game(states: States) -> Floats:
        return np.asarray(values[states @ (1 << np.arange(states.shape[1]))])

    return game


def by_all_orders(values: Floats, players: int) -> list[float]:
    """Shapley's rule as it is defined: the mean over all orders of what each adds."""
    found = [0.0] * players
    for order in permutations(range(players)):
        state = 0
        for player in order:
            found[player] += values[state | 1 << player] - values[state]
            state |= 1 << player
    return [total / math.factorial(players) for total in found]


@given(st.integers(1, 5).flatmap(lambda n: st.lists(NUMBERS, min_size=2**n, max_size=2**n)))
def test_the_shares_are_the_mean_over_all_orders(values: list[float]) -> None:
    table = np.array(values)
    players = len(values).bit_length() - 1
    assert exact(table) == pytest.approx(by_all_orders(table, players), abs=1e-9)
    assert math.fsum(exact(table)) == pytest.approx(values[-1] - values[0], rel=1e-9, abs=1e-9)


@given(st.lists(NUMBERS, min_size=64, max_size=64))
def test_the_shares_of_a_group_add_up_to_what_the_group_has_as_one(values: list[float]) -> None:
    game = table_game(np.array(values))
    groups = [[0, 3], [1], [2, 4, 5]]

    def of_groups(states: States) -> Floats:
        whole = np.zeros((len(states), 6), np.bool_)
        for place, group in enumerate(groups):
            whole[:, group] = states[:, [place]]
        return np.asarray(game(whole))

    found = owen(game, groups).shares
    assert [math.fsum(found[group]) for group in groups] == pytest.approx(shapley(of_groups, 3).shares, abs=1e-9)


@given(st.lists(NUMBERS, min_size=256, max_size=256))
def test_groups_are_exact_where_their_members_are_estimated(values: list[float]) -> None:
    game = table_game(np.array(values))
    groups = [[0, 3, 7], [1], [2, 4, 5, 6]]
    found, expected = owen(game, groups, most=20), owen(game, groups)
    assert found.whole_groups
    assert found.errors[1] == 0
    for group in groups:
        assert math.fsum(found.shares[group]) == pytest.approx(math.fsum(expected.shares[group]), abs=1e-9)
    assert not owen(game, groups, most=20, between=4).whole_groups


def test_groups_of_one_are_no_groups() -> None:
    values = np.random.default_rng(1).normal(size=32)
    assert owen(table_game(values), [[n] for n in range(5)]).shares == pytest.approx(exact(values))


def test_large_groups_are_estimated_within_their_errors() -> None:
    weights = np.random.default_rng(3).normal(size=16)

    def squared_and_all_of_three(states: States) -> Floats:
        return np.asarray((states @ weights) ** 2 + states[:, :3].all(axis=1))

    found = owen(squared_and_all_of_three, [range(11), range(11, 16)])
    # Of the square of a sum, player i has w_i times the sum, whatever the groups; the three share their 1 equally.
    by_hand = weights * weights.sum() + np.where(np.arange(16) < 3, 1 / 3, 0)
    assert (found.errors[:3] > 0).all()
    assert (np.abs(found.shares - by_hand) <= 4 * found.errors + 1e-9).all()
    assert math.fsum(found.shares) == pytest.approx(weights.sum() ** 2 + 1, rel=1e-9)


def games(seed: int, players: int) -> dict[str, Callable[[States], Floats]]:
    """Games with joint effects of many players, whose exact shares all 2ⁿ states give."""
    generator = np.random.default_rng(seed)
    weights, factors = generator.normal(size=players), generator.lognormal(0, 0.3, players)
    half = players // 2
    top, bottom = np.abs(weights[:half]), np.abs(weights[half:])
    return {
        "product": lambda states: np.where(states, factors, 1).prod(axis=1),
        "maximum": lambda states: np.where(states, weights, -weights[::-1]).max(axis=1),
        "option": lambda states: np.maximum(states @ weights - weights[0], 0),
        "quotient": lambda states: (5 + states[:, :half] @ top) / (2 + states[:, half:] @ bottom),
        "majority": lambda states: (states.sum(axis=1) > half).astype(float),
        "all of them": lambda states: states.all(axis=1).astype(float),
        "median": lambda states: np.median(np.where(states, weights, weights[::-1] + 0.3), axis=1),
    }


@pytest.mark.parametrize("name", games(0, MOST_EXACT + 1))
def test_the_stated_error_of_an_estimate_is_its_error(name: str) -> None:
    """Of many shares, each within 4 standard errors, the mean square in standard errors is about 1."""
    players, distances = MOST_EXACT + 1, []
    for seed in range(3):
        game = games(seed, players)[name]
        expected, found = exact(game(all_states(players))), shapley(game, players)
        assert math.fsum(found.shares) == pytest.approx(math.fsum(expected), rel=1e-9, abs=1e-12)
        largest = np.abs(expected).max()
        away = np.abs(found.shares - expected)
        assert (away <= 4 * found.errors + 1e-9 * largest).all()
        estimated = found.errors > 1e-9 * largest
        distances += (away[estimated] / found.errors[estimated]).tolist()
    assert 0.6 < np.sqrt(np.mean(np.square(distances))) < 1.5


def test_a_price_and_a_quantity_share_their_joint_effect() -> None:
    rows = why_moved(sotp_value, {"metrics": [10], "multiples": [2]}, {"metrics": [20], "multiples": [3]})
    # From 20 to 60: the metric alone adds 20, the multiple alone 10, both together 10 more, half to each.
    assert rows[1] == ["Result", 20.0, 60.0, 40.0, 0.0]
    assert shares(rows) == {"metrics": 25.0, "multiples": 15.0}


@given(st.lists(NUMBERS, min_size=9, max_size=9), st.lists(NUMBERS, min_size=9, max_size=9))
def test_the_shares_add_up_and_go_back(old: list[float], new: list[float]) -> None:
    one, two = ({"metrics": v[:4], "multiples": [abs(x) for x in v[4:8]], "net_debt": v[8]} for v in (old, new))
    there, back = why_moved(sotp_value, one, two), why_moved(sotp_value, two, one)
    size = max(abs(there[1][1]), abs(there[1][2]), *(abs(s) for s in shares(there).values()), 1e-6)
    assert math.fsum(shares(there).values()) == pytest.approx(there[1][3], rel=1e-9, abs=1e-12 * size)
    assert shares(back) == pytest.approx({name: -share for name, share in shares(there).items()}, abs=1e-9 * size)


def test_equal_changes_have_equal_shares_and_the_order_does_not_matter() -> None:
    old, new = {"metrics": [5, 5], "multiples": [2, 2]}, {"metrics": [7, 7], "multiples": [3, 3]}
    found = shares(why_moved(sotp_value, old, new))
    assert found["metrics[1]"] == pytest.approx(found["metrics[2]"], rel=1e-12)
    turned = why_moved(sotp_value, dict(reversed(old.items())), dict(reversed(new.items())))
    assert shares(turned) == found


def test_a_change_without_effect_has_no_share() -> None:
    rows = why_moved(
        sotp_value,
        {"metrics": [10, 5], "multiples": [2, 0], "stakes": [1, 1]},
        {"metrics": [20, 9], "multiples": [3, 0], "stakes": [1, 1]},
    )
    assert shares(rows)["metrics[2]"] == 0
    assert "stakes" not in shares(rows)


def test_many_changes_are_estimated_and_add_up() -> None:
    generator = np.random.default_rng(5)
    old, new = (
        {"metrics": generator.uniform(50, 90, 10).tolist(), "multiples": generator.uniform(1, 9, 10).tolist()}
        for _ in range(2)
    )
    rows = why_moved(sotp_value, old, new)
    found = shares(rows)
    assert len(found) == 20 > MOST_EXACT
    assert math.fsum(found.values()) == pytest.approx(rows[1][3], rel=1e-9)
    for n in range(10):
        (m, m2), (x, x2) = ([side[name][n] for side in (old, new)] for name in ("metrics", "multiples"))
        assert found[f"metrics[{n + 1}]"] == pytest.approx((m2 - m) * (x + x2) / 2, rel=1e-9)
        assert found[f"multiples[{n + 1}]"] == pytest.approx((x2 - x) * (m + m2) / 2, rel=1e-9)


def test_probabilities_change_as_one() -> None:
    rows = why_moved(
        scenario_value,
        {"values": [1, 2, 3], "probabilities": [0.2, 0.3, 0.5]},
        {"values": [1, 2, 3], "probabilities": [0.3, 0.3, 0.4]},
    )
    assert rows[2] == ["probabilities", "0.2, 0.5", "0.3, 0.4", pytest.approx(-0.2), 0.0]


def test_a_changed_text_is_a_change_like_a_changed_number() -> None:
    rows = why_moved(peer_multiple, {"multiples": [1, 2, 3, 9]}, {"multiples": [1, 2.5, 3, 9], "statistic": "mean"})
    # Medians 2.5 and 2.75, means 3.75 and 3.875: the multiple adds 0.25 or 0.125, the statistic 1.25 or 1.125.
    assert shares(rows) == pytest.approx({"statistic": 1.1875, "multiples[2]": 0.1875})


def test_nothing_changed() -> None:
    same = {"metrics": [1, 2], "multiples": [3, 4]}
    assert why_moved(sotp_value, same, same)[1:] == [["Result", 11.0, 11.0, 0.0, 0.0]]


def test_a_change_that_cannot_be_attributed_is_an_error() -> None:
    with pytest.raises(ShapeError, match="metrics: has 2 values in old and 3 in new"):
        why_moved(sotp_value, {"metrics": [1, 2], "multiples": 3}, {"metrics": [1, 2, 3], "multiples": 3})
    with pytest.raises(CellError, match="new_arguments: multiple has no value"):
        why_moved(multiple, {"value": 10, "metric": 5}, {"value": 10, "metric": -5})
    with pytest.raises(ChoiceError, match="not an argument"):
        why_moved(sotp_value, {"metric": 1}, {"metrics": 1})


def test_all_states_count_up() -> None:
    assert all_states(3)[6].tolist() == [False, True, True]


def test_the_headings_and_the_order_of_the_rows() -> None:
    rows = why_moved(
        sotp_value,
        {"metrics": [10, 20], "multiples": 2, "net_debt": 5},
        {"metrics": [11, 15], "multiples": [2, 4], "net_debt": 8},
    )
    assert rows == [
        ["Argument", "Old", "New", "Contribution", "Standard error"],
        ["Result", 55.0, 74.0, 19.0, 0.0],
        ["multiples[2]", 2.0, 4.0, 35.0, 0.0],  # 2 × (20 + 15) ÷ 2
        ["metrics[2]", 20.0, 15.0, -15.0, 0.0],  # −5 × (2 + 4) ÷ 2
        ["net_debt", 5.0, 8.0, -3.0, 0.0],
        ["metrics[1]", 10.0, 11.0, 2.0, 0.0],
    ]


def test_what_is_left_out_on_one_side_is_empty_there() -> None:
    forever = {"margin": 10, "retention": 0.5, "discount_rate": 0.25, "timing": "start"}
    # 10 for each year, each 0.5 ÷ 1.25 = 0.4 of the one before: 10 ÷ 0.6 without an end, 10 + 4 of two years.
    there, back = (why_moved(user_lifetime_value, *sides) for sides in permutations([forever, forever | {"years": 2}]))
    assert there[2] == ["years", "", 2.0, pytest.approx(14 - 10 / 0.6), 0.0]
    assert back[2] == ["years", 2.0, "", pytest.approx(10 / 0.6 - 14), 0.0]
    assert len(there) == len(back) == 3


def test_several_numbers_left_out_on_one_side_are_one_text() -> None:
    rows = why_moved(round_price, NOTES, NOTES | {"caps": [8e6, 1 / 3 * 1e7]})
    assert rows[2][:3] == ["caps", "", "8000000, 3333333.333"]
    assert rows[2][3] == rows[1][3] == rows[1][2] - rows[1][1] < 0


def test_two_choices_and_a_number_share_their_joint_effects() -> None:
    old = {"multiples": [1, -1, 2, 9], "statistic": "median", "include_negative": False}
    new = {"multiples": [1, -1, 2, 10], "statistic": "mean", "include_negative": True}
    rows = why_moved(peer_multiple, old, new)
    # By median and by mean of 1, 2 and 9 or 10, then with −1 too; the number changes first, the statistic next.
    values = np.array([2, 2, 4, 13 / 3, 1.5, 1.5, 11 / 4, 3])
    by_hand = dict(zip(["multiples[4]", "statistic", "include_negative"], by_all_orders(values, 3), strict=True))
    assert shares(rows) == pytest.approx(by_hand)
    by_name = {row[0]: row[1:3] for row in rows[2:]}
    assert by_name["statistic"] == ["median", "mean"]
    assert by_name["include_negative"] == [False, True]


def test_blank_parts_that_stay_blank_have_not_changed() -> None:
    rows = why_moved(round_price, NOTES | {"caps": [BLANK, 6e6]}, NOTES | {"caps": [BLANK, 7e6]})
    assert [row[:3] for row in rows[2:]] == [["caps[2]", 6e6, 7e6]]
    assert rows[2][3] == rows[1][3] > 0


def test_a_part_that_was_blank_is_a_change() -> None:
    rows = why_moved(round_price, NOTES | {"caps": [8e6, BLANK]}, NOTES | {"caps": [8e6, 6e6]})
    assert [row[:3] for row in rows[2:]] == [["caps[2]", "", 6e6]]
    assert rows[2][3] == rows[1][3] < 0


def test_the_side_without_a_value_is_named() -> None:
    with pytest.raises(CellError) as raised:
        why_moved(multiple, {"value": 10, "metric": -5}, {"value": 10, "metric": 5})
    assert str(raised.value) == "old_arguments: multiple has no value: n.m.: the metric is zero or negative"
    assert raised.value.excel == "#N/A"


def test_the_first_mixed_state_without_a_value_is_named() -> None:
    @broadcasts
    def fussy(x: Number, y: Number, z: Number) -> Number:
        refused = np.where(z > 1, OUT_OF_RANGE, NOT_MEANINGFUL)
        return np.where((x > 1) & (y > 1) != (z > 1), refused, x + y + z)

    old, new = ({"x": number, "y": number, "z": number} for number in (1, 2))
    with pytest.raises(CellError) as raised:
        why_moved(fussy, old, new)
    assert str(raised.value) == (
        "new_arguments: fussy gives an error when only these changes are made: x, y: "
        "n.m.: the metric is zero or negative"
    )
    assert raised.value.excel == "#N/A"


def test_a_mixed_state_of_the_catalogue_without_a_value() -> None:
    with pytest.raises(
        CellError, match="gordon_value gives an error when only these changes are made: growth: "
    ) as raised:
        why_moved(
            gordon_value, {"cash_flow": 1, "rate": 0.05, "growth": 0}, {"cash_flow": 1, "rate": 0.1, "growth": 0.06}
        )
    assert raised.value.excel == "#NUM!"


@pytest.mark.parametrize("sides", [([-1, 1.1], [1, -0.9]), ([-1, 2 + 1.5e-9], [2 + 1.5e-9, -1])])
def test_numbers_that_fail_one_by_one_and_do_not_sum_to_one_stay_apart(sides: tuple[list[float], list[float]]) -> None:
    # With one flow changed both are paid or both received, and there is no rate.
    with pytest.raises(CellError, match=r"only these changes are made: cash_flows\[1\]: "):
        why_moved(irr_of_flows, *({"cash_flows": side} for side in sides))


def test_numbers_that_fail_one_by_one_and_sum_to_one_change_as_one() -> None:
    rows = why_moved(irr_of_flows, {"cash_flows": [-1, 2]}, {"cash_flows": [2, -1]})
    assert rows[2:] == [["cash_flows", "-1, 2", "2, -1", pytest.approx(-1.5), 0.0]]  # from 100 % to −50 %


def test_a_whole_and_the_values_beside_it() -> None:
    rows = why_moved(
        scenario_value,
        {"values": [1, 2, 3], "probabilities": [0.2, 0.3, 0.5]},
        {"values": [1, 2, 5], "probabilities": [0.1, 0.3, 0.6]},
    )
    # The third value: 2 × (0.5 + 0.6) ÷ 2. The probabilities: 0.1 × (3 − 1 + 5 − 1) ÷ 2.
    assert [row[:3] for row in rows[2:]] == [["values[3]", 3.0, 5.0], ["probabilities", "0.2, 0.5", "0.1, 0.6"]]
    assert list(shares(rows).values()) == pytest.approx([1.1, 0.3])
