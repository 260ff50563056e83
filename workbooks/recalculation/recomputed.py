"""Computes the formulas of a workbook and compares them with the stored values, without writing anything.

Unlike a recalculation it does not refuse the workbook: a formula that is not computed as in Excel keeps its stored
value, and so do formulas that depend on one without a stored value.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import formualizer

from workbooks.opening.limits import STANDARD, Limits
from workbooks.opening.package import opened
from workbooks.recalculation.book import Book, Formula
from workbooks.recalculation.doubts import doubt, may_be_doubted
from workbooks.recalculation.evaluation import LOAD_LIMITS, Evaluation, error_code
from workbooks.recalculation.known_faults import Setting, known_fault
from workbooks.recalculation.references import References, tree
from workbooks.recalculation.refusal import At, EngineError, cell_name
from workbooks.recalculation.trust import Comparison, is_close
from workbooks.recalculation.unknown_functions import unknown_functions
from workbooks.recalculation.worksheet import ErrorCode, Value

_NOT_COMPUTED: Final = frozenset({"NImpl", "Name", "Spill", "TooLong"})
_ROUNDS: Final = 4  # largest number of evaluations; each keeps the stored values of more formulas


@dataclass(frozen=True, slots=True)
class Difference:
    """A formula whose stored value differs from its result, although all its precedents store the right values."""

    at: At
    formula: str
    stored: Value | None
    computed: Value


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Values of the formulas, the differences to stored values, and the number of formulas that follow from them."""

    values: dict[At, Value]
    different: tuple[Difference, ...]
    following: int


def recomputed(data: bytes, limits: Limits = STANDARD, stored: Mapping[At, Value] | None = None) -> Recomputed:
    """Compute the formulas of a workbook.

    Parameters
    ----------
    data : bytes
        The file, .xlsx or .xlsm.
    limits : Limits
        Limits for the resources of the calculation.
    stored : mapping
        Stored value of each formula. If given, the file is first computed as it is; if every value equals the stored
        one, no further checks are needed, which takes a third of the time.

    Raises
    ------
    PackageError
        If it is not a workbook, or exceeds the limits.
    EngineError
        If it cannot be computed: a circular reference, a formula that cannot be read.
    """
    at_once = _as_stored(data, stored) if stored else None
    if at_once is not None:
        return Recomputed(at_once, (), 0)
    with opened(data, limits) as package:
        book = Book(package, ())
        references = References(book)
        comparison = Comparison(book, references, ())
        kept = _with_copies(book, {formula.at for formula in _aside(book, references)})
        for _ in range(_ROUNDS):
            evaluation = Evaluation(book, {}, kept)
            found = set(_doubtful(book, references, evaluation, kept))
            if not found:
                break
            kept = _with_copies(book, found | kept)
        differences = comparison.differences(evaluation, kept)
        different = tuple(
            Difference(at, book.formulas[at].text, book.stored.get(at), evaluation.value(at))
            for at in differences.unexplained
            if not _is_same(evaluation.value(at), book.stored.get(at))
        )
        values = {at: evaluation.value(at) for at in book.formulas if at not in kept}
        return Recomputed(values, different, differences.following)


def _as_stored(data: bytes, stored: Mapping[At, Value]) -> dict[At, Value] | None:
    """The stored values, if the engine reproduces all of them; else None."""
    try:
        engine = formualizer.Workbook.from_bytes(data, load_limits=LOAD_LIMITS)
        engine.evaluate_all()
    except (OSError, ValueError, formualizer.ExcelEvaluationError):
        return None
    engine.set_temporal_egress("serial")
    for (sheet, (row, column)), value in stored.items():
        try:
            found = engine.get_value(sheet, row, column)
        except (KeyError, ValueError):
            return None
        if found == value and type(found) is type(value) is float:
            continue  # most are equal to the last digit
        code = error_code(found)
        if found is None or not _is_same(ErrorCode(code) if code else found, value):
            return None
    return dict(stored)


def _is_same(computed: Value, stored: Value | None) -> bool:
    """Whether two values are equal; TRUE equals 1, as LibreOffice stores it in cells with a number format.

    Examples
    --------
    >>> _is_same(True, 1.0), _is_same(False, 1.0), _is_same(True, "TRUE")
    (True, False, False)
    """
    if stored is None:
        return False
    numbers = isinstance(computed, (bool, int, float)) and isinstance(stored, (bool, int, float))
    return is_close(float(computed), float(stored)) if numbers else is_close(computed, stored)


def _with_copies(book: Book, cells: set[At]) -> set[At]:
    """Formulas together with their copies, which have no text of their own."""
    groups = {(at[0], shared) for at in cells if (shared := book.formulas[at].cell.shared)}
    copies = (formula for formula in book.formulas.values() if groups and formula.cell.shared)
    return cells | {formula.at for formula in copies if (formula.sheet, formula.cell.shared) in groups}


def _aside(book: Book, references: References) -> Iterator[Formula]:
    """Formulas that the engine does not compute as Excel does, or not at all."""
    unknown = unknown_functions(book)
    settings: dict[bool, Setting] = {}
    for hidden in (False, True):
        settings[hidden] = Setting((), book.structure.from_1904, book.structure.as_displayed, hidden)
    first: dict[tuple[str, str], bool] = {}
    for formula in book.formulas.values():
        group = (formula.sheet, formula.cell.shared)
        if formula.is_copy:
            aside = first.get(group, False)
        else:
            aside = formula.cell.formula_kind == "dataTable" or not formula.called.isdisjoint(unknown)
            aside = aside or _is_at_fault(book, references, formula, settings)
            if formula.cell.shared:
                first[group] = aside
        if aside:
            yield formula


def _is_at_fault(book: Book, references: References, formula: Formula, settings: dict[bool, Setting]) -> bool:
    if not formula.text:
        return False
    node = tree(formula.text)
    if node is None:
        return True
    hidden = not formula.called.isdisjoint({"SUBTOTAL", "AGGREGATE"}) and any(
        book.sheets[area.sheet].has_hidden_rows for area in references.of(formula).areas
    )
    return bool(known_fault(formula, node, settings[hidden]))


def _doubtful(book: Book, references: References, evaluation: Evaluation, kept: Collection[At]) -> Iterator[At]:
    """Formulas whose value is not trusted.

    Raises
    ------
    EngineError
        If there is a circular reference.
    """
    for at, formula in book.formulas.items():
        if at in kept:
            continue
        kind = evaluation.kind(at)
        if kind == "Circ":
            message = f"{cell_name(at)} is in a circle of references, or rests on one"
            raise EngineError(message)
        if kind in _NOT_COMPUTED:
            yield at
        elif formula.text and may_be_doubted(formula):
            value = evaluation.value(at)
            node = tree(formula.text) if value != book.stored.get(at) else None
            if node and doubt(formula, node, value, references, evaluation.values):
                yield at
