"""Audits a workbook: applies all rules, merges similar findings, and leaves out accepted ones."""

import gc
import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Final

from workbooks.audit import cell_values, circles, constants, patterns, ranges, settings
from workbooks.audit.finding import Finding, Place, merged, without_accepted
from workbooks.audit.graph import Graph
from workbooks.audit.reading import Page, workbook
from workbooks.audit.report import Report, Request
from workbooks.audit.stale import Computed, computed
from workbooks.opening.limits import STANDARD, Limits
from workbooks.recalculation.worksheet import place

_FAMILIES: Final[tuple[Callable[[Graph], Iterator[Finding]], ...]] = (
    circles.findings,
    cell_values.findings,
    ranges.findings,
    patterns.findings,
    constants.findings,
    settings.findings,
)


def audited(data: bytes, request: Request | None = None, limits: Limits = STANDARD) -> Report:
    """Audit a workbook.

    Parameters
    ----------
    data : bytes
        The file, .xlsx or .xlsm.
    request : Request
        Options.
    limits : Limits
        Limits for reading. Run it with `workbooks.opening.child`, in a process of its own.

    Raises
    ------
    PackageError
        If it is not a workbook, is damaged, or exceeds the limits.
    """
    with _without_collection():
        return _audited(data, request or Request(), limits)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Disable cyclic garbage collection, which would take a quarter of the time; an audit creates no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _audited(data: bytes, asked: Request, limits: Limits) -> Report:
    graph = Graph(workbook(data, limits))
    found = [each for family in _FAMILIES for each in family(graph)]
    is_ours = _is_ours(graph)
    values = computed(data, graph, limits, needed=is_ours) if asked.compute else Computed()
    found += values.findings
    if is_ours:
        found = _with_ours(graph, found, values)
    whole = merged(without_accepted(_wanted(found, asked.ignored), asked.accepted))
    return Report(tuple(whole), tuple(fingerprints(graph, whole)), len(graph.formulas))


def _is_ours(graph: Graph) -> bool:
    """Whether a workbook was written by Steelyard."""
    return any(name.startswith("Steelyard") for name in graph.book.properties) or any(
        name.startswith("_sy_") for _, name in graph.book.structure.names
    )


def _with_ours(graph: Graph, found: list[Finding], values: Computed) -> list[Finding]:
    """Add findings of the rules for our workbooks, and drop findings about unchanged cells."""
    from workbooks.audit.steelyard_rules import findings  # noqa: PLC0415 - cases and layouts are slow to load

    return findings(graph, found, values)


def _wanted(found: Collection[Finding], ignored: Collection[str]) -> Iterator[Finding]:
    return (each for each in found if each.rule not in ignored)


def fingerprints(graph: Graph, found: Collection[Finding]) -> Iterator[str]:
    """Fingerprint of each finding, from its rule, its sheet and the labels of its cell, not from its address."""
    seen: dict[str, int] = {}
    for each in found:
        label = _label(graph.book.pages[each.sheet], place(each.cell)) if each.sheet and each.cell else ""
        text = f"{each.rule}\n{each.sheet}\n{label}"
        seen[text] = seen.get(text, 0) + 1
        yield hashlib.sha256(f"{text}\n{seen[text]}".encode()).hexdigest()[:16]


def _label(page: Page, at: Place) -> str:
    """The texts to the left of a cell and above it."""
    row, column = at
    left = (page.cell((row, each)).value for each in range(1, column))
    above = (page.cell((each, column)).value for each in range(row - 1, 0, -1))
    return "\n".join(next((text for text in texts if isinstance(text, str)), "") for texts in (left, above))
