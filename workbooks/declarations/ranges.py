"""Numbers that are varied stay within the range of their argument: a share of 95 % plus a tenth of it is 100 %."""

import inspect
from dataclasses import replace
from math import inf, isfinite

import numpy as np

from valuation.kernel.broadcast import Floats
from valuation.kernel.units import Limits, kind_of
from workbooks.declarations.calls import Call, element
from workbooks.declarations.excel_functions import MAX, MIN
from workbooks.declarations.trees import Expression


def limits_of(call: Call, argument: str) -> Limits:
    """The range of an argument, or of one element of it, `multiples[2]`.

    Ends beyond 1 are left out: they only catch percentages that are typed as whole numbers, and no step reaches them.
    """
    name, _ = element(argument)
    limits = kind_of(inspect.signature(call.method).parameters[name].annotation).limits or Limits()
    return replace(limits, most=limits.most if limits.most <= 1 else inf)


def within(moved: Expression, limits: Limits) -> Expression:
    """A number, or the end of the range that it lies beyond."""
    if isfinite(limits.least):
        moved = MAX(limits.least, moved)
    return MIN(limits.most, moved) if isfinite(limits.most) else moved


def clipped(values: Floats, limits: Limits) -> Floats:
    """The same in the core; what is not known keeps its reason."""
    raised = np.where(values < limits.least, limits.least, values)
    return np.where(raised > limits.most, limits.most, raised)
