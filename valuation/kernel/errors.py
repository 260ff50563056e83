"""Errors: a tree of exceptions for whole calls, and a table of reasons for single elements without a value.

A failure of the whole call (shapes that differ, an unknown choice, text where a number belongs) raises::

    ValuationError            #VALUE!  the base class: argument, row and what is wrong
    ├── NotANumberError       #VALUE!  text, a boolean or a date where a number belongs
    ├── ShapeError            #VALUE!  vectors or ranges whose sizes do not fit
    ├── ChoiceError           #VALUE!  a word that is not one of the choices
    ├── MissingError          #N/A     a required value is blank
    ├── UnitError             #N/A     an unknown unit or currency
    ├── RangeError            #NUM!    a number outside what the method allows
    └── CellError             as read  an error value in an input cell

A single element without a value (a loss-making peer, a zero denominator, an error cell inside a range) is a NaN with
its reason in the payload of the float. numpy arithmetic keeps payloads, so the other elements are unaffected and
`reason` can tell later why the element has no value. Some numpy functions lose payloads: `sort`, and `min` and `max` of
more than eight numbers; use `argsort`, `argmin` and `argmax` and index with them. And NaN⁰ and 1ᴺᵃᴺ are 1 in `**`.
"""

import struct
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MESSAGE_LIMIT: Final = 255  # fits into a cell comment, the function wizard and a VBA string


class ValuationError(ValueError):
    """Base class of errors; `excel` is the error value that a cell shows."""

    excel = "#VALUE!"

    def __init__(self, message: str, argument: str = "", row: int | None = None) -> None:
        where = argument if row is None else f"{argument} row {row}".strip()
        text = f"{where}: {message}" if where else message
        super().__init__(text if len(text) <= MESSAGE_LIMIT else text[: MESSAGE_LIMIT - 1] + "…")
        self.argument = argument
        self.row = row


class NotANumberError(ValuationError):
    """Text, a boolean or a date where a number belongs."""


class ShapeError(ValuationError):
    """Vectors or ranges whose sizes do not fit together."""


class ChoiceError(ValuationError):
    """A word that is not one of the choices."""


class MissingError(ValuationError):
    """A required value is blank."""

    excel = "#N/A"


class UnitError(ValuationError):
    """An unknown unit or currency, or two that cannot be converted."""

    excel = "#N/A"


class RangeError(ValuationError):
    """A number outside what the method allows."""

    excel = "#NUM!"


class CellError(ValuationError):
    """An error value from a cell, which is returned unchanged."""

    def __init__(self, excel: str, message: str = "", argument: str = "", row: int | None = None) -> None:
        super().__init__(message or f"{excel} in the input", argument, row)
        self.excel = excel


class Reason(NamedTuple):
    """Why an element has no value: the number stored in the NaN payload, the Excel error, the message."""

    number: int
    excel: str
    message: str

    @property
    def nan(self) -> float:
        """The NaN that carries this reason."""
        return _nan(self.number << 32 | _LIBREOFFICE.get(self.excel, _LIBREOFFICE["#VALUE!"]))


# LibreOffice reads the low 32 bits of a NaN as its error code, so they hold the code that makes a cell show the right
# error; the number of the reason is in the bits above.
_LIBREOFFICE: Final = {
    "#NULL!": 521,
    "#DIV/0!": 532,
    "#VALUE!": 519,
    "#REF!": 524,
    "#NAME?": 525,
    "#NUM!": 503,
    "#N/A": 32767,
}
_QUIET_NAN: Final = 0x7FF8 << 48
_NUMBER: Final = (1 << 19) - 1  # bits of the upper half: all but the sign and those that make a quiet NaN


@cache
def _nan(payload: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | payload))[0]
    return value


