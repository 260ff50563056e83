"""Rule on stale stored values: computes the workbook by the embedded engine and compares.

Formulas that the engine does not support, or computes differently from Excel, keep their stored values, so that only
real differences are findings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from workbooks.audit.finding import Finding, cell
from workbooks.audit.graph import Graph
from workbooks.opening.limits import STANDARD, Limits, PackageError
from workbooks.recalculation.recomputed import Difference, Recomputed, recomputed
from workbooks.recalculation.refusal import EngineError
from workbooks.recalculation.worksheet import ErrorCode, Place, Value

_MOST: Final = 200  # findings


@dataclass(frozen=True, slots=True)
class Computed:
    """Computed values of formulas where possible, and findings about stored ones."""

    values: Mapping[tuple[str, Place], Value] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def computed(data: bytes, graph: Graph, limits: Limits = STANDARD, *, needed: bool = False) -> Computed:
    """Compute the formulas of a workbook and compare with the stored values.

    Parameters
    ----------
    data : bytes
        The file.
    graph : Graph
        Its formulas.
    limits : Limits
        What it may ask for.
    needed : bool
        Whether the values are needed even if there are no stored ones.
    """
    if not graph.formulas:
        return Computed()
    is_computed = graph.book.is_computed
    if not is_computed and not needed:
        return Computed(findings=(_not_computed(graph),))
    try:
        found = recomputed(data, limits, _stored(graph))
    except (EngineError, PackageError) as problem:
        return Computed(findings=(_not_judged(graph, " ".join(str(problem).split())),))
    if not is_computed:
        return Computed(found.values, (_not_computed(graph),))
    return Computed(found.values, tuple(_stale(found)))


def _stored(graph: Graph) -> dict[tuple[str, Place], Value]:
    """Stored value of each formula; empty if any formula has none."""
    found: dict[tuple[str, Place], Value] = {}
    pages = graph.book.pages
    for at in graph.formulas:
        value = pages[at.sheet].cells[at.place].value
        if value is None:
            return {}
        found[at] = value
    return found


def _stale(found: Recomputed) -> Iterator[Finding]:
    for each in found.different[:_MOST]:
        yield _difference(each, found.following)


def _difference(each: Difference, following: int) -> Finding:
    sheet, place = each.at
    more = f"; {following} more rest on such values" if following else ""
    return Finding(
        "stale-value",
        "error",
        sheet,
        cell(place),
        f"={each.formula}: the file stores {shown_value(each.stored)}, but the formula gives "
        f"{shown_value(each.computed)}{more}",
        "Compute the workbook anew and save it: F9 in Excel, or steelyard recalc --anew",
    )


def _not_computed(graph: Graph) -> Finding:
    return Finding(
        "not-computed",
        "note",
        next(iter(graph.book.pages), ""),
        "",
        "The file stores no values for its formulas, so none was compared: the program that wrote it computes nothing",
        "Open and save it in a spreadsheet program, or use steelyard recalc",
    )


def _not_judged(graph: Graph, why: str) -> Finding:
    return Finding(
        "not-judged",
        "note",
        next(iter(graph.book.pages), ""),
        "",
        f"Stored values were not compared with what the formulas give: {why[:300]}",
        "Mend what is named, and check the workbook again",
    )


def shown_value(value: Value | None) -> str:
    """A value as a message shows it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value) if isinstance(value, ErrorCode) else repr(value)
