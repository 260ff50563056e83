"""Lists of a case that stand in a table of their own: a row a peer, and a heading a figure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from workbooks.case.amounts import amount
from workbooks.case.shape import Problem, nearest, shown
from workbooks.peer_import.grid import BLANK, Cell, Grid, TableError, sheets

NAMES: Final = ("peer", "company", "name", "peers", "公司", "可比公司", "名称")
TEXTS: Final = {"tier": "tier", "group": "tier", "why": "why", "分组": "tier"}
AMOUNTS: Final = {
    "market value": "value",
    "market cap": "value",
    "market capitalisation": "value",
    "market capitalization": "value",
    "市值": "value",
    "net debt": "net_debt",
    "净负债": "net_debt",
    "enterprise value": "ev",
    "ev": "ev",
    "企业价值": "ev",
    "growth": "growth",
}
NOT_MEANINGFUL: Final = re.compile(r"n\.?\s?m\.?f?|n\.?/?a\.?|nmf|[-–—]+|亏损|loss|负值", re.IGNORECASE)


def with_tables(raw: dict[str, Any], folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """The data of a case file with the peers of its table, and what is wrong with the table."""
    comparables = raw.get("comparables")
    if not isinstance(comparables, dict) or not isinstance(comparables.get("table"), str) or "peers" in comparables:
        return raw, []
    problems: list[Problem] = []
    peers: list[dict[str, Any]] = []
    try:
        grid = _grid(folder / comparables["table"], str(comparables.get("sheet", "")))
        peers = [*_peers(grid, comparables, problems)]
        if not peers and not problems:
            problems.append(Problem("comparables.table", f"{comparables['table']} has no peers"))
    except TableError as error:
        problems.append(Problem("comparables.table", str(error)))
    return raw | {"comparables": comparables | {"peers": tuple(peers)}}, problems


def _grid(path: Path, sheet: str) -> Grid:
    """The sheet of a file, read in the way that gives most columns."""
    ways = [max(grids, key=lambda grid: len(grid.rows[0]) if grid.rows else 0) for grids in sheets(path) if grids]
    named = [grid for grid in ways if not sheet or grid.sheet == sheet]
    if not named:
        known = ", ".join(grid.sheet for grid in ways if grid.sheet)
        message = f"{path.name} has no sheet {sheet!r}: it has {known}" if sheet else f"{path.name} is empty"
        raise TableError(message)
    return named[0]


def _peers(grid: Grid, comparables: Mapping[str, Any], problems: list[Problem]) -> Iterator[dict[str, Any]]:
    first = next((row for row in range(len(grid.rows)) if any(cell != BLANK for cell in grid.rows[row])), None)
    if first is None:
        return
    multiples = [each for each in comparables.get("multiples", ()) if isinstance(each, dict)]
    names = [str(each.get("name")) for each in multiples]
    metrics = [str(each.get("metric")) for each in multiples]
    columns = _columns(grid, first, names, metrics, problems)
    if "name" not in columns.values():
        problems.append(Problem("comparables.table", f"{grid.place(first)}: no heading is Peer, Company or Name"))
        return
    for row in range(first + 1, len(grid.rows)):
        if any(cell != BLANK for cell in grid.rows[row]):
            yield _peer(grid, row, columns, problems)


def _columns(
    grid: Grid, row: int, multiples: Sequence[str], metrics: Sequence[str], problems: list[Problem]
) -> dict[int, str | tuple[str, str]]:
    """What each column holds: a key of the peer, or the name of one of its multiples or metrics."""
    found: dict[int, str | tuple[str, str]] = {}
    for column, cell in enumerate(grid.rows[row]):
        heading = " ".join(str(cell.content).split()) if cell != BLANK else ""
        plain = heading.casefold()
        if heading in multiples:
            found[column] = ("multiples", heading)
        elif heading in metrics:
            found[column] = ("metrics", heading)
        elif plain in NAMES:
            found[column] = "name"
        elif key := TEXTS.get(plain) or AMOUNTS.get(plain):
            found[column] = key
        elif heading:
            known = [*multiples, *metrics, "Peer", "Tier", "Market value", "Net debt", "EV"]
            said = f"{grid.place(row, column)}: the heading {shown(heading)} is not known{nearest(heading, known)}"
            problems.append(Problem("comparables.table", f"{said}; known are {', '.join(dict.fromkeys(known))}"))
    return found


def _peer(
    grid: Grid, row: int, columns: Mapping[int, str | tuple[str, str]], problems: list[Problem]
) -> dict[str, Any]:
    peer: dict[str, Any] = {}
    for column, key in columns.items():
        cell, at = grid.at(row, column), grid.place(row, column)
        text = str(cell.content).strip() if cell.content is not None else ""
        if not text and key not in ("tier", "why"):
            message = f"{at} is blank: write NM where there is no such figure"
            problems.append(Problem("comparables.table", message))
        elif key in ("name", "tier", "why"):
            peer[str(key)] = text
        elif isinstance(key, tuple):
            kind, name = key
            value = _value(cell, text, at, "multiple" if kind == "multiples" else "money", problems)
            if value is not None:
                peer.setdefault(kind, {})[name] = value
        elif not NOT_MEANINGFUL.fullmatch(text):
            peer[key] = _value(cell, text, at, "rate" if key == "growth" else "money", problems)
    return peer


def _value(cell: Cell, text: str, at: str, kind: Any, problems: list[Problem]) -> Any:  # noqa: ANN401 - as inline figures
    """A figure of the table, with the cell that it stands in; n.m. for a multiple of a loss."""
    if NOT_MEANINGFUL.fullmatch(text):
        return "n.m." if kind == "multiple" else None
    if isinstance(cell.content, float) and not cell.percent:
        return {"value": cell.content, "note": at}
    found = amount(text, (kind,))
    if found is None:
        try:
            from valuation.kernel.amount_text import parse_number  # noqa: PLC0415

            return {"value": parse_number(text), "note": at}
        except ValueError:
            problems.append(Problem("comparables.table", f"{at}: {shown(text)} is no {kind}"))
            return None
    return {"value": found.value, "unit": found.unit, "note": at}
