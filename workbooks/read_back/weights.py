"""Reads the weights of the methods that are typed on the Summary."""

from typing import Final

from workbooks.address import letters
from workbooks.case.inline import slug
from workbooks.case.model import Case
from workbooks.declarations.sheet import Input
from workbooks.read_back.rows import Book
from workbooks.sheets.methods import methods
from workbooks.sheets.summary import formulas

WEIGHT: Final = "methods.weight[{}]"


def take_weights(book: Book, case: Case) -> bool:
    """Move typed weights into `[conclusion]` of the data, where the case has the methods; False if nothing changed."""
    declared = formulas.weights(book.found.case, formulas.lines(book.found.case))
    typed = {WEIGHT.format(line) for line in range(1, len(declared) + 1)} & book.typed.keys()
    if not typed:
        return False
    known = {method.id for method in methods(case)}
    given = {method: figure for method, figure in _given(book).items() if method in known}
    for line, method in enumerate(methods(book.found.case), start=1):
        name, held = book.renamed.get(method.id, method.id), declared[line - 1]
        if name in known and name not in given and isinstance(held, Input):
            weight = book.typed.get(WEIGHT.format(line), held.value)
            given[name] = _figure(book, name, float(weight), line)
    for reference in typed:
        del book.typed[reference]
    if given:
        book.raw["conclusion"] = {**book.raw.get("conclusion", {}), "weights": given}
    return bool(given)


def _given(book: Book) -> dict[str, str]:
    weights: dict[str, str] = book.raw.get("conclusion", {}).get("weights", {})
    return weights


def _figure(book: Book, method: str, weight: float, line: int) -> str:
    """A new figure for a weight that was typed."""
    figure, at = f"conclusion.weights.{slug(method)}", book.found.now[WEIGHT.format(line)]
    place = f"{at.sheet}!{letters(at.column)}{at.row}"
    label = f"Weight of {method}"
    book.raw["figures"][figure] = {"label": label, "value": weight, "unit": "ratio", **book.of_user(), "place": place}
    book.marks["figures", figure] = "typed in the workbook"
    return figure
