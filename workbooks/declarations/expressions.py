"""Expressions: a tree from which both the formula in a cell and the value that the core expects are derived.

Examples for authors of sheets::

    from workbooks.declarations.expressions import composed, equal, ref
    from workbooks.declarations.trees import concat
    from workbooks.declarations.excel_functions import IF, ISNUMBER, SUM

    ref("premium.value") * (1 - ref("premium.band"))      # C9*(1-C12)
    ref("metric") * ref("multiple")                       # of the same row of the table: B13*C13
    SUM(ref("parts.value")) / ref("inputs.display_unit")  # a whole column: SUM($B$8:$B$12)/Inputs!$C$40
    SUM(cells("stakes.through[2]", "stakes.through[5]"))  # some cells of a column: SUM($E$9:$E$12)
    IF(ISNUMBER(ref("multiple")), ref("metric") * ref("multiple"), "–")
    equal(ref("included"), "yes")                         # = and <> are functions; < <= > >= are operators
    composed("{} of {} hold", COUNTIF(ref("check_rows.status"), "OK"), ROWS(ref("check_rows.status")))
    ref("label") & " " & TEXT(ref("value"), "0.0%")

- `ref` takes a reference (see `sheet.py`). Numbers, texts and flags can be used directly as operands.
- `composed` is for texts that are translated as a whole: the template is looked up. `&` joins texts that need no
  translation as a whole. A label that is known when the workbook is built is a `Text` (`texts.py`).
- Functions of the catalogue are `Call` (`calls.py`): the native formula in the cell, and the core for the value.
  They may be part of larger expressions.
- Parentheses follow from precedence. `grouped` adds them where they only help the reader.
- `shown_when_empty` marks an expression that shows a text even while its input cells are empty.

An expression is computed for a single cell or for a whole column at once: where the formula is the same in every row of
a table, a reference to a column of that table is an array, and so is the result.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np

from workbooks.declarations.cell_values import (
    Cells,
    CellValue,
    each,
    flag,
    is_nan,
)
from workbooks.declarations.texts import holes, pieces
from workbooks.declarations.trees import (
    JOINING,
    Expression,
    Literal,
    Operand,
    Operation,
    Reference,
    Scope,
    Values,
    WhenEmpty,
    expression,
    filled,
    quoted,
)

IN_ROW: Final = "\0"  # around references to cells of the same row, in a formula for every row of a table
# Cells beside each other: by their addresses, or as adjacent columns in a formula for every row.
ONE_ROW: Final = re.compile(rf"(.+!)?\$?[A-Z]+\$?(\d+):\$?[A-Z]+\$?\2|{IN_ROW}[^{IN_ROW}]+:[^{IN_ROW}]+{IN_ROW}")


@dataclass(frozen=True, slots=True)
class Ref(Expression):
    """A reference to another place in the workbook."""

    to: Reference

    def excel(self, scope: Scope) -> str:
        return scope.operand(self.to)

    def value(self, values: Values) -> CellValue:
        return values(self.to)


@dataclass(frozen=True, slots=True)
class Block(Expression):
    """Consecutive cells of a column."""

    column: Reference
    first: int
    last: int

    def excel(self, scope: Scope) -> str:
        return scope.operand(f"{self.column}[{self.first}:{self.last}]")

    def value(self, values: Values) -> CellValue:
        found = np.empty(self.last - self.first + 1, object)
        found[:] = [values(self.at(place)) for place in range(self.first, self.last + 1)]
        return Cells(found)

    def at(self, place: int) -> Reference:
        """Reference to one of the cells."""
        return f"{self.column}[{place}]"

    def parts(self) -> tuple[Expression, ...]:
        return Ref(self.at(self.first)), Ref(self.at(self.last))


@dataclass(frozen=True, slots=True)
class Written(Expression):
    """Cells with a known address; created only by the layout."""

    address: str
    many: bool = False

    def excel(self, scope: Scope) -> str:  # noqa: ARG002 - it is written
        return self.address

    def value(self, values: Values) -> CellValue:  # noqa: ARG002 - it has none
        message = f"{self.address} is an address: it has no value before the workbook is computed"
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class Array(Expression):
    """An array constant in a row: {"low","base","high"}."""

    of: tuple[Literal, ...]

    def excel(self, scope: Scope) -> str:
        return "{" + ",".join(literal.excel(scope) for literal in self.of) + "}"

    def value(self, values: Values) -> CellValue:
        found = np.empty(len(self.of), object)
        found[:] = [literal.value(values) for literal in self.of]
        return Cells(found)

    def parts(self) -> tuple[Expression, ...]:
        return self.of


@dataclass(frozen=True, slots=True)
class Grouped(Expression):
    """An expression in parentheses that precedence does not ask for."""

    of: Expression

    def excel(self, scope: Scope) -> str:
        return f"({self.of.excel(scope)})"

    def value(self, values: Values) -> CellValue:
        return self.of.value(values)

    def parts(self) -> tuple[Expression, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Composed(Expression):
    """A text put together from a template and its parts, which is translated as a whole."""

    template: str
    of: tuple[Expression, ...]
    level: ClassVar[int] = JOINING

    def excel(self, scope: Scope) -> str:
        return "&".join(self._operands(scope)) or '""'

    def value(self, values: Values) -> CellValue:
        return filled(self.template, self.of, values)

    def parts(self) -> tuple[Expression, ...]:
        return self.of

    def _operands(self, scope: Scope) -> Iterator[str]:
        """The operands of `&`: literal texts, including parts that are literals, and the other parts."""
        text = ""
        for literal, place in pieces(scope.say(self.template)):
            text += literal
            part = None if place is None else self.of[place]
            if isinstance(part, Literal) and isinstance(part.of, str):
                text += scope.say(part.of)
            elif part is not None:
                if text:
                    yield quoted(text)
                yield part.within(scope, JOINING + 1)
                text = ""
        if text:
            yield quoted(text)


@dataclass(frozen=True, slots=True)
class FunctionCall(Expression):
    """A call of an Excel function (see `excel_functions.py`)."""

    name: str
    arguments: tuple[Expression, ...]
    compute: Callable[..., CellValue] = field(compare=False, repr=False)

    def excel(self, scope: Scope) -> str:
        texts = [argument.excel(scope) for argument in self.arguments]
        # Gnumeric and HyperFormula take the place in a single row for that of a row.
        if self.name == "INDEX" and ONE_ROW.fullmatch(texts[0]):
            texts.insert(1, "1")
        return f"{self.name}({','.join(texts)})"

    def value(self, values: Values) -> CellValue:
        return self.compute(*(argument.value(values) for argument in self.arguments))

    def parts(self) -> tuple[Expression, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True)
class Conditional(Expression):
    """IF: one of two expressions, by a condition; the other may have no value."""

    test: Expression
    then: Expression
    otherwise: Expression

    def excel(self, scope: Scope) -> str:
        return f"IF({','.join(part.excel(scope) for part in self.parts())})"

    def value(self, values: Values) -> CellValue:
        test = each(flag, self.test.value(values))
        if isinstance(test, (np.ndarray, Cells)):
            return each(_picked, test, self.then.value(values), self.otherwise.value(values))
        return test if is_nan(test) else (self.then if test else self.otherwise).value(values)

    def parts(self) -> tuple[Expression, ...]:
        return self.test, self.then, self.otherwise


def _picked(test: CellValue, then: CellValue, otherwise: CellValue) -> CellValue:
    return test if is_nan(test) else then if test else otherwise


@dataclass(frozen=True, slots=True)
class ShownWhenEmpty(Expression):
    """An expression that shows a text while the cells it refers to are empty."""

    of: Expression
    when_empty: ClassVar[WhenEmpty] = "shown"

    def excel(self, scope: Scope) -> str:
        return self.of.excel(scope)

    def within(self, scope: Scope, level: int) -> str:
        return self.of.within(scope, level)

    def value(self, values: Values) -> CellValue:
        return self.of.value(values)

    def parts(self) -> tuple[Expression, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class BlankWhenEmpty(ShownWhenEmpty):
    """An expression that already returns a blank text by itself while the cells it refers to are empty."""

    when_empty: ClassVar[WhenEmpty] = "blank"


@dataclass(frozen=True, slots=True)
class PartlyFilled(ShownWhenEmpty):
    """An expression that has a value as soon as any of the cells it refers to is filled in, such as a sum."""

    when_empty: ClassVar[WhenEmpty] = "partly filled"


@dataclass(frozen=True, slots=True)
class AddinFormula(Expression):
    """A formula with functions of the add-in, and its value without the add-in, as while a workbook is built."""

    text: str
    without: float | str | bool

    def excel(self, scope: Scope) -> str:  # noqa: ARG002 - the add-in is spoken to in one language
        return self.text

    def value(self, values: Values) -> CellValue:  # noqa: ARG002 - no add-in answers
        return self.without


# --- making them ----------------------------------------------------------------------------------


def ref(to: Reference) -> Ref:
    """Reference to a field, a column, a cell of a column, or a column of the same row."""
    return Ref(to)


def cells(column: Reference, first: int, last: int) -> Block:
    """The cells of a column between two positions, counted from 1."""
    return Block(column, first, last)


def array(*constants: float | str) -> Array:
    """An array constant."""
    return Array(tuple(map(Literal, constants)))


def equal(left: Operand, right: Operand) -> Operation:
    """Whether two values are equal; texts without regard to case."""
    return Operation("=", expression(left), expression(right))


def unequal(left: Operand, right: Operand) -> Operation:
    """Whether two values differ."""
    return Operation("<>", expression(left), expression(right))


def grouped(of: Expression) -> Grouped:
    """An expression in parentheses that precedence does not require."""
    return Grouped(of)


def composed(template: str, *parts: Operand) -> Composed:
    """A text from a template with `{}` for its parts; translated as a whole."""
    if holes(template) != len(parts):
        message = f"{template!r} has {holes(template)} fields, and {len(parts)} parts were given"
        raise ValueError(message)
    return Composed(template, tuple(map(expression, parts)))


def shown_when_empty(of: Expression) -> ShownWhenEmpty:
    """An expression that shows a text while the cells it refers to are empty."""
    return ShownWhenEmpty(of)


def blank_when_empty(of: Expression) -> BlankWhenEmpty:
    """An expression that is blank by itself while the cells it refers to are empty."""
    return BlankWhenEmpty(of)


def partly_filled(of: Expression) -> PartlyFilled:
    """An expression that has a value as soon as any of the cells it refers to is filled in, such as a sum."""
    return PartlyFilled(of)


def total(terms: list[Expression]) -> Expression:
    """Sum of terms, written with +."""
    found = terms[0]
    for term in terms[1:]:
        found += term
    return found


def references(of: Expression) -> Iterator[Reference]:
    """All references in an expression, from left to right."""
    nodes = [of]  # not by recursion, which takes twice as long
    while nodes:
        node = nodes.pop()
        if isinstance(node, Ref):
            yield node.to
        else:
            nodes += reversed(node.parts())
