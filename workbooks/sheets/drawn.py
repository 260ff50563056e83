"""A simulation whose numbers are stored: drawn by the core once, and held against the inputs as they stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from valuation.errors import BLANK
from valuation.simulation import simulate
from valuation.sotp import sotp_value
from valuation.spread import BINS
from workbooks.case import Case, Segments
from workbooks.sheets.called import MOST, area, block, called
from workbooks.spec import ABSENT, Call, Column, Formula, Link, Reference, Spill, Stored, Table, Values, Word

CALLED, LOWS, HIGHS = "simulation_called", "simulation_lows_called", "simulation_highs_called"


def uncertain(section: Segments) -> list[int]:
    """The parts whose multiple has a low or a high of its own, counted from 1."""
    return [place for place, part in enumerate(section.parts, start=1) if part.low or part.high]


@dataclass(frozen=True, slots=True)
class Simulated:
    """A call with uncertain multiples."""

    call: Call
    section: Segments
    units: dict[str, str]
    price: Reference
    known: dict[str, list[list[Any]]] = field(default_factory=dict)

    def rows(self, statistic: str, value: Values) -> list[list[Any]]:
        """A statistic, without its heading; each is drawn once."""
        if statistic not in self.known:
            arguments = {name: value(str(reference)) for name, reference in self.call.arguments.items()}
            places = uncertain(self.section)
            lows, highs = (
                {"multiples": [m if n in places else BLANK for n, m in enumerate(value(of).tolist(), start=1)]}
                for of in ("parts.low", "parts.high")
            )
            draws, seed = value("inputs.draws"), value("inputs.seed")
            self.known[statistic] = simulate(sotp_value, arguments, lows, highs, draws, seed, statistic)[1:]
        return self.known[statistic]

    def column(self, statistic: str, column: int, *, whole: bool = False) -> Stored:
        """A column of a statistic; the numbers of draws that stand below it only where it is wanted whole."""
        end = None if whole else -2
        return Stored(lambda value: [_shown(row[column]) for row in self.rows(statistic, value)[:end]])

    def bins(self, column: int) -> Stored:
        """A column of the histogram; where all draws are equal, bins without width and without draws follow the one."""

        def padded(value: Values) -> list[Any]:
            rows = self.rows("histogram", value)[:-2]
            _, end, *_ = rows[-1]
            return [row[column] for row in [*rows, *[[end, end, 0, 0.0]] * (BINS - len(rows))]]

        return Stored(padded)

    def names(self) -> Stored:
        """The uncertain parts in the order of their influence."""
        names = {f"multiples[{place}]": part.name for place, part in enumerate(self.section.parts, start=1)}
        return Stored(lambda value: [names[row[0]] for row in self.rows("drivers", value)[:-2]])

    def above(self, price: Reference) -> Stored:
        """The probability of more than a price."""
        return Stored(lambda value: self.rows(f"above:{value(price):f}", value)[0][1])

    def spill(self, statistic: str, units: Sequence[str], below: int = 2) -> Spill | None:
        """The add-in's formula for a statistic; None where its arguments do not fit a sheet."""
        width = len(self.section.parts)
        if width > MOST:
            return None
        call = Call(
            simulate,
            {
                "method": Word(self.call.method.__name__),
                "arguments": area(CALLED, width),
                "lows": area(LOWS, width),
                "highs": area(HIGHS, width),
                "draws": "inputs.draws",
                "seed": "inputs.seed",
                "statistic": Word(statistic),
            },
        )
        return Spill(call, units, below)

    def behind(self) -> list[Table]:
        """What it was drawn from, and the blocks that the add-in's formulas are given."""
        width = len(self.section.parts)
        if width > MOST:
            return [self._drawn()]
        places = uncertain(self.section)
        title = "Simulation: what the add-in is called with"
        ends = [
            block(table, heading, {"multiples": [_end(of, n, places) for n in range(1, width + 1)]}, width, ["×"])
            for table, heading, of in ((LOWS, "Simulation: lows", "low"), (HIGHS, "Simulation: highs", "high"))
        ]
        return [called(CALLED, title, self.call, width, self.units), *ends, self._drawn()]

    def _drawn(self) -> Table:
        """Every number that the draws hang on, as it stands and as it was; what differs makes them stale."""
        labels, references, units = zip(*self._numbers(), strict=True)
        then = [_as_drawn(reference) for reference in references]
        same = Formula(
            "ABS({now}-{then})<={inputs.rounding}*ABS({then})",
            lambda v: np.abs(v("now") - v("then")) <= v("inputs.rounding") * np.abs(v("then")),
        )
        return Table(
            "drawn",
            "Drawn from",
            rows=len(labels),
            columns=(
                Column("label", "Number", cells=labels),
                Column("now", "As it stands", cells=[Link(reference) for reference in references], units=units),
                Column("then", "As drawn", cells=then, units=units),
                Column("same", "The same", same, units=[""] * len(labels)),
            ),
        )

    def _numbers(self) -> list[tuple[str, Reference, str]]:
        found = [("Draws", "inputs.draws", "draws"), ("Seed", "inputs.seed", "")]
        if self.price:
            found.append(("Price", self.price, self.units["metrics"]))
        for place, part in enumerate(self.section.parts, start=1):
            found.append((f"{part.name}, metric", f"parts.metric[{place}]", self.units["metrics"]))
            found += [(f"{part.name}, {end}", f"parts.{end}[{place}]", "×") for end in ("low", "base", "high")]
            if "stakes" in self.call.arguments:
                found.append((f"{part.name}, stake", f"parts.stake[{place}]", "share"))
        labels = {"net_debt": "Net debt", "discount": "Holding discount"}
        found += [
            (labels[name], f"segments.{name}", self.units[name]) for name in labels if name in self.call.arguments
        ]
        return found


def simulated(case: Case, section: Segments) -> Simulated:
    """The sum of the parts of a case, drawn."""
    money = case.company.display_unit
    arguments: dict[str, Reference] = {"metrics": "parts.metric", "multiples": "parts.base"}
    if any(part.stake for part in section.parts):
        arguments["stakes"] = "parts.stake"
    arguments |= {name: f"segments.{name}" for name in ("net_debt", "discount") if getattr(section, name)}
    units = {"metrics": money, "multiples": "×", "stakes": "share", "net_debt": money, "discount": "share"}
    return Simulated(Call(sotp_value, arguments), section, units, "summary.price" if case.company.price else "")


def _as_drawn(reference: Reference) -> Stored:
    return Stored(lambda value: value(reference))


def _end(of: str, place: int, places: Sequence[int]) -> Link | str:
    return Link(f"parts.{of}[{place}]") if place in places else ABSENT


def _shown(value: object) -> object:
    """A number of a statistic; what has none, the correlation of a constant, is absent."""
    return ABSENT if isinstance(value, float) and np.isnan(value) else value
