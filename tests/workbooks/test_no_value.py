"""Figures that leave a method without a value: it reads n.m., or the workbook is refused and says where."""

from pathlib import Path
from typing import Final

import pytest

import ironcalc_engine
from built import EVERY_CASE, Workbook, column, place
from company_cases import NAMES, case_of, example
from libreoffice import Values, at
from recalculation import disagreements, formula_cells
from workbooks.build import BuildError, workbook_bytes
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook
from workbooks.sheets.comparables.peers_formulas import ratios

LINE: Final = ("label", "recomputed", "difference", "relative", "verdict")


def with_figures(case: Case, **values: float) -> Case:
    changed = {name: case.figures[name].model_copy(update={"value": value}) for name, value in values.items()}
    lines = tuple(
        line.model_copy(update={"printed": ""}) if line.published in changed else line for line in case.reconciliation
    )
    return case.model_copy(update={"figures": case.figures | changed, "reconciliation": lines})


def built(case: Case, path: Path) -> tuple[LaidBook, Values]:
    book, data = workbook_bytes(case)
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    return book, values


@pytest.mark.slow
@pytest.mark.parametrize("profit", [0.0, -54.0])
def test_without_profit_there_is_no_price_to_earnings(profit: float, tmp_path: Path) -> None:
    book, values = built(
        with_figures(bundled("xiaomi_2018"), **{"comparables.net_profit": profit}), tmp_path / "book.xlsx"
    )
    of = dict(zip(column(values, book, "methods.label"), column(values, book, "methods.upside"), strict=True))
    assert of["Peers, P/E"] == "n.m."
    assert of["Sum of the parts"] == pytest.approx(4031.2 / (450 * 6.375) - 1)


def test_a_loss_is_worth_nothing_by_any_peer(tmp_path: Path) -> None:
    raw = example("comps")
    raw["metrics"]["EBITDA 2015E"] = -85.17
    case = case_of(raw)
    book, values = built(case, tmp_path / "book.xlsx")
    for ratio in ratios(case):
        lost = case.figures[ratio.own].value < 0
        shown = [value for value in column(values, book, f"peers.{ratio.id}_implied") if value not in {"–", "", None}]
        assert shown
        assert {value == "n.m." for value in shown} == {lost}, shown


def test_a_published_figure_beside_nothing_differs_by_no_percentage(tmp_path: Path) -> None:
    book, values = built(with_figures(bundled("xiaomi_2018"), **{"segments.phones.metric": 0}), tmp_path / "book.xlsx")
    recomputed = column(values, book, "lines.recomputed")
    nothing = [n for n, value in enumerate(recomputed) if value == 0]
    assert nothing
    assert {column(values, book, "lines.relative")[n] for n in nothing} == {"–"}
    assert {column(values, book, "lines.verdict")[n] for n in nothing} == {"does not reconcile"}


def test_what_is_given_above_a_negative_figure_differs_upwards(tmp_path: Path) -> None:
    case = with_figures(bundled("xiaomi_2018"), **{"segments.phones.metric": -1000})
    book, values = built(case, tmp_path / "book.xlsx")
    differs = dict(zip(column(values, book, "lines.label"), column(values, book, "lines.relative"), strict=True))
    assert differs["Published: value of phones"] == pytest.approx((1612 + 2000) / 2000)  # 1,612 given, 2 × −1,000


def test_a_price_beside_an_n_m_value_is_not_compared(tmp_path: Path) -> None:
    case = with_figures(bundled("xiaomi_2019"), revenue_2016=-684.34)  # growth from a negative year
    book, values = built(case, tmp_path / "book.xlsx")
    lines = zip(
        *(column(values, book, f"lines.{each}") for each in ("recomputed", "difference", "relative", "verdict")),
        strict=True,
    )
    assert ("n.m.", "n.m.", "n.m.", "n.m.") in lines
    status = dict(zip(column(values, book, "check_rows.label"), column(values, book, "check_rows.status"), strict=True))
    assert status["All given figures agree with their inputs"] == "WARN"


def test_an_error_in_what_is_recomputed_is_no_verdict(xiaomi_2018: Workbook) -> None:
    book, path = xiaomi_2018
    values = ironcalc_engine.recalculate(path, {place(book, "figures.segments.phones.metric"): "about 806"})
    (phones,) = (
        row
        for row in zip(*(column(values, book, f"lines.{each}") for each in LINE), strict=True)
        if row[0] == "Published: value of phones"
    )
    assert phones[1:] == ("#VALUE!",) * 4


def test_a_round_at_nothing_has_no_growth(tmp_path: Path) -> None:
    book, values = built(
        with_figures(bundled("xiaomi_2019"), **{"funding.december_2014.valuation": 0}), tmp_path / "book.xlsx"
    )
    assert column(values, book, "rounds.growth")[-1] == "n.m."
    assert at(values, *place(book, "funding.growth")) == "n.m."


@pytest.mark.parametrize(
    ("name", "figure", "message"),
    [
        ("xiaomi_2015", "users.peer_accounts", "Users, Share of accounts that pay: the denominator is zero"),
        (
            "xiaomi_2015",
            "users.ad_arpu",
            "Users, The annualisation implies a prior half-year of: the denominator is zero",
        ),
        (
            "xiaomi_2019",
            "funding.end_of_2010.valuation",
            "Funding, Last round ÷ first round: the denominator is zero",
        ),
    ],
)
def test_a_result_without_a_value_is_named(name: str, figure: str, message: str) -> None:
    with pytest.raises(BuildError, match=f"^a result of the case has no value. {message}$"):
        workbook_bytes(with_figures(bundled(name), **{figure: 0}))


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_CASE)
def test_a_workbook_is_built_or_refused_whatever_amount_is_nothing_or_negative(name: str) -> None:
    case = bundled(name)
    amounts = [each for each, figure in case.figures.items() if quantity(figure.unit).kind in ("money", "money_per")]
    refused = 0
    for figure in amounts:
        for value in (0, -1):
            try:
                workbook_bytes(with_figures(case, **{figure: value}))
            except BuildError:
                refused += 1
    assert refused < len(amounts)  # of twice as many


@pytest.mark.parametrize("revenue", [0.0, -5.0])
def test_grids_and_swings_of_a_multiple_without_a_value_read_nm(revenue: float, tmp_path: Path) -> None:
    book, values = built(with_figures(bundled("xiaomi_2015"), **{"users.peer_part": revenue}), tmp_path / "book.xlsx")
    assert at(values, *place(book, "users.multiple")) == "n.m."
    grid = [
        reference for reference in book.addresses if reference.startswith("per_user") and reference.endswith("centre")
    ]
    assert grid
    assert all(at(values, *place(book, centre)) == "n.m." for centre in grid)
    assert column(values, book, "per_user_swings.swing") == ["n.m."] * 5
    assert at(values, *place(book, "summary.driver")) == "n.m."


@pytest.mark.parametrize("price", [True, False])
@pytest.mark.parametrize("name", [name for name in NAMES if "capital" in example(name)])
def test_a_company_whose_methods_are_still_to_come_is_built(name: str, price: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """With a price the Summary referred to an upside of no value."""
    kept = ("title", "company", "defaults", "sources", "fx", "metrics", "capital")
    raw = {key: table for key, table in example(name).items() if key in kept}
    if not price:
        raw["capital"].pop("price", None)
    built(case_of(raw), tmp_path / "book.xlsx")
