"""Compare results that are not numbers by their reason."""

import math
from collections.abc import Callable
from typing import Any

from valuation.kernel.errors import FIRST_OF_ARGUMENTS, OUT_OF_RANGE, REASONS, RangeError, reason


def number_of(value: object) -> int | None:
    """Number of the reason why a result is not a number; None if it is one."""
    explained = reason(value) if isinstance(value, float) else None
    if explained is None:
        return None
    # An element that names its argument is blank or out of range all the same.
    if explained.number < FIRST_OF_ARGUMENTS:
        return explained.number
    return REASONS[4 if explained.excel == "#N/A" else 7].number


def error_of(value: object) -> str:
    """The error that a cell shows for a result; "" for a number."""
    explained = reason(value) if isinstance(value, float) else None
    return "" if explained is None else explained.excel


def attempted(call: Callable[..., Any]) -> Callable[..., Any]:
    """The call; what it refuses as outside a range is the NaN that stands for it among many cases."""

    def answer(*arguments: object, **named: object) -> Any:  # noqa: ANN401 - whatever the call gives
        try:
            return call(*arguments, **named)
        except RangeError:
            return OUT_OF_RANGE

    return answer


def same(one: object, other: object) -> bool:
    """Whether two results agree, as numbers or in the reason for having none."""
    if not (isinstance(one, float) and isinstance(other, float)):
        return one == other
    if math.isnan(one) or math.isnan(other):
        return number_of(one) == number_of(other)
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
