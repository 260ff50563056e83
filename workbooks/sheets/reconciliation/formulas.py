"""Formulas of Reconciliation: recomputed figures, differences, and verdicts."""

from typing import Final

from valuation.catalogue import entry
from workbooks.case.line_checks import BY_TRIAL
from workbooks.case.lines import Line
from workbooks.case.model import Case
from workbooks.case.printed import step
from workbooks.case.quantity import quantity
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import ABS, AND, COUNTIF, IF, ISTEXT, ROWS
from workbooks.declarations.expressions import equal, ref, total
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.reconciliation import by_trial
from workbooks.sheets.reconciliation.arguments import arguments

AGREES, ROUNDED, TRUNCATED, DIFFERS = "agrees", "agrees, rounded", "agrees, truncated", "does not reconcile"
HALF: Final = 0.5

# A recomputed figure may be n.m., and then the verdict is n.m. too. Errors are shown as errors.
_PUBLISHED, _RECOMPUTED, _DIFFERENCE = ref("published"), ref("recomputed"), ref("difference")
# Differences in the last digit of a float count as 0, because engines differ on them.
_DUST: Final = ref("inputs.rounding") * ABS(_PUBLISHED)
_NEAR: Final = ABS(_PUBLISHED - _RECOMPUTED) <= _DUST
DIFFERENCE: Final = IF(ISTEXT(_RECOMPUTED), NOT_MEANINGFUL, IF(_NEAR, 0, _PUBLISHED - _RECOMPUTED))
_SHARE: Final = IF(ABS(_RECOMPUTED) <= _DUST, ABSENT, _DIFFERENCE / ABS(_RECOMPUTED))
RELATIVE: Final = IF(ISTEXT(_RECOMPUTED), NOT_MEANINGFUL, _SHARE)
# Rounded: within half a unit of the last printed digit. Truncated: nearer to zero by less than one unit.
_ROUNDED: Final = ABS(_DIFFERENCE) <= ref("step") * HALF + _DUST
_NEARER: Final = AND(_PUBLISHED * _RECOMPUTED >= 0, ABS(_PUBLISHED) < ABS(_RECOMPUTED))
_TRUNCATED: Final = AND(_NEARER, ABS(_DIFFERENCE) < ref("step") - _DUST)
_VERDICT: Final = IF(equal(_DIFFERENCE, 0), AGREES, IF(_ROUNDED, ROUNDED, IF(_TRUNCATED, TRUNCATED, DIFFERS)))
VERDICT: Final = IF(ISTEXT(_DIFFERENCE), NOT_MEANINGFUL, _VERDICT)
_AGREEING: Final[list[Expression]] = [
    COUNTIF(ref("lines.verdict"), verdict) for verdict in (AGREES, ROUNDED, TRUNCATED)
]
ALL_AGREE: Final = equal(total(_AGREEING), ROWS(ref("lines.verdict")))


def printed_to(case: Case, line: Line) -> float:
    """One unit of the last printed digit of a published figure, in whole units."""
    given = case.figures[line.published]
    return step(given.value, given.unit, line.printed)


def last_digit(case: Case, line: Line) -> float:
    """The same in the unit of the figure."""
    return float(f"{printed_to(case, line) / quantity(case.figures[line.published].unit).scale:.15g}")


def recomputed(line: Line, number: int = 0) -> Content:
    """A published figure recomputed: a result in the workbook, or a function of the catalogue.

    `number` is the row, from 1, of an iterated value in its own table.
    """
    if line.result:
        return Link(line.result)
    if line.method in BY_TRIAL:
        return by_trial.found(line, number)
    method = entry(line.method)
    return Call(method.function, arguments(line.arguments, method))
