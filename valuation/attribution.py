"""Attribution of a change: what each input that changed contributes to the change."""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np

from valuation.kernel.broadcast import Floats, broadcasts
from valuation.kernel.errors import UNEXPLAINED, CellError, ShapeError, reason
from valuation.kernel.units import Arguments, Method, Table
from valuation.numerics.model import Element, Model
from valuation.numerics.shapley import States, shapley

_WHOLE: Final = 1e-9  # largest distance from 1 of a sum of shares, the same as in `summing_to_one`


class _Player(NamedTuple):
    """Inputs that change together, one player of the Shapley game: numbers, or one argument that is not a number."""

    label: str
    old: object
    new: object
    elements: tuple[Element, ...] = ()
    ends: tuple[tuple[float, float], ...] = ()


@broadcasts
def why_moved(method: Method, old_arguments: Arguments, new_arguments: Arguments) -> Table:
    """Contribution of each changed argument to the change of a result, by Shapley values; they add up to the change.

    Parameters
    ----------
    method : function of the catalogue
        The function to calculate; it must return one number.
    old_arguments : name and values a row
        The arguments before the change.
    new_arguments : name and values a row
        The arguments after the change.

    Returns
    -------
    rows
        A heading, a row of the result (old, new, change), then one row per changed input, the largest first: its name,
        old, new, its contribution in the unit of the result, the standard error of the contribution.

    Raises
    ------
    ChoiceError
        If the method does not return a single number, or a name is not one of its arguments.
    ShapeError
        If an argument has a different number of values before and after.
    CellError
        If the method gives an error before the change, after it, or with only some of the changes made.

    Notes
    -----
    The contribution of a change is what it adds to the result, averaged over all orders in which the changes could be
    made one by one. So it does not depend on the order, equal changes contribute equally, and a change without effect
    contributes 0. With up to 12 changes the method is called once, on all 2ⁿ combinations, and the contributions are
    exact. With more, they are estimated from 2,500 random orders and their reverses, and the standard error is stated.
    Numbers that must sum to 1 count as one change.

    References
    ----------
    .. [1] Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317.

    Examples
    --------
    >>> from valuation.sotp import sotp_value
    >>> for row in why_moved(
    ...     sotp_value,
    ...     {"metrics": [800, 200], "multiples": [2, 3], "net_debt": 100},
    ...     {"metrics": [900, 200], "multiples": [3, 3], "net_debt": 300},
    ... ):
    ...     print(row)
    ['Argument', 'Old', 'New', 'Contribution', 'Standard error']
    ['Result', 2100.0, 3000.0, 900.0, 0.0]
    ['multiples[1]', 2.0, 3.0, 850.0, 0.0]
    ['metrics[1]', 800.0, 900.0, 250.0, 0.0]
    ['net_debt', 100.0, 300.0, -200.0, 0.0]
    """
    before, after = Model(method, old_arguments), Model(method, new_arguments)
    ends = _end("old_arguments", before), _end("new_arguments", after)
    game = _Game(before, after)
    parts = shapley(game.known_values, len(game.players))
    order = np.argsort(-np.abs(parts.shares), kind="stable").tolist()
    heading = ["Argument", "Old", "New", "Contribution", "Standard error"]
    rows = [
        [
            game.players[n].label,
            game.players[n].old,
            game.players[n].new,
            float(parts.shares[n]),
            float(parts.errors[n]),
        ]
        for n in order
    ]
    return [heading, ["Result", *ends, ends[1] - ends[0], 0.0], *rows]


def _end(asked: str, model: Model) -> float:
    """The result of the method with the arguments of one side; an error names that side."""
    arguments, _ = model.buffers([], ())
    value = float(model.call(arguments, ()))
    why = reason(value)
    if why is not None:
        raise CellError(why.excel, f"{model.name} has no value: {why.message}", asked)
    return value


def _same(one: object, other: object) -> bool:
    """Whether two values of an argument are equal; two blanks are equal."""
    if one is None or other is None:
        return one is other
    first, second = np.asarray(one, object).ravel().tolist(), np.asarray(other, object).ravel().tolist()
    return len(first) == len(second) and all(
        a == b or (isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b))
        for a, b in zip(first, second, strict=True)
    )


def _shown(value: object) -> object:
    """A value as a cell shows it: empty where it is blank or left out, one text for several values."""
    cells = [] if value is None else np.asarray(value, object).ravel().tolist()
    if len(cells) == 1:
        return "" if isinstance(cells[0], float) and math.isnan(cells[0]) else cells[0]
    return ", ".join(f"{cell:.10g}" if isinstance(cell, float) else str(cell) for cell in cells)


