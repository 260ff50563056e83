"""Address of a cell or a column of cells, and its text in a formula."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Address:
    """Address of a reference: a cell, or a list of cells that runs down or across."""

    sheet: str
    row: int
    column: int
    count: int = 1
    across: bool = False
    tail: int = 0  # spare cells that ranges include, so that rows can be inserted after the last item

    @property
    def many(self) -> bool:
        """Whether the address is a range of several cells."""
        return self.count + self.tail > 1

    def at(self, index: int) -> "Address":
        """The cell of one item."""
        step = (0, index) if self.across else (index, 0)
        return Address(self.sheet, self.row + step[0], self.column + step[1])

    def cell(self, index: int) -> str:
        """The cell of one item as text in a formula on the same sheet."""
        row, column = (self.row, self.column + index) if self.across else (self.row + index, self.column)
        return f"{letters(column)}{row}"

    def run(self, start: int, stop: int) -> "Address":
        """The cells of the items from start to stop, without stop."""
        tail = self.tail if stop == self.count else 0
        return replace(self.at(start), count=stop - start, across=self.across, tail=tail)

    def text(self, sheet: str, *, absolute: bool) -> str:
        """Text of the address in a formula on a sheet."""
        return self.to(self, sheet, absolute=absolute)

    def to(self, other: "Address", sheet: str, *, absolute: bool) -> str:
        """Block of cells from this address to the end of another."""
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


def area(top: int, left: int, bottom: int, right: int) -> str:
    """A range of cells without its sheet, by its rows and columns: C8:G12."""
    return f"{letters(left)}{top}:{letters(right)}{bottom}"


@lru_cache(maxsize=256)
def quoted(sheet: str) -> str:
    """Name of a sheet as formulas write it, in quotes where needed."""
    return sheet if re.fullmatch(r"[A-Za-z_]\w*", sheet, re.ASCII) else "'" + sheet.replace("'", "''") + "'"
