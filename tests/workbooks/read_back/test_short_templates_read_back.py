"""Workbooks of `steelyard new X.xlsx --like WAY`, filled in, are read back: peers that were pasted included."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from filled_templates import CAPITAL, FIGURES, METRICS, NAMES, fill, pasted, pike, read_back, saved, template, typed
from libreoffice import LibreOffice, Steps, Value
from valuation.intrinsic import driver_dcf
from workbooks.case.reading import parse
from workbooks.read_back.contents import contents_of
from workbooks.read_back.findings import ReadBackError
from workbooks.read_back.identity import identity_of
from workbooks.read_back.inputs import ReadInputs, read_inputs
from workbooks.read_back.result_check import comparable, differences
from workbooks.results import values

DRIVERS: Final = {"ebitda_margin": 0.3, "depreciation": 0.05, "tax_rate": 0.25, "capex": 0.06, "working_capital": 0.1}
PARTS: Final = {1: (100, 8, 10, 12), 2: (50, 4, 6, 8), 3: (20, 1, 2, 3)}


def figures(like: str) -> dict[str, float]:
    """What a person fills in."""
    bridge = {"capital.debt": 500, "capital.cash": 120, "capital.shares": 100, "capital.price": 18.0}
    if like == "sotp":
        keys = ("metric", "low", "base", "high")
        parts = {
            f"segments.part_{n}.{key}": number
            for n, row in PARTS.items()
            for key, number in zip(keys, row, strict=True)
        }
        return {"capital.net_debt": 100, "capital.shares": 50, "capital.price": 20.0, **parts}
    if like == "nav":
        stakes = {"segments.listed_stake.shares": 40, "segments.listed_stake.price": 25.0}
        return {**bridge, **stakes, "segments.unlisted_stake.value": 500, "segments.other_assets.value": 200}
    growth = {f"dcf.growth.{n}": 0.08 for n in range(1, 6)}
    drivers = {f"dcf.{name}": value for name, value in DRIVERS.items()}
    return {**bridge, **growth, **drivers, "dcf.revenue": 1000, "dcf.terminal_growth": 0.03, "dcf.wacc": 0.09}


def worth(like: str) -> float:
    """The equity value by hand, or by the function whose worth is tested elsewhere, in millions."""
    if like == "sotp":
        return sum(metric * base for metric, _, base, _ in PARTS.values()) - 100
    if like == "nav":
        return 40 * 25 + 500 + 200 - 500 + 120
    return float(driver_dcf(1000, 0.08, **DRIVERS, wacc=0.09, years=5, terminal_growth=0.03, mid_year=True)) - 380


def filled(path: Path, cells: Mapping[tuple[str, str], Value]) -> bytes:
    book = openpyxl.load_workbook(path)
    for (sheet, at), value in cells.items():
        book[sheet][at] = value
    book.save(path)
    return path.read_bytes()


def methods(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The results by multiple: `Peers, P/E` is found by `P/E`."""
    return {each["label"].rpartition(", ")[2]: each for each in found["methods"]}


def assert_its_case_gives_the_same(found: ReadInputs) -> None:
    case = parse(found.text("t.xlsx"), "case.toml")
    assert methods(values(case)) == methods(values(found.case, found.sheets))


@pytest.mark.slow
@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("like", ["sotp", "nav", "dcf"])
def test_a_filled_template_is_read_back(like: str, code: str, tmp_path: Path) -> None:
    path = saved(like, tmp_path, code)
    sheet = NAMES[code][0]
    cells = {(sheet, at): value for (_, at), value in fill(path, figures(like)).items()}
    found = read_back(filled(path, cells))
    (method,) = [each for each in values(found.case, found.sheets)["methods"] if each["id"] != "weighted"][:1]
    assert method["equity"]["base"] == pytest.approx(worth(like) * 1e6, rel=1e-12)
    assert_its_case_gives_the_same(found)


@pytest.mark.slow
@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("top", [8, 9, 10])  # over the units, over the headings, below the headings
def test_pasted_peers_are_read_back(top: int, code: str, tmp_path: Path) -> None:
    path = template(tmp_path, code)
    found = read_back(filled(path, typed(path, CAPITAL | METRICS, code) | pasted(pike(), top, code)))
    shown = methods(values(found.case, found.sheets))
    # Pike's page: quartiles and median of 7.0 on EBITDA of 85.17 less 218 of net debt; 14.5 on a profit of 20.
    assert shown["EV/EBITDA 2015E"]["equity"]["base"] == pytest.approx(378_190_000)
    assert shown["EV/EBITDA 2015E"]["equity"]["low"] == pytest.approx(297_278_500)
    assert shown["P/E 2015E"]["equity"]["base"] == pytest.approx(290_000_000)
    assert found.case.comparables
    assert {peer.tier for peer in found.case.comparables.peers} == {"Large", "Small"}
    assert_its_case_gives_the_same(found)


