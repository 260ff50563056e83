"""Amounts with the sign of another place, and two numbers for one thing."""

import pytest

from company_cases import Raw, example, problems_of

OWN = ("debt", "cash", "leases", "preferred", "market_value", "last_round")
OF_A_PEER = ("debt", "cash", "leases", "preferred", "market_value", "value")


def capital(**changes: object) -> Raw:
    tables = example("dcf")
    tables["capital"] = {"net_debt": 380, "shares": "100m shares", **changes}
    if {"debt", "cash"} & set(changes):
        del tables["capital"]["net_debt"]
    return tables


@pytest.mark.parametrize("key", OWN)
def test_what_the_bridge_takes_or_adds_is_typed_positive(key: str) -> None:
    """Cash of -120 was taken off, and debt of -500 added, as a reader of a printed bridge might type them."""
    assert not problems_of(capital(**{key: 20}))
    told = problems_of(capital(**{key: -20}))
    assert f"capital.{key}" in told
    assert "expected money, not negative" in told


@pytest.mark.parametrize("key", OF_A_PEER)
def test_what_a_peer_owes_or_has_is_typed_positive(key: str) -> None:
    tables = example("comps")
    tables["metrics"]["EBITDA 2015E"] = 90
    tables["comparables"].pop("table")
    peer: Raw = {"name": "A", "market_value": 100, "net_debt": 20, "metrics": {"EBITDA 2015E": 9}}
    if key in {"debt", "cash"}:
        del peer["net_debt"]
    if key == "value":
        del peer["market_value"]
    tables["comparables"]["peers"] = [peer | {key: 30}]
    assert not problems_of(tables)
    tables["comparables"]["peers"] = [peer | {key: -30}]
    assert "expected money, not negative" in problems_of(tables)


@pytest.mark.parametrize("key", ["net_debt", "pensions", "minorities", "associates"])
def test_what_may_be_either_is_either(key: str) -> None:
    assert not problems_of(capital(**{key: -20}))


def test_depositary_shares_are_of_a_positive_number_of_shares() -> None:
    price = {"price": "20 EUR per ADS", "ads_ratio": -2}
    assert "expected a plain number, not negative" in problems_of(capital(**price))


@pytest.mark.parametrize("key", ["price", "market_value", "last_round"])
def test_one_price_is_given(key: str) -> None:
    """That of [company] was of no effect."""
    tables = capital(**{key: 2100 if key != "price" else 21})
    assert not problems_of(tables)
    tables["company"]["price"] = 1900
    assert "is given beside price of [company]" in problems_of(tables)


def test_the_low_of_a_range_of_others_is_not_above_its_high() -> None:
    tables = capital()
    for low, high, told in ((40, 50, False), (50, 50, False), (50, 40, True)):
        tables["references"] = [{"label": "Rumour", "low": low, "high": high}]
        assert ("is above high" in problems_of(tables)) == told


@pytest.mark.parametrize("key", ["capex", "depreciation"])
@pytest.mark.parametrize("listed", [False, True])
def test_costs_of_a_forecast_are_typed_positive(key: str, listed: bool) -> None:  # noqa: FBT001
    """Capital expenditure of -4 %, as cash flow statements print it, was added: it more than doubled the value."""
    tables = example("dcf")
    for value, told in ((0.04, False), (0, False), (-0.04, True)):
        tables["dcf"][key] = [value] * 5 if listed else value
        assert ("expected a share of revenue, 0 to 1" in problems_of(tables)) == told


def test_revenue_is_not_negative() -> None:
    tables = example("dcf")
    tables["dcf"]["revenue"] = -1000
    assert "expected money, not negative" in problems_of(tables)


def test_a_scenario_selects_multiples_of_parts_that_are_there() -> None:
    """Without [segments] it was of no effect."""
    of = {"name": "A", "growth": 0.1, "basis": "revenue", "multiple": 2, "discount_rate": 0.1, "probability": 1}
    tables = capital()
    tables["scenarios"] = {"of": "enterprise", "revenue": 1000, "years": 3, "cases": [of]}
    assert not problems_of(tables)
    tables["scenarios"]["cases"] = [of | {"segments": "high"}]
    assert "'high': expected [segments], whose multiples it selects" in problems_of(tables)
    tables["scenarios"] |= {"revenue": -1000, "cases": [of]}
    assert "not negative" in problems_of(tables)


@pytest.mark.parametrize(
    ("basis", "margins", "told"),
    [
        ("earnings", [0.1, -0.05], ""),
        ("earnings", [0.02, -0.05], "a net margin of -0.8%"),
        ("revenue", [-0.1, -0.2], ""),
    ],
)
def test_a_multiple_of_earnings_is_of_a_profit(basis: str, margins: list[float], told: str) -> None:
    """0.6 × 2 % + 0.4 × -5 % is -0.8 %: the build was refused for a multiple out of range that nobody had given."""
    of = {"name": "A", "growth": 0.1, "multiple": 12, "discount_rate": 0.1, "probability": 1, "mix": [0.6, 0.4]}
    tables = capital()
    scenario = of | {"basis": basis, "margins": margins}
    tables["scenarios"] = {"of": "enterprise", "revenue": 1000, "years": 3, "parts": ["x", "y"], "cases": [scenario]}
    problems = problems_of(tables)
    assert (told in problems) if told else not problems
