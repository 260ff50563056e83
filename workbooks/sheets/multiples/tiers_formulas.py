"""The statistics of each tier of the companies that are compared."""

from collections.abc import Callable, Sequence
from typing import Final

from workbooks.declarations.excel_functions import AVERAGE, COUNT, IF, MAX, MEDIAN, MIN
from workbooks.declarations.expressions import ref
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import NOT_MEANINGFUL

STATISTICS: Final[dict[str, Callable[..., Expression]]] = {
    "Count": COUNT,
    "Minimum": MIN,
    "Median": MEDIAN,
    "Mean": AVERAGE,
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


def statistic(of: Sequence[str], used: Reference, tier: str, name: str) -> Expression:
    """A statistic of the companies of one tier, of a column of those included; n.m. where none has a number."""
    cells = [ref(f"{used}[{place}]") for place, each in enumerate(of, start=1) if each == tier]
    found = STATISTICS[name](*cells)
    return found if name == "Count" else IF(COUNT(*cells) > 0, found, NOT_MEANINGFUL)
