"""Applies a Python function of single values to every element of arrays, with broadcasting."""

from collections.abc import Callable
from typing import Any

import numpy as np


def elementwise(function: Callable[..., Any], *operands: object, results: int = 1) -> Any:  # noqa: ANN401 - as numpy's
    """Call a function on every element; returns an array of objects, or one object where no operand is an array.

    A tuple of these where the function has several results. Floating-point warnings are switched off, because CPython's
    comparison of a NaN sets the "invalid" flag and numpy would warn although every result is right.
    """
    with np.errstate(all="ignore"):
        return np.frompyfunc(function, len(operands), results)(*operands)
