"""The workings of Reconciliation: each published figure recomputed, how far it is off, and the verdict."""

from typing import Final

import numpy as np

from valuation.catalogue import entry
from valuation.reconcile import reconcile
from workbooks.case import Line
from workbooks.spec import Argument, Call, Content, Formula, Link, Reference, Values, Word
from workbooks.workings.money import figure

AGREES, DIFFERS = "agrees", "does not foot"

DIFFERENCE: Final = Formula("{published}-{recomputed}", lambda v: v("published") - v("recomputed"))
RELATIVE: Final = Formula("{difference}/{recomputed}", lambda v: v("difference") / v("recomputed"))


def _verdict(v: Values) -> object:
    words = reconcile(v("published"), v("recomputed"), v("inputs.tolerance"))
    return np.where(np.asarray(words, object) == AGREES, AGREES, DIFFERS)


VERDICT: Final = Formula(
    f'IF(ABS({{difference}})<={{inputs.tolerance}}*ABS({{published}}),"{AGREES}","{DIFFERS}")', _verdict
)
ALL_AGREE: Final = Formula(
    f'COUNTIF({{lines.verdict}},"{DIFFERS}")=0',
    lambda v: bool((np.asarray(v("lines.verdict"), object) != DIFFERS).all()),
)


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
        case _:
            return _reference(given)


def _reference(given: str | float) -> Reference | float:
    if isinstance(given, str):
        return given if "." in given else figure(given)
    return given
