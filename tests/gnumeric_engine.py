"""Gnumeric for tests: one more engine that computes a workbook, from formulas alone.

    values = gnumeric_engine.recalculate(path, folder)                # as LibreOffice.recalculate gives them

It is the program `ssconvert`, of the Debian package gnumeric.
"""

import subprocess
import warnings
from pathlib import Path

import openpyxl

from betteroffice_engine import without_values
from libreoffice import Values
from recalculation import plain


def recalculate(path: Path, folder: Path) -> Values:
    """Values of every sheet after evaluation; the folder is for two files on the way."""
    bare, computed = folder / "bare.xlsx", folder / "computed.xlsx"
    bare.write_bytes(without_values(path.read_bytes()))
    subprocess.run(["ssconvert", "--recalc", str(bare), str(computed)], check=True, capture_output=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it writes no default style
        book = openpyxl.load_workbook(computed, data_only=True)
    return {
        sheet.title: [[plain(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }
