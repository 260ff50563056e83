"""Workbooks of `steelyard new X.xlsx --like WAY`, and the cells in which a person fills them in."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import openpyxl

from built import place
from libreoffice import Value
from workbooks.languages.language import language
from workbooks.layout.sheet_cells import LaidBook
from workbooks.read_back.identity import identity_of
from workbooks.read_back.inputs import ReadInputs, read_inputs
from workbooks.sheets.peers.block import block
from workbooks.templates.comps_workbook import comps_skeleton
from workbooks.templates.empty_workbook import empty_workbook
from workbooks.templates.short_workbook import short_workbook_skeleton
from workbooks.templates.skeleton import Skeleton
from workbooks.templates.small_case import Small

PIKE: Final = Path(__file__).parent / "workbooks" / "examples" / "pike_peers.csv"
CAPITAL: Final = {"capital.net_debt": 218.0, "capital.shares": 32.0, "capital.price": 10.13}
METRICS: Final = {"metrics.enterprise_1": 85.17, "metrics.equity_1": 20.0}
NAMES: Final = {"en": ("Inputs", "Peers", "Summary"), "zh": ("输入", "可比公司数据", "摘要")}
FIGURES: Final = [
    ["", "", "USD bn", "USD m", "USD m", "USD m", ""],
    ["Company", "Included", "Market cap", "Net debt", "EBITDA", "Net profit", "Comment"],
    ["Alpha", "yes", "3.212", "798", "520.8", "150", "MasTec's figures of 2014"],
    ["Beta", "no", "5", "100", "200", "100", ""],
    ["Gamma", "yes", "1.5", "500", "250", "(20)", "a loss"],
    ["Delta", "yes", "2", "0", "200", "100", ""],
    ["Median", "", "", "", "", "", ""],
]


def template(folder: Path, code: str = "en", peers: Path | None = None) -> Path:
    wanted = Small("comps", "Pike", "2014-04-25", "USD", "USD m", peers)
    path = folder / "t.xlsx"
    path.write_bytes(empty_workbook(comps_skeleton(wanted), code))
    return path


def typed(path: Path, figures: Mapping[str, float], code: str = "en") -> dict[tuple[str, str], Value]:
    """The figures in the cells that a person types them in: each in the unit of its line."""
    name = NAMES[code][0]
    sheet = openpyxl.load_workbook(path)[name]
    found = {str(cell.value): row[1].coordinate for row in sheet.iter_rows() for cell in row}
    return {(name, found[figure]): value for figure, value in figures.items()}


def pasted(rows: Sequence[Sequence[str]], top: int, code: str = "en") -> dict[tuple[str, str], Value]:
    """A block pasted from B`top` on: numbers become numbers, and all else stays a text."""
    sheet = NAMES[code][1]
    return {
        (sheet, f"{chr(ord('B') + n)}{top + m}"): float(cell) if cell.replace(".", "", 1).isdecimal() else cell
        for m, row in enumerate(rows)
        for n, cell in enumerate(row)
    }


def pike() -> list[list[str]]:
    return list(csv.reader(PIKE.read_text("utf-8").splitlines()))


def wanted(like: str) -> Small:
    return Small(like, "Acme", "2026-01-02", "USD", "USD m")


def saved(like: str, folder: Path, code: str = "en") -> Path:
    path = folder / f"{like}.xlsx"
    path.write_bytes(empty_workbook(short_workbook_skeleton(wanted(like)), code))
    return path


def inputs(path: Path) -> dict[str, str]:
    """The cell to type in for each figure, by its id."""
    sheet = openpyxl.load_workbook(path).worksheets[1]
    heading = next(cell for row in sheet["A5:Z30"] for cell in row if cell.value in ("Id", "标识"))
    ids = {row: sheet.cell(row, heading.column).value for row in range(heading.row + 1, heading.row + 34)}
    return {str(name): f"B{row}" for row, name in ids.items() if name}


def fill(path: Path, figures: dict[str, float]) -> dict[tuple[str, str], Value]:
    cells = inputs(path)
    return {("Inputs", cells[name]): value for name, value in figures.items()}


def sample_table(made: Skeleton, book: LaidBook, code: str) -> dict[tuple[str, str], Value]:
    """The sample of peers in the cells of the table; nothing where a template has none."""
    found, cells = block(made.sample()), dict[tuple[str, str], Value]()
    rows = [found.units, found.headings, *([cell.content for cell in row] for row in found.rows)] if found else []
    for n, row in enumerate(rows):
        for column, content in enumerate(row, start=1):
            said = language(code).text(content) if n == 1 and content == "Growth" else content
            cells[place(book, f"pasted.c{column}", n)] = said
    return cells


def read_back(data: bytes) -> ReadInputs:
    """The inputs of a workbook of ours."""
    return read_inputs(identity_of(data))
