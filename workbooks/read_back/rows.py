"""Reads the items of a list back: existing, added and removed ones."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workbooks.address import letters
from workbooks.case.annotations import role_of
from workbooks.case.inline import slug
from workbooks.case.model import Part
from workbooks.case.quantity import quantity
from workbooks.declarations.calls import Call
from workbooks.declarations.sheet import Column, Input, Link
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import ABSENT, NOT_GIVEN, NOT_KNOWN, NOT_MEANINGFUL
from workbooks.languages.language import Language
from workbooks.layout.styles import NO_NUMBER
from workbooks.read_back.added_parts import AddedPart
from workbooks.read_back.case_text import Raw
from workbooks.read_back.findings import Finding, no_number, same, where
from workbooks.read_back.identity import Identity, Place
from workbooks.read_back.known_cells import figure_at
from workbooks.read_back.list_positions import Standing
from workbooks.read_back.lists import KeyPath, ListOf, content_of, is_linked, paths_in
from workbooks.recalculation.stored_cells import Stored
from workbooks.recalculation.worksheet import ErrorCode
from workbooks.recalculation.worksheet import place as cell_place

TYPED: Final = "typed_in_the_workbook"  # id of the source of numbers typed on a sheet
NOTHING: Final = {None, "", ABSENT, NOT_GIVEN, NOT_KNOWN}
_ONE_CELL: Final = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!\s(]+))!(\$?[A-Z]{1,3}\$?\d+)$")


@dataclass(slots=True)
class Book:
    """State of reading lists: the workbook, the figure of each row of Inputs, and the resulting data."""

    found: Identity
    spoken: Language
    figures: Mapping[tuple[str, int], str]
    raw: Raw
    marks: dict[tuple[str, ...], str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    typed: dict[str, str | float] = field(default_factory=dict)  # choices for which a case file has no key
    renamed: dict[str, str] = field(default_factory=dict)  # ids of methods of a template by the ids that they get

    def of_user(self) -> Raw:
        """Date and source of a number that was typed in the workbook."""
        day = self.found.case.company.as_of.isoformat()
        title = "[Typed in the workbook; the source is not recorded]"
        self.raw["sources"].setdefault(TYPED, {"title": title, "date": day})
        return {"as_of": day, "source": TYPED}


def read_list(of: ListOf, stands: Standing, book: Book) -> None:
    """Replace the items of a list of the case by the present ones of the workbook."""
    given: list[Raw] = book.raw[of.section][of.field]
    names = of.table.columns[0].id
    places = [at for at in stands.items if not _is_blank(of, stands, at)]
    texts = {at: _text(stands.cell(names, at)) for at in places}
    known = _matched(of, texts, book, stands)
    made: list[Raw] = []
    for number, at in enumerate(places, start=1):
        reader = _Item(of, stands, book, at, number)
        row = known.get(at)
        if not texts[at]:
            book.findings.append(Finding(where(stands.place(names, at)), "is blank: expected a name", is_error=True))
        elif row is None:
            made.append(reader.added(texts[at]))
        elif row < len(given) and given[row]:  # in a template, items without input are dropped
            made.append(reader.kept(given[row], row, texts[at]))
    gone = [of.items[row] for row in range(len(given)) if row not in known.values() and given[row]]
    for item in gone:
        name = getattr(item, of.name)
        book.findings.append(Finding(f"{stands.sheet}, {of.table.title}", f"{name} is no longer in the list"))
        book.marks[of.section,] = also(book.marks.get((of.section,)), f"without {name}")
    book.raw[of.section][of.field] = made


def also(before: str | None, text: str) -> str:
    """Append to a comment."""
    return f"{before}; {text}" if before else text


def _is_blank(of: ListOf, stands: Standing, at: int) -> bool:
    """Whether a row has neither a name nor a figure."""
    columns = (of.table.columns[0].id, *of.keys)
    return all(_text(stands.cell(column, at)) in NOTHING and not stands.cell(column, at).formula for column in columns)


def _text(cell: Stored) -> str:
    return "" if cell.value is None else str(cell.value).strip()


def _matched(of: ListOf, texts: Mapping[int, str], book: Book, stands: Standing) -> dict[int, int]:
    """Item of the case at each position: by its name, else by the hidden name of its row."""
    own = [getattr(item, of.name) for item in of.items]
    by_text: dict[str, int] = {}
    for row, name in enumerate(own):
        by_text.setdefault(book.spoken.text(name).strip(), row)
        by_text.setdefault(name.strip(), row)
    found: dict[int, int] = {}
    for at, text in texts.items():
        if text in by_text and by_text[text] not in found.values():
            found[at] = by_text[text]
    for row in range(len(own)):
        named = book.found.now.get(f"{of.table.id}[{row + 1}]")
        if named is None or row in found.values() or named.sheet != stands.sheet:
            continue
        at = named.column if stands.across else named.row
        if at in texts and at not in found and texts[at]:
            found[at] = row
    return found


@dataclass(frozen=True, slots=True)
class _Item:
    """Reader of one item."""

    of: ListOf
    stands: Standing
    book: Book
    at: int
    number: int  # position from 1 in the present list

    def kept(self, given: Raw, row: int, name: str) -> Raw:
        """An existing item with its present values; unchanged links are kept."""
        own = getattr(self.of.items[row], self.of.name)
        made = dict(given)
        if name not in {own.strip(), self.book.spoken.text(own).strip()}:
            made[self.of.name] = name
            self._mark(f"was {own}")
        for column in self.of.table.columns[1:]:
            content = content_of(column, row)
            if figure_at(column, row):
                continue  # read with the figures
            key = next(iter(paths_in(content, self.of.items[row])), None) or self.of.keys.get(column.id)
            if isinstance(content, Input) and (content.choices or content.among):
                self._choose(made, column, content)
            elif key is not None and isinstance(content, (Link, Expression)):
                self._relinked(made, column, key, content)
            elif key is not None and not isinstance(content, Input):
                self._typed(made, column, key, content)
            elif isinstance(content, (Link, Expression, Call)):
                self._not_taken(column, content)
        return made

    def _not_taken(self, column: Column, content: Link | Expression | Call) -> None:
        """Report a number in a cell that a case file has no key for."""
        cell = self._cell(column.id)
        if cell.formula or not isinstance(cell.value, float):
            return
        if not (isinstance(content, Literal) and same(cell.value, content.of)):
            message = "a number was typed over what the sheet works out; a case file has no key for it: it is not taken"
            place = self.stands.place(column.id, self.at)
            self.book.findings.append(Finding(where(place, column.heading), message))

    def added(self, name: str) -> Raw:
        """A new item with the contents of its row."""
        made: Raw = {self.of.name: name}
        self._mark("added in the workbook")
        keys: Mapping[str, KeyPath] = self.of.keys
        if self.of.record is Part:
            part = AddedPart(self.of, self.book.spoken, self._cell, lambda cell: self._linked(cell) is not None)
            keys = part.keys()
            made |= part.texts()
        for column in self.of.table.columns[1:]:
            content = content_of(column, 0)
            key = keys.get(column.id)
            if isinstance(content, Input) and (content.choices or content.among):
                self._choose(made, column, content)
            elif key is not None and not (self._is_computed(column) and self.stands.cell(column.id, self.at).formula):
                self._take(made, column, key)
        return made

    def _cell(self, column: str) -> Stored:
        return self.stands.cell(column, self.at)

    def _is_computed(self, column: Column) -> bool:
        return not is_linked(column, self.of.table.rows) and any(
            isinstance(content_of(column, row), Expression) for row in range(self.of.table.rows)
        )

    def _choose(self, made: Raw, column: Column, content: Input) -> None:
        """Read a choice from a list into the key of the item with the name of the column, if there is one."""
        place, text = self.stands.place(column.id, self.at), _text(self.stands.cell(column.id, self.at))
        said = {self.book.spoken.text(choice): choice for choice in content.choices}
        chosen = next((choice for shown, choice in said.items() if shown.casefold() == text.casefold()), None)
        if chosen is None:
            wanted = f"expected {' or '.join(said)}"
            self._error(place, column, f"{text!r}: {wanted}" if text else f"is blank: {wanted}")
        elif column.id not in self.of.record.model_fields:
            self.book.typed[f"{self.of.table.id}.{column.id}[{self.number}]"] = chosen
        else:
            usual = self.of.record.model_fields[column.id]
            value = chosen == "yes" if usual.annotation is bool else chosen
            if made.get(column.id, usual.default) != value:
                made[column.id] = value

    def _relinked(self, made: Raw, column: Column, key: KeyPath, content: Link | Expression) -> None:
        """Read a cell that was a link to a figure: unchanged, a link to another figure, or overwritten."""
        cell, place = self.stands.cell(column.id, self.at), self.stands.place(column.id, self.at)
        if cell.formula:
            figure = self._linked(cell)
            linked = isinstance(content, Link) and content.to.startswith("figures.")
            if linked and figure and content != Link(f"figures.{figure}"):
                self._known(made, column, key, figure)
                self._mark(f"{key[-1]} links to another figure")
            return
        if isinstance(cell.value, float):
            self._figure(made, column, key, cell.value)
            message = "a number was typed over the formula; it is taken for this line alone"
            self.book.findings.append(Finding(where(place, column.heading), message))
        elif self._text_key(made, column, key, cell):
            return

    def _typed(self, made: Raw, column: Column, key: KeyPath, content: object) -> None:
        """Read a cell that was a text or empty: a text of the item, or a new figure."""
        cell = self.stands.cell(column.id, self.at)
        text = _text(cell)
        if _is_text(self.of, key):
            before = str(content or "")
            if text not in {before, self.book.spoken.text(before)} and not cell.formula:
                made[str(key[0])] = text
                self._mark(f"{key[0]} changed")
            return
        self._take(made, column, key)

    def _take(self, made: Raw, column: Column, key: KeyPath) -> None:
        """Read a cell for a key: a link to a figure, a number, a text; None where it is empty."""
        cell, place = self.stands.cell(column.id, self.at), self.stands.place(column.id, self.at)
        if _is_text(self.of, key):
            if _text(cell) not in NOTHING:
                made[str(key[0])] = _text(cell)
            return
        figure = self._linked(cell)
        if figure:
            self._known(made, column, key, figure)
        elif isinstance(cell.value, float):
            self._figure(made, column, key, cell.value)
        elif not self._text_key(made, column, key, cell) and (
            isinstance(cell.value, ErrorCode) or _text(cell) not in NOTHING or (cell.formula and cell.value is None)
        ):
            self._error(place, column, no_number(cell, "a number"))

    def _text_key(self, made: Raw, column: Column, key: KeyPath, cell: Stored) -> bool:
        """Whether a text means that there is no figure: n.m., or a dash instead of a link."""
        text = _text(cell)
        if text in {NOT_MEANINGFUL, self.book.spoken.text(NOT_MEANINGFUL)}:
            if key[0] == "multiples" or "not_meaningful" in self.of.record.model_fields:
                heading = str(column.heading)
                made["not_meaningful"] = [*dict.fromkeys([*made.get("not_meaningful", []), heading])]
                drop(made, key)
            return True
        if text in NOTHING and not cell.formula:
            drop(made, key)
            return True
        return False

    def _linked(self, cell: Stored) -> str | None:
        """Figure that a formula links to without calculation."""
        found = _ONE_CELL.match(cell.formula.strip())
        if not found:
            return None
        sheet = (found[1] or found[2]).replace("''", "'")
        row, _ = cell_place(found[3])
        return self.book.figures.get((sheet, row))

    def _figure(self, made: Raw, column: Column, key: KeyPath, value: float) -> None:
        """New figure for a number typed on a sheet, where numbers are in whole units."""
        unit = column.unit or "ratio"
        scale = 1.0 if unit in NO_NUMBER else quantity(unit).scale
        name = str(made[self.of.name])
        way = [self.of.section, slug(name), *(slug(str(step)) for step in key)]
        place = self.stands.place(column.id, self.at)
        figures = self.book.raw["figures"]
        figure_id = ".".join(step if not step[0].isdecimal() else f"n{step}" for step in way)
        while figure_id in figures:
            figure_id += "_typed"
        figures[figure_id] = {
            "label": f"{name}, {column.heading}",
            "value": value / scale,
            "unit": unit,
            **self.book.of_user(),
            "place": f"{place.sheet}!{letters(place.column)}{place.row}",
        }
        self.book.marks["figures", figure_id] = "typed in the workbook"
        self._known(made, column, key, figure_id)

    def _known(self, made: Raw, column: Column, key: KeyPath, figure: str) -> None:
        """Set a figure, which is no longer n.m."""
        absent = [each for each in made.pop("not_meaningful", []) if each not in (column.heading, key[-1])]
        made.update({"not_meaningful": absent} if absent else {})
        put(made, key, figure)

    def _mark(self, text: str) -> None:
        way = (self.of.section, self.of.field, str(self.number))
        self.book.marks[way] = also(self.book.marks.get(way), text)

    def _error(self, place: Place, column: Column, message: str) -> None:
        label = f"{_text(self.stands.cell(self.of.table.columns[0].id, self.at))}, {column.heading}"
        self.book.findings.append(Finding(where(place, label), message, is_error=True))


def _is_text(of: ListOf, key: KeyPath) -> bool:
    """Whether a key holds a text, not the id of a figure."""
    if len(key) > 1:
        return False
    field_of = of.record.model_fields[str(key[0])]
    return role_of(field_of.annotation) is None and not any(hasattr(note, "kinds") for note in field_of.metadata)


def put(item: Raw, key: KeyPath, figure: str | Raw) -> None:
    """Set a figure of an item."""
    if len(key) == 1:
        item[str(key[0])] = figure
    elif isinstance(key[1], int):
        held = [*item.get(str(key[0]), [])]
        held += [figure] * (key[1] + 1 - len(held))
        held[key[1]] = figure
        item[str(key[0])] = held
    else:
        item[str(key[0])] = {**item.get(str(key[0]), {}), key[1]: figure}


def drop(item: Raw, key: KeyPath) -> None:
    """Remove a figure of an item."""
    held: Any = item.get(str(key[0]))
    if len(key) == 1:
        item.pop(str(key[0]), None)
    elif isinstance(held, dict):
        rest = {name: figure for name, figure in held.items() if name != key[1]}
        item[str(key[0])] = rest
        if not rest:
            item.pop(str(key[0]))


def drop_everywhere(value: Any, gone: Sequence[str]) -> Any:  # noqa: ANN401 - the data of a case
    """Data of a case without references to removed figures."""
    lost = set(gone)
    if isinstance(value, dict):
        return {
            key: drop_everywhere(item, gone)
            for key, item in value.items()
            if not (isinstance(item, str) and item in lost)
        }
    if isinstance(value, list):
        return [drop_everywhere(item, gone) for item in value if not (isinstance(item, str) and item in lost)]
    return value
