"""Conversion of cells to arguments and of results to cells.

A host passes each argument as one cell or as a range (rows of cells). A cell is a number, a text, a boolean, a date, an
error, or None or "" where it is blank. Results have the same types.

=============== ============================== ==================================================
cell            where one number belongs       inside a range of numbers
=============== ============================== ==================================================
number          itself                         itself
text            what `parse_number` reads,     the same; other texts are #VALUE! in that
                else refused with #VALUE!      cell; in a vector refused with the row
boolean, date   refused with #VALUE!           as a text that is not a number
blank           the default, else #N/A         #N/A in that cell; in a vector refused with
                                               the row, or an absent peer
error           passed on unchanged            passed on unchanged in that cell
NaN, infinity   #NUM!                          #NUM! in that cell
=============== ============================== ==================================================

`addin.arguments` uses this module to read the arguments of a function by kind.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from math import isfinite
from numbers import Real
from typing import Any, Final, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.amount_text import AmountText, read_amount
from valuation.kernel.errors import (
    BLANK,
    CELL_ERRORS,
    NOT_A_NUMBER,
    CellError,
    MissingError,
    NotANumberError,
    ShapeError,
    reason,
)
from valuation.kernel.units import Kind

ErrorCell: TypeAlias = Callable[[str, str], object]  # converts the code and message of an error to a cell of the host

# Excel's automation passes an error as 0x800A0000 plus the argument of CVErr, and a left-out argument as
# DISP_E_PARAMNOTFOUND. It passes numbers as floats, never as integers.
_ERROR_INTEGERS: Final = {
    number - 2146828288: error
    for number, error in {
        2000: "#NULL!",
        2007: "#DIV/0!",
        2015: "#VALUE!",
        2023: "#REF!",
        2029: "#NAME?",
        2036: "#NUM!",
        2042: "#N/A",
        2043: "#GETTING_DATA",
        2045: "#SPILL!",
        2046: "#CONNECT!",
        2047: "#BLOCKED!",
        2048: "#UNKNOWN!",
        2049: "#FIELD!",
        2050: "#CALC!",
    }.items()
}
_ALL_ERROR_INTEGERS: Final = range(-2146826999, -2146825999)  # may be followed by other text of Excel
_OMITTED: Final = -2147352572

ANY_NUMBER: Final = Kind("number", "number")
_MONEY: Final = frozenset({"money", "money per user", "money per share"})
_COUNTS: Final = frozenset({"count", "shares"})
_TIMES: Final = frozenset({"x", "X", "×", "倍"})
_PLAIN_AMOUNT: Final = AmountText("0", 0, "", scaled=False)
_FOUND: Final = {"%": "a percentage", "×": "a multiple"}
_TAKES: Final = {
    "money": "an amount of money",
    "×": "a multiple such as 12.5",
    "fraction": "a fraction such as 0.25 or 25%",
    "years": "a number of years",
    "months": "a number of months",
    "count": "a count",
    "shares": "a number of shares",
    "exchange rate": "an exchange rate",
    "score": "a score",
}


@dataclass(slots=True)
class Range:
    """A range of at least two cells, row by row."""

    cells: list[object]
    width: int
    filled: int  # number of cells up to the last non-blank one

    @property
    def size(self) -> str:
        """Rows × columns."""
        return f"{len(self.cells) // self.width}×{self.width}"

    def rows(self) -> list[list[object]]:
        """Its rows of cells."""
        return [self.cells[start : start + self.width] for start in range(0, len(self.cells), self.width)]

    def row_of(self, position: int) -> int:
        """Row of a cell; in a range of one row, its position."""
        return position // self.width + 1 if len(self.cells) > self.width else position + 1


def as_range(name: str, value: object) -> object:
    """Convert a host's value to a `Range`, or to a single cell."""
    if not isinstance(value, (list, tuple)):
        return value
    rows = value if value and isinstance(value[0], (list, tuple)) else [value]
    width = len(rows[0])
    if len(rows) > 1 and set(map(len, rows)) != {width}:
        number, row = next((number, row) for number, row in enumerate(rows, start=1) if len(row) != width)
        message = f"has {len(row)} cells where row 1 has {width}"
        raise ShapeError(message, name, number)
    cells = list(chain.from_iterable(rows))
    if len(cells) == 1:
        return "" if cells[0] is None else cells[0]
    if not cells:
        message = "is an empty range"
        raise MissingError(message, name)
    filled = len(cells)
    while filled and (cells[filled - 1] is None or cells[filled - 1] == ""):
        filled -= 1
    return Range(cells, width, filled)


