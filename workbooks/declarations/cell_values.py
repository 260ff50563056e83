"""Spreadsheet semantics for cell contents: coercion, comparison, texts, ranges.

A value is the content of a cell (a number, a text, a flag, None where blank) or an array of contents, one for each row
of a table. `Cells` is a range: its last axis runs over the cells, an axis before it over the rows of a table. A NaN
carries the reason why there is no number: n.m., which cells show as a text, or an error.
"""

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.elementwise import elementwise
from valuation.kernel.errors import BLANK, NOT_A_NUMBER, NOT_MEANINGFUL, OUT_OF_RANGE, ZERO_DENOMINATOR, reason
from workbooks.declarations.words import ABSENT, NOT_GIVEN, NOT_KNOWN
from workbooks.declarations.words import NOT_MEANINGFUL as NOT_MEANINGFUL_TEXT

CellValue: TypeAlias = Any  # a number, a text, a flag, or an array of these

NO_VALUE: Final = {
    **dict.fromkeys((None, "", ABSENT, NOT_GIVEN, NOT_KNOWN), BLANK),
    NOT_MEANINGFUL_TEXT: NOT_MEANINGFUL,
}
FIRST_CELL_ERROR: Final = 20  # reasons from this number on are error values of cells
INTEGERS: Final = 1e15  # larger whole numbers are written with an exponent


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells of a range, or of one range per row."""

    values: NDArray[Any]

    @property
    def by_row(self) -> bool:
        """Whether there is one range per row of a table."""
        return self.values.ndim > 1


# --- one value ------------------------------------------------------------------------------------


def is_number(value: CellValue) -> bool:
    """Whether a value is a number; a flag is not."""
    return isinstance(value, (float, int)) and not isinstance(value, bool) and value == value  # noqa: PLR0124 - no NaN


def is_nan(value: CellValue) -> bool:
    """Whether a value is a NaN: n.m., or an error."""
    return isinstance(value, float) and value != value  # noqa: PLR0124 - NaN alone differs from itself


def is_error(value: CellValue) -> bool:
    """Whether a cell shows an error for a value; n.m. is a text, not an error."""
    return is_nan(value) and not _is_not_meaningful(value)


def as_cell(value: CellValue) -> CellValue:
    """Cell content for a value: the text n.m. for the NaN that represents it."""
    return NOT_MEANINGFUL_TEXT if is_nan(value) and _is_not_meaningful(value) else value


def _is_not_meaningful(value: float) -> bool:
    why = reason(value)
    return why is not None and why.excel == "#N/A" and why.number < FIRST_CELL_ERROR


def number(value: CellValue) -> float:
    """A value as an operand of arithmetic: a flag is 1 or 0, a text or a blank is a NaN with its reason."""
    if isinstance(value, float):
        return value
    if value is None or isinstance(value, str):
        return NO_VALUE.get(value, NOT_A_NUMBER)
    return float(value)


def general(value: CellValue) -> str:
    """A value as text, as `&` writes it: a number with up to fifteen significant digits, a flag as TRUE or FALSE.

    Examples
    --------
    >>> general(3.0), general(0.1 + 0.2), general(True), general(None)
    ('3', '0.3', 'TRUE', '')
    """
    value = as_cell(value)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if value == int(value) and abs(value) < INTEGERS:
        return str(int(value))
    return f"{value:.15g}".replace("e", "E")


def compare(symbol: str, left: CellValue, right: CellValue) -> CellValue:
    """Compare as spreadsheets do: texts without regard to case; numbers before texts, texts before flags."""
    left, right = as_cell(left), as_cell(right)
    for side in (left, right):
        if is_nan(side):
            return side
    return COMPARISONS[symbol](_key(left, right), _key(right, left))


COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _key(value: CellValue, other: CellValue) -> tuple[int, Any]:
    if value is None:  # a blank cell equals 0, "" or FALSE, depending on the other value
        value = "" if isinstance(other, str) else False if isinstance(other, (bool, np.bool_)) else 0.0
    if isinstance(value, str):
        return 1, value.casefold()
    return (2, bool(value)) if isinstance(value, (bool, np.bool_)) else (0, value)


def flag(value: CellValue) -> CellValue:
    """A value as a condition: a number is true unless it is 0; a text is an error."""
    value = as_cell(value)
    if is_nan(value):
        return value
    return NOT_A_NUMBER if isinstance(value, str) else bool(value)


# --- every element --------------------------------------------------------------------------------


def each(function: Callable[..., CellValue], *operands: CellValue) -> CellValue:
    """Apply a function of single values to every element of operands that are arrays or ranges."""
    for operand in operands:
        if isinstance(operand, (np.ndarray, Cells)):
            break
    else:
        return function(*operands)
    ranges = any(isinstance(operand, Cells) for operand in operands)
    found = tidy(np.asarray(elementwise(function, *(_aligned(o, ranges) for o in operands))))
    return Cells(found) if ranges else found


def _aligned(operand: CellValue, ranges: bool) -> CellValue:  # noqa: FBT001 - one of two shapes
    if isinstance(operand, Cells):
        return operand.values
    if isinstance(operand, np.ndarray):
        return operand[..., np.newaxis] if ranges else operand
    return operand


def tidy(values: NDArray[Any]) -> NDArray[Any]:
    """Convert an array of objects to numbers or flags where all elements are."""
    if values.dtype != object:
        return values
    kinds = set(map(type, values.ravel().tolist()))
    if kinds <= {float, int}:
        return values.astype(float)
    return values.astype(bool) if kinds == {bool} else values


def arithmetic(symbol: str, left: CellValue, right: CellValue) -> CellValue:
    """A sum, difference, product, quotient or power; a quotient of zero is a NaN with its reason."""
    if symbol != "^" and _plain(left) and _plain(right) and not (is_number(left) and is_number(right)):
        with np.errstate(all="ignore"):
            found = ARITHMETIC[symbol](left, right)
        return np.where(np.equal(right, 0), ZERO_DENOMINATOR, found) if symbol == "/" else found
    return each(lambda a, b: _calculated(symbol, number(a), number(b)), left, right)


ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": np.divide,
    "^": np.power,
}


def _plain(value: CellValue) -> bool:
    """Whether numpy can calculate with the value directly: a number, or an array of numbers."""
    return is_number(value) or (isinstance(value, np.ndarray) and value.dtype == float)


def _calculated(symbol: str, left: float, right: float) -> float:
    if is_nan(left) or is_nan(right):
        return left if is_nan(left) else right
    if symbol == "/":
        return left / right if right else ZERO_DENOMINATOR
    if symbol == "^":
        return _power(left, right)
    return float(ARITHMETIC[symbol](left, right))


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent <= 0:
        return ZERO_DENOMINATOR if exponent else OUT_OF_RANGE
    try:
        return math.pow(base, exponent)
    except (ValueError, OverflowError):
        return OUT_OF_RANGE


# --- ranges ---------------------------------------------------------------------------------------


def over(function: Callable[[list[CellValue]], CellValue], *operands: CellValue) -> CellValue:
    """Apply a function to the cells of all operands: once, or once per row where they differ by row."""
    rows = _rows(*operands)
    if rows is None:
        return function([cell for operand in operands for cell in _cells(operand, None)])
    found = [function([cell for operand in operands for cell in _cells(operand, row)]) for row in range(rows)]
    return tidy(_objects(found))


def lookup(function: Callable[..., CellValue], cells: CellValue, *operands: CellValue) -> CellValue:
    """Apply a function to the cells of a range and to single values: once, or once per row."""
    rows = _rows(cells, *operands)
    if rows is None:
        return function(_cells(cells, None), *operands)
    found = [function(_cells(cells, row), *(_cells(o, row)[0] for o in operands)) for row in range(rows)]
    return tidy(_objects(found))


def cells_of(operand: CellValue) -> list[CellValue]:
    """The cells of a range; for a single value, a list with that value."""
    return _cells(operand, None)


def _objects(values: Sequence[CellValue]) -> NDArray[Any]:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _rows(*operands: CellValue) -> int | None:
    for operand in operands:
        if isinstance(operand, Cells) and operand.by_row:
            return len(operand.values)
        if isinstance(operand, np.ndarray):
            return len(operand)
    return None


def _cells(operand: CellValue, row: int | None) -> list[CellValue]:
    if isinstance(operand, Cells):
        values = operand.values[row] if operand.by_row and row is not None else operand.values
        cells: list[CellValue] = values.ravel().tolist()
        return cells
    if isinstance(operand, np.ndarray):
        return [operand[row].item() if isinstance(operand[row], np.generic) else operand[row]]
    return [operand]