class _Game:
    """Results of a method where some of the changes are made and the others are not."""

    def __init__(self, old: Model, new: Model) -> None:
        self.old = old
        self.base = {name: old.given(name) for name in old.names}
        numeric: list[_Player] = []
        other: list[_Player] = []
        for name in old.names:
            before, after = old.given(name), new.given(name)
            if old.is_numeric(name) and before is not None and after is not None:
                numeric += self._numbers(name, np.asarray(before, float), np.asarray(after, float))
            elif not _same(before, after):
                other.append(_Player(name, _shown(before), _shown(after)))
        self.switched = {player.label: (old.given(player.label), new.given(player.label)) for player in other}
        self.players = [*numeric, *other]
        self._merge()

    def _numbers(self, name: str, before: Floats, after: Floats) -> list[_Player]:
        """Old and new numbers of an argument, both extended to the length of the longer."""
        try:
            before, after = np.broadcast_arrays(before, after)
        except ValueError:
            message = f"has {before.size} values in old and {after.size} in new: give 0 for a part that is missing"
            raise ShapeError(message, name) from None
        changed = [place for place in np.ndindex(before.shape) if not _same(before[place], after[place])]
        if changed:
            self.base[name] = before
        return [
            _Player(
                str(element := Element(name, place[0] if place and before.size > 1 else None)),
                _shown(float(before[place])),
                _shown(float(after[place])),
                (element,),
                ((float(before[place]), float(after[place])),),
            )
            for place in changed
        ]

    def _merge(self) -> None:
        """Merge shares that must sum to 1 into one player: with only some of them changed the method has no value."""
        alone = self.values(np.eye(len(self.players), dtype=np.bool_)) if self.players else np.zeros(0)
        merged: list[_Player] = []
        pairs = zip(self.players, np.isnan(alone).tolist(), strict=True)
        for name, together in groupby(pairs, lambda pair: pair[0].label.partition("[")[0]):
            members = [*together]
            players = [player for player, _ in members]
            if len(players) > 1 and all(bad for _, bad in members) and self._is_whole(name, players):
                ends = tuple(end for player in players for end in player.ends)
                before, after = (", ".join(f"{end[side]:.10g}" for end in ends) for side in (0, 1))
                elements = tuple(element for player in players for element in player.elements)
                players = [_Player(name, before, after, elements, ends)]
            merged += players
        self.players = merged

    def _is_whole(self, name: str, players: Sequence[_Player]) -> bool:
        base = np.array(self.base[name], float)
        changed = base.copy()
        for player in players:
            for element, (_, new) in zip(player.elements, player.ends, strict=True):
                changed[element.place] = new
        return all(abs(math.fsum(values.tolist()) - 1) <= _WHOLE for values in (base, changed))

    def known_values(self, states: States) -> Floats:
        """The result in each state; a state without a result is an error."""
        found = self.values(states)
        unknown = np.flatnonzero(np.isnan(found))
        if unknown.size:
            why = reason(float(found[unknown[0]])) or UNEXPLAINED
            moved = ", ".join(player.label for player, on in zip(self.players, states[unknown[0]], strict=True) if on)
            message = f"{self.old.name} gives an error when only these changes are made: {moved}: {why.message}"
            raise CellError(why.excel, message, "new_arguments")
        return found

    def values(self, states: States) -> Floats:
        """The result in each state, by one call for each combination of the arguments that are not numbers."""
        found = np.empty(len(states))
        others = [n for n, player in enumerate(self.players) if not player.elements]
        choices, which = np.unique(states[:, others], axis=0, return_inverse=True)
        for number, choice in enumerate(choices):
            rows = np.flatnonzero(which.ravel() == number)
            found[rows] = self._call(
                states[rows], {self.players[n].label: on for n, on in zip(others, choice, strict=True)}
            )
        return found

    def _call(self, states: States, chosen: Mapping[str, bool]) -> Floats:
        arguments = self.base | {name: self.switched[name][int(on)] for name, on in chosen.items()}
        model = Model(self.old.method, arguments)
        moved = [(n, at) for n, player in enumerate(self.players) for at in range(len(player.elements))]
        bigger, rows = model.buffers([self.players[n].elements[at] for n, at in moved], (len(states),))
        for (n, at), row in zip(moved, rows, strict=True):
            low, high = self.players[n].ends[at]
            row[...] = np.where(states[:, n], high, low)
        return model.call(bigger, (len(states),))
