"""Rules on ranges that miss a row, contain merged cells, differ in size, or count a cell twice."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from workbooks.address import letters
from workbooks.audit.columns import Columns
from workbooks.audit.finding import Finding, Place, cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import Box, Page
from workbooks.audit.shapes import Area, OfShape, Shape
from workbooks.audit.words import Reference, function_name
from workbooks.recalculation.worksheet import ErrorCode, Value

_SHORTEST: Final = 2  # smallest size of a range that may be too short
_LONGEST: Final = 2_000  # largest range that is inspected
_OF_ALL: Final = frozenset(
    {
        "SUM",
        "AVERAGE",
        "PRODUCT",
        "MEDIAN",
        "MIN",
        "MAX",
        "COUNT",
        "COUNTA",
        "STDEV",
        "STDEV.S",
        "SUMPRODUCT",
        "NPV",
        "IRR",
    }
)
_SUMS: Final = ("SUM(", "SUBTOTAL(")  # beginnings of totals
_TOTALS: Final = frozenset({"SUM", "SUBTOTAL"})
_SIDE_BY_SIDE: Final = frozenset(
    {"SUMPRODUCT", "CORREL", "SLOPE", "INTERCEPT", "XNPV", "XIRR", "SUMXMY2", "SUMIFS", "SUMIF", "COUNTIFS"}
)
_YEARS: Final = range(1900, 2101)


class _Call(NamedTuple):
    """A reference or name of a formula by token number, with the innermost enclosing function.

    `opened` is the token that opens the function, by which two calls of one function are told apart. `to` is set for a
    reference; it is fixed along rows or columns if a copy of the formula has it there too.
    """

    function: str
    opened: int
    number: int
    to: Reference | None
    is_fixed_down: bool
    is_fixed_across: bool


class _Calls(NamedTuple):
    """What formulas of a shape refer to, and what may be wrong with it.

    Attributes
    ----------
    all : tuple of _Call
        Their references and names; none where they add nothing up.
    with_ranges : bool
        Whether they may refer to several cells at once.
    side_by_side : frozenset of str
        The functions in them that take ranges of one size.
    """

    all: tuple[_Call, ...] = ()
    with_ranges: bool = False
    side_by_side: frozenset[str] = frozenset()


def findings(graph: Graph) -> Iterator[Finding]:
    """Find faults in ranges of formulas."""
    merged = {name for name, page in graph.book.pages.items() if page.merged}
    totals = {name: _totals(page) for name, page in graph.book.pages.items()}
    found, open_ends = OfShape(_calls), _OpenEnds(graph)
    for at, shape in graph.shapes.items():
        calls = found[shape]
        if not calls.with_ranges and (not calls.all or _are_different(graph.areas[at])):
            continue
        text = graph.formulas[at]
        taken = _taken(graph, at, shape, calls)
        ranges = [each for each in taken if not each[1].is_one]
        for call, area in ranges:
            if call.function in _OF_ALL and not _is_window(graph, at, area, call) and open_ends[area]:
                yield from _short(graph, at, text, area, open_ends[area])
            if area.sheet in merged:
                yield from _merged(graph, at, text, area)
        for function in calls.side_by_side:
            yield from _siblings(at, text, function, ranges)
        if len(taken) > 1:
            yield from _named_twice(at, text, taken, ranges)
        for call, area in ranges:
            if call.function in _TOTALS and totals[area.sheet].has(area.box):
                yield from _subtotals(graph, at, text, area, totals[area.sheet])


def _calls(shape: Shape) -> _Calls:
    """The references and names of formulas with their functions."""
    with_ranges = any(word.kind == "name" or ":" in word.text for word in shape.words)
    if not with_ranges and not any("+" in word.text for word in shape.words):
        return _Calls()
    return _Calls(tuple(_called(shape)), with_ranges, _SIDE_BY_SIDE & shape.functions)


def _called(shape: Shape) -> Iterator[_Call]:
    calls = [("", -1)]
    for number, word in enumerate(shape.words):
        if word.kind == "function":
            calls.append((function_name(word), number))
        elif word.text == "(":
            calls.append(("", number))
        elif word.text == ")" and len(calls) > 1:
            calls.pop()
        elif word.kind in {"reference", "name"}:
            ends = (word.to.first, word.to.last) if word.to else ()
            down, across = all(end.row_fixed for end in ends), all(end.column_fixed for end in ends)
            yield _Call(*calls[-1], number, word.to, down, across)


def _taken(graph: Graph, at: At, shape: Shape, calls: _Calls) -> list[tuple[_Call, Area]]:
    """What a formula refers to, in its order."""
    if shape.names:
        return [(call, area) for call in calls.all for area in graph.of(at, call.number)]
    named = [call for call in calls.all if call.to is not None]
    return [(call, area) for call, area in zip(named, graph.references[at], strict=True) if area]


def _are_different(areas: Sequence[Area]) -> bool:
    return len(set(areas)) == len(areas)


def _totals(page: Page) -> Columns:
    """The cells that begin with a sum."""
    return Columns(at for at, text in page.formulas.items() if text[:9].upper().startswith(_SUMS))


def _is_window(graph: Graph, at: At, area: Area, call: _Call) -> bool:
    """Whether a range moves or grows from copy to copy along itself, as in running sums and moving averages."""
    row, column = at.place
    down = area.box.left == area.box.right
    if call.is_fixed_down if down else call.is_fixed_across:
        return False
    beside = ((row - 1, column), (row + 1, column)) if down else ((row, column - 1), (row, column + 1))
    forms = graph.forms[at.sheet]
    return any(forms.get(each) == forms[at.place] for each in beside)


class _OpenEnds(dict[Area, list[Place]]):
    """The cells after the ends of a range that are of the same kind as those in it."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self._graph = graph

    def __missing__(self, area: Area) -> list[Place]:
        found = self[area] = list(_open_ends(self._graph, area))
        return found


