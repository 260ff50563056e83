"""Records for peers read from a file, and for the user's options."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from workbooks.address import letters


class TableError(ValueError):
    """No table of peers can be read from the file."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A file and a sheet; "" for a file without sheets."""

    file: str
    sheet: str

    def place(self, row: int, column: int | None = None) -> str:
        """Location of a cell or a row, for messages; both are counted from 0.

        Examples
        --------
        >>> Origin("peers.xlsx", "Data").place(6, 2)
        'peers.xlsx, sheet Data, cell C7'
        """
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        at = f"row {row + 1}" if column is None else f"cell {letters(column + 1)}{row + 1}"
        return f"{self.file}{sheet}, {at}"


class Column(NamedTuple):
    """Data shared by all figures of a column; stored once to save memory with hundreds of thousands of figures."""

    unit: str  # as in a case: 亿元, USD m, ×, rate
    period: str  # 2024E, LTM, …; "" where the heading has none
    dated: str  # date given by a row or a note, as 2024-06-30; "" where there is none
    heading: str  # as written in the file
    origin: Origin
    column: int


class Found(NamedTuple):
    """One figure of a peer: its value in the unit of its column, and its row."""

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
        """The period, else the date."""
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
        All figures, by name and period: `("pe", "2024E")`.
    usable
        Figures that can be used in a case: a case has a field for them, and they have one period or a chosen column.
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
        """Location of the row, for messages."""
        return self.origin.place(self.row)

    @property
    def figures(self) -> dict[str, Found]:
        """The figures that are used in a case."""
        return {what: found for (what, _), found in self.by_period.items() if what in self.usable}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Content that was not used, or needs attention: its location, and the reason."""

    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class PeersTable:
    """Peers of a file; `publisher` where it names one; `partial` where only a preview was read.

    Attributes
    ----------
    choices
        Figures with several periods, and the headings of their columns.
    """

    file: str
    peers: tuple[Peer, ...]
    unplaced: tuple[Unplaced, ...]
    publisher: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """The user's options for a file.

    Attributes
    ----------
    sheet
        The sheet to read; "" for all visible sheets.
    unit
        Unit of amounts where the file does not give one.
    columns
        Heading for each figure, or for the name, ticker, group or currency of peers; "" for no column.
    decimal
        The decimal mark, "." or ","; "" to detect it.
    encoding
        The encoding of a text file; "" to detect it.
    most
        Largest number of peers to read; 0 for all.
    """

    sheet: str = ""
    unit: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    encoding: str = ""
    most: int = 0
