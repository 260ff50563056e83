"""Calls of functions of the catalogue: a native Excel formula for the cell, and the value computed by the core."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.errors import NOT_MEANINGFUL
from workbooks.declarations.cell_values import NO_VALUE, Cells, CellValue
from workbooks.declarations.expressions import Ref, Written
from workbooks.declarations.native_arguments import guarded
from workbooks.declarations.native_functions import native
from workbooks.declarations.trees import Expression, Literal, Reference, Scope, Values


@dataclass(frozen=True, slots=True)
class Word:
    """A choice written literally in a formula: "median"."""

    text: str


Argument: TypeAlias = Reference | Word | Expression | float | tuple[Reference | float | Expression, ...]


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A call of a function of the catalogue: a native formula in the cell, and the value computed by the core.

    An argument is a reference, a `Word`, a number or an expression. A vector is one reference to adjacent cells, or
    several references to cells anywhere. `native` replaces the usual native formula, to show a more detailed
    calculation of the same number; where a reference in `needs` is not a number, the cell shows n.m.
    """

    method: Callable[..., Any]
    arguments: Mapping[str, Argument]
    native: Expression | None = None
    needs: tuple[Reference, ...] = ()

    def excel(self, scope: Scope) -> str:
        return self._tree(scope).excel(scope)

    def within(self, scope: Scope, level: int) -> str:
        return self._tree(scope).within(scope, level)

    def _tree(self, scope: Scope) -> Expression:
        formula = self.native
        if formula is None:
            operands = {name: operand(argument, scope) for name, argument in self.arguments.items()}
            formula = native(self.method.__name__, operands)
        return guarded([written(need, scope) for need in self.needs], formula)

    def value(self, values: Values) -> CellValue:
        result = self.method(**{name: argument_value(argument, values) for name, argument in self.arguments.items()})
        return self.where_known(result, values)

    def where_known(self, result: CellValue, values: Values) -> CellValue:
        """The result; n.m. where a reference in `needs` is not a number."""
        for need in self.needs:
            needed = np.asarray(core_value(values(need)), float)
            result = np.where(np.isnan(needed), NOT_MEANINGFUL, result)
        return result

    def parts(self) -> tuple[Expression, ...]:
        given = [part for argument in self.arguments.values() for part in _parts(argument)]
        return (*given, *(() if self.native is None else (self.native,)), *map(Ref, self.needs))


@dataclass(frozen=True, slots=True)
class Varied:
    """A call with some arguments or elements replaced: `discount`, or one of several, `multiples[2]`."""

    call: Call
    changes: Mapping[str, Reference]

    def value(self, values: Values) -> CellValue:
        """Result of the core with the replaced numbers."""
        arguments = {name: argument_value(argument, values) for name, argument in self.call.arguments.items()}
        for changed, to in self.changes.items():
            (name, place), value = element(changed), core_value(values(to))
            if place is None:
                arguments[name] = value
            else:
                arguments[name] = [*arguments[name][:place], value, *arguments[name][place + 1 :]]
        return self.call.where_known(self.call.method(**arguments), values)


def element(text: str) -> tuple[str, int | None]:
    """Parse the name of an argument or of an element, with its position from 0: `multiples[2]`.

    Examples
    --------
    >>> element("multiples[2]"), element("discount")
    (('multiples', 1), ('discount', None))
    """
    name, bracket, number = text.partition("[")
    return name, int(number.rstrip("]")) - 1 if bracket else None


# --- arguments ------------------------------------------------------------------------------------


def written(reference: Reference, scope: Scope) -> Written:
    """Expression for a reference, with its address."""
    return Written(scope.operand(reference), scope.many(reference))


def operand(argument: Argument, scope: Scope) -> Any:  # noqa: ANN401 - an expression, or several for a vector
    """An argument in the form that native formulas need."""
    match argument:
        case Word(text):
            return Literal(text)
        case tuple():
            return [operand(element, scope) for element in argument]
        case str():
            return written(argument, scope)
        case Ref(to):
            return written(to, scope)
        case Expression():
            return argument
        case _:
            return Literal(argument)


def argument_value(argument: Argument, values: Values) -> CellValue:
    """An argument in the form that the core needs."""
    match argument:
        case Word(text):
            return text
        case tuple():
            return [argument_value(element, values) for element in argument]
        case str():
            return core_value(values(argument))
        case Expression():
            return core_value(argument.value(values))
        case _:
            return argument


def _parts(argument: Argument) -> list[Expression]:
    match argument:
        case str():
            return [Ref(argument)]
        case Expression():
            return [argument]
        case tuple():
            return [part for element in argument for part in _parts(element)]
        case _:
            return []


def core_value(value: CellValue) -> CellValue:
    """Cell contents for the core: numbers as floats, and a NaN for a word such as n.m."""
    if isinstance(value, Cells):
        return _core_array(value.values)
    if isinstance(value, np.ndarray):
        return _core_array(value)
    return NO_VALUE[value] if value is None or (isinstance(value, str) and value in NO_VALUE) else value


def _core_array(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype != object:
        return values
    flat = values.ravel().tolist()
    if not all(_is_plain_number(v) or v is None or (isinstance(v, str) and v in NO_VALUE) for v in flat):
        return values
    numbers = [NO_VALUE[v] if v is None or isinstance(v, str) else v for v in flat]
    return np.array(numbers, float).reshape(values.shape)


def _is_plain_number(value: CellValue) -> bool:
    return isinstance(value, (float, int)) and not isinstance(value, bool)
