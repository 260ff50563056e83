"""A holding company: loan to value, the discount today, and where it stands among those of before."""

import datetime as dt
import re
from itertools import combinations_with_replacement
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ironcalc_engine
from built import Workbook, column, place
from company_cases import Raw, case_of, cells, example, problems_of, valued
from libreoffice import LibreOffice, Values, at
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.declarations.expressions import Written
from workbooks.declarations.native_arguments import sum_of_products
from workbooks.declarations.trees import Literal, Scope
from workbooks.layout.references import UnknownReferenceError
from workbooks.layout.sheet_cells import LaidBook

PAST = {
    dt.date(2020, 12, 31): 0.25,
    dt.date(2021, 12, 31): 0.45,
    dt.date(2022, 12, 31): 0.35,
    dt.date(2023, 3, 31): 0.4,
}


def raw() -> Raw:
    """1,000 m of assets less 200 m of net debt, 40 m shares at 12: a market value of 480 m, 40 % below 800 m."""
    tables = example("nav")
    del tables["fx"]
    tables["capital"] = {"net_debt": 200, "shares": "40m shares", "price": "12 USD per share"}
    tables["segments"] = {
        "of": "equity",
        "parts": [{"name": "Listed", "method": "market", "shares": "100m shares", "price": "10 USD per share"}],
        "discount_history": [{"date": day, "discount": discount} for day, discount in PAST.items()],
    }
    return tables


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    book, data = workbook_bytes(case_of(raw()))
    path = tmp_path_factory.mktemp("holding") / "book.xlsx"
    path.write_bytes(data)
    return book, path


def as_by_hand(values: Values, book: LaidBook) -> None:
    expected = {
        "loan_to_value": 200 / 1000,
        "discount_today": 1 - 480 / 800,
        "discount_average": (0.25 + 0.45 + 0.35 + 0.4) / 4,
        "discount_low": 0.25,
        "discount_high": 0.45,
        "discount_percentile": 3 / 4,  # 25 %, 35 % and 40 % are at most 40 %
        "at_average_discount": 800e6 * (1 - 0.3625),
    }
    found = {name: at(values, *place(book, f"segments.{name}")) for name in expected}
    assert found == pytest.approx(expected, rel=1e-9)
    assert column(values, book, "discounts.discount") == list(PAST.values())


def test_the_lines_of_a_holding_are_as_by_hand(holding: Workbook) -> None:
    book, path = holding
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    as_by_hand(values, book)


@pytest.mark.libreoffice
def test_libreoffice_says_the_same(holding: Workbook, libreoffice: LibreOffice) -> None:
    book, path = holding
    as_by_hand(libreoffice.recalculate(path), book)


def test_no_discount_is_worked_out_on_a_negative_net_asset_value(tmp_path: Path) -> None:
    tables = raw()
    tables["capital"]["net_debt"] = 1500
    book, data = workbook_bytes(case_of(tables))
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    values = ironcalc_engine.recalculate(path)
    assert at(values, *place(book, "segments.discount_today")) == "n.m."
    assert at(values, *place(book, "segments.loan_to_value")) == pytest.approx(1.5)


def test_a_date_that_is_given_twice_is_refused() -> None:
    tables = raw()
    tables["segments"]["discount_history"].append({"date": dt.date(2021, 12, 31), "discount": 0.3})
    told = problems_of(tables)
    assert "segments.discount_history[5].date" in told
    assert "is the date of row 2 too" in told


PARTS = [
    {"name": "Listed", "method": "market", "shares": "100m shares", "price": "10 USD per share"},
    {"name": "Works", "metric": 50, "base": 10, "of": "enterprise", "net_debt": 150, "stake": 0.6, "peer": "Own"},
]
CLAIMS = {"debt": 300, "leases": 20, "cash": 120, "pensions": 30, "minorities": 40, "preferred": 50}


