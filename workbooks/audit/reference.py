"""Compares the original workbook written by Steelyard with its present state.

The case and the original formulas are stored in the workbook; the layout of the sheets is repeated from the case.
Inserted or moved rows and columns are found by their labels, so that every original cell is matched to its present
position.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from types import NoneType
from typing import Final

import numpy as np

from workbooks.address import letters
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import Page
from workbooks.audit.words import End, Word, function_name, words
from workbooks.declarations.cell_values import CellValue
from workbooks.languages.language import CHINESE
from workbooks.languages.language import language as in_language
from workbooks.layout.cell import Cell
from workbooks.layout.core_values import NoValueError
from workbooks.layout.sheet_cells import LaidBook, lay_out, without_cells
from workbooks.opening.limits import PackageError
from workbooks.read_back.contents import Contents
from workbooks.read_back.identity import Identity, identity_of
from workbooks.read_back.known_cells import known_cells
from workbooks.recalculation.cell_kinds import is_number
from workbooks.recalculation.worksheet import LAST, Place, place
from workbooks.sheets.contents import sheets as sheets_of

_UNMOVED: Final = 3  # largest number of texts that may differ on a sheet where nothing was moved
_DIGITS: Final = 15  # significant digits that every program preserves


@dataclass(frozen=True, slots=True)
class Moves:
    """Present positions of the rows and columns of a sheet, and its present name; empty where nothing was moved."""

    name: str
    rows: Mapping[int, int] = field(default_factory=dict)
    columns: Mapping[int, int] = field(default_factory=dict)

    def to(self, at: Place) -> Place | None:
        """Present position of a cell; None where its row or column was deleted."""
        row, column = _at(self.rows, at[0], LAST[0]), _at(self.columns, at[1], LAST[1])
        return (row, column) if row and column else None


@dataclass(frozen=True, slots=True)
class Before:
    """An original formula: id of its sheet, cell, text."""

    sheet: str
    place: Place
    text: str


class Reference:
    """The original workbook, by the present positions of its cells.

    Parameters
    ----------
    graph : Graph
        The present workbook.

    Raises
    ------
    PackageError
        If it does not say which case it was made from.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        book = graph.book
        names = {name: target for (sheet, name), target in book.structure.names.items() if not sheet}
        self.identity: Identity = identity_of(Contents({name: {} for name in book.pages}, names, book.properties))
        self.laid: LaidBook = self._laid()
        self._ids = {name: sheet for sheet, name in self.identity.sheets_then.items()}
        self.moves = {sheet: self._moves(sheet, name) for sheet, name in self.identity.sheets.items() if name}

    @cached_property
    def formulas(self) -> dict[At, Before]:
        """Original formulas by present position."""
        found = {}
        for sheet, cells in self.identity.formulas.items():
            for address, text in cells.items():
                at = self.now(sheet, place(address))
                if at:
                    found[at] = Before(sheet, place(address), text)
        return found

    @cached_property
    def cells(self) -> dict[At, Cell]:
        """Original cells by present position.

        For a template, and for a sheet with another layout in this version, only the formulas are known.
        """
        laid = (
            (self.now(page.sheet.id, (cell.row, cell.column)), cell)
            for page in self.laid.sheets
            if self.is_exact(page.sheet.id)
            for cell in page.cells
        )
        return {at: cell for at, cell in laid if at}

    def is_unchanged(self, at: At) -> bool:
        """Whether the contents of a cell are the original ones.

        Any number counts as the original result of a simulation: to draw it anew would take half the time of an audit.
        """
        if at in self.formulas:
            return self.is_same(at, self.formulas[at])
        now, then = self.graph.page(at.sheet).cell(at.place), self.cells.get(at)
        if then is None or then.formula or now.formula:
            return False
        return (is_number(now.value) and self._is_stored(at)) or _same(self.value(at), now.value)

    @cached_property
    def is_intact(self) -> bool:
        """Whether every formula is the original one, and every number and every cell that a formula reads.

        Then formulas give what they gave. Stored results of simulations are not looked at.
        """
        then = self.cells.keys() | self.formulas.keys()
        held = (At(name, place) for name, page in self.graph.book.pages.items() for place in page.cells)
        old = all(self._is_stored(at) or self.is_unchanged(at) or self._is_remark(at) for at in then)
        return old and not self.graph.is_open and all(at in then or self._is_remark(at) for at in held)

    def _is_stored(self, at: At) -> bool:
        """Whether a cell was written with a result of a simulation."""
        return at in self.cells and self.cells[at].role == "stored"

    def _is_remark(self, at: At) -> bool:
        """Whether a cell holds at most a text, as it did originally, and no formula reads it."""
        now, then = self.graph.page(at.sheet).cell(at.place), self.cells.get(at)
        was = None if then is None else then.content
        is_text = not now.formula and isinstance(now.value, (str, NoneType)) and isinstance(was, (str, NoneType))
        return is_text and at not in self.formulas and at.place not in self.graph.read[at.sheet]

    def value(self, at: At) -> CellValue:
        """What a cell showed originally; None where that is not known.

        Results are computed when they are asked for: most workbooks come back with nothing to compare them for.
        """
        cell = self.cells[at]
        if not cell.formula and not self._is_stored(at):
            return cell.content
        name, item = self._references.get(at, ("", 0))
        try:
            with np.errstate(all="ignore"):  # as when the workbook is laid out
                found = self.laid.values.of(name) if name else None
        except NoValueError:
            return None
        value = found[item] if isinstance(found, list) else found
        return self.laid.language.text(value) if isinstance(value, str) else value

    @cached_property
    def _references(self) -> dict[At, tuple[str, int]]:
        """Reference of each original cell that has one, and which of its cells it is, by present position."""
        return {at: (name, item) for name, cells in self.groups() for item, at in cells.items()}

    def groups(self) -> Iterator[tuple[str, dict[int, At]]]:
        """Each reference with its cells by number, at their present positions, without deleted ones."""
        ids = {page.sheet.name: page.sheet.id for page in self.laid.sheets}
        for name, address in self.laid.addresses.items():
            if "." in name:
                ones = ((item, address.at(item)) for item in range(address.count))
                places = ((item, self.now(ids[one.sheet], (one.row, one.column))) for item, one in ones)
                yield name, {item: at for item, at in places if at}

    def is_exact(self, sheet: str) -> bool:
        """Whether this version lays out a sheet in the same way."""
        return sheet in self._exact

    @cached_property
    def _exact(self) -> set[str]:
        if self.identity.is_template:
            return set()
        laid = {page.sheet.id: page for page in self.laid.sheets}
        known: dict[str, dict[str, str]] = defaultdict(dict)
        for each in known_cells(self.laid, self.identity.case):
            known[each.sheet][each.id] = address(each.address.row, each.address.column)
        written: dict[str, dict[str, str]] = defaultdict(dict)
        for name, cell in self.identity.written.items():
            written[cell.sheet][name] = cell.address
        return {
            sheet
            for sheet, formulas in self.identity.formulas.items()
            if sheet in laid
            and known[sheet] == written[sheet]
            and formulas == {address(cell.row, cell.column): cell.formula for cell in laid[sheet].cells if cell.formula}
        }

    def now(self, sheet: str, at: Place) -> At | None:
        """Present position of a cell, by the id of its sheet."""
        moves = self.moves.get(sheet)
        to = moves.to(at) if moves else None
        return At(moves.name, to) if moves and to else None

    def is_same(self, at: At, before: Before) -> bool:
        """Whether a cell has its original formula, regardless of how a program writes it."""
        text = self.graph.formulas.get(at)
        if text is None:
            return False
        return (text == before.text and not self._is_moved) or self.now_words(at, text) == self.then_words(before)

    def then_words(self, before: Before) -> tuple[str, ...]:
        """Tokens of an original formula, with references moved to their present positions."""
        return tuple(_plain(before.text, lambda word: self._moved(word, before)))

    def now_words(self, at: At, text: str) -> tuple[str, ...]:
        """Tokens of a present formula."""
        return tuple(_plain(text, lambda word: _named(word, (word.to.sheet if word.to else "") or at.sheet)))

    @cached_property
    def _is_moved(self) -> bool:
        return any(
            moves.rows or moves.columns or moves.name != self.identity.sheets_then[sheet]
            for sheet, moves in self.moves.items()
        ) or len(self.moves) < len(self.identity.sheets_then)

    def _moved(self, word: Word, before: Before) -> str:
        if word.to is None:
            return word.text
        sheet = self._ids.get(word.to.sheet, "") if word.to.sheet else before.sheet
        ends = [self.now(sheet, (end.row, end.column)) for end in (word.to.first, word.to.last)]
        if ends[0] is None or ends[1] is None:
            return "#REF!"
        corners = [
            _corner(End(*at.place, end.row_fixed, end.column_fixed))
            for at, end in zip(ends, (word.to.first, word.to.last), strict=True)
            if at
        ]
        return _joined(ends[0].sheet, *corners)

    def _laid(self) -> LaidBook:
        case, code = self.identity.case, self.identity.language
        spoken = in_language(code, case.zh if code == CHINESE else {})
        try:
            if self.identity.is_template:  # its cells are not compared, only its formulas
                return without_cells(sheets_of(case), spoken)
            return lay_out(sheets_of(case, language=code), "", spoken, is_drawn=False)
        except ValueError as problem:
            message = f"was made from a case that this version lays out otherwise: {problem}"
            raise PackageError(message) from None

    def _by_names(self, sheet: str, name: str) -> Moves:
        """Present positions of rows and columns of a sheet, by its hidden names."""
        identity = self.identity
        pairs = [
            (place(written.address), identity.now[known].cell)
            for known, written in identity.written.items()
            if written.sheet == sheet and known in identity.now and identity.now[known].sheet == name
        ]
        rows, columns = ({then[axis]: now[axis] for then, now in pairs} for axis in (0, 1))
        return Moves(name, _steps(rows), _steps(columns))

    def _moves(self, sheet: str, name: str) -> Moves:
        page = next((page for page in self.laid.sheets if page.sheet.id == sheet), None)
        if page is None or not self.is_exact(sheet):
            return self._by_names(sheet, name)
        then = {
            (cell.row, cell.column): cell.content
            for cell in page.cells
            if isinstance(cell.content, str)
            and cell.content
            and not cell.formula
            and cell.role not in {"input", "entry"}
        }
        now = self.graph.page(name)
        changed = [at for at, text in then.items() if now.cell(at).value != text]
        if not then or (len(changed) <= _UNMOVED and max(then) not in changed):
            return Moves(name)
        return Moves(name, _aligned(then, now, 0), _aligned(then, now, 1))


