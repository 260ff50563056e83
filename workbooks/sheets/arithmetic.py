"""Expressions shared by several sheets: an empty value, row numbers, whether shares sum to 1."""

from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

from workbooks.declarations.excel_functions import ABS, SUM
from workbooks.declarations.expressions import FunctionCall, ref
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.trees import Literal as Constant

NOTHING: Final = Constant(0.0)


def counted(keys: Sequence[Reference], first: int = 1) -> list[Expression]:
    """Consecutive numbers, each computed from the cell before it."""
    return [ref(keys[n - 1]) + 1 if n else Constant(float(first)) for n in range(len(keys))]


def positions(first: Reference, count: int, axis: Literal["ROW", "COLUMN"]) -> list[Expression]:
    """Consecutive numbers from 1 by where their cells stand, which stay right after rows or columns are inserted."""
    start = FunctionCall(axis, (ref(first),), lambda _: 1.0)
    return [Constant(1.0), *(FunctionCall(axis, (), partial(float, n)) - start + 1 for n in range(2, count + 1))]


def make_whole(shares: Reference) -> Expression:
    """Whether the shares in a column sum to 1."""
    return ABS(SUM(ref(shares)) - 1) <= ref("inputs.rounding")