@pytest.mark.parametrize("kept", [{}, {"discount": 0.3}, {"gross_discount": 0.3}, {"discount": 0.25, "bridge": True}])
def test_the_markets_discount_is_to_the_assets_before_our_own(kept: dict[str, float]) -> None:
    """1,000 + 60 % of (500 - 150) = 1,210 of assets; of the 320 of claims only 200 are loans, less cash.

    With a holding discount of our own the market seemed to pay a premium, and claims of others counted as loans.
    """
    tables = raw()
    other = [{"name": "Perpetual bonds", "value": -80}]
    tables["capital"] = {**CLAIMS, "other": other, "shares": "40m shares", "price": "12 USD per share"}
    tables["segments"]["parts"] = PARTS
    tables["segments"] |= kept
    lines = ("loan_to_value", "discount_today", "at_average_discount")
    found = cells(case_of(tables), *(f"segments.{name}" for name in lines))
    worth = 1210 - (300 + 20 - 120 + 30 + 40 + 50 + 80)
    assert found == pytest.approx([200 / 1210, 1 - 480 / worth, worth * 1e6 * (1 - 0.3625)], rel=1e-9)
    if "discount" in kept or "gross_discount" in kept:
        (before,) = cells(case_of(tables), "segments.net_asset_value")
        assert before == pytest.approx(worth * 1e6, rel=1e-9)


def test_claims_that_are_no_loans_are_no_loan_to_value() -> None:
    tables = raw()
    tables["capital"] = {"minorities": 40, "shares": "40m shares", "price": "12 USD per share"}
    with pytest.raises(UnknownReferenceError, match="loan_to_value"):
        cells(case_of(tables), "segments.loan_to_value")


STAKES = st.lists(st.tuples(st.integers(1, 100), st.integers(10, 9000)), min_size=2, max_size=5)
BRIDGES = st.fixed_dictionaries(
    {},
    optional={
        "debt": st.integers(0, 4000),
        "cash": st.integers(0, 4000),
        "minorities": st.integers(0, 300),
        "preferred": st.integers(0, 300),
        "convertibles": st.just([{"principal": 90, "conversion_price": 4}]),
    },
)


@settings(max_examples=30, deadline=None)
@given(STAKES, BRIDGES, st.sampled_from([None, 0.25]))
def test_holdings_and_parts_of_the_same_stakes_have_one_value(
    stakes: list[tuple[int, int]], bridge: dict[str, object], discount: float | None
) -> None:
    """What the company owes is taken off in both; [holdings] left it out without a word."""
    tables = raw()
    tables["capital"] = {**bridge, "basic_shares": "40m shares", "price": "12 USD per share"}
    less = {} if discount is None else {"discount": discount}
    parts = [
        {"name": f"S{n}", "method": "value", "value": of, "stake": share / 100} for n, (share, of) in enumerate(stakes)
    ]
    held = [
        {"name": f"S{n}", "value": of, "stake": share / 100, "basis": "book"} for n, (share, of) in enumerate(stakes)
    ]
    tables["segments"] = {"parts": parts, **({} if discount is None else {"gross_discount": discount})}
    of_parts = valued(case_of(tables))["segments"]
    del tables["segments"]
    tables["holdings"] = {"whole": True, "stakes": held, **less}
    of_stakes = valued(case_of(tables))["holdings"]
    for kind in ("equity", "per_share", "upside"):
        assert of_stakes[kind]["base"] == pytest.approx(of_parts[kind]["base"], rel=1e-9)


FACTORS = [
    Written("$A$1:$A$3", many=True),
    Written("$B$1:$B$3", many=True),
    Written("$C$1"),
    Literal(1.0),
    Literal(0.5),
]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_ranges_are_never_multiplied_by_a_single_number_in_sumproduct(count: int) -> None:
    """In Excel and LibreOffice SUMPRODUCT of a range and 1 is #VALUE!; the engines of the build multiply."""
    for factors in combinations_with_replacement(FACTORS, count):
        written = sum_of_products(*factors).excel(Scope(str))
        for arguments in re.findall(r"SUMPRODUCT\(([^)]*)\)", written):
            assert len({":" in argument for argument in arguments.split(",")}) == 1, written


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_stake_without_a_share_counts_in_libreoffice_too(tmp_path: Path, libreoffice: LibreOffice) -> None:
    tables = raw()
    del tables["segments"]
    held = [{"name": "A", "stake": 0.3, "value": 2000, "basis": "book"}, {"name": "B", "value": 500, "basis": "cost"}]
    tables["holdings"] = {"whole": True, "stakes": held, "discount": 0.2}
    book, data = workbook_bytes(case_of(tables))
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    values = libreoffice.recalculate(path)
    assert at(values, *place(book, "holdings.value")) == pytest.approx((0.8 * 1100 - 200) * 1e6)
