"""Results of a screen: those of the catalogue for every company, in any partition, process and order."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from universe_tables import DCF, MULTIPLES, row, screened, universe
from valuation.bridge import equity_from_ev, ev_from_equity
from valuation.intrinsic import driver_dcf
from valuation.kernel.broadcast import Floats
from valuation.multiples import multiple, peer_multiple
from valuation.simulation import simulate
from valuation.sotp import sotp_value
from workbooks.screening import local, peers, running
from workbooks.screening.output import percentiles_of
from workbooks.screening.spec import MethodSpec

HAND = pl.DataFrame(
    {
        "id": ["A", "B", "C", "D", "E"],
        "name": ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"],
        "industry": ["Banks", "Banks", "Banks", "Banks", "Mines"],
        "ebitda": [10.0, 20.0, 30.0, -5.0, 10.0],
        "net_income": [5.0, 10.0, 10.0, -8.0, 4.0],
        "net_debt": [20.0, 0.0, 60.0, 10.0, 5.0],
        "shares": [10.0, 10.0, 10.0, 10.0, 10.0],
        "price": [8.0, 12.0, 30.0, 4.0, 6.0],
    }
)


def test_figures_worked_out_by_hand(tmp_path: Path) -> None:
    found = screened(tmp_path, HAND)
    # EV/EBITDA: A (80 + 20) ÷ 10 = 10, B 120 ÷ 20 = 6, C (300 + 60) ÷ 30 = 12; D makes a loss. Quartiles 8, 10, 11.
    alpha = row(found, "A")
    assert [alpha[f"EV/EBITDA {end}"] for end in ("low", "base", "high")] == [60, 80, 90]
    assert alpha["EV/EBITDA per share"] == 8
    assert alpha["EV/EBITDA upside"] == 0
    beta = row(found, "B")
    assert beta["EV/EBITDA base"] == 200
    assert beta["EV/EBITDA upside"] == pytest.approx(200 / 120 - 1)
    gamma = row(found, "C")
    assert gamma["EV/EBITDA upside"] == pytest.approx(240 / 300 - 1)
    assert [each["EV/EBITDA percentile"] for each in (gamma, alpha, beta)] == [0, 0.5, 1]
    # P/E: 16, 12, 30.
    assert alpha["P/E base"] == 80
    assert alpha["group industry"] == "Banks"


def test_what_has_no_value_has_a_reason(tmp_path: Path) -> None:
    found = screened(tmp_path, HAND)
    delta, epsilon = row(found, "D"), row(found, "E")
    assert delta["EV/EBITDA reason"] == "n.m.: ebitda is zero or negative"
    assert delta["P/E reason"] == "n.m.: net_income is zero or negative"
    said = "in Mines 1 company has a multiple EV/EBITDA, and 3 are asked for"
    assert epsilon["EV/EBITDA reason"] == said
    for each in (delta, epsilon):
        assert each["EV/EBITDA base"] is None
        assert each["EV/EBITDA percentile"] is None


def test_groups_have_the_statistics_of_the_catalogue(tmp_path: Path) -> None:
    table = universe(600)
    spec = MULTIPLES.replace('metric = "ebitda"', 'metric = "ebitda"\nlow = 0.1\nbase = "mean"\nhigh = "harmonic"')
    found = screened(tmp_path, table, spec)
    own = _own(table)
    for (industry,), members in table.with_columns(own=own).group_by("industry"):
        multiples = members["own"].to_numpy()
        for company in found.filter(pl.col("group industry") == industry).head(5)["id"]:
            source, value = row(table, company), row(found, company)
            if source["ebitda"] <= 0:
                continue
            for end, statistic in (("low", 0.1), ("base", "mean"), ("high", "harmonic")):
                stated = equity_from_ev(peer_multiple(multiples, statistic) * source["ebitda"], source["net_debt"])
                assert value[f"EV/EBITDA {end}"] == pytest.approx(stated, rel=1e-12)


def _own(table: pl.DataFrame) -> Floats:
    market_value = table["price"].to_numpy() * table["shares"].to_numpy()
    own: Floats = multiple(ev_from_equity(market_value, table["net_debt"].to_numpy()), table["ebitda"].to_numpy())
    return own


def test_nearest_peers_are_the_nearest(tmp_path: Path) -> None:
    table = universe(200)
    spec = MULTIPLES.replace(
        'by = ["industry"]', 'by = ["region"]\nnearest = { columns = ["growth", "margin"], count = 5 }'
    )
    found = screened(tmp_path, table, spec)
    own = _own(table)
    places = np.stack([table["growth"].to_numpy(), table["margin"].to_numpy()], axis=1)
    for region in ("EU", "US", "AS"):
        mine = np.flatnonzero((table["region"] == region).to_numpy())
        scaled = places[mine] / places[mine].std(axis=0)
        for at, company in enumerate(mine[:10].tolist()):
            away = ((scaled - scaled[at]) ** 2).sum(axis=1)
            away[at] = np.inf
            near = own[mine[np.argsort(away)[:5]]]
            source = table.row(company, named=True)
            stated = peer_multiple(near, "median")
            if source["ebitda"] > 0 and (near > 0).sum() >= 3:
                value = found.row(company, named=True)["EV/EBITDA base"]
                assert value == pytest.approx(stated * source["ebitda"] - source["net_debt"], rel=1e-12)


def test_size_bands(tmp_path: Path) -> None:
    spec = MULTIPLES.replace(
        'by = ["industry"]', 'by = ["industry"]\nmin = 1\nsize = { column = "ebitda", edges = [10, 20.5] }'
    )
    found = screened(tmp_path, HAND, spec)
    assert row(found, "A")["group industry"] == "Banks · 10 – 20.5"
    assert row(found, "C")["group industry"] == "Banks · ≥ 20.5"
    assert row(found, "D")["group industry"] == "Banks · < 10"


def test_a_function_gives_what_it_gives_in_a_cell(tmp_path: Path) -> None:
    table = universe(50)
    found = screened(tmp_path, table, MULTIPLES + DCF)
    for company in ("C00003", "C00017"):
        source, value = row(table, company), row(found, company)
        base = {"depreciation": 0.04, "tax_rate": 0.25, "capex": 0.05, "working_capital": 0.1, "years": 5}
        base |= {"revenue": source["revenue"], "growth": source["growth"], "ebitda_margin": source["margin"]}
        base |= {"terminal_growth": 0.02, "wacc": 0.09}
        for end, wacc in (("low", 0.1), ("base", 0.09), ("high", 0.08)):
            stated = driver_dcf(**(base | {"wacc": wacc})) - source["net_debt"]
            assert value[f"DCF {end}"] == pytest.approx(stated, rel=1e-12)
        lows = {"revenue": source["revenue"] * 0.95, "growth": source["growth"] - 0.02, "wacc": 0.08}
        highs = {"revenue": source["revenue"] * 1.05, "growth": source["growth"] + 0.02, "wacc": 0.11}
        lows["ebitda_margin"], highs["ebitda_margin"] = source["margin"] - 0.03, source["margin"] + 0.03
        order = ("revenue", "growth", "ebitda_margin", "wacc")
        low, high = ({name: each[name] for name in order} for each in (lows, highs))
        quantiles: dict[Any, Any] = dict(simulate(driver_dcf, base, low, high, 200, 5)[1:])
        for probability, name in ((0.05, "DCF 5 %"), (0.5, "DCF 50 %"), (0.95, "DCF 95 %")):
            assert value[name] == pytest.approx(quantiles[probability] - source["net_debt"], rel=1e-7)
        assert 0 <= value["DCF probability of upside"] <= 1


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_company_has_the_same_bytes_alone_and_in_any_table(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("screen")
    table = universe(60)
    spec = MULTIPLES.partition("[[methods]]")[0] + DCF
    whole = screened(folder, table, spec)
    order = data.draw(st.permutations(range(60)))
    mixed = screened(folder, table[order], spec)
    alone = screened(folder, table[order[:1]], spec)
    values = [name for name in whole.columns if "percentile" not in name]
    assert mixed.sort("id").equals(whole)
    company = table["id"][order[0]]
    assert alone.select(values).equals(whole.filter(pl.col("id") == company).select(values))


@pytest.mark.parametrize("size", [7, 64])
def test_the_size_of_a_partition_changes_no_number(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = universe(200)
    usual = screened(tmp_path, table, MULTIPLES + DCF)
    monkeypatch.setattr(running, "SIMULATED", size)
    assert screened(tmp_path, table, MULTIPLES + DCF).equals(usual)


@pytest.mark.slow
def test_many_processes_give_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SIMULATED", 50)
    screened(tmp_path, universe(200), MULTIPLES + DCF)
    usual = (tmp_path / "out.parquet").read_bytes()
    screened(tmp_path, universe(200), MULTIPLES + DCF, processes=2)
    assert (tmp_path / "out.parquet").read_bytes() == usual
    assert local.Local(2).processes == 2


def test_segments_are_the_parts_of_their_company(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {
            "id": ["X", "Y", "X", "Z", "X", "Y", "Z"],
            "segment": ["phones", "mines", "IoT", "a", "internet", "banks", "b"],
            "metric": [806.0, 50.0, 234.0, 1.0, 99.0, 20.0, 2.0],
            "multiple": [2.0, 5.0, 2.3, 1.0, 19.0, 8.0, 2.0],
            "net_debt": [100.0, 10.0, 100.0, 3.0, 100.0, 10.0, 4.0],
        }
    )
    spec = """
