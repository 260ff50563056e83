"""Grids and varied calls: what is declared, what stands in the cells, and that the base in the centre is live."""

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Final

import openpyxl
import pytest

import ironcalc_engine
from built import Workbook, bundled_workbook, place
from libreoffice import LibreOffice, Value, Values, at
from recalculation import disagreements, formula_cells
from valuation.multiples import implied_value, multiple
from valuation.scenarios import mix_profit
from valuation.sotp import sotp_value
from workbooks.address import letters
from workbooks.build import prove
from workbooks.declarations.calls import Call, Varied, element
from workbooks.declarations.expressions import AddinFormula, Written
from workbooks.declarations.native_arguments import ONE
from workbooks.declarations.native_functions import NATIVE
from workbooks.declarations.sheet import Axis, Column, Field, Fields, Grid, Sheet, Table
from workbooks.declarations.trees import Scope
from workbooks.layout.cell import Cell
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.layout.styles import look
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.writer import write

DATE: Final = dt.date(2026, 1, 2)
READY: Final = Field("ready", "Add-in", AddinFormula("FALSE", without=False), name="AddinReady")
STEPS: Final = Fields(
    "Steps",
    (Field("step", "Step", 0.1, "share"), Field("points", "Points", 0.02, "rate"), Field("debt", "Debt", 100.0)),
)
PARTS: Final = Table(
    "parts",
    "Parts",
    rows=4,
    columns=(
        Column("name", "Part", cells=["Phones", "IoT", "Internet", "Other"]),
        Column("metric", "Metric", cells=[806.0, 234.0, 99.0, 7.0], unit="CNY"),
        Column("multiple", "Multiple", cells=[2.0, 2.3, 19.0, 1.0], unit="×"),
    ),
)
CALL: Final = Call(sotp_value, {"metrics": "parts.metric", "multiples": "parts.multiple", "net_debt": "one.debt"})
GRID: Final = Grid(
    "grid",
    "Value",
    CALL,
    Axis("multiples[3]", "Internet", "×", "one.step"),
    Axis("multiples[1]", "Phones", "×", "one.step"),
    "CNY",
)


def laid(*blocks: Fields | Table | Grid, path: Path | None = None) -> LaidBook:
    """The laid-out sheet, proved with the embedded engine; written where a path is given."""
    book = lay_out([Sheet("one", "One", "One", "What?", (*blocks, Fields("Add-in", (READY,))))], "in CNY")
    parts = write(book, "Test", DATE)
    prove(book, parts)
    if path:
        path.write_bytes(finished(parts, DATE))
    return book


def block(book: LaidBook, grid: Grid) -> list[list[Cell]]:
    """The cells with results, row by row."""
    across, down = book.addresses[f"{grid.id}.across"], book.addresses[f"{grid.id}.down"]
    cells = {(c.row, c.column): c for page in book.sheets for c in page.cells if page.sheet.name == across.sheet}
    rows = range(down.row, down.row + grid.side)
    return [[cells[row, across.column + place] for place in range(grid.side)] for row in rows]


def values(book: LaidBook, reference: str) -> list[object]:
    address = book.addresses[reference]
    cells = {(c.row, c.column): c.content for c in book.sheets[0].cells}
    return [cells[address.at(n).row, address.at(n).column] for n in range(address.count)]


def test_a_grid_is_the_method_on_every_pair_of_values() -> None:
    book = laid(STEPS, PARTS, GRID)
    assert values(book, "grid.down") == pytest.approx([15.2, 17.1, 19, 20.9, 22.8])
    assert values(book, "grid.across") == pytest.approx([1.6, 1.8, 2, 2.2, 2.4])
    for internet, row in zip((15.2, 17.1, 19, 20.9, 22.8), block(book, GRID), strict=True):
        for phones, cell in zip((1.6, 1.8, 2, 2.2, 2.4), row, strict=True):
            assert cell.content == pytest.approx(806 * phones + 234 * 2.3 + 99 * internet + 7 - 100)


def test_every_cell_holds_a_full_formula_of_its_own_headings_that_can_be_copied() -> None:
    book = laid(STEPS, PARTS, GRID)
    cells = block(book, GRID)
    # Debt in C8; parts in A13:C16; the grid's values in C20:G20 and B21:B25.
    assert cells[0][0].formula == "(($B$13*C$20+$B$14*$C$14+$B$15*$B21+$B$16*$C$16)-$C$8)"
    assert cells[4][4].formula == "(($B$13*G$20+$B$14*$C$14+$B$15*$B25+$B$16*$C$16)-$C$8)"
    assert all(cell.formula.count("*") == 4 for row in cells for cell in row)
    assert [[cell.role for cell in row].count("centre") for row in cells] == [0, 0, 1, 0, 0]


