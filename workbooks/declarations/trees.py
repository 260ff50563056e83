"""Base classes of expressions: nodes, operators, constants and joined texts."""

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
# Result of a formula while cells that it refers to are empty: a blank (by a guard around it), a text, a blank by
# itself, or a value as soon as one of the cells is filled in.
WhenEmpty: TypeAlias = OneOf["", "shown", "blank", "partly filled"]
Values: TypeAlias = Callable[[Reference], Any]

# Precedence levels; higher binds tighter. In Excel a sign binds tighter than a power: -2^2 is 4.
COMPARISON, JOINING, ADDITION, MULTIPLICATION, POWER, SIGN, ATOM = range(1, 8)
LEVELS: Final = {
    **dict.fromkeys(COMPARISONS, COMPARISON),
    "&": JOINING,
    **dict.fromkeys("+-", ADDITION),
    **dict.fromkeys("*/", MULTIPLICATION),
    "^": POWER,
}
WHOLE: Final = 1e15  # up to this size whole numbers are exact and are written without an exponent


@dataclass(frozen=True, slots=True)
class Scope:
    """How a formula writes references and texts."""

    operand: Callable[[Reference], str]
    many: Callable[[Reference], bool] = lambda reference: False  # noqa: ARG005 - whether a reference is to several cells
    say: Callable[[str], str] = str  # translates a text or a template to the language of the workbook


class Expression:  # not an ABC, because isinstance is slow for ABCs and is called for every cell
    """A node of a formula: its text, its value and its operands."""

    __slots__ = ()
    level: ClassVar[int] = ATOM

    def excel(self, scope: Scope) -> str:
        """Text of the formula."""
        raise NotImplementedError

    def value(self, values: Values) -> CellValue:
        """Value, computed from the values of references."""
        raise NotImplementedError

    def parts(self) -> tuple["Expression", ...]:
        """Operands of this node."""
        return ()

    def within(self, scope: Scope, level: int) -> str:
        """Text as an operand: in parentheses if its precedence is below a level."""
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
        """Raise an error, because in `a < b < c` and `a and b` Python would silently drop an operand."""
        message = "an expression cannot be used as a condition in Python: use AND, OR, NOT and IF"
        raise TypeError(message)


Operand: TypeAlias = Expression | float | str | bool


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A constant number, text or flag."""

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
    """A constant text that is not translated."""

    of: str

    def excel(self, scope: Scope) -> str:  # noqa: ARG002 - nothing is translated
        return quoted(self.of)

    def value(self, values: Values) -> CellValue:  # noqa: ARG002 - it has one
        return self.of


@dataclass(frozen=True, slots=True)
class Operation(Expression):
    """A binary operation: arithmetic or comparison."""

    symbol: str
    left: Expression
    right: Expression

    @property
    def level(self) -> int:  # type: ignore[override]  # its operator's
        return LEVELS[self.symbol]

    def excel(self, scope: Scope) -> str:
        level = LEVELS[self.symbol]
        # Spreadsheets disagree on 2^3^2 and -2^2, so operands of a power are in parentheses unless they are atoms.
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
    """Concatenation of texts and of values as texts."""

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
    """Fill a template with the values of its parts."""
    return each(lambda *found: _text(template, found), *(part.value(values) for part in parts))


def _text(template: str, parts: tuple[CellValue, ...]) -> CellValue:
    error = next((part for part in parts if is_error(part)), None)
    if error is not None:
        return error
    texts = [part if isinstance(part, Text) else general(part) for part in parts]
    return Text.joined(template, *texts)


def expression(of: Operand) -> Expression:
    """Convert an operand to an expression: numbers, texts and flags become constants."""
    return of if isinstance(of, Expression) else Literal(of)


def concat(*parts: Operand) -> Joined:
    """Concatenation of texts and of values as texts."""
    flat: list[Expression] = []
    for part in map(expression, parts):
        flat += part.of if isinstance(part, Joined) else [part]
    return Joined(tuple(flat))


# --- writing constants ----------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A text as a string literal of a formula.

    Examples
    --------
    >>> quoted('the "ring" road')
    '"the ""ring"" road"'
    """
    return '"' + text.replace('"', '""') + '"'


def number_text(value: float) -> str:
    """A number as written in formulas, with all digits.

    Examples
    --------
    >>> number_text(365.0), number_text(0.005), number_text(1e-9)
    ('365', '0.005', '1E-09')
    """
    if value == int(value) and abs(value) < WHOLE:
        return str(int(value))
    return repr(float(value)).upper()
