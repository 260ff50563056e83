"""What reading a workbook back finds that a person should know, each with its place."""

from dataclasses import dataclass

from workbooks.address import letters
from workbooks.case.shape import shown
from workbooks.recalculation.stored_cells import Stored
from workbooks.recalculation.worksheet import ErrorCode, Value
from workbooks.way_back.identity import Place


class ReadBackError(ValueError):
    """A workbook whose inputs cannot be used: the text has a line for each of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at a cell, or "" for the whole workbook; an error is an input that cannot be used."""

    where: str
    message: str
    is_error: bool = False

    def __str__(self) -> str:
        """As a line of a message."""
        return f"{self.where}: {self.message}" if self.where else self.message


def where(at: Place, label: object = "") -> str:
    """A cell as messages name it: its sheet, its address and what stands beside it.

    Examples
    --------
    >>> where(Place("Inputs", 12, 2), "Revenue")
    'Inputs!B12 (Revenue)'
    """
    text = f"{at.sheet}!{letters(at.column)}{at.row}"
    return f"{text} ({label})" if label else text


def no_number(cell: Stored, wanted: str) -> str:
    """Why a cell holds no number that can be used; "" where it does.

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
        kind = "a text" if isinstance(value, str) else "no number"
        return f"{shown(value)} is {kind}: expected {wanted}"
    return ""


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two values are the same to the fifteen figures that spreadsheet programs keep of a number."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool):
        return one == other or f"{one:.15g}" == f"{other:.15g}"
    return one == other
