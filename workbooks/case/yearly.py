"""Years of a forecast: what is given for each year is as long as the rest, and their number is a whole one."""

from collections.abc import Sequence
from typing import NamedTuple

from workbooks.case.known import Known, Misfits
from workbooks.case.roles import Record


class Yearly(NamedTuple):
    """The lengths of the lists of a section, and the number of years that it names beside them."""

    lengths: dict[str, int]
    is_named: bool
    asked: float | None

    @property
    def most(self) -> int:
        """The length of the longest list; 0 without one."""
        return max(self.lengths.values(), default=0)

    @property
    def is_whole(self) -> bool:
        """Whether the number of years, where there is one, is a whole number from 1."""
        return self.asked is None or (self.asked >= 1 and self.asked == round(self.asked))

    def misfits(self, what: str) -> Misfits:
        """Lists that differ in length, and a number of years that is missing or is none; `what` a list is given for."""
        for key, length in self.lengths.items():
            if length != self.most:
                yield (key,), f"{length} years: expected one number, or {self.most} as the longest list has"
        if not self.most and not self.is_named:
            yield ("years",), f"is missing: no {what} is a list, so the number of forecast years is not known"
        if not self.is_whole:
            yield ("years",), f"{self.asked:g}: expected a whole number of years, at least 1"


def yearly(section: Record, keys: Sequence[str], years: str | None, known: Known) -> Yearly:
    """What a section gives for each year."""
    lengths = {key: len(value) for key in keys if isinstance(value := getattr(section, key), tuple)}
    return Yearly(lengths, bool(years), known.numbers.get(years or ""))
