"""What a case of a company gets wrong is refused with its place and its text; what is typed in pence is read so."""

import math
from typing import Final

import pytest

from company_cases import EXAMPLES, case_of, example, path, problems_of, valued
from workbooks.case.reading import CaseError, parse

WACC: Final = "wacc = { risk_free = 0.03, beta = 1.1, equity_premium = 0.055, cost_of_debt = 0.05, debt_share = 0.2 }"


def refused(name: str, old: str, new: str) -> str:
    text = path(name).read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(CaseError) as error:
        parse(text.replace(old, new, 1), f"{name}.toml", EXAMPLES)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("nav", "USDHKD = 7.837\n", "", ("'HKD per share' is in HKD", "HKDUSD")),
        ("nav", "EURUSD = 1.0753\n", "", ("'EUR per share' is in EUR", "EURUSD")),
        ("nav", "debt = 14800", 'debt = "14800m XXX"', ("capital.debt", "XXX")),
        ("nav", "debt = 14800", 'debt = "14.8bn CHF"', ("is in CHF", "CHFUSD")),
        ("group", "stake = 0.5", "stake = 1.2", ("parts[5].stake (Steel joint venture)", "1.2", "from 0 to 1")),
        ("group", "stake = 0.5", 'stake = "120%"', ("parts[5].stake (Steel joint venture)", "from 0 to 1")),
        ("group", "discount = 0.10", "discount = 1.10", ("segments.discount", "1.1")),
        ("dcf", "terminal_growth = 0.03", "terminal_growth = 0.0799", ("dcf.terminal_growth", "0.0799", "not below")),
        (
            "dcf",
            WACC,
            "wacc = 0.03",
            ("dcf.terminal_growth", "not below the cost of capital, 0.03"),
        ),
        (
            "comps",
            'price = "10.13 USD per share"',
            'price = "10.13 shares"',
            ("capital.price", "is in `shares`: expected a price per share"),
        ),
        ("comps", 'price = "10.13 USD per share"', 'price = "212p"', ("is in GBP", "GBPUSD")),
        ("comps", "net_debt = 218", 'net_debt = "1.234 Mio EUR"', ("capital.net_debt", "1234 or 1.234")),
        ("comps", "net_debt = 218", 'net_debt = "kr 5m"', ("capital.net_debt", "write SEK, NOK, DKK or ISK")),
        ("comps", 'low = "q1"', 'low = "q5"', ("comparables.low", "q5")),
        ("comps", "net_debt = 218", "net_debt = true", ("capital.net_debt", "true")),
        ("comps", "net_debt = 218", "net_debt = nan", ("capital.net_debt", "nan")),
    ],
)
def test_a_mistake_is_reported_with_its_place_and_text(name: str, old: str, new: str, told: tuple[str, ...]) -> None:
    message = refused(name, old, new)
    assert [part for part in told if part not in message] == [], message


def test_a_price_in_pence_is_a_hundredth_of_one_in_pounds() -> None:
    raw = example("comps")
    raw["fx"] = {"GBPUSD": 1.25}
    found = []
    for price in ("212p", "2.12 GBP per share", "212 pence"):
        raw["capital"]["price"] = price
        found.append(valued(case_of(raw))["EV/EBITDA 2015E"])
    assert found[0] == found[1] == found[2]
    # By hand: 378.19m USD over 32m shares, at 1.25, against 2.12 pounds.
    assert math.isclose(found[0]["per_share"]["base"], 378.19 / 32 / 1.25)
    assert math.isclose(found[0]["upside"]["base"], 378.19 / 32 / 1.25 / 2.12 - 1)


def test_the_inverse_of_the_rate_that_is_missing_is_named() -> None:
    raw = example("comps")
    raw["company"] |= {"reporting_currency": "GBP", "reporting_unit": "GBP m"}
    raw["fx"] = {"USDGBP": 0.75}
    assert "or GBPUSD under [fx]; USDGBP is its inverse: write 1 ÷ that number" in problems_of(raw)
