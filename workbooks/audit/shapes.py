"""What the copies of a formula share, found without reading each copy word by word.

A model of thousands of formulas has some dozens of different ones; the others are copies, whose references point as far
away. So a formula is split at its references. If what is left and the distances are known already, so are its words;
only the first copy is read.
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
_STRIDE: Final = _SPLIT.groups + 1  # pieces from one text between references to the next
_DOUBTFUL: Final = frozenset("'[#\"")  # signs between references that a word may begin with which reaches over them
_NO_MORE: Final = (None,) * 4  # pieces of a reference to one cell: it has no other end
_CONSTANT: Final = frozenset({"TRUE", "FALSE"})
_T = TypeVar("_T")


class Area(NamedTuple):
    """Cells of a sheet that a formula refers to."""

    sheet: str
    box: Box

    @property
    def is_one(self) -> bool:
        """Whether it is one cell."""
        return self.box.is_one


Areas: TypeAlias = tuple[Area | None, ...]  # one for each reference; None where there is no such sheet


@dataclass(eq=False, slots=True)
class Shape:
    """What formulas share that have the same words, wherever their references point.

    Attributes
    ----------
    words : tuple of Word
        The words of the formula that was read first: those of another differ in where references point.
    functions : frozenset of str
        The functions that it calls, in capitals.
    references : mapping
        Which of its references a word is, by the word's number.
    names : tuple of int
        The numbers of the words that are names.
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
    """A formula as all copies of it have it: its shape, and how far away the cells of each reference are."""

    shape: Shape
    distances: tuple[tuple[int, ...], ...]

    def in_words(self) -> list[str]:
        """Its words; of a reference the sheet, which ends are fixed, and the distances.

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
    """A formula that was read: its form, and what its references refer to."""

    form: Form
    areas: Areas


def _end(end: End, distances: tuple[int, ...]) -> str:
    row, column = distances
    return f"{row if end.row_fixed else f'[{row}]'}{column if end.column_fixed else f'[{column}]'}"


class OfShape(dict[Shape, _T], Generic[_T]):
    """What a rule finds out about a formula that is the same for all its copies; found out once.

    Parameters
    ----------
    find : callable
        What finds it out.
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
        The names of the sheets by themselves in lower case.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = _Titles(titles)
        self._shapes: dict[tuple[str, ...], Shape | None] = {}

    def read(self, text: str, at: Place, sheet: str) -> Read:
        """A formula that stands in a cell of a sheet."""
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
        """The cells of a reference that stands on a sheet; None where its own sheet is not there."""
        title = self._titles.of(reference.sheet) if reference.sheet else sheet
        if not title:
            return None
        first, last = reference.first, reference.last
        return Area(title, _box((first.row, first.column), (last.row, last.column)))

    def _in_words(self, text: str, at: Place, sheet: str) -> Read:
        """A formula that is read word by word."""
        parts = words(text)
        references = [word.to for word in parts if word.to is not None]
        key = ("", *(word.text if word.to is None else _signs(word.to) for word in parts))
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = Shape(parts)
        form = Form(shape, tuple(_distance(each, at) for each in references))
        return Read(form, tuple(self.area(each, sheet) for each in references))


def _in_pieces(pieces: Sequence[Any]) -> Shape | None:
    """The shape of a formula by the pieces that it was split into; None where they may not be its words."""
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
    """A reference without its rows and columns: its sheet, and which ends are fixed."""
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
    """The words between two references; None where they may be others together with what stands beside them."""
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
    """Which ends of a reference are fixed, how far away its cells are, and where they are.

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
