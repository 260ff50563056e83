"""Rows that a user inserts: totals, statistics and charts take them in, as if they had been in the case."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from built import saved_workbook
from libreoffice import LibreOffice, Rows, Value, Values, at
from workbooks.address import Address, letters
from workbooks.case.model import Case, Figure, Part
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook

pytestmark = pytest.mark.libreoffice

CASE = "xiaomi_2018"
CARS: dict[str, float] = {"metric": 100e8, "low": 1.0, "base": 2.0, "high": 3.0}
MONEY = {"segments": ("gross", "equity_low", "equity", "equity_high", "equity_used", "equity_used_reporting")}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> tuple[LaidBook, Path]:
    return saved_workbook(bundled(CASE), tmp_path_factory.mktemp("growing"))


def below(book: LaidBook, table: str, rows: int = 0) -> int:
    """The row that a new item would come to stand in, so many rows above the end of the list."""
    address = book.addresses[f"{table}.name"]
    return address.row + address.count - rows


def typed(book: LaidBook, table: str, row: int, cells: Mapping[str, Value]) -> dict[tuple[str, str], Value]:
    places = {column: book.addresses[f"{table}.{column}"] for column in cells}
    return {(place.sheet, f"{letters(place.column)}{row}"): cells[column] for column, place in places.items()}


def value(values: Values, address: Address, rows: int = 0) -> Value:
    return at(values, address.sheet, f"{letters(address.column)}{address.row + rows}")


def with_cars(case: Case) -> Case:
    """The case with the part in it from the start."""
    pattern = case.figures["revenue_2017"]
    units = {"metric": "亿元", "low": "×", "base": "×", "high": "×"}
    figures: dict[str, Figure] = {
        f"cars_{name}": pattern.model_copy(
            update={"label": name, "unit": unit, "value": CARS[name] / (1e8 if name == "metric" else 1)}
        )
        for name, unit in units.items()
    }
    assert case.segments
    part = Part(
        name="Cars",
        metric="cars_metric",
        metric_name="Revenue",
        low="cars_low",
        base="cars_base",
        high="cars_high",
        peer="Geely",
    )
    segments = case.segments.model_copy(update={"parts": (*case.segments.parts, part)})
    return case.model_copy(update={"figures": case.figures | figures, "segments": segments})


@pytest.mark.slow
@pytest.mark.parametrize("rows_above_the_end", [0, 1, 2])
def test_a_part_that_is_added_counts_everywhere(
    rows_above_the_end: int, workbook: tuple[LaidBook, Path], libreoffice: LibreOffice, tmp_path: Path
) -> None:
    book, path = workbook
    row = below(book, "parts", rows_above_the_end)
    changes = typed(book, "parts", row, {"name": "Cars", **CARS})
    values = libreoffice.recalculate(path, changes, [("Segments", row)])
    expected = libreoffice.recalculate(saved_workbook(with_cars(bundled(CASE)), tmp_path)[1])
    # One row more above them, as in the workbook that had the part from the start.
    for name in MONEY["segments"]:
        address = book.addresses[f"segments.{name}"]
        assert value(values, address, 1) == pytest.approx(value(expected, address, 1), rel=1e-12), name
    # 806 × 2 + 234 × 2.3 + 99 × 19 + 100 × 2, by hand.
    assert value(values, book.addresses["segments.equity"], 1) == pytest.approx(4231.2e8)
    # 1,146 − 1,139 − 100
    assert value(values, book.addresses["segments.not_in_parts"], 1) == pytest.approx(-93e8)
    base = book.addresses["line.base_0"]
    assert value(values, base) == pytest.approx(4231.2e8)
    shares = book.addresses["parts.share"]
    assert sum(float(str(value(values, shares, n))) for n in range(4)) == pytest.approx(1)


@pytest.mark.slow
def test_checks_and_grids_hold_after_a_part_is_added(workbook: tuple[LaidBook, Path], libreoffice: LibreOffice) -> None:
    book, path = workbook
    row = below(book, "parts")
    values = libreoffice.recalculate(path, typed(book, "parts", row, {"name": "Cars", **CARS}), [("Segments", row)])
    assert value(values, book.addresses["checks.fails"]) == 0
    grids = [name for name in book.addresses if name.startswith("sotp_grid") and name.endswith(".centre")]
    assert grids
    for name in grids:
        assert value(values, book.addresses[name]) == pytest.approx(4231.2e8)


@pytest.mark.slow
def test_the_waterfall_takes_in_what_is_added(workbook: tuple[LaidBook, Path], libreoffice: LibreOffice) -> None:
    book, path = workbook
    row = below(book, "parts")
    before, after = libreoffice.charted(path), libreoffice.charted(path, [("Segments", row)])
    labels, changes, ends = (book.addresses[f"waterfall.{name}"] for name in ("label", "step", "end"))
    assert len(before["Segments"]) == len(after["Segments"]) == 1
    # The chart draws on the Workings, which stay where they are.
    assert before["Segments"] == after["Segments"]
    values = libreoffice.recalculate(path, typed(book, "parts", row, {"name": "Cars", **CARS}), [("Segments", row)])
    # Its last bar is the last part and the new one: 99 × 19 + 100 × 2 = 2,081亿, in billions.
    assert value(values, labels, 2) == "2 others"
    assert value(values, changes, 2) == pytest.approx(208.1)
    assert value(values, ends, 2) == pytest.approx(423.12)


def test_lists_say_how_they_grow_and_their_sheets_let_them(workbook: tuple[LaidBook, Path]) -> None:
    book, _ = workbook
    for page in book.sheets:
        said = [cell for cell in page.cells if str(cell.content).startswith("More ")]
        assert page.grows == bool(said) == (page.sheet.id in ("comparables", "segments", "log"))


def test_two_rows_that_are_added_and_left_empty_change_nothing(
    workbook: tuple[LaidBook, Path], libreoffice: LibreOffice
) -> None:
    book, path = workbook
    row = below(book, "parts")
    rows: Rows = [("Segments", row), ("Segments", row)]
    columns = (
        "name",
        "metric",
        "low",
        "base",
        "high",
        "used",
        "value_low",
        "value",
        "value_high",
        "value_used",
        "share",
    )
    blank: dict[str, Value] = dict.fromkeys(columns)
    empty = typed(book, "parts", row, blank) | typed(book, "parts", row + 1, blank)
    values = libreoffice.recalculate(path, empty, rows)
    assert value(values, book.addresses["segments.equity"], 2) == pytest.approx(4031.2e8)
    assert value(values, book.addresses["checks.fails"]) == 0
