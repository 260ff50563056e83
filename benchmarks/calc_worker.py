"""Recalculates columns of formulas in one LibreOffice, in turns, and prints the seconds of each as JSON.

Runs under the Python that LibreOffice's `uno` belongs to, with `tests` among its modules; `benchmarks.calc` starts it.

    calc_worker.py PROFILE_FOLDER EXTENSIONS_FOLDER ROUNDS CELLS FORMULA...
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import uno

from libreoffice_worker import Uno, create, properties, start

INPUTS = 6  # columns of numbers beside the formulas


def column(desktop: Uno, formula: str, cells: int) -> Uno:
    """A document with a formula down a column, `{row}` its row, and numbers beside it."""
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True))
    sheet = document.Sheets.getByIndex(0)
    numbers = tuple(tuple(float(row % 7 + place + 1) for place in range(INPUTS)) for row in range(cells))
    sheet.getCellRangeByPosition(0, 0, INPUTS - 1, cells - 1).setDataArray(numbers)
    formulas = sheet.getCellRangeByPosition(INPUTS, 0, INPUTS, cells - 1)
    formulas.setFormulaArray(tuple((formula.format(row=row),) for row in range(1, cells + 1)))
    if not all(isinstance(value, float) for (value,) in formulas.getDataArray()):
        message = f"{formula} gives {formulas.getDataArray()[0][0]!r}"
        raise TypeError(message)
    return document


def timed(document: Uno) -> float:
    """Seconds of a full recalculation."""
    started = time.perf_counter()
    document.calculateAll()
    return time.perf_counter() - started


def main() -> None:
    """Measure."""
    profile, extensions, rounds, cells, *formulas = sys.argv[1:]
    process, context = start(Path(profile), Path(extensions))
    desktop = create(context, "com.sun.star.frame.Desktop")
    documents = [column(desktop, formula, int(cells)) for formula in formulas]
    seconds: list[list[float]] = [[] for _ in documents]
    for number in range(int(rounds)):
        for place in range(len(documents)) if number % 2 else reversed(range(len(documents))):
            seconds[place].append(timed(documents[place]))
    print(json.dumps(seconds), flush=True)
    with contextlib.suppress(uno.getClass("com.sun.star.lang.DisposedException")):
        desktop.terminate()  # may close the connection before it answers
    process.wait(20)


if __name__ == "__main__":
    main()
