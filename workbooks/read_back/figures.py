"""Finds the figures of a case in a workbook: by the id column, by hidden names, by labels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from workbooks.declarations.sheet import Column, Sheet, Table
from workbooks.languages.language import Language
from workbooks.read_back.contents import Contents
from workbooks.read_back.findings import Finding, same, where
from workbooks.read_back.identity import Identity, Place
from workbooks.read_back.known_cells import figures_of, is_typed

LEAST: Final = 0.5  # share of the ids that the id column must contain


@dataclass(slots=True)
class FigureCells:
    """The cell of each figure found, the figure of each row of Inputs, and findings."""

    cells: dict[str, Place] = field(default_factory=dict)
    rows: dict[tuple[str, int], str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    with_ids: set[str] = field(default_factory=set)  # figures with a row on Inputs; others stand in tables
    ids: tuple[str, int] | None = None  # sheet and column of the ids


def figure_cells(found: Identity, sheets: Sequence[Sheet], spoken: Language) -> FigureCells:
    """Find the present cell of every figure.

    The id column has precedence, because it remains correct after sorting rows, which defined names do not follow. If
    id and name lead to different values, a finding names both cells.
    """
    made = FigureCells()
    by_name = {name: at for name in found.case.figures if (at := found.now.get(f"figures.{name}"))}
    made.with_ids = {figure for _, table in _tables(sheets) for figure in figures_of(table, found.case)}
    by_id = _by_id(found, by_name, _headings(found, sheets, spoken, "value"), made, LEAST * len(made.with_ids))
    labels = _by_label(found, by_id, by_name, sheets, spoken)
    for name, figure in found.case.figures.items():
        at = by_id.get(name) or by_name.get(name) or labels.get(name)
        if at is None:
            continue
        made.cells[name] = at
        if name in made.with_ids:  # other tables have several figures in a row
            made.rows.setdefault((at.sheet, at.row), name)
        other = by_name.get(name)
        if other and other.cell != at.cell and not _agree(found.contents, at, other):
            made.findings.append(
                Finding(
                    where(at, figure.label),
                    f"the id {name} stands beside it, but the workbook's formulas and names take "
                    f"{where(other)} for it: rows were sorted or moved apart from their formulas; the id is used",
                )
            )
    return made


def _agree(contents: Contents, one: Place, other: Place) -> bool:
    return same(contents.cell(one.sheet, one.cell).value, contents.cell(other.sheet, other.cell).value)


def _by_id(
    found: Identity, by_name: Mapping[str, Place], headings: Sequence[str], made: FigureCells, least: float
) -> dict[str, Place]:
    """The cells beside the ids, in whichever column the ids are now, if it has at least so many of them."""
    figures = found.case.figures
    columns: dict[tuple[str, int], dict[str, list[int]]] = {}
    for sheet, cells in found.contents.sheets.items():
        for (row, column), cell in cells.items():
            if isinstance(cell.value, str) and cell.value in figures:
                columns.setdefault((sheet, column), {}).setdefault(cell.value, []).append(row)
    if not columns:
        return {}
    (sheet, column), rows = max(columns.items(), key=lambda item: len(item[1]))
    if len(rows) < least:
        return {}
    made.ids = sheet, column
    values = _value_column(found, sheet, [row for each in rows.values() for row in each], by_name, headings)
    if not values:
        return {}
    places = {}
    for name, several in rows.items():
        if len(several) > 1:
            both = " and ".join(where(Place(sheet, row, values)) for row in several)
            made.findings.append(Finding(both, f"the id {name} stands twice: expected once", is_error=True))
        places[name] = Place(sheet, several[0], values)
    return places


def _value_column(
    found: Identity, sheet: str, rows: Sequence[int], by_name: Mapping[str, Place], headings: Sequence[str]
) -> int:
    """The column of values: the one with most hidden names, else the one under its heading."""
    named = Counter(at.column for at in by_name.values() if at.sheet == sheet and at.row in set(rows))
    if named:
        return named.most_common(1)[0][0]
    above = [
        (row, column)
        for (row, column), cell in found.contents.sheets[sheet].items()
        if row < min(rows) and cell.value in headings
    ]
    return max(above)[1] if above else 0


def _by_label(
    found: Identity, by_id: Mapping[str, Place], by_name: Mapping[str, Place], sheets: Sequence[Sheet], spoken: Language
) -> dict[str, Place]:
    """The cells beside the labels, for figures whose id and name are lost."""
    lost = [name for name in found.case.figures if name not in by_id and name not in by_name]
    sheet = next(iter(by_id.values()), None) or next(iter(by_name.values()), None)
    name_of_sheet = sheet.sheet if sheet else found.sheets.get("inputs", "")
    cells = found.contents.sheets.get(name_of_sheet, {})
    if not lost or not cells:
        return {}
    tops = {
        key: [at for at, cell in cells.items() if cell.value in _headings(found, sheets, spoken, key)]
        for key in ("label", "value")
    }
    if not tops["label"] or not tops["value"]:
        return {}
    labels, values = min(tops["label"])[1], min(tops["value"])[1]
    rows: dict[object, list[int]] = {}
    for (row, column), cell in cells.items():
        if column == labels:
            rows.setdefault(cell.value, []).append(row)
    places = {}
    alike: dict[str, list[str]] = {}
    for name, figure in found.case.figures.items():
        alike.setdefault(spoken.text(figure.label), []).append(name)
    for name in lost:
        label = spoken.text(found.case.figures[name].label)
        standing = sorted(rows.get(label, []))
        if len(standing) == len(alike[label]):  # figures with the same label are in the order of the case
            places[name] = Place(name_of_sheet, standing[alike[label].index(name)], values)
    return places


def _headings(found: Identity, sheets: Sequence[Sheet], spoken: Language, column: str) -> list[str]:
    """Heading of the column of ids, labels or values."""
    return [
        spoken.text(each.heading, sheet.id)
        for sheet, table in _tables(sheets)
        if figures_of(table, found.case)
        for each in table.columns
        if (_is_typed(each) if column == "value" else each.id == column)
    ]


def _tables(sheets: Sequence[Sheet]) -> list[tuple[Sheet, Table]]:
    return [(sheet, block) for sheet in sheets for block in sheet.blocks if isinstance(block, Table)]


def _is_typed(column: Column) -> bool:
    return bool(column.cells) and is_typed(column.cells[0])
