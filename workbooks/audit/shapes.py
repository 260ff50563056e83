"""Finds the common shape of copies of a formula without tokenizing each copy.

A model with thousands of formulas has a few dozen different ones; the others are copies with references at the same
relative distances. So a formula is split at its references. If the remaining text and the distances are known, its
tokens are known too, and only the first copy is tokenized.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

from workbooks.audit.reading import Box
from workbooks.audit.words import End, Reference, Word, function_name, reference_word, words
from workbooks.recalculation.worksheet import LAST, Place

_CELL: Final = r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}"
_SPLIT: Final = re.compile(
    rf"""
    (
        "(?:[^"]|"")*"
        |(?<![\w.\\?!'$:])(?:(?:'(?:[^']|'')+'|[\w.]+)!)?(?:{_CELL}(?::{_CELL})?|\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}})(?![\w.(!\[:])
    )
    """,
    re.VERBOSE,
)
_END: Final = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]*)")
_DOUBTFUL: Final = frozenset("'[#\"")  # characters with which a token may extend across references
_DEFINING: Final = frozenset({"LET", "LAMBDA"})  # functions that define names of their own
_CONSTANT: Final = frozenset({"TRUE", "FALSE"})
_COUNTING: Final = frozenset({"ROW", "ROWS", "COLUMN", "COLUMNS"})  # functions that take no value of a cell
_T = TypeVar("_T")


class Area(NamedTuple):
    """Cells of a sheet that a formula refers to."""

    sheet: str
    box: Box

    @property
    def is_one(self) -> bool:
        """Whether it is one cell."""
        top, left, bottom, right = self.box
        return top == bottom and left == right


Areas: TypeAlias = tuple[Area | None, ...]  # one per reference; None for a missing sheet
_Corner: TypeAlias = tuple[int, bool, int, bool]  # row and column, each with whether it moves with the formula
# A text in quotes, or a reference: what copies have in common, the area, its corner, and the last one of a range.
_Piece: TypeAlias = tuple[str, Area | None, _Corner | None, _Corner | None]


@dataclass(eq=False, slots=True)
class Shape:
    """Common data of formulas with the same tokens, regardless of where their references point.

    Attributes
    ----------
    words : tuple of Word
        Tokens of the first formula read; others differ only in the references.
    functions : frozenset of str
        Functions called, in capitals.
    references : mapping
        Index of the reference by token number.
    names : tuple of int
        Token numbers of names.
    plain_names : tuple of str
        Names that must be defined in the workbook: no columns of tables, variables or other workbooks.
    is_broken : bool
        Whether a reference was deleted: `#REF!`.
    counted : frozenset of int
        Token numbers of references whose rows or columns are counted: `ROWS(A$1:A9)`. No value is taken from there.
    """

    words: tuple[Word, ...]
    functions: frozenset[str] = field(init=False)
    references: dict[int, int] = field(init=False)
    names: tuple[int, ...] = field(init=False)
    plain_names: tuple[str, ...] = field(init=False)
    is_broken: bool = field(init=False)
    counted: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        numbers = [number for number, word in enumerate(self.words) if word.to is not None]
        self.references = {number: which for which, number in enumerate(numbers)}
        self.names = tuple(
            number
            for number, word in enumerate(self.words)
            if word.kind == "name" and word.text.upper() not in _CONSTANT
        )
        self.functions = frozenset(function_name(word) for word in self.words if word.kind == "function")
        self.plain_names = () if self.functions & _DEFINING else tuple(filter(None, map(self._plain, self.names)))
        self.counted = frozenset(filter(self._is_counted, self.references))
        self.is_broken = any(word.kind in {"error", "name"} and word.text.endswith("#REF!") for word in self.words)

    def _is_counted(self, number: int) -> bool:
        around = self.words[number - 1 : number + 2 : 2]
        if number < 1 or around[0].kind != "function" or around[-1].text != ")":
            return False
        return function_name(around[0]) in _COUNTING

    def _plain(self, number: int) -> str:
        """The name of a token; empty where it is part of something else."""
        text = self.words[number].text
        around = {word.text for word in self.words[max(0, number - 1) : number + 2]}
        return "" if set(text) & set("[!?") or around & {":", "\\"} else text


class Form(NamedTuple):
    """Relative form shared by all copies of a formula: its shape and the relative distances of its references."""

    shape: Shape
    distances: tuple[tuple[int, ...], ...]

    def in_words(self) -> list[str]:
        """Its tokens, with references as sheet, fixed ends and distances.

        Examples
        --------
        >>> shapes = Shapes({"a": "A"})
        >>> [shapes.read(text, at, "A").form.in_words() for text, at in (("b2*C$1", (2, 3)), ("B3 * C$1", (3, 3)))]
        [['[0][-1]', '*', '1[0]'], ['[0][-1]', '*', '1[0]']]
        """
        found = []
        for number, word in enumerate(self.shape.words):
            if word.to is None:
                found.append(word.text if word.kind == "text" else word.text.upper())
                continue
            ends = (word.to.first, word.to.last)
            distances = self.distances[self.shape.references[number]]
            first, last = (_end(end, distances[-2:] if which else distances[:2]) for which, end in enumerate(ends))
            sheet = f"{word.to.sheet.casefold()}!" if word.to.sheet else ""
            found.append(sheet + (first if first == last else f"{first}:{last}"))
        return found


class Read(NamedTuple):
    """A formula that was read: its form, and the areas of its references."""

    form: Form
    areas: Areas


def _end(end: End, distances: tuple[int, ...]) -> str:
    row, column = distances
    return f"{row if end.row_fixed else f'[{row}]'}{column if end.column_fixed else f'[{column}]'}"


class OfShape(dict[Shape, _T], Generic[_T]):
    """Cache of a property that is the same for all copies of a formula.

    Parameters
    ----------
    find : callable
        Computes the property of a shape.
    """

    def __init__(self, find: Callable[[Shape], _T]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, shape: Shape) -> _T:
        found = self[shape] = self._find(shape)
        return found


class Shapes:
    """The shapes of a workbook's formulas.

    Parameters
    ----------
    titles : mapping
        Sheet names by lower-case name.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles
        self._pieces = _BySheet(titles)
        self._of_pieces: dict[tuple[str, ...], Shape | None] = {}
        self._of_words: dict[tuple[str, ...], Shape] = {}

    def read(self, text: str, at: Place, sheet: str) -> Read:
        """Read a formula in a cell of a sheet."""
        pieces = _SPLIT.split(text)
        key = pieces[::2]  # the text between pieces
        row, column = at
        areas: list[Area | None] = []
        distances: list[tuple[int, ...]] = []
        try:
            for signs, area, first, last in map(self._pieces[sheet].__getitem__, pieces[1::2]):
                key.append(signs)
                if first is not None:
                    areas.append(area)
                    top, down, left, right = first
                    distance: tuple[int, ...] = top - down * row, left - right * column
                    if last is not None:
                        bottom, down, end, right = last
                        distance += bottom - down * row, end - right * column
                    distances.append(distance)
        except KeyError:  # beyond the last column or row
            return self._in_words(text, at, sheet)
        known = tuple(key)
        if known not in self._of_pieces:
            self._of_pieces[known] = _in_pieces(pieces)
        shape = self._of_pieces[known]
        if shape is None:
            return self._in_words(text, at, sheet)
        return Read(Form(shape, tuple(distances)), tuple(areas))

    def area(self, reference: Reference, sheet: str) -> Area | None:
        """Area of a reference on a sheet; None for a missing sheet."""
        title = self._titles.get(reference.sheet.casefold()) if reference.sheet else sheet
        if not title:
            return None
        first, last = reference.first, reference.last
        return Area(title, _box((first.row, first.column), (last.row, last.column)))

    def _in_words(self, text: str, at: Place, sheet: str) -> Read:
        """Tokenize a formula."""
        parts = words(text)
        references = [word.to for word in parts if word.to is not None]
        key = tuple(word.text if word.to is None else _signs(word.to) for word in parts)
        shape = self._of_words.get(key)
        if shape is None:
            shape = self._of_words[key] = Shape(parts)
        form = Form(shape, tuple(_distance(each, at) for each in references))
        return Read(form, tuple(self.area(each, sheet) for each in references))


class _BySheet(dict[str, "_Pieces"]):
    """The pieces of the formulas of each sheet."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._titles = titles
        self._corners = _Corners()

    def __missing__(self, sheet: str) -> "_Pieces":
        found = self[sheet] = _Pieces(sheet, self._titles, self._corners)
        return found


class _Pieces(dict[str, _Piece]):
    """The pieces of the formulas of a sheet, by how they are written; no entry for what is beyond the last cell.

    Most references are written in several formulas, and each is read once.
    """

    def __init__(self, sheet: str, titles: Mapping[str, str], corners: "_Corners") -> None:
        super().__init__()
        self._sheet = sheet
        self._titles = titles
        self._corners = corners

    def __missing__(self, written: str) -> _Piece:
        found = self[written] = (written, None, None, None) if written[0] == '"' else self._reference(written)
        return found

    def _reference(self, written: str) -> _Piece:
        title, _, cells = written.rpartition("!")
        sheet = self._titles.get(_unquoted(title).casefold()) if title else self._sheet
        name, _, further = cells.partition(":")
        signs, first = self._corners[name]
        if not further:
            box = Box(first[0], first[2], first[0], first[2])
            return f"{title}!{signs}", Area(sheet, box) if sheet else None, first, None
        more, last = self._corners[further]
        if not first[0]:  # whole columns
            first, last = (1, *first[1:]), (LAST[0], *last[1:])
        box = _box(first[::2], last[::2])
        return f"{title}!{signs}:{more}", Area(sheet, box) if sheet else None, first, last


class _Columns(dict[str, int]):
    """The number of a column by its letters; no entry for letters beyond the last column."""

    def __missing__(self, name: str) -> int:
        number = 0
        for letter in name:
            number = 26 * number + ord(letter) - 64
        if number > LAST[1]:
            raise KeyError(name)
        self[name] = number
        return number


_COLUMNS: Final = _Columns()


class _Corners(dict[str, tuple[str, _Corner]]):
    """The corners of references by how they are written, with their signs; row 0 stands for whole columns."""

    def __missing__(self, text: str) -> tuple[str, _Corner]:
        fixed, name, below, digits = _END.findall(text)[0]
        row = int(digits or 0)
        if row > LAST[0]:
            raise KeyError(text)
        corner = row, row > 0 and not below, _COLUMNS[name], not fixed
        found = self[text] = f"{fixed}A{below}{'1' if digits else ''}", corner
        return found


def _unquoted(title: str) -> str:
    return title[1:-1].replace("''", "'") if title.startswith("'") else title


def _in_pieces(pieces: Sequence[str]) -> Shape | None:
    """Shape of a formula by its pieces and the text between; None if the pieces may not be tokens."""
    parts: list[Word] = []
    for number, text in enumerate(pieces):
        if number % 2:
            parts.append(Word("text", text) if text.startswith('"') else reference_word(text))
            continue
        between = _between(text)
        if between is None:
            return None
        parts += between
    return Shape(tuple(parts))


def _signs(to: Reference) -> str:
    """A reference without rows and columns: its sheet and fixed ends."""
    ends = (to.first, to.last)
    return f"{to.sheet}!{''.join('RC'[end.row_fixed] + 'rc'[end.column_fixed] for end in ends)}"


def _distance(to: Reference, at: Place) -> tuple[int, ...]:
    row, column = at
    return tuple(
        distance
        for end in (to.first, to.last)
        for distance in (
            end.row if end.row_fixed else end.row - row,
            end.column if end.column_fixed else end.column - column,
        )
    )


@lru_cache(maxsize=20_000)
def _between(text: str) -> tuple[Word, ...] | None:
    """Tokens between two references; None if they may combine with adjacent text."""
    if not _DOUBTFUL.isdisjoint(text):
        return None
    found = words(text)
    return None if any(word.to for word in found) else found


def _box(first: tuple[int, int], last: tuple[int, int]) -> Box:
    """The box between two corners, whichever of them is named first."""
    (top, left), (bottom, right) = first, last
    if top > bottom:
        top, bottom = bottom, top
    if left > right:
        left, right = right, left
    return Box(top, left, bottom, right)
