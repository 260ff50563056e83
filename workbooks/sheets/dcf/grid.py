"""The grid of the DCF sheet: enterprise value over the cost of capital and the terminal growth or exit multiple."""

from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.declarations.trees import Expression
from workbooks.sheets.dcf import formulas
from workbooks.sheets.dcf.forecast_formulas import dcf
from workbooks.sheets.dcf.steps import EXIT_STEP_USED, GROWTH_STEP_USED, RATE_STEP_USED

STEPS: Final = (-2, -1, 0, 1, 2)
NOTE: Final = "WACC one step higher, terminal growth or multiple one step lower; high is the reverse"


def table(case: Case) -> Table:
    """A full formula in every cell, around the selected values."""
    multiple = bool(dcf(case).exit_multiple)
    unit = "×" if multiple else "rate"
    rows = len(STEPS) + 1
    rates: list[Content] = [None, *(_rate(step) for step in STEPS)]
    columns = [Column("rate", "WACC", cells=rates, units=["", *["rate"] * len(STEPS)], precise=True)]
    for number, step in enumerate(STEPS):
        head = _other(case, step)
        cells = [head, *(_cell(case, row, number) for row in range(2, rows + 1))]
        units = [unit, *[case.company.display_unit] * len(STEPS)]
        columns.append(Column(f"at_{number}", "", cells=cells, units=units))
    note = "Down: WACC. Across: exit multiple" if multiple else "Down: WACC. Across: growth for ever"
    return Table("dcf_grid", "Enterprise value by WACC and terminal value", columns, rows, note)


def corner(case: Case, *, low: bool) -> Expression:
    """Value with both inputs one step worse, or one step better."""
    sign = 1 if low else -1
    return formulas.enterprise(case, _rate(sign), _other(case, -sign))


def _rate(step: int) -> Expression:
    return _moved(formulas.WACC, step, RATE_STEP_USED)


def _other(case: Case, step: int) -> Expression:
    if dcf(case).exit_multiple:
        return _moved(ref("dcf.exit_multiple"), step, EXIT_STEP_USED)
    return _moved(formulas.GROWTH, step, GROWTH_STEP_USED)


def _moved(base: Expression, step: int, by: str) -> Expression:
    if not step:
        return base
    distance = ref(by) if abs(step) == 1 else abs(step) * ref(by)
    return base + distance if step > 0 else base - distance


def _cell(case: Case, row: int, column: int) -> Expression:
    return formulas.enterprise(case, ref(f"dcf_grid.rate[{row}]"), ref(f"dcf_grid.at_{column}[1]"))
