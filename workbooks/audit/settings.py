"""Rules on settings and hidden contents: calculation, links, volatile functions, hidden sheets and rows."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from workbooks.address import letters
from workbooks.audit.finding import Finding, Place, cell
from workbooks.audit.graph import Graph
from workbooks.audit.reading import Page, is_true
from workbooks.audit.shapes import OfShape, Shape
from workbooks.audit.words import Word, function_name

_VOLATILE: Final = frozenset({"NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "OFFSET", "INDIRECT", "INFO", "CELL"})
_EXTERNAL: Final = re.compile(r"\[(\d+)\]|\[([^\[\]]+\.xl\w+)\]", re.IGNORECASE)
_OUTSIDE: Final = frozenset({"name", "reference", "function"})  # kinds of tokens that may refer to another workbook
_ADDIN: Final = re.compile(r"\.(?:xlam?|xll)$", re.IGNORECASE)


def findings(graph: Graph) -> Iterator[Finding]:
    """Find settings and hidden cells that make results misleading."""
    yield from _calculation(graph)
    yield from _links(graph)
    yield from _volatile(graph)
    for page in graph.book.pages.values():
        yield from _hidden(page, graph)


def _calculation(graph: Graph) -> Iterator[Finding]:
    settings = graph.book.settings
    first = next(iter(graph.book.pages), "")
    if settings.get("calcMode", "auto") in {"manual", "autoNoTable"}:
        yield Finding(
            "manual-calculation",
            "warning",
            first,
            "",
            "The workbook is set to manual calculation: after an input changes, the results shown are old",
            "Formulas, Calculation Options, Automatic; then save",
        )
    if is_true(settings, "iterate"):
        yield Finding(
            "iterative-calculation",
            "warning",
            first,
            "",
            "Iterative calculation is on: a circle of references gives a number without a warning",
            "File, Options, Formulas: switch iterative calculation off",
        )
    if not is_true(settings, "fullPrecision", "1"):
        yield Finding(
            "precision-as-displayed",
            "warning",
            first,
            "",
            "Precision as displayed is on: numbers are cut to the digits that their format shows",
            "File, Options, Advanced: switch 'Set precision as displayed' off",
        )


def _links(graph: Graph) -> Iterator[Finding]:
    links = graph.book.links
    used: set[str] = set()
    targets = OfShape(lambda shape: next(filter(None, (_target(word, links) for word in shape.words)), ""))
    for at, shape in graph.shapes.items():
        text, target = graph.formulas[at], targets[shape]
        if target:
            used.add(target)
            yield Finding(
                "external-link",
                "error",
                at.sheet,
                cell(at.place),
                f"={text} takes a value from another workbook, {target}: who has not got that file sees an old value",
                "Bring the figure into this workbook, with its source beside it",
                alike=target,
            )
    for (_, name), text in graph.book.structure.names.items():
        found = _EXTERNAL.search(text)
        if found and (target := _file(found, links)) and target not in used:
            used.add(target)
            yield _link(graph, f"The name {name} refers to another workbook, {target}")
    for target in links:
        if target not in used and not _ADDIN.search(target):
            yield _link(graph, f"The workbook has a link to another one, {target}")


def _target(word: Word, links: tuple[str, ...]) -> str:
    """The other workbook that a token refers to; empty where there is none."""
    found = _EXTERNAL.search(word.text) if "[" in word.text and "!" in word.text and word.kind in _OUTSIDE else None
    return _file(found, links) if found else ""


def _file(found: re.Match[str], links: tuple[str, ...]) -> str:
    if found[2]:
        return "" if _ADDIN.search(found[2]) else found[2]
    number = int(found[1])
    target = links[number - 1] if 0 < number <= len(links) else found[0]
    return "" if not target or _ADDIN.search(target) else target


def _link(graph: Graph, message: str) -> Finding:
    return Finding(
        "external-link",
        "error",
        next(iter(graph.book.pages), ""),
        "",
        f"{message}: whoever has not got that file sees an old value",
        "Data, Edit Links: break the link, and bring the figure into this workbook",
    )


def _volatile(graph: Graph) -> Iterator[Finding]:
    names = OfShape(_first_volatile)
    for at, shape in graph.shapes.items():
        text, name = graph.formulas[at], names[shape]
        if name:
            why = (
                "changes each time the workbook is opened"
                if name not in {"OFFSET", "INDIRECT", "CELL"}
                else "hides what the formula refers to and is computed anew at every change"
            )
            yield Finding(
                "volatile-function",
                "warning",
                at.sheet,
                cell(at.place),
                f"={text}: {name} {why}",
                "Type the date or the number as an input" if "opened" in why else "Refer to the cells, or use INDEX",
                alike=f"{name} {graph.alike(at)}",
            )


def _first_volatile(shape: Shape) -> str:
    """The first volatile function of a formula; empty where there is none."""
    if shape.functions.isdisjoint(_VOLATILE):
        return ""
    names = (function_name(word) for word in shape.words if word.kind == "function")
    return next(name for name in names if name in _VOLATILE)


def _hidden(page: Page, graph: Graph) -> Iterator[Finding]:
    if page.state != "visible":
        very = page.state == "veryHidden"
        is_read = bool(graph.readers.get(page.name))
        yield Finding(
            "very-hidden-sheet" if very else "hidden-sheet",
            "warning" if very or is_read else "note",
            page.name,
            "A1",
            f"The sheet is {'very hidden: no menu of Excel shows it' if very else 'hidden'}"
            + (", and formulas rest on it" if is_read else ""),
            "Show the sheet, or delete it if nothing needs it",
        )
    if not page.hidden_rows and not page.hidden_columns:
        return
    numbers = {at for at, each in page.cells.items() if isinstance(each.value, float) or each.formula}
    rows = [row for row in page.hidden_rows if any(at[0] == row for at in numbers)] if page.hidden_rows else []
    for first, last in _runs(rows):
        cells = sorted(at for at in numbers if first <= at[0] <= last)
        yield _hides(page, "hidden-row", f"{first}:{last}", cells, graph)
    for first, last in page.hidden_columns:
        cells = sorted(at for at in numbers if first <= at[1] <= last)
        if cells:
            yield _hides(page, "hidden-column", f"{letters(first)}:{letters(last)}", cells, graph)


def _hides(page: Page, rule: str, which: str, cells: list[Place], graph: Graph) -> Finding:
    kind = rule.removeprefix("hidden-")
    is_read = not graph.read[page.name].isdisjoint(cells)
    return Finding(
        rule,
        "warning" if is_read else "note",
        page.name,
        cell(cells[0]),
        f"The {kind}s {which} are hidden and hold {len(cells)} numbers"
        + (", and formulas rest on them" if is_read else ""),
        f"Unhide the {kind}s, or group them so that a reader sees that they are there",
        cells=tuple(map(cell, cells)),
    )


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    for _, group in groupby(enumerate(sorted(numbers)), lambda each: each[1] - each[0]):
        run = [number for _, number in group]
        yield run[0], run[-1]
