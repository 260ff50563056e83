"""Workbooks of `steelyard new X.xlsx --like WAY`: empty without sample numbers, filled in with the values by hand."""

from pathlib import Path
from typing import Final

import openpyxl
import pytest

from built import parts_of
from filled_templates import fill, inputs, saved, wanted
from libreoffice import LibreOffice, Value, Values, at
from valuation.intrinsic import driver_dcf
from workbooks.templates.short_workbook import short_workbook_skeleton
from workbooks.xlsx.stored_values import stored_values

LIKES: Final = ("sotp", "nav", "dcf", "users")


def summary(values: Values, label: str) -> Value:
    """The first number in the row of a label on the Summary."""
    row = next(row for row in values["Summary"] if row and row[0] == label)
    return next((cell for cell in row[1:] if isinstance(cell, float)), None)


@pytest.mark.slow
@pytest.mark.parametrize("like", LIKES)
@pytest.mark.parametrize("code", ["en", "zh"])
def test_it_is_empty_and_shows_no_error(like: str, code: str, tmp_path: Path) -> None:
    made = short_workbook_skeleton(wanted(like))
    path = saved(like, tmp_path, code)
    typed = inputs(path)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    assert set(made.empty) <= set(typed)
    for name in made.empty:
        assert sheet[typed[name]].value is None
        assert not sheet[typed[name]].protection.locked
    for cells in stored_values(parts_of(path.read_bytes())).values():
        assert not [cell for cell, value in cells.items() if isinstance(value, str) and value.startswith("#")]


@pytest.mark.libreoffice
def test_a_sum_of_three_parts_by_hand(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = saved("sotp", tmp_path)
    figures = {"capital.net_debt": 100, "capital.shares": 50, "capital.price": 20.0}
    for n, metric, low, base, high in ((1, 100, 8, 10, 12), (2, 50, 4, 6, 8), (3, 20, 1, 2, 3)):
        figures |= {f"segments.part_{n}.metric": metric, f"segments.part_{n}.low": low}
        figures |= {f"segments.part_{n}.base": base, f"segments.part_{n}.high": high}
    values = libreoffice.recalculate(path, fill(path, figures))
    # 100 × 10 + 50 × 6 + 20 × 2 is 1,340; less 100 of net debt 1,240, or 24.8 a share, 24 % above 20.
    assert summary(values, "Value per share") == pytest.approx(24.8)
    assert summary(values, "Upside") == pytest.approx(0.24)


@pytest.mark.libreoffice
def test_a_net_asset_value_by_hand(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = saved("nav", tmp_path)
    figures: dict[str, float] = {"capital.debt": 300, "capital.cash": 100, "capital.shares": 100}
    figures |= {"capital.price": 10.0, "segments.listed_stake.shares": 40}
    figures |= {"segments.listed_stake.price": 25.0, "segments.unlisted_stake.value": 500}
    values = libreoffice.recalculate(path, fill(path, figures | {"segments.other_assets.value": 200}))
    # 40 × 25 + 500 + 200 is 1,700; less 300, plus 100: 1,500, or 15 a share.
    assert summary(values, "Value per share") == pytest.approx(15.0)
    assert at(values, "Summary", "C16") != "OK"  # leases and pensions are not given


@pytest.mark.libreoffice
def test_cash_flows_give_the_worth_of_the_catalogue(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = saved("dcf", tmp_path)
    figures = {f"dcf.growth.{n}": 0.08 for n in range(1, 6)}
    drivers = {"ebitda_margin": 0.3, "depreciation": 0.05, "tax_rate": 0.25, "capex": 0.06, "working_capital": 0.1}
    figures |= {f"dcf.{name}": value for name, value in drivers.items()}
    figures |= {"dcf.revenue": 1000, "dcf.terminal_growth": 0.03, "dcf.wacc": 0.09, "capital.price": 18.0}
    figures |= {"capital.debt": 500, "capital.cash": 120, "capital.shares": 100}
    values = libreoffice.recalculate(path, fill(path, figures))
    worth = driver_dcf(1000, 0.08, **drivers, wacc=0.09, years=5, terminal_growth=0.03, mid_year=True)
    assert summary(values, "Value per share") == pytest.approx((float(worth) - 380) / 100, rel=1e-9)
