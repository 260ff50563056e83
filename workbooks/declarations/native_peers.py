"""Native formulas for statistics of peers, over a range of cells or over single cells anywhere."""

from collections.abc import Callable
from typing import Final

from workbooks.declarations.excel_functions import (
    AND,
    AVERAGE,
    COUNT,
    FORECAST,
    HARMEAN,
    IF,
    ISTEXT,
    MAX,
    MEDIAN,
    MIN,
    OR,
    QUARTILE_EXC,
    QUARTILE_INC,
)
from workbooks.declarations.expressions import grouped, total
from workbooks.declarations.native_arguments import Vector, either, one_array, singly, word
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import NOT_MEANINGFUL

MOST: Final = 32  # largest number of single cells for which the formula stays below Excel's 8,192 characters


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
    """Statistic over the peers that have a multiple."""
    # A column of multiples already shows n.m. for negative ones; for single cells they are excluded here.
    if isinstance(multiples, Expression):
        counted, peers = [multiples], multiples
    else:
        counted = [either(include_negative, cell, IF(cell < 0, NOT_MEANINGFUL, cell)) for cell in multiples]
        cells = one_array(multiples)
        # LibreOffice does not accept an IF of one cell as an element of the array.
        peers = either(include_negative, cells, IF(cells < 0, NOT_MEANINGFUL, cells))
    named = word(statistic)
    read = EXCLUSIVE.get(named) if word(quartile) == "exc" else None
    return IF(COUNT(*counted) > 0, (read or STATISTICS[named])(peers), NOT_MEANINGFUL)


def weighted_multiple(
    multiples: Vector,
    weights: Vector,
    statistic: Expression = Literal("harmonic"),  # noqa: B008 - frozen
    include_negative: Expression | None = None,
) -> Expression:
    """The weighted mean of the peers that have a multiple and a weight, or the harmonic one."""
    harmonic = word(statistic) == "harmonic"
    above: list[Expression] = []
    below: list[Expression] = []
    for multiple, weight in _pairs(multiples, weights):
        absent = OR(ISTEXT(multiple), ISTEXT(weight))
        counted = either(include_negative, Literal(1.0), IF(multiple < 0, 0, 1))
        above.append(IF(absent, 0, weight * counted if harmonic else weight * multiple * counted))
        below.append(IF(absent, 0, weight / multiple * counted if harmonic else weight * counted))
    return grouped(total(above)) / grouped(total(below))


def blend_reweighted(values: Vector, weights: Vector) -> Expression:
    """The weighted mean of the methods that give a value."""
    pairs = _pairs(values, weights)
    weighted = total([IF(ISTEXT(value), 0, value * weight) for value, weight in pairs])
    weight = total([IF(ISTEXT(value), 0, weight) for value, weight in pairs])
    return IF(AND(*(ISTEXT(value) for value, _ in pairs)), NOT_MEANINGFUL, grouped(weighted) / grouped(weight))


def _pairs(values: Vector, weights: Vector) -> list[tuple[Expression, Expression]]:
    return list(zip(singly(values), singly(weights), strict=True))


def regression_multiple(multiples: Vector, drivers: Vector, subject_driver: Expression) -> Expression:
    """What the line through the peers gives at the company's driver; a peer with a negative multiple is absent."""
    peers = one_array(multiples)
    if not isinstance(multiples, Expression):  # a column on a sheet says n.m. itself
        peers = IF(peers < 0, NOT_MEANINGFUL, peers)
    return FORECAST(subject_driver, peers, one_array(drivers))
