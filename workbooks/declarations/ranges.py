"""Keeps varied numbers within the range of their argument: a share of 95 % raised by a tenth becomes 100 %."""

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
    """Range of an argument, or of one element of it, `multiples[2]`.

    Limits above 1 are ignored: they only catch percentages typed as whole numbers, which variations do not reach.
    """
    name, _ = element(argument)
    limits = kind_of(inspect.signature(call.method).parameters[name].annotation).limits or Limits()
    return replace(limits, most=limits.most if limits.most <= 1 else inf)


def within(moved: Expression, limits: Limits) -> Expression:
    """Expression for a number clipped to a range."""
    if isfinite(limits.least):
        moved = MAX(limits.least, moved)
    return MIN(limits.most, moved) if isfinite(limits.most) else moved


def clipped(values: Floats, limits: Limits) -> Floats:
    """The same for values of the core; a NaN keeps its reason."""
    raised = np.where(values < limits.least, limits.least, values)
    return np.where(raised > limits.most, limits.most, raised)
