"""Sensitivity of cash flows, of multiples of transactions and of parts that are worth an amount; and all per share."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import pytest

import ironcalc_engine
from built import column, place, saved_workbook
from company_cases import Raw, case_of, example, valued, with_exit_multiple, with_stub
from libreoffice import LibreOffice, Values, at
from recalculation import disagreements, formula_cells
from workbooks.layout.sheet_cells import LaidBook

EXACT: Final = 1e-9
Driver: TypeAlias = float | list[float]


def years_end(raw: Raw) -> None:
    raw["dcf"]["mid_year"] = False


WAYS: Final[dict[str, Callable[[Raw], None]]] = {
    "growth for ever": lambda raw: None,  # noqa: ARG005 - the example as it stands
    "flows at the year's end": years_end,
    "exit multiple": with_exit_multiple,
}


def growing(points: float) -> list[float]:
    """The growth of every year by the same points more or less."""
    return [round(growth + points, 4) for growth in example("dcf")["dcf"]["growth"]]


def cash_flows(change: Callable[[Raw], None], **drivers: Driver) -> Raw:
    raw = example("dcf")
    raw["dcf"]["wacc"] = 0.08
    change(raw)
    raw["dcf"] |= drivers
    return raw


def enterprise(raw: Raw) -> float:
    return valued(case_of(raw))["dcf"]["enterprise"]["base"]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_each_end_of_a_driver_is_the_value_of_the_case_with_that_number(way: str, tmp_path: Path) -> None:
    change = WAYS[way]
    book, path = saved_workbook(case_of(cash_flows(change)), tmp_path)
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    ends: dict[str, tuple[Driver, Driver]] = {
        "wacc": (0.07, 0.09),
        "ebitda_margin": (0.29, 0.31),
        "capex": (0.05, 0.07),
    }
    if way == "exit multiple":
        ends["exit_multiple"] = (8.0, 10.0)
    else:
        ends["terminal_growth"] = (0.025, 0.035)
    order = ["wacc", "exit_multiple" if "exit_multiple" in ends else "terminal_growth", "ebitda_margin", "capex"]
    ends["growth"], order = (growing(-0.01), growing(0.01)), [*order, "growth"]
    for place_of, driver in enumerate(order):
        for end, number in zip(("at_low", "at_high"), ends[driver], strict=True):
            found = column(values, book, f"dcf_swings.{end}")[place_of]
            assert found == pytest.approx(enterprise(cash_flows(change, **{driver: number})), rel=EXACT)


def test_a_first_year_that_is_a_part_of_a_year_counts_in_part(tmp_path: Path) -> None:
    raw = cash_flows(with_stub)
    # By hand: revenue 1,100, NOPAT 206.25, plus 55 less 66 less 10 is 185.25, times the 181 days of 365 that are
    # still to come, in the middle of them.
    stub_year = 181 / 365
    first = 185.25e6 * stub_year / 1.08 ** (stub_year / 2)
    book, path = saved_workbook(case_of(raw), tmp_path)
    values = ironcalc_engine.recalculate(path)
    assert column(values, book, "forecast.present")[1] == pytest.approx(first, rel=EXACT)
    present = [value for value in column(values, book, "forecast.present")[1:] if isinstance(value, float)]
    assert at(values, *place(book, "dcf.explicit")) == pytest.approx(sum(present), rel=EXACT)
    changed: tuple[tuple[int, str, Driver], ...] = (
        (2, "ebitda_margin", 0.31),
        (3, "capex", 0.07),
        (4, "growth", growing(0.01)),
    )
    for place_of, driver, number in changed:
        found = column(values, book, "dcf_swings.at_high")[place_of]
        assert found == pytest.approx(enterprise(cash_flows(with_stub, **{driver: number})), rel=EXACT)


@pytest.mark.parametrize(("margin", "said"), [(0.30, "OK"), (0.02, "WARN")])
def test_a_loss_whose_tax_is_a_credit_is_warned_of(margin: float, said: str, tmp_path: Path) -> None:
    book, path = saved_workbook(
        case_of(cash_flows(WAYS["growth for ever"], ebitda_margin=[0.30, margin, 0.3, 0.3, 0.3])), tmp_path
    )
    values = ironcalc_engine.recalculate(path)
    label = "No year of the forecast has a loss, whose tax is a credit"
    place_of = column(values, book, "check_rows.label").index(label)
    assert column(values, book, "check_rows.status")[place_of] == said


def test_the_grid_per_share_is_the_value_per_share_of_the_case_at_each_place(tmp_path: Path) -> None:
    raw = cash_flows(WAYS["growth for ever"])
    book, path = saved_workbook(case_of(raw), tmp_path)
    values = ironcalc_engine.recalculate(path)
    corners = {(1, 0): (0.06, 0.02), (5, 4): (0.10, 0.04), (3, 2): (0.08, 0.03), (1, 4): (0.06, 0.04)}
    for (row, beside), (rate, growth) in corners.items():
        found = column(values, book, f"dcf_grid_per_share.share_{beside}")[row]
        changed = cash_flows(WAYS["growth for ever"], wacc=rate, terminal_growth=growth)
        assert found == pytest.approx(valued(case_of(changed))["dcf"]["per_share"]["base"], rel=EXACT)


def peers_per_share(values: Values, book: LaidBook) -> None:
    # Seven peers: 7.0 × 85.17 = 596.19, less 218 of net debt, over 32 m shares is 11.82; with a metric 20 % lower 8.09.
    shown = [column(values, book, f"ev_ebitda_2015e_grid_1_per_share.share_{beside}") for beside in range(5)]
    median = at(values, *place(book, "comparables.ev_ebitda_2015e_multiple"))
    assert isinstance(median, float)
    assert shown[2][3] == pytest.approx((median * 85.17 - 218) / 32, rel=EXACT)
    assert shown[2][1] == pytest.approx((median * 85.17 * 0.8 - 218) / 32, rel=EXACT)
    assert shown[4][5] == pytest.approx((median * 1.2 * 85.17 * 1.2 - 218) / 32, rel=EXACT)
    earnings = at(values, *place(book, "comparables.p_e_2015e_multiple"))
    assert isinstance(earnings, float)
    assert column(values, book, "p_e_2015e_grid_1_per_share.share_0")[3] == pytest.approx(earnings * 0.8 * 20 / 32)


@pytest.mark.libreoffice
def test_a_grid_of_a_multiple_is_shown_per_share_too(tmp_path: Path, libreoffice: LibreOffice) -> None:
    book, path = saved_workbook(case_of(example("comps")), tmp_path)
    peers_per_share(ironcalc_engine.recalculate(path), book)
    peers_per_share(libreoffice.recalculate(path), book)


def test_multiples_of_transactions_are_varied_as_those_of_peers_are(tmp_path: Path) -> None:
    raw = example("comps")
    multiples = raw["comparables"]["multiples"]
    deals = [
        {
            "name": name,
            "buyer": "B",
            "date": dt.date(2013, 5, 1),
            "multiples": {"EV/EBITDA 2015E": ev, "P/E 2015E": 15.0},
        }
        for name, ev in (("One", 8.0), ("Two", 9.0), ("Three", 11.0))
    ]
    raw["transactions"] = {"multiples": multiples, "deals": deals}
    book, path = saved_workbook(case_of(raw), tmp_path)
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    at_centre = at(values, *place(book, "deals_ev_ebitda_2015e_grid_1.centre"))
    assert at_centre == pytest.approx(9.0 * 85.17e6, rel=EXACT)
    per_share = column(values, book, "deals_ev_ebitda_2015e_grid_1_per_share.share_2")[3]
    assert per_share == pytest.approx((9.0 * 85.17 - 218) / 32, rel=EXACT)


def test_a_part_that_is_worth_an_amount_is_varied_by_its_value_and_not_by_a_multiple(tmp_path: Path) -> None:
    book, path = saved_workbook(case_of(example("nav")), tmp_path)
    values = ironcalc_engine.recalculate(path)
    labels = [str(label) for label in column(values, book, "sotp_swings.label")]
    assert labels
    assert not [label for label in labels if label.endswith(", multiple")]
    assert [label for label in labels if label.endswith(", value")]
