"""When a forecast begins, and how many years it has: what the case says, and nothing silently in its place."""

import datetime as dt
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company_cases import COHORTS, Raw, case_of, cells, example, problems_of, valued
from workbooks.case.model import Case
from workbooks.sheets.forecast_start import LABEL

FIRST_YEAR = "The first year of the forecast ends within a year of the valuation"
VALUED = dt.date(2025, 12, 31)


def cash_flows(**changes: object) -> Raw:
    tables = example("dcf")
    tables["dcf"] |= changes
    return tables


def status(case: Case, label: str) -> object:
    labels, states = cells(case, "check_rows.label", "check_rows.status")
    return dict(zip(map(str, labels), states, strict=True)).get(label)


def by_hand(stub: float) -> float:
    """The example by the textbook: the flow of the first year in part, the others in the middle of their years."""
    revenue: float = 1000
    value: float = 0
    wacc: float = 0.8 * (0.03 + 1.1 * 0.055) + 0.2 * 0.05 * 0.75
    for year, growth in enumerate((0.10, 0.09, 0.08, 0.06, 0.05)):
        before = revenue
        revenue *= 1 + growth
        flow = revenue * (0.25 * 0.75 + 0.05 - 0.06) - 0.10 * (revenue - before)
        at = stub + year - 0.5 if year else stub / 2
        value += flow * (1 if year else stub) / float((1 + wacc) ** at)
    after: float = revenue * 1.03 * (0.25 * 0.75 + 0.05 - 0.06) - 0.10 * revenue * 0.03
    return value + after / (wacc - 0.03) / float((1 + wacc) ** (stub + 3.5))


@given(days=st.integers(1, 366))
def test_a_first_year_that_ends_within_a_year_counts_in_part(days: int) -> None:
    case = case_of(cash_flows(first_year_end=VALUED + dt.timedelta(days)))
    assert valued(case)["dcf"]["enterprise"]["base"] == pytest.approx(by_hand(days / 365) * 1e6, rel=1e-12)
    assert status(case, FIRST_YEAR) == "OK"


@given(days=st.one_of(st.integers(-2000, 0), st.integers(367, 2000)))
def test_a_first_year_that_is_over_or_longer_than_a_year_is_refused(days: int) -> None:
    """Its flow was multiplied by a negative number, or by more than 1."""
    told = problems_of(cash_flows(first_year_end=VALUED + dt.timedelta(days)))
    assert "dcf.first_year_end" in told
    assert "expected a day within a year after the valuation, 2025-12-31" in told


@pytest.mark.parametrize(
    ("valued_on", "year_end", "of", "stands"),
    [
        (dt.date(2025, 12, 31), 12, "2025", "OK"),
        (dt.date(2026, 6, 30), 12, "2025", "OK"),
        (dt.date(2026, 7, 4), 12, "2025", "WARN"),
        (dt.date(2026, 11, 27), 12, "2025", "WARN"),  # 11 months of the first year are over
        (dt.date(2026, 11, 27), 9, "2026", "OK"),
        (dt.date(2026, 11, 27), 12, "2026-09-30", "OK"),
        (dt.date(2026, 11, 27), 12, "2027", "WARN"),
        (dt.date(2026, 11, 27), 12, "last twelve months", None),  # no day is known
    ],
)
def test_a_forecast_that_begins_elsewhere_is_warned_of(
    valued_on: dt.date, year_end: int, of: str, stands: str | None
) -> None:
    tables = cash_flows()
    tables["company"] |= {"as_of": valued_on, "year_end": year_end}
    tables["defaults"]["as_of"] = of
    assert status(case_of(tables), LABEL.format("Discounted cash flow")) == stands


def test_a_first_year_in_part_begins_a_year_before_its_end() -> None:
    tables = cash_flows(first_year_end=dt.date(2026, 12, 31))
    tables["company"]["as_of"] = dt.date(2026, 11, 27)
    label = LABEL.format("Discounted cash flow")
    assert status(case_of(tables), label) == "OK"
    tables["defaults"]["as_of"] = "2024"
    assert status(case_of(tables), label) == "WARN"


@pytest.mark.parametrize(("years", "told"), [(0, "0: expected a whole"), (2.5, "2.5: expected a whole"), (4, "")])
def test_a_forecast_has_a_whole_number_of_years(years: float, told: str) -> None:
    even = {"growth": 0.05, "years": years}
    assert told in problems_of(cash_flows(**even))
    assert bool(problems_of(cash_flows(**even))) == bool(told)


@pytest.mark.parametrize("years", [0, 2.5])
def test_cohorts_have_a_whole_number_of_years(years: float) -> None:
    tables = tomllib.loads(COHORTS)
    tables["cohorts"] |= {"margin_growth": 0.05, "retention": 0.9, "new_users": "2m users", "years": years}
    told = problems_of(tables)
    assert "cohorts.years" in told
    assert f"{years:g}: expected a whole number of years" in told


def test_years_beside_lists_of_as_many_years_change_nothing() -> None:
    assert valued(case_of(cash_flows(years=5))) == valued(case_of(cash_flows()))


def test_growth_fades_over_two_years_or_more() -> None:
    assert "beside one year of forecast" in problems_of(cash_flows(growth=0.1, years=1, fade_to=0.02))
    assert not problems_of(cash_flows(growth=0.1, years=2, fade_to=0.02))


def test_cash_flows_of_a_part_are_of_a_part_on_its_cash_flows() -> None:
    """They were in no method, and their weight went to the others."""
    tables = cash_flows(part="Works")
    works = {"name": "Works", "method": "value", "value": 900}
    tables["segments"] = {"of": "enterprise", "parts": [works]}
    assert "'Works' is valued by another method: expected method = 'dcf'" in problems_of(tables)
    tables["segments"]["parts"] = [{"name": "Works", "method": "dcf"}]
    assert not problems_of(tables)
    tables["conclusion"] = {"weights": {"dcf": 0.5, "segments": 0.5}}
    assert "is not a method of this case; " in problems_of(tables)
