"""Lists of a case (peers, parts, scenarios) and the tables of sheets that show them with one row per item.

The table of a list and the column of a key are derived from the declared sheets: the first column holds the names of
the items, and a column that links to the figure of a key is the column of that key.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from workbooks.case.model import Case
from workbooks.case.roles import Record
from workbooks.declarations.expressions import references
from workbooks.declarations.sheet import Column, Content, Input, Link, Sheet, Table
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import ABSENT
from workbooks.read_back.known_cells import figure_at

KeyPath: TypeAlias = tuple[str | int, ...]  # ("low",), ("metrics", "EBITDA 2025E"), ("mix", 0)

# Keys of columns with another name, for keys that no item has a figure for.
TOGETHER: Final = {"claims": "net_debt", "ev": "enterprise_value", "owned": "stake"}
MULTIPLES: Final = "multiples"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of the case and its table; `keys` are the keys of items by column."""

    section: str
    field: str
    items: tuple[Record, ...]
    sheet: Sheet
    table: Table
    keys: dict[str, KeyPath]
    record: type[Record]

    @property
    def name(self) -> str:
        """The key with the name of an item."""
        return _named(self.items[0])


def lists_of(case: Case, sheets: Sequence[Sheet]) -> list[ListOf]:
    """Find the table of each list of a case; among several the one with most keys."""
    found: dict[tuple[str, str], ListOf] = {}
    for section, field, items in _lists(case):
        names = [getattr(item, _named(item)) for item in items]
        for sheet in sheets:
            for table in sheet.blocks:
                if not isinstance(table, Table) or [*table.columns[0].cells] != names:
                    continue
                keys = {
                    column.id: key for column in table.columns[1:] if (key := _key(column, table, items)) is not None
                }
                each = ListOf(section, field, items, sheet, table, keys, type(items[0]))
                known = found.get((section, field))
                if (table.grows or table.across) and (known is None or len(keys) > len(known.keys)):
                    found[section, field] = each
    return [*found.values()]


def content_of(column: Column, row: int) -> Content:
    """Declared content of a column for a row."""
    return column.cells[row] if column.cells else column.each


def is_linked(column: Column, rows: int) -> bool:
    """Whether a column links to figures, and does not only calculate."""
    return any(isinstance(content_of(column, row), Link) for row in range(rows))


def _lists(case: Case) -> Iterator[tuple[str, str, tuple[Record, ...]]]:
    for section in type(case).model_fields:
        held = getattr(case, section)
        if not isinstance(held, Record):
            continue
        for field in type(held).model_fields:
            items = getattr(held, field)
            if isinstance(items, tuple) and items and isinstance(items[0], Record) and _named(items[0]):
                yield section, field, items


def _named(item: Record) -> str:
    return next((key for key in ("name", "label") if key in type(item).model_fields), "")


def _key(column: Column, table: Table, items: Sequence[Record]) -> KeyPath | None:
    """Key of a column: the one whose figures it links to in most rows."""
    fields = type(items[0]).model_fields
    votes: Counter[KeyPath] = Counter()
    for row, item in enumerate(items[: table.rows]):
        votes.update(paths_in(content_of(column, row), item) or paths_of(figure_at(column, row), item))
    if votes:
        most = max(votes.values())
        best = [path for path, count in votes.items() if count == most]
        path = next((path for path in best if _said(path, column)), best[0])
        # If no item has its own low multiple, the column for the low shows the base.
        others = {each.id for each in table.columns if each is not column and is_linked(each, table.rows)}
        return (column.id,) if column.id in fields and path[-1] in others else path
    if column.id in TOGETHER and TOGETHER[column.id] in fields:
        return (TOGETHER[column.id],)
    if MULTIPLES in fields and column.unit == "×" and column.cells:
        return (column.id,) if column.id in fields else (MULTIPLES, str(column.heading))
    typed = [content_of(column, row) for row in range(table.rows)]
    plain = any(isinstance(each, (Input, str)) and each != ABSENT for each in typed)
    return (column.id,) if column.id in fields and (plain or any(map(_figures, typed))) else None


def paths_in(content: Content, item: Record) -> list[KeyPath]:
    """Keys of an item whose figure a content shows."""
    figures = _figures(content)
    return [path for path, figure in _paths(item) if figure in figures] if len(figures) == 1 else []


def paths_of(figure: str, item: Record) -> list[KeyPath]:
    """Keys of an item that hold a figure."""
    return [path for path, held in _paths(item) if held == figure] if figure else []


def _said(path: KeyPath, column: Column) -> bool:
    return column.id in {"_".join(map(str, path)), str(path[-1])} or column.heading == path[-1]


def _figures(content: Content) -> set[str]:
    """Figures in a content, without exchange rates unless there is nothing else."""
    if isinstance(content, Link):
        found = [content.to]
    else:
        found = [*references(content)] if isinstance(content, Expression) else []
    figures = {each.removeprefix("figures.") for each in found if each.startswith("figures.")}
    amounts = {each for each in figures if not each.lower().startswith("fx")}
    return amounts or figures


def _paths(item: Record) -> Iterator[tuple[KeyPath, str]]:
    for key in type(item).model_fields:
        held = getattr(item, key)
        if isinstance(held, str):
            yield (key,), held
        elif isinstance(held, dict):
            yield from (((key, name), figure) for name, figure in held.items() if isinstance(figure, str))
        elif isinstance(held, tuple):
            yield from (((key, place), figure) for place, figure in enumerate(held) if isinstance(figure, str))
