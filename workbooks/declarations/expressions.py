"""Expressions: a formula said once, as a tree that is both the formula in a cell and the value that the core expects.

A short guide for authors of sheets::

    from workbooks.declarations.expressions import concat, composed, equal, ref
    from workbooks.declarations.excel_functions import IF, ISNUMBER, SUM

    ref("premium.value") * (1 - ref("premium.band"))      # C9*(1-C12)
    ref("metric") * ref("multiple")                       # of the same row of the table: B13*C13
    SUM(ref("parts.value")) / ref("inputs.display_unit")  # a whole column: SUM($B$8:$B$12)/Inputs!$C$40
    SUM(cells("stakes.through[2]", "stakes.through[5]"))  # some cells of a column: SUM($E$9:$E$12)
    IF(ISNUMBER(ref("multiple")), ref("metric") * ref("multiple"), "–")
    equal(ref("included"), "yes")                         # = and <> are functions; < <= > >= are operators
    composed("{} of {} hold", COUNTIF(ref("check_rows.status"), "OK"), ROWS(ref("check_rows.status")))
    ref("label") & " " & TEXT(ref("value"), "0.0%")

- `ref` takes a reference as `sheet.py` explains them. Numbers, texts and flags stand for themselves.
- `composed` is for words that readers read: a translation looks up the whole template. `&` joins what needs no
  translation as a whole. A label that is known when the workbook is built is a `Text` (`texts.py`).
- Functions of the catalogue are `Call` (`calls.py`): the native formula in the cell, and the core itself for the value.
  They may stand inside larger expressions.
- Parentheses follow from precedence. `grouped` writes them where a reader wants them though precedence does not.
- `shown_when_empty` marks what has something to say while the cells that it looks at are not filled in yet.

An expression computes on single values or on a whole column at once: for a formula that is the same in every row of a
table, a reference to a column of that row is an array, and so is the result.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np

from workbooks.declarations.cell_values import (
    COMPARISONS,
    Cells,
    CellValue,
    arithmetic,
    compare,
    each,
    flag,
    general,
    is_nan,
    number,
)
from workbooks.declarations.texts import Text, holes, pieces

Reference: TypeAlias = str
Values: TypeAlias = Callable[[Reference], Any]

# What binds tighter has a higher level. A sign binds tighter than a power in Excel: -2^2 is 4.
COMPARISON, JOINING, ADDITION, MULTIPLICATION, POWER, SIGN, ATOM = range(1, 8)
LEVELS: Final = {
    **dict.fromkeys(COMPARISONS, COMPARISON),
    "&": JOINING,
    **dict.fromkeys("+-", ADDITION),
    **dict.fromkeys("*/", MULTIPLICATION),
    "^": POWER,
}
WHOLE: Final = 1e15  # up to here every whole number is exact, and is written without an exponent


@dataclass(frozen=True, slots=True)
class Scope:
    """How a formula writes references, and the texts in it."""

    operand: Callable[[Reference], str]
    many: Callable[[Reference], bool] = lambda reference: False  # noqa: ARG005 - whether a reference is to several cells
    say: Callable[[str], str] = str  # a text, or the template of one, in the language of the workbook


class Expression:  # no ABC: sheets ask of every cell whether it is one, and of an ABC that takes long
    """A part of a formula: what it writes, what it is worth, and what it refers to."""

    __slots__ = ()
    level: ClassVar[int] = ATOM

    def excel(self, scope: Scope) -> str:
        """The formula."""
        raise NotImplementedError

    def value(self, values: Values) -> CellValue:
        """The value, from the values of references."""
        raise NotImplementedError

    def parts(self) -> tuple["Expression", ...]:
        """The expressions that it is made of."""
        return ()

    def within(self, scope: Scope, level: int) -> str:
        """The formula as an operand: in parentheses unless it binds at least as tight as a level."""
        text = self.excel(scope)
        return text if self.level >= level else f"({text})"

    def __add__(self, other: "Operand") -> "Expression":
        return Operation("+", self, expression(other))

    def __radd__(self, other: "Operand") -> "Expression":
        return Operation("+", expression(other), self)

    def __sub__(self, other: "Operand") -> "Expression":
        return Operation("-", self, expression(other))

    def __rsub__(self, other: "Operand") -> "Expression":
        return Operation("-", expression(other), self)

    def __mul__(self, other: "Operand") -> "Expression":
        return Operation("*", self, expression(other))

    def __rmul__(self, other: "Operand") -> "Expression":
        return Operation("*", expression(other), self)

    def __truediv__(self, other: "Operand") -> "Expression":
        return Operation("/", self, expression(other))

    def __rtruediv__(self, other: "Operand") -> "Expression":
        return Operation("/", expression(other), self)

    def __pow__(self, other: "Operand") -> "Expression":
        return Operation("^", self, expression(other))

    def __rpow__(self, other: "Operand") -> "Expression":
        return Operation("^", expression(other), self)

    def __neg__(self) -> "Expression":
        return Negative(self)

    def __and__(self, other: "Operand") -> "Expression":
        return concat(self, other)

    def __rand__(self, other: "Operand") -> "Expression":
        return concat(other, self)

    def __lt__(self, other: "Operand") -> "Expression":
        return Operation("<", self, expression(other))

    def __le__(self, other: "Operand") -> "Expression":
        return Operation("<=", self, expression(other))

    def __gt__(self, other: "Operand") -> "Expression":
        return Operation(">", self, expression(other))

    def __ge__(self, other: "Operand") -> "Expression":
        return Operation(">=", self, expression(other))

    def __bool__(self) -> bool:
        """Refuse to be a condition of Python's: `a < b < c` and `a and b` would silently lose a part."""
        message = "an expression has no truth of its own: use AND, OR, NOT and IF"
        raise TypeError(message)


