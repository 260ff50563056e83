"""Finds the functions in a workbook that the embedded engine does not know."""

from collections.abc import Collection
from typing import Final

import formualizer

from workbooks.recalculation.book import Book
from workbooks.recalculation.evaluation import error_code
from workbooks.recalculation.refusal import At

# Functions with which a formula defines functions of its own, whose names the engine cannot be asked for.
_DEFINING: Final = {"LET", "LAMBDA", "_XLFN.LET", "_XLFN.LAMBDA"}


def unknown_functions(book: Book, registered: Collection[str] = ()) -> dict[str, list[At]]:
    """Unknown functions by name, each with the cells that call it; registered functions are known."""
    callers: dict[str, list[At]] = {}
    for at, formula in book.formulas.items():
        if formula.called.isdisjoint(_DEFINING):
            for name in formula.called.difference(registered):
                callers.setdefault(name, []).append(at)
    scratch = formualizer.Workbook()
    scratch.add_sheet("A")
    return {name: cells for name, cells in sorted(callers.items()) if _is_unknown(scratch, name)}


def _is_unknown(scratch: formualizer.Workbook, name: str) -> bool:
    scratch.set_formula("A", 1, 1, f"={name}()")
    return error_code(scratch.evaluate_cell("A", 1, 1)) == "#NAME?"
