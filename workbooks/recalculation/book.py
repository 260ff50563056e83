"""A workbook read for recalculation: formulas with stored values, tables, names, settings."""

import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import formualizer

from workbooks.opening.limits import DEEPEST_FORMULA
from workbooks.opening.package import read, shown
from workbooks.opening.place import working_on
from workbooks.recalculation.dialect import functions, tokens
from workbooks.recalculation.package import Structure, Table, shared_texts, structure, tables
from workbooks.recalculation.refusal import At, EngineError, cell_name
from workbooks.recalculation.worksheet import Cell, Value, Worksheet

_OPENS: Final = "({["
_CLOSES: Final = ")}]"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a cell; a copy holds the text of the original and its distance to it."""

    sheet: str
    cell: Cell
    text: str
    words: list[formualizer.Token] = field(repr=False)
    called: frozenset[str] = frozenset()
    shift: tuple[int, int] = (0, 0)
    is_copy: bool = False

    @property
    def at(self) -> At:
        """Its cell."""
        return self.sheet, self.cell.place

    @property
    def is_array(self) -> bool:
        """Whether it is an array formula."""
        return self.cell.formula_kind == "array"

    def described(self) -> str:
        """The cell and the formula, for messages."""
        return f"{cell_name(self.at)} ={shown(self.text)}"


class Book:
    """Contents of a package, read once.

    Parameters
    ----------
    package : zipfile.ZipFile
        The package, from `opened`.
    registered : collection of str
        Names, in capitals, of the functions registered with the engine.

    Raises
    ------
    PackageError
        If it is not a workbook or a part cannot be read.
    EngineError
        If a formula cannot be read.
    """

    def __init__(self, package: zipfile.ZipFile, registered: Collection[str]) -> None:
        self.package = package
        self.registered = registered
        self.structure: Structure = structure(package)
        self.sheets = {name: Worksheet(read(package, part)) for name, part in self.structure.sheets.items()}
        self.tables: list[Table] = tables(package, self.structure.sheets)
        self.formulas = {formula.at: formula for formula in self._formulas()}
        self.results = {
            (formula.sheet, place): formula.at for formula in self.formulas.values() for place in formula.cell.fills()
        }

    @cached_property
    def tables_by_name(self) -> Mapping[str, Table]:
        """Tables by their names in lower case."""
        return {table.name.casefold(): table for table in self.tables}

    @cached_property
    def stored(self) -> dict[At, Value]:
        """Stored values of formulas and of cells filled by array formulas.

        A file that requests calculation on load and stores 0 for every formula was written by a program that does not
        compute; its values do not count as stored.
        """
        shared = any(self._cell(at).value_kind == "s" for at in self.results)
        texts = shared_texts(self.package, self.structure.strings) if shared and self.structure.strings else []
        read_values = {at: self._cell(at).value(texts) for at in self.results}
        found = {at: value for at, value in read_values.items() if value is not None}
        if self.structure.computes_on_load and all(
            value == 0 and not isinstance(value, bool) for value in found.values()
        ):
            return {}
        return found

    def _cell(self, at: At) -> Cell:
        sheet, place = at
        return self.sheets[sheet].cell(place)

    def _formulas(self) -> Iterator[Formula]:
        firsts: dict[tuple[str, str], Formula] = {}
        for sheet, worksheet in self.sheets.items():
            for cell in worksheet.formulas:
                first = firsts.get((sheet, cell.shared)) if cell.shared else None
                if first is not None and not cell.formula:
                    (row, column), (first_row, first_column) = cell.place, first.cell.place
                    shift = (row - first_row, column - first_column)
                    yield Formula(sheet, cell, first.text, first.words, first.called, shift, is_copy=True)
                    continue
                formula = self._read(sheet, cell)
                if cell.shared and cell.formula:
                    firsts[sheet, cell.shared] = formula
                yield formula

    def _read(self, sheet: str, cell: Cell) -> Formula:
        text = cell.formula or ""
        at = cell_name((sheet, cell.place))
        working_on(at)
        if _depth(text) > DEEPEST_FORMULA:
            message = f"{at} ={shown(text)}: brackets stand in more than {DEEPEST_FORMULA} others"
            raise EngineError(message)
        try:
            words = tokens(text)
        except formualizer.TokenizerError as problem:
            message = f"{at} ={shown(text)}: {shown(str(problem))}"
            raise EngineError(message) from None
        return Formula(sheet, cell, text, words, frozenset(functions(words, self.registered)))


def _depth(text: str) -> int:
    """Largest nesting depth of brackets, without those in quotes.

    Examples
    --------
    >>> _depth('F(G(1),"(((")')
    2
    """
    depth = deepest = 0
    quote = ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in _OPENS:
            depth += 1
            deepest = max(deepest, depth)
        elif char in _CLOSES:
            depth -= 1
    return deepest
