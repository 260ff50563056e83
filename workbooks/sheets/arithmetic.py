"""Expressions shared by several sheets: an empty value, row numbers, whether shares sum to 1."""

from collections.abc import Sequence
from typing import Final

from workbooks.declarations.excel_functions import ABS, SUM
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression, Literal, Reference

NOTHING: Final = Literal(0.0)


def counted(keys: Sequence[Reference], first: int = 1) -> list[Expression]:
    """Consecutive numbers, each computed from the cell before it."""
    return [ref(keys[n - 1]) + 1 if n else Literal(float(first)) for n in range(len(keys))]


def make_whole(shares: Reference) -> Expression:
    """Whether the shares in a column sum to 1."""
    return ABS(SUM(ref(shares)) - 1) <= ref("inputs.rounding")
