"""Where a cell or a column of cells stands, and how a formula writes it."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Address:
    """Where a reference stands: a cell, or the cells of a column that may run down or across."""

    sheet: str
    row: int
    column: int
    count: int = 1
    across: bool = False
    tail: int = 0  # cells behind the last item that ranges reach over, so that a list can grow before them

    @property
    def many(self) -> bool:
        """Whether a range stands here."""
        return self.count + self.tail > 1

    def at(self, index: int) -> "Address":
        """The cell of one item."""
        step = (0, index) if self.across else (index, 0)
        return Address(self.sheet, self.row + step[0], self.column + step[1])

    def cell(self, index: int) -> str:
        """The cell of one item as a formula on the same sheet writes it."""
        row, column = (self.row, self.column + index) if self.across else (self.row + index, self.column)
        return f"{letters(column)}{row}"

    def run(self, start: int, stop: int) -> "Address":
        """The cells of neighbouring items, without the last named."""
        tail = self.tail if stop == self.count else 0
        return replace(self.at(start), count=stop - start, across=self.across, tail=tail)

    def text(self, sheet: str, *, absolute: bool) -> str:
        """As a formula on a sheet writes it."""
        return self.to(self, sheet, absolute=absolute)

    def to(self, other: "Address", sheet: str, *, absolute: bool) -> str:
        """From here to the end of another address: a block of cells."""
        dollar = "$" if absolute else ""
        beyond = other.count + other.tail - 1
        row, column = (other.row, other.column + beyond) if other.across else (other.row + beyond, other.column)
        first = f"{dollar}{letters(self.column)}{dollar}{self.row}"
        last = f"{dollar}{letters(column)}{dollar}{row}" if beyond or other is not self else first
        where = "" if sheet == self.sheet else f"{quoted(self.sheet)}!"
        return where + (first if first == last else f"{first}:{last}")


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """A, B, … Z, AA for 1, 2, … 26, 27."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return sheet if re.fullmatch(r"[A-Za-z_]\w*", sheet, re.ASCII) else "'" + sheet.replace("'", "''") + "'"
