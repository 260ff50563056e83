"""Values found by iteration: rates of return, and results of SOLVE_FOR.

A rate of return starts from Excel's IRR or XIRR, a result of SOLVE_FOR from the solution of the core at build time. A
cell beside it shows whether the target is met, also after a change of an input.
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
    """Row of each line in its table of iterated values, from 1; 0 for a line with a closed formula."""
    kinds = (rates.lines(case), sought.lines(case))
    return [next((kind.index(line) + 1 for kind in kinds if line in kind), 0) for line in case.reconciliation]


def found(line: Line, row: int) -> Call:
    """The rate or the argument, of which a row of the tables has the beginning."""
    if line.method == SOLVE_FOR:
        return sought_formulas.found(line, row)
    return rates_formulas.found(line, row)


def checks(case: Case) -> tuple[Check, ...]:
    """Check: all iterated values meet their targets."""
    tables = [name for name, kind in (("rates", rates), ("sought", sought)) if kind.lines(case)]
    met: list[Expression] = [equal(COUNTIF(ref(f"{table}.met"), NOT_MET), 0) for table in tables]
    if not met:
        return ()
    test = AND(*met) if len(met) > 1 else met[0]
    return (Check("found_by_trial", "What is found by trial meets its target", test, "fail", f"{tables[0]}.met"),)
