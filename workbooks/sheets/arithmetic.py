"""Arithmetic that several sheets share: nothing, numbers counted up, products and quotients, shares of a whole."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workbooks.declarations.sheet import Formula, Reference

NOTHING: Final = Formula("0", lambda v: 0.0)  # noqa: ARG005 - needs no values


def counted(keys: Sequence[Reference], first: int = 1) -> list[Formula]:
    """Numbers counted up from the first, each from the cell before it."""
    return [_following(keys[n - 1]) if n else _start(first) for n in range(len(keys))]


def _start(number: int) -> Formula:
    return Formula(str(number), lambda v: float(number))  # noqa: ARG005 - needs no values


def _following(before: Reference) -> Formula:
    return Formula(f"{{{before}}}+1", lambda v: v(before) + 1)


def product(first: Reference, second: Reference) -> Formula:
    """One cell times another."""
    return Formula(f"{{{first}}}*{{{second}}}", lambda v: v(first) * v(second))


def quotient(above: Reference, below: Reference) -> Formula:
    """One cell over another."""
    return Formula(f"{{{above}}}/{{{below}}}", lambda v: v(above) / v(below))


def make_whole(shares: Reference) -> Formula:
    """Whether the shares in a column sum to 1."""
    return Formula(
        f"ABS(SUM({{{shares}}})-1)<={{inputs.rounding}}",
        lambda v: bool(abs(float(np.sum(v(shares))) - 1) <= v("inputs.rounding")),
    )
