"""Results of the methods of a case, computed by the core from the declared sheets without writing a file."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from workbooks.case.model import Case
from workbooks.declarations.sheet import Sheet
from workbooks.layout.core_values import Evaluation
from workbooks.layout.placing import Places
from workbooks.layout.references import check_references
from workbooks.sheets import contents
from workbooks.sheets.method import CONCLUSION, WHICH, Range
from workbooks.sheets.methods import KINDS, Results, methods
from workbooks.sheets.result_cells import result_cells

Values = dict[str, dict[str, float]]  # keyed by kind of result, then low, base, high


def values(case: Case, sheets: Sequence[Sheet] | None = None) -> dict[str, Any]:
    """Results of a case in the form printed by `steelyard value --json`.

    Amounts are in whole units of the company's currency, `per_share` in the currency of the share price, `upside` is a
    fraction. Results that a method does not have, or that are n.m., are missing. With `sheets` the results are those of
    the given sheets, whose inputs may differ from the case.
    """
    sheets = contents.sheets(case) if sheets is None else sheets
    places = Places()
    for sheet in sheets:
        places.place(sheet)
    check_references(sheets, places)
    evaluation = Evaluation(places)
    with np.errstate(all="ignore"):
        found = {name: _values(cells, evaluation) for name, cells in result_cells(case).items()}
    return {
        "company": case.company.name,
        "as_of": case.company.as_of.isoformat(),
        "currency": case.company.currency,
        "methods": [{"id": method.id, "label": str(method.label)} | found[method.id] for method in methods(case)],
        "conclusion": found.get(CONCLUSION),
    }


def _values(of: Results, evaluation: Evaluation) -> Values:
    found = {kind: _range(of[kind], evaluation) for kind in KINDS if kind in of}
    return {kind: ends for kind, ends in found.items() if ends}


def _range(cells: Range, evaluation: Evaluation) -> dict[str, float]:
    given = {which: evaluation.of(cell) for which in WHICH if (cell := getattr(cells, which))}
    return {
        which: float(value)
        for which, value in given.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    }
