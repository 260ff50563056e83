"""A user base by its cohorts: by hand, against the catalogue, in three engines, and what is refused."""

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

import ironcalc_engine
from built import Workbook, column, place
from company_cases import COHORTS, Raw, case_of, problems_of, valued
from libreoffice import LibreOffice, Value, Values, at
from recalculation import disagreements, formula_cells
from valuation.lifetime import user_lifetime_value
from workbooks.build import workbook_bytes

EXACT: Final = 1e-9


def raw(**changes: Any) -> Raw:  # noqa: ANN401 - whatever a case file may hold
    tables = tomllib.loads(COHORTS)
    tables["cohorts"] |= changes
    return tables


def by_hand(rate: float = 0.10, new_rate: float = 0.12) -> dict[str, float]:
    """The example, a line a step: margins after tax 78.75 and 81.1125, of which 85 % and 3 % more follow for ever."""
    first, second, kept = 75 * 1.05, 75 * 1.05 * 1.03, 0.85 * 1.03

    def users_at(by: float) -> tuple[float, float, float]:
        two = second * kept / (1 + by - kept)
        one = 0.85 * (second + two) / (1 + by)
        return 0.90 * (first + one) / (1 + by), one, two

    each = users_at(rate)[0]
    _, one, two = users_at(new_rate)
    joined = 2e6 * (one - 90) / (1 + new_rate)
    last = 1e6 * (two - 90) / (1 + new_rate) ** 2
    new = joined + last + last * 1.02 / (new_rate - 0.02)
    cost = 22.5e6 / (1 + rate)
    later = 22.5e6 / (1 + rate) ** 2
    overhead = cost + later + later * 1.02 / (rate - 0.02)
    existing = 10e6 * each
    return {
        "value_per_user": each,
        "existing": existing,
        "new": new,
        "overhead": overhead,
        "value": existing + new - overhead,
    }


def built(folder: Path, **changes: Any) -> Workbook:  # noqa: ANN401 - whatever a case file may hold
    book, data = workbook_bytes(case_of(raw(**changes)))
    path = folder / "book.xlsx"
    path.write_bytes(data)
    return book, path


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return built(tmp_path_factory.mktemp("cohorts"))


def as_by_hand(values: Values, book: Any) -> None:  # noqa: ANN401 - a laid book
    for name, expected in by_hand().items():
        assert at(values, *place(book, f"cohorts.{name}")) == pytest.approx(expected, rel=EXACT)
    assert at(values, *place(book, "cohorts.value_low")) == pytest.approx(by_hand(0.11, 0.13)["value"], rel=EXACT)
    assert at(values, *place(book, "cohorts.value_high")) == pytest.approx(by_hand(0.09, 0.11)["value"], rel=EXACT)
    # 4,000 ÷ 8, 9,000 ÷ 30 and 5,000 ÷ 12
    assert column(values, book, "user_peers.per_user") == pytest.approx([500, 300, 5000 / 12], rel=EXACT)
    assert at(values, *place(book, "cohorts.at_peers")) == pytest.approx(10e6 * 5000 / 12, rel=EXACT)


def test_every_step_is_as_by_hand(example: Workbook) -> None:
    book, path = example
    values = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), values) == []
    as_by_hand(values, book)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_says_the_same(example: Workbook, libreoffice: LibreOffice) -> None:
    book, path = example
    as_by_hand(libreoffice.recalculate(path), book)


def test_the_value_is_carried_to_value_per_share() -> None:
    found = valued(case_of(raw()))["cohorts"]
    assert found["enterprise"]["base"] == pytest.approx(by_hand()["value"], rel=EXACT)
    assert found["per_share"]["base"] == pytest.approx((by_hand()["value"] - 500e6) / 100e6, rel=EXACT)


def test_a_user_who_brings_in_the_same_every_year_is_worth_the_catalogues_lifetime_value(tmp_path: Path) -> None:
    book, path = built(tmp_path, margin_growth=0, retention=0.8, new_users="0 users", overhead=0, years=3)
    values = ironcalc_engine.recalculate(path)
    expected = user_lifetime_value(75, retention=0.8, discount_rate=0.10)
    assert at(values, *place(book, "cohorts.value_per_user")) == pytest.approx(float(expected), rel=EXACT)
    assert at(values, *place(book, "cohorts.value")) == pytest.approx(10e6 * float(expected), rel=EXACT)


