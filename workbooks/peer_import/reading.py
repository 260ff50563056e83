"""Reads peers from a file: every figure with its unit, period and cell, and a list of everything not used.

Nothing is guessed. An ambiguous heading, two columns for one figure or an amount without a unit is listed with the
reason and the option that resolves it, and the figure is not used.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from valuation.kernel.amount_text import MoneyUnit
from workbooks.peer_import.bodies import Body, choices
from workbooks.peer_import.grid import Grid
from workbooks.peer_import.headings import ALL_FIGURES, FIGURES, IDENTITY
from workbooks.peer_import.opening import Text, opened
from workbooks.peer_import.records import Found, Peer, PeersTable, TableError, Unplaced, Wishes
from workbooks.peer_import.stated import Stated
from workbooks.peer_import.tables import Guess, Table, tables
from workbooks.peer_import.units import read_unit

_SHOWN: Final = 12  # headings listed in an error


def read_peers(path: Path, wishes: Wishes | None = None) -> PeersTable:
    """Read the peers of a file.

    Parameters
    ----------
    path
        A delimited text file (.csv, .tsv, .txt, .xls) or a workbook (.xlsx, .xlsm).
    wishes
        The user's options, for what the file does not state or states ambiguously.

    Returns
    -------
    PeersTable
        The peers of all its tables and sheets, each once, and everything that was not used.

    Raises
    ------
    TableError
        If the file cannot be read, has no table of peers, or lacks a requested sheet or heading.
    """
    wishes = wishes or Wishes()
    _check(wishes)
    if wishes.most:  # of a preview the beginning, and the whole file only where that does not tell enough
        with suppress(TableError):
            return _read(path, wishes, wishes.most)
    return _read(path, wishes, 0)


def peers_of_case(path: Path, wishes: Wishes, most: int) -> tuple[PeersTable, int]:
    """The peers in a file, the first of them as many as a case holds, and how many there are."""
    table = read_peers(path, wishes)
    return replace(table, peers=table.peers[:most]), len(table.peers)


def _read(path: Path, wishes: Wishes, rows: int) -> PeersTable:
    bodies: list[Body] = []
    guesses: list[tuple[Grid, Guess]] = []
    names: list[str] = []
    for grid in _grids(path, wishes, rows):
        names.append(grid.origin.sheet)
        if wishes.sheet in ("", grid.origin.sheet):
            found, guess = tables(grid, wishes.columns)
            guesses.append((grid, guess))
            bodies += _bodies(grid, found, wishes)
    if wishes.sheet and wishes.sheet not in names:
        message = f"{path.name} has no sheet {wishes.sheet!r}: its sheets are {', '.join(names)}"
        raise TableError(message)
    _check_columns(path, wishes, bodies, guesses)
    if not bodies:
        raise TableError(_refusal(path, guesses))
    return _together(path.name, bodies, wishes)


def _check(wishes: Wishes) -> None:
    for what in wishes.columns:
        if what not in ALL_FIGURES and what not in IDENTITY:
            message = f"{what!r} is not a figure of a peer: expected one of {', '.join((*ALL_FIGURES, *IDENTITY))}"
            raise TableError(message)
    if wishes.unit and not isinstance(read_unit(wishes.unit), MoneyUnit):
        message = f"{wishes.unit!r} is not a unit of money: expected one such as USD m or 亿元"
        raise TableError(message)
    if wishes.decimal not in ("", ".", ","):
        message = f"--decimal {wishes.decimal}: expected . or ,"
        raise TableError(message)


def _grids(path: Path, wishes: Wishes, rows: int) -> Iterator[Grid]:
    held = opened(path, wishes.encoding, rows)
    if not isinstance(held, Text):
        yield from held
        return
    ways = held.ways()
    if ways:
        best = max(ways, key=lambda grid: _promise(grid, wishes.columns))
        yield held.whole(best.separator)


def _promise(grid: Grid, wished: Mapping[str, str]) -> tuple[int, int]:
    """Score of a reading: how much of the text is understood."""
    found, _ = tables(grid, wished)
    understood = sum(bool(heading.field) for table in found for heading in table.headings.values())
    return understood, max((len(row) for row in grid.rows), default=0)


def _bodies(grid: Grid, found: Sequence[Table], wishes: Wishes) -> list[Body]:
    bodies: list[Body] = []
    first: Stated | None = None
    for table in found:
        body = Body(grid, table, wishes, first)
        first = first or body.stated
        bodies.append(body)
    return bodies


def _check_columns(path: Path, wishes: Wishes, bodies: list[Body], guesses: list[tuple[Grid, Guess]]) -> None:
    """Raise for a requested heading that no table has."""
    held = {text for body in bodies for text in _texts(body)} | {text for _, guess in guesses for text in guess.texts}
    for what, heading in wishes.columns.items():
        if heading and heading not in held:
            message = f"{path.name} has no heading {heading!r}, which was to hold {what}"
            raise TableError(message)


def _texts(body: Body) -> Iterator[str]:
    for row in range(body.table.top, body.table.body):
        for column in range(len(body.grid.rows[row])):
            yield body.grid.text(row, column)
    for heading in body.table.headings.values():
        yield heading.text


def _refusal(path: Path, guesses: list[tuple[Grid, Guess]]) -> str:
    """Error message for a file without a table of peers, with the headings that it may have."""
    message = f"{path.name}: no headings of a company's name and a figure"
    for grid, guess in guesses:
        if guess.texts:
            shown = ", ".join(guess.texts[:_SHOWN]) + (", …" if len(guess.texts) > _SHOWN else "")
            how = "Say which holds what, as in --column name=HEADING --column pe=HEADING"
            return f"{message}; {grid.origin.place(guess.row)} has {shown}. {how}"
    return message


def _together(file: str, bodies: list[Body], wishes: Wishes) -> PeersTable:
    """Merge the peers of all tables: a peer in several tables gets the figures of all, unless they differ."""
    unplaced: list[Unplaced] = []
    peers: dict[str, Peer] = {}
    partial = False
    for body in bodies:
        here, more = _peers_of(body, wishes.most, unplaced)
        partial = partial or more or body.grid.cut
        if peers:
            for key, peer in here.items():
                peers[key] = _joined(peers[key], peer, unplaced) if key in peers else peer
        else:
            peers = here
        unplaced += body.unplaced
    chosen = dict(choices(bodies))
    several = _by_rows(peers.values())
    for what in several:
        chosen.setdefault(what, ())
    publisher = next((body.publisher for body in bodies if body.publisher), "")
    usable = frozenset(FIGURES) - chosen.keys()
    for key, peer in peers.items():  # in place, since 200,000 peers do not fit into memory twice
        peers[key] = replace(peer, usable=usable)
    whole = tuple(peer for peer in peers.values() if peer.by_period)
    return PeersTable(file, whole, tuple(unplaced), publisher, chosen, partial)


def _peers_of(body: Body, most: int, unplaced: list[Unplaced]) -> tuple[dict[str, Peer], bool]:
    """The peers of one table by name, each once, and whether there are more than requested."""
    read: Iterable[Peer] = body.peers()
    partial = False
    if most:
        held = list(islice(read, most + 1))
        partial, read = len(held) > most, held[:most]
    here: dict[str, Peer] = {}
    for peer in read:
        key = peer.name.casefold()
        if key not in here:
            here[key] = peer
        elif _apart(here[key], peer):
            here[key] = replace(here[key], by_period={**here[key].by_period, **peer.by_period})
        else:
            unplaced.append(Unplaced(peer.place, peer.name, f"already stands in {here[key].place}"))
    return here, partial


def _apart(first: Peer, second: Peer) -> bool:
    """Whether two rows of a peer hold figures of different periods."""
    return first.ticker == second.ticker and not first.by_period.keys() & second.by_period.keys()


def _by_rows(peers: Iterable[Peer]) -> set[str]:
    """Figures with several periods in different rows of a peer."""
    several: set[str] = set()
    for peer in peers:
        if len(peer.by_period) > 1:
            seen: set[str] = set()
            for what, _ in peer.by_period:
                if what in seen:
                    several.add(what)
                seen.add(what)
    return several


def _joined(first: Peer, second: Peer, unplaced: list[Unplaced]) -> Peer:
    figures: dict[tuple[str, str], Found] = {**second.by_period, **first.by_period}
    for at in first.by_period.keys() & second.by_period.keys():
        one, other = first.by_period[at], second.by_period[at]
        if (one.value, one.unit) != (other.value, other.unit):
            for here, there in ((one, other), (other, one)):
                why = f"{there.place} says {there.value:g} {there.unit}"
                unplaced.append(Unplaced(here.place, f"{here.value:g} {here.unit}", why))
            del figures[at]
    return replace(first, ticker=first.ticker or second.ticker, group=first.group or second.group, by_period=figures)
