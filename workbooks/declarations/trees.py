"""The tree that an expression is: what every part of it can do, its operators, constants and joined texts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias
from typing import Literal as OneOf

from workbooks.declarations.cell_values import (
    COMPARISONS,
    CellValue,
    arithmetic,
    compare,
    each,
    general,
    is_error,
    number,
)
from workbooks.declarations.texts import Text

Reference: TypeAlias = str
# What a formula gives while cells that it refers to are empty: a blank by a guard, a text, a blank by itself, or a
# value as soon as one of them is filled in.
WhenEmpty: TypeAlias = OneOf["", "shown", "blank", "of what is filled in"]
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
class Verbatim(Expression):
    """A text in the formula that is the same in every language."""

    of: str

    def excel(self, scope: Scope) -> str:  # noqa: ARG002 - nothing is translated
        return quoted(self.of)

    def value(self, values: Values) -> CellValue:  # noqa: ARG002 - it has one
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
class Joined(Expression):
    """Texts, and values as texts, one behind the other."""

    of: tuple[Expression, ...]
    level: ClassVar[int] = JOINING

    def excel(self, scope: Scope) -> str:
        first, *others = self.of
        return "&".join([first.within(scope, JOINING), *(other.within(scope, JOINING + 1) for other in others)])

    def value(self, values: Values) -> CellValue:
        return filled("{}" * len(self.of), self.of, values)

    def parts(self) -> tuple[Expression, ...]:
        return self.of


def filled(template: str, parts: tuple[Expression, ...], values: Values) -> CellValue:
    """A template filled with the values of its parts."""
    return each(lambda *found: _text(template, found), *(part.value(values) for part in parts))


def _text(template: str, parts: tuple[CellValue, ...]) -> CellValue:
    error = next((part for part in parts if is_error(part)), None)
    if error is not None:
        return error
    texts = [part if isinstance(part, Text) else general(part) for part in parts]
    return Text(template, *texts)


def expression(of: Operand) -> Expression:
    """An operand as an expression: numbers, texts and flags stand for themselves."""
    return of if isinstance(of, Expression) else Literal(of)


def concat(*parts: Operand) -> Joined:
    """Texts, and values as texts, one behind the other."""
    flat: list[Expression] = []
    for part in map(expression, parts):
        flat += part.of if isinstance(part, Joined) else [part]
    return Joined(tuple(flat))


# --- writing constants ----------------------------------------------------------------------------


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
