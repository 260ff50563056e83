"""Functions of the catalogue against the public tools that do the same."""

from collections.abc import Iterator
from importlib import import_module
from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import spsolve

from benchmarks.rounds import Row, Skipped, timed_row
from valuation.kernel.broadcast import Floats
from valuation.multiples import multiple
from valuation.numerics.order_statistics import present, statistic_of
from valuation.ownership import lookthrough

COMPANIES: Final = 5000
YEARS: Final = (2020, 2021, 2022, 2023, 2024)
QUARTILES: Final = {"q1": 0.25, "median": 0.5, "q3": 0.75}
FIGURES: Final = ("price", "capitalisation", "ev", "eps", "book_value", "sales", "ebit", "depreciation")
WARM: Final = 2_000_000
PAIRS: Final = (
    ("price", "eps"),
    ("price", "book_value"),
    ("capitalisation", "sales"),
    ("ev", "sales"),
    ("ev", "ebitda"),
    ("ev", "ebit"),
)

ENTITIES: Final = 10_000
OWNERS: Final = 3  # of each company: 30,000 stakes
CROSSED: Final = 0.001  # share of the stakes that may make circular holdings


def comparables() -> Iterator[Row | Skipped]:
    what = f"comparables: six multiples of {COMPANIES:,} companies × {len(YEARS)} years and their quartiles"
    try:
        toolkit = import_module("financetoolkit.ratios.valuation_model")
    except ImportError:
        yield Skipped(what, "financetoolkit is not installed: pip install financetoolkit")
        return
    random = np.random.default_rng(1)
    # In FinanceToolkit's layout: a row for each company and item, a column for each year. No company makes a loss:
    # FinanceToolkit has no n.m., so its quartiles would differ.
    companies = [f"C{number:04}" for number in range(COMPANIES)]
    rows_of = pd.MultiIndex.from_product([companies, FIGURES])
    statements = pd.DataFrame(random.lognormal(3, 1, (len(rows_of), len(YEARS))), index=rows_of, columns=list(YEARS))
    table = {name: statements.xs(name, level=1) for name in FIGURES}

    def theirs() -> list[pd.DataFrame]:
        ratios = (
            toolkit.get_price_to_earnings_ratio(table["price"], table["eps"]),
            toolkit.get_price_to_book_ratio(table["price"], table["book_value"]),
            toolkit.get_price_to_sales_ratio(table["capitalisation"], table["sales"]),
            toolkit.get_ev_to_sales_ratio(table["ev"], table["sales"]),
            toolkit.get_ev_to_ebitda_ratio(table["ev"], table["ebit"], table["depreciation"]),
            toolkit.get_ev_to_ebit(table["ev"], table["ebit"]),
        )
        return [ratio.quantile(list(QUARTILES.values())) for ratio in ratios]

    def ours() -> list[list[Floats]]:
        figures = {name: frame.to_numpy().T for name, frame in table.items()}
        figures["ebitda"] = figures["ebit"] + figures["depreciation"]
        found = []
        for value, metric in PAIRS:
            multiples = multiple(figures[value], figures[metric])
            ordered, count = present(multiples, include_negative=False)  # as peer_stats does
            found.append([statistic_of(ordered, count, quartile, "inc") for quartile in QUARTILES])
        return found

    # After a large array is freed, the allocator keeps memory for later ones; otherwise paging would be timed too.
    np.ones(WARM)
    np.testing.assert_allclose(np.array(ours()), np.stack(theirs()), rtol=1e-9)
    yield timed_row(what, ours, "FinanceToolkit", theirs, 0.3)


def ownership() -> Iterator[Row]:
    random = np.random.default_rng(1)
    company = np.repeat(np.arange(1, ENTITIES), OWNERS)
    owner = random.integers(0, company)  # a company with a lower number, as in a group of companies
    crossed = random.random(company.size) < CROSSED
    crossed[::OWNERS] = False  # so that all companies are reached
    owner[crossed] = random.integers(1, ENTITIES, crossed.sum())
    owner = np.where(owner == company, 0, owner)
    pairs = np.unique(np.stack([owner, company]), axis=1)
    count = pairs.shape[1]
    stakes = random.uniform(0.05, 0.3, count)
    names = np.array([f"Company {number}" for number in range(ENTITIES)], object)
    owners, owned = names[pairs].tolist()
    held = csc_array((stakes, (pairs[1], pairs[0])), shape=(ENTITIES, ENTITIES))
    system, direct = (eye_array(ENTITIES) - held).tocsc(), held[:, [0]].toarray()[:, 0]
    yield timed_row(
        f"look-through of {ENTITIES:,} entities with {count:,} stakes",
        lambda: lookthrough(names[0], owners, owned, stakes),
        "scipy: the bare sparse solve",
        lambda: spsolve(system, direct),
        20,
        rounds=5,
    )


def rows() -> Iterator[Row | Skipped]:
    """Every line of this module."""
    yield from comparables()
    yield from ownership()
