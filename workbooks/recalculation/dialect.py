"""Formulas as the embedded engine understands them.

The engine gives 0 to a function that it is lent where an argument is left out, and cannot tell which row of a table a
formula stands in. So in its copy of a workbook an empty text stands for what is left out, which our functions read as
left out, and cells of the same row have their addresses.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import formualizer
from formualizer import Token, TokenSubType, TokenType

from workbooks.address import letters, quoted
from workbooks.recalculation.package import Table
from workbooks.recalculation.worksheet import place

_COLUMN: Final = r"\[((?:[^'\[\]]|'.)*)\]"
_THIS_ROW: Final = re.compile(rf"(.*?)\[(?:#This Row|\[#This Row\],{_COLUMN}(?::{_COLUMN})?)\]", re.IGNORECASE)
_ESCAPED: Final = re.compile("'(.)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a formula of a sheet may mean: the functions that the engine is lent, and the tables by their names."""

    sheet: str
    lent: Collection[str]
    tables: Mapping[str, Table]

    def rewritten(self, words: Iterable[Token], row: int) -> str:
        """The formula of a row as the engine understands it.

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
        calls: list[bool] = []  # the brackets that are open: whether each is of a lent function
        before: TokenSubType | None = None  # how the word before this one parts what is in them
        for word in words:
            kind, part, text = word.token_type, word.subtype, word.value
            parts = TokenSubType.Arg if kind == TokenType.Sep else part
            if calls and calls[-1] and (before, parts) in _LEFT_OUT:
                out.append('""')
            if part == TokenSubType.Open:
                calls.append(kind == TokenType.Func and called(word) in self.lent)
                text = f"{called(word)}(" if calls[-1] else text
            elif part == TokenSubType.Close:
                calls.pop()
            elif kind == TokenType.Operand and part == TokenSubType.Range:
                text = self._in_row(text, row)
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
    """The words of a formula."""
    return formualizer.tokenize(f"={formula}").tokens()


def names(words: Iterable[Token]) -> set[str]:
    """What a formula refers to, as written: cells, areas, names, columns of tables."""
    return {word.value for word in words if (word.token_type, word.subtype) == (TokenType.Operand, TokenSubType.Range)}


def functions(words: Iterable[Token]) -> set[str]:
    """Names of the functions that a formula calls, in capitals."""
    return {called(word) for word in words if (word.token_type, word.subtype) == (TokenType.Func, TokenSubType.Open)}


def called(word: Token) -> str:
    """Name of the function that a word calls; the add-in's own file, `[1]!`, is left out."""
    return word.value.removesuffix("(").rpartition("!")[2].upper()
