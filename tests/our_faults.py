"""At least three faults for each rule that can name a cell of our workbooks, put in by editing the XML.

Each is made from a bundled workbook in one of its languages. The formulas and inputs that are changed are drawn at
random among those that the rule is for.
"""

import io
import math
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Final, NamedTuple

from edit_xml import Content, edited, stored_as, with_part
from workbooks.audit.finding import cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import workbook
from workbooks.audit.reference import Reference
from workbooks.audit.steelyard_inputs import Inputs, Typed
from workbooks.audit.words import words
from workbooks.opening.package import opened
from workbooks.recalculation.package import structure

BOOKS: Final = ("xiaomi_2018", "prosus_2023", "alibaba_2025")
_BOOK: Final = "xl/workbook.xml"
_PROPERTIES: Final = "docProps/custom.xml"


class Fault(NamedTuple):
    """A workbook with one fault: the cell, or None for the whole workbook; what was put there."""

    at: At | None
    content: object
    data: bytes


class Book:
    """A workbook of ours, to put faults into."""

    def __init__(self, data: bytes, seed: int = 50) -> None:
        self.data = data
        self.graph = Graph(workbook(data))
        self.reference = Reference(self.graph)
        self.rng = random.Random(seed)  # noqa: S311 - no secret
        self.parts = structure(opened(data)).sheets

    @cached_property
    def settings(self) -> str:
        """The XML of the settings of the calculation."""
        text = zipfile.ZipFile(io.BytesIO(self.data)).read(_BOOK).decode()
        return text[text.index("<calcPr") :]

    @cached_property
    def inputs(self) -> list[Typed]:
        """The inputs that hold a number with a unit."""
        return [each for each in Inputs(self.reference).numbers if each.quantity and each.now]

    @cached_property
    def formulas(self) -> list[At]:
        """The formulas with numbers, without those of checks."""
        return [
            at
            for at, before in self.reference.formulas.items()
            if before.sheet != "checks" and isinstance(self.value(at), float)
        ]

    @cached_property
    def checks(self) -> list[At]:
        """The checks that hold."""
        return [
            at for at, before in self.reference.formulas.items() if before.sheet == "checks" and self.value(at) is True
        ]

    @cached_property
    def ranged(self) -> list[tuple[At, str]]:
        """The formulas with a range that runs down, and the range."""
        found = []
        for at in self.formulas:
            ranges = [word for word in words(self.graph.formulas[at]) if word.to and not word.to.is_one]
            down = [word.text for word in ranges if word.to and word.to.first.row < word.to.last.row]
            if down:
                found.append((at, down[0]))
        return found

    def value(self, at: At) -> object:
        """What a cell holds."""
        return self.graph.page(at.sheet).cell(at.place).value

    def formula(self, at: At) -> str:
        """A formula, without its sign of equality."""
        return self.graph.formulas[at]

    def of(self, *kinds: str) -> list[Typed]:
        """The inputs of these kinds."""
        return [each for each in self.inputs if each.quantity and each.quantity.kind in kinds]

    def draw(self, cells: list[At], count: int) -> list[At]:
        """So many of the cells."""
        return self.rng.sample(cells, min(count, len(cells)))

    def put(self, at: At, content: Content) -> Fault:
        """The workbook with another content in a cell; a formula keeps its stored value."""
        value = self.value(at)
        kept = value if isinstance(value, float) and isinstance(content, str) and content[:1] == "=" else None
        return Fault(at, content, edited(self.data, at.sheet, cell(at.place), content, kept))

    def put_each(self, cells: list[At], *contents: Callable[[At], Content]) -> Iterator[Fault]:
        """A fault of each content, each in a cell of its own."""
        for at, content in zip(self.draw(cells, len(contents)), contents, strict=False):
            yield self.put(at, content(at))

    def set_in_book(self, pattern: str, by: str) -> bytes:
        """The workbook with another setting."""
        data = with_part(self.data, _BOOK, lambda text: re.sub(pattern, by, text))
        assert data != self.data
        return data

    def set_in_sheet(self, sheet: str, pattern: str, by: str) -> bytes:
        """The workbook with another XML of a sheet."""
        return with_part(self.data, self.parts[sheet], lambda text: _once(pattern, by, text))


def _once(pattern: str, by: str, text: str) -> str:
    new, count = re.subn(pattern, by, text, count=1)
    assert count, pattern
    return new


def _number(value: object) -> float:
    assert isinstance(value, float)
    return value


