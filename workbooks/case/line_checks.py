"""Checks of a line of the reconciliation: its method, its arguments and their currencies."""

import inspect
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from valuation.catalogue import CATALOGUE, Entry, Parameter
from valuation.kernel.amount_text import money_unit
from valuation.kernel.errors import UnitError, ValuationError
from workbooks.case.known import Known, Misfits
from workbooks.case.lines import RESULTS, Line
from workbooks.case.printed import step
from workbooks.case.shape import nearest, shown
from workbooks.declarations.expressions import Written
from workbooks.declarations.native_forecast import MOST_YEARS
from workbooks.declarations.native_functions import NATIVE, native
from workbooks.declarations.native_peers import MOST
from workbooks.declarations.trees import Literal, Scope

LONGEST: Final = 8192  # characters that Excel takes in a formula
VECTORS: Final = ("vector", "dates")
NUMBERS: Final = ("number", *VECTORS)
SOLVE_FOR: Final = "solve_for"
BY_TRIAL: Final = (SOLVE_FOR, "irr_of_flows", "xirr_of_flows")  # no formula gives them: they are found step by step
# Money arguments whose currency may differ from that of the other amounts, because they only enter as a ratio.
OF_ANY_CURRENCY: Final = {("attributed_value", "total_value")}


def ways(line: Line, known: Known, results: Iterable[str]) -> Misfits:
    """Problems with the way in which a line recomputes its figure."""
    if message := _printed(line, known):
        yield ("printed",), message
    if bool(line.result) == bool(line.method):
        given = "both are given" if line.result else "neither is given"
        yield (), f"{given}: expected either a result of the workbook or a method of the catalogue"
    if line.result and line.result not in results:
        yield ("result",), _no_result(line.result, results)
    if line.arguments and not line.method:
        yield ("arguments",), "expected a method that they are for"
    if not line.method:
        return
    entry = CATALOGUE.get(line.method)
    if entry is None:
        yield ("method",), f"{shown(line.method)} is not a function of the catalogue{nearest(line.method, CATALOGUE)}"
        return
    if entry.name not in methods():
        yield ("method",), f"{_no_method(entry)}: expected one of {', '.join(methods())}"
        return
    wrong = [*_names(line.arguments, entry), *_values(line.arguments, entry, known, results)]
    if not wrong and entry.name == SOLVE_FOR:
        wrong = [*_solved(line, known, results)]
    yield from wrong or _together(line, entry, known)


def _solved(line: Line, known: Known, results: Iterable[str]) -> Misfits:
    """What is wrong with the arguments of the method that is solved for."""
    method, given, sought = (line.arguments[name] for name in ("method", "arguments", "vary"))
    entry = CATALOGUE[str(method)]
    if entry.result.shape != "number":
        yield ("arguments", "method"), _no_method(entry)
        return
    names = {parameter.name for parameter in entry.parameters}
    if str(sought).partition("[")[0].strip() not in names:
        yield (
            ("arguments", "vary"),
            f"{shown(sought)} is not an argument{nearest(str(sought), names)}: {entry.usage.lower()}",
        )
    elif isinstance(given, Mapping):
        for loc, message in (*_names(given, entry, str(sought)), *_values(given, entry, known, results)):
            yield ("arguments", *loc), message


def _printed(line: Line, known: Known) -> str:
    """Problems with the stated precision of the published figure."""
    value, of = known.numbers.get(line.published), known.quantities.get(line.published)
    if not line.printed or value is None or of is None:
        return ""
    try:
        step(value, of.unit, line.printed)
    except ValueError as error:
        return str(error)
    return ""


@lru_cache(maxsize=1)
def methods() -> tuple[str, ...]:
    """The functions that a line may name: they give one number."""
    return tuple(sorted(entry.name for entry in CATALOGUE.values() if entry.result.shape == "number"))


def _no_method(entry: Entry) -> str:
    given = {"flag": "yes or no", "vector": "a row of numbers", "table": "a table"}
    what = given.get(entry.result.shape, f"a {entry.result.shape}")
    return f"{shown(entry.name)} gives {what}, and a published figure is one number"


