"""The results of the core held against the cells of the workbook that say the same."""

import math
from collections.abc import Mapping
from typing import Any, Final

from workbooks.way_back.contents import Contents
from workbooks.way_back.findings import Finding, where
from workbooks.way_back.identity import Identity, place_of

CLOSE: Final = 1e-9  # relative; as a build is proved
RESULTS: Final = "results."
NOT_COMPUTED: Final = (
    "its formulas are not computed: it was saved by a program that computes nothing, and there is nothing to hold the "
    "results against"
)


def differences(found: Identity, results: Mapping[str, Any], computed: Contents | None = None) -> list[Finding]:
    """Where the workbook shows another result than the core gives for the inputs in it.

    Parameters
    ----------
    found : Identity
        The workbook.
    results : mapping
        What `workbooks.results.values` gives.
    computed : Contents, optional
        The workbook with other stored values than its own, as after a recalculation.
    """
    contents = computed or found.contents
    known = _by_id(results)
    methods = {name.rsplit(".", 2)[0] for name in known}
    told = []
    for name, written in found.written.items():
        at = place_of(contents, written.name) if name.startswith(RESULTS) else None
        result = name.removeprefix(RESULTS)
        core = known.get(result)
        # A row of a template for multiples has no method of its own: it takes the name of the heading that is pasted.
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


def held(found: Identity, results: Mapping[str, Any]) -> int:
    """How many results of the workbook can be held against the core's."""
    known = _by_id(results)
    return sum(name.removeprefix(RESULTS) in known for name in found.now if name.startswith(RESULTS))


def _by_id(results: Mapping[str, Any]) -> dict[str, float]:
    rows = {method["id"]: method for method in results["methods"]}
    if results["conclusion"]:
        rows["conclusion"] = results["conclusion"]
    return {
        f"{name}.{kind}.{end}": value
        for name, row in rows.items()
        for kind, ends in row.items()
        if isinstance(ends, dict)
        for end, value in ends.items()
    }
