"""Tables of companies for the tests of screening, and the specs that read them."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from workbooks.screening.local import Local
from workbooks.screening.running import screen

MULTIPLES: Final = """
[table]
file = "universe.parquet"
id = "id"
name = "name"
[capital]
net_debt = "net_debt"
shares = "shares"
price = "price"
[groups.industry]
by = ["industry"]
[[methods]]
name = "EV/EBITDA"
of = "enterprise"
metric = "ebitda"
group = "industry"
[[methods]]
name = "P/E"
of = "equity"
metric = "net_income"
group = "industry"
"""

DCF: Final = """
[[methods]]
name = "DCF"
of = "enterprise"
function = "DRIVER_DCF"
group = "industry"
low = { wacc = 0.1 }
high = { wacc = 0.08 }
[methods.arguments]
revenue = "revenue"
growth = "growth"
ebitda_margin = "margin"
depreciation = 0.04
tax_rate = 0.25
capex = 0.05
working_capital = 0.1
wacc = 0.09
years = 5
terminal_growth = 0.02
[methods.uncertain]
revenue = { share = 0.05 }
growth = { distance = 0.02 }
ebitda_margin = { distance = 0.03 }
wacc = { low = 0.08, high = 0.11 }
[simulation]
draws = 200
seed = 5
"""


def universe(count: int, seed: int = 1) -> pl.DataFrame:
    """Companies of a few industries, some of which make losses."""
    generator = np.random.default_rng(seed)
    revenue = np.exp(generator.normal(6, 1.2, count))
    margin = generator.normal(0.15, 0.08, count)
    net_debt = revenue * generator.normal(0.3, 0.3, count)
    market_value = np.maximum(revenue * np.exp(generator.normal(0.4, 0.5, count)) - net_debt, 1)
    shares = np.exp(generator.normal(4, 0.5, count))
    return pl.DataFrame(
        {
            "id": [f"C{row:05d}" for row in range(count)],
            "name": [f"Company {row}" for row in range(count)],
            "industry": [f"Industry {row:02d}" for row in generator.integers(0, 12, count)],
            "region": np.array(["EU", "US", "AS"])[generator.integers(0, 3, count)],
            "revenue": revenue,
            "ebitda": revenue * margin,
            "net_income": revenue * margin * 0.49,
            "net_debt": net_debt,
            "shares": shares,
            "price": market_value / shares,
            "growth": generator.normal(0.06, 0.05, count),
            "margin": margin,
        }
    )


def screened(folder: Path, table: pl.DataFrame, spec: str = MULTIPLES, processes: int = 1) -> pl.DataFrame:
    """What a screen of a table gives."""
    table.write_parquet(folder / "universe.parquet", row_group_size=1000)
    (folder / "spec.toml").write_text(spec, "utf-8")
    screen(folder / "spec.toml", folder / "out.parquet", Local(processes))
    return pl.read_parquet(folder / "out.parquet")


def row(table: pl.DataFrame, company: str) -> dict[str, Any]:
    """The row of one company."""
    return table.row(by_predicate=pl.col("id") == company, named=True)
