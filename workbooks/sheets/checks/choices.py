"""Check: what is chosen is one of its choices, since a program that pastes does not look at the list beside a cell."""

from collections.abc import Iterator, Sequence

from workbooks.declarations.excel_functions import AND, COUNTA, COUNTIF, OR
from workbooks.declarations.expressions import equal, ref, total, unequal
from workbooks.declarations.sheet import Check, Column, Content, Fields, Input, Sheet, Table
from workbooks.declarations.trees import Expression, Reference

MOST_CELLS = 100  # a function takes 255 arguments
LABEL = "What is chosen is one of the choices"


def chosen(sheets: Sequence[Sheet]) -> Check | None:
    """The check of all choices on these sheets; None where there is nothing to choose."""
    found = [each for sheet in sheets for each in _of(sheet)]
    if not found:
        return None
    tests = [test for _, test in found]
    return Check("choices", LABEL, tests[0] if len(tests) == 1 else AND(*tests), "fail", found[0][0])


def _of(sheet: Sheet) -> Iterator[tuple[Reference, Expression]]:
    """Each cell or column of choices, with its test."""
    for block in sheet.blocks:
        if isinstance(block, Fields):
            for line in block.fields:
                yield from _cell(f"{sheet.id}.{line.id}", line.content)
        elif isinstance(block, Table) and not block.quiet:
            for column in block.columns:
                yield from _column(block, column)


def _cell(at: Reference, content: Content) -> Iterator[tuple[Reference, Expression]]:
    if isinstance(content, Input) and content.choices:
        yield at, OR(*(equal(ref(at), choice) for choice in content.choices))


def _column(table: Table, column: Column) -> Iterator[tuple[Reference, Expression]]:
    """A column: what is filled in is a choice, also in rows that are inserted, and no row of the case is blank.

    The last row of a list is blank, so that blanks are counted in the rows of the case alone.
    """
    contents, at = column.cells or [column.each] * table.rows, f"{table.id}.{column.id}"
    lists = {each.choices if isinstance(each, Input) else () for each in contents}
    if len(lists) > 1:
        for number, content in enumerate(contents, start=1):
            yield from _cell(f"{at}[{number}]", content)
    elif choices := next(iter(lists), ()):
        yield at, equal(total([COUNTIF(ref(at), choice) for choice in choices]), COUNTA(ref(at)))
        for number in range(1, min(table.rows, MOST_CELLS) + 1):
            yield at, unequal(ref(f"{at}[{number}]"), "")
