"""Reads back a typed or pasted table of peers by its headings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workbooks.case.model import Case
from workbooks.case.peer_checks import names
from workbooks.case.table_words import FIELDS, NOT_MEANINGFUL
from workbooks.case.year_ends import month
from workbooks.declarations.sheet import Input, Sheet, Table
from workbooks.read_back.case_text import Raw
from workbooks.read_back.contents import NOTHING, Cells
from workbooks.read_back.findings import Finding, no_number, where
from workbooks.read_back.identity import Place
from workbooks.read_back.known_cells import figure_at, figures_of
from workbooks.read_back.lists import KeyPath, content_of
from workbooks.read_back.number_texts import number_in
from workbooks.read_back.rows import Book, also, drop, put
from workbooks.recalculation.stored_cells import Stored

LIST: Final = ("comparables", "peers")
TEXT_KEYS: Final = ("name", "tier", "ticker", "included", "why")
MOST: Final = 1_000  # rows
DECEMBER: Final = 12
NO: Final = {"no", "n", "false", "0", "否"}


@dataclass(frozen=True, slots=True)
class Pasted:
    """A table without ids in which figures are typed: its sheet, its first row of an item, and the column of names."""

    sheet: Sheet
    table: Table
    first: int
    names: int  # index of the column

    def figures(self) -> set[str]:
        """Figures typed in it."""
        return {
            figure
            for column in self.table.columns
            for row in range(self.table.rows)
            if (figure := figure_at(column, row))
        }

    def heading(self, column: int) -> str:
        """Heading of a column."""
        content = content_of(self.table.columns[column], self.first - 1)
        return str(content.value) if isinstance(content, Input) else ""


def pasted_of(case: Case, sheets: Sequence[Sheet]) -> Pasted | None:
    """The table with the peers of a case; None where their figures are on Inputs."""
    if case.comparables is None or not case.comparables.peers:
        return None
    for sheet in sheets:
        for table in sheet.blocks:
            if not isinstance(table, Table) or figures_of(table, case):
                continue
            rows = [row for row in range(table.rows) if any(figure_at(column, row) for column in table.columns)]
            if not rows:
                continue
            own = case.comparables.peers[0].name
            for row in range(1, rows[0] + 1):
                for at, column in enumerate(table.columns):
                    content = content_of(column, row)
                    if isinstance(content, Input) and content.value == own:
                        return Pasted(sheet, table, row, at)
    return None


def read_pasted(of: Pasted, book: Book) -> None:
    """Replace the peers of the case by the rows of the table."""
    sheet = book.found.sheets.get(of.sheet.id, "")
    cells = book.found.contents.sheets.get(sheet, {})
    corner = _corner(of, book, cells)
    if corner is None:
        book.findings.append(Finding(sheet or of.sheet.name, "the table of peers was not found: the case's is taken"))
        return
    keys = dict(_keys(of, book, cells, corner, sheet))
    peers: list[Raw] = book.raw[LIST[0]][LIST[1]]
    case = book.found.case.comparables
    own = {peer.name: row for row, peer in enumerate(case.peers)} if case else {}
    own |= {book.spoken.text(name): row for name, row in own.items()}
    names = {row: _text(cells.get((row, corner[1]), NOTHING)) for row in _rows(of, book, cells, corner)}
    known = {row: own[name] for row, name in names.items() if name in own}
    for row, name in names.items():  # a changed name
        index = row - corner[0] - 1
        if name and row not in known and index < len(peers) and index not in known.values():
            known[row] = index
    made = []
    for row, name in names.items():
        if not name:
            place = Place(sheet, row, corner[1])
            if any(_text(cells.get((row, column), NOTHING)) for column in keys):
                book.findings.append(Finding(where(place), "is blank: expected the name of a peer", is_error=True))
            continue
        given = peers[known[row]] if row in known else {}
        made.append(_Row(book, cells, sheet, row, corner[0]).peer(given, name, keys))
        if not given:
            way = (*LIST, str(len(made)))
            book.marks[way] = also(book.marks.get(way), "added in the workbook")
    for index, peer in enumerate(peers):
        if index not in known.values():
            book.findings.append(Finding(sheet, f"{peer['name']} is no longer in the table"))
            book.marks[LIST[:1]] = also(book.marks.get(LIST[:1]), f"without {peer['name']}")
    book.raw[LIST[0]][LIST[1]] = made


def _text(cell: Stored) -> str:
    return "" if cell.value is None else " ".join(str(cell.value).split())


def _corner(of: Pasted, book: Book, cells: Cells) -> tuple[int, int] | None:
    """Cell with the heading of the names; among several candidates the one with most other headings beside it."""
    heading = book.spoken.text(of.heading(of.names))
    others = {book.spoken.text(of.heading(at)) for at in range(len(of.table.columns))} - {""}
    named = {at.column for name, at in book.found.now.items() if name.startswith(f"{of.table.id}[")}
    found = [at for at, cell in cells.items() if cell.value == heading and not cell.formula]
    typed = [at for at in found if at[1] in named] or found  # calculated columns beside it have headings too

    def beside(at: tuple[int, int]) -> tuple[int, int]:
        row = {_text(cell) for (r, _), cell in cells.items() if r == at[0]}
        return len(row & others), -at[1]

    return max(typed, key=beside, default=None)


def _rows(of: Pasted, book: Book, cells: Cells, corner: tuple[int, int]) -> Iterator[int]:
    """The rows between the headings and the next section."""
    blocks = list(of.sheet.blocks)
    following = blocks[blocks.index(of.table) + 1 :]
    title = book.spoken.text(following[0].title, of.sheet.id) if following else ""
    ends = [r for (r, c), cell in cells.items() if r > corner[0] and c <= corner[1] and cell.value == title]
    last = min(ends, default=corner[0] + of.table.rows + 1)
    yield from (row for row in range(corner[0] + 1, min(last, corner[0] + MOST)) if (row, corner[1]) in cells)


def _keys(of: Pasted, book: Book, cells: Cells, corner: tuple[int, int], sheet: str) -> Iterator[tuple[int, KeyPath]]:
    """Key of a peer for each column, by its heading."""
    declared = {book.spoken.text(of.heading(at)): at for at in range(len(of.table.columns)) if of.heading(at)}
    section = book.found.case.comparables
    multiples = {m.name for m in section.multiples} if section else set()
    column = corner[1] + 1
    while text := _text(cells.get((corner[0], column), NOTHING)):
        known = FIELDS.get(text.casefold())
        if text in declared and (path := _declared(of, declared[text], book)):
            yield column, path
        elif text in multiples:
            yield column, ("multiples", text)
        elif known:
            yield column, (known,)
        elif section and text in {*names(section), *(m.name for m in section.measures)}:
            yield column, ("metrics", text)
        else:
            place = Place(sheet, corner[0], column)
            book.findings.append(Finding(where(place), f"{text!r} is not a heading that is known: it is not read"))
        column += 1


def _declared(of: Pasted, at: int, book: Book) -> KeyPath | None:
    """Key of the figures in a declared column."""
    votes: Counter[KeyPath] = Counter()
    section = book.found.case.comparables
    for index, peer in enumerate(section.peers if section else ()):
        figure = figure_at(of.table.columns[at], of.first + index)
        for key, held in dict(peer).items():
            if figure and held == figure:
                votes[key,] += 1
            elif figure and isinstance(held, dict):
                votes.update((key, name) for name, each in held.items() if each == figure)
    return votes.most_common(1)[0][0] if votes else None


@dataclass(frozen=True, slots=True)
class _Row:
    """Reads one row."""

    book: Book
    cells: Cells
    sheet: str
    row: int
    headings: int

    def peer(self, given: Raw, name: str, keys: Mapping[int, KeyPath]) -> Raw:
        made = dict(given) | ({} if given and name == self.book.spoken.text(given["name"]) else {"name": name})
        for column, key in keys.items():
            cell = self.cells.get((self.row, column), NOTHING)
            if key[0] == "year_end":
                self._month(made, cell, column)
            elif key[0] in TEXT_KEYS:
                self._words(made, str(key[0]), cell)
            else:
                self._figure(made, key, cell, column)
        return made

    def _words(self, made: Raw, key: str, cell: Stored) -> None:
        text = _text(cell)
        if key == "included":
            made[key] = text.casefold() not in NO
            if made[key]:
                del made[key]
        elif text and text != self.book.spoken.text(str(made.get(key, ""))):
            made[key] = text
        elif not text:
            made.pop(key, None)

    def _month(self, made: Raw, cell: Stored, column: int) -> None:
        """Month in which a fiscal year ends; blank for the default."""
        text = _text(cell)
        found = month(text)
        if found and (found != DECEMBER or "year_end" in made):
            made["year_end"] = found
        elif text and not found:
            label = f"{made['name']}, {_text(self.cells.get((self.headings, column), NOTHING))}"
            place = where(Place(self.sheet, self.row, column), label)
            problem = no_number(cell, "the month in which its fiscal year ends, 1 to 12")
            self.book.findings.append(Finding(place, problem, is_error=True))
        elif not text:
            made.pop("year_end", None)

    def _figure(self, made: Raw, key: KeyPath, cell: Stored, column: int) -> None:
        book, heading = self.book, _text(self.cells.get((self.headings, column), NOTHING))
        place, text = Place(self.sheet, self.row, column), _text(cell)
        held = made.get(str(key[0]))
        figure = held.get(key[1]) if isinstance(held, dict) and len(key) > 1 else held
        absent = bool(text) and text.casefold() in NOT_MEANINGFUL
        stays = absent and key[0] == "multiples"
        unknown = [each for each in made.pop("not_meaningful", []) if stays or each != key[-1]]
        if stays and key[-1] not in unknown:
            unknown.append(key[-1])
        made.update({"not_meaningful": unknown} if unknown else {})
        if not text or absent:
            drop(made, key)
            return
        value = number_in(cell)
        if value is None:
            label = f"{made['name']}, {heading}"
            book.findings.append(Finding(where(place, label), no_number(cell, "a number, or n.m."), is_error=True))
        elif isinstance(figure, str) and figure in book.raw["figures"]:
            before = book.raw["figures"][figure]["value"]
            if f"{before:.15g}" != f"{value:.15g}":
                book.raw["figures"][figure]["value"] = value
                book.marks["figures", figure] = f"was {before}"
        else:
            put(made, key, self._new(made["name"], heading, value, column))

    def _new(self, name: str, heading: str, value: float, column: int) -> Raw:
        unit = _text(self.cells.get((self.headings - 1, column), NOTHING))
        made: Raw = {"label": f"{name}, {heading}", "value": value}
        if unit:
            made["unit"] = unit
        return made | self.book.of_user()
