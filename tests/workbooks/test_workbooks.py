"""The workbooks of the bundled cases: every formula proved by three engines, and fit to be handed on."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

import ironcalc_engine
from built import EVERY_CASE, MadeOnce, bundled_workbook, drawn_anew, results
from libreoffice import LibreOffice, Value, Values, at
from recalculation import Formula, disagreements, formula_cells
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.model import Case
from workbooks.case.quantity import quantity, whole
from workbooks.case.reading import bundled
from workbooks.declarations.calls import element
from workbooks.declarations.sheet import Fields
from workbooks.layout.sheet_cells import LaidBook
from workbooks.sheets import contents


@dataclass(frozen=True)
class Built:
    """A bundled case built once for all tests."""

    case: Case
    book: LaidBook
    path: Path

    def cell(self, reference: str) -> tuple[str, str]:
        address = self.book.addresses[reference]
        return address.sheet, f"{letters(address.column)}{address.row}"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Built]:
    folder = tmp_path_factory.mktemp("workbooks")

    def make(name: str) -> Built:
        case = bundled(name)
        book, data = bundled_workbook(name)
        path = folder / f"{name}.xlsx"
        path.write_bytes(data)
        return Built(case, book, path)

    return MadeOnce(make)


@pytest.fixture(params=EVERY_CASE)
def workbook(request: pytest.FixtureRequest, built: Mapping[str, Built]) -> Built:
    return built[request.param]


@cache
def stored(path: Path) -> dict[tuple[str, str], Formula]:
    return formula_cells(path)


def sheets(path: Path) -> list[Any]:
    return list(openpyxl.load_workbook(path).worksheets)


# --- the numbers ----------------------------------------------------------------------------------


def test_every_formula_has_a_stored_value_and_none_is_an_error(workbook: Built) -> None:
    cells = stored(workbook.path)
    blanks = {at for at, cell in cells.items() if cell.value is None}
    # Blank are only the differences from an add-in that is absent, and marks that are not set.
    assert all('""' in cells[at].text for at in blanks)
    errors = [(at, cell) for at, cell in cells.items() if isinstance(cell.value, str) and cell.value.startswith("#")]
    assert not errors


def test_ironcalc_recomputes_every_formula_to_what_is_stored(workbook: Built) -> None:
    assert disagreements(stored(workbook.path), ironcalc_engine.recalculate(workbook.path)) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_recomputes_every_formula_to_what_is_stored(workbook: Built, libreoffice: LibreOffice) -> None:
    assert disagreements(stored(workbook.path), libreoffice.recalculate(workbook.path)) == []


CHANGED = {
    "alibaba_2025": {"derived_part_1": 1900.0, "shares": 10.0, "investments_discount": 0.5, "part_2_each": 20.0},
    "netflix_2018": {
        "subscribers": 200.0,
        "value_each": 300.0,
        "corporate_drag": -50.0,
        "derived_claims": 20.0,
        "rate_2020": 0.2,
    },
    "pike_2014": {
        "b_ev_ebitda_2015": 9.0,
        "derived_ebitda_2015": 60.0,
        "weight_pe": 0.5,
        "net_profit_2014": -3.0,
        "derived_bridge": -40.0,
    },
    "prosus_2023": {"usdhkd": 7.0, "derived_eurusd": 1.2, "tencent_price": 400.0, "cash": 1.0, "shares": 1000.0},
    "thyssenkrupp_2018": {"elevators_multiple": 20.0, "plants_ebitda": -119.0, "pensions": 100.0, "price": 10.0},
    "xiaomi_2015": {
        "users.users": 3.0,
        "fx.USDCNY": 7.0,
        "users.payer_arpu": 500.0,
        "tencent_market_cap": 2000.0,
    },
    "xiaomi_2018": {
        "growth_to_2020": 0.2,
        "fx.USDCNY": 7.0,
        "gree_ps": 2.0,
        "premium.moat.score": 1.5,
        "premium.moat.weight": 0.25,
        "premium.what_may_change.weight": 0.0,
        "premium.maximum": 0.6,
        "ownership.stakes.1.stake": 0.5,
        "ownership.stakes.5.stake": 0.8,
        "premium.tencent_itself.value": 400.0,
        "internet_margin_2020": -0.1,
        "apple_pe": 30.0,
    },
    "xiaomi_2019": {
        "funding.december_2011.date": 40700.0,
        "funding.december_2014.date": 42300.0,
        "funding.end_of_2010.valuation": 777.0,
        "funding.december_2014.valuation": 2000.0,
        "funding.june_2012.raised": 1.0,
        "fx.USDCNY": 8.0,
        "holdings.portfolio_of_more_than_270_companies.value": 100.0,
        "growth_h1_2019": -0.3,
    },
    "xiaomi_finance_2016": {
        "holdings.private_bank.value": 55.0,
        "published_bank_stake": 0.7,
        "holdings.followers_discount": 0.25,
        "holdings.leader_in_payments_volume_per_account.own": 2.0,
        "bank_peer_loan": 5000.0,
        "holdings.leader_in_payments_volume_per_account.units": 3.0,
        "fx.USDCNY": 7.5,
    },
}


def changed_case(workbook: Built, name: str) -> tuple[dict[tuple[str, str], Value], Case]:
    cells: dict[tuple[str, str], Value] = {}
    figures = dict(workbook.case.figures)
    for figure, value in CHANGED[name].items():
        figures[figure] = figures[figure].model_copy(update={"value": value})
        cells[workbook.cell(f"figures.{figure}")] = whole(value, quantity(figures[figure].unit))
    return cells, workbook.case.model_copy(update={"figures": figures})


def but_digits(book: LaidBook) -> dict[tuple[str, str], Formula]:
    """Every result but the last printed digits of figures: those of the file, whatever is typed over them."""
    places = (
        book.addresses[f"lines.{name}"] for name in ("digit", "step", "verdict") if f"lines.{name}" in book.addresses
    )
    digits = {
        (each.sheet, f"{letters(each.at(n).column)}{each.at(n).row}") for each in places for n in range(each.count)
    }
    return {at: formula for at, formula in results(book).items() if at not in digits}


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_CASE)
def test_other_inputs_give_what_the_core_gives(name: str, built: Mapping[str, Built]) -> None:
    cells, case = changed_case(built[name], name)
    book, _ = workbook_bytes(case)
    recomputed = ironcalc_engine.recalculate(built[name].path, cells | drawn_anew(book))
    assert disagreements(but_digits(book), recomputed) == []
    assert disagreements(stored(built[name].path), recomputed)  # and that is not what was stored


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("name", EVERY_CASE)
def test_libreoffice_gives_what_the_core_gives_for_other_inputs(
    name: str, built: Mapping[str, Built], libreoffice: LibreOffice
) -> None:
    cells, case = changed_case(built[name], name)
    book, _ = workbook_bytes(case)
    recomputed = libreoffice.recalculate(built[name].path, cells | drawn_anew(book))
    assert disagreements(but_digits(book), recomputed) == []


def test_switches_and_choices_change_the_results(built: Mapping[str, Built]) -> None:
    workbook = built["xiaomi_2018"]
    scenario, statistic = workbook.cell("scenarios.selected"), workbook.cell("comparables.statistic")
    counts = workbook.book.addresses["peers.included"].at(4)  # Tencent
    tencent = (counts.sheet, f"{letters(counts.column)}{counts.row}")
    values = ironcalc_engine.recalculate(workbook.path, {scenario: 3.0, statistic: "Maximum", tencent: "yes"})
    # Tencent's P/E on the earnings of 2020: 367.43625 × 53 ÷ 1.12³; Tencent's P/S on revenue: 1,146 × 19.
    assert value(values, workbook, "scenarios.picked") == pytest.approx(367.43625e8 * 53 / 1.12**3)
    assert value(values, workbook, "summary.scenario") == "Bull: Tencent's P/E"
    assert value(values, workbook, "comparables.ps_base") == pytest.approx(21774e8)


def value(values: Values, workbook: Built, reference: str) -> Value:
    return at(values, *workbook.cell(reference))


# The figures of the articles: published as printed, recomputed by hand.
SAID = {
    "xiaomi_2018": {
        "segments.equity": 4031.2e8,  # 806 × 2 + 234 × 2.3 + 99 × 19
        "segments.not_in_parts": 7e8,  # 1,146 − 1,139
        "recomputed.published_sotp": 4031.2e8,
        "recomputed.published_hardware_ps": 2635.8e8,  # 1,146 × 2.3
        "recomputed.published_revenue_2020": 3867.75e8,  # 1,146 × 1.5³
        "recomputed.published_tencent_pe": 19474.12125e8,  # 3,867.75 × 9.5 % × 53
        "premium.score": 0.125,  # a mean of 26 ÷ 8 = 3.25, an eighth of the way from 3 to 5
        "premium.value_reporting": 303.75e8,  # 15 × 18 × 112.5 %
    },
    "xiaomi_2019": {
        "rounds.step_up[5]": 4.5,
        "rounds.growth[2]": 3.0,  # four times in 365 days
        "funding.growth": 180 ** (365 / 1461)
        - 1,  # 250 m to 45 bn in the four years 2011 to 2014, one of them a leap year
        "rounds.stake[3]": 0.054,
        "holdings.value": 287e8,
    },
    "xiaomi_finance_2016": {
        "holdings.value": 8.85e8,  # 29.5 % of 30
        "leaders.each[1]": 5.6e12 / 4.5e8,
        "followers.gives[1]": 56000e8 / 3 / 2,  # a third of the accounts, and half for each
        "recomputed.published_bank_peer_lending": 400e8 / 6.5,
    },
    "xiaomi_2015": {
        "users.revenue": 180.84e8,  # 1.5 × (21.32 + 10 % × 992.4)
        "users.attributed_value": 1678e8 * 716.18 / 789.32,
        "users.value_reporting": 180.84e8 * 1678 / 789.32,  # attribution cancels out
    },
}


@pytest.mark.parametrize(("name", "reference"), [(name, said) for name in SAID for said in SAID[name]])
def test_the_sheets_say_what_the_articles_figures_give(name: str, reference: str, built: Mapping[str, Built]) -> None:
    workbook = built[name]
    place, number = element(reference)
    address = workbook.book.addresses[place].at(number or 0)
    cell = address.sheet, f"{letters(address.column)}{address.row}"
    assert stored(workbook.path)[cell].value == pytest.approx(SAID[name][reference], rel=1e-5)


def test_totals_that_do_not_foot_are_shown(built: Mapping[str, Built]) -> None:
    lines = pd.read_excel(built["xiaomi_2018"].path, sheet_name="Reconciliation", header=6).set_index("Figure")
    total = lines.loc["Published: sum of the parts"]
    assert (total["As given"], total["Verdict"]) == (3551e8, "does not reconcile")
    assert total["Difference"] == pytest.approx(-480.2e8)
    assert "480" in total["Explanation"]
    hardware = lines.loc["Published: value on the hardware makers' price to sales"]
    assert (hardware["As given"], hardware["Recomputed"]) == (2292e8, pytest.approx(2635.8e8))
    assert hardware["Verdict"] == "does not reconcile"


def test_a_value_per_user_and_payers_are_counted_as_their_figures_are() -> None:
    case = bundled("xiaomi_2015")
    pages = {page.id: page for page in contents.sheets(case)}
    units = {
        line.id: line.unit for block in pages["users"].blocks if isinstance(block, Fields) for line in block.fields
    }
    assert (units["per_user"], units["ad_arpu"]) == ("CNY per account", "CNY per account")
    assert units["payers"] == units["peer_payers"] == "万 payers"


# --- the sheets -----------------------------------------------------------------------------------


def test_pandas_reads_every_sheet(workbook: Built) -> None:
    frames = pd.read_excel(workbook.path, sheet_name=None, header=None)
    assert list(frames) == [page.sheet.name for page in workbook.book.sheets]
    for name, frame in frames.items():
        assert frame.shape[0] > 5, name
        assert isinstance(frame.iloc[0, 0], str), name
    addresses = workbook.book.addresses
    values_at = [addresses[each] for each in addresses if re.fullmatch(r"(input|background)_rows\w*\.value", each)]
    parts = [
        pd.read_excel(workbook.path, sheet_name="Inputs", header=5, skiprows=range(6, at.row - 1), nrows=at.count)
        for at in values_at
    ]
    inputs = pd.concat(parts)
    on_inputs = {name for name in workbook.case.figures if workbook.book.addresses[f"figures.{name}"].sheet == "Inputs"}
    given = {name: figure for name, figure in workbook.case.figures.items() if name in on_inputs}
    assert given  # figures of peers stand on a sheet of their own
    assert sorted(inputs["Id"]) == sorted(given)
    first = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell knows no zones
    values = [(value - first).days if isinstance(value, dt.datetime) else value for value in inputs["Value"]]
    assert values == [given[name].value for name in inputs["Id"]]
    sources = workbook.case.sources
    cited = [f"{[*sources].index(given[name].source) + 1}." for name in inputs["Id"]]
    assert [f"{number:g}." if isinstance(number, float) else str(number) for number in inputs["Source"]] == cited


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_opens_every_sheet(workbook: Built, libreoffice: LibreOffice) -> None:
    values = libreoffice.recalculate(workbook.path)
    assert list(values) == [page.sheet.name for page in workbook.book.sheets]
    assert at(values, "Summary", "A1") == workbook.case.title


def formulas(path: Path) -> Iterator[tuple[str, str, str]]:
    for (sheet, cell), formula in stored(path).items():
        yield sheet, cell, formula.text


def test_a_place_in_a_row_is_a_column_of_it_in_every_program(workbook: Built) -> None:
    # Gnumeric and HyperFormula take INDEX(row, 2) for the second row, which a single row does not have.
    one_row = re.compile(r"INDEX\((?:(?:[^(),]+!)?\$?[A-Z]+\$?(\d+):\$?[A-Z]+\$?\1,[^,()]+\)|\{[^{};]*\},(?!1,))")
    assert [formula for _, _, formula in formulas(workbook.path) if one_row.search(formula)] == []


def test_formulas_hold_no_constants_and_no_volatile_functions(workbook: Built) -> None:
    forbidden = re.compile(r"OFFSET|INDIRECT|NOW|TODAY|RAND|LAMBDA|LET\(|VSTACK|VLOOKUP")
    for sheet, cell, formula in formulas(workbook.path):
        if sheet in {"Functions", "Peers"}:  # examples with plain numbers; how a pasted table is read: places, lengths
            continue
        assert not forbidden.search(formula), (sheet, cell, formula)
        numbers = {t.value for t in Tokenizer(formula).items if (t.type, t.subtype) == (Token.OPERAND, Token.NUMBER)}
        if sheet in {
            "Inputs",
            "Workings",
            "Reconciliation",
            "Checks",
        }:  # one of a unit, 100000000 of 亿元; one of a last digit, 0.1; a billion, in which a limit is given
            numbers -= {number for number in numbers if number.strip("0.") == "1"}
        # 1E-12 of the largest part is what a floating-point sum may be off by.
        allowed = {"0", "1", "1E-12"} | (
            {"3"} if "QUARTILE" in formula else set()
        )  # which quartile is a name, not a figure
        allowed |= {"1000000000"} if sheet == "Checks" else set()  # a billion, in which limits are typed
        allowed |= {"0.5"} if sheet == "Reconciliation" else set()  # of the last digit: what is rounded
        allowed |= {"2"} if "FIXED" in formula else set()  # nor is how many decimals a text has
        assert numbers <= allowed, (sheet, cell, formula)


def test_numbers_are_typed_on_inputs_and_in_switches_alone(workbook: Built) -> None:
    for page in workbook.book.sheets:
        typed = [c for c in page.cells if isinstance(c.content, (int, float)) and not c.formula]
        if page.sheet.id == "workings":  # what the add-in is called with: a stake of 1 where none is given
            typed = [c for c in typed if c.role != "quiet_text"]
        if page.sheet.id not in {"inputs", "peer_table"}:
            assert all((c.role == "input" and (c.choices or c.among)) or c.role == "stored" for c in typed), (
                page.sheet.name
            )


def test_inputs_are_open_and_validated_and_everything_else_is_locked(workbook: Built) -> None:
    for sheet, page in zip(sheets(workbook.path), workbook.book.sheets, strict=True):
        assert sheet.protection.sheet
        assert not sheet.protection.password
        validated = {cell for rule in sheet.data_validations.dataValidation for cell in str(rule.sqref).split()}
        areas = [area for area in validated if ":" in area]
        covered = validated | {c.coordinate for area in areas for row in sheet[area] for c in row}
        inputs = {f"{letters(c.column)}{c.row}" for c in page.cells if c.role == "input"}
        assert inputs <= covered
        inputs |= {f"{letters(c.column)}{c.row}" for c in page.cells if c.role == "entry"}
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.protection.locked != (cell.coordinate in inputs), cell.coordinate


def test_units_stand_on_every_line_and_under_every_heading_of_numbers(workbook: Built) -> None:
    for page in workbook.book.sheets:
        if page.sheet.id == "workings":  # for charts and the add-in, beside the names of the arguments
            continue
        for cell in page.cells:
            if cell.role in ("result", "link") and isinstance(cell.content, float) and cell.unit not in ("", "status"):
                beside = [c.content for c in page.cells if c.role in ("unit", "heading_unit", "text") and c.content]
                assert beside, page.sheet.name


def not_printed(sheet: Any) -> bool:  # noqa: ANN401 - the stubs lack most of a sheet
    """Whether all that is printed of a sheet is an empty cell."""
    area = str(sheet.print_area).rpartition("!")[2]
    return ":" not in area and sheet[area].value is None


def test_sheets_are_set_up_to_be_read_and_printed(workbook: Built) -> None:
    for sheet in sheets(workbook.path):
        assert not sheet.sheet_view.showGridLines
        assert sheet.sheet_state == "visible"
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation in ("landscape", "portrait")
        # Excel may ignore page breaks of a sheet that is fitted to its pages.
        fitted = sheet.page_setup.fitToWidth == sheet.page_setup.fitToHeight == 1
        assert sheet.page_setup.scale in range(80, 101) or (fitted and not sheet.row_breaks.count) or not_printed(sheet)
        assert sheet.print_title_rows
        assert sheet.print_area
        assert sheet["A1"].value
        assert str(sheet["A2"].value).endswith((".", "?"))
        hidden = [d for d in (*sheet.column_dimensions.values(), *sheet.row_dimensions.values()) if d.hidden]
        assert not hidden


def test_links_lead_to_cells_that_are_there(workbook: Built) -> None:
    book = openpyxl.load_workbook(workbook.path)
    links = [cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert len(links) > len(book.sheetnames)
    for link in links:
        sheet, _, cell = str(link.location).rpartition("!")
        assert book[sheet.strip("'")][cell].value is not None, link.location
    first, *others = book.worksheets
    assert first["A1"].hyperlink is None
    assert {sheet["A1"].hyperlink.location for sheet in others} == {f"{first.title}!A1"}  # the title leads back


def test_names_are_defined_for_headline_results(workbook: Built) -> None:
    book = openpyxl.load_workbook(workbook.path)
    assert {"AddinReady", "MasterCheck"} <= set(book.defined_names)
    for name in book.defined_names.values():
        ((sheet, cell),) = name.destinations
        found = book[sheet][cell]
        cells = [each for row in found for each in row] if isinstance(found, tuple) else [found]
        assert any(each.value is not None for each in cells)


def test_the_file_says_when_it_was_valued_and_nothing_of_when_it_was_built(workbook: Built) -> None:
    properties = openpyxl.load_workbook(workbook.path).properties
    as_of = dt.datetime.combine(workbook.case.company.as_of, dt.time())
    assert (properties.created, properties.modified, properties.creator) == (as_of, as_of, "Steelyard")


# What a case has no values for is not drawn: in 2019 no method values the company; elsewhere one value stands alone.
SUMMARY_CHARTS = {
    "alibaba_2025": ["football"],
    "netflix_2018": ["tornado"],
    "pike_2014": ["football"],
    "prosus_2023": ["tornado"],
    "thyssenkrupp_2018": ["tornado"],
    "xiaomi_2015": ["football"],
    "xiaomi_2018": ["football"],
    "xiaomi_2019": ["timeline"],
    "xiaomi_finance_2016": [],
}


@pytest.mark.parametrize("name", EVERY_CASE)
def test_charts_are_there_with_titles_and_data(name: str, built: Mapping[str, Built]) -> None:
    workbook = built[name]
    charts = {sheet.title: sheet._charts for sheet in sheets(workbook.path)}  # noqa: SLF001 - openpyxl has no other way
    kinds = {page.sheet.name: [chart.kind for chart, _ in page.charts] for page in workbook.book.sheets}
    assert {name: len(drawn) for name, drawn in charts.items()} == {name: len(k) for name, k in kinds.items()}
    assert {name: kinds["Summary"]} == {name: SUMMARY_CHARTS[name]}
    for drawn in charts.values():
        assert all(chart.title is not None and chart.series for chart in drawn)