def _steps(anchors: Mapping[int, int]) -> dict[int, int]:
    """Present position of every row, interpolated: a row moves like the last known one above it."""
    if all(then == now for then, now in anchors.items()):
        return {}
    found, moved = {}, 0
    for number in range(1, max(anchors) + 1):
        moved = anchors.get(number, number + moved) - number
        found[number] = number + moved
    return found


def address(row: int, column: int) -> str:
    """A cell's address."""
    return f"{letters(column)}{row}"


def _aligned(then: Mapping[Place, str], now: Page, axis: int) -> dict[int, int]:
    """Present position of each row (axis 0) or column (axis 1), found by its texts."""
    texts = {at: each.value for at, each in now.cells.items() if isinstance(each.value, str) and not each.formula}
    old, new = _lines(then, axis), _lines(texts, axis)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: dict[int, int] = {}
    for kind, first, last, start, stop in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and last - first == stop - start):
            found |= {number + 1: start + number - first + 1 for number in range(first, last)}
        elif kind == "replace":
            found |= {
                number + 1: start + number - first + 1 for number in range(first, min(last, first + stop - start))
            }
        elif kind == "delete":
            found |= {number + 1: 0 for number in range(first, last)}
    return {} if all(number == to for number, to in found.items()) else found


def _lines(texts: Mapping[Place, str], axis: int) -> list[tuple[str, ...]]:
    """The texts of each row, or of each column."""
    lines: dict[int, list[str]] = {}
    for at in sorted(texts):
        lines.setdefault(at[axis], []).append(texts[at])
    return [tuple(lines.get(number, ())[:3]) for number in range(1, max(lines, default=0) + 1)]


