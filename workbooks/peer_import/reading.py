"""Peers out of a table: every figure with its unit and its place, and a list of all that found none.

Nothing is guessed: a heading that may mean two things, two columns for one figure, an amount without a unit are
listed with the reason, and the figure stays out.
"""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from valuation.kernel.amount_text import MoneyUnit
from valuation.kernel.errors import NotANumberError, UnitError
from workbooks.peer_import.figures import Stated, figure, merged
from workbooks.peer_import.grid import Cell, Grid, TableError, sheets
from workbooks.peer_import.headings import (
    FIGURES,
    Heading,
    fits,
    is_absent,
    is_period,
    is_statistic,
    read_heading,
    read_unit,
)

PUBLISHER: Final = re.compile(r"(?:数据来源|资料来源|来源|sources?|data source)\s*:\s*(.+)", re.IGNORECASE)
HEADER_ROWS: Final = 40  # a table begins in one of the first so many rows


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of a peer: as it stands in the file, in its unit."""

    value: float
    unit: str  # of a case: 亿元, USD m, ×, rate
    as_of: str  # "" where the file does not say
    place: str  # peers.xlsx, sheet Data, cell C7


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer, and its figures by the fields that a case has for them."""

    name: str
    ticker: str
    place: str
    figures: Mapping[str, Found] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What did not become a figure, where it stands, and why."""

    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class PeersTable:
    """What a file says of peers; `publisher` where it names one."""

    file: str
    peers: tuple[Peer, ...]
    unplaced: tuple[Unplaced, ...]
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of a file: its sheet, the unit of its amounts, which heading holds which figure."""

    sheet: str = ""
    unit: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def read_peers(path: Path, wishes: Wishes | None = None) -> PeersTable:
    """The peers in a file.

    Parameters
    ----------
    path
        A .csv, .tsv, .xlsx or .xlsm.
    wishes
        What the file does not say, or says twice.

    Returns
    -------
    PeersTable
        The peers of all its sheets, each once, and what was not placed.

    Raises
    ------
    TableError
        If the file cannot be read, holds no table of peers, or has not the sheet or the heading asked for.
    """
    wishes = wishes or Wishes()
    _check(wishes)
    tables, names = [], []
    for ways in filter(None, sheets(path)):
        names.append(ways[0].sheet)
        if wishes.sheet in ("", ways[0].sheet):
            tables.append(max((_Table(grid, wishes) for grid in ways), key=lambda table: table.score))
    if wishes.sheet and wishes.sheet not in names:
        message = f"{path.name} has no sheet {wishes.sheet!r}: its sheets are {', '.join(names)}"
        raise TableError(message)
    for what, heading in wishes.columns.items():
        if not any(table.has(heading) for table in tables):
            message = f"{path.name} has no heading {heading!r}, which was to hold {what}"
            raise TableError(message)
    tables = [table for table in tables if table.score]
    if not tables:
        message = f"{path.name}: no headings of a company's name and a figure in the first {HEADER_ROWS} rows"
        raise TableError(message)
    return _together(path.name, tables)


def _check(wishes: Wishes) -> None:
    for what in wishes.columns:
        if what not in FIGURES:
            message = f"{what!r} is no figure of a peer: expected one of {', '.join(FIGURES)}"
            raise TableError(message)
    if wishes.unit and not isinstance(read_unit(wishes.unit), MoneyUnit):
        message = f"{wishes.unit!r} is no unit of money: expected one such as USD m or 亿元"
        raise TableError(message)


