"""Input of the checks of a case: its raw data, the valid records, and all figures that can be read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from valuation.kernel.errors import RangeError
from workbooks.case.quantity import Quantity, whole
from workbooks.case.roles import Made, Record
from workbooks.case.shape import Location, Problem, as_table, place

Misfits: TypeAlias = Iterator[tuple[Location, str]]  # location of a value in its section, and the problem


class Known(NamedTuple):
    """Data and records of a case, its numbers as written, and their parsed units."""

    raw: dict[str, Any]
    made: Made
    numbers: Mapping[str, float]
    quantities: Mapping[str, Quantity]

    def whole(self, name: str | None) -> float | None:
        """Value of a figure in whole units; None where it cannot be read."""
        if name is None or name not in self.numbers or name not in self.quantities:
            return None
        try:
            return whole(self.numbers[name], self.quantities[name])
        except RangeError:  # reported at the figure itself
            return None

    def table(self, section: str) -> dict[str, Any]:
        """The data of a section, whether or not it is valid; empty where it is no table."""
        return as_table(self.raw.get(section))

    def rows(self, section: str, key: str) -> tuple[object, ...]:
        """The rows of a list in a section; none where it is no list."""
        found = self.table(section).get(key)
        return found if isinstance(found, tuple) else ()

    def names(self, section: str, key: str) -> list[str]:
        """The names of the rows of a list, as far as they can be read."""
        found = [as_table(row).get("name") for row in self.rows(section, key)]
        return [name for name in found if isinstance(name, str)]

    def own(self, metric: str) -> Quantity | None:
        """Parsed unit of one of the company's own figures under [metrics]."""
        figure = self.table("metrics").get(metric)
        return self.quantities.get(figure) if isinstance(figure, str) else None

    def cell(self, figure: str) -> str:
        """Cell of a figure in the file of a table; "" for a figure that does not come from a table."""
        return str(as_table(self.table("figures").get(figure)).get("place", ""))


Rules: TypeAlias = Mapping[str, tuple[type[Record], Callable[[Any, Known], Misfits]]]


def misfits(known: Known, rules: Rules) -> Iterator[Problem]:
    """All problems that rules find in the valid sections of a case."""
    for name, (record, rule) in rules.items():
        section = known.made.section(record)
        if section is not None:
            for loc, message in rule(section, known):
                yield Problem(place((name, *loc), known.raw), message)
