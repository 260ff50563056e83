"""The statistics of each tier of the companies that are compared."""

from collections.abc import Callable, Sequence
from typing import Final

from workbooks.declarations.excel_functions import AVERAGE, COUNT, IF, ISNUMBER, MAX, MEDIAN, MIN, QUARTILE_INC
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.trees import Expression, Operand
from workbooks.declarations.words import NOT_MEANINGFUL

STATISTICS: Final[dict[str, Callable[[Expression], Expression]]] = {
    "Count": COUNT,
    "Minimum": MIN,
    "1st quartile": lambda cells: QUARTILE_INC(cells, 1),
    "Median": MEDIAN,
    "Mean": AVERAGE,
    "3rd quartile": lambda cells: QUARTILE_INC(cells, 3),
    "Maximum": MAX,
}


def tiers(of: Sequence[str]) -> list[str]:
    """The tiers of companies, in their order; none where all are of one.

    Examples
    --------
    >>> tiers(["Large", "Small", "Large", ""]), tiers(["Large", "Large"])
    (['Large', 'Small'], [])
    """
    found = [*dict.fromkeys(filter(None, of))]
    return found if len(found) > 1 else []


def in_tier(of: str, tier: Operand) -> Expression:
    """The multiple or the measure of a company that counts, if it is of a tier."""
    own = ref(f"{of}_used")
    return IF(equal(ref("tier"), tier), IF(ISNUMBER(own), own, ""), "")


def statistic(table: str, of: str, number: int, name: str) -> Expression:
    """A statistic of one tier, by its number; n.m. where none of it has the multiple."""
    cells = ref(f"{table}.{of}_tier_{number}")
    found = STATISTICS[name](cells)
    return found if name == "Count" else IF(COUNT(cells) > 0, found, NOT_MEANINGFUL)
