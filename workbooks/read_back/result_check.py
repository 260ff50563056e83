"""Compares the results of the core with the cells of the workbook that show them."""

import math
from collections.abc import Mapping
from typing import Any, Final

from workbooks.read_back.contents import Contents
from workbooks.read_back.findings import Finding, where
from workbooks.read_back.identity import Identity, place_of
from workbooks.sheets.method import CONCLUSION

CLOSE: Final = 1e-9  # relative tolerance, the same as in a build
RESULTS: Final = "results."
NOT_COMPUTED: Final = (
    "its formulas are not computed: it was saved by a program that computes nothing, and there is nothing to hold the "
    "results against"
)


def differences(found: Identity, results: Mapping[str, Any], computed: Contents | None = None) -> list[Finding]:
    """Cells whose result differs from that of the core for the workbook's inputs.

    Parameters
    ----------
    found : Identity
        The workbook.
    results : mapping
        Results from `workbooks.results.values`.
    computed : Contents, optional
        The workbook with other stored values, for example after a recalculation.
    """
    contents = computed or found.contents
    known = _by_id(results)
    methods = {name.rsplit(".", 2)[0] for name in known}
    told = []
    for name, written in found.written.items():
        at = place_of(contents, written.name) if name.startswith(RESULTS) else None
        result = name.removeprefix(RESULTS)
        core = known.get(result)
        # A row for multiples in a template has no fixed method: it takes its name from the pasted heading.
        if at is None or result.rsplit(".", 2)[0] not in methods:
            continue
        stored = contents.cell(at.sheet, at.cell).value
        shown = stored if isinstance(stored, float) else None
        if shown is None or core is None:
            agree = shown is core
        else:
            agree = math.isclose(shown, core, rel_tol=CLOSE, abs_tol=CLOSE)
        if not agree:
            label = name.removeprefix(RESULTS)
            ours = "nothing" if core is None else f"{core:,.6g}"
            theirs = "nothing" if stored is None else f"{stored:,.6g}" if shown is not None else repr(stored)
            told.append(Finding(where(at, label), f"shows {theirs}, the inputs give {ours}"))
    return told


def comparable(found: Identity, results: Mapping[str, Any]) -> int:
    """Number of results of the workbook that can be compared with the core."""
    known = _by_id(results)
    return sum(name.removeprefix(RESULTS) in known for name in found.now if name.startswith(RESULTS))


def _by_id(results: Mapping[str, Any]) -> dict[str, float]:
    rows = {method["id"]: method for method in results["methods"]}
    if results["conclusion"]:
        rows[CONCLUSION] = results["conclusion"]
    return {
        f"{name}.{kind}.{end}": value
        for name, row in rows.items()
        for kind, ends in row.items()
        if isinstance(ends, dict)
        for end, value in ends.items()
    }
