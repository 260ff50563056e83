"""The workings of Reconciliation: each published figure recomputed, how far it is off, and the verdict."""

from typing import Final

from valuation.catalogue import entry
from workbooks.case.lines import Line
from workbooks.declarations.calls import Argument, Call, Word
from workbooks.declarations.excel_functions import ABS, COUNTIF, IF, ISTEXT, ROWS
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Reference
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.money import figure

AGREES, DIFFERS = "agrees", "does not reconcile"

# What is recomputed may be n.m.: then nothing can be said of the published figure but that. An error stays an error.
_PUBLISHED, _RECOMPUTED, _DIFFERENCE = ref("published"), ref("recomputed"), ref("difference")
# What is left of two numbers that differ in the last digit of a float is nothing, and engines differ on it.
_NEAR: Final = ABS(_PUBLISHED - _RECOMPUTED) <= ref("inputs.rounding") * ABS(_PUBLISHED)
DIFFERENCE: Final = IF(ISTEXT(_RECOMPUTED), NOT_MEANINGFUL, IF(_NEAR, 0, _PUBLISHED - _RECOMPUTED))
_SHARE: Final = IF(equal(_RECOMPUTED, 0), ABSENT, _DIFFERENCE / ABS(_RECOMPUTED))
RELATIVE: Final = IF(ISTEXT(_RECOMPUTED), NOT_MEANINGFUL, _SHARE)
_AGREES: Final = ABS(_DIFFERENCE) <= ref("inputs.tolerance") * ABS(_PUBLISHED)
VERDICT: Final = IF(ISTEXT(_DIFFERENCE), NOT_MEANINGFUL, IF(_AGREES, AGREES, DIFFERS))
ALL_AGREE: Final = equal(COUNTIF(ref("lines.verdict"), AGREES), ROWS(ref("lines.verdict")))


def recomputed(line: Line) -> Content:
    """A published figure recomputed: a result in the workbook, or a function of the catalogue."""
    if line.result:
        return Link(line.result)
    method = entry(line.method)
    kinds = {parameter.name: parameter.kind.shape for parameter in method.parameters}
    return Call(method.function, {name: _argument(a, kinds[name]) for name, a in line.arguments.items()})


def _argument(given: str | float | tuple[str | float, ...], shape: str) -> Argument:
    match given:
        case tuple():
            return tuple(_reference(element) for element in given)
        case str() if shape in ("text", "choice"):
            return Word(given)
        case _ if shape == "flag":
            return bool(given)
        case _:
            return _reference(given)


def _reference(given: str | float) -> Reference | float:
    if isinstance(given, str):
        return given if "." in given else figure(given)
    return given