Operand: TypeAlias = Expression | float | str | bool


@dataclass(frozen=True, slots=True)
class Ref(Expression):
    """What stands somewhere else in the workbook."""

    to: Reference

    def excel(self, scope: Scope) -> str:
        return scope.operand(self.to)

    def value(self, values: Values) -> CellValue:
        return values(self.to)


@dataclass(frozen=True, slots=True)
class Block(Expression):
    """The cells from one of a column to another."""

    column: Reference
    first: int
    last: int

    def excel(self, scope: Scope) -> str:
        return f"{scope.operand(self.at(self.first))}:{scope.operand(self.at(self.last))}"

    def value(self, values: Values) -> CellValue:
        found = np.empty(self.last - self.first + 1, object)
        found[:] = [values(self.at(place)) for place in range(self.first, self.last + 1)]
        return Cells(found)

    def at(self, place: int) -> Reference:
        """The reference of one of the cells."""
        return f"{self.column}[{place}]"

    def parts(self) -> tuple[Expression, ...]:
        return Ref(self.at(self.first)), Ref(self.at(self.last))


@dataclass(frozen=True, slots=True)
class Written(Expression):
    """Cells whose address is known already; only the layout makes these."""

    address: str
    many: bool = False

    def excel(self, scope: Scope) -> str:  # noqa: ARG002 - it is written
        return self.address

    def value(self, values: Values) -> CellValue:  # noqa: ARG002 - it has none
        message = f"{self.address} is an address: it has no value before the workbook is computed"
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A number, a text or a flag that stands in the formula."""

    of: float | str | bool

    @property
    def level(self) -> int:  # type: ignore[override]  # a negative number has a sign
        return SIGN if isinstance(self.of, (int, float)) and self.of < 0 else ATOM

    def excel(self, scope: Scope) -> str:
        if isinstance(self.of, bool):
            return "TRUE" if self.of else "FALSE"
        return quoted(scope.say(self.of)) if isinstance(self.of, str) else number_text(self.of)

    def value(self, values: Values) -> CellValue:  # noqa: ARG002 - it has one
        return self.of if isinstance(self.of, (bool, str)) else float(self.of)


@dataclass(frozen=True, slots=True)
class Array(Expression):
    """Constants beside each other: {"low","base","high"}."""

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
class Operation(Expression):
    """Two operands with an operator of arithmetic or of comparison between them."""

    symbol: str
    left: Expression
    right: Expression

    @property
    def level(self) -> int:  # type: ignore[override]  # its operator's
        return LEVELS[self.symbol]

    def excel(self, scope: Scope) -> str:
        level = LEVELS[self.symbol]
        # Spreadsheets disagree on 2^3^2 and on -2^2: operands of a power are in parentheses unless they are atoms.
        left = self.left.within(scope, ATOM if level == POWER else level)
        right = self.right.within(scope, ATOM if level == POWER else level + 1)
        return f"{left}{self.symbol}{right}"

    def value(self, values: Values) -> CellValue:
        left, right = self.left.value(values), self.right.value(values)
        if LEVELS[self.symbol] == COMPARISON:
            return each(lambda a, b: compare(self.symbol, a, b), left, right)
        return arithmetic(self.symbol, left, right)

    def parts(self) -> tuple[Expression, ...]:
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """Minus an expression."""

    of: Expression
    level: ClassVar[int] = SIGN

    def excel(self, scope: Scope) -> str:
        return f"-{self.of.within(scope, ATOM)}"

    def value(self, values: Values) -> CellValue:
        return each(lambda value: -number(value), self.of.value(values))

    def parts(self) -> tuple[Expression, ...]:
        return (self.of,)


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
class Joined(Expression):
    """Texts, and values as texts, one behind the other."""

    of: tuple[Expression, ...]
    level: ClassVar[int] = JOINING

    def excel(self, scope: Scope) -> str:
        first, *others = self.of
        return "&".join([first.within(scope, JOINING), *(other.within(scope, JOINING + 1) for other in others)])

    def value(self, values: Values) -> CellValue:
        return _filled("{}" * len(self.of), self.of, values)

    def parts(self) -> tuple[Expression, ...]:
        return self.of


@dataclass(frozen=True, slots=True)
class Composed(Expression):
    """A text put together from a template and its parts, which is translated as a whole."""

    template: str
    of: tuple[Expression, ...]
    level: ClassVar[int] = JOINING

    def excel(self, scope: Scope) -> str:
        return "&".join(self._operands(scope)) or '""'

    def value(self, values: Values) -> CellValue:
        return _filled(self.template, self.of, values)

    def parts(self) -> tuple[Expression, ...]:
        return self.of

    def _operands(self, scope: Scope) -> Iterator[str]:
        """What `&` stands between: texts, which take in the parts that are texts, and the other parts."""
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


def _filled(template: str, parts: tuple[Expression, ...], values: Values) -> CellValue:
    return each(lambda *found: _text(template, found), *(part.value(values) for part in parts))


def _text(template: str, parts: tuple[CellValue, ...]) -> CellValue:
    texts = [part if isinstance(part, Text) else general(part) for part in parts]
    return Text(template, *texts)


@dataclass(frozen=True, slots=True)
class FunctionCall(Expression):
    """A function of Excel on its arguments; `excel_functions.py` has them."""

    name: str
    arguments: tuple[Expression, ...]
    compute: Callable[..., CellValue] = field(compare=False, repr=False)

    def excel(self, scope: Scope) -> str:
        return f"{self.name}({','.join(argument.excel(scope) for argument in self.arguments)})"

    def value(self, values: Values) -> CellValue:
        return self.compute(*(argument.value(values) for argument in self.arguments))

    def parts(self) -> tuple[Expression, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True)
class Conditional(Expression):
    """IF: of two expressions the one that a condition picks; the other need not have a value."""

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
    """An expression that has something to say while the cells that it looks at are not filled in yet."""

    of: Expression

    def excel(self, scope: Scope) -> str:
        return self.of.excel(scope)

    def within(self, scope: Scope, level: int) -> str:
        return self.of.within(scope, level)

    def value(self, values: Values) -> CellValue:
        return self.of.value(values)

    def parts(self) -> tuple[Expression, ...]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class OfTheAddin(Expression):
    """A formula of the add-in's own functions, and what it gives where no add-in answers: while a workbook is built."""

    text: str
    without: float | str | bool

    def excel(self, scope: Scope) -> str:  # noqa: ARG002 - the add-in is spoken to in one language
        return self.text

    def value(self, values: Values) -> CellValue:  # noqa: ARG002 - no add-in answers
        return self.without