def _open_ends(graph: Graph, area: Area) -> Iterator[Place]:
    page, box = graph.page(area.sheet), area.box
    rows, columns = box.bottom - box.top + 1, box.right - box.left + 1
    if (columns, rows).count(1) != 1 or max(rows, columns) < _SHORTEST or rows * columns > _LONGEST:
        return
    step = (1, 0) if columns == 1 else (0, 1)
    for end, sign in (((box.bottom, box.right), 1), ((box.top, box.left), -1)):
        beyond = (end[0] + step[0] * sign, end[1] + step[1] * sign)
        if _continues(graph, page, area, end, beyond):
            yield beyond


def _short(graph: Graph, at: At, text: str, area: Area, ends: Iterable[Place]) -> Iterator[Finding]:
    """A range that stops although the next cell is of the same kind."""
    page = graph.page(area.sheet)
    for beyond in ends:
        if At(area.sheet, beyond) == at:
            continue
        if _rests_on(graph, At(area.sheet, beyond), area) or _is_counted(graph, at, area, beyond):
            continue
        yield Finding(
            "short-range",
            "warning",
            at.sheet,
            cell(at.place),
            f"={text} takes {_named(area, at)}, but {cell(beyond)} beside it holds "
            f"{'the same formula' if page.cell(beyond).formula else 'a number too'} and is left out",
            f"Let the range reach to {cell(beyond)}, or leave a blank between what belongs to it and what does not",
            alike=graph.alike(at),
            beside=(f"{area.sheet}!{cell(beyond)}",),
        )


