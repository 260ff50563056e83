"""Lines, columns and sections of sheets may be moved and added where they are declared: no number changes."""

from dataclasses import replace
from typing import Any, Final

import pytest

from workbooks.build import prove
from workbooks.case.model import Case
from workbooks.case.reading import bundled
from workbooks.declarations.sheet import Block, Column, Field, Fields, Sheet, Table
from workbooks.declarations.trees import Reference
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.sheets import contents
from workbooks.xlsx.writer import write

CASES: Final = ("xiaomi_2015", "xiaomi_2018", "xiaomi_2019", "xiaomi_finance_2016")


def added_to(block: Block) -> Block:
    """With a line or a column more, behind the first: every other one stands elsewhere than before."""
    match block:
        case Fields(fields=(first, *others)):
            return replace(block, fields=(first, Field(f"more_{first.id}", "One more", 1.0), *others))
        case Table(columns=(first, *others)):
            return replace(block, columns=(first, Column("more", "One more", cells=[1.0] * block.rows), *others))
        case _:
            return block


def rearranged(sheet: Sheet) -> Sheet:
    return replace(sheet, blocks=tuple(added_to(block) for block in reversed(sheet.blocks)))


def proved(case: Case, sheets: list[Sheet]) -> LaidBook:
    book = lay_out(sheets, "")
    prove(book, write(book, case.title, case.company.as_of))
    return book


def contents_by_reference(book: LaidBook) -> dict[Reference, list[Any]]:
    cells = {(page.sheet.name, c.row, c.column): c.content for page in book.sheets for c in page.cells}
    found = {}
    for reference, address in book.addresses.items():
        places = [address.at(item) for item in range(address.count)]
        found[reference] = [cells.get((at.sheet, at.row, at.column)) for at in places]
    return found


@pytest.mark.parametrize("name", CASES)
def test_what_is_moved_and_added_changes_no_number(name: str) -> None:
    case = bundled(name)
    sheets = contents.sheets(case)
    before = contents_by_reference(lay_out(sheets, ""))
    book = proved(case, [rearranged(sheet) for sheet in sheets])
    after = contents_by_reference(book)
    assert {reference: after[reference] for reference in before} == before
    assert len(after) > len(before)


# Some columns stand in a row for a formula, as the mix of a scenario does.
IN_ORDER: Final = {"workings", "scenarios", "sensitivity", "simulation"}


@pytest.mark.parametrize("name", CASES)
def test_columns_and_lines_may_stand_in_any_order(name: str) -> None:
    def reversed_within(block: Block) -> Block:
        match block:
            case Fields():
                return replace(block, fields=tuple(reversed(block.fields)))
            case Table():
                return replace(block, columns=tuple(reversed(block.columns)))
            case _:
                return block

    def turned(sheet: Sheet) -> Sheet:
        return sheet if sheet.id in IN_ORDER else replace(sheet, blocks=tuple(map(reversed_within, sheet.blocks)))

    case = bundled(name)
    sheets = contents.sheets(case)
    before = contents_by_reference(lay_out(sheets, ""))
    assert contents_by_reference(proved(case, [turned(sheet) for sheet in sheets])) == before
