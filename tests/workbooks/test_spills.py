"""What the add-in spills beside our tables is what stands in them: seen with its functions lent to the engine."""

import io
from typing import Any, Final

import openpyxl
import pytest

from addin.embedded import recalculate
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.declarations.sheet import Grid
from workbooks.layout.sheet_cells import LaidBook, LaidSheet


def page(book: LaidBook, sheet: str) -> LaidSheet:
    return next(page for page in book.sheets if page.sheet.id == sheet)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xiaomi_2015", "xiaomi_2018"])
def test_every_grid_is_spilled_as_it_stands(name: str) -> None:
    book, data = workbook_bytes(bundled(name))
    laid = page(book, "sensitivity")
    sheet: Any = opened(recalculate(data).data)[laid.sheet.name]
    grids = [block for block in laid.sheet.blocks if isinstance(block, Grid)]
    assert len(grids) >= 3
    for grid in grids:
        across = book.addresses[f"{grid.id}.across"]
        (spilled,) = (cell.column for cell in laid.cells if cell.spills and cell.row == across.row)
        assert spilled > laid.last_column  # it is not printed
        for row in range(across.row + 1, across.row + 1 + grid.side):
            ours = [sheet.cell(row, column).value for column in range(2, 3 + grid.side)]
            theirs = [sheet.cell(row, spilled + place).value for place in range(1 + grid.side)]
            assert theirs == pytest.approx(ours, rel=1e-12), (grid.title, row)


# Each statistic's table here, the column compared, and where it stands in what is spilled.
STATISTICS: Final = (
    ("quantiles", "value", 1),
    ("bins", "to", 1),
    ("simulation_summary", "value", 1),
    ("simulation_tail", "below", 2),
    ("drivers", "value", 1),
)


def test_every_statistic_is_spilled_as_it_is_stored() -> None:
    book, data = workbook_bytes(bundled("xiaomi_2018"))
    laid = page(book, "simulation")
    sheet: Any = opened(recalculate(data).data)[laid.sheet.name]
    anchors = [cell for cell in laid.cells if cell.spills]
    assert len(anchors) == len(STATISTICS)
    for table, column, place in STATISTICS:
        ours = book.addresses[f"{table}.{column}"]
        anchor = next(cell for cell in anchors if cell.row == ours.row - 1)  # the headings stand beside each other
        rows = range(ours.row, ours.row + ours.count)
        stored = [sheet.cell(row, ours.column).value for row in rows]
        spilled = [sheet.cell(row, anchor.column + place).value for row in rows]
        assert spilled == pytest.approx(stored, rel=1e-12), table


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)
