"""Shapley values: the contribution of each of several changes to the total change, averaged over all orders.

A game is a function that returns the value of each state. A state is a row of flags: which changes have been made.

References
----------
Shapley, L. S. (1953), A value for n-person games. Owen, G. (1977), Values of games with a priori unions.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats

MOST_EXACT: Final = 12  # players: 4,096 states in one call
PAIRS: Final = 2500  # pairs of a random permutation and its reverse, where there are more players
_BLOCK: Final = 8192  # states per call
_SEED: Final = 1

States = NDArray[np.bool_]
Game = Callable[[States], Floats]  # takes a row of flags per state


class Parts(NamedTuple):
    """Contribution of each player, and its standard error where it is estimated (0 where it is exact).

    `whole_groups` says whether the contributions within each group add up to the exact one of the group.
    """

    shares: Floats
    errors: Floats
    whole_groups: bool = True


def all_states(players: int) -> States:
    """All states, a row each: in row r, change i is made where bit i of r is set.

    Examples
    --------
    >>> all_states(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    return (np.arange(2**players)[:, np.newaxis] >> np.arange(players) & 1).astype(np.bool_)


def shapley(game: Game, players: int) -> Parts:
    """Contribution of each player: exact for up to 12 players, with one call of the game; estimated for more.

    Examples
    --------
    A price goes from 2 to 3 and a quantity from 10 to 20. Revenue changes by 40: 10 by the price alone, 20 by the
    quantity alone, and 10 by both together, which is split equally.

    >>> shapley(lambda states: (2.0 + states[:, 0]) * (10 + 10 * states[:, 1]), 2).shares.tolist()
    [15.0, 25.0]
    """
    if players == 0:
        return Parts(np.zeros(0), np.zeros(0))
    if players <= MOST_EXACT:
        shares = exact(game(all_states(players)))
        return Parts(shares, np.zeros(players))
    return _sampled(game, players)


def exact(values: Floats) -> Floats:
    """Contributions computed from the values of all states, in the order of `all_states`."""
    players = values.size.bit_length() - 1
    change = float(values[-1] - values[0])
    box = (values - values[0]).reshape((2,) * players)  # the last axis is player 0
    sizes = np.indices((2,) * (players - 1)).sum(axis=0) if players > 1 else np.zeros((), np.int64)
    # Number of orders in which these players come before, and the others after.
    orders = [float(math.factorial(size) * math.factorial(players - 1 - size)) for size in range(players)]
    weights = np.array(orders)[sizes]
    shares = np.array(
        [
            math.fsum((weights * (box.take(1, axis) - box.take(0, axis))).ravel().tolist()) / math.factorial(players)
            for axis in range(players - 1, -1, -1)
        ]
    )
    return with_exact_sum(shares, change)


def owen(game: Game, groups: Sequence[Sequence[int]], most: int = 2**MOST_EXACT, between: int = 2**MOST_EXACT) -> Parts:
    """Owen values: players in groups that change as one; contributions within a group add up to that of the group.

    Exact where at most `most` different states are needed, else estimated from that many. Up to 12 groups as a whole
    are exact all the same.

    Parameters
    ----------
    game : function
        Returns the value of each state.
    groups : players of each group
        Every player belongs to exactly one group.
    most : int
        Largest number of states to evaluate for the contributions within groups.
    between : int
        Largest number of states to evaluate for those of the groups, if the others are estimated.
    """
    players = sum(map(len, groups))
    beside = 2 ** (len(groups) - 1)
    needed = 2 * beside + sum((2 ** len(group) - 2) * beside for group in groups)
    if needed > most:
        parts = _sampled(game, players, groups, most)
        return _with_exact_groups(game, groups, parts) if 2 * beside <= between else parts
    coalitions = all_states(len(groups) - 1)
    shares = np.zeros(players)
    for place, group in enumerate(groups):
        others = [each for number, each in enumerate(groups) if number != place]
        inner = all_states(len(group))
        states = np.zeros((len(coalitions), len(inner), players), np.bool_)
        for number, other in enumerate(others):
            states[:, :, list(other)] = coalitions[:, number, np.newaxis, np.newaxis]
        states[:, :, list(group)] = inner
        values = game(states.reshape(-1, players)).reshape(len(coalitions), len(inner))
        sizes = coalitions.sum(axis=1)
        weights = [1 / (len(groups) * math.comb(len(groups) - 1, int(size))) for size in sizes]
        # The Shapley value is linear, so it can be computed for the game averaged over the coalitions of the other
        # groups.
        shares[list(group)] = exact(np.asarray(weights) @ (values - values[:, :1]))
    whole = np.zeros((2, players), np.bool_)
    whole[1] = True
    first, last = game(whole).tolist()
    return Parts(with_exact_sum(shares, last - first), np.zeros(players))


def _with_exact_groups(game: Game, groups: Sequence[Sequence[int]], parts: Parts) -> Parts:
    """Estimates made to add up to the exact contribution of each group, the least certain ones by most."""
    players = parts.shares.size

    def of_groups(states: States) -> Floats:
        whole = np.zeros((len(states), players), np.bool_)
        for place, group in enumerate(groups):
            whole[:, list(group)] = states[:, [place]]
        return game(whole)

    shares, errors = parts.shares.copy(), parts.errors.copy()
    for share, group in zip(exact(of_groups(all_states(len(groups)))).tolist(), groups, strict=True):
        members = list(group)
        variances = errors[members] ** 2
        total = float(variances.sum())
        weights = variances / total if total else np.full(len(members), 1 / len(members))
        shares[members] += (share - math.fsum(shares[members].tolist())) * weights
        if len(members) == 1:
            errors[members] = 0
    return Parts(with_exact_sum(shares, math.fsum(parts.shares.tolist())), errors)


def with_exact_sum(shares: Floats, change: float) -> Floats:
    """The shares with the rounding error of their sum added to the largest, so that they sum exactly to the change."""
    found = shares.copy()
    found[np.argmax(np.abs(found))] += change - math.fsum(found.tolist())
    return found


def _sampled(game: Game, players: int, groups: Sequence[Sequence[int]] | None = None, most: int = 0) -> Parts:
    """Estimates and standard errors from random permutations, each with its reverse."""
    generator = np.random.default_rng(_SEED)
    pairs = max(2, min(PAIRS, most // (2 * (players + 1)))) if groups else PAIRS
    orders = [order for _ in range(pairs) for order in _pair(generator, players, groups)]
    found = np.empty((2 * pairs, players))
    at_once = max(1, _BLOCK // (players + 1))
    for start in range(0, len(orders), at_once):
        some = np.array(orders[start : start + at_once])
        ranks = np.argsort(some, axis=1)
        states = ranks[:, np.newaxis, :] < np.arange(players + 1)[:, np.newaxis]
        values = game(states.reshape(-1, players)).reshape(len(some), players + 1)
        np.put_along_axis(found[start : start + len(some)], some, np.diff(values, axis=1), axis=1)
    both = found.reshape(pairs, 2, players).mean(axis=1)
    errors = both.std(axis=0, ddof=1) / math.sqrt(pairs)
    # Contributions add up to the change in every permutation, so their means do too, except for rounding.
    return Parts(with_exact_sum(both.mean(axis=0), math.fsum(found[0].tolist())), errors, whole_groups=False)


def _pair(
    generator: np.random.Generator, players: int, groups: Sequence[Sequence[int]] | None
) -> tuple[list[int], list[int]]:
    if groups is None:
        order = generator.permutation(players).tolist()
    else:
        order = [
            int(player)
            for place in generator.permutation(len(groups))
            for player in generator.permutation(np.array(groups[place]))
        ]
    return order, order[::-1]
