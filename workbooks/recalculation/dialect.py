"""Rewrites formulas for the embedded engine.

The engine passes 0 to a registered function where an argument is left out, it does not know in which row of a table a
formula is, and it treats `ROWS(B1:B9)` in B2 as a circular reference. So in its copy of a workbook, left-out arguments
are replaced by an empty text, which our functions treat as missing; references to the same row of a table by addresses;
and a range whose rows or columns are only counted by the same rows or columns at the end of the sheet. It sums with
SUMIF beyond a range that is too short, as Excel does, but before the cells there are computed: such a range is written
as large as that of the condition.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import formualizer
from formualizer import Token, TokenSubType, TokenType

from workbooks.address import letters, quoted
from workbooks.recalculation.package import Table
from workbooks.recalculation.worksheet import LAST, Place, place

_COLUMN: Final = r"\[((?:[^'\[\]]|'.)*)\]"
_THIS_ROW: Final = re.compile(rf"(.*?)\[(?:#This Row|\[#This Row\],{_COLUMN}(?::{_COLUMN})?)\]", re.IGNORECASE)
_ESCAPED: Final = re.compile("'(.)")
# Forms of add-in functions in files: [1]!F, _xll.F, _xldudf_F, _xludf.F, with or without the name of the add-in.
_SPELLING: Final = re.compile(r"(?:.*!)?(?:_XLDUDF_|_XLUDF[._]|_XLL\.)?(?:STEELYARD[._])?(\w[\w.]*)")
SUMMING: Final = ("SUMIF", "AVERAGEIF")  # what they sum has the size of their condition
OF_CONDITION: Final = 3  # their arguments where a range to sum is given
_COUNTED: Final = {"ROW": "rows", "ROWS": "rows", "COLUMN": "columns", "COLUMNS": "columns"}
_PLAIN_RANGE: Final = re.compile(
    r"(?P<sheet>(?:'(?:[^']|'')+'|[\w.]+)!)?(\$?[A-Z]{1,3})(\$?\d{1,7})(?::(\$?[A-Z]{1,3})(\$?\d{1,7}))?", re.IGNORECASE
)
_WHOLE_COLUMNS: Final = re.compile(r"(?:(?:'(?:[^']|'')+'|[\w.]+)!)?(\$?[A-Z]{1,3}):(\$?[A-Z]{1,3})", re.IGNORECASE)
_WHOLE_ROWS: Final = re.compile(r"(?:(?:'(?:[^']|'')+'|[\w.]+)!)?(\$?\d{1,7}):(\$?\d{1,7})")


@dataclass(frozen=True, slots=True)
class Dialect:
    """Context of the formulas of a sheet: the functions registered with the engine, and the tables by name."""

    sheet: str
    registered: Collection[str]
    tables: Mapping[str, Table]

    def rewritten(self, words: Iterable[Token], row: int) -> str:
        """The formula in a row, rewritten for the engine.

        Examples
        --------
        >>> tables = {"peers": Table("Peers", "Comparables", "B4:C9", ("Name", "P/E"))}
        >>> dialect = Dialect("Summary", {"F"}, tables)
        >>> dialect.rewritten(tokens('f(,A1, ,G(,))&"F(,)"'), 5)
        'F("",A1, "",G(,))&"F(,)"'
        >>> dialect.rewritten(tokens("SUM(Peers[[#This Row],[Name]:[P/E]],Peers[P/E])"), 5)
        'SUM(Comparables!$B5:$C5,Peers[P/E])'
        """
        out: list[str] = []
        calls: list[str] = []  # stack of functions with open brackets; "" for others
        before: TokenSubType | None = None  # separator before the current word in each
        words = list(words)
        widened = _widened(words)
        for number, word in enumerate(words):
            kind, part, text = word.token_type, word.subtype, widened.get(number, word.value)
            parts = TokenSubType.Arg if kind == TokenType.Sep else part
            if calls and calls[-1] in self.registered and (before, parts) in _LEFT_OUT:
                out.append('""')
            if part == TokenSubType.Open:
                calls.append(called(word, self.registered) if kind == TokenType.Func else "")
                text = f"{calls[-1]}(" if calls[-1] in self.registered else text
            elif part == TokenSubType.Close:
                calls.pop()
            elif kind == TokenType.Operand and part == TokenSubType.Range:
                counted = calls[-1] if calls and calls[-1] not in self.registered else ""
                text = _counted(counted, self._in_row(text, row))
            if kind != TokenType.Whitespace:
                before = parts
            out.append(text)
        return "".join(out)

    def _in_row(self, reference: str, row: int) -> str:
        found = _THIS_ROW.fullmatch(reference)
        table = self.tables.get(found[1].casefold()) if found else None
        if not found or table is None:
            return reference
        headings = [heading.casefold() for heading in table.headings]
        named = [_ESCAPED.sub(r"\1", name).casefold() for name in found.groups()[1:] if name is not None]
        if not set(named) <= set(headings):
            return reference
        ends = [headings.index(name) for name in named] or [0, len(headings) - 1]
        _, first = place(table.area.partition(":")[0])
        cells = [f"${letters(first + end)}{row}" for end in (ends[0], ends[-1])]
        where = "" if table.sheet == self.sheet else f"{quoted(table.sheet)}!"
        return where + (cells[0] if cells[0] == cells[1] else ":".join(cells))


_LEFT_OUT: Final = {
    (TokenSubType.Open, TokenSubType.Arg),
    (TokenSubType.Arg, TokenSubType.Arg),
    (TokenSubType.Arg, TokenSubType.Close),
}


def tokens(formula: str) -> list[Token]:
    """Tokens of a formula."""
    return formualizer.tokenize(f"={formula}").tokens()


def names(words: Iterable[Token]) -> set[str]:
    """References in a formula as written: cells, areas, names, table columns."""
    return {word.value for word in words if (word.token_type, word.subtype) == (TokenType.Operand, TokenSubType.Range)}


def functions(words: Iterable[Token], registered: Collection[str]) -> set[str]:
    """Names, in capitals, of the functions that a formula calls; registered ones without prefixes."""
    return {
        called(word, registered)
        for word in words
        if (word.token_type, word.subtype) == (TokenType.Func, TokenSubType.Open)
    }


def called(word: Token, registered: Collection[str]) -> str:
    """Name of the function that a token calls."""
    return function_name(word.value.removesuffix("("), registered)


def function_name(written: str, registered: Collection[str]) -> str:
    """Name of a function in capitals; for registered ones without the prefixes that files write.

    Examples
    --------
    >>> [function_name(name, {"F"}) for name in ("f", "[1]!F", "_xldudf_STEELYARD_F", "_xll.F", "STEELYARD.F")]
    ['F', 'F', 'F', 'F', 'F']
    """
    name = written.upper()
    if name in registered:
        return name
    found = _SPELLING.fullmatch(name)
    return found[1] if found and found[1] in registered else name.rpartition("!")[2]


def _counted(function: str, reference: str) -> str:
    """Move a range that is only counted to the end of the sheet, so that a cell can count a range that includes it.

    Examples
    --------
    >>> _counted("ROWS", "B$1:B9"), _counted("COLUMN", "S!C4"), _counted("SUM", "B1:B9")
    ('$XFD$1:$XFD9', 'C$1048576', 'B1:B9')
    >>> _counted("COLUMNS", "$A:C"), _counted("ROWS", "3:$5"), _counted("ROWS", "A:C")
    ('$A$1048576:C$1048576', '$XFD3:$XFD$5', 'A:C')
    """
    if function not in _COUNTED:
        return reference
    is_of_rows = _COUNTED[function] == "rows"
    whole = (_WHOLE_ROWS if is_of_rows else _WHOLE_COLUMNS).fullmatch(reference)
    if whole:
        first, last = whole.groups()
        return f"$XFD{first}:$XFD{last}" if is_of_rows else f"{first}$1048576:{last}$1048576"
    found = _PLAIN_RANGE.fullmatch(reference)
    if not found:
        return reference
    _, first, top, last, bottom = found.groups()
    if is_of_rows:
        return f"$XFD{top}" + (f":$XFD{bottom}" if last else "")
    return f"{first}$1048576" + (f":{last}$1048576" if last else "")


def _widened(words: Sequence[Token]) -> dict[int, str]:
    """Ranges that SUMIF and AVERAGEIF sum, by their number among the words, where they are short of their condition."""
    found: dict[int, str] = {}
    calls: list[list[int]] = []  # of each open bracket the beginning of its arguments
    for number, word in enumerate(words):
        if word.subtype == TokenSubType.Open:
            calls.append([number])
        elif word.token_type == TokenType.Sep and calls:
            calls[-1].append(number)
        elif word.subtype == TokenSubType.Close:
            starts = [*calls.pop(), number]
            if (
                len(starts) == OF_CONDITION + 1
                and function_name(words[starts[0]].value.removesuffix("("), ()) in SUMMING
            ):
                tested, _, summed = (_only(words, *ends) for ends in pairwise(starts))
                if tested is not None and summed is not None:
                    found[summed] = as_large(words[summed].value, words[tested].value)
    return found


def _only(words: Sequence[Token], start: int, end: int) -> int | None:
    """The number of the word between two others, if it is one."""
    inside = [number for number in range(start + 1, end) if words[number].token_type != TokenType.Whitespace]
    return inside[0] if len(inside) == 1 else None


def as_large(reference: str, other: str) -> str:
    """A range from its first cell on, with the rows and columns of another one.

    Examples
    --------
    >>> as_large("S!D$1", "A1:B5"), as_large("D2:D3", "A2:A9"), as_large("D:D", "A1:A5"), as_large("D1", "A:A")
    ('S!D$1:E$5', 'D2:D9', 'D:D', 'D1:D1048576')
    """
    one, size = _PLAIN_RANGE.fullmatch(reference), _size(other)
    if not one or not size:
        return reference
    row, column = _place(one[2], one[3])
    last = row + size[0] - 1, column + size[1] - 1
    if last[0] > LAST[0] or last[1] > LAST[1]:
        return reference
    signs = ["$" if part.startswith("$") else "" for part in (one[2], one[3])]
    return f"{one[1] or ''}{one[2]}{one[3]}:{signs[0]}{letters(last[1])}{signs[1]}{last[0]}"


def _size(reference: str) -> tuple[int, int] | None:
    """Rows and columns of a range; None where it is another reference."""
    if columns := _WHOLE_COLUMNS.fullmatch(reference):
        (_, first), (_, last) = (_place(name, "1") for name in columns.groups())
        return LAST[0], abs(last - first) + 1
    found = _PLAIN_RANGE.fullmatch(reference)
    if not found:
        return None
    top, left = _place(found[2], found[3])
    bottom, right = _place(found[4], found[5]) if found[4] else (top, left)
    return abs(bottom - top) + 1, abs(right - left) + 1


def _place(column: str, row: str) -> Place:
    return place(f"{column}{row}".replace("$", "").upper())
