"""Transactions: multiples that were paid, as published or worked out, and what they make of the company."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Final

import openpyxl
import pytest

import ironcalc_engine
from built import bytes_of, place
from company_cases import Raw, case_of, example, problems_of, valued
from filled_templates import read_back
from libreoffice import LibreOffice, at
from recalculation import disagreements, formula_cells
from workbooks.build import workbook_bytes

DAY: Final = dt.date(2013, 5, 1)
MILLION: Final = 1e6


def with_deals() -> Raw:
    raw = example("comps")
    raw["fx"] = {"EURUSD": 1.25}
    raw["transactions"] = {
        "low": "min",
        "high": "max",
        "multiples": [
            {"name": "EV/EBITDA 2015E", "of": "enterprise", "metric": "EBITDA 2015E"},
            {"name": "Deal P/E", "of": "equity", "metric": "Net profit 2015E"},
        ],
        "deals": [
            {
                "name": "One",
                "date": DAY,
                "buyer": "Fund",
                "premium": 0.3,
                "enterprise_value": "80m EUR",  # 100 in USD, over 20: 5 times
                "metrics": {"EBITDA 2015E": 20},
                "multiples": {"Deal P/E": 15},
            },
            {
                "name": "Two",
                "date": DAY,
                "buyer": "Rival",
                "multiples": {"EV/EBITDA 2015E": 9},
                "not_meaningful": ["Deal P/E"],
            },
            {"name": "Three", "date": DAY, "buyer": "Rival", "included": False, "multiples": {"EV/EBITDA 2015E": 90}},
        ],
    }
    raw["conclusion"] = {"weights": {"EV/EBITDA 2015E": 0.5, "EV/EBITDA 2015E, transactions": 0.5}}
    return raw


def test_the_value_is_the_statistic_of_the_multiples_that_were_paid() -> None:
    found = valued(case_of(with_deals()))
    deals = found["EV/EBITDA 2015E, transactions"]
    worth = {"low": 5 * 85.17, "base": 7 * 85.17, "high": 9 * 85.17}
    assert deals["enterprise"] == pytest.approx({end: value * MILLION for end, value in worth.items()})
    assert deals["per_share"] == pytest.approx({end: (value - 218) / 32 for end, value in worth.items()})
    assert found["Deal P/E"]["equity"] == pytest.approx(dict.fromkeys(worth, 300 * MILLION))
    assert found["EV/EBITDA 2015E"] == valued(case_of(example("comps")))["EV/EBITDA 2015E"]


def test_a_multiple_is_either_a_figure_or_not_meaningful() -> None:
    raw = with_deals()
    raw["transactions"]["deals"][0]["not_meaningful"] = ["Deal P/E"]
    assert "deals[1].not_meaningful[1]" in problems_of(raw)
    assert "'Deal P/E' is a figure under multiples too: expected one" in problems_of(raw)


@pytest.mark.parametrize("of", ["peers", "deals"])
def test_a_multiple_that_the_section_does_not_use_is_reported(of: str) -> None:
    raw = with_deals()
    company = {"name": "Four", "multiples": {"EV/EBITA 2015E": 9}, "not_meaningful": ["Deal P/F"]}
    if of == "deals":
        raw["transactions"]["deals"].append(company | {"date": DAY, "buyer": "Rival"})
    else:
        raw["comparables"]["peers"] = [company]
        del raw["comparables"]["table"]
    told = problems_of(raw)
    assert f"{of}[" in told
    assert "is not a multiple of this section; did you mean EV/EBITDA 2015E?" in told
    assert "'Deal P/F' is not a multiple of this section" in told


def test_a_multiple_typed_over_not_meaningful_is_read_back() -> None:
    book, data = workbook_bytes(case_of(with_deals()))
    opened = openpyxl.load_workbook(BytesIO(data))
    sheet, cell = place(book, "deals.deal_p_e", 1)
    assert opened[sheet][cell].value == "n.m."
    opened[sheet][cell] = 25.0
    case = read_back(bytes_of(opened)).case
    assert case.transactions
    assert [deal.not_meaningful for deal in case.transactions.deals] == [()] * 3
    # The median of 15 and 25 on a net profit of 20 million.
    assert valued(case)["Deal P/E"]["equity"]["base"] == pytest.approx(400 * MILLION)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.libreoffice
def test_three_engines_agree(language: str, tmp_path: Path, libreoffice: LibreOffice) -> None:
    book, data = workbook_bytes(case_of(with_deals()), language)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    stored = formula_cells(path)
    assert disagreements(stored, libreoffice.recalculate(path)) == []
    assert disagreements(stored, ironcalc_engine.recalculate(path)) == []
    yes = {"en": "yes", "zh": "是"}[language]
    changed = ironcalc_engine.recalculate(path, {place(book, "deals.included", 2): yes})
    assert at(changed, *place(book, "transactions.ev_ebitda_2015e_high")) == pytest.approx(90 * 85.17 * MILLION)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tiers_of_transactions_have_statistics_of_their_own(language: str, tmp_path: Path) -> None:
    raw = with_deals()
    for deal, tier in zip(raw["transactions"]["deals"], ("Cash", "Cash", "Shares"), strict=True):
        deal["tier"] = tier
    raw["transactions"]["deals"][2]["included"] = True
    book, data = workbook_bytes(case_of(raw), language)
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    found = ironcalc_engine.recalculate(path)
    assert disagreements(formula_cells(path), found) == []
    # Count, minimum, quartile, median, mean, quartile, maximum of 5 and 9 times in cash, then of 90 times in shares.
    column = [at(found, *place(book, "deal_tiers.ev_ebitda_2015e", row)) for row in range(14)]
    assert column == [pytest.approx(value) for value in (2, 5, 6, 7, 7, 8, 9, 1, *[90] * 6)]
    assert at(found, *place(book, "deal_tiers.deal_p_e", 9)) == {"en": "n.m.", "zh": "NM"}[language]
