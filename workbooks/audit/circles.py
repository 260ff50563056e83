"""Rules on circular references and unused inputs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from workbooks.audit.columns import Columns
from workbooks.audit.finding import Finding, Place, cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import Box, Page
from workbooks.audit.shapes import Area

Node: TypeAlias = At | Area

_SHOWN: Final = 6  # cells of a circle that a message shows
_YEARS: Final = range(1900, 2101)
_PASSES: Final = 8  # passes over the formulas, alternately forwards and backwards
_LABELLED: Final = 4  # number of columns to the left searched for the label of an input


class _Doubts:
    """The formulas of a sheet that may be in a circle.

    Parameters
    ----------
    places : iterable of (int, int)
        The cells of all its formulas.
    """

    def __init__(self, places: Collection[Place]) -> None:
        self._left = set(places)
        self._columns = Columns(places)

    def has(self, box: Box) -> bool:
        """Whether any of them is in a box."""
        top, left, bottom, right = box
        if top == bottom and left == right:
            return (top, left) in self._left
        return not self._left.isdisjoint(self._columns.within(box))

    def settle(self, place: Place) -> None:
        """Mark a formula as not circular."""
        self._left.discard(place)


def findings(graph: Graph) -> Iterator[Finding]:
    """Circles and unused inputs."""
    for group in _circles(_before(graph, _in_doubt(graph))):
        yield _circle([each for each in group if isinstance(each, At)])
    if not graph.is_open:
        for page in graph.book.pages.values():
            yield from _unused(page, graph)


def _in_doubt(graph: Graph) -> list[At]:
    """Formulas that may be part of a circle, or depend on one.

    A formula that refers only to formulas outside circles is not in a circle. Most formulas come after their
    precedents, so a forward pass settles most of them; a backward pass settles the rest.
    """
    doubts = {name: _Doubts(forms) for name, forms in graph.forms.items()}
    waiting = list(graph.precedents.items())
    for number in range(_PASSES):
        left = [each for each in (reversed(waiting) if number % 2 else waiting) if not _settle(*each, doubts)]
        is_stuck = len(left) == len(waiting)
        waiting = left[::-1] if number % 2 else left
        if not left or is_stuck:
            break
    return [at for at, _ in waiting]


def _settle(at: At, areas: Iterable[Area], doubts: Mapping[str, _Doubts]) -> bool:
    """Settle a formula that refers to no unsettled formula."""
    for sheet, box in areas:
        if doubts[sheet].has(box):
            return False
    doubts[at.sheet].settle(at.place)
    return True


def _before(graph: Graph, formulas: Iterable[At]) -> dict[Node, list[Node]]:
    """Graph of precedents among formulas, with ranges as nodes of their own."""
    cells = dict.fromkeys(formulas)
    found: dict[Node, list[Node]] = {at: [] for at in cells}
    columns = {name: Columns(at.place for at in cells if at.sheet == name) for name in graph.forms}
    ranges: set[Area] = set()
    for at in cells:
        for area in graph.precedents[at]:
            if not area.is_one and columns[area.sheet].has(area.box):
                ranges.add(area)
                found[at].append(area)
            elif area.is_one and (one := At(area.sheet, (area.box.top, area.box.left))) in cells:
                found[at].append(one)
    for each, shorter in _nested(ranges):
        rest = each.box if shorter is None else each.box._replace(top=shorter.box.bottom + 1)
        inner = (At(each.sheet, place) for place in columns[each.sheet].within(rest))
        found[each] = [*([shorter] if shorter else []), *inner]
    return found


def _nested(areas: Iterable[Area]) -> Iterator[tuple[Area, Area | None]]:
    """Ranges, each with the next shorter one from the same cell, since running sums have thousands of them."""
    last: Area | None = None
    for each in sorted(areas, key=_beginning):
        yield each, last if last and _beginning(last)[:-1] == _beginning(each)[:-1] else None
        last = each


def _beginning(area: Area) -> tuple[str, int, int, int, int]:
    top, left, bottom, right = area.box
    return area.sheet, left, right, top, bottom


def _circles(before: Mapping[Node, list[Node]]) -> Iterator[list[Node]]:
    """The groups of formulas that depend on each other, by Tarjan's algorithm without recursion."""
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
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


def _popped(stack: list[Node], on_stack: set[Node], at: Node) -> list[Node]:
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
    """Labelled numbers that no formula reads, on a sheet where formulas read other numbers."""
    read = graph.read[page.name]
    used = [at for at in page.numbers if at in read]
    if not used:
        return
    columns = {at[1] for at in used}
    for at, number in page.numbers.items():
        if at not in read and at[1] in columns and _is_labelled(page, at) and not _is_heading(page, at):
            yield Finding(
                "unused-input",
                "note",
                page.name,
                cell(at),
                f"{number:g} is typed here and no formula uses it",
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
