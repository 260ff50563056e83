"""Whatever a reader chooses anywhere in a workbook gives, once recalculated, what the core gives for that choice.

Every cell with a list to choose from is found in the declared sheets. In a few rounds all of them are changed at once,
so that every choice of every cell comes up; every formula of the workbook must then be what the core has.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

import pytest

import ironcalc_engine
from built import drawn_anew, place, results
from company_cases import case_of, example
from libreoffice import Value
from recalculation import disagreements
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled, bundled_names
from workbooks.declarations.sheet import Content, Fields, Input, Sheet, Table
from workbooks.languages.language import ENGLISH
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.read_back.typed_cells import with_typed
from workbooks.sheets import contents

Chosen: TypeAlias = dict[str, str | float]
SWITCH: Final = {"yes", "no"}
SLOW_OF: Final = ("xiaomi_2018", "pike_2014", "xiaomi_2015")  # a case of these is looked at in every run


@dataclass(frozen=True)
class Selector:
    """A cell with a list to choose from: its reference, what it holds, and the list."""

    reference: str
    item: int
    held: str | float
    choices: tuple[str | float, ...]

    @property
    def key(self) -> str:
        """What `with_typed` calls it: a field, or a cell of a column."""
        return f"{self.reference}[{self.item + 1}]" if self.item >= 0 else self.reference

    def at(self, book: LaidBook) -> tuple[str, str]:
        return place(book, self.reference, max(self.item, 0))


def selectors(case: Case) -> list[Selector]:
    """Every cell of the workbook with a list to choose from."""
    sheets = contents.sheets(case, language=ENGLISH)
    book = lay_out(sheets, "")
    known = {(page.sheet.name, f"{letters(c.column)}{c.row}"): c.content for page in book.sheets for c in page.cells}

    def column(reference: str) -> tuple[str | float, ...]:
        held = (known[place(book, reference, n)] for n in range(book.addresses[reference].count))
        return tuple(value for value in held if isinstance(value, (str, float)))

    found = []
    for reference, item, content in chain.from_iterable(map(declared, sheets)):
        if isinstance(content, Input) and (content.choices or content.among):
            choices = content.choices or column(content.among)
            found.append(Selector(reference, item, content.value, choices))
    return found


def declared(sheet: Sheet) -> Iterator[tuple[str, int, Content]]:
    """Every cell that a sheet declares, by its reference and its place in a column; −1 for a field."""
    for block in sheet.blocks:
        if isinstance(block, Fields):
            yield from ((f"{sheet.id}.{line.id}", -1, line.content) for line in block.fields)
        elif isinstance(block, Table):
            for column in block.columns:
                held = column.cells or [column.each] * block.rows
                yield from ((f"{block.id}.{column.id}", n, content) for n, content in enumerate(held))


def rounds(found: list[Selector]) -> int:
    """In how many rounds every choice comes up."""
    return max((len(each.choices) for each in found), default=0)


def choices_of(found: list[Selector], number: int) -> list[tuple[Selector, str | float]]:
    """What is chosen in a round: each cell goes through its list, neighbours a choice apart."""
    return [(each, each.choices[(number + n) % len(each.choices)]) for n, each in enumerate(found)]


def assert_follows(case: Case, chosen: list[tuple[Selector, str | float]], folder: Path) -> None:
    """Recalculated with these choices, every formula is what the core has for them."""
    book, data = workbook_bytes(case)
    path = folder / "book.xlsx"
    path.write_bytes(data)
    typed: Chosen = {each.key: choice for each, choice in chosen}
    other = lay_out(with_typed(contents.sheets(case, language=ENGLISH), typed), "")
    cells: dict[tuple[str, str], Value] = {each.at(book): choice for each, choice in chosen}
    values = ironcalc_engine.recalculate(path, cells | drawn_anew(other))
    assert disagreements(results(other), values) == []


MAKE: Final[Mapping[str, Callable[[], Case]]] = {
    **{name: partial(bundled, name) for name in bundled_names()},
    "dcf example": lambda: case_of(example("dcf")),
    "group example": lambda: case_of(example("group")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW_OF)
def test_a_round_of_choices_gives_what_the_core_gives(name: str, tmp_path: Path) -> None:
    found = selectors(bundled(name))
    assert found
    assert_follows(bundled(name), choices_of(found, 1), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", MAKE)
def test_every_choice_of_every_cell_gives_what_the_core_gives(name: str, tmp_path: Path) -> None:
    case = MAKE[name]()
    found = selectors(case)
    seen = set()
    for number in range(rounds(found)):
        chosen = choices_of(found, number)
        seen |= {(each.key, choice) for each, choice in chosen}
        assert_follows(case, chosen, tmp_path)
    assert seen == {(each.key, choice) for each in found for choice in each.choices}


@pytest.mark.slow
@pytest.mark.parametrize("name", MAKE)
def test_each_choice_alone_gives_what_the_core_gives(name: str, tmp_path: Path) -> None:
    """One cell at a time: the last of its list that it does not hold; of many switches the first and the last."""
    case = MAKE[name]()
    found = selectors(case)
    switches = [each for each in found if set(each.choices) == SWITCH]
    few = [each for each in found if each not in switches] + [*switches[:1], *switches[1:][-1:]]
    for each in few:
        other = next(choice for choice in reversed(each.choices) if choice != each.held or len(each.choices) == 1)
        assert_follows(case, [(each, other)], tmp_path)
