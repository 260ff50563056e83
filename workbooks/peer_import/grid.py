"""The cells of one sheet as displayed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from workbooks.peer_import.records import Origin


class Percentage(NamedTuple):
    """A number displayed with a percent sign: 0.05 is shown as 5%."""

    fraction: float


class Uncomputed(NamedTuple):
    """A formula without a stored value."""

    formula: str


Content: TypeAlias = str | float | bool | dt.date | Percentage | Uncomputed | None
Merge: TypeAlias = tuple[int, int, int, int]  # first row, first column, last row, last column, counted from 0
_GIVEN_UP: Final = (None,)
TALL: Final = 2000  # largest height of a merged area whose value is used; taller ones are only decoration


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, from its first row and column.

    Attributes
    ----------
    rows
        The contents of each row; rows may differ in length.
    filled
        Whether merged areas are known. In a text file they are not, so a label may apply to several columns.
    cut
        Whether more rows follow that were not read.
    """

    origin: Origin
    rows: list[Sequence[Content]]
    merges: Sequence[Merge] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    separator: str = ""
    filled: bool = False
    cut: bool = False

    def at(self, row: int, column: int) -> Content:
        """The content of a cell; None beyond the last."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def give_up(self, row: int) -> None:
        """Forget what stands in a row, unless it is blank."""
        if row >= 0 and self.rows[row]:
            self.rows[row] = _GIVEN_UP

    def place(self, row: int, column: int | None = None) -> str:
        """Location of a cell or a row, for messages."""
        return self.origin.place(row, column)

    def text(self, row: int, column: int) -> str:
        """The content of a cell as text; for a cell in a merged area, the content of the area."""
        content = self.at(row, column)
        if content is None and self._areas:
            for top, left, bottom, right in self._areas:
                if top <= row <= bottom and left <= column <= right:
                    content = self.at(top, left)
                    break
        return shown(content)

    @cached_property
    def _areas(self) -> list[Merge]:
        return [area for area in self.merges if area[2] - area[0] < TALL]


def shown(content: Content) -> str:
    r"""A content as text, with whitespace collapsed.

    Examples
    --------
    >>> shown(3.0), shown("EV /\n EBITDA"), shown(dt.datetime(2024, 6, 30)), shown(None)
    ('3', 'EV / EBITDA', '2024-06-30', '')
    """
    if isinstance(content, str):
        return " ".join(content.split())
    if content is None:
        return ""
    if isinstance(content, float):
        return f"{content:.15g}"
    if isinstance(content, Percentage):
        return f"{content.fraction * 100:.13g}%"
    if isinstance(content, Uncomputed):
        return content.formula
    return str(content.date() if isinstance(content, dt.datetime) else content)
