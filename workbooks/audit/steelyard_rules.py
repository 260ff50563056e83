"""Rules for workbooks written by Steelyard, and the general rules from which unchanged cells are exempt."""

from collections.abc import Iterable, Iterator
from typing import Final

from workbooks.audit import steelyard_additions, steelyard_formulas
from workbooks.audit.finding import Finding, without_accepted
from workbooks.audit.graph import At, Graph
from workbooks.audit.reference import Reference
from workbooks.audit.stale import Computed
from workbooks.audit.steelyard_inputs import Inputs
from workbooks.audit.steelyard_sums import Sums, stale_inputs
from workbooks.opening.limits import PackageError
from workbooks.recalculation.worksheet import place

# Unchanged cells are exempt from these rules, because they were verified by the core.
_PROVED: Final = frozenset(
    {
        "inconsistent-formula",
        "number-among-formulas",
        "constant-in-formula",
        "error-hidden",
        "number-as-text",
        "blank-as-zero",
        "text-as-zero",
        "short-range",
        "unequal-ranges",
        "counted-twice",
        "unused-input",
        "volatile-function",
    }
)


def findings(graph: Graph, found: list[Finding], computed: Computed) -> list[Finding]:
    """Findings of every rule, for a workbook that Steelyard wrote.

    Parameters
    ----------
    graph : Graph
        The workbook.
    found : list of Finding
        What the rules for any workbook found.
    computed : Computed
        What the formulas give.
    """
    try:
        reference = Reference(graph)
    except PackageError as problem:
        return [*found, _unknown(graph, problem)]
    inputs = Inputs(reference)
    own = [*steelyard_formulas.findings(reference), *inputs.findings(), *Sums(reference, inputs, computed).findings()]
    own += [*steelyard_additions.findings(reference), *stale_inputs(inputs, reference, computed)]
    kept = _not_proved(found, reference)
    accepted = {(each.rule, each.cell) for each in reference.identity.case.accepted}
    return without_accepted(_first_of_a_kind(own, kept), accepted)


def _not_proved(found: Iterable[Finding], reference: Reference) -> Iterator[Finding]:
    """Findings about changed cells."""
    for each in found:
        cells = [(each.sheet, each.cell), *(tuple(other.rsplit("!", 1)) for other in each.beside)]
        if each.rule not in _PROVED or not all(_is_as_written(reference, *where) for where in cells):
            yield each


def _is_as_written(reference: Reference, sheet: str, address: str) -> bool:
    at = At(sheet, place(address))
    if reference.is_unchanged(at):
        return True
    then = reference.cells.get(at)
    blank = at.place not in reference.graph.page(sheet).cells
    ids = {moves.name: known for known, moves in reference.moves.items()}
    if not reference.is_exact(ids.get(sheet, "")):
        return at not in reference.formulas
    return blank and at not in reference.formulas and (then is None or then.content in {None, ""})


def _first_of_a_kind(own: Iterable[Finding], others: Iterable[Finding]) -> Iterator[Finding]:
    """Our findings, and others that do not duplicate them."""
    said = set()
    for each in own:
        said.add((each.rule, each.sheet, each.cell))
        yield each
    yield from (each for each in others if (each.rule, each.sheet, each.cell) not in said)


def _unknown(graph: Graph, problem: Exception) -> Finding:
    return Finding(
        "case-unknown",
        "note",
        next(iter(graph.book.pages), ""),
        "",
        f"Steelyard wrote this workbook, but it {problem}; only the rules for any workbook were applied",
        "Check the workbook before a program saves it that drops document properties",
    )
