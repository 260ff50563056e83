"""Tornado: the swings of a case, by hand, and in their order whatever the inputs become."""

from pathlib import Path
from typing import Final

import pytest

import ironcalc_engine
from built import Workbook, bundled_workbook, column, place
from company_cases import case_of, example
from libreoffice import LibreOffice, Value, at
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.declarations.sheet import Grid

# By hand, in 亿元: phones 806 at 0.5 to 2.3 ×, IoT 234 at 1 to 2.3 ×, internet services 99 at 19 × ± 10 %.
SWINGS: Final = {
    "Phones, multiple": 806 * (2.3 - 0.5),
    "Internet services, multiple": 99 * 19 * 0.2,
    "IoT and lifestyle products, multiple": 234 * (2.3 - 1),
}


def test_the_widest_swing_comes_first(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    assert column(values, book, "sotp_widest.label") == list(SWINGS)
    assert column(values, book, "sotp_widest.swing") == pytest.approx([1e8 * swing for swing in SWINGS.values()])
    assert column(values, book, "sotp_widest.range") == ["0.50× – 2.30×", "± 10%", "1.00× – 2.30×"]


def test_the_bars_are_the_distances_from_the_result(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path)
    assert column(values, book, "sotp_bars.low") == pytest.approx([-80.6 * 1.5, -9.9 * 1.9, -23.4 * 1.3])
    assert column(values, book, "sotp_bars.high") == pytest.approx([80.6 * 0.3, 9.9 * 1.9, 0])
    assert column(values, book, "sotp_bars.room_below") == pytest.approx([-80.6 * 1.5 * 1.5] * 3)
    assert column(values, book, "sotp_bars.room_above") == pytest.approx([80.6 * 0.3 * 1.5] * 3)


@pytest.mark.libreoffice
def test_the_order_follows_the_inputs(xiaomi_2018: Workbook, libreoffice: LibreOffice) -> None:
    book, path = xiaomi_2018
    changes: dict[tuple[str, str], Value] = {place(book, "figures.haier_ps"): 0.0, place(book, "inputs.step"): 0.01}
    for values in (ironcalc_engine.recalculate(path, changes), libreoffice.recalculate(path, changes)):
        labels = column(values, book, "sotp_widest.label")
        assert labels == ["Phones, multiple", "IoT and lifestyle products, multiple", "Internet services, multiple"]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_equal_swings_each_keep_a_place_of_their_own(xiaomi_2018: Workbook, libreoffice: LibreOffice) -> None:
    book, path = xiaomi_2018
    # Two parts that are worth the same, both a step either way; and inputs that move nothing at all.
    same = {
        "segments.phones.metric": 99e8,
        "segments.iot_and_lifestyle_products.metric": 99e8,
        "coolpad_ps": 19.0,
        "haier_ps": 19.0,
        "gree_ps": 19.0,
    }
    changes: dict[tuple[str, str], Value] = {
        place(book, f"figures.{name}"): value for name, value in (same | {"segments.phones.base": 19.0}).items()
    }
    for step in (0.1, 0.0):
        changes[place(book, "inputs.step")] = step
        for values in (ironcalc_engine.recalculate(path, changes), libreoffice.recalculate(path, changes)):
            assert sorted(map(str, column(values, book, "sotp_widest.label"))) == sorted(SWINGS)
            assert sorted(column(values, book, "scenario_order.place"), key=str) == [1, 2, 3, 4]


# By hand: 1,146 × 1.5³ is 3,867.75 亿元; on Apple's P/E 9.5 % of it is earned, on Apple's P/S all of it is what counts.
@pytest.mark.slow
@pytest.mark.libreoffice
def test_what_a_multiple_of_revenue_is_of_is_never_more_than_the_revenue(
    xiaomi_2018: Workbook, libreoffice: LibreOffice
) -> None:
    book, path = xiaomi_2018
    for selected, margins, said in ((1.0, [0.0855, 0.1045], "± 10%"), (2.0, [1.0, 1.0], "fixed")):
        changes: dict[tuple[str, str], Value] = {place(book, "scenarios.selected"): selected}
        for values in (ironcalc_engine.recalculate(path, changes), libreoffice.recalculate(path, changes)):
            labels = column(values, book, "scenario_swings.label")
            row = labels.index("Metric ÷ revenue")
            ends = [column(values, book, f"scenario_swings.{end}")[row] for end in ("low", "high")]
            assert ends == pytest.approx(margins)
            assert column(values, book, "scenario_swings.range")[row] == said
            assert (column(values, book, "scenario_swings.swing")[row] == 0) is (said == "fixed")
            widest = column(values, book, "scenario_widest.label")
            assert (widest[-1] == "Metric ÷ revenue") is (said == "fixed")


def test_where_no_scenario_earns_a_margin_there_is_none_to_vary() -> None:
    case = bundled("xiaomi_2018")
    assert case.scenarios
    plain = {"mix": (), "margins": (), "basis": "revenue"}
    cases = tuple(scenario.model_copy(update=plain) for scenario in case.scenarios.cases)
    scenarios = case.scenarios.model_copy(update={"parts": (), "cases": cases})
    book, _ = workbook_bytes(case.model_copy(update={"scenarios": scenarios}))
    assert book.addresses["scenario_swings.label"].count == 3  # growth, multiple, discount rate


def test_the_exchange_rate_is_not_varied_where_it_cancels_out(tmp_path: Path) -> None:
    book, data = bundled_workbook("xiaomi_2015")
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    before = ironcalc_engine.recalculate(path)
    after = ironcalc_engine.recalculate(path, {place(book, "figures.fx.USDCNY"): 7.0})
    result = place(book, "users.value_reporting")
    assert at(after, *result) == pytest.approx(at(before, *result))
    assert at(after, *place(book, "users.multiple")) != pytest.approx(at(before, *place(book, "users.multiple")))
    assert "Exchange rate" not in column(before, book, "per_user_swings.label")
    page = next(page for page in book.sheets if page.sheet.id == "sensitivity")
    assert [
        (g.down.label, g.across.label) for g in page.sheet.blocks if isinstance(g, Grid) and g.unit == "USD bn"
    ] == [
        ("Number of users", "Share that pays"),
        ("Number of users", "Multiple"),
        ("Spend per payer", "Advertising per account"),
    ]


@pytest.mark.parametrize(
    ("code", "titles"),
    [
        (
            "en",
            [
                "Apple's P/E with a premium (×): Apple, price to earnings against Premium",
                "Peers, P/S (CNY bn): Revenue against P/S",
            ],
        ),
        ("zh", ["苹果PE溢价法（×）：苹果，市盈率和溢价", "可比公司法（PS）（亿元）：收入和市销率"]),
    ],
)
def test_a_grid_says_the_unit_of_its_results_and_what_it_varies(code: str, titles: list[str]) -> None:
    book, _ = bundled_workbook("xiaomi_2018", code)
    sections = [cell.content for page in book.sheets for cell in page.cells if cell.role == "section"]
    assert set(titles) <= set(sections)


def test_a_step_either_way_of_net_cash_runs_from_low_to_high(tmp_path: Path) -> None:
    book, data = workbook_bytes(case_of(example("nav")))
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path)
    row = column(values, book, "sotp_swings.label").index("Net debt/(net cash)")
    ends = [column(values, book, f"sotp_swings.{end}")[row] for end in ("low", "high")]
    assert ends == pytest.approx([-440e6, -360e6])  # 400 of cash, a tenth either way


def test_a_grid_per_share_looks_like_the_grid_above_it() -> None:
    book, _ = bundled_workbook("pike_2014")
    page = next(page for page in book.sheets if page.sheet.id == "sensitivity")
    cells = {(cell.row, cell.column): cell for cell in page.cells}
    grids = [block for block in page.sheet.blocks if isinstance(block, Grid)]
    assert grids
    # The bridge is 218 million, the shares 32 million; a P/E is of equity value, so nothing is taken from it.
    for grid, per_share in zip(grids, (11.8184375, 9.35, 9.0625), strict=True):
        centre = book.addresses[f"{grid.id}_per_share.share_2"].at(3)
        cell, head = cells[centre.row, centre.column], cells[centre.row - 3, centre.column]
        assert (cell.role, head.role) == ("centre", "axis")
        assert cell.content == pytest.approx(per_share)
    assert len(page.heat_maps) == 2 * len(grids)