def _overwritten(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        book.formulas, lambda at: _number(book.value(at)) * 1.07 + 1, lambda at: _number(book.value(at)), lambda _: None
    )


def _changed(book: Book) -> Iterator[Fault]:
    yield from book.put_each(book.formulas, *[lambda at: f"=-({book.formula(at)})"] * 2, lambda _: "=B3")


def _plugged(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        book.formulas,
        lambda at: f"={book.formula(at)}+12.5",
        lambda at: f"=({book.formula(at)})*1.1",
        lambda at: f"=ROUND({book.formula(at)},-9)",
    )


def _disarmed(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        book.checks, lambda _: True, lambda _: "=TRUE", lambda at: f"=OR({book.formula(at)},TRUE)", lambda _: None
    )


def _checks_fail(book: Book) -> Iterator[Fault]:
    """A text in place of an input, and weights that do not sum to 1: the check that says so fails."""
    yield from (
        Fault(at, "n.a.", book.put(typed, "n.a.").data)
        for at in _check(book, "Every input is a number")
        for typed in book.draw([each.at for each in book.of("money", "multiple") if each.at.place[1] == 2], 2)
    )
    yield from (
        Fault(at, fault.content, fault.data)
        for at in _check(book, "Weights of the questions sum to 100%")
        for fault in _shares(book)
    )


def _check(book: Book, label: str) -> Iterator[At]:
    """The status of a check, by its English label."""
    status = book.reference.laid.addresses["check_rows.status"]
    sheet, spoken = book.reference.moves["checks"].name, book.reference.laid.language.text(label)
    for item in range(status.count):
        row = status.at(item).row
        if book.value(At(sheet, (row, 1))) == spoken:
            yield At(sheet, (row, status.column))


def _below(book: Book) -> Iterator[Fault]:
    addresses = book.reference.laid.addresses
    for known in ("peers", "parts"):
        first = addresses.get(f"{known}.name")
        if first is None:
            continue
        row = first.row + first.count  # the line that closes the list
        at = At(first.sheet, (row, first.column))
        data = edited(book.data, first.sheet, cell(at.place), "One more")
        yield Fault(at, known, edited(data, first.sheet, f"C{row}", 4321.0))


def _missing(book: Book) -> Iterator[Fault]:
    yield from book.put_each([each.at for each in book.inputs], *[lambda _: None] * 2)


def _no_number(book: Book) -> Iterator[Fault]:
    yield from book.put_each([each.at for each in book.inputs], lambda _: "n.a.", lambda _: True, lambda _: "see note")


def _as_text(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        [each.at for each in book.inputs],
        lambda at: f"{_number(book.value(at)):g}",
        lambda at: f"{_number(book.value(at)):,.2f} ",
    )


def _out_of_bounds(book: Book) -> Iterator[Fault]:
    for kinds, value in ((("share",), 45.0), (("multiple",), -8.0), (("fx",), -6.5), (("rate",), 12.0)):
        for at in book.draw([each.at for each in book.of(*kinds)], 1):
            yield book.put(at, value)


def _out_of_scale(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        [each.at for each in book.of("money", "money_per", "count")],
        lambda at: _number(book.value(at)) * 1000,
        lambda at: _number(book.value(at)) / 1e4,
        lambda at: _number(book.value(at)) * 10,
    )


def _in_another_currency(book: Book) -> Iterator[Fault]:
    rates = [_number(each.now) for each in book.of("fx") if not 0.9 < _number(each.now) < 1.1]
    rate = next((rate for rate in rates if max(rate, 1 / rate) < 20), 0.0)  # beyond, it is out of scale
    changes = [lambda at: _number(book.value(at)) * rate, lambda at: _number(book.value(at)) / rate * 1.01]
    yield from book.put_each([each.at for each in book.of("money")], *(changes if rate else ()))


def _with_sign(book: Book) -> Iterator[Fault]:
    yield from book.put_each([each.at for each in book.of("money")], *[lambda at: -_number(book.value(at))] * 2)


def _no_choice(book: Book) -> Iterator[Fault]:
    choices = [each.at for each in Inputs(book.reference).all if each.then.choices]
    yield from book.put_each(choices, lambda _: "something else", lambda _: None)


def _units(book: Book) -> list[At]:
    rows = {(each.at.sheet, each.at.place[0]) for each in book.of("money")}
    return [at for at, then in book.reference.cells.items() if then.role == "unit" and (at.sheet, at.place[0]) in rows]


