"""Which cells the formulas of a workbook refer to, and what the rules look up about them."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from workbooks.audit.reading import Box, Page, Workbook, box
from workbooks.audit.words import Reference, Word, form, function_name, words
from workbooks.recalculation.worksheet import Place

DEEPEST: Final = 10  # names within names
_COMPUTED: Final = {"INDIRECT", "OFFSET"}  # what they refer to is not in the text


class Area(NamedTuple):
    """Cells of a sheet that a formula refers to."""

    sheet: str
    box: Box

    @property
    def is_one(self) -> bool:
        """Whether it is one cell."""
        return self.box.top == self.box.bottom and self.box.left == self.box.right


class At(NamedTuple):
    """A cell: its sheet, and its row and column."""

    sheet: str
    place: Place


class Graph:
    """The formulas of a workbook and what they refer to.

    Parameters
    ----------
    book : Workbook
        The workbook.
    """

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._found: dict[tuple[str, str], Area | None] = {}
        self._titles = {name.casefold(): name for name in book.pages}
        self._tables = {table.name.casefold(): table for table in book.tables}
        self.formulas = {At(name, at): text for name, page in book.pages.items() for at, text in page.formulas()}

    @cached_property
    def forms(self) -> dict[str, dict[Place, str]]:
        """The form that copies share of every formula, by sheet and cell."""
        found: dict[str, dict[Place, str]] = {name: {} for name in self.book.pages}
        for at, text in self.formulas.items():
            found[at.sheet][at.place] = form(text, at.place)
        return found

    @cached_property
    def areas(self) -> dict[At, tuple[Area, ...]]:
        """What each formula refers to."""
        return {at: tuple(self.of(text, at.sheet)) for at, text in self.formulas.items()}

    @cached_property
    def is_open(self) -> bool:
        """Whether some formula computes what it refers to, so that no cell can be called unused."""
        return any(
            word.kind == "function" and function_name(word) in _COMPUTED
            for text in self.formulas.values()
            for word in words(text)
        )

    @cached_property
    def readers(self) -> dict[str, list[tuple[Box, At]]]:
        """The areas that formulas refer to, by sheet, each with its formula."""
        found: dict[str, list[tuple[Box, At]]] = defaultdict(list)
        for at, areas in self.areas.items():
            for area in areas:
                found[area.sheet].append((area.box, at))
        return found

    @cached_property
    def read(self) -> dict[str, set[Place]]:
        """The cells with something in them that some formula, name, chart or condition refers to."""
        found: dict[str, set[Place]] = {name: set() for name in self.book.pages}
        for area in {area for areas in self.areas.values() for area in areas} | set(self._shown()):
            found[area.sheet].update(self.filled(area))
        return found

    @cached_property
    def before(self) -> dict[At, list[At]]:
        """The formulas that each formula refers to."""
        cells = {name: sorted(forms) for name, forms in self.forms.items()}
        found: dict[Area, list[At]] = {}
        for area in {area for areas in self.areas.values() for area in areas}:
            at = area.box.top, area.box.left
            if area.is_one:
                found[area] = [At(area.sheet, at)] if At(area.sheet, at) in self.formulas else []
            else:
                found[area] = [At(area.sheet, each) for each in _within(cells[area.sheet], area.box)]
        return {at: [each for area in areas for each in found[area]] for at, areas in self.areas.items()}

    def page(self, sheet: str) -> Page:
        """A worksheet."""
        return self.book.pages[sheet]

    def filled(self, area: Area) -> list[Place]:
        """The cells of an area that hold something."""
        at = area.box.top, area.box.left
        if area.is_one:
            return [at] if at in self.book.pages[area.sheet].cells else []
        return _within(self._places[area.sheet], area.box)

    def of(self, text: str, sheet: str, depth: int = 0) -> Iterator[Area]:
        """What a formula of a sheet refers to."""
        for word in words(text):
            yield from self.of_word(word, sheet, depth)

    def of_word(self, word: Word, sheet: str, depth: int = 0) -> Iterator[Area]:
        """What a word of a formula refers to."""
        if word.to is not None:
            key = word.text, sheet
            if key not in self._found:
                self._found[key] = self.area(word.to, sheet)
            area = self._found[key]
            if area:
                yield area
        elif word.kind == "name" and depth < DEEPEST:
            yield from self._named(word.text, sheet, depth)

    def area(self, reference: Reference, sheet: str) -> Area | None:
        """The cells of a reference; None where its sheet is not there."""
        title = self._titles.get((reference.sheet or sheet).casefold())
        if title is None:
            return None
        rows = sorted((reference.first.row, reference.last.row))
        columns = sorted((reference.first.column, reference.last.column))
        return Area(title, Box(rows[0], columns[0], rows[1], columns[1]))

    @cached_property
    def _places(self) -> dict[str, list[Place]]:
        return {name: sorted(page.cells) for name, page in self.book.pages.items()}

    def _named(self, name: str, sheet: str, depth: int) -> Iterator[Area]:
        table = self._tables.get(name.partition("[")[0].casefold())
        found = box(table.area) if table else None
        if table and found:
            yield Area(table.sheet, found)
            return
        title, _, own = name.rpartition("!")
        names = self.book.structure.names
        text = names.get((title.strip("'") or sheet, own.casefold()), names.get(("", own.casefold()), ""))
        yield from self.of(text, sheet, depth + 1)

    def _shown(self) -> Iterator[Area]:
        """What charts, conditions and visible names refer to."""
        for text in self.book.shown:
            yield from self.of(text, "")
        for name, page in self.book.pages.items():
            for text in page.conditions:
                yield from self.of(text, name)


def _within(places: list[Place], area: Box) -> list[Place]:
    """Those of sorted cells that stand in an area."""
    first = bisect_left(places, (area.top, area.left))
    last = bisect_right(places, (area.bottom, area.right))
    return [at for at in places[first:last] if area.left <= at[1] <= area.right]