def _continues(graph: Graph, page: Page, area: Area, end: Place, beyond: Place) -> bool:
    """Whether the cell after the end of a range is of the same kind as those in it."""
    next_cell, last = page.cell(beyond), page.cell(end)
    if next_cell.formula or last.formula:
        forms = graph.forms[page.name]
        alike = next_cell.formula != "" and forms.get(beyond) == forms.get(end)
        return alike and len(graph.filled(area)) >= _SHORTEST
    if not (_is_number(next_cell.value) and _is_number(last.value)):
        return False
    inner = graph.filled(area)
    if len(inner) < _SHORTEST:
        return False
    numbers = [page.cell(at).value for at in inner if not page.cell(at).formula]
    if not all(_is_number(value) for value in numbers) or len(numbers) < len(inner):
        return False
    if _is_year(next_cell.value) and not all(map(_is_year, numbers)):
        return False
    return _has_label(page, beyond, end)


def _has_label(page: Page, beyond: Place, end: Place) -> bool:
    """Whether the row or column of a cell has a label like its neighbour."""
    if beyond[1] == end[1]:
        pairs = [((beyond[0], column), (end[0], column)) for column in range(max(1, end[1] - 6), end[1])]
    else:
        pairs = [((row, beyond[1]), (row, end[1])) for row in range(max(1, end[0] - 6), end[0])]
    labels = [(page.cell(one).value, page.cell(other).value) for one, other in pairs]
    return (
        all((one is None) == (other is None) for one, other in labels)
        if any(other is not None for _, other in labels)
        else True
    )


def _rests_on(graph: Graph, at: At, area: Area) -> bool:
    """Whether a cell is a total of the range."""
    return any(each.sheet == area.sheet and each.box == area.box for each in graph.areas.get(at, ()))


def _is_counted(graph: Graph, at: At, area: Area, beyond: Place) -> bool:
    """Whether the formula takes a cell, or one beside it, in another place, or another total of the kind takes it."""
    for other in graph.areas[at]:
        if other.sheet == area.sheet and other != area:
            down = area.box.left == area.box.right
            rows, columns = (other.box.top, other.box.bottom), (other.box.left, other.box.right)
            low, high = rows if down else columns
            if low <= beyond[not down] <= high and (other.is_one or other.box.holds(beyond)):
                return True
    return any(
        reader != at
        and not _overlap(box, area.box)
        and reader.sheet == at.sheet
        and (reader.place[0] == at.place[0] or reader.place[1] == at.place[1])
        and _functions(graph, reader) == _functions(graph, at)
        for box, reader in graph.readers[area.sheet].of(beyond)
    )


def _functions(graph: Graph, at: At) -> list[str]:
    return [function_name(word) for word in graph.shapes[at].words if word.kind == "function"]


def _merged(graph: Graph, at: At, text: str, area: Area) -> Iterator[Finding]:
    for merge in graph.page(area.sheet).merged:
        if _overlap(merge, area.box) and not _spans(merge, area.box):
            yield Finding(
                "merged-cells",
                "warning",
                at.sheet,
                cell(at.place),
                f"={text} takes {_named(area, at)}, where {_box(merge)} is merged: of merged cells only the first "
                "holds a value, the others count as blank, and sorting or inserting there breaks the range",
                f"Unmerge {_box(merge)}; centre across the selection looks the same",
                alike=f"{area.sheet}!{_box(merge)}",
            )


def _spans(merge: Box, box: Box) -> bool:
    """Whether merged cells run across the range, so that each row still has one value, as in headings."""
    across = merge.top == merge.bottom and box.left == box.right and merge.left == box.left
    down = merge.left == merge.right and box.top == box.bottom and merge.top == box.top
    return across or down


def _siblings(at: At, text: str, function: str, ranges: list[tuple[_Call, Area]]) -> Iterator[Finding]:
    """Adjacent ranges of different length in one call of a function."""
    sizes: dict[int, dict[tuple[int, int], Area]] = {}
    for call, area in ranges:
        if call.function == function:
            size = area.box.bottom - area.box.top, area.box.right - area.box.left
            sizes.setdefault(call.opened, {})[size] = area
    unlike = next((each for each in sizes.values() if len(each) > 1), None)
    if unlike:
        one, other = list(unlike.values())[:2]
        yield Finding(
            "unequal-ranges",
            "warning",
            at.sheet,
            cell(at.place),
            f"={text}: {_named(one, at)} and {_named(other, at)} in one {function} are not of the same size",
            "Let both ranges reach from the same first to the same last row",
        )