def test_without_growth_for_ever_new_users_and_overhead_end_with_the_forecast(tmp_path: Path) -> None:
    tables = raw()
    del tables["cohorts"]["terminal_growth"]
    found = valued(case_of(tables))["cohorts"]["enterprise"]["base"]
    two = 75 * 1.05 * 1.03 * 0.85 * 1.03 / (1.12 - 0.85 * 1.03)
    one = 0.85 * (75 * 1.05 * 1.03 + two) / 1.12
    new = 2e6 * (one - 90) / 1.12 + 1e6 * (two - 90) / 1.12**2
    overhead = 22.5e6 / 1.1 + 22.5e6 / 1.1**2
    assert found == pytest.approx(by_hand()["existing"] + new - overhead, rel=EXACT)
    assert tmp_path.exists()


def test_the_workbook_follows_its_inputs(example: Workbook) -> None:
    book, path = example
    changes: dict[tuple[str, str], Value] = {place(book, "figures.cohorts.users"): 20e6}
    values = ironcalc_engine.recalculate(path, changes)
    assert at(values, *place(book, "cohorts.existing")) == pytest.approx(2 * by_hand()["existing"], rel=EXACT)


def test_each_end_of_the_tornado_is_the_value_of_the_case_with_that_number(example: Workbook) -> None:
    book, path = example
    values, hand = ironcalc_engine.recalculate(path), by_hand()
    assert disagreements(formula_cells(path), values) == []

    def with_changes(**changes: Any) -> float:  # noqa: ANN401 - whatever a case file may hold
        return valued(case_of(raw(**changes)))["cohorts"]["enterprise"]["base"]

    expected = {
        "Existing users": (with_changes(users="9m users"), with_changes(users="11m users")),
        "Value added by a new user": (hand["value"] - 0.1 * hand["new"], hand["value"] + 0.1 * hand["new"]),
        "Overhead": (with_changes(overhead=27), with_changes(overhead=33)),
        "Discount rates": (by_hand(0.09, 0.11)["value"], by_hand(0.11, 0.13)["value"]),
        "Users who leave in a year": (with_changes(retention=[0.91, 0.865]), with_changes(retention=[0.89, 0.835])),
    }
    assert column(values, book, "cohorts_swings.label") == [*expected]
    assert column(values, book, "cohorts_swings.at_low") == pytest.approx([low for low, _ in expected.values()])
    assert column(values, book, "cohorts_swings.at_high") == pytest.approx([high for _, high in expected.values()])
    # A share of the equity value: (value − 500) ÷ 100, in the middle of the grid.
    shown = column(values, book, "cohorts_grid_1_per_share.share_2")[3]
    assert shown == pytest.approx((hand["value"] / 1e6 - 500) / 100, rel=EXACT)


@pytest.mark.parametrize(
    ("changes", "where", "said"),
    [
        ({"retention": [0.9, 0.85, 0.8]}, "cohorts.margin_growth", "2 years: expected one number, or 3"),
        ({"margin_growth": 0.03, "retention": 0.9, "new_users": "1m users"}, "cohorts.years", "is missing"),
        ({"years": 4}, "cohorts.years", "is given beside lists, which have 2 years"),
        ({"retention": 1.0, "margin_growth": [0.05, 0.2]}, "cohorts.discount_rate", "0.1: 1 of the users"),
        ({"terminal_growth": 0.11}, "cohorts.terminal_growth", "0.11 is not below discount_rate, 0.1"),
        ({"retention": [1.2, 0.8]}, "cohorts.retention[1]", "1.2"),
        ({"usres": 3}, "cohorts.usres", "users"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(changes: Raw, where: str, said: str) -> None:
    told = problems_of(raw(**changes))
    assert f"place='{where}" in told
    assert said in told


def test_enterprise_value_needs_a_bridge() -> None:
    tables = raw()
    del tables["capital"]
    assert "gives enterprise value: without a bridge" in problems_of(tables)
    tables["cohorts"]["of"] = "equity"
    assert valued(case_of(tables))["cohorts"]["equity"]["base"] == pytest.approx(by_hand()["value"], rel=EXACT)
