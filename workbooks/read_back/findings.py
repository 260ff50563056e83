"""Findings of reading a workbook back, each with its place."""

from dataclasses import dataclass

from workbooks.address import letters
from workbooks.case.shape import shown
from workbooks.read_back.identity import Place
from workbooks.recalculation.stored_cells import Stored
from workbooks.recalculation.worksheet import ErrorCode, Value


class ReadBackError(ValueError):
    """Inputs of a workbook cannot be used; the message has one line for each."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding at a cell, or "" for the whole workbook; an error is an input that cannot be used."""

    where: str
    message: str
    is_error: bool = False

    def __str__(self) -> str:
        """Text for a message."""
        return f"{self.where}: {self.message}" if self.where else self.message


def where(at: Place, label: object = "") -> str:
    """Description of a cell for messages: sheet, address and label.

    Examples
    --------
    >>> where(Place("Inputs", 12, 2), "Revenue")
    'Inputs!B12 (Revenue)'
    """
    text = f"{at.sheet}!{letters(at.column)}{at.row}"
    return f"{text} ({label})" if label else text


def no_number(cell: Stored, wanted: str) -> str:
    """Why a cell does not contain a usable number; "" where it does.

    Examples
    --------
    >>> no_number(Stored("1,146 m"), "a number in USD m")
    "'1,146 m' is a text: expected a number in USD m"
    """
    value = cell.value
    if value is None and cell.formula:
        return f"={cell.formula[:60]} is not computed: open the file in a spreadsheet program and save it"
    if value is None or value == "":
        return f"is blank: expected {wanted}"
    if isinstance(value, ErrorCode):
        return f"shows {value}: expected {wanted}"
    if isinstance(value, (str, bool)):
        kind = "a text" if isinstance(value, str) else "not a number"
        return f"{shown(value)} is {kind}: expected {wanted}"
    return ""


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two values are equal to the fifteen significant digits that spreadsheet programs store."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool):
        return one == other or f"{one:.15g}" == f"{other:.15g}"
    return one == other
