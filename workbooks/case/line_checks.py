"""What must fit in a line of the reconciliation: its method, the arguments it is called with, and their currencies."""

import inspect
import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from valuation.catalogue import CATALOGUE, Entry, Parameter
from valuation.kernel.amount_text import money_unit
from valuation.kernel.errors import UnitError, ValuationError
from workbooks.case.known import Known, Misfits
from workbooks.case.lines import RESULTS, Line
from workbooks.case.printed import step
from workbooks.case.shape import nearest, shown
from workbooks.declarations.native_functions import NATIVE
from workbooks.declarations.native_peers import MOST

VECTORS: Final = ("vector", "dates")
NUMBERS: Final = ("number", *VECTORS)
# Money whose currency need not be that of the other amounts: they are divided by each other.
OF_ANY_CURRENCY: Final = {("attributed_value", "total_value")}


def ways(line: Line, known: Known, results: Iterable[str]) -> Misfits:
    """What is wrong with the way in which a line recomputes its figure."""
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
        yield ("method",), f"{shown(line.method)} is no function of the catalogue{nearest(line.method, CATALOGUE)}"
        return
    if entry.name not in methods():
        yield ("method",), f"{_no_method(entry)}: expected one of {', '.join(methods())}"
        return
    wrong = [*_names(line, entry), *_values(line, entry, known, results)]
    yield from wrong or _together(line, entry, known)


def _printed(line: Line, known: Known) -> str:
    """What is wrong with the stated precision of the published figure."""
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
    """The functions that a line may name: they give one number, by a formula of Excel's own functions."""
    return tuple(sorted(name for name in NATIVE if CATALOGUE[name].result.shape == "number"))


def _no_method(entry: Entry) -> str:
    given = {"number": "", "flag": "yes or no", "vector": "a row of numbers", "table": "a table"}
    what = given.get(entry.result.shape, f"a {entry.result.shape}")
    if what:
        return f"{shown(entry.name)} gives {what}, and a published figure is one number"
    return f"{shown(entry.name)} has no formula in Excel's own functions, which the workbook would show"


def _names(line: Line, entry: Entry) -> Misfits:
    parameters = {parameter.name: parameter for parameter in entry.parameters}
    written = inspect.signature(NATIVE[entry.name]).parameters
    for name in line.arguments:
        if name not in parameters:
            yield ("arguments", name), f"is no argument{nearest(name, parameters)}: expected {entry.usage.lower()}"
        elif name not in written:
            yield ("arguments", name), "has no formula in Excel's own functions, which the workbook would show"
    missing = [name for name, parameter in parameters.items() if parameter.required and name not in line.arguments]
    if missing:
        yield ("arguments",), f"{', '.join(missing)} missing: expected {entry.usage.lower()}"


def _values(line: Line, entry: Entry, known: Known, results: Iterable[str]) -> Misfits:
    parameters = {parameter.name: parameter for parameter in entry.parameters}
    for name, argument in line.arguments.items():
        if name in parameters:
            for message in _value(parameters[name], argument, known.table("figures"), results):
                yield ("arguments", name), message


def _value(parameter: Parameter, argument: object, figures: Iterable[str], results: Iterable[str]) -> Iterator[str]:
    kind = parameter.kind
    if isinstance(argument, tuple) and kind.shape not in VECTORS:
        yield f"{shown(argument)}: expected one value, not a list"
    elif kind.shape == "flag" and argument not in (0, 1):
        yield f"{shown(argument)}: expected true or false"
    elif kind.shape == "choice" and argument not in kind.choices:
        yield f"{shown(argument)} is no choice: expected one of {', '.join(kind.choices)}"
    elif kind.shape == "text":
        yield from _unit(argument)
    elif kind.shape in NUMBERS:
        parts = argument if isinstance(argument, tuple) else (argument,)
        if kind.blank_is_absent and len(parts) > MOST:
            yield f"{len(parts)} figures: expected at most {MOST}; a table of peers takes more"
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
        yield f"{shown(name)} is no figure of this case{nearest(name, figures)}"
    elif "." in name and name not in results and name.removeprefix("figures.") not in figures:
        yield _no_result(name, results)


def _together(line: Line, entry: Entry, known: Known) -> Misfits:
    """What is wrong with the arguments as they are together: currencies that differ, or what the function refuses."""
    mixed = _currencies(line, entry, known)
    if mixed:
        yield ("arguments",), mixed
        return
    arguments = {name: _number(argument, known) for name, argument in line.arguments.items()}
    if any(_unknown(value) for value in arguments.values()):
        return  # it depends on a result of the workbook, which is not known yet
    flags = {parameter.name for parameter in entry.parameters if parameter.kind.shape == "flag"}
    try:
        entry.function(**{name: bool(value) if name in flags else value for name, value in arguments.items()})
    except ValuationError as error:
        yield ("arguments",), str(error)


def _currencies(line: Line, entry: Entry, known: Known) -> str:
    """That amounts are in two currencies, where the function takes no rate and the published figure is none."""
    published = known.quantities.get(line.published)
    if any(parameter.name == "fx" for parameter in entry.parameters) or (published and published.kind == "fx"):
        return ""
    money = {parameter.name for parameter in entry.parameters if parameter.kind.unit.startswith("money")}
    found: dict[str, str] = {}
    for name, argument in line.arguments.items():
        if name not in money or (entry.name, name) in OF_ANY_CURRENCY:
            continue
        for part in argument if isinstance(argument, tuple) else (argument,):
            of = known.quantities.get(part.removeprefix("figures.")) if isinstance(part, str) else None
            if of is not None and of.kind in {"money", "money_per"}:
                found.setdefault(of.currency, str(part))
    if len(found) <= 1:
        return ""
    (one, first), (other, second), *_ = found.items()
    return f"{shown(first)} is in {one}, and {shown(second)} is in {other}: expected amounts of one currency"


def _number(argument: object, known: Known) -> Any:  # noqa: ANN401 - a number, several, or a text
    if isinstance(argument, tuple):
        return [_number(part, known) for part in argument]
    if isinstance(argument, str):
        name = argument.removeprefix("figures.")
        return known.whole(name) if name in known.table("figures") or "." in argument else argument
    return argument


def _unknown(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_unknown, value))
    return value is None or (isinstance(value, float) and math.isnan(value))


def _no_result(name: str, results: Iterable[str]) -> str:
    section, _, result = name.partition(".")
    if result in RESULTS.get(section, ()):
        return f"{shown(name)}: this case has no [{section}]"
    return f"{shown(name)} is neither a result of this workbook nor recomputed by a line above{nearest(name, results)}"