_TABLE: Final = (
    Reason(1, "#N/A", "n.m.: the metric is zero or negative"),
    Reason(2, "#DIV/0!", "the denominator is zero"),
    Reason(3, "#NUM!", "the result is too large for a number"),
    Reason(4, "#N/A", "a required cell is blank"),
    Reason(5, "#N/A", "no peers are left"),
    Reason(6, "#VALUE!", "not a number"),
    Reason(7, "#NUM!", "outside the range in which the method is valid"),
    Reason(8, "#NUM!", "no solution was found"),
    Reason(9, "#N/A", "no exchange rate is given"),
    # Error values of input cells, which are passed on unchanged.
    Reason(20, "#NULL!", "#NULL! in the input"),
    Reason(21, "#DIV/0!", "#DIV/0! in the input"),
    Reason(22, "#VALUE!", "#VALUE! in the input"),
    Reason(23, "#REF!", "#REF! in the input"),
    Reason(24, "#NAME?", "#NAME? in the input"),
    Reason(25, "#NUM!", "#NUM! in the input"),
    Reason(26, "#N/A", "#N/A in the input"),
    Reason(27, "#GETTING_DATA", "#GETTING_DATA in the input"),
    Reason(28, "#SPILL!", "#SPILL! in the input"),
    Reason(29, "#CONNECT!", "#CONNECT! in the input"),
    Reason(30, "#BLOCKED!", "#BLOCKED! in the input"),
    Reason(31, "#UNKNOWN!", "#UNKNOWN! in the input"),
    Reason(32, "#FIELD!", "#FIELD! in the input"),
    Reason(33, "#CALC!", "#CALC! in the input"),
)
REASONS: Final = {entry.number: entry for entry in _TABLE}

NOT_MEANINGFUL: Final = REASONS[1].nan
ZERO_DENOMINATOR: Final = REASONS[2].nan
OVERFLOW: Final = REASONS[3].nan
BLANK: Final = REASONS[4].nan
NO_PEERS: Final = REASONS[5].nan
NOT_A_NUMBER: Final = REASONS[6].nan
OUT_OF_RANGE: Final = REASONS[7].nan
NO_SOLUTION: Final = REASONS[8].nan
NO_EXCHANGE_RATE: Final = REASONS[9].nan

CELL_ERRORS: Final = {entry.excel: entry.nan for entry in _TABLE if entry.number >= 20}  # noqa: PLR2004 - the table's second half
UNEXPLAINED: Final = Reason(0, "#NUM!", "the calculation gave no number")


FIRST_OF_ARGUMENTS: Final = 1000
_OF_ARGUMENTS: Final[dict[int, Reason]] = {}  # reasons created at run time, since each names an argument


@cache
def out_of_range(message: str) -> Reason:
    """Reason for an element outside the range of its argument; the message names the argument and the range."""
    number = FIRST_OF_ARGUMENTS + len(_OF_ARGUMENTS)
    _OF_ARGUMENTS[number] = Reason(number, "#NUM!", message)
    return _OF_ARGUMENTS[number]


def above_minus_one(argument: str) -> float:
    """NaN for a rate of −1 or less, at which nothing would be left after a year."""
    return out_of_range(f"{argument} must be above -1; write 8 % a year as 0.08").nan


@cache
def blank_cell(argument: str) -> Reason:
    """Reason for a blank element of an argument."""
    number = FIRST_OF_ARGUMENTS + len(_OF_ARGUMENTS)
    _OF_ARGUMENTS[number] = Reason(number, "#N/A", f"{argument}: a required cell is blank")
    return _OF_ARGUMENTS[number]


def reason(value: float) -> Reason | None:
    """Why a value is not a number; None for a finite number.

    Examples
    --------
    >>> from valuation.multiples import multiple
    >>> reason(multiple(100, -5)).excel
    '#N/A'
    >>> reason(1.0) is None
    True
    """
    if value - value == 0:
        return None
    if value in (float("inf"), float("-inf")):
        return REASONS[3]
    bits: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    number = bits >> 32 & _NUMBER
    return REASONS.get(number) or _OF_ARGUMENTS.get(number, UNEXPLAINED)


def reason_numbers(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The number of the reason of every element; 0 where it is a number, or a NaN without a known reason."""
    numbers = np.ascontiguousarray(values).view(np.int64) >> 32 & _NUMBER
    return np.where(np.isnan(values), numbers, 0)