def _at(moved: Mapping[int, int], number: int, last: int) -> int:
    if not moved or number >= last:
        return number
    if number in moved:
        return moved[number]
    end = max(moved)
    return number + moved[end] - end if number > end else number


def _plain(text: str, written: Callable[[Word], str]) -> Iterator[str]:
    """Tokens of a formula in a normal form that does not depend on the program."""
    parts = words(text)
    skip = False
    for number, word in enumerate(parts):
        if skip or word.text == "@":
            skip = False
            continue
        following = parts[number + 1].text if number + 1 < len(parts) else ""
        if word.kind == "function":
            name = function_name(word)
            skip = name in {"TRUE", "FALSE"} and following == ")"
            yield name if skip else f"{name}("
        elif word.kind == "number":
            yield f"{float(word.text):.{_DIGITS}g}"
        elif word.kind == "text":
            yield word.text
        elif word.to is not None:
            yield written(word)
        else:
            yield (
                word.text.casefold()
                if word.kind == "name" and word.text.upper() not in {"TRUE", "FALSE"}
                else word.text.upper()
            )


def _named(word: Word, sheet: str) -> str:
    return _joined(sheet, _corner(word.to.first), _corner(word.to.last)) if word.to else word.text


def _joined(sheet: str, first: str, last: str) -> str:
    return f"{sheet.casefold()}!{first}" if first == last else f"{sheet.casefold()}!{first}:{last}"


def _corner(end: End) -> str:
    return f"{'$' * end.row_fixed}{end.row},{'$' * end.column_fixed}{end.column}"


def _same(then: object, now: object) -> bool:
    if then in {None, ""} or now is None:
        return then in {None, ""} and now in {None, ""}
    if isinstance(then, bool) or isinstance(now, bool):
        return then is now
    if isinstance(then, (int, float)) and isinstance(now, (int, float)):
        return f"{float(then):.14g}" == f"{float(now):.14g}"
    return then == now
