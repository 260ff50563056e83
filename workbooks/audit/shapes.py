"""Finds the common shape of copies of a formula without tokenizing each copy.

A model with thousands of formulas has a few dozen different ones; the others are copies with references at the same
relative distances. So a formula is split at its references. If the remaining text and the distances are known, its
tokens are known too, and only the first copy is tokenized.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from workbooks.audit.reading import Box
from workbooks.audit.words import End, Reference, Word, function_name, reference_word, words
from workbooks.recalculation.worksheet import LAST, Place

_SPLIT: Final = re.compile(
    r"""
    ("(?:[^"]|"")*")
    |(
        (?<![\w.\\?!'$:])((?:'(?:[^']|'')+'|[\w.]+)!)?
        (?:
            (\$?)([A-Z]{1,3})(\$?)([1-9][0-9]{0,6})(?::(\$?)([A-Z]{1,3})(\$?)([1-9][0-9]{0,6}))?
            |(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})
        )
        (?![\w.(!\[:])
    )
    """,
    re.VERBOSE,
)
_STRIDE: Final = _SPLIT.groups + 1  # pieces per reference: its groups, and the text before it
_DOUBTFUL: Final = frozenset("'[#\"")  # characters with which a token may extend across references
_NO_MORE: Final = (None,) * 4  # groups that are empty for a reference to one cell
_CONSTANT: Final = frozenset({"TRUE", "FALSE"})
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
    """

    words: tuple[Word, ...]
    functions: frozenset[str] = field(init=False)
    references: dict[int, int] = field(init=False)
    names: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        numbers = [number for number, word in enumerate(self.words) if word.to is not None]
        self.references = {number: which for which, number in enumerate(numbers)}
        self.names = tuple(
            number
            for number, word in enumerate(self.words)
            if word.kind == "name" and word.text.upper() not in _CONSTANT
        )
        self.functions = frozenset(function_name(word) for word in self.words if word.kind == "function")


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
        self._titles = _Titles(titles)
        self._shapes: dict[tuple[str, ...], Shape | None] = {}

    def read(self, text: str, at: Place, sheet: str) -> Read:
        """Read a formula in a cell of a sheet."""
        pieces = _SPLIT.split(text)
        key = pieces[::_STRIDE]  # the text between the references
        areas: list[Area | None] = []
        distances = []
        try:
            for start in range(1, len(pieces), _STRIDE):
                if pieces[start] is not None:
                    key.append(pieces[start])
                    continue
                signs, distance, box = _cells(pieces, start + 3, at)
                key.append(signs)
                distances.append(distance)
                title = pieces[start + 2]
                if title is None:
                    areas.append(Area(sheet, box))
                    continue
                key.append(title)
                own = self._titles[title]
                areas.append(None if own is None else Area(own, box))
        except KeyError:  # beyond the last column or row
            return self._in_words(text, at, sheet)
        known = tuple(key)
        if known not in self._shapes:
            self._shapes[known] = _in_pieces(pieces)
        shape = self._shapes[known]
        if shape is None:
            return self._in_words(text, at, sheet)
        return Read(Form(shape, tuple(distances)), tuple(areas))

    def area(self, reference: Reference, sheet: str) -> Area | None:
        """Area of a reference on a sheet; None for a missing sheet."""
        title = self._titles.of(reference.sheet) if reference.sheet else sheet
        if not title:
            return None
        first, last = reference.first, reference.last
        return Area(title, _box((first.row, first.column), (last.row, last.column)))

    def _in_words(self, text: str, at: Place, sheet: str) -> Read:
        """Tokenize a formula."""
        parts = words(text)
        references = [word.to for word in parts if word.to is not None]
        key = ("", *(word.text if word.to is None else _signs(word.to) for word in parts))
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = Shape(parts)
        form = Form(shape, tuple(_distance(each, at) for each in references))
        return Read(form, tuple(self.area(each, sheet) for each in references))


def _in_pieces(pieces: Sequence[Any]) -> Shape | None:
    """Shape of a formula by its pieces; None if the pieces may not be tokens."""
    parts: list[Word] = []
    for start in range(0, len(pieces), _STRIDE):
        between = _between(pieces[start])
        if between is None:
            return None
        parts += between
        if start + 1 < len(pieces):
            literal, written = pieces[start + 1 : start + 3]
            parts.append(Word("text", literal) if literal is not None else reference_word(written))
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


class _Titles(dict[str, str | None]):
    """The name of a sheet by how a formula writes it, with the sign behind it; None where there is no such sheet."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._titles = titles

    def __missing__(self, written: str) -> str | None:
        title = written[:-1]
        if title.startswith("'"):
            title = title[1:-1].replace("''", "'")
        found = self[written] = self.of(title)
        return found

    def of(self, title: str) -> str | None:
        """The name of a sheet, however its letters are written."""
        return self._titles.get(title.casefold())


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


def _box(first: tuple[int, int], last: tuple[int, int]) -> Box:
    """The box between two corners, whichever of them is named first."""
    (top, left), (bottom, right) = first, last
    if top > bottom:
        top, bottom = bottom, top
    if left > right:
        left, right = right, left
    return Box(top, left, bottom, right)


def _cells(pieces: Sequence[Any], start: int, at: Place) -> tuple[str, tuple[int, ...], Box]:
    """Fixed ends, distances and area of a reference.

    Raises
    ------
    KeyError
        If they lie beyond the last row or column.
    """
    name = pieces[start + 1]
    if name is None:
        return _columns(pieces[start + 8 : start + 12], at)
    row, column = int(pieces[start + 3]), _COLUMNS[name]
    fixed, below = pieces[start], pieces[start + 2]
    if row > LAST[0]:
        raise KeyError(row)
    distance = (row if below else row - at[0], column if fixed else column - at[1])
    if pieces[start + 5] is None:
        return f"{fixed},{below}", distance, Box(row, column, row, column)
    signs, further, last = _cells([*pieces[start + 4 : start + 8], *_NO_MORE], 0, at)
    return f"{fixed},{below}:{signs}", distance + further, _box((row, column), (last.top, last.left))


def _columns(pieces: Sequence[Any], at: Place) -> tuple[str, tuple[int, ...], Box]:
    """The same for whole columns."""
    fixed, name, last_fixed, last_name = pieces
    first, last = _COLUMNS[name], _COLUMNS[last_name]
    distance = (1, first if fixed else first - at[1], LAST[0], last if last_fixed else last - at[1])
    return f"{fixed}|{last_fixed}", distance, _box((1, first), (LAST[0], last))