def _unit(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        _units(book), lambda at: "USD bn" if book.value(at) != "USD bn" else "USD m", lambda _: None
    )


def _shares(book: Book) -> Iterator[Fault]:
    """Weights of the questions about a premium, and probabilities, each part of a sum of 1."""
    known = [name for name in book.reference.identity.written if name.startswith("figures.premium.")]
    weights = [book.reference.identity.now[name] for name in known if name.endswith(".weight")]
    yield from book.put_each([At(each.sheet, each.cell) for each in weights], *[lambda _: 0.55, lambda _: 0.01] * 2)


def _totals(book: Book) -> Iterator[Fault]:
    """A typed total that is the sum of three or more inputs on the rows above it, and those inputs."""
    money = book.of("money")
    for last, total in enumerate(money):
        for first in range(last - 2):
            parts = money[first:last]
            if math.isclose(math.fsum(map(_amount, parts)), _amount(total), rel_tol=1e-9):
                for each in (total, *parts):
                    yield book.put(each.at, _number(each.now) * 1.1)


def _amount(each: Typed) -> float:
    assert each.quantity
    return _number(each.now) * each.quantity.scale


def _old_results(book: Book) -> Iterator[Fault]:
    read = [each.at for each in book.of("money") if any(book.graph.readers[each.at.sheet].of(each.at.place))]
    yield from book.put_each(read, *[lambda at: _number(book.value(at)) * 1.05] * 2)


def _unknown(book: Book) -> Iterator[Fault]:
    """Workbooks without the properties that hold the case, or with broken ones."""
    yield Fault(None, "no properties", _without(book.data, _PROPERTIES))
    text = zipfile.ZipFile(io.BytesIO(book.data)).read(_PROPERTIES).decode()
    held = [name for name in re.findall(r'name="(Steelyard [^"]*)"', text) if "data" in name]
    for name in book.rng.sample(held, 2):
        value = rf'(name="{re.escape(name)}".*?<vt:lpwstr[^>]*>)[^<]*'
        yield Fault(None, name, with_part(book.data, _PROPERTIES, partial(_once, value, r"\1lost")))


