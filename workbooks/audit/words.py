"""The words of a formula, and the form of it that copies share."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from workbooks.recalculation.worksheet import LAST, Place

Kind: TypeAlias = Literal["text", "error", "reference", "number", "function", "name", "operator"]

_CELL: Final = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_SHEET: Final = r"(?:'(?:[^']|'')+'|[\w.\[\]]+)!"
_WORD: Final = re.compile(
    rf"""
    (?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:N/A|DIV/0!|[A-Z]+[!?]))
    |(?P<reference>(?:{_SHEET})?(?:{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[0-9]+:\$?[0-9]+)
        (?![\w.(!\[]))
    |(?P<function>(?:'(?:[^']|'')+'!|[\w.\[\]]+!)?[^\W\d][\w.]*\()
    |(?P<name>(?:{_SHEET})?[^\W\d][\w.\\?]*(?:\[(?:[^\[\]]|\[[^\]]*\])*\])?|(?:{_SHEET})\#REF!|\[[^\]]*\][^\s(),]*)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<operator><>|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PARTS: Final = re.compile(rf"(?P<sheet>{_SHEET})?(?P<first>[^:!]+)(?::(?P<last>[^:!]+))?")
_END: Final = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]{0,7})")
_PREFIXES: Final = re.compile(r"^(?:_xlfn\.|_xlws\.|_xll\.|_xludf\.)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class End:
    """One corner of a reference: row and column, each fixed or moving with the formula."""

    row: int
    column: int
    row_fixed: bool
    column_fixed: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """Cells that a formula names; the sheet is empty where it is the formula's own."""

    sheet: str
    first: End
    last: End

    @property
    def is_one(self) -> bool:
        """Whether it is one cell."""
        return (self.first.row, self.first.column) == (self.last.row, self.last.column)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a formula; `to` is set for a reference."""

    kind: Kind
    text: str
    to: Reference | None = None


@lru_cache(maxsize=100_000)
def words(formula: str) -> tuple[Word, ...]:
    """The words of a formula, without blanks.

    Examples
    --------
    >>> [word.text for word in words("SUM(A1:A3)*1.5")]
    ['SUM(', 'A1:A3', ')', '*', '1.5']
    """
    found = []
    for match in _WORD.finditer(formula):
        kind: Kind = match.lastgroup  # type: ignore[assignment] # every group is a kind
        text = match[0]
        if text.isspace():
            continue
        to = _reference(text) if kind == "reference" else None
        if kind == "reference" and to is None:
            kind = "name"
        found.append(Word(kind, text, to))
    return tuple(found)


def function_name(word: Word) -> str:
    """Name of the function that a word calls, in capitals and without what files write before it."""
    return _PREFIXES.sub("", word.text[:-1].rpartition("!")[2]).upper()


def relative(word: Word, at: Place) -> str:
    """A word as all copies of a formula have it: a reference says how far away its cells are.

    Examples
    --------
    >>> [relative(words(text)[0], at) for text, at in (("B2", (2, 3)), ("C9", (9, 4)), ("$B2", (2, 3)))]
    ['R[0]C[-1]', 'R[0]C[-1]', 'R[0]C2']
    """
    if word.to is None:
        return word.text if word.kind == "text" else word.text.upper()
    first, last = _end(word.to.first, at), _end(word.to.last, at)
    sheet = f"{word.to.sheet.casefold()}!" if word.to.sheet else ""
    return sheet + (first if first == last else f"{first}:{last}")


def form(formula: str, at: Place) -> str:
    """A formula as all copies of it have it.

    Examples
    --------
    >>> form("B2*C$1", (2, 3)) == form("b3 * C$1", (3, 3))
    True
    """
    return " ".join(relative(word, at) for word in words(formula))


def _end(end: End, at: Place) -> str:
    row = f"{end.row}" if end.row_fixed else f"[{end.row - at[0]}]"
    column = f"{end.column}" if end.column_fixed else f"[{end.column - at[1]}]"
    return f"R{row}C{column}"


def _reference(text: str) -> Reference | None:
    parts = _PARTS.fullmatch(text)
    if not parts:
        return None
    sheet = (parts["sheet"] or "").removesuffix("!")
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    first = _corner(parts["first"], is_last=False)
    last = _corner(parts["last"] or parts["first"], is_last=True)
    if first is None or last is None or ("[" in sheet):
        return None
    return Reference(sheet, first, last)


def _corner(text: str, *, is_last: bool) -> End | None:
    found = _END.fullmatch(text)
    if not found:
        return None
    column = 0
    for letter in found[2].upper():
        column = 26 * column + ord(letter) - 64
    row = int(found[4]) if found[4] else 0
    column_fixed, row_fixed = bool(found[1]), bool(found[3])
    if not found[2]:  # rows: the first sign is theirs
        column, column_fixed, row_fixed = LAST[1] if is_last else 1, True, bool(found[1] or found[3])
    elif not found[4]:
        row, row_fixed = LAST[0] if is_last else 1, True
    if row > LAST[0] or column > LAST[1] or not row:
        return None
    return End(row, column, row_fixed, column_fixed)
