"""What no formula gives outright: rates of return, and what SOLVE_FOR seeks. It is found by trial, and then held live.

A rate of return begins with Excel's own IRR or XIRR, which search until they are near, and takes one step of Newton's
method to its last digit. What SOLVE_FOR seeks begins with what the core found when the workbook was built, and takes
one step along the slope there. A cell beside it says whether the target is met, also after an input was changed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from valuation.catalogue import CATALOGUE, entry
from valuation.implied import solve_for
from workbooks.case.line_checks import SOLVE_FOR
from workbooks.case.lines import Line
from workbooks.case.model import Case
from workbooks.declarations.calls import Argument, Call, element
from workbooks.declarations.excel_functions import ABS, AND, COUNTIF, IF, IRR, XIRR
from workbooks.declarations.expressions import equal, grouped, ref, total
from workbooks.declarations.native_arguments import one_array
from workbooks.declarations.native_cash_flows import DAYS_IN_YEAR
from workbooks.declarations.sheet import Check, Column, Content, Stored, Table
from workbooks.declarations.trees import Expression, Literal, Values
from workbooks.sheets.reconciliation.arguments import argument, arguments, reference

RATES: Final = ("irr_of_flows", "xirr_of_flows")
MET, NOT_MET = "yes", "no"
NEAR: Final = 1e-9  # of a rate: what one more step would change it by
STEP: Final = 10_000  # a step along the slope is the value found over this
NEAR_TARGET: Final = 1e-5  # of what a step changes

RATES_NOTE: Final = (
    "IRR or XIRR searches until it is near the rate; one step of Newton's method then gives the last digits. It begins "
    "with the rate that was found when the workbook was built, since flows may have several."
)
SOUGHT_NOTE: Final = (
    "No formula solves for an argument: what was found when the workbook was built is moved by one step along the "
    "slope there. Where an input has moved so far that the target is not met, build the workbook anew."
)


def rates(case: Case) -> list[Line]:
    """The lines that give a rate of return."""
    return [line for line in case.reconciliation if line.method in RATES]


def sought(case: Case) -> list[Line]:
    """The lines that solve for an argument."""
    return [line for line in case.reconciliation if line.method == SOLVE_FOR]


def places(case: Case) -> list[int]:
    """The row of each line in the table of its kind, counted from 1; 0 of a line that a formula gives outright."""
    kinds = (rates(case), sought(case))
    return [next((kind.index(line) + 1 for kind in kinds if line in kind), 0) for line in case.reconciliation]


def found(line: Line, number: int) -> Call:
    """The rate or the argument, of which a row of the tables below has the beginning."""
    if line.method == SOLVE_FOR:
        there, on = ref(f"sought.there[{number}]"), ref(f"sought.on[{number}]")
        off = ref(f"sought.target[{number}]") - there
        step = grouped(off) * ref(f"sought.step[{number}]") / grouped(on - there)
        return _core(line, ref(f"sought.first[{number}]") + step)
    start = ref(f"rates.search[{number}]")
    value, slope = _value_and_slope(line, start)
    return _core(line, start + grouped(value) / grouped(slope))


def checks(case: Case) -> tuple[Check, ...]:
    """That everything found by trial meets its target."""
    met = [
        equal(COUNTIF(ref(f"{table}.met"), NOT_MET), 0)
        for table, lines in (("rates", rates(case)), ("sought", sought(case)))
        if lines
    ]
    if not met:
        return ()
    test = AND(*met) if len(met) > 1 else met[0]
    at = "rates.met" if rates(case) else "sought.met"
    return (Check("found_by_trial", "What is found by trial meets its target", test, "fail", at),)


# --- the core -------------------------------------------------------------------------------------


def _core(line: Line, native: Expression | None = None) -> Call:
    """The core's own result of a line, under a native formula."""
    if line.method != SOLVE_FOR:
        method = entry(line.method)
        return Call(method.function, arguments(line.arguments, method), native=native)
    of = CATALOGUE[str(line.arguments["method"])]
    bounds = {name: reference(line.arguments[name]) for name in ("target", "low", "high") if name in line.arguments}
    inner = {f"of.{name}": each for name, each in arguments(_inner(line), of).items()}
    return Call(_solver(of.function, str(line.arguments["vary"])), bounds | inner, native=native)


def _inner(line: Line) -> Mapping[str, object]:
    given = line.arguments["arguments"]
    return given if isinstance(given, dict) else {}


def _solver(method: Callable[..., Any], vary: str) -> Callable[..., Any]:
    """SOLVE_FOR with the arguments of its method among its own: `of.multiples`."""

    def solved(**given: Any) -> Any:  # noqa: ANN401 - as the core takes and gives it
        inner = {name.removeprefix("of."): each for name, each in given.items() if name.startswith("of.")}
        bounds = {name: each for name, each in given.items() if not name.startswith("of.")}
        return solve_for(method, inner, vary, **bounds)

    return solved


def _first(line: Line) -> Stored:
    """What the core finds when the workbook is built."""
    call = _core(line)

    def value(values: Values) -> Any:  # noqa: ANN401 - a number
        return float(call.value(values))

    return Stored(value)


# --- rates of return ------------------------------------------------------------------------------


