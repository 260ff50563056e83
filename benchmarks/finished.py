"""A finished file, with a stored value for every formula: our command against XlsxWriter and LibreOffice.

XlsxWriter computes nothing. Whoever needs values in its files (for a mail preview, pandas, a phone) has LibreOffice
open the file, recalculate it and save it again. Both are whole processes, as started from a shell.

Three lines: LibreOffice gets what the script of XlsxWriter wrote (cells and formats alone, not a finished file);
a file with all that ours has (charts, rules, printing), as a finished file needs; the same with a new profile, as in a
container that was just started.
"""

import math
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from benchmarks.rounds import Row, Skipped, time_text
from benchmarks.workbooks import CASE, format_of, plain
from workbooks.address import letters
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.layout.sheet_cells import LaidBook
from workbooks.layout.styles import look_of

ROUNDS: Final = 5
NEAR: Final = 1e-9
ENOUGH: Final = 0.99  # without a recalculation it is hardly any

# Cells, formulas without values, formats, widths and defined names. Charts, rules for typing, printing and colours
# by value are left out, so that theirs takes less time than a file like ours would.
SCRIPT: Final = """
import pickle, sys
import xlsxwriter
sheets, formats, names = pickle.load(open(sys.argv[1], "rb"))
with xlsxwriter.Workbook(sys.argv[2]) as book:
    made = {name: book.add_format(given) for name, given in formats.items()}
    for name, widths, cells in sheets:
        sheet = book.add_worksheet(name)
        for column, width in widths.items():
            sheet.set_column(column - 1, column - 1, width)
        for row, column, formula, content, look in cells:
            if formula:
                sheet.write_formula(row - 1, column - 1, formula, made[look])
            elif isinstance(content, str):
                sheet.write_string(row - 1, column - 1, content, made[look])
            else:
                sheet.write(row - 1, column - 1, content, made[look])
    for name, target in names.items():
        book.define_name(name, target)
"""

# Without it LibreOffice keeps the zeros that XlsxWriter stores for formulas.
RECALCULATE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

# What LibreOffice recalculates, and in which profile.
LINES: Final = {
    "recalculates the cells": ("cells", "used"),
    "recalculates a file with all of ours": ("whole", "used"),
    "does so with a new profile": ("whole", "new"),
}


def given(book: LaidBook) -> tuple[list[Any], dict[str, dict[str, object]], dict[str, str]]:
    """What the script of XlsxWriter writes: sheets, formats, defined names."""
    formats: dict[str, dict[str, object]] = {}
    sheets = []
    for page in book.sheets:
        cells = []
        for cell in page.cells:
            look = look_of(cell)
            formats.setdefault(look.name, format_of(look))
            formula = f"={cell.formula}" if cell.formula else ""
            cells.append((cell.row, cell.column, formula, plain(cell.content), look.name))
        sheets.append((page.sheet.name, page.widths, cells))
    return sheets, formats, {name: f"={at.text('', absolute=True)}" for name, at in book.names.items()}


def agreeing(book: LaidBook, file: Path) -> float:
    """The share of formulas with a number whose stored value is that number."""
    stored = import_module("openpyxl").load_workbook(file, data_only=True)
    right = [
        isinstance(value := stored[page.sheet.name][f"{letters(cell.column)}{cell.row}"].value, (float, int))
        and math.isclose(value, cell.content, rel_tol=NEAR, abs_tol=NEAR)
        for page in book.sheets
        for cell in page.cells
        if cell.formula and isinstance(cell.content, float)
    ]
    return sum(right) / len(right)


def rows() -> Iterator[Row | Skipped]:
    """Every line of this module."""
    what = f"steelyard build {CASE}, a whole process: a finished file"
    needed = {"soffice": shutil.which("soffice"), "xlsxwriter": find_spec("xlsxwriter")}
    missing = [name for name, found in needed.items() if not found]
    if missing:
        yield Skipped(what, f"not installed: {' and '.join(missing)}")
        return
    book, data = workbook_bytes(bundled(CASE))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cells").write_bytes(pickle.dumps(given(book)))
        (folder / "whole.xlsx").write_bytes(data)
        _set_up(folder / "used")
        ours = [sys.executable, "-m", "addin", "build", CASE, "-o", str(folder / "ours.xlsx")]
        writing = [sys.executable, "-c", SCRIPT, str(folder / "cells"), str(folder / "cells.xlsx")]
        seconds: dict[str, list[float]] = {side: [] for side in ("ours", "written", *LINES)}
        for number in range(ROUNDS + 1):
            _set_up(folder / "new")
            turns = {"ours": ours, "written": writing} | {
                line: _recalculating(folder, file, profile) for line, (file, profile) in LINES.items()
            }
            for side, command in sorted(turns.items(), reverse=bool(number % 2)):
                seconds[side].append(_timed(command, folder))
        shares = [agreeing(book, folder / "recalculated" / f"{file}.xlsx") for file, _ in LINES.values()]
    if min(shares) < ENOUGH:
        message = f"LibreOffice stores {min(shares):.1%} of the numbers as they are: it has not recalculated the file"
        raise RuntimeError(message)
    # The first run of each compiles its modules, or makes a profile: it is not timed.
    times = {side: median(runs[1:]) for side, runs in seconds.items()}
    for line in LINES:
        against = f"XlsxWriter, {time_text(times['written'])}, then LibreOffice {line}, {time_text(times[line])}"
        both = times["written"] + times[line]
        yield Row(what, against, time_text(times["ours"]), time_text(both), times["ours"] / both, 0.25)
        what = "— the same"


def _set_up(profile: Path) -> None:
    """Make a profile of LibreOffice that recalculates what it opens."""
    shutil.rmtree(profile, ignore_errors=True)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, "utf-8")


def _recalculating(folder: Path, file: str, profile: str) -> list[str]:
    user = f"-env:UserInstallation={(folder / profile).as_uri()}"
    out = str(folder / "recalculated")
    return ["soffice", user, "--headless", "--convert-to", "xlsx", "--outdir", out, str(folder / f"{file}.xlsx")]


def _timed(command: list[str], folder: Path) -> float:
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    started = perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - ours
    return perf_counter() - started
