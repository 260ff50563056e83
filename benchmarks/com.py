"""A call from Excel as xlwings answers it on Windows, against xlwings alone: a function that returns its argument.

xlwings' own code for Windows runs on stand-ins for pywin32 in a process of its own, as in the tests: what is left out
is Excel itself and the way between the two processes, which both would pay alike.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np
import xlwings as xw

from benchmarks.rounds import Row, side_by_side, time_text

GOAL: Final = 2.0
PROGRAM: Final = """
import excel_com
server = excel_com.xlwings_on_windows()[1]
from benchmarks import com
com.measure(server)
"""
PARTS: Final = ((806.0,), (234.0,), (99.0,))
MULTIPLES: Final = ((2.0,), (2.3,), (19.0,))
LEFT_OUT: Final = (None, None, None)
BLOCK: Final = tuple(map(tuple, np.random.default_rng(1).uniform(0, 100, (500, 10)).tolist()))

# Name of the measurement, our function, and its arguments from cells.
CALLS: Final = (
    ("two numbers", "IMPLIED_VALUE", (806.0, 2.0)),
    ("two lists of three cells, three arguments left out", "SOTP_VALUE", (PARTS, MULTIPLES, *LEFT_OUT)),
    ("500 × 10 cells, as many results", "IMPLIED_VALUE", (BLOCK, 2.0)),
)


def _echo(count: int) -> Callable[..., object]:
    """A function of that many arguments that returns the first, declared to xlwings as ours are."""
    names = "abcde"[:count]
    function: Callable[..., object] = eval(f"lambda {', '.join(names)}: a")  # noqa: S307 - our own letters
    for name in names:
        function = xw.arg(name, ndim=2, err_to_str=True)(function)
    return xw.func(function)


ECHO_2, ECHO_5 = _echo(2), _echo(5)


def measure(server: ModuleType) -> None:
    """Print the median seconds of each call, ours and the echo's; in the process with the stand-ins."""
    from excel_com import OMITTED, excel_range  # noqa: PLC0415 - the tests' own, on the path of that process alone

    def given(cell: object) -> object:
        return OMITTED if cell is None else excel_range(cell) if isinstance(cell, tuple) else cell

    call, caller = server.XLPython().CallUDF, excel_range(None)
    found = []
    for _, function, cells in CALLS:
        values = tuple(map(given, cells))

        def ours(function: str = function, values: tuple[object, ...] = values) -> object:
            return call("addin.udfs", function, values, None, caller)

        def theirs(values: tuple[object, ...] = values) -> object:
            return call("benchmarks.com", f"ECHO_{len(values)}", values, None, caller)

        found.append(side_by_side(ours, theirs))
    print(json.dumps(found))


def rows() -> Iterator[Row]:
    """Every line of this module."""
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(root / "tests"), str(root)))}
    command = [sys.executable, "-c", PROGRAM]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
    for (cells, function, _), (ours, theirs) in zip(CALLS, json.loads(printed.splitlines()[-1]), strict=True):
        what = f"a call from Excel, {function}: {cells}"
        yield Row(what, "xlwings: an echo", time_text(ours), time_text(theirs), ours / theirs, GOAL)
