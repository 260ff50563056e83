"""Formulas of Sensitivity: check that the grids are consistent with the results."""

from collections.abc import Sequence

from workbooks.declarations.excel_functions import ABS, AND, COUNT, IF
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.trees import Expression, Reference


def centred(pairs: Sequence[tuple[Reference, Reference]]) -> Expression:
    """Check: the centre of every grid equals the result, or both are n.m."""
    return AND(*(_same(ref(centre), ref(result)) for centre, result in pairs))


def _same(centre: Expression, result: Expression) -> Expression:
    near = ABS(centre - result) <= ref("inputs.rounding") * ABS(result)
    return IF(COUNT(centre, result) > 1, near, equal(centre, result))
