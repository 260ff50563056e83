"""What a worksheet's XML says of a cell: its stored value, and the formula that it shares with others."""

import re
from collections.abc import Sequence
from typing import Final

from workbooks.address import letters
from workbooks.opening.limits import PackageError
from workbooks.opening.package import shown
from workbooks.recalculation.worksheet import ErrorCode, Place, Value, place, unescaped

_MOVED: Final = re.compile(
    r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'!?|(?<![\w.])(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,6})(?![\w(.])', re.IGNORECASE
)


def stored_value(kind: str, text: str | None, texts: Sequence[str]) -> Value | None:
    """The value that a cell stores, None where it stores none; the texts are those that cells share.

    Raises
    ------
    PackageError
        If what it holds is no value of its kind.
    """
    if text is None:
        return None
    if kind in {"str", "inlineStr"}:
        return unescaped(text)
    try:
        match kind:
            case "s":
                return texts[int(text)]
            case "b":
                return text.strip() in {"1", "true"}
            case "e":
                return ErrorCode(text.strip())
            case _:
                return float(text) if text.strip() else None
    except (ValueError, IndexError):
        message = f"has a cell that holds {shown(text)!r}, which is no value"
        raise PackageError(message) from None


class SharedFormulas:
    """The formulas of a worksheet that are written once and stand in several cells."""

    def __init__(self) -> None:
        self._firsts: dict[str, tuple[Place, str]] = {}

    def text(self, at: Place, written: str, number: str) -> str:
        """The formula of a cell, from what is written in it and the number by which formulas are shared."""
        if number and written:
            self._firsts[number] = (at, written)
        elif number in self._firsts:
            (row, column), first = self._firsts[number]
            return shifted(first, at[0] - row, at[1] - column)
        return written


def shifted(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads when its cell is copied so many rows down and columns to the right.

    Examples
    --------
    >>> shifted('A1*$B$2&"A1"', 2, 1)
    'B3*$B$2&"A1"'
    """

    def moved(found: re.Match[str]) -> str:
        if not found[2]:
            return found[0]
        row, column = place(found[2].upper() + found[4])
        row, column = row if found[3] else row + rows, column if found[1] else column + columns
        return f"{found[1]}{letters(column)}{found[3]}{row}" if row > 0 and column > 0 else "#REF!"

    return _MOVED.sub(moved, formula)
