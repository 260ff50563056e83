"""The workings of a simulation whose numbers are stored: drawn by the core once, and held against what they hang on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from valuation.kernel.errors import BLANK
from valuation.numerics.draw_statistics import BINS
from valuation.simulation import simulate
from valuation.sotp import sotp_value
from workbooks.case.model import Case, Segments
from workbooks.declarations.calls import Argument, Call, Word
from workbooks.declarations.excel_functions import ABS, AND, MAX, MIN
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Content, Stored
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Reference, Values
from workbooks.declarations.words import ABSENT
from workbooks.sheets.price import market_value
from workbooks.sheets.segments.formulas import ranges, stakes, taken

END_LABELS: Final = {"low": "{}, low", "base": "{}, base", "high": "{}, high"}


class Number(NamedTuple):
    """A number that the draws hang on."""

    label: str
    at: Reference
    unit: str


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
            ends = value("parts.low"), value("parts.high")
            lows, highs = (
                {"multiples": [m if n in places else BLANK for n, m in enumerate(of.tolist(), start=1)]}
                for of in (np.minimum(*ends), np.maximum(*ends))
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
        parts = self.section.parts
        names = {f"multiples[{place}]": part.name for place, part in enumerate(parts, start=1)}
        names["multiples"] = parts[0].name  # as the core calls the multiple of a part that is alone
        return Stored(lambda value: [names[row[0]] for row in self.rows("drivers", value)[:-2]])

    def above(self, price: Reference) -> Stored:
        """The probability of more than a price."""
        return Stored(lambda value: self.rows(f"above:{value(price):f}", value)[0][1])

    def anew(self, statistic: str, arguments: Reference, lows: Reference, highs: Reference) -> Call:
        """The call that draws a statistic anew, from the blocks of its arguments, their lows and their highs."""
        given: dict[str, Argument] = {
            "method": Word(self.call.method.__name__),
            "arguments": arguments,
            "lows": lows,
            "highs": highs,
            "draws": "inputs.draws",
            "seed": "inputs.seed",
            "statistic": Word(statistic),
        }
        return Call(simulate, given)

    def ends(self, end: str) -> list[Content]:
        """The low or the high of every part's multiple, where it is uncertain."""
        places = uncertain(self.section)
        parts = range(1, len(self.section.parts) + 1)
        # Of costs the case's low is the multiple that is larger: what is drawn lies between the two either way.
        which = MIN if end == "low" else MAX
        return [
            which(ref(f"parts.low[{place}]"), ref(f"parts.high[{place}]")) if place in places else ABSENT
            for place in parts
        ]

    def numbers(self) -> list[Number]:
        """Every number that the draws hang on."""
        found = [Number("Draws", "inputs.draws", "draws"), Number("Seed", "inputs.seed", "")]
        if self.price:
            found.append(Number("Price", self.price, self.units["metrics"]))
        for place, part in enumerate(self.section.parts, start=1):
            found.append(Number(Text("{}, metric", part.name), f"parts.metric[{place}]", self.units["metrics"]))
            found += [Number(Text(label, part.name), f"parts.{end}[{place}]", "×") for end, label in END_LABELS.items()]
            if "stakes" in self.call.arguments:
                found.append(Number(Text("{}, stake", part.name), f"parts.stake[{place}]", "share"))
        labels = {"net_debt": "Net debt", "discount": "Holding discount"}
        given = [name for name in labels if name in self.call.arguments]
        return [*found, *(Number(labels[name], f"segments.{name}", self.units[name]) for name in given)]


def simulated(case: Case, section: Segments) -> Simulated:
    """The sum of the parts of a case, drawn."""
    money = case.company.display_unit
    arguments: dict[str, Reference] = {"metrics": "parts.metric", "multiples": "parts.base"}
    if stakes(section):
        arguments["stakes"] = "parts.stake"
    if taken(case, section):
        arguments["net_debt"] = "segments.net_debt"
    if section.discount:
        arguments["discount"] = "segments.discount"
    units = {"metrics": money, "multiples": "×", "stakes": "share", "net_debt": money, "discount": "share"}
    return Simulated(Call(sotp_value, arguments), section, units, market_value(case))


def uncertain(section: Segments) -> list[int]:
    """The parts whose multiple or value has a low or a high of its own, counted from 1."""
    return [place for place, part in enumerate(section.parts, start=1) if ranges(part)]


SAME: Final = ABS(ref("now") - ref("then")) <= ref("inputs.rounding") * ABS(ref("then"))
CURRENT: Final = AND(ref("drawn.same"))
STILL_CURRENT: Final = ref("simulation.current")


def as_drawn(numbers: Sequence[Number]) -> list[Content]:
    """The numbers as they were when it was drawn."""
    return [_stored(number.at) for number in numbers]


def _stored(reference: Reference) -> Stored:
    return Stored(lambda value: value(reference))


def _shown(value: object) -> object:
    """A number of a statistic; what has none, the correlation of a constant, is absent."""
    return ABSENT if isinstance(value, float) and np.isnan(value) else value
