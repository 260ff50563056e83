"""Cells of LibreOffice with our functions, against plain calls in Python plus what Calc itself asks for Python cells.

What Calc asks is measured beside ours, in the same process: an extension whose one function takes the same cells and
does nothing with them.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from addin.calc.extension import ExtensionError, extension, files
from benchmarks.rounds import Row, Skipped, time_text
from valuation.sotp import sotp_value
from valuation.users import per_user_value

CELLS: Final = 1000
ROUNDS: Final = 15
GOAL: Final = 3.0
PYTHON: Final = os.environ.get("UNO_PYTHON", "/usr/bin/python3")
WORKER: Final = Path(__file__).with_name("calc_worker.py")
TESTS: Final = WORKER.parents[1] / "tests"

# Formula of a cell, and the same call in Python.
CALLS: Final[dict[str, Callable[[], object]]] = {
    "=SOTP_VALUE(A{row}:C{row};D{row}:F{row};;0;0.1)": lambda: sotp_value([1, 2, 3], [4, 5, 6], 1.0, 0, 0.1),
    "=PER_USER_VALUE(A{row};B{row};C{row};D{row};E{row};F{row})": lambda: per_user_value(1, 2, 3, 4, 5, 6),
}
HEADER: Final = '<?xml version="1.0" encoding="UTF-8"?>'
IDLE_FILES: Final = {
    "META-INF/manifest.xml": files()["META-INF/manifest.xml"],
    "CalcFunctions.idl": (
        "module idle { interface XIdle { sequence< sequence< any > > idle("
        + ", ".join(f"[in] any argument{number}" for number in range(6))
        + "); }; };"
    ),
    "description.xml": HEADER
    + '<description xmlns="http://openoffice.org/extensions/description/2006"><identifier value="idle"/></description>',
    "steelyard.components": HEADER
    + '<components xmlns="http://openoffice.org/2010/uno-components"><component loader="com.sun.star.loader.Python"'
    ' uri="./component.py"><implementation name="idle.Idle"><service name="idle.Idle"/></implementation></component>'
    "</components>",
    "CalcAddIns.xcu": HEADER
    + '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" oor:name="CalcAddIns"'
    ' oor:package="org.openoffice.Office"><node oor:name="AddInInfo"><node oor:name="idle.Idle" oor:op="replace">'
    '<node oor:name="AddInFunctions"><node oor:name="idle" oor:op="replace"><prop oor:name="DisplayName">'
    '<value xml:lang="en-US">IDLE</value></prop></node></node></node></node></oor:component-data>',
    "component.py": """
import uno
import unohelper

class Idle(unohelper.Base, uno.getClass("idle.XIdle")):
    def __init__(self, context):
        pass

    def idle(self, *arguments):
        return ((1.0,),)

g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Idle, "idle.Idle", ("idle.Idle",))
""",
}


def cells() -> Iterator[Row | Skipped]:
    what = f"{CELLS:,} add-in cells in LibreOffice"
    try:
        extension()
    except ExtensionError as problem:
        yield Skipped(what, str(problem))
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, contents in {"steelyard": files(), "idle": IDLE_FILES}.items():
            for path, content in contents.items():
                target = Path(folder, "extensions", name, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(content, "utf-8")
        try:
            idle = [f"=IDLE{formula[formula.index('(') :]}" for formula in CALLS]
            seconds = _recalculated(Path(folder), [*CALLS, *idle])
        except (OSError, subprocess.SubprocessError) as problem:
            yield Skipped(what, f"LibreOffice cannot be started: {problem}")
            return
    for (formula, call), ours, its_own in zip(CALLS.items(), seconds[: len(CALLS)], seconds[len(CALLS) :], strict=True):
        plain = _in_python(call)
        function = formula[1 : formula.index("(")]
        yield Row(
            f"{what}: {function}",
            "as many calls in Python + cells that do nothing",
            time_text(ours),
            f"{time_text(plain)} + {time_text(its_own)}",
            ours / (plain + its_own),
            GOAL,
        )


def _recalculated(folder: Path, formulas: list[str]) -> list[float]:
    """Median seconds of a recalculation of each column of formulas."""
    # The Python on PATH must be LibreOffice's, as in the tests.
    path = os.pathsep.join([str(Path(PYTHON).parent), os.environ.get("PATH", "")])
    environment = {"HOME": str(folder), "PATH": path, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    folders = [str(folder / name) for name in ("profile", "extensions")]
    done = subprocess.run(  # noqa: S603 - our own program
        [PYTHON, str(WORKER), *folders, str(ROUNDS), str(CELLS), *formulas],
        env=environment | {"PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
        timeout=120,
    )
    return [median(seconds) for seconds in json.loads(done.stdout)]


def _in_python(call: Callable[[], object]) -> float:
    """Median seconds of as many calls in Python."""
    seconds = []
    for _ in range(ROUNDS):
        started = perf_counter()
        for _ in range(CELLS):
            call()
        seconds.append(perf_counter() - started)
    return median(seconds)


def rows() -> Iterator[Row | Skipped]:
    """Every line of this module."""
    yield from cells()
