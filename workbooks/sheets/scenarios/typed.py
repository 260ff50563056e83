"""Scenarios of a template: their figures are typed where they are shown, figures down and scenarios across."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from workbooks.case.model import Case, Figure
from workbooks.declarations.sheet import Column, Content, Link, Sheet, Table
from workbooks.declarations.trees import Reference
from workbooks.sheets.inputs import formulas
from workbooks.sheets.money import figure

TABLE: Final = "scenarios_of"
WORKED_OUT: Final = "forward_revenue"  # the first row that is no input


def figures_of_scenarios(case: Case) -> dict[str, Figure]:
    """The figures of the scenarios, of each scenario in the order of its rows."""
    found = [
        name
        for each in (case.scenarios.cases if case.scenarios else ())
        for name in (each.growth, *each.mix, *each.margins, each.multiple, each.discount_rate, each.probability)
    ]
    return {name: case.figures[name] for name in found}


def typed_rows(case: Case) -> list[Reference]:
    """The rows of the table in which figures are typed."""
    section = case.scenarios
    if section is None:
        return []
    parts = [f"{kind}_{n}" for kind in ("mix", "margins") for n in range(1, len(section.parts) + 1)]
    return [f"{TABLE}.{row}" for row in ("growth", *parts, "multiple", "discount_rate", "probability")]


def typed_in_place(sheet: Sheet, case: Case) -> Sheet:
    """The Scenarios sheet of a template: inputs in place of links to Inputs, and where they come from."""
    return replace(
        sheet,
        blocks=[
            replace(block, columns=[*_rows(block.columns, case)])
            if isinstance(block, Table) and block.id == TABLE
            else block
            for block in sheet.blocks
        ],
    )


def _rows(columns: Sequence[Column], case: Case) -> list[Column]:
    links = {figure(name): (name, given) for name, given in figures_of_scenarios(case).items()}
    at = next(n for n, column in enumerate(columns) if column.id == WORKED_OUT)
    made = [_typed(column, links) for column in columns]
    return [*made[:at], *_sources(case), *made[at:]]


def _typed(column: Column, links: Mapping[Reference, tuple[str, Figure]]) -> Column:
    """A row with its figures in place of links to them."""
    held = [links.get(cell.to) if isinstance(cell, Link) else None for cell in column.cells]
    if not any(held):
        return column
    cells: list[Content] = [found[1].value if found else cell for found, cell in zip(held, column.cells, strict=True)]
    return replace(column, cells=cells, keys=[figure(found[0]) if found else "" for found in held])


def _sources(case: Case) -> list[Column]:
    """The date and the source of each scenario, to be typed."""
    given = [case.figures[each.growth] for each in (case.scenarios.cases if case.scenarios else ())]
    return [
        Column("dated", "As of", cells=[each.as_of for each in given]),
        Column("cited", "Source", cells=[formulas.cited(case, each.source) for each in given], wrap=True),
    ]
