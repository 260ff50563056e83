"""Rules on formulas of our workbooks: overwritten, changed or plugged formulas, disarmed checks, rows below a list."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from workbooks.audit.finding import Finding, cell
from workbooks.audit.graph import At
from workbooks.audit.reference import Before, Reference
from workbooks.audit.stale import shown_value
from workbooks.audit.words import words
from workbooks.layout.sheet_cells import LaidSheet
from workbooks.recalculation.worksheet import place

_CHECKS: Final = "checks"
_RESTORE: Final = "Put the formula back: ={}"
_BELOW: Final = 3  # number of rows below a list that are searched for input


def findings(reference: Reference) -> Iterator[Finding]:
    """Find changes to the formulas since the workbook was written."""
    for at, before in reference.formulas.items():
        if not reference.is_same(at, before):
            text = reference.graph.formulas.get(at)
            yield _overwritten(reference, at, before) if text is None else _changed(reference, at, before, text)
    yield from _below(reference)


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


def _below(reference: Reference) -> Iterator[Finding]:
    """Input below the last row of a list, outside all ranges."""
    identity = reference.identity
    for known, written in identity.written.items():
        page = next((page for page in reference.laid.sheets if page.sheet.id == written.sheet), None)
        if written.kind != "list" or page is None:
            continue
        last = _last_row(reference, known, page)
        end = reference.now(written.sheet, (last, place(written.address)[1])) if last else None
        if end:
            yield from _typed_below(reference, known, end)


def _last_row(reference: Reference, known: str, page: LaidSheet) -> int:
    """Original last row of the ranges of a list."""
    ends = [
        address.row + address.count - 1 + address.tail
        for name, address in reference.laid.addresses.items()
        if name.startswith(f"{known}.")
        and "." not in name.removeprefix(f"{known}.")
        and not address.across
        and address.sheet == page.sheet.name
    ]
    return max(ends, default=0)


def _is_added(reference: Reference, at: At) -> bool:
    """Whether a cell was originally empty."""
    then = reference.cells.get(at)
    return at not in reference.formulas and (then is None or then.content in {None, ""})


def _typed_below(reference: Reference, known: str, end: At) -> Iterator[Finding]:
    page = reference.graph.page(end.sheet)
    for row in range(end.place[0] + 1, end.place[0] + 1 + _BELOW):
        typed = [
            at
            for at in sorted(page.cells)
            if at[0] == row and _is_added(reference, At(end.sheet, at)) and not page.cell(at).formula
        ]
        if not typed or not any(isinstance(page.cell(at).value, (int, float)) for at in typed):
            continue
        if typed[0][1] > end.place[1] + 1:
            continue
        yield Finding(
            "row-below-list",
            "error",
            end.sheet,
            cell(typed[0]),
            f"{shown_value(page.cell(typed[0]).value)} is typed below the last row of the list {known}: "
            "no formula reads it, so it does not count",
            f"Insert a row above row {end.place[0]}, copy the formulas down, and move it there",
            cells=tuple(cell(at) for at in typed),
        )
