"""Results of SOLVE_FOR in the reconciliation: starting values, results there, and whether the target is met."""

from typing import Final

from workbooks.case.line_checks import SOLVE_FOR
from workbooks.case.lines import Line
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.sheets.reconciliation import sought_formulas
from workbooks.sheets.reconciliation.arguments import cell

NOTE: Final = (
    "No formula solves for an argument: what was found when the workbook was built is moved by one step along the "
    "slope there. Where an input has moved so far that the target is not met, build the workbook anew."
)


def lines(case: Case) -> list[Line]:
    """The lines that solve for an argument."""
    return [line for line in case.reconciliation if line.method == SOLVE_FOR]


def table(case: Case) -> Table | None:
    """The section; none without such lines."""
    given = lines(case)
    if not given:
        return None
    rows = list(enumerate(given, start=1))
    labels = [case.figures[line.published].label for line in given]
    units = [case.figures[line.published].unit for line in given]
    targets = [_target_unit(case, line) for line in given]
    target: list[Content] = [cell(line.arguments["target"]) for line in given]
    first: list[Content] = [sought_formulas.first(line) for line in given]
    there: list[Content] = [sought_formulas.result(line, ref(f"sought.first[{row}]")) for row, line in rows]
    beyond: list[Content] = [ref(f"sought.first[{row}]") + ref(f"sought.step[{row}]") for row, _ in rows]
    on: list[Content] = [sought_formulas.result(line, ref(f"sought.beyond[{row}]")) for row, line in rows]
    met: list[Content] = [sought_formulas.met(line, row) for row, line in rows]
    columns = (
        Column("label", "Figure", cells=labels, width=40, wrap=True),
        Column("what", "Sought", cells=[_what(line) for line in given], width=30, verbatim=True),
        Column("target", "Target figure", cells=target, units=targets),
        Column("first", "Found when built", cells=first, units=units, precise=True),
        Column("there", "Result there", cells=there, units=targets, precise=True),
        Column("met", "Target is met", cells=met, unit="status", width=24),
        Column("step", "Step", sought_formulas.STEP, units=units, printed=False),
        Column("beyond", "A step on", cells=beyond, units=units, printed=False),
        Column("on", "Result a step on", cells=on, units=targets, precise=True, printed=False),
    )
    return Table("sought", "Solved for an argument", columns, len(given), NOTE)


def _what(line: Line) -> str:
    return f"{line.arguments['vary']}, {str(line.arguments['method']).upper()}"


def _target_unit(case: Case, line: Line) -> str:
    target = line.arguments["target"]
    known = case.figures.get(target.removeprefix("figures.")) if isinstance(target, str) else None
    return known.unit if known else "ratio"
