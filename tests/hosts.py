"""The hosts that can run here, and the results of each for the calls of the matrix, as Python values.

An input is entered in a host as a person would enter it there, and its answer is read as a person would see it. Any
difference from Python is then due to the host.
"""

import contextlib
import datetime as dt
import io
import json
import math
import pickle
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import openpyxl
import typer
from openpyxl.worksheet.formula import ArrayFormula

from addin.cells import error_in
from addin.commands import app as cli
from addin.embedded import recalculate
from addin.lite import REQUIREMENTS, files
from browser import Browser
from excel_com import OMITTED, Cells, Excel
from libreoffice import LibreOffice
from matrix import INPUTS, Call, Problem, column_of
from workbooks.address import letters

LEFT_OUT: Final = INPUTS["left-out"][0]
DAY_ZERO: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no time zone
ERROR_INTEGERS: Final = {"#REF!": -2146826265, "#DIV/0!": -2146826281}

Grid: TypeAlias = list[list[Any]]


def grid(value: Any) -> Grid:  # noqa: ANN401 - a cell, a row of cells or rows of them
    """Rows of cells."""
    if not isinstance(value, (list, tuple)):
        return [[value]]
    return [list(row) for row in value] if isinstance(value[0], (list, tuple)) else [list(value)]


def shell(calls: Sequence[Call]) -> list[Grid]:
    """`steelyard call`: JSON in, JSON out."""
    return [_in_shell(call) for call in calls]


def _in_shell(call: Call) -> Grid:
    names = [parameter.name for parameter in call.entry.parameters]
    words = [
        f"{name}={json.dumps(value)}"
        for name, value in zip(names, call.values, strict=True)
        if value is not None and value != LEFT_OUT
    ]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.call(call.entry.excel_name, words)
        except typer.Exit:
            return [[_told(err.getvalue().strip())]]
    return [
        [Problem(cell["error"], cell["message"]) if isinstance(cell, dict) else cell for cell in row]
        for row in grid(json.loads(out.getvalue()))
    ]


def excel(calls: Sequence[Call]) -> list[Grid]:
    """xlwings' own code for Windows: references to cells in, texts and numbers out."""
    with Excel() as server:
        return [
            [
                [_told(cell) for cell in row]
                for row in grid(server.call(call.entry.excel_name, *map(_by_com, call.values)))
            ]
            for call in calls
        ]


def _by_com(value: Any) -> object:  # noqa: ANN401
    if value is None or value == LEFT_OUT:
        return OMITTED
    if isinstance(value, list):
        return Cells(tuple(tuple(map(_com_cell, row)) for row in grid(value)))
    return Cells(_com_cell(value))


def _com_cell(cell: object) -> object:
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=dt.UTC)  # as COM automation passes it
    if isinstance(cell, str):
        return ERROR_INTEGERS.get(cell, cell)
    return float(cell) if type(cell) is int and cell != INPUTS["error-integer"][0][0][0] else cell


def _told(cell: object) -> object:
    """A cell in which an error is a text."""
    error = error_in(cell) if isinstance(cell, str) else None
    if isinstance(cell, dt.datetime):
        return cell.date()
    return Problem(*error) if error else cell


def lite(calls: Sequence[Call], folder: Path) -> list[Grid]:
    """xlwings Lite: what it pastes, run by this Python in Lite's guise, on values as Lite hands them on."""
    main = folder / "main.py"
    main.write_text(files()["main.py"], "utf-8")
    packages = [name.replace("-", "_") for name in REQUIREMENTS]
    libraries = Path(str(np.__file__)).parents[1]
    program = Path(__file__).with_name("lite_guise.py")
    asked = [(call.entry.excel_name, [_by_office_js(value) for value in call.values]) for call in calls]
    done = subprocess.run(
        [sys.executable, "-I", "-S", program, libraries, main, *packages],
        input=pickle.dumps(asked),
        stdout=subprocess.PIPE,
        check=True,
    )
    found = pickle.loads(done.stdout)  # noqa: S301 - our own child
    return [[[_told(cell) for cell in row] for row in grid(answer)] for answer in found]


def _by_office_js(value: Any) -> object:  # noqa: ANN401
    if value is None or value == LEFT_OUT:
        return None
    return [[_office_js_cell(cell) for cell in row] for row in grid(value)]


def _office_js_cell(cell: object) -> object:
    if isinstance(cell, dt.datetime):
        return (cell - DAY_ZERO).days  # a number that looks like a date
    return None if cell == "" else cell


# What Microsoft's runtime tells Excel of an error of the whole answer.
SAID: Final = {1: "#N/A", 5: "#DIV/0!", 6: "#NUM!", 7: "#VALUE!", 8: "#NULL!"}


def office(calls: Sequence[Call], browser: Browser) -> list[Grid]:
    """The Office add-in: the functions' script under Microsoft's own runtime, in the page that is open."""
    asked = [[call.entry.excel_name, [_by_runtime(value) for value in call.values], "S!A1"] for call in calls]
    found = browser.in_page("return Promise.all(excelBridge.invoke(given))", asked)
    return [
        [[_from_runtime(cell) for cell in row] for row in each["value"]]
        if each["ok"]
        else [[Problem(SAID[each["code"]], each["value"] or "")]]
        for each in found
    ]


