"""The statistics of peers in Excel's words, of a range of cells or of cells that stand anywhere."""

from collections.abc import Callable, Sequence
from typing import Final

from workbooks.declarations.excel_functions import (
    AVERAGE,
    COUNT,
    HARMEAN,
    IF,
    MAX,
    MEDIAN,
    MIN,
    QUARTILE_EXC,
    QUARTILE_INC,
)
from workbooks.declarations.expressions import Array
from workbooks.declarations.native_arguments import ONE, ZERO, Vector, either, word
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import NOT_MEANINGFUL

MOST: Final = 32  # cells of which one array fits into the 8,192 characters of a formula


def _one_array(cells: Sequence[Expression]) -> Expression:
    """Cells that are no neighbours as one array, for functions that take one: IF({1,0,0},B2,IF({0,1,0},B5,B9))."""
    whole = cells[-1]
    for place, cell in reversed(list(enumerate(cells[:-1]))):
        picked = Array(tuple(ONE if at == place else ZERO for at in range(len(cells))))
        whole = IF(picked, cell, whole)
    return whole


STATISTICS: Final[dict[str, Callable[[Expression], Expression]]] = {
    "mean": AVERAGE,
    "median": MEDIAN,
    "harmonic": HARMEAN,
    "min": MIN,
    "max": MAX,
    "q1": lambda multiples: QUARTILE_INC(multiples, 1),
    "q3": lambda multiples: QUARTILE_INC(multiples, 3),
}
EXCLUSIVE: Final[dict[str, Callable[[Expression], Expression]]] = {
    "q1": lambda multiples: QUARTILE_EXC(multiples, 1),
    "q3": lambda multiples: QUARTILE_EXC(multiples, 3),
}


def peer_multiple(
    multiples: Vector,
    statistic: Expression = Literal("median"),  # noqa: B008 - frozen
    include_negative: Expression | None = None,
    quartile: Expression = Literal("inc"),  # noqa: B008 - frozen
) -> Expression:
    """The statistic of the peers that have a multiple."""
    # A column on a sheet says n.m. itself where a multiple is negative; of figures that stand anywhere it is said here.
    if isinstance(multiples, Expression):
        counted, peers = [multiples], multiples
    else:
        counted = [either(include_negative, cell, IF(cell < 0, NOT_MEANINGFUL, cell)) for cell in multiples]
        cells = _one_array(multiples)
        # LibreOffice takes no IF of one cell among those that make the array.
        peers = either(include_negative, cells, IF(cells < 0, NOT_MEANINGFUL, cells))
    named = word(statistic)
    read = EXCLUSIVE.get(named) if word(quartile) == "exc" else None
    return IF(COUNT(*counted) > 0, (read or STATISTICS[named])(peers), NOT_MEANINGFUL)