# --- making them ----------------------------------------------------------------------------------


def ref(to: Reference) -> Ref:
    """What stands somewhere else: a field, a column, a cell of one, or a column of the same row."""
    return Ref(to)


def cells(column: Reference, first: int, last: int) -> Block:
    """The cells of a column from one place to another, counted from 1."""
    return Block(column, first, last)


def expression(of: Operand) -> Expression:
    """An operand as an expression: numbers, texts and flags stand for themselves."""
    return of if isinstance(of, Expression) else Literal(of)


def array(*constants: float | str) -> Array:
    """Constants beside each other."""
    return Array(tuple(map(Literal, constants)))


def equal(left: Operand, right: Operand) -> Operation:
    """Whether two values are equal, texts in any case."""
    return Operation("=", expression(left), expression(right))


def unequal(left: Operand, right: Operand) -> Operation:
    """Whether two values differ."""
    return Operation("<>", expression(left), expression(right))


def grouped(of: Expression) -> Grouped:
    """An expression in parentheses, where a reader wants them though precedence does not."""
    return Grouped(of)


def concat(*parts: Operand) -> Joined:
    """Texts, and values as texts, one behind the other."""
    flat: list[Expression] = []
    for part in map(expression, parts):
        flat += part.of if isinstance(part, Joined) else [part]
    return Joined(tuple(flat))


def composed(template: str, *parts: Operand) -> Composed:
    """A text from a template with `{}` where its parts stand; a translation looks up the whole template."""
    if holes(template) != len(parts):
        message = f"{template!r} has {holes(template)} fields, and {len(parts)} parts were given"
        raise ValueError(message)
    return Composed(template, tuple(map(expression, parts)))


def shown_when_empty(of: Expression) -> ShownWhenEmpty:
    """An expression that has something to say while the cells that it looks at are not filled in yet."""
    return ShownWhenEmpty(of)


def total(terms: list[Expression]) -> Expression:
    """The sum of terms, written with +."""
    found = terms[0]
    for term in terms[1:]:
        found += term
    return found


def references(of: Expression) -> Iterator[Reference]:
    """Every reference in an expression."""
    if isinstance(of, Ref):
        yield of.to
    for part in of.parts():
        yield from references(part)


# --- writing them ---------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A text as formulas write it.

    Examples
    --------
    >>> quoted('the "ring" road')
    '"the ""ring"" road"'
    """
    return '"' + text.replace('"', '""') + '"'


def number_text(value: float) -> str:
    """A number as formulas write it, to its last digit.

    Examples
    --------
    >>> number_text(365.0), number_text(0.005), number_text(1e-9)
    ('365', '0.005', '1E-09')
    """
    if value == int(value) and abs(value) < WHOLE:
        return str(int(value))
    return repr(float(value)).upper()
