"""The workings of Sensitivity: whether its grids are about the results as they stand."""

from collections.abc import Sequence

from workbooks.declarations.excel_functions import ABS, AND, COUNT, IF
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.trees import Expression, Reference


def centred(pairs: Sequence[tuple[Reference, Reference]]) -> Expression:
    """Whether the centre of every grid is the result that the grid is about: the same number, or n.m. as well."""
    return AND(*(_same(ref(centre), ref(result)) for centre, result in pairs))


def _same(centre: Expression, result: Expression) -> Expression:
    near = ABS(centre - result) <= ref("inputs.rounding") * ABS(result)
    return IF(COUNT(centre, result) > 1, near, equal(centre, result))