[table]
file = "universe.parquet"
id = "id"
segment = "segment"
[capital]
net_debt = "net_debt"
[[methods]]
name = "SOTP"
of = "enterprise"
function = "SOTP_VALUE"
arguments = { metrics = "metric", multiples = "multiple" }
uncertain = { multiples = { share = 0.3 } }
[simulation]
draws = 100
"""
    found = screened(tmp_path, table, spec)
    assert found["id"].to_list() == ["X", "Y", "Z"]
    assert row(found, "X")["SOTP base"] == pytest.approx(sotp_value([806, 234, 99], [2, 2.3, 19]) - 100)
    assert row(found, "Y")["SOTP base"] == pytest.approx(50 * 5 + 20 * 8 - 10)
    assert row(found, "X")["SOTP mean"] == pytest.approx(3931.2, rel=5e-3)
    assert row(found, "Z")["SOTP reason"] == "net_debt is not the same in all rows of the company"
    assert row(found, "Z")["SOTP base"] is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=30))
def test_a_percentile_counts_the_others_that_are_smaller(members: list[tuple[int, int]]) -> None:
    codes = np.array([code for code, _ in members])
    values = np.array([float(value) for _, value in members])
    found = percentiles_of(values, codes)
    for place, (code, value) in enumerate(members):
        others = [v for i, (c, v) in enumerate(members) if c == code and i != place]
        if others:
            assert found[place] == sum(v < value for v in others) / len(others)
        else:
            assert np.isnan(found[place])


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40))
def test_groups_of_any_sizes_are_summed_up_like_each_alone(sizes: list[int]) -> None:
    codes = np.repeat(np.arange(len(sizes)), sizes)
    multiples = np.random.default_rng(len(sizes)).uniform(1, 50, len(codes))
    order = np.random.default_rng(0).permutation(len(codes))
    members = peers.Members(pl.Series(codes[order]).cast(pl.String).str.zfill(3), {"m": multiples[order]})
    found = peers.grouping(members, [MethodSpec(name="m", group="g", metric="x")], 0)
    assert found.labels is not None
    for place, label in enumerate(found.labels):
        mine = multiples[codes == int(label)]
        assert found.by_method["m"].base[place] == peer_multiple(mine, "median")
        assert found.by_method["m"].low[place] == peer_multiple(mine, "q1")
        assert found.by_method["m"].peers[place] == len(mine)