def _named_twice(
    at: At, text: str, taken: list[tuple[_Call, Area]], ranges: list[tuple[_Call, Area]]
) -> Iterator[Finding]:
    """Cells that a formula lists in addition to a range with them, or lists twice."""
    if "+" not in text and "," not in text and _are_different([area for _, area in taken]):
        return
    whole = [area for call, area in ranges if call.function in _TOTALS]
    ones = [area for call, area in taken if area.is_one and call.function in {"", *_TOTALS}]
    added = "+" in text or "," in text
    for one in ones if added else ():
        if any(one.sheet == area.sheet and area.box.holds((one.box.top, one.box.left)) for area in whole):
            if _is_subtracted(text, one) or "/" in text or "*" in text:
                continue
            yield _counted(at, text, f"{_named(one, at)} is added once more beside the range that holds it")
    names = [(one.sheet, one.box) for one in ones]
    twice = next((one for one in ones if names.count((one.sheet, one.box)) > 1), None)
    if twice is not None and not set(text) & set('*/^<>=-,"(') - (
        {"(", ","} if text.upper().startswith("SUM(") else set()
    ):
        yield _counted(at, text, f"{_named(twice, at)} is added twice")


def _is_subtracted(text: str, one: Area) -> bool:
    name = cell((one.box.top, one.box.left))
    return f"-{name}" in text.replace("$", "").upper()


def _subtotals(graph: Graph, at: At, text: str, area: Area, sums: Columns) -> Iterator[Finding]:
    """Cells of a summed range that are themselves sums of cells of it."""
    top, left, bottom, right = area.box
    if (bottom - top + 1) * (right - left + 1) > _LONGEST:
        return
    for place in sums.within(area.box):
        inner = At(area.sheet, place)
        if inner == at or (_is_subtotal(text) and _is_subtotal(graph.formulas[inner])):
            continue
        if _sums_within(graph, inner, area):
            yield _counted(at, text, f"{cell(place)} in the range is itself a sum of cells of the range")


def _is_subtotal(formula: str) -> bool:
    return formula.upper().startswith("SUBTOTAL(")


def _sums_within(graph: Graph, inner: At, area: Area) -> bool:
    """Whether a sum is over cells of an area or, across it, over sums of adjacent cells."""
    for part in graph.areas[inner]:
        if part.is_one or part.sheet != area.sheet:
            continue
        if _inside(part.box, area.box):
            return True
        down = area.box.left == area.box.right and part.box.top == part.box.bottom
        first = At(part.sheet, (part.box.top, part.box.left))
        if down and graph.formulas.get(first, "").upper().startswith("SUM("):
            rows = [(each.box.top, each.box.bottom) for each in graph.areas[first] if not each.is_one]
            if rows and all(area.box.top <= top and bottom <= area.box.bottom for top, bottom in rows):
                return True
    return False


def _counted(at: At, text: str, what: str) -> Finding:
    return Finding(
        "counted-twice",
        "warning",
        at.sheet,
        cell(at.place),
        f"={text}: {what}, so its amount counts twice",
        "Take it out of one of the two places",
    )


def _inside(one: Box, other: Box) -> bool:
    return other.holds((one.top, one.left)) and other.holds((one.bottom, one.right))


def _overlap(one: Box, other: Box) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom and one.left <= other.right and other.left <= one.right


def _named(area: Area, at: At) -> str:
    sheet = "" if area.sheet == at.sheet else f"{area.sheet}!"
    return sheet + _box(area.box)


def _box(box: Box) -> str:
    first, last = f"{letters(box.left)}{box.top}", f"{letters(box.right)}{box.bottom}"
    return first if first == last else f"{first}:{last}"


def _is_number(value: Value | None) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, (bool, ErrorCode))


def _is_year(value: Value | None) -> bool:
    return isinstance(value, float) and value in _YEARS
