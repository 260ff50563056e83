"""The formulas of rates of return: Excel's IRR or XIRR, one step of Newton's method, and whether it is the rate.

IRR and XIRR stop when they are close. One more Newton step gives all digits, equally in every program.
"""

from typing import Final

from valuation.catalogue import entry
from workbooks.case.lines import Line
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import ABS, AND, IF, IRR, XIRR
from workbooks.declarations.expressions import grouped, ref, total
from workbooks.declarations.native_arguments import one_array
from workbooks.declarations.native_cash_flows import DAYS_IN_YEAR
from workbooks.declarations.sheet import Stored
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import MET, NOT_MET
from workbooks.sheets.reconciliation.arguments import arguments, cell

NEAR: Final = 1e-9  # largest change of a rate by one more step


def found(line: Line, row: int) -> Call:
    """The rate: the result of IRR or XIRR after one Newton step."""
    start = ref(f"rates.search[{row}]")
    value, slope = value_and_slope(line, start)
    method = entry(line.method)
    return Call(method.function, arguments(line.arguments, method), native=start + grouped(value) / grouped(slope))


def first(line: Line) -> Stored:
    """Result of the core at build time."""
    method = entry(line.method)
    call = Call(method.function, arguments(line.arguments, method))
    return Stored(lambda values: float(call.value(values)))


def _cells(given: object) -> list[Expression]:
    parts = given if isinstance(given, tuple) else (given,)
    return [cell(part) for part in parts]


def search(line: Line, row: int) -> Expression:
    """Result of IRR or XIRR from that starting value."""
    flows, guess = one_array(_cells(line.arguments["cash_flows"])), ref(f"rates.first[{row}]")
    if line.method == "irr_of_flows":
        return IRR(flows, guess)
    return XIRR(flows, one_array(_cells(line.arguments["dates"])), guess)


def value_and_slope(line: Line, rate: Expression) -> tuple[Expression, Expression]:
    """Present value of the flows at a rate, and its derivative."""
    flows = _cells(line.arguments["cash_flows"])
    times: list[Expression] = [Literal(float(year)) for year in range(len(flows))]
    if line.method == "xirr_of_flows":
        days = _cells(line.arguments["dates"])
        times = [grouped(day - days[0]) / DAYS_IN_YEAR for day in days]
    dated = list(zip(flows, times, strict=True))
    value = total([flow / (1 + rate) ** time for flow, time in dated])
    return value, total([flow * time / (1 + rate) ** grouped(time + 1) for flow, time in dated[1:]])


def met(line: Line) -> Expression:
    """Whether one more step would not change the rate, and it is between the bounds."""
    rate = ref(f"recomputed.{line.published}")
    value, slope = value_and_slope(line, rate)
    tests = [ABS(grouped(value) / grouped(slope)) <= NEAR]
    if "low" in line.arguments:
        tests.append(rate >= cell(line.arguments["low"]))
    if "high" in line.arguments:
        tests.append(rate <= cell(line.arguments["high"]))
    return IF(AND(*tests) if len(tests) > 1 else tests[0], MET, NOT_MET)
