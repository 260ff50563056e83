"""Checks all references before the layout; an unknown one is an error with the most similar name."""

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from workbooks.declarations.calls import Varied, element
from workbooks.declarations.expressions import references
from workbooks.declarations.sheet import Block, Content, Fields, Grid, Input, Link, Sheet, Table
from workbooks.declarations.trees import Expression, Reference
from workbooks.layout.placing import Places


class UnknownReferenceError(ValueError):
    """A reference to something that does not exist."""

    def __init__(self, reference: Reference, known: Collection[Reference], where: str = "") -> None:
        near = get_close_matches(reference, known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        super().__init__(f"{where}{': ' if where else ''}nothing is called {reference}{hint}")


def check_references(sheets: Sequence[Sheet], places: Places) -> None:
    """Raise for references to something that does not exist.

    Raises
    ------
    UnknownReferenceError
        If a formula, a link, a check or a grid refers to something that does not exist; the message has the sheet, the
        section, the reference and the most similar name.
    """
    for sheet in sheets:
        for block in sheet.blocks:
            table = block if isinstance(block, Table) else None
            for reference in dict.fromkeys(_of_block(block)):
                known, name = _candidates(reference, table, places)
                if name not in known:
                    raise UnknownReferenceError(name, known, f"{sheet.name}, {block.title}")
        for check in sheet.checks:
            if element(check.at)[0] not in places.addresses:
                raise UnknownReferenceError(check.at, places.addresses, f"{sheet.name}, {check.label}")


def _candidates(reference: Reference, table: Table | None, places: Places) -> tuple[Collection[Reference], Reference]:
    """The names that a reference may be one of, and the one that it is."""
    if table is not None and "." not in reference:
        return [column.id for column in table.columns], reference
    return places.addresses, element(reference)[0]


def _of_block(block: Block) -> Iterator[Reference]:
    match block:
        case Fields():
            for line in block.fields:
                yield from _of_content(line.content)
        case Table():
            for column in block.columns:
                contents = {id(content): content for content in (column.each, *column.cells)}  # many rows share one
                for content in contents.values():
                    yield from _of_content(content)
            if block.spill:
                yield from _of_content(block.spill.call)
        case Grid():
            yield from _of_content(block.call)
            yield from (block.down.step, block.across.step)
            if block.called:
                yield from _ends(block.called)
        case _:
            return


def _of_content(content: Content) -> Iterator[Reference]:
    match content:
        case Link(to):
            yield from _ends(to)
        case Varied(call, changes):
            for reference in (*references(call), *changes.values()):
                yield from _ends(reference)
        case Expression():
            for reference in references(content):
                yield from _ends(reference)
        case Input(among=among) if among:
            yield among
        case _:
            return


def _ends(reference: Reference) -> Iterator[Reference]:
    """Both ends of a range: `mix_1:mix_2` of a row, `called.name:last` of a table."""
    table, dot, columns = reference.rpartition(".")
    for column in columns.split(":"):
        yield f"{table}{dot}{column}"
