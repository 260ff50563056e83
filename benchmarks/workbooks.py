"""Building workbooks, from declared sheets to checked bytes with stored values, against writing the same cells."""

import datetime as dt
import io
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np

from benchmarks.rounds import Row, Skipped, time_text, timed_row
from valuation.multiples import multiple
from workbooks.build import prove, workbook_bytes
from workbooks.case.reading import bundled
from workbooks.declarations.calls import Call
from workbooks.declarations.sheet import Column, Sheet, Table
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.layout.styles import FONT, Look, look_of
from workbooks.read_back.contents import contents_of
from workbooks.sheets import contents
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.writer import write

CASE: Final = "xiaomi_2018"
CURRENCY: Final = "in 亿元"
AS_OF: Final = dt.date(2018, 6, 30)
PEERS: Final = 5000
FACTS: Final = 13  # columns of each kind: values, metrics, and the multiples of the two
COLD_ROUNDS: Final = 7

# The alternative without Steelyard: write the cells of the same workbook one by one.
BARE: Final = """
import pickle, sys
import openpyxl
sheets = pickle.load(open(sys.argv[1], "rb"))
book = openpyxl.Workbook()
book.remove(book.worksheets[0])
for name, cells in sheets:
    sheet = book.create_sheet(name)
    for row, column, content in cells:
        sheet.cell(row, column, content)
book.save(sys.argv[2])
"""


def built(sheets: list[Sheet]) -> tuple[LaidBook, bytes]:
    """Every step of a build after the sheets are declared."""
    book = lay_out(sheets, CURRENCY)
    parts = write(book, "Benchmark", AS_OF)
    prove(book, parts)
    return book, finished(parts, AS_OF)


def bundled_case(xlsxwriter: Any) -> Iterator[Row]:  # noqa: ANN401 - a module
    sheets = contents.sheets(bundled(CASE))
    book, _ = built(sheets)
    count = sum(len(page.cells) for page in book.sheets)
    what = f"{CASE}: {len(book.sheets)} sheets of {count:,} cells, laid out, charted, computed, proved, packed"
    against = "XlsxWriter: its cells, formulas, formats"
    yield timed_row(what, lambda: built(sheets), against, lambda: with_xlsxwriter(book, xlsxwriter), 0.9)


def read_back() -> Iterator[Row]:
    """Reading what a workbook holds, formulas and values, within limits."""
    data = workbook_bytes(bundled(CASE))[1]
    what = f"{CASE}: every value and formula of the file read, its sizes measured first"
    yield timed_row(what, lambda: contents_of(data), "openpyxl: load_workbook", lambda: with_openpyxl(data), 0.5)


def with_openpyxl(data: bytes) -> object:
    """The same read with openpyxl, formulas without values."""
    return import_module("openpyxl").load_workbook(io.BytesIO(data))


def many_peers(xlsxwriter: Any) -> Iterator[Row]:  # noqa: ANN401 - a module
    random = np.random.default_rng(1)

    def typed(kind: str) -> list[Column]:
        numbers = random.lognormal(22, 1, (FACTS, PEERS)).tolist()
        return [Column(f"{kind}_{n}", f"{kind} {n}", cells=cells, unit="亿元") for n, cells in enumerate(numbers)]

    multiples = [
        Column(
            f"multiple_{n}", f"Multiple {n}", Call(multiple, {"value": f"value_{n}", "metric": f"metric_{n}"}), unit="×"
        )
        for n in range(FACTS)
    ]
    names = Column("name", "Peer", cells=[f"Peer {number}" for number in range(PEERS)])
    table = Table("peers", "Peers", (names, *typed("value"), *typed("metric"), *multiples), PEERS)
    sheets = [Sheet("peers_sheet", "Peers", "Peers", "What?", (table,))]
    book, _ = built(sheets)
    what = f"  {PEERS:,} peers × {len(table.columns)} columns, a third of them formulas"
    yield timed_row(what, lambda: built(sheets), "XlsxWriter", lambda: with_xlsxwriter(book, xlsxwriter), 1.5, rounds=3)


def with_xlsxwriter(book: LaidBook, xlsxwriter: Any) -> bytes:  # noqa: ANN401 - a module
    """The cells of a laid-out workbook, their formulas with values, and their formats, written with XlsxWriter."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        formats: dict[str, Any] = {}
        for page in book.sheets:
            sheet = workbook.add_worksheet(page.sheet.name)
            for column, width in page.widths.items():
                sheet.set_column(column - 1, column - 1, width)
            for cell in page.cells:
                wanted = look_of(cell)
                if wanted.name not in formats:
                    formats[wanted.name] = workbook.add_format(format_of(wanted))
                at = (cell.row - 1, cell.column - 1)
                if cell.formula:
                    sheet.write_formula(*at, f"={cell.formula}", formats[wanted.name], cell.content)
                elif cell.content is None:
                    sheet.write_blank(*at, None, formats[wanted.name])
                elif isinstance(cell.content, str):
                    sheet.write_string(*at, cell.content, formats[wanted.name])
                else:
                    sheet.write_number(*at, cell.content, formats[wanted.name])
    return out.getvalue()


def format_of(wanted: Look) -> dict[str, object]:
    """A look as XlsxWriter says it."""
    return {
        "num_format": wanted.number_format,
        "font_name": FONT,
        "font_size": wanted.size,
        "bold": wanted.bold,
        "italic": wanted.italic,
        "underline": int(wanted.underline),
        "font_color": f"#{wanted.colour}",
        "valign": "vcenter",
        "indent": wanted.indent,
        "text_wrap": wanted.wrap,
        "locked": wanted.locked,
        **({"bg_color": f"#{wanted.fill}"} if wanted.fill else {}),
        **({"align": wanted.horizontal} if wanted.horizontal else {}),
        **({"bottom": 7} if wanted.under else {}),
        **({"border": 2} if wanted.box else {}),
    }


def plain(content: object) -> object:
    """What a cell holds; a text of ours, which knows its parts, as a text alone."""
    return str(content) if isinstance(content, str) else content


def cold() -> Iterator[Row]:
    """A whole process each, as started from a shell."""
    book, _ = built(contents.sheets(bundled(CASE)))
    cells = [
        (page.sheet.name, [(c.row, c.column, f"={c.formula}" if c.formula else plain(c.content)) for c in page.cells])
        for page in book.sheets
    ]
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "cells", str(Path(folder) / "book.xlsx")
        given.write_bytes(pickle.dumps(cells))
        ours = [sys.executable, "-m", "addin", "build", CASE, "-o", out]  # as `steelyard` starts
        theirs = [sys.executable, "-c", BARE, str(given), out]
        # Modules are compiled once, as when installed: the first run of each is not timed.
        environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
        for number in range(COLD_ROUNDS + 1):
            for name, command in sorted({"ours": ours, "theirs": theirs}.items(), reverse=bool(number % 2)):
                started = perf_counter()
                subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - ours
                seconds[name].append(perf_counter() - started)
    mine, bare = (median(each[1:]) for each in seconds.values())
    against = "a bare openpyxl script, the same cells"
    yield Row(f"steelyard build {CASE}, a whole process", against, time_text(mine), time_text(bare), mine / bare, 2.5)


def rows() -> Iterator[Row | Skipped]:
    """Every line of this module."""
    try:
        xlsxwriter = import_module("xlsxwriter")
    except ImportError:
        yield Skipped("building workbooks", "xlsxwriter is not installed: pip install xlsxwriter")
    else:
        yield from bundled_case(xlsxwriter)
        yield from many_peers(xlsxwriter)
    yield from read_back()
    yield from cold()
