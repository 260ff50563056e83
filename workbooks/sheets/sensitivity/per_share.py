"""Grids of value per share: each value of a grid less the bridge, divided by diluted shares."""

from workbooks.case.model import Case
from workbooks.declarations.sheet import Axis, CellRole, Column, Content, Grid, Link, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.capital.equity_formulas import or_not_meaningful, per_share_of
from workbooks.sheets.money import per_share_unit
from workbooks.sheets.sensitivity.varied_methods_formulas import WhatIf


def of_grid(case: Case, method: WhatIf, grid: Grid) -> Table | None:
    """The value per share of every cell of a grid; None where the case has no shares."""
    heads = [Link(f"{grid.id}.across[{n}]") for n in range(1, grid.side + 1)]
    rows = [Link(f"{grid.id}.down[{n}]") for n in range(1, grid.side + 1)]
    cells = [[f"{grid.id}.at_{c}[{r}]" for c in range(grid.side)] for r in range(1, grid.side + 1)]
    return _table(case, method, (grid.id, grid.down, grid.across), (rows, heads), cells)


def of_cash_flows(case: Case, method: WhatIf) -> Table | None:
    """The value per share of every cell of the grid on the DCF sheet."""
    side = range(5)
    rate, other = (swing.axis for swing in method.swings[:2])
    heads = [Link(f"dcf_grid.at_{n}[1]") for n in side]
    rows = [Link(f"dcf_grid.rate[{n + 2}]") for n in side]
    cells = [[f"dcf_grid.at_{c}[{r + 2}]" for c in side] for r in side]
    return _table(case, method, ("dcf_grid", rate, other), (rows, heads), cells)


def _table(
    case: Case,
    method: WhatIf,
    named: tuple[str, Axis, Axis],
    ends: tuple[list[Link], list[Link]],
    cells: list[list[Reference]],
) -> Table | None:
    capital = case.capital
    if capital is None or not capital.has_shares or not method.of:
        return None
    grid, down, across = named
    rows, heads = ends
    unit = per_share_unit(case)
    middle = len(rows) // 2
    names: list[Content] = [Text("{} ↓", down.label), *[None] * len(rows)]
    axis: list[Content] = [None, *rows]
    units = ["", *[down.unit] * len(rows)]
    columns = [
        Column("named", Text("{} →", across.label), cells=names),
        Column("down", "", cells=axis, units=units, precise=down.unit == "×", roles=["axis"] * len(axis)),
    ]
    for beside, head in enumerate(heads):
        shown: list[Content] = [head, *(_value(case, method, row[beside]) for row in cells)]
        units, precise = [across.unit, *[unit] * len(rows)], across.unit == "×"
        roles: list[CellRole] = ["axis", *("centre" if at == beside == middle else "" for at in range(len(rows)))]
        columns.append(Column(f"share_{beside}", "", cells=shown, units=units, precise=precise, roles=roles))
    title = Text("{} ({}): {} against {}", method.title, unit, down.label, across.label)
    return Table(f"{grid}_per_share", title, columns, len(rows) + 1, heat=3)


def _value(case: Case, method: WhatIf, of: Reference) -> Expression:
    if case.capital is None or not method.of:
        message = "value per share needs shares"
        raise ValueError(message)
    return or_not_meaningful(of, per_share_of(case, case.capital, method.of, of))