def _names(arguments: Mapping[str, object], entry: Entry, sought: str = "") -> Misfits:
    parameters = {parameter.name: parameter for parameter in entry.parameters}
    written = parameters if entry.name in BY_TRIAL else inspect.signature(NATIVE[entry.name]).parameters
    for name in arguments:
        if name not in parameters:
            yield ("arguments", name), f"is not an argument{nearest(name, parameters)}: expected {entry.usage.lower()}"
        elif name not in written:
            yield ("arguments", name), "has no formula in Excel's own functions, which the workbook would show"
    required = [name for name, parameter in parameters.items() if parameter.required]
    missing = [name for name in required if name not in arguments and name != sought.partition("[")[0]]
    if missing:
        yield ("arguments",), f"{', '.join(missing)} missing: expected {entry.usage.lower()}"


def _values(arguments: Mapping[str, object], entry: Entry, known: Known, results: Iterable[str]) -> Misfits:
    parameters = {parameter.name: parameter for parameter in entry.parameters}
    for name, argument in arguments.items():
        if name in parameters:
            for message in _value(parameters[name], argument, known.table("figures"), results):
                yield ("arguments", name), message


def _value(parameter: Parameter, argument: object, figures: Iterable[str], results: Iterable[str]) -> Iterator[str]:
    kind = parameter.kind
    if isinstance(argument, Mapping) != (kind.shape == "arguments"):
        wanted = "the arguments of the method, by name" if kind.shape == "arguments" else "one value or a list"
        yield f"{shown(argument)}: expected {wanted}"
    elif isinstance(argument, tuple) and kind.shape not in VECTORS:
        yield f"{shown(argument)}: expected one value, not a list"
    elif kind.shape == "flag" and argument not in (0, 1):
        yield f"{shown(argument)}: expected true or false"
    elif kind.shape == "choice" and argument not in kind.choices:
        yield f"{shown(argument)} is not a choice: expected one of {', '.join(kind.choices)}"
    elif parameter.name.endswith("unit"):
        yield from _unit(argument)
    elif kind.shape == "method" and argument not in NATIVE:
        yield f"{shown(argument)} is not a function that this can be solved for{nearest(str(argument), NATIVE)}"
    elif kind.shape in NUMBERS:
        yield from _numbers(parameter, argument, figures, results)


def _numbers(parameter: Parameter, argument: object, figures: Iterable[str], results: Iterable[str]) -> Iterator[str]:
    parts = argument if isinstance(argument, tuple) else (argument,)
    if len(parts) > MOST and parameter.kind.blank_is_absent:
        yield f"{len(parts)} figures: expected at most {MOST}; a table of peers takes more"
    elif len(parts) > MOST:
        yield f"{len(parts)} figures: expected at most {MOST}, so that a formula holds them"
    for part in parts:
        if isinstance(part, str):
            yield from _reference(part, figures, results)


def _unit(argument: object) -> Iterator[str]:
    try:
        money_unit(str(argument))
    except UnitError as error:
        yield str(error)


def _reference(name: str, figures: Iterable[str], results: Iterable[str]) -> Iterator[str]:
    if "." not in name and name not in figures:
        yield f"{shown(name)} is not a figure of this case{nearest(name, figures)}"
    elif "." in name and name not in results and name.removeprefix("figures.") not in figures:
        yield _no_result(name, results)


def _together(line: Line, entry: Entry, known: Known) -> Misfits:
    """Problems of the arguments in combination: different currencies, or an error of the function."""
    mixed = _currencies(line, entry, known)
    if mixed:
        yield ("arguments",), mixed
        return
    arguments = _numbers_of(line.arguments, entry, known)
    if any(_unknown(value) for value in arguments.values()):
        return  # an argument is a result of the workbook, which is not known yet
    try:
        entry.function(**arguments)
    except ValuationError as error:
        yield ("arguments",), str(error)
        return
    if message := _no_formula(entry, arguments):
        yield ("arguments",), message


