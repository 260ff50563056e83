"""Screening a universe: against Polars by hand, numpy's generator, Dask's workers and FinanceToolkit."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.rounds import Row, Skipped, time_text, timed_row

COMPANIES: Final = 100_000
DRAWS: Final = 1000
INPUTS: Final = 7
CORES: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
MEGABYTES: Final = 1024.0
FLAT: Final = 1.25  # a hundred times the companies take at most so many times the memory
FEWEST: Final = 3  # peers of a group
NORMALS: Final = 1_000_000  # that numpy makes at a time

FIVE: Final = """
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
"""
MULTIPLES: Final = {
    "EV/Sales": ("enterprise", "revenue"),
    "EV/EBITDA": ("enterprise", "ebitda"),
    "EV/EBIT": ("enterprise", "ebit"),
    "P/E": ("equity", "net_income"),
    "P/B": ("equity", "book"),
}
SEVEN: Final = """
[table]
file = "universe.parquet"
id = "id"
[capital]
shares = "shares"
price = "price"
[[methods]]
name = "SOTP"
function = "SOTP_VALUE"
arguments = { metrics = ["revenue", "ebitda", "book"], multiples = [0.6, 3.0, 0.4], net_debt = "net_debt" }
correlation = CORRELATION
[methods.uncertain]
"metrics[1]" = { share = 0.1 }
"metrics[2]" = { share = 0.2 }
"metrics[3]" = { share = 0.1 }
"multiples[1]" = { low = 0.5, high = 0.8 }
"multiples[2]" = { low = 2.0, high = 5.0 }
"multiples[3]" = { low = 0.3, high = 0.6 }
net_debt = { share = 0.1 }
[simulation]
draws = DRAWS
"""


def universe(folder: Path, companies: int) -> Path:
    """A table of companies in sixty industries."""
    import polars as pl  # noqa: PLC0415 - an extra

    generator = np.random.default_rng(1)
    revenue = np.exp(generator.normal(6, 1.2, companies))
    ebitda = revenue * generator.normal(0.15, 0.08, companies)
    net_debt = revenue * generator.normal(0.3, 0.3, companies)
    market_value = np.maximum(revenue * np.exp(generator.normal(0.4, 0.5, companies)) - net_debt, 1.0)
    shares = np.exp(generator.normal(4, 0.5, companies))
    columns: dict[str, Any] = {
        "id": [f"C{row:07d}" for row in range(companies)],
        "name": [f"Company {row}" for row in range(companies)],
        "industry": [f"Industry {row:02d}" for row in generator.integers(0, 60, companies)],
        "revenue": revenue,
        "ebitda": ebitda,
        "ebit": ebitda * 0.7,
        "net_income": ebitda * 0.49,
        "book": revenue * generator.uniform(0.3, 1.2, companies),
        "net_debt": net_debt,
        "shares": shares,
        "price": market_value / shares,
    }
    pl.DataFrame(columns).write_parquet(folder / "universe.parquet", row_group_size=65_536)
    return folder / "universe.parquet"


def five_methods(folder: Path) -> Path:
    """The spec of five multiples."""
    methods = [
        f'[[methods]]\nname = "{name}"\nof = "{of}"\nmetric = "{metric}"\ngroup = "industry"\n'
        for name, (of, metric) in MULTIPLES.items()
    ]
    return written(folder / "five.toml", FIVE + "".join(methods))


def seven_inputs(folder: Path, draws: int = DRAWS) -> Path:
    """The spec of a simulation of seven correlated inputs."""
    rows = [[1.0 if row == column else 0.3 for column in range(INPUTS)] for row in range(INPUTS)]
    return written(folder / "seven.toml", SEVEN.replace("CORRELATION", str(rows)).replace("DRAWS", str(draws)))


def written(file: Path, text: str) -> Path:
    """The file, with the text in it."""
    file.write_text(text, "utf-8")
    return file


def by_hand(table: Path, out: Path) -> None:
    """The same table of results by expressions of Polars."""
    import polars as pl  # noqa: PLC0415

    market_value = pl.col("price") * pl.col("shares")
    value = {"equity": market_value, "enterprise": market_value + pl.col("net_debt")}
    debt = {"equity": pl.lit(0.0), "enterprise": pl.col("net_debt")}
    ends = {"low": 0.25, "base": 0.5, "high": 0.75}
    frame = pl.scan_parquet(table).with_columns(
        market_value.alias("market value"),
        *(
            pl.when((pl.col(metric) > 0) & (value[of] >= 0)).then(value[of] / pl.col(metric)).alias(f"{name} own")
            for name, (of, metric) in MULTIPLES.items()
        ),
    )
    frame = frame.with_columns(
        *(
            pl.col(f"{name} own").quantile(q, "linear").over("industry").alias(f"{name} {q}")
            for name in MULTIPLES
            for q in ends.values()
        ),
        *(pl.col(f"{name} own").count().over("industry").alias(f"{name} peers") for name in MULTIPLES),
    )
    frame = frame.with_columns(
        pl.when((pl.col(metric) > 0) & (pl.col(f"{name} peers") >= FEWEST))
        .then(pl.col(metric) * pl.col(f"{name} {q}") - debt[of])
        .alias(f"{name} {end}")
        for name, (of, metric) in MULTIPLES.items()
        for end, q in ends.items()
    )
    frame = frame.with_columns(
        (pl.col(f"{name} base") / pl.col("market value") - 1).alias(f"{name} upside") for name in MULTIPLES
    )
    columns = [pl.col("id"), pl.col("name"), pl.col("industry").alias("group industry")]
    for name, (_, metric) in MULTIPLES.items():
        upside = pl.col(f"{name} upside")
        rank = (upside.rank("min").over("industry") - 1) / (upside.count().over("industry") - 1)
        why = pl.when(pl.col(metric) <= 0).then(pl.lit(f"n.m.: {metric} is zero or negative"))
        columns += [pl.col(f"{name} {end}") for end in ends]
        columns += [(pl.col(f"{name} base") / pl.col("shares")).alias(f"{name} per share"), upside]
        columns += [rank.alias(f"{name} percentile"), why.alias(f"{name} reason")]
    frame.select(columns).collect().write_parquet(out, row_group_size=131_072)


def against_polars(folder: Path) -> Iterator[Row]:
    import polars as pl  # noqa: PLC0415

    from workbooks.screening.local import Local  # noqa: PLC0415
    from workbooks.screening.running import screen  # noqa: PLC0415

    table, spec = universe(folder, COMPANIES), five_methods(folder)
    ours, theirs = folder / "ours.parquet", folder / "theirs.parquet"
    what = f"screen: {COMPANIES:,} companies by five methods, read, grouped, ranked, written"
    yield timed_row(
        what, lambda: screen(spec, ours, Local()), "Polars: expressions by hand", lambda: by_hand(table, theirs), 1.5, 9
    )
    worst = 0.0
    mine, other = pl.read_parquet(ours), pl.read_parquet(theirs)
    for name in other.columns:
        if other[name].dtype == pl.Float64:
            pair = mine[name].to_numpy(), other[name].to_numpy()
            worst = max(worst, float(np.nanmax(abs(pair[0] - pair[1]) / np.maximum(abs(pair[1]), 1))))
            worst = max(worst, float((np.isnan(pair[0]) != np.isnan(pair[1])).any()))
    yield Row("  their greatest difference", "goal", f"{worst:.1g}", "1e-09", worst / 1e-9, 1)


def normals(count: int) -> None:
    """As many normals as a process is to make."""
    generator = np.random.default_rng(1)
    room = np.empty(NORMALS)
    for _ in range(count // NORMALS):
        generator.standard_normal(out=room)


def against_normals(folder: Path) -> Iterator[Row]:
    from workbooks.screening.local import Local  # noqa: PLC0415
    from workbooks.screening.running import screen  # noqa: PLC0415

    universe(folder, COMPANIES)
    spec = seven_inputs(folder)
    with multiprocessing.get_context("spawn").Pool(CORES) as pool:
        share = COMPANIES * DRAWS * INPUTS // CORES
        what = f"screen: {COMPANIES:,} companies × {DRAWS:,} draws × {INPUTS} inputs, {CORES} processes"
        yield timed_row(
            what,
            lambda: screen(spec, folder / "drawn.parquet", Local(CORES)),
            "numpy: as many normals",
            lambda: pool.map(normals, [share] * CORES),
            2,
            3,
        )


def peak_of(command: list[str], folder: Path) -> float:
    """Megabytes that a command and its processes hold at most, each page once."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own command
        peak, done = 0.0, threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.05):
                peak = max(peak, sum(_held(each) for each in _family(process.pid)))

        watcher = threading.Thread(target=watch)
        watcher.start()
        process.wait()
        done.set()
        watcher.join()
    return peak / 1024


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _held(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def memory(folder: Path) -> Iterator[Row | Skipped]:
    what = "screen: peak memory of a simulation, all processes"
    if not Path("/proc/self/smaps_rollup").exists():
        yield Skipped(what, "reads Linux's /proc")
        return
    spec = seven_inputs(folder, 200)
    peaks = {}
    for companies in (10_000, 1_000_000):
        universe(folder, companies)
        command = [sys.executable, "-m", "addin", "screen", spec.name, "-o", f"{companies}.parquet"]
        peaks[companies] = peak_of(command, folder)
    few, many = peaks.values()
    yield Row(f"{what}, 1,000,000 companies", "goal", f"{many:.0f} MB", f"{MEGABYTES:.0f} MB", many / MEGABYTES, 1)
    yield Row("  against 10,000 companies", "its peak", f"{many:.0f} MB", f"{few:.0f} MB", many / few, FLAT)


def cluster(folder: Path) -> Iterator[Row | Skipped]:
    what = "screen: two Dask workers"
    if find_spec("distributed") is None:
        yield Skipped(what, "distributed is not installed: pip install 'steelyard[cluster]'")
        return
    distributed = import_module("distributed")
    from workbooks.screening.cluster import Cluster  # noqa: PLC0415
    from workbooks.screening.local import Local  # noqa: PLC0415
    from workbooks.screening.running import screen  # noqa: PLC0415

    universe(folder, COMPANIES)
    spec = seven_inputs(folder)
    os.environ |= dict.fromkeys(("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(**options) as running:
        runner = Cluster(running.scheduler_address)
        yield timed_row(
            f"{what}, {COMPANIES:,} companies × {DRAWS:,} draws",
            lambda: screen(spec, folder / "two.parquet", runner),
            "one process",
            lambda: screen(spec, folder / "one.parquet", Local(1)),
            1 / 1.6,
            3,
        )
        runner.close()


def against_financetoolkit(folder: Path) -> Iterator[Row | Skipped]:
    what = "screen: four multiples of each company"
    try:
        toolkit = import_module("financetoolkit.ratios.valuation_model")
        intrinsic = import_module("financetoolkit.models.intrinsic_model")
    except ModuleNotFoundError:
        yield Skipped(what, "financetoolkit is not installed: pip install 'steelyard[bench]'")
        return
    import polars as pl  # noqa: PLC0415

    from valuation.bridge import ev_from_equity  # noqa: PLC0415
    from valuation.intrinsic import dcf_value  # noqa: PLC0415
    from valuation.multiples import multiple  # noqa: PLC0415

    frame = pl.read_parquet(universe(folder, COMPANIES)).filter(pl.col("ebitda") > 0)
    columns = {name: frame[name].to_numpy() for name in ("revenue", "ebitda", "ebit", "net_debt", "price", "shares")}
    series = frame.select(list(columns)).to_pandas()
    market_value = columns["price"] * columns["shares"]

    def theirs() -> list[Any]:
        value = toolkit.get_enterprise_value(series["price"] * series["shares"], series["net_debt"], 0, 0, 0)
        return [
            value,
            toolkit.get_ev_to_sales_ratio(value, series["revenue"]),
            toolkit.get_ev_to_ebitda_ratio(value, series["ebit"], series["ebitda"] - series["ebit"]),
            toolkit.get_price_to_book_ratio(series["price"], series["revenue"] / series["shares"]),
        ]

    def ours() -> list[Any]:
        value = ev_from_equity(market_value, columns["net_debt"])
        book = columns["revenue"] / columns["shares"]
        return [
            value,
            multiple(value, columns["revenue"]),
            multiple(value, columns["ebitda"]),
            multiple(columns["price"], book),
        ]

    _check(ours(), theirs())
    yield _pace(timed_row(f"{what}, {frame.height:,} companies", ours, "FinanceToolkit", theirs, 2), frame.height)

    some = 500
    rate, growth = np.linspace(0.08, 0.12, some), np.linspace(0.0, 0.06, some)
    cash = columns["ebitda"][:some]

    def toolkits() -> list[float]:
        tables = [
            intrinsic.get_intrinsic_value(cash[row], growth[row], 0.02, rate[row], 0.0, 100.0, 10.0)
            for row in range(some)
        ]
        return [float(table.loc["Equity Value"].iloc[0]) for table in tables]

    def all_at_once() -> Any:  # noqa: ANN401 - an array
        flows = cash[:, np.newaxis] * (1 + growth[:, np.newaxis]) ** np.arange(1, 6)
        return dcf_value(flows, rate, 0.02, mid_year=False) - 100.0

    _check([all_at_once()], [np.array(toolkits())])
    what = f"screen: discounted cash flow of {some} companies"
    yield _pace(timed_row(what, all_at_once, "FinanceToolkit, a call each", toolkits, 0.05), some)


def _pace(row: Row, companies: int) -> Row:
    """The same line, with companies a second."""
    seconds = [_seconds(text) for text in (row.ours, row.theirs)]
    texts = [
        f"{text}: {companies / each:,.0f} a second" for text, each in zip((row.ours, row.theirs), seconds, strict=True)
    ]
    return Row(row.what, row.against, texts[0], texts[1], row.ratio, row.goal, digits=4)


def _seconds(text: str) -> float:
    number, unit = text.split()
    return float(number) * {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}[unit]


def _check(ours: list[Any], theirs: list[Any]) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(np.asarray(mine), np.asarray(other), rtol=1e-9)


def rows() -> Iterator[Row | Skipped]:
    if find_spec("polars") is None:
        yield Skipped("screen", "polars is not installed: pip install 'steelyard[screen]'")
        return
    for part in (against_polars, against_normals, memory, cluster, against_financetoolkit):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            yield from part(Path(folder))
            print(f"{part.__name__}: {time_text(time.perf_counter() - started)}", file=sys.stderr)
