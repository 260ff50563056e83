"""Whether the workbook asks for items of a bridge that none of its methods goes over."""

import datetime as dt

import pytest

from company_cases import Raw, case_of, cells, example

LABEL = "Every usual item of the bridge is given"


def bank(**changes: object) -> Raw:
    """A bank on its book value: debt and cash are its business, not claims before its shareholders."""
    tables = example("comps")
    tables["capital"] = {"preferred": 0, "minorities": 30, "shares": "95m shares", "price": 61.2}
    tables["metrics"] = {"Book value": 6200}
    tables["comparables"] = {
        "multiples": [{"name": "P/B", "of": "equity", "metric": "Book value"}],
        "peers": [{"name": "A", "market_value": 900, "metrics": {"Book value": 1000}}],
    }
    tables["conclusion"] = {"weights": {"P/B": 1}}
    return tables | changes


def asked(tables: Raw) -> bool:
    labels, states = cells(case_of(tables), "check_rows.label", "check_rows.status")
    return dict(zip(map(str, labels), states, strict=True)).get(LABEL) == "WARN"


def test_a_bank_on_its_book_value_is_not_asked_for_its_debt() -> None:
    assert not asked(bank())


@pytest.mark.parametrize(
    "more",
    [
        {"segments": {"of": "enterprise", "parts": [{"name": "A", "metric": 90, "base": 9, "peer": "own"}]}},
        {"segments": {"of": "equity", "parts": [{"name": "A", "method": "book", "value": 90}]}},
        {"holdings": {"whole": True, "stakes": [{"name": "A", "value": 90, "basis": "book"}]}},
        {
            "transactions": {
                "multiples": [{"name": "EV/Book value", "of": "enterprise", "metric": "Book value"}],
                "deals": [
                    {"name": "B", "date": dt.date(2013, 1, 31), "buyer": "C", "multiples": {"EV/Book value": 1.2}}
                ],
            }
        },
    ],
    ids=["enterprise", "assets", "holdings", "deals"],
)
def test_a_company_that_goes_over_the_bridge_is_asked(more: Raw) -> None:
    tables = bank(**more)
    tables["capital"]["net_debt"] = 100
    assert asked(tables)


def test_parts_of_equity_value_are_not_over_the_bridge() -> None:
    parts = [{"name": "A", "metric": 90, "base": 9, "peer": "own"}]
    assert not asked(bank(segments={"of": "equity", "parts": parts}))