def rates_table(case: Case) -> Table | None:
    """Where each rate of return begins, and whether the flows are worth nothing at it."""
    lines = rates(case)
    if not lines:
        return None
    columns = (
        Column("label", "Figure", cells=[case.figures[line.published].label for line in lines], width=40, wrap=True),
        Column("first", "Found when built", cells=[_first(line) for line in lines], unit="rate", precise=True),
        Column("search", "By IRR or XIRR", cells=[_search(line, row) for row, line in _rows(lines)], unit="rate"),
        Column("met", "Value of the flows is 0", cells=[_rate_met(line) for line in lines], unit="status", width=24),
    )
    return Table("rates", "Rates of return", columns, len(lines), RATES_NOTE)


def _rows(lines: Sequence[Line]) -> list[tuple[int, Line]]:
    return list(enumerate(lines, start=1))


def _cells(given: object) -> list[Expression]:
    parts = given if isinstance(given, tuple) else (given,)
    return [_expression(reference(part)) for part in parts]


def _expression(of: str | float) -> Expression:
    return ref(of) if isinstance(of, str) else Literal(of)


def _search(line: Line, row: int) -> Expression:
    flows, guess = one_array(_cells(line.arguments["cash_flows"])), ref(f"rates.first[{row}]")
    if line.method == "irr_of_flows":
        return IRR(flows, guess)
    return XIRR(flows, one_array(_cells(line.arguments["dates"])), guess)


def _value_and_slope(line: Line, rate: Expression) -> tuple[Expression, Expression]:
    """Value of the flows at a rate, and how fast it falls as the rate rises."""
    flows = _cells(line.arguments["cash_flows"])
    times: list[Expression] = [Literal(float(year)) for year in range(len(flows))]
    if line.method == "xirr_of_flows":
        days = _cells(line.arguments["dates"])
        times = [grouped(day - days[0]) / DAYS_IN_YEAR for day in days]
    dated = list(zip(flows, times, strict=True))
    value = total([flow / (1 + rate) ** time for flow, time in dated])
    return value, total([flow * time / (1 + rate) ** grouped(time + 1) for flow, time in dated[1:]])


def _rate_met(line: Line) -> Expression:
    rate = ref(f"recomputed.{line.published}")
    value, slope = _value_and_slope(line, rate)
    tests = [ABS(grouped(value) / grouped(slope)) <= NEAR]
    if "low" in line.arguments:
        tests.append(rate >= _expression(reference(line.arguments["low"])))
    if "high" in line.arguments:
        tests.append(rate <= _expression(reference(line.arguments["high"])))
    return IF(AND(*tests) if len(tests) > 1 else tests[0], MET, NOT_MET)


# --- arguments that are sought --------------------------------------------------------------------


def sought_table(case: Case) -> Table | None:
    """Where each search begins, the result there and a step further on, and whether the target is met."""
    lines = sought(case)
    if not lines:
        return None
    rows = _rows(lines)
    units = [case.figures[line.published].unit for line in lines]
    targets = [_target_unit(case, line) for line in lines]
    first = [ref(f"sought.first[{row}]") for row, _ in rows]
    steps: list[Content] = [IF(equal(at, 0), 1 / Literal(float(STEP)), at / STEP) for at in first]
    there: list[Content] = [_result(line, at) for (_, line), at in zip(rows, first, strict=True)]
    on: list[Content] = [_result(line, ref(f"sought.beyond[{row}]")) for row, line in rows]
    columns = (
        Column("label", "Figure", cells=[case.figures[line.published].label for line in lines], width=40, wrap=True),
        Column("what", "Sought", cells=[_what(line) for line in lines], width=30, verbatim=True),
        Column("target", "Target figure", cells=[_linked(line.arguments["target"]) for line in lines], units=targets),
        Column("first", "Found when built", cells=[_first(line) for line in lines], units=units, precise=True),
        Column("there", "Result there", cells=there, units=targets, precise=True),
        Column("step", "Step", cells=steps, units=units, printed=False),
        Column(
            "beyond",
            "A step on",
            cells=[at + ref(f"sought.step[{row}]") for (row, _), at in zip(rows, first, strict=True)],
            units=units,
            printed=False,
        ),
        Column("on", "Result a step on", cells=on, units=targets, precise=True, printed=False),
        Column("met", "Target is met", cells=[_target_met(line, row) for row, line in rows], unit="status", width=24),
    )
    return Table("sought", "Solved for an argument", columns, len(lines), SOUGHT_NOTE)


def _what(line: Line) -> str:
    return f"{line.arguments['vary']}, {str(line.arguments['method']).upper()}"


def _target_unit(case: Case, line: Line) -> str:
    target = line.arguments["target"]
    known = case.figures.get(target.removeprefix("figures.")) if isinstance(target, str) else None
    return known.unit if known else "ratio"


def _linked(given: object) -> Content:
    return _expression(reference(given))


def _result(line: Line, at: Expression) -> Call:
    """The result of the method with a value in the place that is sought."""
    method = CATALOGUE[str(line.arguments["method"])]
    shapes = {parameter.name: parameter.kind.shape for parameter in method.parameters}
    given: dict[str, Argument] = {name: argument(each, shapes[name]) for name, each in _inner(line).items()}
    name, place = element(str(line.arguments["vary"]).replace(" ", ""))
    several = given.get(name)
    if place is not None and isinstance(several, tuple):
        given[name] = (*several[:place], at, *several[place + 1 :])
    else:
        given[name] = at
    return Call(method.function, given)


def _target_met(line: Line, row: int) -> Expression:
    result = _result(line, ref(f"recomputed.{line.published}"))
    off = ABS(result - ref(f"sought.target[{row}]"))
    step = ABS(ref(f"sought.on[{row}]") - ref(f"sought.there[{row}]"))
    return IF(off <= step * NEAR_TARGET, MET, NOT_MET)
