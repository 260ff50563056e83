"""Rules on cell contents: numbers stored as texts, blanks and texts that count as zero, error values."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from workbooks.address import letters
from workbooks.audit.finding import Finding, Place, cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.reading import Page
from workbooks.audit.shapes import Area, OfShape, Shape
from workbooks.audit.words import Word, function_name
from workbooks.recalculation.cell_kinds import is_number
from workbooks.recalculation.worksheet import ErrorCode

_NUMBER: Final = re.compile(
    r"\s*[-+(]?\s*[$€£¥￥]?\s*[-+]?(?:[0-9]{1,3}(?:[,' \u00a0][0-9]{3})+|[0-9]+)"
    r"(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]+)?\s*[%x×)]?\s*"
)
_CODE: Final = re.compile(r"\s*(?:(?:19|20)[0-9]{2}|0[0-9]+)\s*")  # a year, or the code of a share such as 000651
_OPERATORS: Final = frozenset("+-*/^")
_TESTS: Final = frozenset(
    {
        "ISBLANK",
        "ISNUMBER",
        "ISTEXT",
        "N",
        "COUNT",
        "COUNTA",
        "COUNTBLANK",
        "LEN",
        "TYPE",
        "VALUE",
        "T",
        "ISERROR",
        "IFERROR",
        "ISNONTEXT",
        "NUMBERVALUE",
    }
)
_SUMMING: Final = frozenset({"SUM", "AVERAGE", "PRODUCT", "SUMPRODUCT", "NPV", "IRR", "MEDIAN", "MIN", "MAX"})
_MOST: Final = 2_000  # largest range that is inspected


def findings(graph: Graph) -> Iterator[Finding]:
    """Find cells whose contents differ from what the formulas that read them expect."""
    yield from _errors(graph)
    texts = dict(_texts(graph))
    for at in texts:
        yield _text_number(graph.page(at.sheet), at)
    operands, summed = OfShape(_operands), OfShape(_summed)
    clean: set[Area] = set()  # ranges without a text among their numbers
    for at, shape in graph.shapes.items():
        for which in operands[shape]:
            area = graph.references[at][which]
            if area and not _is_filled(graph, area):
                yield from _blank(graph, at, area)
        for number in summed[shape]:
            yield from _summed_texts(graph, at, number, texts, clean)


def _operands(shape: Shape) -> tuple[int, ...]:
    """References used as operands in a formula that does not test their contents."""
    if not shape.functions.isdisjoint(_TESTS) or any('""' in word.text for word in shape.words):
        return ()
    return tuple(which for number, which in shape.references.items() if _is_operand(shape.words, number, links=True))


def _summed(shape: Shape) -> tuple[int, ...]:
    """References and names in functions that ignore texts."""
    if shape.functions.isdisjoint(_SUMMING):
        return ()
    numbers = sorted((*shape.references, *shape.names))
    return tuple(number for number in numbers if _enclosing(shape.words, number) in _SUMMING)


def _errors(graph: Graph) -> Iterator[Finding]:
    """Cells with error values that do not come from another cell, and formulas with a lost reference."""
    broken = {
        at
        for at, shape in graph.shapes.items()
        if shape.is_broken or ((shape.plain_names or None in graph.references[at]) and _is_lost(graph, at, shape))
    }
    for name, page in graph.book.pages.items():
        for place in page.cells if broken else page.errors:
            at, each = At(name, place), page.cells[place]
            if at in broken:
                yield Finding(
                    "broken-reference",
                    "error",
                    name,
                    cell(place),
                    f"={each.formula} refers to a cell, sheet or name that does not exist",
                    "Put the reference back, or take the part of the formula out",
                )
            elif isinstance(each.value, ErrorCode) and not _rests_on_error(graph, at):
                what = f"={each.formula} gives {each.value}" if each.formula else f"holds {each.value}"
                yield Finding(
                    "error-value",
                    "error",
                    name,
                    cell(place),
                    f"{what}: everything that rests on it is an error too, or hides it",
                    "Find the argument that is missing or of the wrong kind",
                )


def _is_lost(graph: Graph, at: At, shape: Shape) -> bool:
    """Whether a formula refers to a sheet or a name that does not exist."""
    lost = (shape.words[number].to for number, which in shape.references.items() if not graph.references[at][which])
    if any(to and to.sheet and ":" not in to.sheet for to in lost):
        return True
    return any(graph.is_lost(name, at.sheet) for name in shape.plain_names)


def _rests_on_error(graph: Graph, at: At) -> bool:
    if "NA()" in graph.formulas.get(at, "").upper():
        return True  # intended: charts omit such points
    return any(
        isinstance(graph.page(area.sheet).cell(place).value, ErrorCode)
        for area in graph.areas.get(at, ())
        for place in graph.filled(area)
        if (area.sheet, place) != at
    )


def _texts(graph: Graph) -> Iterator[tuple[At, str]]:
    """Texts that look like numbers where numbers are expected."""
    computed = OfShape(_computed)
    for name, page in graph.book.pages.items():
        for place, value in page.texts.items():
            if isinstance(value, ErrorCode) or not _NUMBER.fullmatch(value):
                continue
            if any(box.holds(place) for box in page.allowed_texts):
                continue
            at = At(name, place)
            is_read = _is_computed_with(graph, at, computed)
            if is_read or (not _CODE.fullmatch(value) and _beside_numbers(page, place)):
                yield at, value


def _is_computed_with(graph: Graph, at: At, computed: OfShape[tuple[int, ...]]) -> bool:
    """Whether a cell is an operand of arithmetic."""
    return any(
        area.sheet == at.sheet and area.box.holds(at.place)
        for box, reader in graph.readers[at.sheet].of(at.place)
        if box.right - box.left < _MOST
        for number in computed[graph.shapes[reader]]
        for area in graph.of(reader, number)
    )


def _computed(shape: Shape) -> tuple[int, ...]:
    """References and names that are operands in a formula."""
    return tuple(
        number
        for number in (*shape.references, *shape.names)
        if _is_operand(shape.words, number) or _enclosing(shape.words, number) in _SUMMING
    )


def _beside_numbers(page: Page, at: Place) -> bool:
    """Whether a cell is between numbers, or after two of them; the first cell of a row is its label."""
    row, column = at
    is_first = not any((row, each) in page.cells for each in range(1, column))
    for step in ((1, 0),) if is_first else ((1, 0), (0, 1)):
        run = [is_number(page.cell((at[0] + step[0] * by, at[1] + step[1] * by)).value) for by in (-2, -1, 1, 2)]
        if (run[1] and run[2]) or (run[0] and run[1]) or (run[2] and run[3]):
            return True
    return False


def _is_filled(graph: Graph, area: Area) -> bool:
    """Whether something stands in the first cell of an area."""
    held = graph.book.pages[area.sheet].cells.get((area.box.top, area.box.left))
    return held is not None and (held.formula != "" or held.value != "")


def _blank(graph: Graph, at: At, area: Area) -> Iterator[Finding]:
    """A blank cell that is an operand in a formula."""
    place = area.box.top, area.box.left
    if not area.is_one or any(box.holds(place) for box in graph.page(area.sheet).merged):
        return
    yield Finding(
        "blank-as-zero",
        "warning",
        area.sheet,
        cell(place),
        f"is blank, and {at.text} ={graph.formulas[at]} counts it as 0",
        "Type the number, or 0 where that is meant, or let the formula refer to the right cell",
        cells=(cell(place), *((cell(at.place),) if at.sheet == area.sheet else ())),
        alike=cell(place),
    )


def _summed_texts(graph: Graph, at: At, number: int, known: Mapping[At, str], clean: set[Area]) -> Iterator[Finding]:
    """Texts among the numbers of a range, which its function leaves out."""
    for area in graph.of(at, number):
        if not area.is_one and graph.texts[area.sheet].has(area.box) and area not in clean:
            found = list(_texts_in(graph, at, graph.formulas[at], area, known))
            if not found:
                clean.add(area)
            yield from found


def _texts_in(graph: Graph, at: At, text: str, area: Area, known: Mapping[At, str]) -> Iterator[Finding]:
    page = graph.page(area.sheet)
    places = graph.filled(area)
    numbers = [place for place in places if is_number(page.cell(place).value)]
    if len(places) > _MOST or len(numbers) < len(places) / 2:
        return
    if len(numbers) == len(places):
        return
    top, left = min(numbers)[0], min(at[1] for at in numbers)
    for place in places:
        each = page.cell(place)
        inner = top <= place[0] and left <= place[1]
        if each.formula or not isinstance(each.value, str) or At(area.sheet, place) in known or not inner:
            continue
        yield Finding(
            "text-as-zero",
            "warning",
            area.sheet,
            cell(place),
            f"holds the text {each.value!r} among numbers, and {at.text} ={text} leaves it out as if it were 0",
            "Type the number, or take the row out of the range",
            alike=cell(place),
        )


def _text_number(page: Page, at: At) -> Finding:
    return Finding(
        "number-as-text",
        "warning",
        at.sheet,
        cell(at.place),
        f"holds the text {page.cell(at.place).value!r}, which looks like a number: sums leave it out",
        "Type the number anew into a cell that is not formatted as text",
        alike=letters(at.place[1]),
    )


def _is_operand(parts: tuple[Word, ...], number: int, *, links: bool = False) -> bool:
    """Whether a word is an operand of arithmetic; with `links` also where it is the whole formula."""
    before = parts[number - 1].text if number else ""
    after = parts[number + 1].text if number + 1 < len(parts) else ""
    return bool({before, after} & _OPERATORS) or (links and len(parts) == 1)


def _enclosing(parts: tuple[Word, ...], number: int) -> str:
    """The function in whose brackets a word stands directly."""
    depth = 0
    for word in reversed(parts[:number]):
        if word.text == ")":
            depth += 1
        elif word.kind == "function" or word.text == "(":
            if not depth:
                return function_name(word) if word.kind == "function" else ""
            depth -= 1
    return ""
