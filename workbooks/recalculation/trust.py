"""Decides whether computed values can be trusted, by comparison with stored values and a second engine.

A file saved by a spreadsheet program stores the values of its formulas. A formula that does not depend on a cell
without a stored value, on our functions, on random numbers or on the date must give its stored value.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workbooks.recalculation.book import Book, Formula
from workbooks.recalculation.evaluation import Evaluation
from workbooks.recalculation.excel_functions import plain_names
from workbooks.recalculation.references import Area, References
from workbooks.recalculation.refusal import At, cell_name
from workbooks.recalculation.worksheet import ErrorCode, Value

CLOSE: Final = 1e-9  # relative difference allowed between two programs
CLOSE_BY_TRIAL: Final = 1e-6  # the same for functions that iterate
_ROUNDING: Final = 1e-14  # difference allowed relative to the largest value that a formula refers to
_CHANCE: Final = frozenset({"RAND", "RANDBETWEEN", "RANDARRAY", "NOW", "TODAY", "INFO"})
_BY_TRIAL: Final = frozenset({"IRR", "XIRR", "MIRR", "RATE", "YIELD", "NPER"})


@dataclass(frozen=True, slots=True)
class Differences:
    """Formulas whose values differ from the stored ones, and those without an explanation."""

    changed: frozenset[At]
    unexplained: tuple[At, ...]  # those that do not depend on another unexplained one
    following: int  # number of further formulas that depend on these


class Comparison:
    """Comparison of stored and computed values of a book.

    Parameters
    ----------
    book : Book
        The workbook.
    references : References
        References of its formulas.
    edited : collection of areas
        Cells that were changed after the values were stored.
    """

    def __init__(self, book: Book, references: References, edited: Collection[Area]) -> None:
        self._book, self._references, self._edited = book, references, edited

    def differences(self, evaluation: Evaluation, kept: Collection[At]) -> Differences:
        """Differences to the stored values; formulas that keep their stored values do not count."""
        book = self._book
        differing = {
            book.results[at]
            for at in book.results
            if book.results[at] not in kept and not self._is_same(at, evaluation)
        }
        explained = self._explained(differing)
        bad = [at for at in book.formulas if at in differing and at not in explained]
        among = set(bad)
        roots = tuple(at for at in bad if not any(other in among and other != at for other in self._before(at)))
        return Differences(frozenset(differing), roots or tuple(bad), len(bad) - len(roots or bad))

    def obstacle(self, formula: Formula, differences: Differences) -> str:
        """Why the stored value of a formula is not valid: a changed precedent; empty if it is valid."""
        if formula.at not in self._book.stored:
            return "the file stores no value for it"
        if self._is_new_each_time(formula):
            return "its stored value may not hold any more"
        reach = self._references.of(formula)
        if any(reach.is_open or any(_overlap(area, edited) for area in reach.areas) for edited in self._edited):
            return "what it refers to was changed"
        if reach.is_open:
            changed: Iterable[At] = [at for at in self._book.formulas if at in differences.changed and at != formula.at]
        else:
            changed = (
                at for at in self._references.precedents(formula) if at in differences.changed and at != formula.at
            )
        first = next(iter(changed), None)
        return f"{cell_name(first)}, on which it may depend, has no stored value or another one" if first else ""

    def roots(self, cells: Collection[At], tainted: Collection[At]) -> list[At]:
        """The cells that depend neither on another of the cells nor on a tainted one."""
        among = {*cells, *tainted}
        return [at for at in cells if not self._rests_on(at, among)]

    def _rests_on(self, at: At, among: Collection[At]) -> bool:
        seen, waiting = {at}, [at]
        while waiting:
            for other in self._before(waiting.pop()):
                if other in seen:
                    continue
                if other in among:
                    return True
                seen.add(other)
                waiting.append(other)
        return False

    def _before(self, at: At) -> list[At]:
        return self._references.precedents(self._book.formulas[at])

    def _is_same(self, at: At, evaluation: Evaluation) -> bool:
        stored = self._book.stored.get(at)
        if stored is None:
            return False
        value = evaluation.value(at)
        if is_close(stored, value):
            return True
        if isinstance(stored, (bool, str)) or isinstance(value, (bool, str)):
            return False
        formula = self._book.formulas[self._book.results[at]]
        if self._by_trial(formula) and math.isclose(
            stored, value, rel_tol=CLOSE_BY_TRIAL, abs_tol=CLOSE_BY_TRIAL * 1e-3
        ):
            return True
        return abs(stored - value) <= _ROUNDING * self._largest(formula, evaluation)

    def _by_trial(self, formula: Formula) -> bool:
        """Whether a formula, or one that it refers to, is computed by iteration."""
        formulas = [formula, *(self._book.formulas[at] for at in self._before(formula.at))]
        return any(not plain_names(each.called).isdisjoint(_BY_TRIAL) for each in formulas)

    def _largest(self, formula: Formula, evaluation: Evaluation) -> float:
        """Largest absolute value that a formula refers to."""
        numbers = (
            abs(value)
            for area in self._references.of(formula).areas
            for row in evaluation.values(area)
            for value in row
            if isinstance(value, float) and not isinstance(value, bool)
        )
        return max(numbers, default=0.0)

    def _explained(self, differing: Collection[At]) -> set[At]:
        """The differing formulas that depend on values which may change."""
        explained = {at for at in differing if self._may_change(self._book.formulas[at])}
        after: dict[At, list[At]] = {}
        for at in differing:
            for other in self._before(at):
                after.setdefault(other, []).append(at)
        waiting = list(explained)
        while waiting:
            for other in after.get(waiting.pop(), ()):
                if other not in explained:
                    explained.add(other)
                    waiting.append(other)
        if explained:  # computed references may refer to these cells
            explained |= {at for at in differing if self._references.of(self._book.formulas[at]).is_open}
        return explained

    def _is_new_each_time(self, formula: Formula) -> bool:
        """Whether a formula calls one of our functions, or depends on random numbers or the date."""
        return not (
            formula.called.isdisjoint(self._book.registered) and plain_names(formula.called).isdisjoint(_CHANCE)
        )

    def _may_change(self, formula: Formula) -> bool:
        if any((formula.sheet, place) not in self._book.stored for place in formula.cell.fills()):
            return True
        if self._is_new_each_time(formula):
            return True
        return any(_overlap(area, edited) for area in self._references.of(formula).areas for edited in self._edited)


def is_close(one: Value, other: Value, tolerance: float = CLOSE) -> bool:
    """Whether two values are equal, numbers up to rounding.

    Examples
    --------
    >>> is_close(1.0, 1.0 + 1e-12), is_close(1.0, True), is_close("x", "x"), is_close(ErrorCode("#N/A"), "#N/A")
    (True, False, True, False)
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) or isinstance(other, str):
        return one == other and isinstance(one, ErrorCode) == isinstance(other, ErrorCode)
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=1e-12)


def disagreements(ours: Mapping[At, Value], theirs: Mapping[At, Value]) -> Iterator[At]:
    """Cells for which two engines give different values."""
    for at, value in theirs.items():
        own = ours[at]
        if own in ("", 0.0) and value in ("", 0.0) and not isinstance(own, bool):
            continue  # for a reference to a blank one engine gives 0, the other an empty text
        if not is_close(own, value, CLOSE_BY_TRIAL if isinstance(value, float) else CLOSE):
            yield at


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.sheet == other.sheet
        and one.top <= other.bottom
        and other.top <= one.bottom
        and one.left <= other.right
        and other.left <= one.right
    )
