"""What the add-in spills beside our tables equals the tables; the engine computes with our functions registered."""

import io
import re
import tomllib
from collections.abc import Callable
from typing import Any, Final

import openpyxl
import pytest

from addin.embedded import recalculate
from built import bundled_workbook
from company_cases import COHORTS, case_of, example
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.reading import bundled
from workbooks.declarations.sheet import Grid
from workbooks.layout.sheet_cells import LaidBook, LaidSheet


def page(book: LaidBook, sheet: str) -> LaidSheet:
    return next(page for page in book.sheets if page.sheet.id == sheet)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xiaomi_2015", "xiaomi_2018"])
def test_every_grid_is_spilled_as_it_stands(name: str) -> None:
    book, data = bundled_workbook(name)
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
    ("summary", "value", 1),
    ("tail", "below", 2),
    ("drivers", "value", 1),
)


def cohorts() -> Case:
    return case_of(tomllib.loads(COHORTS))


def even_dcf() -> Case:
    """Cash flows whose drivers are the same in every year: DRIVER_DCF draws them."""
    raw = example("dcf")
    raw["dcf"] |= {"growth": 0.05, "years": {"value": 5, "unit": "years"}}
    return case_of(raw)


# How many of the methods the add-in draws: cash flows year by year are no function of the catalogue.
DRAWN: Final[dict[str, tuple[Callable[[], Case], int]]] = {
    "xiaomi_2018": (lambda: bundled("xiaomi_2018"), 5),
    "pike_2014": (lambda: bundled("pike_2014"), 3),
    "xiaomi_2015": (lambda: bundled("xiaomi_2015"), 1),
    "cohorts": (cohorts, 1),
    "even cash flows": (even_dcf, 1),
    "cash flows by year": (lambda: case_of(example("dcf")), 0),
    "net asset value": (lambda: case_of(example("nav")), 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_every_statistic_of_every_method_is_spilled_as_it_is_stored(name: str) -> None:
    make, drawn = DRAWN[name]
    book, data = workbook_bytes(make())
    laid = page(book, "simulation")
    sheet: Any = opened(recalculate(data).data)[laid.sheet.name]
    anchors = {cell.row: cell for cell in laid.cells if cell.spills}
    seen = 0
    for table, column, place in STATISTICS:
        for reference in book.addresses:
            if not re.fullmatch(rf"simulated_\w+_{table}\.{column}", reference):
                continue
            ours = book.addresses[reference]
            anchor = anchors.get(ours.row - 1)  # the headings stand beside each other
            if anchor is None:
                continue
            seen += 1
            rows = range(ours.row, ours.row + ours.count)
            stored = [sheet.cell(row, ours.column).value for row in rows]
            spilled = [sheet.cell(row, anchor.column + place).value for row in rows]
            assert spilled == pytest.approx(stored, rel=1e-9), reference
    assert seen == len(anchors)
    assert len([row for row in anchors if sheet.cell(row, anchors[row].column).value == "Probability"]) == drawn


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)
