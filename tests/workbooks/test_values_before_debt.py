"""Scenarios and a multiple with a premium, of enterprise or equity value: by hand, and what has to be said."""

import tomllib
from pathlib import Path
from typing import Final

import pytest

import ironcalc_engine
from company_cases import HEAD, Raw, case_of, problems_of, valued
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes
from workbooks.read_back.contents import contents_of
from workbooks.read_back.identity import identity_of
from workbooks.read_back.inputs import read_inputs

SOLAR: Final = (
    HEAD
    + """
[capital]
debt = 400
cash = 150
shares = "100m shares"
price = "18 USD per share"
[scenarios]
of = "enterprise"
revenue = 1000
years = 3
parts = ["Modules", "Service"]
selected = 2
[[scenarios.cases]]
name = "Bear"
growth = -0.05
mix = [0.8, 0.2]
margins = ["-2%", "15%"]
basis = "earnings"
multiple = 15
discount_rate = "11%"
probability = "30%"
[[scenarios.cases]]
name = "Base"
growth = 0.10
mix = [0.7, 0.3]
margins = ["6%", "20%"]
basis = "earnings"
multiple = 15
discount_rate = "11%"
probability = "50%"
[[scenarios.cases]]
name = "Bull"
growth = 0.25
mix = [0.6, 0.4]
margins = ["9%", "22%"]
basis = "revenue"
multiple = 2.5
discount_rate = "11%"
probability = "20%"
[premium]
of = "enterprise"
metric = 90
base_multiple = "14x"
peer = "First Sun"
maximum = "40%"
questions = [
  { name = "Moat", score = 2, weight = "60%", why = "One product" },
  { name = "Team", score = 5, weight = "40%", why = "Ten years together" },
]
"""
)
NET_DEBT: Final = 250e6
# Revenue in three years × metric × multiple, discounted: 1,000 × 0.95³ × 1.4 % × 15 ÷ 1.11³ and so on.
SCENARIOS: Final = {
    "low": 1e9 * 0.95**3 * (0.8 * -0.02 + 0.2 * 0.15) * 15 / 1.11**3,
    "base": 1e9 * 1.10**3 * (0.7 * 0.06 + 0.3 * 0.20) * 15 / 1.11**3,
    "high": 1e9 * 1.25**3 * 2.5 / 1.11**3,
}
# The score is 0.6 × (2 − 3) ÷ 2 + 0.4 × (5 − 3) ÷ 2 = 0.1, a quarter of the premium of 40 % for +0.25: 4 %.
PREMIUM: Final = {"low": 90e6 * 14, "base": 90e6 * 14 * 1.04, "high": 90e6 * 14 * 1.4}


def solar(**of: str) -> Raw:
    raw = tomllib.loads(SOLAR)
    for section, basis in of.items():
        if basis:
            raw[section]["of"] = basis
        else:
            del raw[section]["of"]
    return raw


@pytest.mark.parametrize(("section", "worth"), [("scenarios", SCENARIOS), ("premium", PREMIUM)])
def test_the_bridge_is_taken_off_what_is_of_enterprise_value(section: str, worth: dict[str, float]) -> None:
    found = valued(case_of(solar()))[section]
    assert found["enterprise"] == pytest.approx(worth)
    equity = {end: value - NET_DEBT for end, value in worth.items()}
    assert found["equity"] == pytest.approx(equity)
    assert found["per_share"] == pytest.approx({end: value / 100e6 for end, value in equity.items()})
    of_equity = valued(case_of(solar(**{section: "equity"})))[section]
    assert "enterprise" not in of_equity
    assert of_equity["equity"] == pytest.approx(worth)


@pytest.mark.parametrize("section", ["scenarios", "premium"])
def test_what_the_multiples_are_of_is_said_where_there_are_claims(section: str) -> None:
    said = "is missing, and [capital] gives claims on enterprise value: expected 'enterprise'"
    assert said in problems_of(solar(**{section: ""}))
    unlevered = solar(scenarios="", premium="")
    for claim in ("debt", "cash"):
        del unlevered["capital"][claim]
    assert problems_of(unlevered) == ""
    assert "without a bridge its value is not the equity" in problems_of(
        unlevered | {"scenarios": solar()["scenarios"]}
    )


@pytest.mark.parametrize(("scenarios", "premium"), [("enterprise", "equity"), ("equity", "enterprise")])
def test_what_they_are_of_is_read_back(scenarios: str, premium: str) -> None:
    case = case_of(solar(scenarios=scenarios, premium=premium))
    read = read_inputs(identity_of(contents_of(workbook_bytes(case)[1]))).case
    assert read.scenarios
    assert read.premium
    assert (read.scenarios.of, read.premium.of) == (scenarios, premium)
    assert valued(read) == valued(case)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_workbook_says_which_value_it_is(code: str, tmp_path: Path) -> None:
    book, data = workbook_bytes(case_of(solar()), code)
    texts = {str(cell.content) for page in book.sheets for cell in page.cells if isinstance(cell.content, str)}
    wanted = {"en": "Enterprise value with the premium", "zh": "企业价值，含溢价"}[code]
    assert wanted in texts
    assert {"en": "Enterprise value today", "zh": "企业价值现值"}[code] in texts
    assert {"en": "Equity value with the premium", "zh": "股权价值，含溢价"}[code] not in texts
    path = tmp_path / "solar.xlsx"
    path.write_bytes(data)
    assert disagreements(formula_cells(path), ironcalc_engine.recalculate(path)) == []
