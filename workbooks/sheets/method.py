"""A valuation method of a case: the cells of its results, and whether they are enterprise or equity values."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from workbooks.declarations.trees import Reference

Which: TypeAlias = Literal["low", "base", "high"]
WHICH: Final[tuple[Which, ...]] = ("low", "base", "high")
CONCLUSION: Final = "conclusion"  # the id of the weighted value


class Range(NamedTuple):
    """Cells with a low, a selected and a high value; None where there is none."""

    low: Reference | None
    base: Reference
    high: Reference | None


def point(base: Reference) -> Range:
    """One value, without a low and a high."""
    return Range(None, base, None)


@dataclass(frozen=True, slots=True)
class Method:
    """A method and the cells with its results, in whole units of the company's currency.

    Enterprise values are converted to equity on the Capital sheet, unless the method's own sheet shows the equity.
    """

    id: str  # as printed by `steelyard value --json`; for a multiple its name
    label: str
    enterprise: Range | None = None
    equity: Range | None = None
