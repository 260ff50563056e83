"""Index of the cells of a sheet by column, to find the cells of a range quickly."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from workbooks.audit.reading import Box
from workbooks.recalculation.worksheet import Place


class Columns:
    """Cells of a sheet.

    Parameters
    ----------
    places : iterable of (int, int)
        Their rows and columns.

    Examples
    --------
    >>> cells = Columns([(3, 2), (1, 2), (2, 1), (2, 5)])
    >>> cells.within(Box(1, 1, 2, 3)), cells.has(Box(4, 1, 9, 9))
    ([(1, 2), (2, 1)], False)
    >>> sorted(cells.within_any([Box(1, 2, 2, 2), Box(1, 2, 3, 2)]))
    [(1, 2), (3, 2)]
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._rows: dict[int, list[int]] = defaultdict(list)
        for row, column in places:
            self._rows[column].append(row)
        for rows in self._rows.values():
            rows.sort()
        self._columns = sorted(self._rows)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._columns)

    def within(self, box: Box) -> list[Place]:
        """The cells in a box, row by row."""
        runs = [[(row, column) for row in rows] for column, rows in self._runs(box)]
        if len(runs) < 2:  # noqa: PLR2004 - nothing to be sorted
            return runs[0] if runs else []
        return sorted(place for run in runs for place in run)

    def has(self, box: Box) -> bool:
        """Whether any of them is in a box."""
        for column in self._across(box):
            rows = self._rows[column]
            if bisect_left(rows, box.top) < bisect_right(rows, box.bottom):
                return True
        return False

    def within_any(self, boxes: Iterable[Box]) -> Iterator[Place]:
        """The cells in at least one of several boxes, each once."""
        spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for box in boxes:
            for column in self._across(box):
                spans[column].append((box.top, box.bottom))
        for column, found in spans.items():
            rows, below = self._rows[column], 0
            for top, bottom in sorted(found):
                first = bisect_left(rows, max(top, below))
                last = bisect_right(rows, bottom)
                yield from ((row, column) for row in rows[first:last])
                below = max(below, bottom + 1)

    def _runs(self, box: Box) -> Iterator[tuple[int, list[int]]]:
        for column in self._across(box):
            rows = self._rows[column]
            first, last = bisect_left(rows, box.top), bisect_right(rows, box.bottom)
            if first < last:
                yield column, rows[first:last]

    def _across(self, box: Box) -> list[int]:
        if box.left == box.right:
            return [box.left] if box.left in self._rows else []
        return self._columns[bisect_left(self._columns, box.left) : bisect_right(self._columns, box.right)]
