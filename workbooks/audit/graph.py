"""Graph of the references between cells of a workbook, with look-ups for the rules."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from workbooks.audit.columns import Columns
from workbooks.audit.finding import cell
from workbooks.audit.reading import Box, Page, Workbook, box
from workbooks.audit.shapes import Area, Areas, Form, Shape, Shapes
from workbooks.audit.words import words
from workbooks.recalculation.worksheet import Place

DEEPEST: Final = 10  # largest depth of names that refer to names
_COMPUTED: Final = frozenset({"INDIRECT", "OFFSET"})  # functions with computed references


class At(NamedTuple):
    """A cell: its sheet, and its row and column."""

    sheet: str
    place: Place

    @property
    def text(self) -> str:
        """Its address with its sheet: `Inputs!C10`."""
        return f"{self.sheet}!{cell(self.place)}"


class Readers:
    """Formulas that refer to the cells of one sheet."""

    def __init__(self) -> None:
        self._of_one: dict[Place, list[At]] = defaultdict(list)
        self._of_many: dict[Box, list[At]] = defaultdict(list)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._of_one or self._of_many)

    def add(self, area: Box, reader: At) -> None:
        """A formula and what it refers to."""
        if area.is_one:
            self._of_one[area.top, area.left].append(reader)
        else:
            self._of_many[area].append(reader)

    def of(self, at: Place) -> Iterator[tuple[Box, At]]:
        """Formulas that read a cell, each with the box that contains it."""
        yield from ((Box(*at, *at), reader) for reader in self._of_one.get(at, ()))
        for area, readers in self._of_many.items():
            if area.holds(at):
                yield from ((area, reader) for reader in readers)


class Graph:
    """The formulas of a workbook with their references.

    Parameters
    ----------
    book : Workbook
        The workbook.

    Attributes
    ----------
    formulas : mapping
        The formulas by cell.
    shapes : mapping
        Shape of each formula, shared by formulas with the same tokens.
    forms : mapping
        Relative form of each formula, by sheet and cell.
    references : mapping
        Area of each reference of a formula; None for a missing sheet.
    """

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._tables = {table.name.casefold(): table for table in book.tables}
        self._shapes = Shapes({name.casefold(): name for name in book.pages})
        self._names: dict[tuple[str, str], tuple[Area, ...]] = {}
        self.formulas: dict[At, str] = {}
        self.shapes: dict[At, Shape] = {}
        self.references: dict[At, Areas] = {}
        self.forms: dict[str, dict[Place, Form]] = {}
        for name, page in book.pages.items():
            forms = self.forms[name] = {}
            for place, text in page.formulas.items():
                at = At(name, place)
                self.formulas[at] = text
                form, self.references[at] = self._shapes.read(text, place, name)
                self.shapes[at] = form.shape
                forms[place] = form

    @cached_property
    def areas(self) -> dict[At, tuple[Area, ...]]:
        """What each formula refers to."""
        found: dict[At, tuple[Area, ...]] = {}
        for at, referred in self.references.items():
            shape = self.shapes[at]
            if shape.names:
                numbers = sorted((*shape.references, *shape.names))
                found[at] = tuple(area for number in numbers for area in self.of(at, number))
            else:
                found[at] = tuple(filter(None, referred))
        return found

    @cached_property
    def precedents(self) -> dict[At, tuple[Area, ...]]:
        """Where each formula takes values from: what it refers to, without ranges whose rows it only counts."""
        found = dict(self.areas)
        for at, shape in self.shapes.items():
            if shape.counted:
                numbers = sorted({*shape.references, *shape.names} - shape.counted)
                found[at] = tuple(area for number in numbers for area in self.of(at, number))
        return found

    @cached_property
    def is_open(self) -> bool:
        """Whether a formula has computed references, so that no cell can be called unused."""
        return any(not shape.functions.isdisjoint(_COMPUTED) for shape in set(self.shapes.values()))

    @cached_property
    def readers(self) -> dict[str, Readers]:
        """The formulas that refer to cells of a sheet, by sheet."""
        found: dict[str, Readers] = defaultdict(Readers)
        for at, areas in self.areas.items():
            for area in areas:
                found[area.sheet].add(area.box, at)
        return found

    @cached_property
    def read(self) -> dict[str, set[Place]]:
        """Cells that a formula, name, chart or condition refers to; non-empty cells only for ranges."""
        found: dict[str, set[Place]] = {name: set() for name in self.book.pages}
        ranges: dict[str, set[Box]] = {name: set() for name in self.book.pages}
        for areas in (*self.areas.values(), tuple(self._shown())):
            for sheet, area in areas:
                top, left, bottom, right = area
                if top == bottom and left == right:
                    found[sheet].add((top, left))
                else:
                    ranges[sheet].add(area)
        for sheet, boxes in ranges.items():
            found[sheet].update(self.cells[sheet].within_any(boxes))
        return found

    @cached_property
    def cells(self) -> dict[str, Columns]:
        """Non-empty cells of every sheet."""
        return {name: Columns(page.cells) for name, page in self.book.pages.items()}

    @cached_property
    def texts(self) -> dict[str, Columns]:
        """The cells of every sheet in which a text is typed."""
        return {name: Columns(page.texts) for name, page in self.book.pages.items()}

    def alike(self, at: At) -> str:
        """Key that is the same for all copies of a formula."""
        return " ".join(self.forms[at.sheet][at.place].in_words())

    def page(self, sheet: str) -> Page:
        """A worksheet."""
        return self.book.pages[sheet]

    def filled(self, area: Area) -> list[Place]:
        """The cells of an area that hold something."""
        at = area.box.top, area.box.left
        if area.is_one:
            return [at] if at in self.book.pages[area.sheet].cells else []
        return self.cells[area.sheet].within(area.box)

    def of(self, at: At, number: int) -> tuple[Area, ...]:
        """Areas that a token of a formula refers to."""
        shape = self.shapes[at]
        which = shape.references.get(number)
        if which is not None:
            area = self.references[at][which]
            return () if area is None else (area,)
        return self._named(shape.words[number].text, at.sheet) if number in shape.names else ()

    def of_text(self, text: str, sheet: str, depth: int = 0) -> Iterator[Area]:
        """Areas that a formula outside cells refers to."""
        for word in words(text):
            if word.to is not None:
                area = self._shapes.area(word.to, sheet)
                if area:
                    yield area
            elif word.kind == "name" and depth < DEEPEST:
                yield from self._named(word.text, sheet, depth)

    def is_lost(self, name: str, sheet: str) -> bool:
        """Whether a name in a formula of a sheet is not defined, or defined by what was deleted."""
        if name.casefold() in self._tables:
            return False
        names = self.book.structure.names
        text = names.get((sheet, name.casefold()), names.get(("", name.casefold())))
        return text is None or "#REF!" in text

    def _named(self, name: str, sheet: str, depth: int = 0) -> tuple[Area, ...]:
        """What a name refers to in a formula of a sheet."""
        key = name, sheet
        if depth or key not in self._names:
            found = tuple(self._of_name(name, sheet, depth))
            if depth:
                return found
            self._names[key] = found
        return self._names[key]

    def _of_name(self, name: str, sheet: str, depth: int) -> Iterator[Area]:
        table = self._tables.get(name.partition("[")[0].casefold())
        found = box(table.area) if table else None
        if table and found:
            yield Area(table.sheet, found)
            return
        title, _, own = name.rpartition("!")
        names = self.book.structure.names
        text = names.get((title.strip("'") or sheet, own.casefold()), names.get(("", own.casefold()), ""))
        yield from self.of_text(text, sheet, depth + 1)

    def _shown(self) -> Iterator[Area]:
        """Areas that charts, conditions and visible names refer to."""
        for text in self.book.shown:
            yield from self.of_text(text, "")
        for name, page in self.book.pages.items():
            for text in page.conditions:
                yield from self.of_text(text, name)
