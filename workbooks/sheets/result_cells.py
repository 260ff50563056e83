"""The cells with the results of a case: of each method, and of the weighted value."""

from workbooks.case.model import Case
from workbooks.declarations.trees import Reference
from workbooks.sheets.method import CONCLUSION, point
from workbooks.sheets.methods import Results, conclusion, methods, results
from workbooks.sheets.price import against_last_price


def result_cells(case: Case) -> dict[str, Results]:
    """The cells with the results of each method, by its id, and of the weighted value; none if there is no method."""
    known = results(case)
    found = {
        method.id: known[method.id] | _upside(case, f"methods.upside[{row}]")
        for row, method in enumerate(methods(case), start=1)
    }
    return found | {CONCLUSION: conclusion(case) | _upside(case, "summary.upside")} if found else {}


def _upside(case: Case, cell: Reference) -> Results:
    """The upside against the `[company]` price, which the Summary alone has, of the selected value."""
    return {"upside": point(cell)} if against_last_price(case) else {}
