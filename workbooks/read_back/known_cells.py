"""The cells of a workbook that must be found again when it is read back, derived from the declared sheets.

There is no list of sheets or tables: cells of new ones are recognised by their contents.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, Literal, NamedTuple, TypeAlias

from workbooks.address import Address
from workbooks.case.model import Case
from workbooks.declarations.calls import element
from workbooks.declarations.sheet import Column, Content, Fields, Input, Sheet, Table
from workbooks.declarations.trees import Reference
from workbooks.layout.placing import LABEL
from workbooks.layout.sheet_cells import LaidBook
from workbooks.sheets.method import WHICH
from workbooks.sheets.methods import Results
from workbooks.sheets.result_cells import result_cells

Kind: TypeAlias = Literal["figure", "input", "selector", "row", "list", "result", "sheet"]
PREFIX: Final = "_sy_"
NAME_LIMIT: Final = 200  # characters; Excel takes 255


class Known(NamedTuple):
    """A cell and its meaning.

    The id of a `figure` is `figures.ID` of the case; of an `input` (a number that is not a figure of the case) and of a
    `selector` (a choice from a list) it is the reference of the declaration, `inputs.tolerance`, `peers.included[2]`;
    of the first cell of a `row` of a list `peers[2]`; of the `list` `peers`: the line below its last row, or of a list
    laid across the label before its names; of a `result` `results.METHOD.equity.base`; of a `sheet`
    `sheets.inputs`. Items are counted from 1.
    """

    id: str
    kind: Kind
    sheet: str  # id of the sheet, the same in all languages
    address: Address


def known_cells(book: LaidBook, case: Case) -> list[Known]:
    """All cells with data of the case, in the order of the sheets."""
    found = [known for page in book.sheets for known in _of_sheet(page.sheet, book, case)]
    ids = {page.sheet.name: page.sheet.id for page in book.sheets}
    for method, cells in result_cells(case).items():
        for name, reference in _ends(method, cells):
            address = address_of(book.addresses, reference)
            found.append(Known(name, "result", ids[address.sheet], address))
    return found


def hidden_names(ids: Iterable[str]) -> dict[str, str]:
    """Hidden name of each id: its valid characters, with a number where two names would be equal.

    Examples
    --------
    >>> hidden_names(["figures.fx", "peers[2]", "peers.2"])
    {'figures.fx': '_sy_figures_fx', 'peers[2]': '_sy_peers_2', 'peers.2': '_sy_peers_2_2'}
    """
    taken: set[str] = set()
    made = {}
    for each in ids:
        plain = PREFIX + re.sub(r"\W+", "_", each).strip("_")[:NAME_LIMIT]
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name.casefold())
        made[each] = name
    return made


def address_of(addresses: dict[Reference, Address], reference: Reference) -> Address:
    """The cell of a reference such as `parts.metric[2]`."""
    name, place = element(reference)
    if reference in addresses or place is None:
        return addresses[reference]
    return addresses[name].at(place)


def is_typed(content: Content) -> bool:
    """Whether a cell is an input: a number or a choice."""
    if isinstance(content, Input):
        return bool(content.choices or content.among) or not isinstance(content.value, str)
    return isinstance(content, (int, float)) and not isinstance(content, bool)


def figures_of(table: Table, case: Case) -> list[str]:
    """Ids of the figures in the rows of a table; empty where it has none."""
    ids = next((column.cells for column in table.columns if column.id == "id"), ())
    return [str(each) for each in ids] if ids and all(each in case.figures for each in ids) else []


def _of_sheet(sheet: Sheet, book: LaidBook, case: Case) -> Iterator[Known]:
    yield Known(f"sheets.{sheet.id}", "sheet", sheet.id, book.addresses[sheet.id])
    for block in sheet.blocks:
        match block:
            case Fields(fields=fields):
                for line in fields:
                    if is_typed(line.content):
                        reference = f"{sheet.id}.{line.id}"
                        yield Known(reference, _kind(line.content), sheet.id, book.addresses[reference])
            case Table(quiet=False):
                yield from _of_table(block, sheet, book, case)


def _of_table(table: Table, sheet: Sheet, book: LaidBook, case: Case) -> Iterator[Known]:
    figures = figures_of(table, case)
    names = table.columns[0]
    named = all(isinstance(each, str) and each for each in names.cells) and len(names.cells) == table.rows > 0
    if named and (table.grows or table.across):
        first = book.addresses[f"{table.id}.{names.id}"]
        beside = replace(first, column=LABEL) if table.across else first.at(first.count)
        yield Known(table.id, "list", sheet.id, replace(beside, count=1, tail=0))
        for row in range(table.rows):
            yield Known(f"{table.id}[{row + 1}]", "row", sheet.id, first.at(row))
    else:
        yield from _typed_names(table, sheet, book)
    for column in table.columns:
        if not column.cells and not is_typed(column.each):
            continue
        for row, content in _contents(column, table.rows):
            if is_typed(content):
                address = book.addresses[f"{table.id}.{column.id}"].at(row)
                figure = figures[row] if figures else figure_at(column, row)
                if figure:
                    yield Known(f"figures.{figure}", "figure", sheet.id, address)
                else:
                    yield Known(f"{table.id}.{column.id}[{row + 1}]", _kind(content), sheet.id, address)


def figure_at(column: Column, row: int) -> str:
    """Figure of an input cell in a table without ids; "" where there is none."""
    key = column.keys[row] if row < len(column.keys) else ""
    kind, _, figure = key.partition(".")
    return figure if kind in {"typed", "figures"} else ""


def _typed_names(table: Table, sheet: Sheet, book: LaidBook) -> Iterator[Known]:
    """Cells with the names of rows that hold figures, in a table where names are inputs too."""
    keyed = [column for column in table.columns if column.keys]
    for row in range(table.rows if keyed else 0):
        if not any(figure_at(column, row) for column in keyed):
            continue
        for column in table.columns:
            content = column.cells[row] if column.cells else column.each
            if isinstance(content, Input) and isinstance(content.value, str) and content.value:
                yield Known(
                    f"{table.id}[{row + 1}]", "row", sheet.id, book.addresses[f"{table.id}.{column.id}"].at(row)
                )
                break


def _contents(column: Column, rows: int) -> Iterator[tuple[int, Content]]:
    for row in range(rows):
        yield row, column.cells[row] if column.cells else column.each


def _kind(content: Content) -> Kind:
    return "selector" if isinstance(content, Input) and (content.choices or content.among) else "input"


def _ends(method: str, cells: Results) -> Iterator[tuple[str, Reference]]:
    for kind, of in cells.items():
        for which in WHICH:
            reference = getattr(of, which)
            if reference:
                yield f"results.{method}.{kind}.{which}", reference
