"""Workings: data of charts, rankings and drop-down lists, on a separate sheet that is not printed."""

from collections.abc import Sequence
from dataclasses import replace

from workbooks.declarations.sheet import Sheet, Table
from workbooks.declarations.texts import Text


def taken_from(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Table]]:
    """Move the tables with chart data from the sheets, and return these tables with the names of their sheets."""
    tables = [
        replace(block, title=Text("{}: {}", sheet.name, block.title))
        for sheet in sheets
        for block in sheet.blocks
        if isinstance(block, Table) and block.quiet
    ]
    rest = [
        replace(sheet, blocks=[b for b in sheet.blocks if not (isinstance(b, Table) and b.quiet)]) for sheet in sheets
    ]
    return rest, tables


def workings(tables: Sequence[Table]) -> Sheet | None:
    """The sheet of these tables."""
    if not tables:
        return None
    return Sheet(
        "workings",
        "Workings",
        "Workings",
        "What do the charts draw on, and what are lists sorted by? Nothing here is to be typed or printed.",
        tables,
        printed=False,
    )
