"""What a call from a cell costs before the function itself begins, and what the first one costs."""

import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Final

import numpy as np
from pydantic import validate_call

from addin.arguments import reader
from benchmarks.rounds import Row, time_text, timed_row
from valuation.catalogue import entry

TIMER: Final = "import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
IMPORT_ROUNDS: Final = 15


def scalar_call() -> Iterator[Row]:
    read = reader(entry("per_user_value").parameters)
    numbers = (1.5e8, 21.32, 0.1, 992.4, 13.39, 6.3)
    cells = [[[number]] for number in numbers]  # as xlwings gives them

    @validate_call
    def validated(
        users: float, ad_arpu: float, payer_ratio: float, payer_arpu: float, multiple: float, fx: float
    ) -> None:
        """Take the same arguments."""

    yield timed_row(
        "arguments of a call with six numbers",
        lambda: read(cells),
        "pydantic.validate_call",
        lambda: validated(*numbers),
        0.75,
    )


def range_call() -> Iterator[Row]:
    read = reader(entry("adjusted_multiple").parameters)
    cells = np.random.default_rng(1).uniform(0, 100, (500, 10)).tolist()
    premium = [[0.1]]
    yield timed_row(
        "arguments of a call with a range of 500 × 10",
        lambda: read([cells, premium]),
        "numpy.asarray",
        lambda: np.asarray(cells),
        3.5,
    )


def start() -> Iterator[Row]:
    seconds: dict[str, list[float]] = {"addin.udfs": [], "xlwings": []}
    for number in range(IMPORT_ROUNDS):
        for module in sorted(seconds, reverse=bool(number % 2)):
            command = [sys.executable, "-c", TIMER.format(module=module)]
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - two imports of ours
            seconds[module].append(float(printed))
    ours, theirs = (median(each) for each in seconds.values())
    yield Row("import addin.udfs", "import xlwings", time_text(ours), time_text(theirs), ours / theirs, 1.15)


def rows() -> Iterator[Row]:
    """Every line of this module."""
    for benchmark in (scalar_call, range_call, start):
        yield from benchmark()
