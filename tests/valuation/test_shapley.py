"""How many states a game is asked for, where shares are exact and where they are estimated, and how these add up."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from valuation.kernel.broadcast import Floats
from valuation.numerics.shapley import MOST_EXACT, PAIRS, States, all_states, owen, shapley, with_exact_sum

# Mutants of shapley.py that change no result: `strict` of a zip over a share for each group; another size of the blocks
# of states, in which as many orders fit.

GROUPS = [[0, 3, 7], [1], [2, 4, 5, 6]]  # 2 × 4 states of whole groups, (2³ − 2 + 2⁴ − 2) × 4 within them: 88


class Counted:
    """A game that keeps the states it is asked for."""

    def __init__(self, game: Callable[[States], Floats]) -> None:
        self.game = game
        self.calls: list[States] = []

    def __call__(self, states: States) -> Floats:
        self.calls.append(states)
        return np.asarray(self.game(states), np.float64)

    @property
    def count(self) -> int:
        return sum(map(len, self.calls))


def squared(players: int) -> Counted:
    """The square of a sum of 1, 2, 3, …: player i has i times the whole sum."""
    return Counted(lambda states: (states @ np.arange(1.0, players + 1)) ** 2)


def by_hand(players: int) -> list[float]:
    return [i * players * (players + 1) / 2 for i in range(1, players + 1)]


def test_nobody_has_a_share_of_nothing() -> None:
    game = squared(0)
    assert [each.tolist() for each in shapley(game, 0)[:2]] == [[], []]
    assert game.count == 0


def test_twelve_players_are_exact_with_one_call() -> None:
    game = squared(12)
    parts = shapley(game, 12)
    assert [len(states) for states in game.calls] == [4096]
    assert parts.shares == pytest.approx(by_hand(12), rel=1e-12)
    assert parts.errors.tolist() == [0] * 12
    assert parts.whole_groups


def test_thirteen_players_are_estimated_from_2500_orders_and_their_reverses() -> None:
    game = squared(13)
    parts = shapley(game, 13)
    assert MOST_EXACT == 12
    assert game.count == 2 * 2500 * 14 == 2 * PAIRS * 14
    assert max(map(len, game.calls)) == 8190  # of 8,192: whole orders only
    # An order and its reverse give the exact shares of a square.
    assert parts.shares == pytest.approx(by_hand(13), rel=1e-12)
    assert parts.errors == pytest.approx(np.zeros(13), abs=1e-9)
    assert not parts.whole_groups


def test_the_orders_are_those_of_one_seed() -> None:
    game = squared(13)
    shapley(game, 13)
    order = np.random.default_rng(1).permutation(13)
    made = game.calls[0][:28].reshape(2, 14, 13)  # the first order, then its reverse
    for way, states in zip((order, order[::-1]), made, strict=True):
        for step in range(14):
            assert np.flatnonzero(states[step]).tolist() == sorted(way[:step].tolist())


def test_with_groups_players_change_beside_those_of_their_group() -> None:
    game = squared(8)
    owen(game, GROUPS, most=20)
    orders = game.calls[0].reshape(-1, 9, 8)
    assert len(orders) == 4  # two pairs at least
    for states in orders:
        joined = np.argmax(states, axis=0)  # the step at which each player changes, 0 for nobody
        for group in GROUPS:
            assert np.ptp(joined[group]) == len(group) - 1


@pytest.mark.parametrize(("most", "exact"), [(88, True), (87, False)])
def test_as_many_states_as_are_allowed(most: int, exact: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    product = Counted(lambda states: np.where(states, np.arange(2.0, 10), 1).prod(axis=1))
    parts = owen(product, GROUPS, most)
    assert (parts.errors.tolist() == [0] * 8) == exact
    assert math.fsum(parts.shares) == pytest.approx(math.factorial(9) - 1, rel=1e-12)
    # 4 pairs of orders with 9 states each, and the 8 of the groups.
    assert product.count == (2 * 4 * 9 + 8 if not exact else (2**3 + 2 + 2**4) * 4 + 2)


def test_many_orders_are_no_more_than_2500_pairs() -> None:
    game = squared(24)
    parts = owen(game, [range(12), range(12, 24)], most=10_000)
    assert game.count == 2 * (10_000 // 50) * 25 + 4
    assert parts.shares == pytest.approx(by_hand(24), rel=1e-12)
    game = squared(20)
    owen(game, [range(20)], most=300_000)
    assert game.count == 2 * 2500 * 21 + 2


@pytest.mark.parametrize(("size", "exact"), [(12, True), (13, False)])
def test_a_group_of_twelve_is_exact(size: int, exact: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    maximum = Counted(lambda states: (states * np.arange(1.0, size + 1)).max(axis=1))
    parts = owen(maximum, [range(size)])
    assert (parts.errors == 0).all() == exact
    assert math.fsum(parts.shares) == pytest.approx(size, rel=1e-12)


@pytest.mark.parametrize(("groups", "whole"), [(12, True), (13, False)])
def test_twelve_groups_are_exact_as_a_whole(groups: int, whole: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    members = [[place] for place in range(groups - 1)] + [[groups - 1, groups]]
    assert owen(squared(groups + 1), members).whole_groups == whole


@pytest.mark.parametrize(("between", "whole"), [(8, True), (7, False)])
def test_as_many_states_between_groups_as_are_allowed(between: int, whole: bool) -> None:  # noqa: FBT001
    assert owen(squared(8), GROUPS, 20, between).whole_groups == whole


def test_what_a_group_lacks_goes_to_its_least_certain_members() -> None:
    def maximum(states: States) -> Floats:
        return np.asarray((states * np.array([3.0, 1, 4, 1, 5, 9, 2, 6])).max(axis=1))

    estimated, found = owen(maximum, GROUPS, 40, between=0), owen(maximum, GROUPS, 40)
    exact = owen(maximum, GROUPS).shares
    for group in GROUPS:
        lacking = exact[group].sum() - estimated.shares[group].sum()
        variances = estimated.errors[group] ** 2
        share = variances / variances.sum() if variances.any() else np.full(len(group), 1 / len(group))
        assert found.shares[group] - estimated.shares[group] == pytest.approx(lacking * share, abs=1e-12)
    alone = [group[0] for group in GROUPS if len(group) == 1]
    others = [player for player in range(8) if player not in alone]
    assert found.errors[others].tolist() == estimated.errors[others].tolist()
    assert found.errors[alone].tolist() == [0]


def test_stated_errors_are_those_of_a_mean_of_pairs() -> None:
    game = Counted(lambda states: (states * np.array([3.0, 1, 4, 1, 5, 9, 2, 6])).max(axis=1))
    parts = owen(game, GROUPS, most=80, between=0)
    states = game.calls[0].reshape(-1, 9, 8)
    values = game.game(states.reshape(-1, 8)).reshape(-1, 9)
    added = np.zeros((len(states), 8))
    for number, order in enumerate(states):
        for step in range(1, 9):
            (player,) = np.flatnonzero(order[step] != order[step - 1])
            added[number, player] = values[number, step] - values[number, step - 1]
    pairs = (added[::2] + added[1::2]) / 2
    assert len(pairs) == 80 // 18
    assert parts.shares == pytest.approx(pairs.mean(axis=0), rel=1e-12)
    assert parts.errors == pytest.approx(np.std(pairs, axis=0, ddof=1) / math.sqrt(len(pairs)), rel=1e-12)


def test_the_largest_share_takes_the_rounding() -> None:
    given = np.array([1.0, -5.0, 2.0])
    assert with_exact_sum(given, -1.0).tolist() == [1.0, -4.0, 2.0]
    assert given.tolist() == [1.0, -5.0, 2.0]


def test_one_state_a_row() -> None:
    assert all_states(2).tolist() == [[False, False], [True, False], [False, True], [True, True]]
    assert all_states(0).shape == (1, 0)
