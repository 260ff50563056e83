"""Page breaks of a printed sheet: scale, orientation, and rows that must stay together.

No text is printed below eight points, no chart is cut, a section that fits a page is not split, and a longer one breaks
between rows, with its headings and first rows together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

from workbooks.declarations.sheet import Chart
from workbooks.layout.cell import Cell
from workbooks.layout.heights import row_heights
from workbooks.layout.paper import ORIENTATIONS, READABLE, Orientation, room, widest
from workbooks.layout.widths import DEFAULT_WIDTH, ROW_HEIGHT, width_of

HEAD: Final = 4  # rows that later pages repeat: the title, the question, the units, and a blank one below them
UNPRINTED: Final = 3  # rows below a sheet that is not printed
TOGETHER: Final = 3  # rows of a long table that stand with its headings
HEADINGS: Final = ("section", "heading", "heading_unit", "note")


@dataclass(frozen=True, slots=True)
class Setup:
    """Print layout of a sheet: orientation, scale and page breaks."""

    orientation: Orientation
    scale: int  # per cent
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows that stay together, and how many stay with the first if they do not fit on a page."""

    first: int
    last: int
    heading: int


@dataclass(frozen=True)
class Printed:
    """Printed part of a sheet: cells and charts up to a last row and a last column."""

    cells: Sequence[Cell]
    charts: Sequence[tuple[Chart, int]]  # each with its first row
    widths: Mapping[int, float]
    last_row: int
    last_column: int
    language: str

    @cached_property
    def width(self) -> float:
        """How wide the columns are together, in cm."""
        return width_of(self.widths.get(at, DEFAULT_WIDTH) for at in range(1, self.last_column + 1))

    @cached_property
    def _bottoms(self) -> Sequence[float]:
        """How far below the top of the sheet each row ends, in cm."""
        shown = (cell for cell in self.cells if cell.column <= self.last_column)
        high = row_heights(shown, self.widths, self.language)
        return [0.0, *accumulate(high.get(row, ROW_HEIGHT) for row in range(1, self.last_row + 1))]

    def height(self, first: int, last: int) -> float:
        """How high the rows from one to another are together, in cm."""
        return self._bottoms[last] - self._bottoms[first - 1]

    @cached_property
    def setup(self) -> Setup:
        """The largest scale, across or upright, that needs the fewest pages."""
        smallest = [self._at(way, READABLE) for way in ORIENTATIONS if self.width <= widest(way, READABLE)]
        if not smallest:  # too wide to be readable; does not happen with bundled cases
            return self._at("landscape", max(10, int(100 * widest("landscape", 100) / self.width)))
        best = min(smallest, key=lambda each: len(each.ends))
        for scale in range(min(100, int(READABLE * widest(best.orientation, READABLE) / self.width)), READABLE, -1):
            larger = self._at(best.orientation, scale)
            if len(larger.ends) == len(best.ends):
                return larger
        return best

    def _at(self, orientation: Orientation, scale: int) -> Setup:
        return Setup(orientation, scale, tuple(self._ends(room(orientation, scale))))

    def _ends(self, most: float) -> list[int]:
        """Page breaks for a page height in cm."""
        top, ends = 1, list[int]()
        for stretch in self._stretches:
            while not self._has_room(top, stretch.last, most):
                alone = self.height(stretch.first, stretch.last) + self.height(1, HEAD) <= most
                with_heading = min(stretch.first + stretch.heading + TOGETHER - 1, stretch.last)
                if stretch.first > top and (alone or not self._has_room(top, with_heading, most)):
                    top = stretch.first
                else:
                    top = self._overflow(top, stretch, most)
                ends.append(top - 1)
        return ends

    def _has_room(self, top: int, last: int, most: float) -> bool:
        """Whether a page starting at a row has room up to another row."""
        return self.height(top, last) + (self.height(1, HEAD) if top > 1 else 0) <= most

    def _overflow(self, top: int, stretch: _Stretch, most: float) -> int:
        """The first row of a long stretch that a page has no room for; no last row stands alone on the next."""
        row = max(top, stretch.first) + 1
        while self._has_room(top, row, most):
            row += 1
        return max(top + 1, min(row, stretch.last - TOGETHER + 1))

    @cached_property
    def _stretches(self) -> Sequence[_Stretch]:
        """The sections and the charts below them, from the top of the sheet to its end."""
        charts = {row for chart, row in self.charts if not chart.beside}
        bars = {cell.row for cell in self.cells if cell.role == "section" and cell.column == 1}
        starts = sorted(row for row in bars | charts if row <= self.last_row)
        headings = {cell.row for cell in self.cells if cell.role in HEADINGS}
        found = []
        for start, following in pairwise([*starts, self.last_row + 2]):
            heading = next((row for row in range(start, following) if row not in headings), start) - start
            found.append(_Stretch(start, min(following - 1, self.last_row), heading))  # with the blank row below it
        return found
