"""Builds an empty workbook to fill in: the verified workbook of a sample case, with the sample numbers removed.

So a filled-in template has the same formulas as the workbook of a case, each inside a guard that leaves its cell blank
until its inputs are filled in. Changing a name changes every label that contains it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from workbooks.address import Address, letters
from workbooks.beside import Beside
from workbooks.build import BuildError, prove, units_line
from workbooks.declarations.words import ABSENT
from workbooks.languages.language import ENGLISH
from workbooks.languages.language import language as in_language
from workbooks.layout.cell import Cell
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.read_back.embedding import carriers
from workbooks.recalculation.worksheet import place
from workbooks.sheets import contents
from workbooks.sheets.inputs.subjects import FIRST
from workbooks.templates.skeleton import Skeleton
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.stored_values import stored_values
from workbooks.xlsx.varied_formulas import varied_formulas
from workbooks.xlsx.writer import write

Place: TypeAlias = tuple[str, int, int]  # sheet, row, column

# Inputs that are typed on other sheets than Inputs: names and reasons.
PROMPTS: Final = {
    "input_rows": ("as_of", "source", "note"),
    "optional_rows": ("as_of", "source", "note"),
    "sources": ("title", "publisher", "note"),
    "peers": ("name", "why"),
    "parts": ("name", "what"),
    "scenarios_of": ("name", "dated", "cited"),
    "questions": ("why",),
    "rounds": ("name", "note"),
}
# Names used in labels, which become formulas that refer to them.
COMPUTED_NAMES: Final = ("pasted_multiples.name", "pasted_multiples.metric")
_TEXT: Final = r'"(?:[^"]|"")*"'
_SHEET: Final = r"(?:(?P<sheet>'(?:[^']|'')+'|[A-Za-z_]\w*)!)?"
_CELL: Final = r"\$?[A-Z]{1,3}\$?[1-9][0-9]*"
_REFERENCE: Final = re.compile(rf"{_TEXT}|(?<![\w.!]){_SHEET}(?P<first>{_CELL})(?::(?P<last>{_CELL}))?(?![\w(.])")


class Area(NamedTuple):
    """Cells of one reference of a formula."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    def places(self) -> Iterator[Place]:
        """All cells of the area."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield self.sheet, row, column


def empty_workbook(made: Skeleton, language: str = ENGLISH) -> bytes:
    """Build an empty workbook: verified with the samples of a skeleton, and again without them.

    Raises
    ------
    BuildError
        If a formula differs from the core on the samples, or the empty workbook would show an error.
    LanguageError
        If no workbook is written in the language.
    """
    case = made.sample()
    spoken = in_language(language, _translated(made, language))
    company = case.company
    sample = lay_out(contents.sheets(case, frozenset(made.optional)), units_line(company, language), spoken)
    hints = [spoken.text(hint) for hint in made.hints()]
    start = made.start(language)
    inputs = [typed_cell(sample, name) for name in made.empty]
    guarded, empty = emptied(sample, [*inputs, *start], hints, start)
    title = spoken.text(case.title)
    prove(guarded, write(guarded, title, company.as_of))
    carried = Beside(lambda: carriers(case, empty, made.empty, made.optional, hints))
    parts = write(empty, title, company.as_of, carried=carried.result)
    prove(_as_stored(empty, parts, filled=made.filled), parts)
    return finished(parts, company.as_of, varied_formulas(sample))


def typed_cell(book: LaidBook, figure: str) -> str:
    """Reference of the input cell of a figure."""
    typed = f"typed.{figure}"
    return typed if typed in book.addresses else f"figures.{figure}"


def _translated(made: Skeleton, language: str) -> dict[str, str]:
    """Translations of the placeholder names of an empty case, such as Peer 1, and of labels with them."""
    named = (re.fullmatch(r"(\w+) (\d+)", hint) for hint in made.hints())
    names = {name[0]: f"{in_language(language).text(name[1])} {name[2]}" for name in named if name}
    spoken = in_language(language, names)
    return names | {str(text): spoken.text(text) for text in made.texts()}


def emptied(
    book: LaidBook,
    inputs: Iterable[str],
    hints: Iterable[str] = (),
    start: Mapping[str, Sequence[str | float]] = MappingProxyType({}),
) -> tuple[LaidBook, LaidBook]:
    """The workbook with guarded formulas, once with and once without the given inputs.

    Input cells that contain one of the hints show it in grey. Columns in `start` begin with those texts instead of
    blanks.
    """
    emptying = _Emptying(book, inputs, hints, start)
    return emptying.book(empty=False), emptying.book(empty=True)


class _Emptying:
    """Finds the formulas that depend on removed inputs, and adds guards that keep them blank."""

    def __init__(
        self, book: LaidBook, inputs: Iterable[str], hints: Iterable[str], start: Mapping[str, Sequence[str | float]]
    ) -> None:
        self._book = book
        self._start = {
            at: None if text == "" else text
            for name, texts in start.items()
            for at, text in zip(_places(book.addresses[name]), texts, strict=False)
        }
        self._hint = re.compile("|".join(rf"(?<!\w){re.escape(hint)}(?!\w)" for hint in hints) or "$.")
        self._cells: dict[Place, Cell] = {
            (page.sheet.name, cell.row, cell.column): cell for page in book.sheets for cell in page.cells
        }
        addresses = book.addresses
        self._lists = {(a.sheet, a.row + a.count) for a in addresses.values() if a.tail}
        self._inputs = {at for name in inputs for at in _places(addresses[name])}
        self._prompts = {
            at
            for reference, address in addresses.items()
            if _is_prompt(reference)
            for at in _places(address)
            if not self._cells[at].formula
        }
        self._cells |= self._labels()
        self._bare = {at for at, cell in self._cells.items() if cell.when_empty == "blank"}
        self._blank = self._inputs | self._bare
        self._open: set[Place] = set()
        self._guarded = self._guards()

    def book(self, *, empty: bool) -> LaidBook:
        """The workbook with guards, empty or filled."""
        sheets = [
            replace(page, cells=[self._cell((page.sheet.name, c.row, c.column), empty=empty) for c in page.cells])
            for page in self._book.sheets
        ]
        return replace(self._book, sheets=sheets)

    def _cell(self, at: Place, *, empty: bool) -> Cell:
        cell = self._cells[at]
        if at in self._prompts:
            text = str(cell.content or "")
            return cell._replace(role="prompt", hint=text if self._hint.search(text) else "")
        if at in self._inputs:
            return cell._replace(content=self._start.get(at)) if empty else cell
        if at in self._bare:
            return cell._replace(content="", right=_is_aligned(cell)) if empty else cell
        if at in self._guarded:
            guarded = cell._replace(formula=self._guarded[at])
            return guarded._replace(content="", right=_is_aligned(cell)) if empty else guarded
        return cell._replace(when_empty="shown") if at in self._open else cell

    def _labels(self) -> dict[Place, Cell]:
        """Labels and texts in formulas that contain a name, as formulas that refer to the cell of the name."""
        addresses = self._book.addresses
        lists = [table for table, columns in PROMPTS.items() if "name" in columns and f"{table}.name" in addresses]
        cells = {at: self._cells[at] for table in lists for at in _places(addresses[f"{table}.name"])}
        typed = {str(cell.content): at for at, cell in cells.items() if self._hint.fullmatch(str(cell.content))}
        computed = {
            str(self._cells[at].content): at
            for column in COMPUTED_NAMES
            if column in addresses
            for at in _places(addresses[column])
            if self._cells[at].formula
        }
        names = typed | computed
        if not names:
            return {}
        name = re.compile("|".join(rf"(?<![A-Za-z]){re.escape(name)}(?!\d)" for name in names))
        own = {*computed.values(), *self._inputs}
        in_formulas = {
            at: cell._replace(formula=_with_names(cell.formula, name, names, at[0], {*computed.values()}))
            for at, cell in self._cells.items()
            if cell.formula and at not in own and any(map(name.search, re.findall(_TEXT, cell.formula)))
        }
        return in_formulas | {
            at: cell._replace(
                formula=_joined(str(cell.content), name, names, at[0], {*computed.values()}),
                when_empty="shown" if any(names[found] in own for found in name.findall(cell.content)) else "",
            )
            for at, cell in self._cells.items()
            if isinstance(cell.content, str) and not cell.formula and cell.role != "input" and at not in self._prompts
            if at not in own and name.search(cell.content)
        }

    def _guards(self) -> dict[Place, str]:
        """All formulas that depend on removed inputs, with guards."""
        refers_to = {at: dict(_areas(cell.formula, at[0])) for at, cell in self._cells.items() if cell.formula}
        closed = {
            at: areas
            for at, areas in refers_to.items()
            if self._cells[at].when_empty != "shown" and at not in self._bare
        }
        # Blankness is propagated: a formula that refers to a blank cell is blank too, until nothing changes.
        while found := [at for at in closed if at not in self._blank and any(map(self._depends_on_blanks, closed[at]))]:
            self._blank.update(found)
        self._open = set(refers_to.keys() - closed.keys() - self._bare)
        rest = closed.keys() - self._blank
        while found := [
            at for at in rest - self._open if any(not self._open.isdisjoint(a.places()) for a in closed[at])
        ]:
            self._open.update(found)
        return {
            at: _guarded(
                self._cells[at].formula,
                [self._test(area, text) for area, text in areas.items() if self._depends_on_blanks(area)],
                "AND" if self._cells[at].when_empty == "partly filled" else "OR",
            )
            for at, areas in closed.items()
            if at in self._blank
        }

    def _depends_on_blanks(self, area: Area) -> bool:
        blank = [at in self._blank for at in area.places()]
        if not any(blank) or not self._grows(area):
            return any(blank)
        return not any(_is_number(self._cells.get(at)) for at in area.places() if at not in self._blank)

    def _grows(self, area: Area) -> bool:
        """Whether the area is a whole list with optional rows, of which one filled-in row is enough."""
        return (area.sheet, area.bottom) in self._lists

    def _test(self, area: Area, text: str) -> str:
        """Test whether the cells that a formula refers to are still blank."""
        cells = [self._cells.get(at) for at in area.places()]
        if len(cells) == 1:
            return f'{text}=""'
        whole = all(cell is not None and cell.content not in (None, "") for cell in cells)
        if whole and not self._grows(area):
            return f"COUNTBLANK({text})>0"
        if not any(map(_is_number, cells)):
            return f'COUNTIF({text},"?*")=0'
        there = sum(_is_number(self._cells.get(at)) for at in area.places() if at not in self._blank)
        return f"COUNT({text})<={there}" if there else f"COUNT({text})=0"


def _joined(
    text: str, name: re.Pattern[str], names: Mapping[str, Place], sheet: str, computed: Collection[Place]
) -> str:
    """A formula for a text that takes each name from its cell; a dash where a computed name is blank."""
    found = [Address(*names[each]).text(sheet, absolute=True) for each in name.findall(text)]
    between = ['"' + piece.replace('"', '""') + '"' for piece in name.split(text)]
    operands = [operand for pair in zip_longest(between, found) for operand in pair if operand not in ('""', None)]
    joined = (
        "&".join(operands) if operands[1:] else f'{operands[0]}&""'
    )  # a reference to an empty cell alone would show 0
    blank = [
        Address(*at).text(sheet, absolute=True) for at in map(names.__getitem__, name.findall(text)) if at in computed
    ]
    return f'IF({blank[0]}="","{ABSENT}",{joined})' if blank else joined


def _with_names(
    formula: str, name: re.Pattern[str], names: Mapping[str, Place], sheet: str, computed: Collection[Place]
) -> str:
    """A formula whose texts take each name from its cell."""

    def joined(found: re.Match[str]) -> str:
        text = found[0][1:-1].replace('""', '"')
        return f"({_joined(text, name, names, sheet, computed)})" if name.search(text) else found[0]

    return re.sub(_TEXT, joined, formula)


def _guarded(formula: str, tests: list[str], together: str) -> str:
    test = tests[0] if len(tests) == 1 else f"{together}({','.join(tests)})"
    shown = formula.replace("NA()", '""')  # a total over a partly filled list
    return f'IF({test},"",{shown})'


def _is_number(cell: Cell | None) -> bool:
    return cell is not None and isinstance(cell.content, (int, float)) and not isinstance(cell.content, bool)


def _is_aligned(cell: Cell) -> bool:
    """Whether a cell is aligned with numbers, which an empty one is to be too."""
    return cell.right or _is_number(cell)


def _is_prompt(reference: str) -> bool:
    """Whether a column holds texts to replace; figures stand in several tables, by their subjects."""
    table, _, column = reference.partition(".")
    return column in PROMPTS.get(FIRST if table.startswith(FIRST) else table, ())


def _places(address: Address) -> list[Place]:
    return [(here.sheet, here.row, here.column) for here in map(address.at, range(address.count))]


def _areas(formula: str, sheet: str) -> Iterator[tuple[Area, str]]:
    """References of a formula, with their text."""
    for found in _REFERENCE.finditer(formula):
        if not found["first"]:
            continue  # a text
        named = found["sheet"] or sheet
        if named.startswith("'"):
            named = named[1:-1].replace("''", "'")
        (top, left), (bottom, right) = (place(found[end] or found["first"]) for end in ("first", "last"))
        yield Area(named, top, left, bottom, right), found[0]


def _as_stored(book: LaidBook, parts: Mapping[str, bytes], *, filled: bool) -> LaidBook:
    """The empty workbook with the computed values of formulas that are not blank; raises if a cell shows an error."""
    stored = stored_values(parts)
    for name, values in stored.items():
        for cell, value in values.items():
            if isinstance(value, str) and value.startswith("#"):
                message = f"the empty workbook shows {value} in {name}!{cell}"
                raise BuildError(message)
    sheets = []
    for page in book.sheets:
        values = stored[page.sheet.name]
        known = [
            c._replace(content="" if (found := values[f"{letters(c.column)}{c.row}"]) is None else found)
            if c.when_empty == "shown" or (filled and c.formula)
            else c
            for c in page.cells
        ]
        sheets.append(replace(page, cells=known))
    return replace(book, sheets=sheets)
