"""Arguments of a line of the reconciliation, for calls."""

from collections.abc import Mapping

from valuation.catalogue import Entry
from workbooks.declarations.calls import Argument, Word
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression, Literal, Reference
from workbooks.sheets.money import figure


def arguments(given: Mapping[str, object], method: Entry) -> dict[str, Argument]:
    """The arguments of a method: references, words, flags and numbers."""
    shapes = {parameter.name: parameter.kind.shape for parameter in method.parameters}
    return {name: argument(value, shapes[name]) for name, value in given.items()}


def argument(given: object, shape: str) -> Argument:
    """One argument of a shape, such as vector or flag."""
    match given:
        case tuple():
            return tuple(map(reference, given))
        case str() if shape in ("text", "choice"):
            return Word(given)
        case _ if shape == "flag":
            return bool(given)
        case _:
            return reference(given)


def reference(given: object) -> Reference | float:
    """Reference of a figure or a result; a number unchanged."""
    if isinstance(given, str):
        return given if "." in given else figure(given)
    if isinstance(given, (int, float)):
        return given
    message = f"{given!r} is neither a name nor a number"
    raise TypeError(message)


def cell(given: object) -> Expression:
    """One figure, result or number, as an operand."""
    found = reference(given)
    return ref(found) if isinstance(found, str) else Literal(found)
