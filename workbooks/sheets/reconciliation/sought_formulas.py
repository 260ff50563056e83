"""Formulas for SOLVE_FOR: one Newton step from the solution of the core at build time."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from valuation.catalogue import CATALOGUE
from valuation.implied import solve_for
from workbooks.case.lines import Line
from workbooks.declarations.calls import Argument, Call, element
from workbooks.declarations.excel_functions import ABS, IF
from workbooks.declarations.expressions import equal, grouped, ref
from workbooks.declarations.sheet import Stored
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import MET, NOT_MET
from workbooks.sheets.reconciliation.arguments import argument, arguments, reference

STEP: Final = IF(equal(ref("first"), 0), 1, ref("first")) / 10_000  # along the slope
NEAR_TARGET: Final = 1e-5  # share of the change by a step


def found(line: Line, row: int) -> Call:
    """The solved argument."""
    there, on = ref(f"sought.there[{row}]"), ref(f"sought.on[{row}]")
    off = ref(f"sought.target[{row}]") - there
    step = grouped(off) * ref(f"sought.step[{row}]") / grouped(on - there)
    return _core(line, ref(f"sought.first[{row}]") + step)


def first(line: Line) -> Stored:
    """Result of the core at build time."""
    call = _core(line)
    return Stored(lambda values: float(call.value(values)))


def _core(line: Line, native: Expression | None = None) -> Call:
    """The core's own result of a line, under a native formula."""
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


def result(line: Line, at: Expression) -> Call:
    """Result of the method with a value for the solved argument."""
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


def met(line: Line, row: int) -> Expression:
    """Whether the method gives the target there."""
    given = result(line, ref(f"recomputed.{line.published}"))
    off = ABS(given - ref(f"sought.target[{row}]"))
    step = ABS(ref(f"sought.on[{row}]") - ref(f"sought.there[{row}]"))
    return IF(off <= step * NEAR_TARGET, MET, NOT_MET)