class _Table:
    """The table of one sheet: its headings, and the peers under them."""

    def __init__(self, grid: Grid, wishes: Wishes) -> None:
        self.grid = grid
        self.wishes = wishes
        self.unplaced: list[Unplaced] = []
        self.publisher = ""
        rows = [(row, self._headings(row)) for row in range(min(len(grid.rows), HEADER_ROWS))]
        self.row, self.headings = max(rows, key=lambda found: _score(found[1]), default=(0, {}))
        self.score = _score(self.headings)

    def read(self) -> list[Peer]:
        """The peers of the table; what has no place is noted."""
        stated = self._above()
        body, beneath = self.row + 1, dict[int, Heading]()
        while body < len(self.grid.rows) and (found := self._beneath(body)):
            beneath |= found
            body += 1
        columns = self._columns(beneath)
        return [peer for row in range(body, len(self.grid.rows)) if (peer := self._peer(row, columns, stated))]

    def has(self, heading: str) -> bool:
        """Whether a heading stands where headings may stand."""
        return any(_text(cell) == heading for row in self.grid.rows[:HEADER_ROWS] for cell in row)

    def _headings(self, row: int) -> dict[int, Heading]:
        return {
            column: self._heading(_text(cell))
            for column, cell in enumerate(self.grid.rows[row])
            if isinstance(cell.content, str) and cell.content.strip()
        }

    def _heading(self, text: str) -> Heading:
        heading = read_heading(text)
        for what, wished in self.wishes.columns.items():
            if text == wished:
                fitting = fits(what, heading.unit)
                problem = "" if fitting else "its unit is none of this figure"
                return replace(heading, field=what if fitting else "", problem=problem)
            if heading.field == what:
                return replace(heading, field="", problem=f"{wished!r} holds {what}")
        return heading

    def _above(self) -> Stated:
        stated = Stated()
        for row in range(self.row):
            for cell in self.grid.rows[row]:
                if isinstance(cell.content, str):
                    stated.read(cell.content)
        wished = read_unit(self.wishes.unit) if self.wishes.unit else None
        if isinstance(wished, MoneyUnit):
            stated.unit, stated.currency = wished, wished.currency or stated.currency
        return stated

    def _beneath(self, row: int) -> dict[int, Heading]:
        """Units and periods in a row under the headings; none where it is no such row."""
        found = {}
        for column, cell in enumerate(self.grid.rows[row]):
            text = _text(cell).strip("()[]（） ")
            if not text:
                continue
            unit, period = read_unit(text), is_period(text)
            if not isinstance(cell.content, str) or not (unit or period):
                return {}
            found[column] = Heading(text, unit=unit, period=text.upper() if period else "")
        return found

    def _columns(self, beneath: Mapping[int, Heading]) -> dict[str, tuple[int, Heading]]:
        """The one column of each figure; where two may hold it, neither does."""
        held: dict[str, list[tuple[int, Heading]]] = defaultdict(list)
        for column, above in self.headings.items():
            heading = _with(above, beneath[column]) if column in beneath else above
            if heading.field:
                held[heading.field].append((column, heading))
            else:
                self._note(self.row, column, heading.text, heading.problem)
        columns = {}
        for what, places in held.items():
            if len(places) == 1 or what not in FIGURES:
                columns[what] = places[0]
                for column, heading in places[1:]:
                    self._note(self.row, column, heading.text, f"{places[0][1].text!r} already is the {what}")
                continue
            for column, heading in places:
                others = ", ".join(repr(other.text) for at, other in places if at != column)
                why = f"ambiguous: {others} may be the {what} too; choose with --column {what}=HEADING"
                self._note(self.row, column, heading.text, why)
        return columns

    def _peer(self, row: int, columns: Mapping[str, tuple[int, Heading]], stated: Stated) -> Peer | None:
        def text(what: str) -> str:
            return _text(self.grid.at(row, columns[what][0])) if what in columns else ""

        texts = [_text(cell) for cell in self.grid.rows[row]]
        said = next((text for text in texts if text), "")
        if not said or all(texts[column] == heading.text for column, heading in self.headings.items()):
            return None
        publisher = PUBLISHER.fullmatch(unicodedata.normalize("NFKC", said))
        if publisher:
            self.publisher = self.publisher or publisher[1]
            return None
        name, place = text("name") or text("ticker"), self.grid.place(row)
        figures = {}
        if is_absent(name):
            why = "has no name"
        elif is_statistic(name):
            why = "sums up the others: no peer"
        else:
            why = "has no figure"
            for what, (column, heading) in columns.items():
                if what in FIGURES and (found := self._found(row, column, heading, stated, text("currency"))):
                    figures[what] = replace(found, as_of=heading.period or text("as_of") or stated.as_of)
        if not figures:
            self.unplaced.append(Unplaced(place, name or said, why))
            return None
        return Peer(name, text("ticker"), place, figures)

    def _found(self, row: int, column: int, heading: Heading, stated: Stated, currency: str) -> Found | None:
        cell = self.grid.at(row, column)
        if is_absent(_text(cell)):
            return None
        try:
            value, unit = figure(cell, heading, stated, currency)
        except (NotANumberError, UnitError) as problem:
            self._note(row, column, _text(cell), str(problem))
            return None
        return Found(value, unit, "", self.grid.place(row, column))

    def _note(self, row: int, column: int, text: str, why: str) -> None:
        self.unplaced.append(Unplaced(self.grid.place(row, column), text, why))


def _score(headings: Mapping[int, Heading]) -> int:
    """How much a row looks like headings: a name or a ticker, and figures that are or may be understood."""
    fields = [heading.field for heading in headings.values() if heading.field]
    figures = [what for what in fields if what in FIGURES]
    return len(fields) if figures and {"name", "ticker"} & {*fields} else 0


def _with(heading: Heading, under: Heading) -> Heading:
    try:
        unit = merged(heading.unit, under.unit)
    except UnitError as problem:
        return replace(heading, field="", problem=str(problem))
    if heading.field in FIGURES and not fits(heading.field, unit):
        return replace(heading, field="", problem=f"{under.text!r} under it is none of its units")
    return replace(heading, unit=unit, period=heading.period or under.period)


def _text(cell: Cell) -> str:
    match cell.content:
        case dt.datetime():
            return cell.content.date().isoformat()
        case float():
            return f"{cell.content:.15g}"
        case None:
            return ""
        case _:
            return " ".join(str(cell.content).split())


def _together(file: str, tables: list[_Table]) -> PeersTable:
    """The peers of all sheets: one that stands in several has the figures of all, unless they disagree."""
    unplaced: list[Unplaced] = []
    peers: dict[str, Peer] = {}
    for table in tables:
        here: set[str] = set()
        for peer in table.read():
            key = peer.name.casefold()
            if key in here:
                unplaced.append(Unplaced(peer.place, peer.name, f"already stands in {peers[key].place}"))
                continue
            here.add(key)
            peers[key] = _joined(peers[key], peer, unplaced) if key in peers else peer
        unplaced += table.unplaced
    publisher = next((table.publisher for table in tables if table.publisher), "")
    return PeersTable(file, tuple(peers.values()), tuple(unplaced), publisher)


def _joined(first: Peer, second: Peer, unplaced: list[Unplaced]) -> Peer:
    figures = {**second.figures, **first.figures}
    for what in first.figures.keys() & second.figures.keys():
        one, other = first.figures[what], second.figures[what]
        if (one.value, one.unit) != (other.value, other.unit):
            for here, there in ((one, other), (other, one)):
                why = f"{there.place} says {there.value:g} {there.unit}"
                unplaced.append(Unplaced(here.place, f"{here.value:g} {here.unit}", why))
            del figures[what]
    return replace(first, ticker=first.ticker or second.ticker, figures=figures)
