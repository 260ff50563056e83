"""The workings of Reconciliation: each published figure recomputed, how far it is off, and the verdict."""

from typing import Final

import numpy as np

from valuation.catalogue import entry
from valuation.reconcile import reconcile
from workbooks.case.model import Line
from workbooks.declarations.sheet import (
    ABSENT,
    NOT_MEANINGFUL,
    Argument,
    Call,
    Content,
    Formula,
    Link,
    Reference,
    Values,
    Word,
)
from workbooks.sheets.money import figure

AGREES, DIFFERS = "agrees", "does not foot"

# What is recomputed may be n.m.: then nothing can be said of the published figure but that. An error stays an error.
DIFFERENCE: Final = Formula(
    f'IF(ISTEXT({{recomputed}}),"{NOT_MEANINGFUL}",{{published}}-{{recomputed}})',
    lambda v: v("published") - v("recomputed"),
)
RELATIVE: Final = Formula(
    f'IF(ISTEXT({{recomputed}}),"{NOT_MEANINGFUL}",IF({{recomputed}}=0,"{ABSENT}",{{difference}}/ABS({{recomputed}})))',
    lambda v: np.where(v("recomputed") == 0, ABSENT, (v("difference") / np.abs(v("recomputed"))).astype(object)),
)


def _verdict(v: Values) -> object:
    words = np.asarray(reconcile(v("published"), v("recomputed"), v("inputs.tolerance")), object)
    found = np.where(words == AGREES, AGREES, DIFFERS)
    return np.where(np.isnan(v("recomputed")), NOT_MEANINGFUL, found)


VERDICT: Final = Formula(
    f'IF(ISTEXT({{difference}}),"{NOT_MEANINGFUL}",'
    f'IF(ABS({{difference}})<={{inputs.tolerance}}*ABS({{published}}),"{AGREES}","{DIFFERS}"))',
    _verdict,
)
ALL_AGREE: Final = Formula(
    f'COUNTIF({{lines.verdict}},"{AGREES}")=ROWS({{lines.verdict}})',
    lambda v: bool((np.asarray(v("lines.verdict"), object) == AGREES).all()),
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
