"""Tokenizer for formulas."""

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from workbooks.recalculation.worksheet import LAST

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


class End(NamedTuple):
    """One corner of a reference: row and column, each absolute or relative."""

    row: int
    column: int
    row_fixed: bool
    column_fixed: bool


class Reference(NamedTuple):
    """A reference in a formula; the sheet is empty for the formula's own."""

    sheet: str
    first: End
    last: End

    @property
    def is_one(self) -> bool:
        """Whether it is one cell."""
        return (self.first.row, self.first.column) == (self.last.row, self.last.column)


class Word(NamedTuple):
    """A token of a formula; `to` is set for a reference."""

    kind: Kind
    text: str
    to: Reference | None = None


@lru_cache(maxsize=20_000)
def words(formula: str) -> tuple[Word, ...]:
    """Tokens of a formula, without whitespace.

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
        found.append(reference_word(text) if kind == "reference" else Word(kind, text))
    return tuple(found)


@lru_cache(maxsize=20_000)
def reference_word(text: str) -> Word:
    """Token of a text that looks like a reference; a name if it is not one.

    Examples
    --------
    >>> reference_word("B2").to.first.row, reference_word("ZZZ1").to
    (2, None)
    """
    to = _reference(text)
    return Word("reference" if to else "name", text, to)


@lru_cache(maxsize=5_000)
def function_name(word: Word) -> str:
    """Name of the function called by a token, in capitals and without prefixes."""
    return _PREFIXES.sub("", word.text[:-1].rpartition("!")[2]).upper()


def _reference(text: str) -> Reference | None:
    parts = _PARTS.fullmatch(text)
    if not parts:
        return None
    sheet = (parts["sheet"] or "").removesuffix("!")
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    first = _corner(parts["first"], is_last=False)
    is_cell = parts["last"] is None and parts["first"][-1:].isdecimal()
    last = first if is_cell else _corner(parts["last"] or parts["first"], is_last=True)
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
