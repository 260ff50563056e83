"""Circles of references, and inputs that nothing uses."""

from collections.abc import Iterator
from typing import Final

from workbooks.audit.finding import Finding, Place, cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import Page

_SHOWN: Final = 6  # cells of a circle that a message shows
_YEARS: Final = range(1900, 2101)
_LABELLED: Final = 4  # columns to the left in which an input's label stands


def findings(graph: Graph) -> Iterator[Finding]:
    """Circles and unused inputs."""
    for group in _circles(graph.before):
        yield _circle(group)
    if not graph.is_open:
        for page in graph.book.pages.values():
            yield from _unused(page, graph)


def _circles(before: dict[At, list[At]]) -> Iterator[list[At]]:
    """The groups of formulas that depend on each other, by Tarjan's algorithm without recursion."""
    number: dict[At, int] = {}
    low: dict[At, int] = {}
    stack: list[At] = []
    on_stack: set[At] = set()
    for root, first in before.items():
        if root in number:
            continue
        work = [(root, iter(first))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            at, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == number[at]:
                    group = _popped(stack, on_stack, at)
                    if len(group) > 1 or at in before[at]:
                        yield group
            elif following not in number:
                number[following] = low[following] = len(number)
                stack.append(following)
                on_stack.add(following)
                work.append((following, iter(before[following])))
            elif following in on_stack:
                low[at] = min(low[at], number[following])


def _popped(stack: list[At], on_stack: set[At], at: At) -> list[At]:
    group = []
    while True:
        each = stack.pop()
        on_stack.discard(each)
        group.append(each)
        if each == at:
            return group[::-1]


def _circle(group: list[At]) -> Finding:
    first = group[0]
    names = [f"{at.sheet}!{cell(at.place)}" for at in group]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    what = "refers to itself" if len(group) == 1 else f"is in a circle of references: {', '.join(names[:_SHOWN])}{more}"
    return Finding(
        "circular-reference",
        "error",
        first.sheet,
        cell(first.place),
        f"{what}. It has no value, or one that depends on how often it is computed",
        "Take the reference out that points back",
        cells=tuple(cell(at.place) if at.sheet == first.sheet else name for at, name in zip(group, names, strict=True)),
    )


def _unused(page: Page, graph: Graph) -> Iterator[Finding]:
    """Numbers with a label that no formula reads, on a sheet where formulas read others."""
    read = graph.read[page.name]
    numbers = [at for at, each in page.cells.items() if not each.formula and isinstance(each.value, float)]
    used = [at for at in numbers if at in read]
    if not used:
        return
    columns = {at[1] for at in used}
    for at in numbers:
        if at not in read and at[1] in columns and _is_labelled(page, at) and not _is_heading(page, at):
            yield Finding(
                "unused-input",
                "note",
                page.name,
                cell(at),
                f"{page.cell(at).value:g} is typed here and no formula uses it",
                "Take it out, or find the formula that should use it",
                alike="unused",
            )


def _is_labelled(page: Page, at: Place) -> bool:
    return any(isinstance(page.cell((at[0], column)).value, str) for column in range(max(1, at[1] - _LABELLED), at[1]))


def _is_heading(page: Page, at: Place) -> bool:
    value = page.cell(at).value
    return value in _YEARS or all(
        page.cell((at[0], at[1] + step)).value == (value + step if isinstance(value, float) else None)
        for step in (1, 2)
    )
