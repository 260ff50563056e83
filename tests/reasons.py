"""Compare results that are not numbers by their reason."""

import math

from valuation.kernel.errors import reason


def number_of(value: object) -> int | None:
    """Number of the reason why a result is not a number; None if it is one."""
    explained = reason(value) if isinstance(value, float) else None
    return None if explained is None else explained.number


def same(one: object, other: object) -> bool:
    """Whether two results agree, as numbers or in the reason for having none."""
    if not (isinstance(one, float) and isinstance(other, float)):
        return one == other
    if math.isnan(one) or math.isnan(other):
        return number_of(one) == number_of(other)
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
