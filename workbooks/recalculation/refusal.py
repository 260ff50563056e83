"""Error that lists the cells which prevent a recalculation."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from workbooks.address import letters, quoted

At: TypeAlias = tuple[str, tuple[int, int]]  # a cell: its sheet, and its row and column from 1

SHOWN: Final = 10  # problems listed in a message
LONGEST: Final = 300  # characters shown of a problem


class EngineError(ValueError):
    """The workbook cannot be recalculated; the message names the cells."""


def cell_name(at: At) -> str:
    """Address of a cell with its sheet.

    Examples
    --------
    >>> cell_name(("T x", (3, 28)))
    "'T x'!AB3"
    """
    sheet, (row, column) = at
    return f"{quoted(sheet)}!{letters(column)}{row}"


def refuse(problems: Iterable[str], advice: str = "") -> None:
    """Raise an error that lists problems, if there are any.

    Raises
    ------
    EngineError
        If there is a problem. The message lists the first ten, one a line, and the advice after them.
    """
    found = list(dict.fromkeys(problems))
    if found:
        more = [f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        lines = [line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in found[:SHOWN]]
        raise EngineError("\n".join([*lines, *more, *filter(None, [advice])]))
