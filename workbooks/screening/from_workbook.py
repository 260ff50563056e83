"""Reads the table of a screen from a sheet of a workbook, as text that is read like that of a CSV file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from workbooks.peer_import.grid import Content, Grid, shown
from workbooks.peer_import.opening import sheets
from workbooks.peer_import.records import TableError
from workbooks.screening.spec import SpecError, TableSpec

TWICE: Final = "_duplicated_0"  # how Polars calls the second of two columns with one name


def of_workbook(path: Path, table: TableSpec) -> pl.DataFrame:
    """The table whose headings have the column of ids, in the sheet that is named or the first that has it.

    Raises
    ------
    SpecError
        If the workbook cannot be read, or has no such sheet or column.
    """
    try:
        grids = [grid for ways in sheets(path) for grid in ways]
    except TableError as problem:
        raise SpecError(path, [str(problem).removeprefix(f"{path.name} ").removeprefix(f"{path.name}: ")]) from None
    names = [grid.origin.sheet for grid in grids]
    if table.sheet and table.sheet not in names:
        raise SpecError(path, [f"has no sheet {table.sheet!r}: there are {', '.join(names)}"])
    for grid in grids:
        if table.sheet and grid.origin.sheet != table.sheet:
            continue
        for row in range(len(grid.rows)):
            headings = [shown(cell) for cell in grid.rows[row]]
            if table.id in headings:
                return _frame(grid, row, headings)
    where = f"sheet {table.sheet!r} has" if table.sheet else "no sheet has"
    raise SpecError(path, [f"{where} {'no ' if table.sheet else 'a '}row of headings with {table.id!r}, [table] id"])


def _frame(grid: Grid, top: int, headings: Sequence[str]) -> pl.DataFrame:
    """The rows below the headings, without blank ones."""
    columns = dict(_named(headings))
    cells: dict[int, list[str | None]] = {place: [] for place in columns}
    for row in range(top + 1, len(grid.rows)):
        texts = {place: _text(grid.at(row, place)) for place in columns}
        if any(texts.values()):
            for place, text in texts.items():
                cells[place].append(text)
    return pl.DataFrame({name: cells[place] for place, name in columns.items()}).cast(pl.String)


def _named(headings: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The place of each heading with its name; a name that stands twice is marked, so that its use is refused."""
    seen: set[str] = set()
    for place, name in enumerate(headings):
        if not name or f"{name}{TWICE}" in seen:
            continue
        known = f"{name}{TWICE}" if name in seen else name
        seen.add(known)
        yield place, known


def _text(content: Content) -> str | None:
    """A cell as text; a number with all its digits."""
    if isinstance(content, bool) or not isinstance(content, float):
        return shown(content) or None
    return repr(content) if content % 1 else f"{content:.0f}"