def is_blank(cell: object) -> bool:
    """Whether a cell is empty."""
    return cell is None or (isinstance(cell, str) and not cell)


def is_left_out(value: object) -> bool:
    """Whether the argument is left out: there is no value at all, while an empty cell is a range of one cell."""
    return value is None or (type(value) is int and value == _OMITTED)


def error_in(cell: object) -> tuple[str, str] | None:
    """Code and message of the error in a cell: one of our error texts, an integer or a NaN.

    Examples
    --------
    >>> error_in("#N/A multiples row 3: is blank"), error_in(-2146826243), error_in("# of users")
    (('#N/A', 'multiples row 3: is blank'), ('#SPILL!', ''), None)
    """
    if isinstance(cell, str):
        code, _, message = cell.strip().partition(" ") if "#" in cell else ("", "", "")
        return (code, message.strip()) if code in CELL_ERRORS else None
    if type(cell) is int and cell in _ALL_ERROR_INTEGERS:
        return _ERROR_INTEGERS.get(cell, "#VALUE!"), ""
    if isinstance(cell, float) and not isfinite(cell):
        return "#NUM!", ""
    return None


def error_text(code: str, message: str) -> str:
    """Text for an error in a cell: its code and message; `error_in` parses it.

    Examples
    --------
    >>> error_text("#N/A", "a required cell is blank"), error_text("#REF!", "#REF! in the input")
    ('#N/A a required cell is blank', '#REF! in the input')
    """
    return message if message.startswith(code) else f"{code} {message}"


def pass_on(name: str, row: int | None, cell: object) -> None:
    """Raise the error in a cell unchanged."""
    error = error_in(cell)
    if error is not None:
        code, message = error
        raise CellError(code, message) if message else CellError(code, "", name, row)


def text(cell: object) -> str:
    """A cell as text: TRUE for a flag, 2017 for 2017.0."""
    if is_blank(cell):
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"{cell:.15g}" if isinstance(cell, float) and cell.is_integer() else str(cell)


def text_in_place(cell: object) -> str | float:
    """The text in a cell, or a NaN with the reason where there is none."""
    error = error_in(cell)
    if error is not None:
        return CELL_ERRORS[error[0]]
    return BLANK if is_blank(cell) else text(cell)


def number(cell: object, kind: Kind = ANY_NUMBER) -> float:
    """The number in a cell, or a NaN with the reason where there is none."""
    if is_blank(cell):
        return BLANK
    error = error_in(cell)
    if error is not None:
        return CELL_ERRORS[error[0]]
    try:
        if isinstance(cell, str):
            amount = _amount(cell, kind)
            return NOT_A_NUMBER if misfit(amount, kind) else amount.value
        # Excel passes a number with a currency format as a Decimal.
        return float(cell) if isinstance(cell, (Real, Decimal)) and not isinstance(cell, bool) else NOT_A_NUMBER
    except NotANumberError:
        return NOT_A_NUMBER
    except OverflowError:
        return CELL_ERRORS["#NUM!"]


def misfit(amount: AmountText, kind: Kind) -> str:
    """Why the unit of an amount does not fit an argument of this kind; "" where it fits."""
    unit, counted = kind.unit, amount.counted
    if unit == "number":
        return ""
    if unit in _MONEY:
        wrong = bool(counted) and not amount.currency
    elif unit in _COUNTS:
        wrong = counted == "%" or bool(amount.currency)
    else:
        wrong = amount.scaled or (bool(counted) and counted != {"fraction": "%", "×": "×"}.get(unit))
    if not wrong:
        return ""
    found = _FOUND.get(counted, "an amount of money" if amount.currency else "a count")
    return f"is {found if counted or not amount.scaled else 'an amount'}, and {_TAKES.get(unit, unit)} belongs here"


