"""Rules on what was typed into blank cells of our workbooks: rows below a list, columns beside it, unused numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workbooks.address import Address
from workbooks.audit.finding import Finding, Place, cell
from workbooks.audit.graph import At
from workbooks.audit.reference import Reference
from workbooks.audit.stale import shown_value
from workbooks.recalculation.cell_kinds import is_number

_FURTHER: Final = 3  # number of rows below a list that are searched for input


@dataclass(frozen=True, slots=True)
class _List:
    """Original place of a list: its sheet by id, its first and last cell, and whether it runs across.

    The last row of a list that runs down is its closing line, which its ranges include.
    """

    known: str
    sheet: str
    first: Place
    last: Place
    across: bool


def findings(reference: Reference) -> Iterator[Finding]:
    """Find numbers that were typed where nothing was written, and that do not count."""
    told: set[At] = set()
    for each in _lists(reference):
        for one in _beside(reference, each) if each.across else _below(reference, each):
            told.update(At(one.sheet, at) for at in _typed_in(reference, one))
            yield one
    yield from _unused(reference, told)


def _typed_in(reference: Reference, found: Finding) -> Iterator[Place]:
    return (at for at in reference.graph.page(found.sheet).cells if cell(at) in found.cells)


def _lists(reference: Reference) -> Iterator[_List]:
    """Original places of the lists that readers may lengthen."""
    ids = {page.sheet.name: page.sheet.id for page in reference.laid.sheets}
    for known, written in reference.identity.written.items():
        if written.kind != "list":
            continue
        columns = [
            address
            for name, address in reference.laid.addresses.items()
            if name.startswith(f"{known}.")
            and "." not in name.removeprefix(f"{known}.")
            and ids.get(address.sheet) == written.sheet
        ]
        for across in (False, True):
            corners = [_corners(address) for address in columns if address.across is across]
            if corners:
                first, last = (min(one for one, _ in corners), max(other for _, other in corners))
                left, right = min(one[1] for one, _ in corners), max(other[1] for _, other in corners)
                yield _List(known, written.sheet, (first[0], left), (last[0], right), across)


def _corners(address: Address) -> tuple[Place, Place]:
    """First and last cell of a column, or of a row that runs across."""
    more = address.count - 1 + address.tail
    first = (address.row, address.column)
    return first, (first[0], first[1] + more) if address.across else (first[0] + more, first[1])


def _below(reference: Reference, known: _List) -> Iterator[Finding]:
    """Rows typed on the closing line of a list, or below it."""
    end, first = reference.now(known.sheet, known.last), reference.now(known.sheet, (known.last[0], known.first[1]))
    if end is None or first is None:
        return
    page = reference.graph.page(end.sheet)
    row, left, right = end.place[0], first.place[1], end.place[1]
    for line in range(row, row + 1 + _FURTHER):
        places = [(line, column) for column in range(left, right + 1)]
        typed = [at for at in places if _is_typed(reference, At(end.sheet, at)) and not page.cell(at).formula]
        if not any(is_number(page.cell(at).value) for at in typed):
            continue
        if line == row and any(page.cell(at).formula for at in places):
            continue  # a whole row, formulas too: it counts, as ranges include the closing line
        yield Finding(
            "row-below-list",
            "error",
            end.sheet,
            cell(typed[0]),
            f"{shown_value(page.cell(typed[0]).value)} is typed below the last row of the list {known.known}: "
            "the formulas of the list do not reach it, so it does not count",
            f"Insert a row above row {row}, copy the formulas down, and move it there",
            cells=tuple(cell(at) for at in typed),
        )


def _beside(reference: Reference, known: _List) -> Iterator[Finding]:
    """A column typed beside the last one of a list that runs across."""
    end = reference.now(known.sheet, known.last)
    if end is None:
        return
    page, column = reference.graph.page(end.sheet), end.place[1] + 1
    rows = (reference.now(known.sheet, (row, known.last[1])) for row in range(known.first[0], known.last[0] + 1))
    places = [(at.place[0], column) for at in rows if at]
    typed = [at for at in places if _is_typed(reference, At(end.sheet, at))]
    if any(page.cell(at).formula for at in typed) or not any(is_number(page.cell(at).value) for at in typed):
        return
    yield Finding(
        "row-below-list",
        "error",
        end.sheet,
        cell(typed[0]),
        f"{shown_value(page.cell(typed[0]).value)} is typed beside the last column of the list {known.known}: "
        "no formula reads the column, so it does not count",
        "Add it to the case, and build the workbook anew",
        cells=tuple(cell(at) for at in typed),
    )


def _unused(reference: Reference, told: set[At]) -> Iterator[Finding]:
    """Numbers typed into cells that the workbook left blank, which no formula reads."""
    for sheet, moves in reference.moves.items():
        if not reference.is_exact(sheet):
            continue
        page, read = reference.graph.page(moves.name), reference.graph.read[moves.name]
        for place, value in page.numbers.items():
            at = At(moves.name, place)
            if place not in read and at not in told and _is_added(reference, at):
                yield Finding(
                    "unused-input",
                    "note",
                    at.sheet,
                    cell(place),
                    f"{shown_value(value)} is typed into a cell that the workbook left blank, and no formula uses it",
                    "Take it out, or type it where the formulas read it",
                    alike="unused",
                )


def _is_typed(reference: Reference, at: At) -> bool:
    """Whether a cell holds what a reader typed into a blank cell, or over a text."""
    value, then = reference.graph.page(at.sheet).cell(at.place).value, reference.cells.get(at)
    if value in {None, ""}:
        return False
    over = then is not None and isinstance(then.content, str) and then.role not in {"input", "entry"}
    return _is_added(reference, at) or (over and not reference.is_unchanged(at) and at not in reference.formulas)


def _is_added(reference: Reference, at: At) -> bool:
    """Whether a cell was originally empty, and is none to be filled in."""
    then = reference.cells.get(at)
    return at not in reference.formulas and (
        then is None or (then.content in {None, ""} and then.role not in {"input", "entry", "stored"})
    )