def test_a_long_vector_is_cut_at_what_varies_and_stays_short() -> None:
    rows = 200
    table = Table(
        "parts",
        "Parts",
        rows=rows,
        columns=(
            Column("metric", "Metric", cells=[float(n) for n in range(1, rows + 1)]),
            Column("multiple", "Multiple", cells=[2.0] * rows),
        ),
    )
    grid = replace(GRID, call=replace(CALL, arguments={"metrics": "parts.metric", "multiples": "parts.multiple"}))
    book = laid(STEPS, table, grid)
    formula = block(book, grid)[0][0].formula
    # Steps in rows 6 to 8, parts in 12 to 211, the grid's values in row 215 and from row 216 on.
    assert formula == "($A$12*C$215+$A$13*$B$13+$A$14*$B216+SUMPRODUCT($A$15:$A$211,$B$15:$B$211))"
    assert block(book, grid)[2][2].content == 2 * sum(range(1, rows + 1))


def test_a_step_may_be_added_to_the_base() -> None:
    rate = Axis("net_debt", "Debt", "CNY", "one.points", relative=False)
    book = laid(STEPS, PARTS, replace(GRID, across=rate, side=3))
    assert values(book, "grid.across") == pytest.approx([99.98, 100, 100.02])
    assert values(book, "grid.shift_across") == pytest.approx([-0.02, 0, 0.02])


def test_axes_say_what_their_steps_are_and_show_them_all() -> None:
    rate = Axis("net_debt", "Debt", "CNY", "one.points", relative=False)
    book = laid(STEPS, PARTS, replace(GRID, across=rate))
    across, down = book.addresses["grid.across"], book.addresses["grid.down"]
    cells = {(c.row, c.column): c for c in book.sheets[0].cells}
    labels = [cells[row, 1].content for row in (across.row - 1, across.row)]
    assert labels == ["Debt, ± points →", "Internet ↓"]
    assert cells[down.row, down.column].precise  # 15.20×
    assert look("shift").number_format.split(";")[2].startswith("0.0%")  # no dash where there is no shift


def test_a_base_that_has_no_value_leaves_a_grid_without_values() -> None:
    fields = Fields(
        "F", (Field("loss", "Loss", -5.0), Field("pe", "P/E", Call(multiple, {"value": 9.0, "metric": "one.loss"})))
    )
    call = Call(implied_value, {"metric": "one.debt", "multiple": "one.pe"}, needs=("one.pe",))
    grid = replace(
        GRID, call=call, down=Axis("metric", "M", "CNY", "one.step"), across=Axis("multiple", "P/E", "×", "one.step")
    )
    book = laid(STEPS, fields, grid)
    assert {cell.content for row in block(book, grid) for cell in row} == {"n.m."}
    assert set(values(book, "grid.across")) == {"n.m."}
    assert values(book, "grid.down") == pytest.approx([80, 90, 100, 110, 120])


def test_the_centre_follows_the_base(tmp_path: Path) -> None:
    path = tmp_path / "grid.xlsx"
    book = laid(STEPS, PARTS, GRID, path=path)
    centre, phones = book.addresses["grid.centre"], book.addresses["parts.multiple"]
    changes = {("One", phones.at(0).text("One", absolute=False)): 3.0}
    after = ironcalc_engine.recalculate(path, changes)
    assert at(after, "One", centre.text("One", absolute=False)) == pytest.approx(
        806 * 3 + 234 * 2.3 + 99 * 19 + 7 - 100
    )


def test_elements() -> None:
    assert element("multiples[12]") == ("multiples", 11)
    assert element("discount") == ("discount", None)


# --- in the workbooks of the cases ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["xiaomi_2015", "xiaomi_2018"])
def test_every_case_has_its_grids_each_around_a_result(name: str) -> None:
    book, data = bundled_workbook(name)
    page = next(page for page in book.sheets if page.sheet.id == "sensitivity")
    grids = [block for block in page.sheet.blocks if isinstance(block, Grid)]
    assert len(grids) >= 3
    assert len(page.heat_maps) == len(grids)
    for grid in grids:
        cells = block(book, grid)
        assert len(cells) == len(cells[0]) == grid.side
        assert grid.side % 2 == 1
        assert all(cell.formula for row in cells for cell in row)
    sheet = openpyxl.load_workbook(io.BytesIO(data))[page.sheet.name]
    scales = [rule for rules in sheet.conditional_formatting for rule in rules.rules if rule.type == "colorScale"]
    assert len(scales) == len(grids)