def _no_formula(entry: Entry, arguments: Mapping[str, Any]) -> str:
    """What Excel's own functions cannot say of these arguments."""
    if entry.name == "driver_dcf" and "fade" in arguments and arguments.get("years", 0) > MOST_YEARS:
        return f"{arguments['years']:.15g} years: where growth fades, a formula holds at most {MOST_YEARS}"
    if entry.name == "xirr_of_flows" and min(arguments["dates"]) < arguments["dates"][0]:
        return "a date is before the first one: expected the oldest first, as XIRR takes them"
    length = 0 if entry.name in BY_TRIAL else _length(entry, arguments)
    return (
        f"a formula of {length:,} characters, and Excel takes {LONGEST:,}: give fewer figures"
        if length > LONGEST
        else ""
    )


def _length(entry: Entry, arguments: Mapping[str, Any]) -> int:
    """About how long the formula of a method is, with cells as far down the inputs as a case may have them."""
    cell = Written("Inputs!B10000")

    def operand(value: object) -> Any:  # noqa: ANN401 - an expression, or several
        if isinstance(value, list):
            return [cell] * len(value)
        return Literal(value) if isinstance(value, (str, bool)) else cell

    formula = native(entry.name, {name: operand(value) for name, value in arguments.items()})
    return len(formula.excel(Scope(str)))


def _currencies(line: Line, entry: Entry, known: Known) -> str:
    """Amounts in two currencies, where the function takes no exchange rate and the published figure is not one."""
    published = known.quantities.get(line.published)
    if published and published.kind == "fx":
        return ""
    found: dict[str, str] = {}
    if entry.name == SOLVE_FOR:
        entry, given = CATALOGUE[str(line.arguments["method"])], line.arguments["arguments"]
        named = [*_money(given, entry)] if isinstance(given, Mapping) else []
        if entry.result.unit.startswith("money"):
            named.append(line.arguments["target"])
    else:
        named = [*_money(line.arguments, entry)]
    if any(parameter.name == "fx" for parameter in entry.parameters):
        return ""
    for part in named:
        of = known.quantities.get(part.removeprefix("figures.")) if isinstance(part, str) else None
        if of is not None and of.kind in {"money", "money_per"}:
            found.setdefault(of.currency, str(part))
    if len(found) <= 1:
        return ""
    (one, first), (other, second), *_ = found.items()
    return f"{shown(first)} is in {one}, and {shown(second)} is in {other}: expected amounts of one currency"


def _money(arguments: Mapping[str, object], entry: Entry) -> Iterator[object]:
    """The amounts among arguments that must be in one currency."""
    money = {parameter.name for parameter in entry.parameters if parameter.kind.unit.startswith("money")}
    for name, argument in arguments.items():
        if name in money and (entry.name, name) not in OF_ANY_CURRENCY:
            yield from argument if isinstance(argument, tuple) else (argument,)


def _numbers_of(arguments: Mapping[str, object], entry: Entry, known: Known) -> dict[str, Any]:
    """Arguments as the core takes them."""
    shapes = {parameter.name: parameter.kind.shape for parameter in entry.parameters}
    found: dict[str, Any] = {}
    for name, argument in arguments.items():
        if isinstance(argument, Mapping):
            found[name] = _numbers_of(argument, CATALOGUE[str(arguments["method"])], known)
        elif shapes[name] == "method":
            found[name] = CATALOGUE[str(argument)].function
        elif shapes[name] in ("text", "choice"):
            found[name] = argument
        else:
            found[name] = bool(argument) if shapes[name] == "flag" else _number(argument, known)
    return found


def _number(argument: object, known: Known) -> Any:  # noqa: ANN401 - a number, or several
    if isinstance(argument, tuple):
        return [_number(part, known) for part in argument]
    return known.whole(argument.removeprefix("figures.")) if isinstance(argument, str) else argument


def _unknown(value: object) -> bool:
    if isinstance(value, (list, dict)):
        return any(map(_unknown, value.values() if isinstance(value, dict) else value))
    return value is None or (isinstance(value, float) and math.isnan(value))


def _no_result(name: str, results: Iterable[str]) -> str:
    section, _, result = name.partition(".")
    if result in RESULTS.get(section, ()):
        return f"{shown(name)}: this case has no [{section}]"
    return f"{shown(name)} is neither a result of this workbook nor recomputed by a line above{nearest(name, results)}"
