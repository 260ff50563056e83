"""Values of the states between two cases, with some of the changes made; each state is valued once."""

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from valuation.kernel.broadcast import Floats
from valuation.kernel.dates import serial_number
from valuation.numerics.shapley import States
from workbooks.case.model import Case
from workbooks.case.quantity import quantity, whole
from workbooks.comparison.changes import DATE_CELL, VALUED, Change, ComparisonError, Data, Edit, case_of, changed
from workbooks.layout.core_values import Evaluation, NoValueError
from workbooks.layout.placing import Places
from workbooks.results import values
from workbooks.sheets import contents
from workbooks.sheets.method import CONCLUSION
from workbooks.sheets.methods import KINDS, Kind, methods
from workbooks.sheets.result_cells import result_cells

Key: TypeAlias = tuple[str, str]  # a method's id, or `conclusion`, and the kind of result

TOLERANCE: Final = 1e-12


class Mixtures:
    """Results of every state by the core; if only figures change, with one declaration of the sheets."""

    def __init__(self, data: Data, players: Sequence[Change]) -> None:
        self.data, self.players = data, players
        self.base = case_of(data)
        self.places = _places(self.base) if all(player.cells for player in players) else None
        self._known: dict[bytes, dict[Key, float]] = {}
        if self.places is not None and not self._agrees():
            self.places = None

    @property
    def is_quick(self) -> bool:
        """Whether a state needs only an evaluation of the sheets, not a new case."""
        return self.places is not None

    def results(self, state: Sequence[bool]) -> dict[Key, float]:
        """Results of the methods in a state."""
        key = bytes(state)
        if key not in self._known:
            made = [player for player, on in zip(self.players, state, strict=True) if on]
            self._known[key] = self._evaluated(made) if self.is_quick else self._declared(made)
        return self._known[key]

    def values(self, key: Key, states: States) -> Floats:
        """One result in each state.

        Raises
        ------
        ComparisonError
            If the result has no value in one of them.
        """
        found = [self.results(state).get(key, math.nan) for state in states.tolist()]
        if any(map(math.isnan, found)):
            state = states[[*map(math.isnan, found)].index(True)]
            made = ", ".join(player.label for player, on in zip(self.players, state, strict=True) if on) or "none"
            message = f"{key[0]} has no value when only these changes are made: {made}"
            raise ComparisonError(message)
        return np.array(found)

    def touching(self, key: Key) -> list[int]:
        """Indices of the changes that a result can depend on; all if dependencies are not traced."""
        if not self.is_quick:
            return [*range(len(self.players))]
        read: set[str] = set()
        for made in ((), self.players):
            evaluation = self._evaluation(made)
            cell = _cells(self.base).get(key)
            if cell:
                _number(evaluation, cell)
            read |= evaluation.asked
        return [
            number for number, player in enumerate(self.players) if any(cell in read for cell in player.cells or ())
        ]

    def _agrees(self) -> bool:
        """Whether the sheets of the first state also give the results of the last; then they are valid for all."""
        quick, slow = self._evaluated(self.players), self._declared(self.players)
        return quick.keys() == slow.keys() and all(
            math.isclose(value, slow[key], rel_tol=TOLERANCE) for key, value in quick.items()
        )

    def _evaluation(self, made: Sequence[Change]) -> Evaluation:
        known: dict[str, float] = {}
        for edit in _edits(made):
            if edit.path == VALUED:
                known[DATE_CELL] = serial_number(edit.new)
                continue
            name, unit = edit.path[1], quantity(edit.new["unit"])
            # The cell is in the unit of the first case.
            known[f"figures.{name}"] = whole(edit.new["value"], unit)
            known[f"typed.{name}"] = known[f"figures.{name}"] / quantity(self.base.figures[name].unit).scale
        return Evaluation(self.places or Places(), known)

    def _evaluated(self, made: Sequence[Change]) -> dict[Key, float]:
        evaluation = self._evaluation(made)
        with np.errstate(all="ignore"):
            found = {key: _number(evaluation, cell) for key, cell in _cells(self.base).items()}
        return {key: value for key, value in found.items() if value is not None}

    def _declared(self, made: Sequence[Change]) -> dict[Key, float]:
        try:
            found = values(case_of(changed(self.data, _edits(made))))
        except (NoValueError, ValueError, KeyError):
            return {}
        rows = {row["id"]: row for row in found["methods"]} | {CONCLUSION: found["conclusion"] or {}}
        return {
            (name, kind): row[kind]["base"]
            for name, row in rows.items()
            for kind in kinds_of(name)
            if "base" in row.get(kind, {})
        }


def kinds_of(name: str) -> tuple[Kind, ...]:
    """The results that are explained: of the weighted value its upside too, which changes with the price."""
    return KINDS if name == CONCLUSION else tuple(kind for kind in KINDS if kind != "upside")


def labels(case: Case) -> dict[str, str]:
    """Names of the methods of a case, by id."""
    return {method.id: method.label for method in methods(case)} | {CONCLUSION: "Weighted value"}


def _edits(made: Sequence[Change]) -> list[Edit]:
    return [edit for change in made for edit in change.edits]


def _places(case: Case) -> Places:
    places = Places()
    for sheet in contents.sheets(case):
        places.place(sheet)
    return places


def _cells(case: Case) -> dict[Key, str]:
    """The cell of each result."""
    known = result_cells(case).items()
    given = ((name, kind, each[kind].base) for name, each in known for kind in kinds_of(name) if kind in each)
    return {(name, kind): cell for name, kind, cell in given if cell}


def _number(evaluation: Evaluation, cell: str) -> float | None:
    try:
        value = evaluation.of(cell)
    except NoValueError:
        return None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None