def _by_runtime(value: Any) -> object:  # noqa: ANN401
    rows = _by_office_js(value)
    if not isinstance(rows, list):
        return rows
    return [
        [{"type": "CustomFunctionError", "code": cell} if cell in ERROR_INTEGERS else cell for cell in row]
        for row in rows
    ]


def _from_runtime(cell: object) -> object:
    """A cell as Excel shows it: a number in the format of a date is a date."""
    if not isinstance(cell, dict):
        return cell
    if cell["type"] == "Error":
        return Problem(cell["basicValue"], cell.get("message") or "")
    return (DAY_ZERO + dt.timedelta(days=cell["basicValue"])).date()


@dataclass(frozen=True)
class Book:
    """A workbook in which each call is an array formula of the size that its answer has in Python."""

    data: bytes
    areas: list[tuple[int, int, int]]  # first row, rows and columns of each

    def read(self, rows: Sequence[Sequence[Any]]) -> list[Grid]:
        """Results of the formulas, from the rows of their sheet."""
        found = []
        for first, height, width in self.areas:
            lines = [list(row[:width]) for row in rows[first - 1 : first - 1 + height]]
            found.append([line + [None] * (width - len(line)) for line in lines])
        return found


def book(calls: Sequence[Call], wanted: Iterable[Grid]) -> Book:
    """The workbook of some calls; their arguments are on a sheet of their own."""
    workbook = openpyxl.Workbook()
    answers: Any = workbook.active
    answers.title = "Answers"
    given = workbook.create_sheet("Given")
    places: dict[str, str] = {}
    areas, first, free = [], 1, 1
    for call, cells in zip(calls, wanted, strict=True):
        words = []
        for value in call.values:
            if value is None or value == LEFT_OUT:
                words.append("")
                continue
            key = repr(value)
            if key not in places:
                block = grid(value)
                for row, line in enumerate(block, free):
                    for column, cell in enumerate(line, 1):
                        given.cell(row, column, '=""' if cell == "" else cell)
                corner = f":${letters(len(block[0]))}${free + len(block) - 1}" if isinstance(value, list) else ""
                places[key] = f"Given!$A${free}{corner}"
                free += len(block)
            words.append(places[key])
        height, width = len(cells), len(cells[0])
        text = f"={call.entry.excel_name}({','.join(words)})"
        answers[f"A{first}"] = ArrayFormula(f"A{first}:{letters(width)}{first + height - 1}", text)
        areas.append((first, height, width))
        first += height
    out = io.BytesIO()
    workbook.save(out)
    return Book(out.getvalue(), areas)


def embedded(made: Book) -> list[Grid]:
    """`steelyard recalc`."""
    done = openpyxl.load_workbook(io.BytesIO(recalculate(made.data).data), data_only=True)
    return made.read([[_stored(cell) for cell in row] for row in done["Answers"].iter_rows()])


def _stored(cell: Any) -> object:  # noqa: ANN401 - openpyxl's cell
    return Problem(str(cell.value), "") if cell.data_type == "e" else cell.value


def calc(made: Book, office: LibreOffice, folder: Path) -> list[Grid]:
    """A real LibreOffice with the extension."""
    path = folder / "parity.xlsx"
    path.write_bytes(made.data)
    return made.read([[_in_calc(cell) for cell in row] for row in office.recalculate(path)["Answers"]])


def _in_calc(cell: object) -> object:
    return Problem(cell, "") if isinstance(cell, str) and (cell[:1] == "#" or cell[:4] == "Err:") else cell


def differences(call: Call, found: Grid, wanted: Grid) -> set[tuple[str, str]]:
    """Where a result differs from Python's: the input and the kind of argument, or the kind of result."""
    pairs = [pair for rows in zip(found, wanted, strict=False) for pair in zip(*rows, strict=False)]
    if [len(row) for row in found] != [len(row) for row in wanted] or not all(_same(*pair) for pair in pairs):
        return {(call.input, kind_of_argument(call))}
    return {("answer", _name(cell)) for given, cell in pairs if not _equal(given, cell)}


def kind_of_argument(call: Call) -> str:
    """Column of the table of outcomes; of a function that answers in text a number has a column of its own."""
    column = column_of(call.parameter.kind)
    return "number→text" if column == "number" and call.entry.result.shape == "text" else column


def _equal(found: object, wanted: object) -> bool:
    if isinstance(wanted, float) and isinstance(found, (int, float)) and not isinstance(found, bool):
        return math.isclose(found, wanted, rel_tol=1e-12)  # a host may write fewer digits than it stores
    if wanted == "":
        return found in ("", None)  # a file does not distinguish an empty text from an empty cell
    return type(found) is type(wanted) and found == wanted


def _same(found: object, wanted: object) -> bool:
    """Whether a host gives the same result in its own types."""
    if isinstance(wanted, bool):
        return found in (wanted, float(wanted))
    if isinstance(wanted, dt.date):
        return found in (wanted, wanted.isoformat(), (dt.datetime.combine(wanted, dt.time()) - DAY_ZERO).days)
    return _equal(found, wanted)


def _name(cell: object) -> str:
    return "truth" if isinstance(cell, bool) else "date"
