"""A Python function of single values, on every element of arrays that broadcast."""

from collections.abc import Callable
from typing import Any

import numpy as np


def elementwise(function: Callable[..., Any], *operands: object, results: int = 1) -> Any:  # noqa: ANN401 - as numpy's
    """An array of objects, or one object where no operand is an array; a tuple of them for several results.

    Whatever floating-point flags the function leaves behind are its own affair: CPython's comparison of a NaN sets
    "invalid", and numpy would warn of it after the last element although every result is right.
    """
    with np.errstate(all="ignore"):
        return np.frompyfunc(function, len(operands), results)(*operands)