@pytest.mark.slow
def test_figures_in_their_units_are_read_back(tmp_path: Path) -> None:
    path = template(tmp_path)
    found = read_back(filled(path, typed(path, CAPITAL | METRICS) | pasted(FIGURES, 8)))
    assert found.case.comparables
    peers = {peer.name: peer for peer in found.case.comparables.peers}
    assert list(peers) == ["Alpha", "Beta", "Gamma", "Delta"]  # the median is no peer
    assert not peers["Beta"].included
    assert peers["Gamma"].why == "a loss"
    # EV/EBITDA: 4,010 ÷ 520.8 = 7.700, 2,000 ÷ 250 = 8, 2,000 ÷ 200 = 10; P/E: 21.41 and 20, Gamma's is a loss.
    shown = methods(values(found.case, found.sheets))
    assert shown["EV/EBITDA"]["equity"]["base"] == pytest.approx(85.17e6 * 8 - 218e6)
    assert shown["P/E"]["equity"]["base"] == pytest.approx(20e6 * (3212 / 150 + 20) / 2)
    assert_its_case_gives_the_same(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((10, 3, "about 3"), r"Peers!D10 \(Alpha, Market cap\): 'about 3' is a text: expected a number"),
        ((8, 3, "furlongs"), r"Peers!D8: the unit 'furlongs' is not known"),
    ],
)
def test_what_cannot_be_read_names_its_cell(change: tuple[int, int, str], message: str, tmp_path: Path) -> None:
    path = template(tmp_path)
    cells = typed(path, CAPITAL | METRICS) | pasted(FIGURES, 8)
    row, column, text = change
    cells["Peers", f"{chr(ord('A') + column)}{row}"] = text
    with pytest.raises(ReadBackError, match=message):
        read_back(filled(path, cells))


@pytest.mark.slow
def test_a_multiple_without_the_company_s_own_figure_is_left_out(tmp_path: Path) -> None:
    path = template(tmp_path)
    own = {"metrics.enterprise_1": 85.17}
    found = read_back(filled(path, typed(path, CAPITAL | own) | pasted(pike(), 9)))
    assert found.case.comparables
    assert [each.name for each in found.case.comparables.multiples] == ["EV/EBITDA 2015E"]
    assert any("P/E 2015E: the company's own figure is blank" in str(each) for each in found.findings)


@pytest.mark.parametrize("weight", [None, 1.0])
def test_without_any_figure_of_the_company_no_method_is_left(weight: float | None, tmp_path: Path) -> None:
    """A table without rows has no choices: their check was an error of the program."""
    path = template(tmp_path)
    cells = typed(path, CAPITAL) | pasted(pike(), 9)
    if weight:
        summary = openpyxl.load_workbook(path)["Summary"]
        row = next(row for row in range(1, 60) if summary[f"B{row}"].value == pytest.approx(1 / 6))
        cells["Summary", f"B{row}"] = weight
    found = read_back(filled(path, cells))
    assert [str(each).partition(":")[0] for each in found.findings] == ["EV/EBITDA 2015E", "P/E 2015E"]
    assert values(found.case, found.sheets)["methods"] == []


@pytest.mark.slow
def test_the_metric_of_a_multiple_that_is_left_out_is_known(tmp_path: Path) -> None:
    """It was said not to be a heading that is known, beside the reason why the multiple is left out."""
    path = template(tmp_path)
    own = {"metrics.enterprise_1": 85.17}
    found = read_back(filled(path, typed(path, CAPITAL | own) | pasted(FIGURES, 8)))
    told = [str(each) for each in found.findings]
    assert any("P/E: the company's own figure is blank" in each for each in told)
    assert not any("Net profit" in each for each in told)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_what_libreoffice_computes_agrees(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = template(tmp_path)
    data = filled(path, typed(path, CAPITAL | METRICS) | pasted(pike(), 10))
    path.write_bytes(data)
    again = libreoffice.saved(path, tmp_path / "saved.xlsx").read_bytes()
    identity = identity_of(contents_of(again))
    read = read_inputs(identity)
    found = values(read.case, read.sheets)
    assert comparable(identity, found)
    assert not differences(identity, found)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("like", ["sotp", "nav", "dcf", "comps"])
def test_a_template_comes_back_exactly_from_libreoffice(
    like: str, code: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    if like == "comps":
        path = template(tmp_path, code)
        data = filled(path, typed(path, CAPITAL | METRICS, code) | pasted(pike(), 9, code))
    else:
        path = saved(like, tmp_path, code)
        data = filled(path, {(NAMES[code][0], at): value for (_, at), value in fill(path, figures(like)).items()})
    names = openpyxl.load_workbook(path).sheetnames
    steps: Steps = [
        *[("rename", name, f"{number} {name}") for number, name in enumerate(names)],
        ("move", f"1 {names[1]}", len(names)),
        ("insert columns", f"1 {names[1]}", 1, 1),
    ]
    found = read_back(libreoffice.saved(path, tmp_path / "saved.xlsx", steps=steps).read_bytes())
    expected = read_back(data)
    assert found.case == expected.case
    assert found.text("t.xlsx") == expected.text("t.xlsx")
