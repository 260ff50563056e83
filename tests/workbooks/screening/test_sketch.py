"""Approximate statistics of peers: within the stated share of exact ones, in any partition."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from universe_tables import MULTIPLES, screened, universe
from valuation.multiples import peer_multiple
from workbooks.screening import running
from workbooks.screening.peers import Members
from workbooks.screening.sketch import added_up, approximate_grouping, sketch_of
from workbooks.screening.spec import MethodSpec, SpecError

DUST = 1e-9  # of the logarithm at the edge of a class
APPROXIMATE = MULTIPLES.replace('by = ["industry"]', 'by = ["industry"]\napproximate = 0.005')
STATISTICS = ["min", "max", "mean", "harmonic", "median", "q1", "q3", 0.1, 0.99, 0.0, 1.0]

multiples_of_a_group = st.lists(st.one_of(st.floats(1e-6, 1e6), st.integers(1, 9).map(float)), min_size=1, max_size=60)


def members(multiples: list[float], label: str = "g") -> Members:
    return Members(pl.Series([label] * len(multiples)), {"m": np.array(multiples)})


@given(multiples_of_a_group, st.sampled_from(STATISTICS), st.sampled_from([1e-4, 0.005, 0.01, 0.1]))
def test_a_statistic_is_within_the_stated_share_of_the_exact_one(
    multiples: list[float], statistic: str | float, error: float
) -> None:
    method = MethodSpec(name="m", group="g", metric="x", base=statistic)
    found = approximate_grouping(sketch_of(members(multiples), error), [method]).by_method["m"]
    exact = peer_multiple(multiples, statistic)
    assert abs(found.base[0] - exact) <= (error + DUST) * exact
    assert found.peers.tolist() == [len(multiples)]


@given(st.lists(multiples_of_a_group, min_size=1, max_size=5))
def test_it_does_not_matter_which_companies_are_added_up_first(groups: list[list[float]]) -> None:
    everyone = [multiple for group in groups for multiple in group]
    whole = sketch_of(members(everyone), 0.01)
    pieces = [sketch_of(members(group), 0.01) for group in groups]
    in_turn = pieces[-1]
    for piece in pieces[:-1]:
        in_turn = added_up([in_turn, piece])
    assert added_up(pieces).counts.equals(whole.counts)
    assert in_turn.counts.equals(whole.counts)


def test_what_is_no_multiple_counts_for_nothing() -> None:
    labels = pl.Series(["a", "a", "a", None, "b"])
    own = np.array([np.nan, -3.0, 0.0, 7.0, np.nan])
    found = approximate_grouping(
        sketch_of(Members(labels, {"m": own}), 0.01), [MethodSpec(name="m", group="g", metric="x", base="harmonic")]
    )
    assert found.labels is not None
    assert found.labels.to_list() == ["a"]  # nobody in b has a multiple, and who is in no group counts in none
    assert found.by_method["m"].peers.tolist() == [1]
    assert np.isnan(found.by_method["m"].base[0])  # as PEER_MULTIPLE: a harmonic mean is of positive multiples


def test_a_screen_is_within_the_stated_share(tmp_path: Path) -> None:
    table = universe(600)
    exact, found = screened(tmp_path, table, MULTIPLES), screened(tmp_path, table, APPROXIMATE)
    for method in ("EV/EBITDA", "P/E"):
        assert found[f"{method} reason"].equals(exact[f"{method} reason"])
    for end in ("low", "base", "high"):
        pair = exact[f"P/E {end}"].to_numpy(), found[f"P/E {end}"].to_numpy()
        np.testing.assert_allclose(pair[1], pair[0], rtol=0.005 + DUST)
        assert (pair[0] != pair[1]).any()


@pytest.mark.slow
@pytest.mark.parametrize("size", [50, 127])
def test_partitions_and_processes_change_no_byte(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = universe(400)
    usual = screened(tmp_path, table, APPROXIMATE)
    monkeypatch.setattr(running, "PLAIN", size)
    assert screened(tmp_path, table, APPROXIMATE).equals(usual)
    assert screened(tmp_path, table, APPROXIMATE, processes=2).equals(usual)


@pytest.mark.parametrize(
    ("group", "told"),
    [
        ('by = ["industry"]\napproximate = 0.5', "groups.industry.approximate"),
        ('by = ["industry"]\napproximate = 0', "groups.industry.approximate"),
        ('nearest = { columns = ["margin"], count = 5 }\napproximate = 0.01', "nearest peers are exact"),
    ],
)
def test_an_error_that_cannot_be_kept_is_refused(group: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=told):
        screened(tmp_path, universe(50), MULTIPLES.replace('by = ["industry"]', group))
