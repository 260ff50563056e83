"""Rules on formulas that differ from the pattern of their row or column, and on numbers among formulas."""

from collections.abc import Iterator, Mapping
from typing import Final

from workbooks.audit.finding import Finding, Place, cell
from workbooks.audit.graph import Graph
from workbooks.audit.reading import Page
from workbooks.audit.shapes import Form

_RUN: Final = 3  # number of equal formulas that make a pattern
_MOST_OTHER: Final = 2  # most differing tokens of a formula at the end of a run that counts as a copy
_NEAR: Final = (
    -1,
    1,
    -2,
    2,
    -3,
    3,
)  # distances of parallel rows or columns that are compared
_STEPS: Final = ((0, 1), (1, 0))  # along the row, along the column
_NAMES: Final = {(0, 1): "row", (1, 0): "column"}


def findings(graph: Graph) -> Iterator[Finding]:
    """Formulas and numbers that do not follow the formulas beside them."""
    for name, page in graph.book.pages.items():
        forms = graph.forms[name]
        for at in forms:
            found = _broken(at, forms)
            if found:
                yield _formula(page, at, *found)
        for at in page.numbers if forms else ():
            found = _covered(at, forms)
            if found and not _is_centre(at, forms):
                yield _number(page, at, *found)


def _broken(at: Place, forms: Mapping[Place, Form]) -> tuple[Place, str] | None:
    """Neighbour whose pattern a formula breaks, and the direction; None if it breaks none."""
    own, (row, column) = forms[at], at
    for beside in ((row, column - 1), (row, column + 1), (row - 1, column), (row + 1, column)):
        if forms.get(beside) == own:
            return None
    for step in _STEPS:
        before, after = forms.get(_moved(at, step, -1)), forms.get(_moved(at, step, 1))
        if before is None or before != after or not (_runs(at, step, forms) or _alike(own, before)):
            continue
        if own in (forms.get(_moved(at, step, -2)), forms.get(_moved(at, step, 2))):
            continue  # two formulas that take turns
        if _is_link(own) and (_is_middle(at, step, forms) or _is_link(before)):
            continue
        return (_moved(at, step, -1), _NAMES[step]) if not _is_centre(at, forms) else None
    return _at_an_end(at, forms)


def _is_link(form: Form) -> bool:
    """Whether a formula is only a reference: adjacent links need not be copies of each other."""
    return len(form.shape.words) == 1


def _is_middle(at: Place, step: Place, forms: Mapping[Place, Form]) -> bool:
    """Whether a cell is the middle of an axis, with equally many equal formulas before and after it."""
    before, after = _lengths(at, step, forms)
    return before == after > 1


def _runs(at: Place, step: Place, forms: Mapping[Place, Form]) -> bool:
    """Whether the pattern on both sides is longer than one formula each."""
    before, after = _moved(at, step, -1), _moved(at, step, 1)
    return forms.get(_moved(before, step, -1)) == forms[before] or forms.get(_moved(after, step, 1)) == forms[after]


def _at_an_end(at: Place, forms: Mapping[Place, Form]) -> tuple[Place, str] | None:
    own = forms[at]
    if _is_link(own) or _goes_on(at, forms):
        return None
    for step in _STEPS:
        for sign in (-1, 1):
            beyond = _moved(at, step, -sign)
            run = [forms.get(_moved(at, step, sign * number)) for number in range(1, _RUN + 1)]
            if beyond not in forms and run[0] is not None and len(set(run)) == 1 and _alike(own, run[0]):
                return _moved(at, step, sign), _NAMES[step]
    return None


def _goes_on(at: Place, forms: Mapping[Place, Form]) -> bool:
    """Whether a copy of a formula follows behind a cell without one."""
    return any(
        _moved(at, step, by) not in forms and forms.get(_moved(at, step, 2 * by)) == forms[at]
        for step in _STEPS
        for by in (-1, 1)
    )


def _alike(one: Form, other: Form) -> bool:
    """Whether two formulas differ in at most a few tokens."""
    if len(one.shape.words) != len(other.shape.words):
        return False
    different = sum(mine != theirs for mine, theirs in zip(one.in_words(), other.in_words(), strict=True))
    return 0 < different <= _MOST_OTHER


def _covered(at: Place, forms: Mapping[Place, Form]) -> tuple[Place, str] | None:
    """Neighbour whose pattern a number interrupts."""
    row, column = at
    if (row, column - 1) not in forms and (row - 1, column) not in forms:
        return None
    for step in _STEPS:
        before, after = forms.get(_moved(at, step, -1)), forms.get(_moved(at, step, 1))
        if before is not None and before == after and (_runs(at, step, forms) or _has_parallel(at, step, forms)):
            return _moved(at, step, -1), _NAMES[step]
    return _covered_at_an_end(at, forms)


def _has_parallel(at: Place, step: Place, forms: Mapping[Place, Form]) -> bool:
    """Whether the adjacent row or column has one formula at the same three positions."""
    other = _STEPS[1 - _STEPS.index(step)]
    for sign in (-1, 1):
        beside = _moved(at, other, sign)
        found = {forms.get(_moved(beside, step, by)) for by in (-1, 0, 1)}
        if len(found) == 1 and None not in found:
            return True
    return False


def _covered_at_an_end(at: Place, forms: Mapping[Place, Form]) -> tuple[Place, str] | None:
    """The last of a row of formulas, where the rows above or below go on to this column."""
    for step, other in (_STEPS, _STEPS[::-1]):
        before = [forms.get(_moved(at, step, -number)) for number in (1, 2)]
        if before[0] is None or before[0] != before[1]:
            continue
        for by in _NEAR:
            beside = _moved(at, other, by)
            if forms.get(beside) is not None and forms.get(beside) == forms.get(_moved(beside, step, -1)):
                return _moved(at, step, -1), _NAMES[step]
    return None


def _is_centre(at: Place, forms: Mapping[Place, Form]) -> bool:
    """Whether a cell is the centre of a grid, with equally many equal formulas on opposite sides."""
    (left, right), (above, below) = (_lengths(at, step, forms) for step in _STEPS)
    return left == right > 1 and above == below > 1


def _lengths(at: Place, step: Place, forms: Mapping[Place, Form]) -> tuple[int, int]:
    """How many formulas alike stand before a cell and behind it."""
    lengths = []
    for sign in (-1, 1):
        first, length = forms.get(_moved(at, step, sign)), 0
        while first is not None and forms.get(_moved(at, step, sign * (length + 1))) == first:
            length += 1
        lengths.append(length)
    return lengths[0], lengths[1]


def _formula(page: Page, at: Place, other: Place, along: str) -> Finding:
    return Finding(
        "inconsistent-formula",
        "warning",
        page.name,
        cell(at),
        f"={page.cell(at).formula} is not a copy of the formulas of its {along}: {cell(other)} is "
        f"={page.cell(other).formula}",
        f"Copy the formula of {cell(other)} here, or say beside it why this cell is different",
    )


def _number(page: Page, at: Place, other: Place, along: str) -> Finding:
    value = page.cell(at).value
    return Finding(
        "number-among-formulas",
        "warning",
        page.name,
        cell(at),
        f"{value:g} is typed where its {along} has formulas: {cell(other)} is ={page.cell(other).formula}. "
        "It does not follow when inputs change",
        f"Copy the formula of {cell(other)} here, or move the number to an input",
    )


def _moved(at: Place, step: Place, by: int) -> Place:
    return at[0] + step[0] * by, at[1] + step[1] * by
