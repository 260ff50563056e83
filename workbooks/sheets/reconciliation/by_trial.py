"""What no formula gives outright: rates of return, and what SOLVE_FOR seeks.

A rate of return begins with Excel's own IRR or XIRR. What SOLVE_FOR seeks begins with what the core found when the
workbook was built. A cell beside it says whether the target is met, also after an input was changed.
"""

from workbooks.case.line_checks import SOLVE_FOR
from workbooks.case.lines import Line
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import AND, COUNTIF
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.sheet import Check
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import NOT_MET
from workbooks.sheets.reconciliation import rates, rates_formulas, sought, sought_formulas


def places(case: Case) -> list[int]:
    """The row of each line in the table of its kind, counted from 1; 0 of a line that a formula gives outright."""
    kinds = (rates.lines(case), sought.lines(case))
    return [next((kind.index(line) + 1 for kind in kinds if line in kind), 0) for line in case.reconciliation]


def found(line: Line, row: int) -> Call:
    """The rate or the argument, of which a row of the tables has the beginning."""
    if line.method == SOLVE_FOR:
        return sought_formulas.found(line, row)
    return rates_formulas.found(line, row)


def checks(case: Case) -> tuple[Check, ...]:
    """That everything found by trial meets its target."""
    tables = [name for name, kind in (("rates", rates), ("sought", sought)) if kind.lines(case)]
    met: list[Expression] = [equal(COUNTIF(ref(f"{table}.met"), NOT_MET), 0) for table in tables]
    if not met:
        return ()
    test = AND(*met) if len(met) > 1 else met[0]
    return (Check("found_by_trial", "What is found by trial meets its target", test, "fail", f"{tables[0]}.met"),)
