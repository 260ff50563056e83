"""What is read from a file of peers, and what the user says of the file."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from workbooks.address import letters


class TableError(ValueError):
    """A file from which no table of peers can be read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A file, and the sheet of it; "" where a file has no sheets."""

    file: str
    sheet: str

    def place(self, row: int, column: int | None = None) -> str:
        """Where a cell or a row stands, in words; both are counted from 0.

        Examples
        --------
        >>> Origin("peers.xlsx", "Data").place(6, 2)
        'peers.xlsx, sheet Data, cell C7'
        """
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        at = f"row {row + 1}" if column is None else f"cell {letters(column + 1)}{row + 1}"
        return f"{self.file}{sheet}, {at}"


class Column(NamedTuple):
    """What figures of one column have in common, so that hundreds of thousands of them hold it once."""

    unit: str  # of a case: 亿元, USD m, ×, rate
    period: str  # 2024E, LTM, …; "" where the heading says none
    dated: str  # the day that a row or a note gives, as 2024-06-30; "" where none does
    heading: str  # as it stands in the file
    origin: Origin
    column: int


class Found(NamedTuple):
    """One figure of a peer: as it stands in the file, in the unit of its column, and its row."""

    value: float
    row: int
    of: Column

    @property
    def unit(self) -> str:
        """The unit of a case that it is counted in."""
        return self.of.unit

    @property
    def place(self) -> str:
        """The cell, in words."""
        return self.of.origin.place(self.row, self.of.column)

    @property
    def as_of(self) -> str:
        """The period, else the day."""
        return self.of.period or self.of.dated


class Figures(Mapping[tuple[str, str], Found]):
    """Figures by what they are and their periods: half the size of a dictionary, as peers share the keys."""

    __slots__ = ("_found", "_keys")

    def __init__(self, keys: tuple[tuple[str, str], ...], found: tuple[Found, ...]) -> None:
        self._keys, self._found = keys, found

    def __getitem__(self, key: tuple[str, str]) -> Found:
        """The figure of a key."""
        if key not in self._keys:
            raise KeyError(key)
        return self._found[self._keys.index(key)]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The keys, in the order of the columns."""
        return iter(self._keys)

    def __len__(self) -> int:
        """How many figures there are."""
        return len(self._keys)


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer and its figures.

    Attributes
    ----------
    by_period
        Every figure, by what it is and its period: `("pe", "2024E")`.
    usable
        What a case has a field for and has one figure of: in one period only, or in the chosen column.
    """

    name: str
    ticker: str
    origin: Origin
    row: int
    group: str
    by_period: Mapping[tuple[str, str], Found]
    usable: Container[str] = ()

    @property
    def place(self) -> str:
        """The row, in words."""
        return self.origin.place(self.row)

    @property
    def figures(self) -> dict[str, Found]:
        """The figures that a case takes."""
        return {what: found for (what, _), found in self.by_period.items() if what in self.usable}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What did not become a figure, or needs attention: where it stands, and why."""

    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class PeersTable:
    """What a file says of peers; `publisher` where it names one; `partial` where only a preview was read.

    Attributes
    ----------
    choices
        Figures that stand in several periods, and the headings of their columns.
    """

    file: str
    peers: tuple[Peer, ...]
    unplaced: tuple[Unplaced, ...]
    publisher: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of a file.

    Attributes
    ----------
    sheet
        The sheet to read; all visible ones if "".
    unit
        What amounts are counted in where the file does not say.
    columns
        Which heading holds which figure, or the name, ticker, group or currency of peers. An empty heading: none does.
    decimal
        The decimal mark, "." or ","; "" where the file shows it.
    encoding
        The encoding of a text file; "" where the file shows it.
    most
        As many peers as are read; 0 for all.
    """

    sheet: str = ""
    unit: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    encoding: str = ""
    most: int = 0
