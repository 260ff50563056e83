"""Convertibles: holders convert or are lenders, alike in every method, in the weighted value and at the price."""

import datetime as dt
import math
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from company_cases import Raw, case_of, cells, valued

MILLION: Final = 1e6
EXACT: Final = 1e-9

Pairs = list[tuple[int, int]]

NOTES: Final = st.lists(st.tuples(st.integers(50, 400), st.integers(3, 15)), min_size=1, max_size=2)
OPTIONS: Final = st.lists(st.tuples(st.integers(1, 30), st.integers(2, 20)), max_size=2)


def raw(multiples: tuple[float, float], options: Pairs, notes: Pairs, weight: float = 0.5) -> Raw:
    """EBITDA of 100 m on a multiple of enterprise value, net profit of 50 m on one of equity; 100 m shares."""
    return {
        "title": "Convertibles",
        "company": {"name": "Example", "as_of": dt.date(2026, 9, 30), "currency": "USD", "unit": "USD m"},
        "defaults": {"source": "Made up", "as_of": "2026-09-30"},
        "metrics": {"EBITDA": 100, "Net profit": 50},
        "capital": {
            "net_debt": 60,
            "basic_shares": "100m shares",
            "options": [{"number": f"{n}m options", "strike": strike} for n, strike in options],
            "convertibles": [{"principal": p, "conversion_price": at} for p, at in notes],
            "price": 9,
        },
        "comparables": {
            "multiples": [
                {"name": "EV/EBITDA", "of": "enterprise", "metric": "EBITDA"},
                {"name": "P/E", "of": "equity", "metric": "Net profit"},
            ],
            "peers": [{"name": "Alpha", "multiples": dict(zip(("EV/EBITDA", "P/E"), multiples, strict=True))}],
        },
        "conclusion": {"weights": {"EV/EBITDA": weight, "P/E": 1 - weight}},
    }


def share_value(as_debt: float, options: Pairs, notes: Pairs) -> float:
    """The value per share at which what everybody holds is worth the equity, found by halving, in millions."""

    def over(price: float) -> float:
        holders = 100 * price + sum(n * max(0.0, price - strike) for n, strike in options)
        return holders + sum(p / at * max(0.0, price - at) for p, at in notes) - as_debt

    low, high = 0.0, 1e4
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if over(middle) > 0 else (middle, high)
    return low


def diluted(price: float, options: Pairs, notes: Pairs) -> float:
    """Shares at a price: treasury stock method, and all shares of a note that converts."""
    exercised = sum(n * (1 - strike / price) for n, strike in options if price > strike)
    return 100 + exercised + sum(p / at for p, at in notes if price > at)


def owed(price: float, notes: Pairs) -> float:
    """The principal of the notes that convert."""
    return float(sum(p for p, at in notes if price > at))


def near(found: float, wanted: float) -> bool:
    return math.isclose(found, wanted, rel_tol=EXACT)


def test_two_methods_of_one_value_are_one_weighted_value() -> None:
    """EV 1,000 without debt, and 100 of notes at 5: 1,000 over 120 m shares. It was 8.75, above both methods."""
    tables = raw((10, 18), [], [(100, 5)])
    tables["capital"]["net_debt"] = 0
    tables["capital"]["price"] = 1000 / 120
    found = valued(case_of(tables))
    for of in ("EV/EBITDA", "P/E", "conclusion"):
        assert near(found[of]["equity"]["base"], 1000 * MILLION)
        assert near(found[of]["per_share"]["base"], 1000 / 120)
        assert found[of]["upside"]["base"] == pytest.approx(0, abs=EXACT)
    names = ("shares_at_price", "market_value", "market_value_with_debt", "market_enterprise")
    wanted = (120 * MILLION, 1000 * MILLION, 900 * MILLION, 1000 * MILLION)
    assert cells(case_of(tables), *(f"capital.{name}" for name in names)) == pytest.approx(wanted, rel=EXACT)
    own = cells(
        case_of(tables), "subject.ev_ebitda[1]", "subject.p_e[1]", "simulation.price", "simulation.market_enterprise"
    )
    assert own == pytest.approx([10, 18, 1000 * MILLION, 1000 * MILLION], rel=EXACT)


@settings(max_examples=25, deadline=None)
@given(st.tuples(st.integers(8, 30), st.integers(8, 40)), OPTIONS, NOTES, st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_equity_is_value_per_share_times_diluted_shares(
    multiples: tuple[int, int], options: Pairs, notes: Pairs, weight: float
) -> None:
    found = valued(case_of(raw(multiples, options, notes, weight)))
    principal = sum(p for p, _ in notes)
    as_debt = {"EV/EBITDA": 100 * multiples[0] - 60 - principal, "P/E": 50 * multiples[1]}
    assume(min(as_debt.values()) > 0)
    shares = {of: share_value(amount, options, notes) for of, amount in as_debt.items()}
    assume(all(abs(price - at) > EXACT for price in shares.values() for _, at in (*options, *notes)))
    for of, price in shares.items():
        assert near(found[of]["per_share"]["base"], price)
        assert near(found[of]["equity"]["base"] / MILLION, as_debt[of] + owed(price, notes))
        assert near(found[of]["equity"]["base"] / MILLION, price * diluted(price, options, notes))
    together = weight * as_debt["EV/EBITDA"] + (1 - weight) * as_debt["P/E"]
    weighted = found["conclusion"]["per_share"]["base"]
    assert near(weighted, share_value(together, options, notes))
    assert min(shares.values()) * (1 - EXACT) <= weighted <= max(shares.values()) * (1 + EXACT)


@settings(max_examples=15, deadline=None)
@given(st.integers(8, 30), OPTIONS, NOTES)
def test_at_the_price_that_a_method_gives_its_value_is_the_markets(multiple: int, options: Pairs, notes: Pairs) -> None:
    tables = raw((multiple, 20), options, notes)
    found = valued(case_of(tables))["EV/EBITDA"]
    price = found["per_share"]["base"]
    assume(price > 0)
    assume(all(abs(price - at) > 1e-6 for _, at in (*options, *notes)))
    tables["capital"]["price"] = price
    market, enterprise, own = cells(
        case_of(tables), "capital.market_value", "capital.market_enterprise", "subject.ev_ebitda[1]"
    )
    assert near(market, found["equity"]["base"])
    assert near(enterprise, found["enterprise"]["base"])
    assert near(own, multiple)


def test_a_market_value_that_is_given_has_convertibles_as_debt() -> None:
    """100 m shares and 20 m of the notes: (900 + 100) over 120 at the market, (990 + 100) over 120 by the method."""
    tables = raw((11.5, 18), [], [(100, 5)])
    del tables["capital"]["price"]
    tables["capital"]["market_value"] = 900
    found = valued(case_of(tables))["EV/EBITDA"]
    assert near(found["per_share"]["base"], 1090 / 120)
    assert near(found["upside"]["base"], 1090 / 1000 - 1)


def test_a_convertible_is_named_as_the_case_names_it() -> None:
    tables = raw((10, 18), [], [(100, 5), (100, 50)])
    tables["capital"]["convertibles"][0]["name"] = "1% notes 2030"
    assert cells(case_of(tables), "convertibles.name[1]", "dilution.name[1]") == ["1% notes 2030"] * 2
    assert cells(case_of(tables), "convertibles.name[2]") == ["Convertible 2"]
