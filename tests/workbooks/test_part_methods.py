"""Each method of a part gives what its figures come to by hand, in the workbook too, which is proved as it is built."""

import math
from typing import Any, Final

import pytest

from company_cases import Raw, case_of, example, problems_of, valued
from workbooks.build import workbook_bytes
from workbooks.case.reading import CaseError, parse

MILLION: Final = 1e6


def with_parts(*parts: Raw, **section: Any) -> Raw:  # noqa: ANN401 - what a section of a case file may hold
    raw = example("nav")
    raw["segments"] = {"of": "equity", "parts": list(parts)} | section
    return raw


NET_CASH: Final = 400.0  # 15,200 of cash less 14,800 of debt
GIVEN: Final[Raw] = {"name": "Given", "method": "value", "value": 1000}

CASES: Final = {
    "a market value at a stake": (
        with_parts({"name": "A", "method": "market", "market_value": "783.7m HKD", "stake": 0.5}),
        (50, 50, 50),
    ),
    "users at a value each": (
        with_parts(
            {
                "name": "A",
                "method": "per_user",
                "users": "30m users",
                "per_user": {"value": 7.837, "unit": "HKD per user"},
            }
        ),
        (30, 30, 30),
    ),
    "a value with a low and a high": (
        with_parts(GIVEN | {"value_low": 800, "value_high": "1300m USD"}),
        (800, 1000, 1300),
    ),
    "a book value": (with_parts({"name": "A", "method": "book", "value": 70}), (70, 70, 70)),
    "a metric in another currency": (
        with_parts({"name": "A", "metric": "783.7m HKD", "base": 3, "low": 2, "high": 5, "peer": "P"}, bridge=True),
        (200, 300, 500),
    ),
    "net debt of its own": (
        with_parts(GIVEN | {"net_debt": 200, "stake": 0.6}),
        (480, 480, 480),
    ),
    "a discount on all gross assets and on one": (
        with_parts(GIVEN, GIVEN | {"name": "B", "discount": 0.2, "stake": 0.5}, gross_discount=0.1),
        (900 + 360, 900 + 360, 900 + 360),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_part_is_worth_what_its_figures_say(name: str) -> None:
    raw, worth = CASES[name]
    case = case_of(raw)
    equity = valued(case)["segments"]["equity"]
    for end, value in zip(("low", "base", "high"), worth, strict=True):
        assert math.isclose(equity[end], (value + NET_CASH) * MILLION, rel_tol=1e-9), end
    for language in ("en", "zh"):
        workbook_bytes(case, language)  # refused unless its formulas give what the core gives


def test_a_part_on_its_cash_flows_is_worth_their_value() -> None:
    raw = example("dcf")
    alone = valued(case_of(raw))["dcf"]
    raw["dcf"]["part"] = "Works"
    raw["segments"] = {
        "of": "enterprise",
        "parts": [{"name": "Works", "method": "dcf"}, {"name": "Land", "method": "value", "value": 300}],
    }
    case = case_of(raw)
    found = valued(case)
    assert set(found) == {"segments", "conclusion"}
    for end in ("low", "base", "high"):
        assert math.isclose(found["segments"]["equity"][end], alone["equity"][end] + 300 * MILLION, rel_tol=1e-9)
    workbook_bytes(case)


def test_a_part_on_cash_flows_needs_them() -> None:
    text = """
title = "T"
[company]
name = "N"
as_of = 2023-06-02
currency = "USD"
unit = "USD m"
[defaults]
source = "S"
as_of = "2023"
[segments]
of = "equity"
parts = [{ name = "A", method = "dcf" }]
"""
    with pytest.raises(CaseError, match=r"parts\[1\]\.method \(A\): 'dcf': expected \[dcf\] with part = 'A'"):
        parse(text, "case.toml")


def test_the_simulation_draws_what_is_left_after_the_bridge() -> None:
    book, _ = workbook_bytes(case_of(example("group")))
    page = next(page for page in book.sheets if page.sheet.id == "simulation")
    numbers = [cell.content for cell in page.cells if isinstance(cell.content, float)]
    base = valued(case_of(example("group")))["segments"]["equity"]
    # By hand: the mean lies between low and high of the equity, which is 6.6bn below the sum of the parts.
    means = [number for number in numbers if base["low"] < number < base["high"]]
    assert means
    assert max(number for number in numbers if number < 1e12) < base["high"] + 6.6e9


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (-800, -700, "'segments.costs.value_low' is -800 USD m: expected at most the value, -1000"),
        (-1200, -1300, "'segments.costs.value_high' is -1300 USD m: expected at least the value"),
        (-1200, -800, ""),
        ("-1bn HKD", "-800m HKD", ""),  # in another currency: a matter of the rate
    ],
)
def test_the_low_of_a_cost_is_the_larger_one(low: Any, high: Any, told: str) -> None:  # noqa: ANN401
    raw = with_parts(GIVEN, {"name": "Costs", "method": "value", "value": -1000, "value_low": low, "value_high": high})
    assert told in problems_of(raw)
    assert bool(problems_of(raw)) == bool(told)


def test_a_part_of_enterprise_value_with_its_own_debt_stands_beside_parts_of_equity_value() -> None:
    # 60 % of 145 at 10.5 times less 60 % of its debt of 410; costs of 18 at 9 times; 380 of book value.
    services = {"name": "Services", "metric": 145, "base": 10.5, "peer": "own", "of": "enterprise", "stake": 0.6}
    costs = {"name": "Head office", "metric": -18, "base": 9, "peer": "own"}
    raw = example("nav")
    funds = {"name": "Funds", "method": "book", "value": 380}
    raw["segments"] = {"of": "equity", "parts": [services | {"net_debt": 410}, costs, funds]}
    expected = (0.6 * (145 * 10.5 - 410) - 18 * 9 + 380 - 14800 + 15200) * 1e6
    assert valued(case_of(raw))["segments"]["equity"]["base"] == pytest.approx(expected)
    raw["segments"]["parts"][0] = services
    assert "expected one basis, since debt would count in one and not in the other" in problems_of(raw)


def test_stakes_are_in_any_currency_that_a_rate_leads_to() -> None:
    raw = example("nav")
    del raw["segments"]
    held = {"name": "Tencent", "stake": 0.25, "value": "2,470bn HKD", "basis": "market"}
    raw["holdings"] = {"whole": True, "stakes": [held]}
    net_cash = (15200 - 14800) * 1e6
    assert valued(case_of(raw))["holdings"]["equity"]["base"] == pytest.approx(2470e9 * 0.25 / 7.837 + net_cash)
    raw["holdings"]["stakes"][0]["value"] = "2,470bn SGD"
    assert "a rate under [fx] that leads to it, such as SGDUSD" in problems_of(raw)
