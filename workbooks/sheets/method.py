"""A method of a case: where its results stand, and whether they are of enterprise value or of equity."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from workbooks.declarations.trees import Reference

Which: TypeAlias = Literal["low", "base", "high"]
WHICH: Final[tuple[Which, ...]] = ("low", "base", "high")


class Range(NamedTuple):
    """The cells with a low, a selected and a high value; None where there is none."""

    low: Reference | None
    base: Reference
    high: Reference | None


def point(base: Reference) -> Range:
    """One value, without a low and a high."""
    return Range(None, base, None)


@dataclass(frozen=True, slots=True)
class Method:
    """A method and the cells with its results, in whole units of the company's currency.

    What it gives as enterprise value becomes equity on the Capital sheet, unless the method's own sheet has the equity.
    """

    id: str  # as `steelyard value --json` prints it; of a multiple its own name
    label: str
    enterprise: Range | None = None
    equity: Range | None = None
