"""What is typed counts in the unit of its line, and a wrong unit is noticed."""

import datetime as dt
import io
import math
import re
from pathlib import Path

import openpyxl
import pytest

import ironcalc_engine
from built import EVERY_CASE, bundled_workbook, place
from libreoffice import Value, at
from workbooks.build import workbook_bytes
from workbooks.case.quantity import quantity, whole
from workbooks.case.reading import bundled
from workbooks.layout.cell import Cell
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.layout.styles import look_of
from workbooks.sheets import contents
from workbooks.sheets.inputs.typed_units import fractions
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook, typed_cell
from workbooks.templates.skeleton import Skeleton

MADE_ON = dt.date(2026, 1, 2)
MADE = skeleton(Wanted("Acme", MADE_ON, rounds=3, users=True, premium=True))
SCALING = re.compile(r"0,+[_;)%]|\\\.")  # commas behind the digits, or a point set by hand


def template(made: Skeleton) -> LaidBook:
    return lay_out(contents.sheets(made.sample(), frozenset(made.optional)), "")


def open_cells(book: LaidBook) -> list[Cell]:
    return [cell for page in book.sheets for cell in page.cells if not look_of(cell).locked]


@pytest.mark.parametrize("name", [*EVERY_CASE, "empty"])
def test_typed_numbers_are_shown_as_typed(name: str) -> None:
    book = template(MADE) if name == "empty" else bundled_workbook(name)[0]
    cells = open_cells(book)
    assert len(cells) > 20
    assert [cell for cell in cells if SCALING.search(look_of(cell).number_format)] == []


@pytest.mark.parametrize("name", EVERY_CASE)
def test_a_figure_is_shown_as_in_its_source_and_used_in_whole_units(name: str) -> None:
    case = bundled(name)
    book, _ = workbook_bytes(case)
    cells = {(page.sheet.name, cell.row, cell.column): cell for page in book.sheets for cell in page.cells}
    printed = {page.sheet.name: page.last_column for page in book.sheets}
    for figure, given in case.figures.items():
        typed, stored = (book.addresses[reference] for reference in (typed_cell(book, figure), f"figures.{figure}"))
        assert cells[typed.sheet, typed.row, typed.column].content == given.value
        wanted = whole(given.value, quantity(given.unit))
        assert cells[stored.sheet, stored.row, stored.column].content == pytest.approx(wanted, rel=1e-15)
        assert stored.column == typed.column or stored.column > printed[stored.sheet]  # not printed


def filled(
    book: LaidBook, changed: str = "", factor: float = 1.0, made: Skeleton = MADE
) -> dict[tuple[str, str], Value]:
    figures = made.sample().figures
    typed: dict[tuple[str, str], Value] = {
        place(book, typed_cell(book, name)): figures[name].value * (factor if name == changed else 1)
        for name in made.empty
    }
    return typed


def status_of_units(book: LaidBook) -> tuple[str, str]:
    """The cell with the status of the check of units."""
    row = next(
        item
        for item, label in enumerate(book.sheets[-3].sheet.blocks[0].columns[0].cells)  # type: ignore[union-attr]
        if label == "Amounts are typed in the units of their lines"
    )
    return place(book, "check_rows.status", row)


@pytest.mark.parametrize(
    ("changed", "factor"),
    [("revenue", 1e8), ("peer_1_value", 1e8), ("net_profit", 1e-6), ("users_users", 1e8), ("shares", 1e8)],
)
def test_a_wrong_unit_fails_a_check_by_name(changed: str, factor: float, tmp_path: Path) -> None:
    book, path = template(MADE), tmp_path / "template.xlsx"
    path.write_bytes(empty_workbook(MADE))
    status = status_of_units(book)
    right = ironcalc_engine.recalculate(path, filled(book))
    wrong = ironcalc_engine.recalculate(path, filled(book, changed, factor))
    assert (at(right, *status), at(wrong, *status)) == ("OK", "FAIL")
    assert str(at(wrong, *place(book, "summary.master"))).startswith("FAIL")


@pytest.mark.slow
def test_every_rate_that_is_typed_without_its_per_cent_fails_the_check(tmp_path: Path) -> None:
    book, path, figures = template(MADE), tmp_path / "template.xlsx", MADE.sample().figures
    path.write_bytes(empty_workbook(MADE))
    rates = [name for name in MADE.empty if quantity(figures[name].unit).kind in ("rate", "share", "margin")]
    typed_elsewhere = {name for name in rates if name.startswith("peer_")}
    assert len(rates) - len(typed_elsewhere) > 20
    for name in rates:
        if name in typed_elsewhere or figures[name].value <= 0.01:
            continue
        wrong = ironcalc_engine.recalculate(path, filled(book, name, 100.0))
        assert at(wrong, *status_of_units(book)) == "FAIL", name


@pytest.mark.parametrize("name", EVERY_CASE)
def test_rates_above_the_whole_raise_their_own_limit(name: str) -> None:
    book, _ = bundled_workbook(name)
    found = {cell.content for page in book.sheets for cell in page.cells if page.sheet.id == "inputs"}
    rates = fractions(bundled(name).figures).values()
    if max(rates, default=0) > 1:
        assert math.ceil(2 * max(rates)) in found


# In dollars there is one amount alone: the value of the peer.
WITH_DOLLARS = Wanted("Acme", MADE_ON, reporting_currency="USD", reporting_unit="亿 USD", rounds=3, users=True)
IN_YEN = Wanted("Acme", MADE_ON, currency="JPY", display_unit="JPY bn", users=True)


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [WITH_DOLLARS, IN_YEN])
def test_every_figure_that_is_typed_in_whole_units_fails_the_check(wanted: Wanted, tmp_path: Path) -> None:
    made, path = skeleton(wanted), tmp_path / "template.xlsx"
    book, figures = template(made), made.sample().figures
    path.write_bytes(empty_workbook(made))
    scales = {name: quantity(figures[name].unit).scale for name in made.empty}
    scaled = {name: scale for name, scale in scales.items() if scale != 1}
    assert {quantity(figures[name].unit).kind for name in scaled} == {"money", "count"}
    assert at(ironcalc_engine.recalculate(path, filled(book, made=made)), *status_of_units(book)) == "OK"
    for name, scale in scaled.items():
        wrong = ironcalc_engine.recalculate(path, filled(book, name, scale, made))
        assert at(wrong, *status_of_units(book)) == "FAIL", name


def test_a_text_is_passed_on_and_an_empty_cell_is_no_zero(tmp_path: Path) -> None:
    book, data = bundled_workbook("xiaomi_2018")
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    typed = place(book, "typed.revenue_2017")
    for given, passed in (("n.a.", "n.a."), ("", "")):
        values = ironcalc_engine.recalculate(path, {typed: given})
        assert at(values, *place(book, "figures.revenue_2017")) in (passed, None if passed == "" else passed)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EVERY_CASE)
def test_no_conditional_format_scales_what_is_typed(name: str, language: str) -> None:
    """A point set by hand belongs to values in whole units: on a typed 1146 it would show 0.00001."""
    book, data = bundled_workbook(name, language)
    sheets = openpyxl.load_workbook(io.BytesIO(data))
    for page in book.sheets:
        typed = {(cell.row, cell.column) for cell in page.cells if not look_of(cell).locked}
        for areas in sheets[page.sheet.name].conditional_formatting:
            if any(rule.dxf and rule.dxf.numFmt and SCALING.search(rule.dxf.numFmt.formatCode) for rule in areas.rules):
                scaled = {place for area in areas.cells.ranges for place in area.cells}
                assert scaled & typed == set(), (page.sheet.name, areas.sqref)