def _amount(cell: str, kind: Kind) -> AmountText:
    """Parse an amount; for a multiple, 12.5x is accepted."""
    if kind.unit == "×" and cell.strip()[-1:] in _TIMES:
        return read_amount(cell.strip()[:-1])._replace(counted="×")
    return read_amount(cell)


def currency_of(cell: object) -> str:
    """Code of the currency in a cell; "" where there is none."""
    return _read(cell).currency


def names_unit(cell: object) -> bool:
    """Whether the text of a cell contains a unit."""
    amount = _read(cell)
    return amount.scaled or bool(amount.currency)


def _read(cell: object) -> AmountText:
    if isinstance(cell, str):
        with suppress(NotANumberError):
            return read_amount(cell)
    return _PLAIN_AMOUNT


def numbers(cells: Sequence[object], kind: Kind = ANY_NUMBER) -> NDArray[np.float64]:
    """The numbers in many cells."""
    if set(map(type, cells)) != {float}:
        return np.array([number(cell, kind) for cell in cells], np.float64)
    array = np.fromiter(cells, np.float64, len(cells))
    if isfinite(sum(array.tolist())):  # fastest check for a few cells; on overflow the slower one decides
        return array
    return np.where(np.isfinite(array), array, CELL_ERRORS["#NUM!"])


def refuse(name: str, row: int | None, cell: object, kind: Kind = ANY_NUMBER) -> NoReturn:
    """Raise an error that says why a cell is not a number."""
    pass_on(name, row, cell)
    if is_blank(cell):
        message = "is blank"
        raise MissingError(message, name, row)
    if isinstance(cell, str):
        why = ""
        with suppress(NotANumberError):
            why = misfit(_amount(cell, kind), kind)
        if why:
            message = f"{cell!r} {why}"
            raise NotANumberError(message, name, row)
    what = f"{text(cell)!r} is" if isinstance(cell, str) else f"{text(cell)} is"
    message = f"{what} a date, not a number" if isinstance(cell, dt.date) else f"{what} not a number"
    raise NotANumberError(message, name, row)


def result(value: object, error: ErrorCell, width: int | None = None) -> object:
    """Convert a result to cells for a host: a value or rows of values, never a NaN, an infinity or None.

    Parameters
    ----------
    value : object
        Result of a function of the catalogue.
    error : callable
        The host's rendering of an error's code and message.
    width : count
        Cells per row for a vector; a single row if left out.

    Returns
    -------
    cell or rows
        Floats, texts, booleans, dates; "" for empty cells of a table; the result of `error` where there is no number.

    Raises
    ------
    ShapeError
        If an array has more than two dimensions.
    """
    if isinstance(value, np.ndarray):
        return _laid_out(value, error, width)
    if isinstance(value, list):
        return [[_shown(cell, error) for cell in row] for row in value]
    return _shown(value, error)


def _laid_out(array: NDArray[Any], error: ErrorCell, width: int | None) -> object:
    if array.ndim == 3 and array.shape[1] == 1:  # noqa: PLR2004 - a column of cases, a row of results each
        array = array[:, 0, :]
    if array.ndim > 2:  # noqa: PLR2004 - rows and columns
        size = "×".join(map(str, array.shape))
        message = f"{size} results do not fit on a sheet: give the cases as a column, each then has a row of results"
        raise ShapeError(message)
    if array.ndim < 2:  # noqa: PLR2004 - a row, or one cell
        cells = [_shown(cell, error) for cell in array.ravel().tolist()]
        width = width or len(cells)
        cells += [""] * (-len(cells) % width)
        return [cells[start : start + width] for start in range(0, len(cells), width)]
    if array.dtype.kind == "f" and np.isfinite(array).all():
        return array.tolist()
    return [[_shown(cell, error) for cell in row] for row in array.tolist()]


def _shown(value: object, error: ErrorCell) -> object:
    if value is None:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float, np.number)):
        plain = float(value)
        why = reason(plain)
        return plain if why is None else error(why.excel, why.message)
    return str(value) if isinstance(value, str) else value