# By hand: Apple at 18 × ± 10 % a step, a premium of 12.5 % ± 10 points; 15 亿 USD at 6.375 are 95.625 亿元.
STEPS_AWAY: Final = range(-2, 3)


def test_a_premium_is_varied_with_the_multiple_that_it_is_added_to(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    multiples = [[18 * (1 + 0.1 * down) * (1.125 + 0.1 * across) for across in STEPS_AWAY] for down in STEPS_AWAY]
    assert shown(values, book, "premium_multiple_grid_1") == [pytest.approx(row) for row in multiples]
    by_metric = [
        [1e8 * 95.625 * (1 + 0.1 * down) * 20.25 * (1 + 0.1 * across) for across in STEPS_AWAY] for down in STEPS_AWAY
    ]
    assert shown(values, book, "premium_value_grid_1") == [pytest.approx(row) for row in by_metric]


def test_its_step_is_an_input(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    first, *_, last = shown(
        ironcalc_engine.recalculate(path, {place(book, "inputs.premium_step"): 0.05}), book, "premium_multiple_grid_1"
    )
    assert first[0] == pytest.approx(14.4 * 1.025)
    assert last[-1] == pytest.approx(21.6 * 1.225)


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("xiaomi_2015", {"step"}),  # users alone
        ("xiaomi_2018", {"step", "growth_step", "rate_step", "premium_step"}),
        ("xiaomi_finance_2016", {"step"}),  # of the simulation alone
    ],
)
def test_inputs_has_the_steps_that_the_case_needs(name: str, steps: set[str]) -> None:
    book, _ = bundled_workbook(name)
    of_inputs = {reference.removeprefix("inputs.") for reference in book.addresses if reference.startswith("inputs.")}
    assert {reference for reference in of_inputs if reference.endswith("step")} == steps


def shown(values: Values, book: LaidBook, grid: str) -> list[list[Value]]:
    """The results of a grid, row by row."""
    across, down = book.addresses[f"{grid}.across"], book.addresses[f"{grid}.down"]
    return [
        [
            at(values, across.sheet, f"{letters(across.column + beside)}{down.row + row}")
            for beside in range(across.count)
        ]
        for row in range(down.count)
    ]


# --- calls with other numbers in some places ------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("places", [(1,), (4,), (2, 3), (1, 4), (1, 2, 3, 4)])
@pytest.mark.parametrize("apart", [False, True], ids=["a range", "cells anywhere"])
def test_a_vector_with_other_numbers_in_some_places_in_three_engines(
    places: tuple[int, ...], *, apart: bool, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    mix, margins, others = (0.1, 0.2, 0.3, 0.4), (0.2, 0.05, -0.1, 0.3), (0.5, 0.6, 0.7, 0.8)
    columns = [Column(n, n, cells=list(c)) for n, c in (("mix", mix), ("margin", margins), ("other", others))]
    vector = tuple(f"t.margin[{place}]" for place in range(1, 5)) if apart else "t.margin"
    call = Call(mix_profit, {"revenue": 1.0, "mix": "t.mix", "margins": vector})
    varied = Varied(call, {f"margins[{place}]": f"t.other[{place}]" for place in places})
    path = tmp_path / "varied.xlsx"
    book = laid(Table("t", "T", rows=4, columns=columns), Fields("F", (Field("profit", "Profit", varied),)), path=path)
    used = [others[n] if n + 1 in places else margins[n] for n in range(4)]
    assert values(book, "one.profit") == [pytest.approx(sum(m * u for m, u in zip(mix, used, strict=True)))]
    cells = formula_cells(path)
    assert disagreements(cells, ironcalc_engine.recalculate(path)) == []
    assert disagreements(cells, libreoffice.recalculate(path)) == []


def test_natives_of_cut_vectors_leave_out_ones_and_zeros() -> None:
    pieces, multiples = [Written("B1"), Written("B2:B9", many=True)], [Written("H1"), Written("C2:C9", many=True)]
    cut, plain = (NATIVE["sotp_value"](metrics=pieces, multiples=by) for by in (multiples, ONE))
    assert cut.excel(Scope(str)) == "(B1*H1+SUMPRODUCT(B2:B9,C2:C9))"
    assert plain.excel(Scope(str)) == "(B1+SUMPRODUCT(B2:B9))"
