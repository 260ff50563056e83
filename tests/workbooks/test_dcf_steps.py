"""A DCF whose terminal growth is near the WACC, or whose exit multiple is low: its grid stays where it has a sense."""

import tomllib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from company_cases import COHORTS, Raw, case_of, cells, example, valued
from workbooks.build import workbook_bytes


def raw(growth: float, distance: float) -> Raw:
    tables = example("dcf")
    tables["dcf"] = {name: value for name, value in tables["dcf"].items() if name != "exit_multiple"}
    tables["dcf"] |= {"terminal_growth": growth, "wacc": growth + distance, "mid_year": True}
    return tables


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 0.05), st.floats(0.0005, 0.12))
def test_low_and_high_are_on_their_sides_and_the_grid_rises(growth: float, distance: float) -> None:
    """At 1.3 points the high was negative, of all things; at 3 points the grid divided by zero."""
    case = case_of(raw(growth, distance))
    ends = valued(case)["dcf"]["enterprise"]
    assert 0 < ends["low"] < ends["base"] < ends["high"]
    names = [f"dcf_grid.at_{column}[{row}]" for row in range(1, 7) for column in range(5)]
    rates, *found = cells(case, "dcf_grid.rate", *names)
    heads, *lines = (found[start : start + 5] for start in range(0, len(found), 5))
    assert all(heads[-1] < rate for rate in rates[1:])
    for line in lines:
        assert all(0 < before < after for before, after in pairwise(line))
    for upper, lower in pairwise(lines):
        assert all(above > below for above, below in zip(upper, lower, strict=True))


@pytest.mark.parametrize(("distance", "share"), [(0.06, 1), (0.0375, 1), (0.03, 0.8), (0.015, 0.4)])
def test_the_steps_are_those_of_inputs_unless_growth_would_be_too_near(distance: float, share: float) -> None:
    found = cells(case_of(raw(0.02, distance)), "dcf.rate_step", "dcf.growth_step")
    assert found == pytest.approx([0.01 * share, 0.005 * share])


def by_multiple(multiple: float, wacc: float) -> Raw:
    tables = example("dcf")
    tables["dcf"] = {name: value for name, value in tables["dcf"].items() if name != "terminal_growth"}
    tables["dcf"] |= {"exit_multiple": multiple, "wacc": wacc}
    return tables


@settings(max_examples=15, deadline=None)
@given(st.floats(0.2, 12), st.floats(0.005, 0.15))
def test_exit_multiples_and_their_rates_stay_above_zero(multiple: float, wacc: float) -> None:
    """A business sold at 1.5 × EBITDA had columns for -0.5 × and for 0.5 ×, and a low of a third."""
    case = case_of(by_multiple(multiple, wacc))
    ends = valued(case)["dcf"]["enterprise"]
    assert ends["low"] < ends["base"] < ends["high"]
    heads = cells(case, *(f"dcf_grid.at_{column}[1]" for column in range(5)))
    [rates] = cells(case, "dcf_grid.rate")
    assert heads[0] >= multiple / 2 * (1 - 1e-12)
    assert rates[1] >= wacc / 2 * (1 - 1e-12)
    assert all(before < after for each in (heads, rates[1:]) for before, after in pairwise(each))


@pytest.mark.parametrize(("multiple", "step"), [(8, 1), (4, 1), (2, 0.5), (1.5, 0.375)])
def test_the_step_of_an_exit_multiple_is_at_most_a_quarter_of_it(multiple: float, step: float) -> None:
    found = cells(case_of(by_multiple(multiple, 0.08)), "dcf.rate_step", "dcf.exit_step")
    assert found == pytest.approx([0.01, step])


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 0.05), st.floats(0.0005, 0.12))
def test_users_by_cohort_are_in_order_too(growth: float, distance: float) -> None:
    tables = tomllib.loads(COHORTS)
    rates = {"discount_rate": growth + distance, "new_users_rate": growth + 1.2 * distance}
    tables["cohorts"] |= {"terminal_growth": growth, "overhead": 0, "acquisition_cost": 0, **rates}
    ends = valued(case_of(tables))["cohorts"]["equity"]
    assert ends["low"] < ends["base"] < ends["high"]


@pytest.mark.slow
@pytest.mark.parametrize("distance", [0.03, 0.025, 0.02, 0.015, 0.01])
def test_such_a_workbook_is_built(distance: float) -> None:
    assert workbook_bytes(case_of(raw(0.025, distance)))[1]


@pytest.mark.slow
@pytest.mark.parametrize("multiple", [0.5, 1.5, 2])
def test_so_is_one_with_a_low_exit_multiple(multiple: float) -> None:
    assert workbook_bytes(case_of(by_multiple(multiple, 0.08)))[1]
