"""The enterprise value of a peer is known where its net debt is; and no figure typed for a peer is without effect."""

import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company_cases import Raw, case_of, cells, example, problems_of, valued
from filled_templates import CAPITAL, FIGURES, METRICS, pasted, template, typed
from libreoffice import LibreOffice

TAKEN = ("net_debt", "debt", "leases", "pensions", "minorities", "preferred")
ADDED = ("cash", "associates")


def of_peers(*peers: Raw, **section: object) -> Raw:
    tables = example("comps")
    tables["metrics"] = {"EBITDA 2026E": 90, "Users": "12m users"}
    of = {"name": "EV/EBITDA 2026E", "of": "enterprise", "metric": "EBITDA 2026E"}
    tables["comparables"] = {"multiples": [of], "peers": list(peers), "low": "min", "high": "max", **section}
    tables.pop("conclusion", None)
    return tables


def peer(name: str, **figures: object) -> Raw:
    return {"name": name, "market_value": 1000, "metrics": {"EBITDA 2026E": 100}, **figures}


CLAIMS = st.dictionaries(st.sampled_from((*TAKEN, *ADDED)), st.integers(1, 400), max_size=8)


@given(claims=CLAIMS)
def test_net_debt_is_never_taken_for_zero(claims: dict[str, int]) -> None:
    """A peer with minorities or leases and nothing of its net debt had an enterprise value without it."""
    if {"debt", "cash"} & set(claims):
        claims.pop("net_debt", None)
    known = bool({"net_debt", "debt", "cash"} & set(claims))
    tables = of_peers(peer("A", **claims), peer("B", net_debt=500))
    if claims and not known:
        told = problems_of(tables)
        assert all(f"comparables.peers[1].{key}" in told for key in claims)
        assert "is given without net debt" in told
        return
    signed = sum(value * (1 if key in TAKEN else -1) for key, value in claims.items())
    multiples = [15.0] + ([(1000 + signed) / 100] if known else [])
    found = valued(case_of(tables))["EV/EBITDA 2026E"].get("enterprise", {})
    multiples = [each for each in multiples if each > 0]
    assert found["base"] == pytest.approx(statistics.median(multiples) * 90e6)
    assert found["low"] == pytest.approx(min(multiples) * 90e6)


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"pe": 12}, "is P/E, which is not a multiple of this section"),
        ({"ev_ebitda": 12}, "is EV/EBITDA, which is not a multiple of this section"),
        ({"revenue": 700}, "is Revenue, of which no multiple or measure is: expected it under metrics"),
        ({"users": "20m users"}, "expected a multiple or a measure on the metric 'Users'"),
        ({"beta": 1.2}, "expected it under beta_peers of [dcf.wacc]"),
        ({"tax_rate": 0.3}, "expected it under beta_peers of [dcf.wacc]"),
        ({"value": 900}, "is the market value, which is given already"),
    ],
)
def test_a_figure_that_nothing_reads_is_refused(figures: Raw, told: str) -> None:
    assert told in problems_of(of_peers(peer("A", net_debt=500, **figures)))


@pytest.mark.parametrize("key", ["revenue", "net_profit", "ebitda"])
def test_a_figure_of_the_company_for_a_usual_multiple_is_of_no_other(key: str) -> None:
    assert f"comparables.{key}" in problems_of(of_peers(peer("A", net_debt=500), **{key: 90}))


def test_users_are_the_metric_of_that_name() -> None:
    """It was accepted, and the multiple had no peer."""
    of = {"name": "EV/Users", "of": "enterprise", "metric": "Users"}
    peers = [peer("A", net_debt=500, users="30m users"), peer("B", net_debt=800, metrics={"Users": "20m users"})]
    for each in peers:
        each["metrics"].pop("EBITDA 2026E", None)
    case = case_of(of_peers(*peers, multiples=[of]))
    assert cells(case, "peers.ev_users")[0] == pytest.approx([50, 90])
    assert valued(case)["EV/Users"]["enterprise"]["base"] == pytest.approx(70 * 12e6)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("heading", ["Net debt", "Debt", "Minorities", "Leases"])
def test_a_pasted_table_without_net_debt_gives_no_enterprise_value(
    heading: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    path = template(tmp_path)
    table = [FIGURES[0], [heading if cell == "Net debt" else cell for cell in FIGURES[1]], *FIGURES[2:]]
    values = libreoffice.recalculate(path, typed(path, CAPITAL | METRICS) | pasted(table, 9))
    line = next(row for row in values["Comparables"] if row and row[0] == "Alpha")
    assert (pytest.approx(4010e6) in line) == (heading in {"Net debt", "Debt"})  # 3.212 USD bn and 798 USD m
