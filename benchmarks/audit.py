"""The audit of workbooks of 5,000 formulas against openpyxl's load of the same file."""

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Final, TypeAlias

import openpyxl

from benchmarks.rounds import Row, timed_row
from workbooks.address import letters
from workbooks.audit.audit import audited
from workbooks.audit.words import words
from workbooks.build import workbook_bytes
from workbooks.case.reading import bundled
from workbooks.recalculation.engine import recalculated
from workbooks.templates.empty_case import Wanted, skeleton
from workbooks.templates.empty_workbook import empty_workbook

GOAL: Final = 3.0
BUNDLED: Final = ("xiaomi_2018", "pike_2014")
Cells: TypeAlias = dict[tuple[str, str], float | str]


def divisions(count: int = 12, years: int = 60) -> Cells:
    """Income statements on assumptions, a pair of sheets for each division, and their total."""
    columns = [letters(number) for number in range(2, years + 3)]
    cells: Cells = {}
    for division in range(count):
        given, model = f"Given {division}", f"Model {division}"
        for row, value in enumerate((0.03, 0.42, 0.18, 0.25), start=3):
            cells |= {(given, f"{column}{row}"): value * 0.997**step for step, column in enumerate(columns[1:])}
        cells |= {(model, "B3"): 1250.0 + division, (model, "B4"): -725.0, (model, "B5"): "=B3+B4"}
        cells |= {(model, "B6"): -225.0, (model, "B7"): "=B5+B6", (model, "B8"): -75.0, (model, "B9"): "=B7+B8"}
        for before, column in pairwise(columns):
            cells |= {
                (model, f"{column}3"): f"={before}3*(1+'{given}'!{column}3)",
                (model, f"{column}4"): f"=-{column}3*(1-'{given}'!{column}4)",
                (model, f"{column}5"): f"={column}3+{column}4",
                (model, f"{column}6"): f"=-{column}3*'{given}'!{column}5",
                (model, f"{column}7"): f"={column}5+{column}6",
                (model, f"{column}8"): f"=-{column}7*'{given}'!{column}6",
                (model, f"{column}9"): f"={column}7+{column}8",
            }
    for column in columns:
        cells["Total", f"{column}2"] = "=" + "+".join(f"'Model {each}'!{column}9" for each in range(count))
    return cells


def companies(count: int = 800) -> Cells:
    """Six multiples and margins of each company, and their statistics."""
    cells: Cells = {}
    for number in range(count):
        row, revenue = 4 + number, 640.0 + 0.75 * number
        cells["Comps", f"A{row}"] = f"Company {number}"
        for column, value in zip("BCEF", (900 + 1.3 * number, 120 - number / 40, revenue, revenue * 0.21), strict=True):
            cells["Comps", f"{column}{row}"] = value
        for column, formula in zip("DGHIJK", ("B+C", "D/E", "D/F", "F/E", "B/E", "C/F"), strict=True):
            cells["Comps", f"{column}{row}"] = f"={formula[0]}{row}{formula[1]}{formula[2]}{row}"
    for row, function in enumerate(("AVERAGE", "MEDIAN", "MIN", "MAX"), start=count + 6):
        cells |= {("Comps", f"{column}{row}"): f"={function}({column}4:{column}{count + 3})" for column in "GHIJK"}
    return cells


def running(count: int = 2500) -> Cells:
    """A running sum and a share of the whole, day by day."""
    cells: Cells = {}
    for row in range(2, count + 2):
        cells |= {("Days", f"A{row}"): float(row), ("Days", f"B{row}"): 10.0 + row % 7}
        cells |= {("Days", f"C{row}"): f"=SUM(B$2:B{row})", ("Days", f"D{row}"): f"=B{row}/SUM(B$2:B${count + 1})"}
    return cells


def template(peers: int = 200) -> bytes:
    """A workbook to fill in, with many peers."""
    names = tuple(f"Peer {number}" for number in range(1, peers + 1))
    wanted = Wanted("Acme", dt.date(2026, 6, 30), peers=names)
    return empty_workbook(skeleton(wanted))


def computed(cells: Mapping[tuple[str, str], float | str]) -> bytes:
    """A workbook with these cells and the values of its formulas."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for (sheet, at), content in cells.items():
        (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet))[at] = content
    out = io.BytesIO()
    book.save(out)
    return recalculated(out.getvalue(), {}).data


def check(data: bytes) -> object:
    """The whole audit, the formulas computed, as the first one of a process does it."""
    words.cache_clear()
    return audited(data)


def load(data: bytes) -> object:
    """What openpyxl does with the file."""
    return openpyxl.load_workbook(io.BytesIO(data))


def rows() -> Iterator[Row]:
    """Every line of this module."""
    models = {"a model of 12 divisions": divisions(), "comparables": companies(), "running sums": running()}
    files = {name: computed(cells) for name, cells in models.items()}
    files |= {f"{name}, laid out anew from its case": workbook_bytes(bundled(name))[1] for name in BUNDLED}
    files["a template of 200 peers"] = template()
    for name, data in files.items():
        what = f"steelyard check: {name}, {audited(data).formulas:,} formulas"
        yield timed_row(what, partial(check, data), "openpyxl: load_workbook", partial(load, data), GOAL, rounds=7)
