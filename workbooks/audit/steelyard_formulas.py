"""Rules on formulas of our workbooks: overwritten, changed or plugged formulas, disarmed checks."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from workbooks.audit.finding import Finding, cell
from workbooks.audit.graph import At
from workbooks.audit.reference import Before, Reference
from workbooks.audit.stale import shown_value
from workbooks.audit.words import words

_CHECKS: Final = "checks"
_RESTORE: Final = "Put the formula back: ={}"


def findings(reference: Reference) -> Iterator[Finding]:
    """Find changes to the formulas since the workbook was written."""
    for at, before in reference.formulas.items():
        if not reference.is_same(at, before):
            text = reference.graph.formulas.get(at)
            yield _overwritten(reference, at, before) if text is None else _changed(reference, at, before, text)


def _overwritten(reference: Reference, at: At, before: Before) -> Finding:
    value = reference.graph.page(at.sheet).cell(at.place).value
    is_check = before.sheet == _CHECKS
    what = "is blank" if value is None else f"holds {shown_value(value)}"
    why = "so the check can no longer fail" if is_check else "so it no longer follows its inputs"
    return Finding(
        "check-disarmed" if is_check else "formula-overwritten",
        "error",
        at.sheet,
        cell(at.place),
        f"{what} where the workbook was written with ={before.text}, {why}",
        _RESTORE.format(before.text),
    )


def _changed(reference: Reference, at: At, before: Before, text: str) -> Finding:
    now, then = reference.now_words(at, text), reference.then_words(before)
    rule, what = "formula-changed", "is not the formula that the workbook was written with"
    if before.sheet == _CHECKS:
        rule, what = "check-disarmed", "is not the check that the workbook was written with"
    elif _is_plugged(now, then):
        rule, what = "formula-plugged", "adds a typed number to the formula that the workbook was written with"
    elif _is_shorter(text, before.text):
        rule, what = "short-range", "takes fewer cells than the formula that the workbook was written with"
    return Finding(
        rule, "error", at.sheet, cell(at.place), f"={text} {what}: ={before.text}", _RESTORE.format(before.text)
    )


def _is_plugged(now: tuple[str, ...], then: tuple[str, ...]) -> bool:
    """Whether a formula has all its original tokens plus additional numbers."""
    more, less = Counter(now), Counter(then)
    added = more - less
    return not less - more and any(word[:1].isdigit() for word in added)


def _is_shorter(text: str, before: str) -> bool:
    """Whether a formula differs only in a range that is shorter than the original."""
    now, then = words(text), words(before)
    pairs = [(one.to, other.to) for one, other in zip(now, then, strict=False) if one.to and other.to and one != other]
    if len(now) != len(then) or not pairs:
        return False
    return all(
        not other.is_one
        and other.first.row <= one.first.row <= one.last.row <= other.last.row
        and other.first.column <= one.first.column <= one.last.column <= other.last.column
        for one, other in pairs
    )