def _without(data: bytes, part: str) -> bytes:
    """The workbook without a part, and without what refers to it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != part:
                mention = rf'<(?:Override|Relationship)\b[^>]*"/?{part}"[^>]*/>'.encode()
                new.writestr(name, re.sub(mention, b"", old.read(name)))
    return out.getvalue()


def _broken(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        book.formulas,
        lambda _: "=#REF!",
        lambda at: f"={book.formula(at)}+Gone!B4",
        lambda at: f"={book.formula(at)}*lost",
    )


def _errors(book: Book) -> Iterator[Fault]:
    """Error values typed into cells, as a paste of values leaves them."""
    for at in book.draw([*book.formulas, *[each.at for each in book.inputs]], 3):
        name = cell(at.place)
        there = rf'<c r="{name}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)'
        yield Fault(at, "#N/A", book.set_in_sheet(at.sheet, there, rf'<c r="{name}"\1 t="e"><v>#N/A</v></c>'))


def _unequal(book: Book) -> Iterator[Fault]:
    for at, area in book.rng.sample(book.ranged, min(2, len(book.ranged))):
        longer = re.sub(r"\d+$", lambda found: str(int(found[0]) + 1), area)
        yield book.put(at, f"=SUMPRODUCT({area},{longer})")


def _merges(book: Book) -> Iterator[Fault]:
    for at, area in book.rng.sample(book.ranged, min(2, len(book.ranged))):
        first = next(each for each in book.graph.areas[at] if not each.is_one and each.box.top < each.box.bottom)
        top, left = first.box.top, first.box.left
        merge = f'<mergeCell ref="{cell((top, left))}:{cell((top + 1, left))}"/>'
        text = zipfile.ZipFile(io.BytesIO(book.data)).read(book.parts[first.sheet]).decode()
        if "<mergeCells" in text:
            pattern, by = r"(<mergeCells[^>]*>)", rf"\1{merge}"
        else:
            after = r"(</sheetData>(?:<sheetProtection[^>]*/>)?(?:<autoFilter[^>]*/>)?)"
            pattern, by = after, rf'\1<mergeCells count="1">{merge}</mergeCells>'
        yield Fault(at, area, book.set_in_sheet(first.sheet, pattern, by))


def _unused(book: Book) -> Iterator[Fault]:
    for sheet in book.rng.sample(list(book.parts), 3):
        row, column = (max(at[axis] for at in book.graph.page(sheet).cells) for axis in (0, 1))
        yield book.put(At(sheet, book.rng.choice(((row + 6, 2), (row // 2, column + 2)))), 777.0)


def _hidden_sheet(state: str) -> Callable[[Book], Iterator[Fault]]:
    def faults(book: Book) -> Iterator[Fault]:
        for sheet in book.rng.sample(list(book.parts), 2):
            data = book.set_in_book(rf'(<sheet [^>]*name="{sheet}"[^>]*) state="visible"', rf'\1 state="{state}"')
            yield Fault(At(sheet, (1, 1)), state, data)

    return faults


def _hidden_row(book: Book) -> Iterator[Fault]:
    for at in book.draw(book.formulas, 1):
        yield Fault(at, "hidden", book.set_in_sheet(at.sheet, rf'<row r="{at.place[0]}"', r'\g<0> hidden="1"'))


def _hidden_column(book: Book) -> Iterator[Fault]:
    for at in book.draw(book.formulas, 1):
        column = rf'<col ([^>]*)min="{at.place[1]}" max="{at.place[1]}"'
        yield Fault(at, "hidden", book.set_in_sheet(at.sheet, column, r'\g<0> hidden="1"'))


def _setting(name: str, value: str) -> Callable[[Book], Iterator[Fault]]:
    def faults(book: Book) -> Iterator[Fault]:
        is_set = f' {name}="' in book.settings
        data = book.set_in_book(rf'(<calcPr[^>]*?) {name}="[^"]*"', r"\1") if is_set else book.data
        setting = f'<calcPr {name}="{value}"'
        yield Fault(None, value, with_part(data, _BOOK, lambda text: _once("<calcPr", setting, text)))

    return faults


def _circles(book: Book) -> Iterator[Fault]:
    yield from book.put_each(book.formulas, *[lambda at: f"={book.formula(at)}+0*{cell(at.place)}"] * 2)


def _volatile(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        book.formulas, lambda at: f"={book.formula(at)}+0*RAND()", lambda at: f"={book.formula(at)}+0*TODAY()"
    )


def _links(book: Book) -> Iterator[Fault]:
    yield from book.put_each(
        book.formulas, lambda _: "='[other.xlsx]Sheet1'!B4", lambda at: f"={book.formula(at)}+[1]Sheet1!B4"
    )


def _stale(book: Book) -> Iterator[Fault]:
    for at in book.draw(book.formulas, 2):
        value = _number(book.value(at)) * 1.01 + 1
        yield Fault(at, value, stored_as(book.data, at.sheet, cell(at.place), value))


def _shortened(book: Book) -> Iterator[Fault]:
    for at, area in book.rng.sample(book.ranged, min(2, len(book.ranged))):
        shorter = re.sub(r"\d+$", lambda found: str(int(found[0]) - 1), area)
        yield book.put(at, f"={book.formula(at).replace(area, shorter, 1)}")


FAULTS: Final[dict[str, Callable[[Book], Iterator[Fault]]]] = {
    "formula-overwritten": _overwritten,
    "formula-changed": _changed,
    "formula-plugged": _plugged,
    "check-disarmed": _disarmed,
    "check-fails": _checks_fail,
    "row-below-list": _below,
    "input-missing": _missing,
    "input-not-a-number": _no_number,
    "input-out-of-bounds": _out_of_bounds,
    "input-out-of-scale": _out_of_scale,
    "input-in-another-currency": _in_another_currency,
    "input-sign": _with_sign,
    "not-a-choice": _no_choice,
    "unit-changed": _unit,
    "shares-do-not-sum": _shares,
    "total-does-not-foot": _totals,
    "stale-input": _old_results,
    "case-unknown": _unknown,
    "number-as-text": _as_text,
    "error-value": _errors,
    "broken-reference": _broken,
    "short-range": _shortened,
    "unequal-ranges": _unequal,
    "merged-cells": _merges,
    "circular-reference": _circles,
    "unused-input": _unused,
    "external-link": _links,
    "volatile-function": _volatile,
    "manual-calculation": _setting("calcMode", "manual"),
    "iterative-calculation": _setting("iterate", "1"),
    "precision-as-displayed": _setting("fullPrecision", "0"),
    "hidden-sheet": _hidden_sheet("hidden"),
    "very-hidden-sheet": _hidden_sheet("veryHidden"),
    "hidden-row": _hidden_row,
    "hidden-column": _hidden_column,
    "stale-value": _stale,
}
