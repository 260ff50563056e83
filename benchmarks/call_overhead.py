"""Cost of a call from a cell before the function itself starts, and of the first call."""

import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Annotated, Any, Final, TypeAlias

import numpy as np
from pydantic import BeforeValidator, validate_call

from addin.arguments import reader
from benchmarks.rounds import Row, time_text, timed_row
from valuation.catalogue import entry

TIMER: Final = "import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
IMPORT_ROUNDS: Final = 15

Cell: TypeAlias = Annotated[float, BeforeValidator(lambda rows: rows[0][0])]


def scalar_call() -> Iterator[Row]:
    read = reader(entry("per_user_value").parameters)
    numbers = (1.5e8, 21.32, 0.1, 992.4, 13.39, 6.3)
    cells: list[Any] = [[[number]] for number in numbers]  # as xlwings passes them

    @validate_call
    def of_numbers(
        users: float, ad_arpu: float, payer_ratio: float, payer_arpu: float, multiple: float, fx: float
    ) -> None:
        """Take the same arguments."""

    @validate_call
    def of_cells(users: Cell, ad_arpu: Cell, payer_ratio: Cell, payer_arpu: Cell, multiple: Cell, fx: Cell) -> None:
        """Take the same arguments, each out of its cell."""

    what, against = "arguments of a call with six numbers", "pydantic.validate_call"
    yield timed_row(what, lambda: read(numbers), against, lambda: of_numbers(*numbers), 0.75)
    yield timed_row("  each in a range of one cell", lambda: read(cells), against, lambda: of_cells(*cells), 0.75)


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
    # As an installed package: compiled once, which the first start does unless the environment forbids it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", "import addin.udfs"], env=environment, check=True)
    for number in range(IMPORT_ROUNDS):
        for module in sorted(seconds, reverse=bool(number % 2)):
            command = [sys.executable, "-c", TIMER.format(module=module)]
            printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout  # noqa: S603 - two imports of ours
            seconds[module].append(float(printed))
    ours, theirs = (median(each) for each in seconds.values())
    yield Row("import addin.udfs", "import xlwings", time_text(ours), time_text(theirs), ours / theirs, 1.15)


def rows() -> Iterator[Row]:
    """Every line of this module."""
    for benchmark in (scalar_call, range_call, start):
        yield from benchmark()
