"""Reads inputs in single cells of sheets: choices from lists, and numbers that are not figures of the case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias, get_args, get_origin

from valuation.kernel.dates import day_of
from workbooks.case.annotations import branches
from workbooks.case.checks import read
from workbooks.case.model import Case
from workbooks.case.quantity import objection, quantity
from workbooks.case.roles import Record
from workbooks.case.shape import frozen
from workbooks.declarations.sheet import Block, Column, Content, Field, Fields, Input, Sheet, Table
from workbooks.languages.language import Language
from workbooks.read_back.case_text import Raw, raw_of
from workbooks.read_back.findings import Finding, no_number, same, where
from workbooks.read_back.identity import Identity, Place
from workbooks.read_back.known_cells import figure_at, figures_of, is_typed
from workbooks.recalculation.stored_cells import Stored
from workbooks.sheets import contents

Typed: TypeAlias = dict[str, str | float]  # by reference of the cell

KEYS: Final = {"inputs.valuation_date": "as_of", "inputs.year_end": "year_end"}  # of [company], for conventions
BESIDE: Final = 2  # columns from a line's label to its value


def with_typed(sheets: Sequence[Sheet], typed: Mapping[str, str | float]) -> list[Sheet]:
    """The declared sheets with inputs replaced by typed values."""

    def content(reference: str, given: Content) -> Content:
        if reference not in typed:
            return given
        value = typed[reference]
        return replace(given, value=value) if isinstance(given, Input) else value

    def column(table: Table, each: Column) -> Column:
        references = [f"{table.id}.{each.id}[{row + 1}]" for row in range(table.rows)]
        if not any(reference in typed for reference in references):
            return each
        held = each.cells or [each.each] * table.rows
        return replace(each, cells=[content(*pair) for pair in zip(references, held, strict=True)])

    def block(sheet: Sheet, each: Block) -> Block:
        match each:
            case Fields(fields=fields):
                lines = [replace(line, content=content(f"{sheet.id}.{line.id}", line.content)) for line in fields]
                return replace(each, fields=lines)
            case Table():
                return replace(each, columns=[column(each, one) for one in each.columns])
            case _:
                return each

    return [replace(sheet, blocks=[block(sheet, each) for each in sheet.blocks]) for sheet in sheets]


def typed_cells(
    found: Identity, sheets: Sequence[Sheet], spoken: Language, lists: Sequence[str]
) -> tuple[Typed, list[Finding]]:
    """Contents of single input cells that differ from the declaration and are not figures.

    `lists` are the tables whose rows are read as items of the case.
    """
    typed: Typed = {}
    findings: list[Finding] = []
    for sheet, reference, label, content, unit in _declared(sheets, found.case, lists):
        at = found.now.get(reference) or _by_label(found, sheet, label, spoken)
        if at is None:
            continue
        cell = found.contents.cell(at.sheet, at.cell)
        value: object = cell.value
        choices = _choices_of(content, sheets)
        if choices:
            said = {spoken.text(choice).casefold(): choice for choice in choices}
            value = said.get(str(cell.value or "").strip().casefold())
            if value is None:
                wanted = f"expected {' or '.join(map(spoken.text, choices))}"
                findings.append(Finding(where(at, label), f"{cell.value!r}: {wanted}", is_error=True))
        elif problem := _problem(cell, unit):
            findings.append(Finding(where(at, label), problem, is_error=True))
            value = None
        given = content.value if isinstance(content, Input) else content
        if isinstance(value, (str, float)) and isinstance(given, (str, float, int)) and not same(value, given):
            typed[reference] = value
    return typed, findings


def _problem(cell: Stored, unit: str) -> str:
    """Why a cell does not hold a number, or a date where its unit says so; empty where it does."""
    is_date = unit == "date"
    problem = no_number(cell, "a date" if is_date else "a number")
    return problem or (objection(cell.value, quantity(unit)) if is_date and isinstance(cell.value, float) else "")


def _declared(
    sheets: Sequence[Sheet], case: Case, lists: Sequence[str]
) -> Iterator[tuple[Sheet, str, str, Content, str]]:
    """The single input cells: sheet, reference, label, content and unit."""
    for sheet in sheets:
        for block in sheet.blocks:
            if isinstance(block, Fields):
                for line in block.fields:
                    if is_typed(line.content):
                        yield sheet, f"{sheet.id}.{line.id}", str(line.label), line.content, line.unit
            elif isinstance(block, Table) and not block.quiet and block.id not in lists:
                yield from _of_table(sheet, block, case)


def _of_table(sheet: Sheet, table: Table, case: Case) -> Iterator[tuple[Sheet, str, str, Content, str]]:
    if figures_of(table, case):
        return
    for column in table.columns:
        for row in range(table.rows):
            content = column.cells[row] if column.cells else column.each
            if is_typed(content) and not figure_at(column, row):
                yield sheet, f"{table.id}.{column.id}[{row + 1}]", f"{table.title}, {column.heading}", content, ""


def _choices_of(content: Content, sheets: Sequence[Sheet]) -> Sequence[str]:
    """Choices of a cell: its own, or those of a column."""
    if not isinstance(content, Input) or not isinstance(content.value, str):
        return ()
    if content.choices:
        return content.choices
    tables = (block for sheet in sheets for block in sheet.blocks if isinstance(block, Table))
    columns = (each for table in tables for each in table.columns if f"{table.id}.{each.id}" == content.among)
    return [cell for each in columns for cell in each.cells if isinstance(cell, str)]


def _by_label(found: Identity, sheet: Sheet, label: str, spoken: Language) -> Place | None:
    """The cell beside a label that is unique on its sheet."""
    name = found.sheets.get(sheet.id, "")
    text = spoken.text(label, sheet.id)
    places = [at for at, cell in found.contents.sheets.get(name, {}).items() if cell.value == text]
    return Place(name, places[0][0], places[0][1] + BESIDE) if len(places) == 1 else None


def into_case(case: Case, typed: Typed) -> tuple[Raw, Typed]:
    """The data of the case with the choices for which it has a key, and the remaining choices.

    The key of a choice is found by trial: it is the one whose change makes the sheets declare the choice at its cell.
    """
    raw, rest = raw_of(case), dict(typed)
    for reference, key in KEYS.items():
        value = rest.get(reference)
        if isinstance(value, float):
            whole = int(value) if value.is_integer() else value
            raw["company"] = {**raw["company"], key: day_of(value) if key == "as_of" else whole}
            del rest[reference]
    for reference, value in list(rest.items()):
        for section, key, option in _options(case):
            changed = {**raw, section: {**raw.get(section, {}), key: option}}
            tried, problems = read(frozen(changed))
            if tried is not None and not problems and same(declared_at(contents.sheets(tried), reference), value):
                raw = changed
                del rest[reference]
                break
    return raw, rest


def declared_at(sheets: Sequence[Sheet], reference: str) -> str | float | None:
    """Declared content of the input cell at a reference."""
    for sheet in sheets:
        for block in sheet.blocks:
            if isinstance(block, Fields):
                line: Field | None = next((f for f in block.fields if f"{sheet.id}.{f.id}" == reference), None)
                if line is not None:
                    content = line.content
                    given = content.value if isinstance(content, Input) else content
                    return given if isinstance(given, (str, float)) else None
    return None


def _options(case: Case) -> Iterator[tuple[str, str, Any]]:
    """All keys of sections with a fixed set of choices, with each choice."""
    for section in type(case).model_fields:
        held = getattr(case, section)
        if not isinstance(held, Record):
            continue
        for key, of in type(held).model_fields.items():
            for option in _choices(of.annotation, held):
                if option != getattr(held, key):
                    yield section, key, option


def _choices(annotation: object, held: Record) -> list[Any]:
    for branch in branches(annotation):
        if get_origin(branch.type) is not None and not isinstance(branch.type, type):
            options = get_args(branch.type)
            if options and all(isinstance(option, str) for option in options):
                return [*options]
        if branch.type is bool:
            return [True, False]
        if branch.type is int:
            longest = max((len(each) for each in dict(held).values() if isinstance(each, tuple)), default=0)
            return [*range(1, longest + 1)]
    return []
