"""Formulas of a simulation with stored results: drawn once by the core, with a check whether inputs have changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from valuation.numerics.draw_statistics import BINS
from valuation.simulation import simulate, simulations
from workbooks.declarations.calls import Argument, Call, Word, argument_value, element
from workbooks.declarations.excel_functions import ABS, AND, COUNT, IF, MAX, MIN
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.native_arguments import guarded
from workbooks.declarations.sheet import Content, Stored
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Operand, Reference, Values
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.inputs.steps import STEP

STATISTICS: Final = ("quantiles", "summary", "tail", "drivers", "histogram")
END_LABELS: Final = {"low": "{}, low", "base": "{}, base", "high": "{}, high"}
Of: TypeAlias = Literal["enterprise", "equity"]


class Number(NamedTuple):
    """An input of the draws."""

    label: str
    at: Reference
    unit: str


class Uncertain(NamedTuple):
    """An uncertain argument such as `multiples[2]`: its most likely value, low and high."""

    argument: str
    label: str
    unit: str
    base: Reference
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Drawn:
    """A simulated method: its uncertain arguments, and the statistics of its draws."""

    id: str
    title: str
    call: Call
    uncertain: Sequence[Uncertain]
    certain: Sequence[Number]
    units: Mapping[str, str]  # of the arguments
    result: Reference  # the value that it is drawn around
    of: Of
    money: str  # the unit of values
    price: Reference = ""  # market value; empty where there is none
    width: int = 1  # values of its longest argument
    together: bool = False  # whether all uncertain arguments are fully correlated
    in_catalogue: bool = True  # whether the add-in can call the function
    known: dict[str, list[list[Any]]] = field(default_factory=dict, compare=False)

    def table(self, name: str) -> str:
        """The id of one of its tables."""
        return f"simulated_{self.id}_{name}"

    def at(self, name: str, place: int) -> Reference:
        """A cell of one of its tables: `quantiles.value`, in a row counted from 1."""
        return f"{self.table(name)}[{place}]"

    def rows(self, statistic: str, value: Values) -> list[list[Any]]:
        """A statistic without its heading, all from the same draws. Empty if the method is n.m."""
        if not self.known:
            self._draw(value)
        return self.known[statistic]

    def _draw(self, value: Values) -> None:
        arguments = {name: argument_value(argument, value) for name, argument in self.call.arguments.items()}
        ends = [_numbers(value(f"{self.table('uncertain')}.{end}")) for end in ("low", "high")]
        price = value(self.price) if self.price else None
        wanted = [*STATISTICS, *([] if price is None else [f"above:{price:f}"])]
        if any(np.isnan(known).any() for known in (*ends, *map(_numbers, arguments.values()))):
            self.known.update({name.partition(":")[0]: [] for name in wanted})
            return
        lows, highs = (self._ends(of) for of in ends)
        size = len(self.uncertain)
        correlation = np.ones((size, size)) if self.together else None
        draws, seed = int(value("inputs.draws")), int(value("inputs.seed"))
        found = simulations(self.call.method, arguments, lows, highs, wanted, draws, seed, correlation)
        self.known.update({name.partition(":")[0]: rows[1:] for name, rows in zip(wanted, found, strict=True)})

    def _ends(self, ends: Sequence[float]) -> dict[str, float]:
        return {each.argument: float(end) for each, end in zip(self.uncertain, ends, strict=True)}

    def column(self, statistic: str, column: int, count: int, *, whole: bool = False) -> Stored:
        """A column of a statistic; the numbers of draws that stand below it only where it is wanted whole."""
        end = None if whole else -2

        def found(value: Values) -> list[Any]:
            rows = self.rows(statistic, value)[:end]
            return [_shown(row[column]) for row in rows] or [NOT_MEANINGFUL] * count

        return Stored(found)

    def bins(self, column: int) -> Stored:
        """A column of the histogram; where all draws are equal, bins without width and without draws follow the one."""

        def padded(value: Values) -> list[Any]:
            rows = self.rows("histogram", value)[:-2]
            if not rows:
                return [NOT_MEANINGFUL] * BINS
            _, end, *_ = rows[-1]
            return [row[column] for row in [*rows, *[[end, end, 0, 0.0]] * (BINS - len(rows))]]

        return Stored(padded)

    def names(self) -> Stored:
        """The uncertain arguments by influence, the largest first."""
        labels = {each.argument: each.label for each in self.uncertain}
        labels |= {element(name)[0]: label for name, label in labels.items() if len(labels) == 1}

        def found(value: Values) -> list[str]:
            rows = self.rows("drivers", value)[:-2]
            return [labels[row[0]] for row in rows] or [*labels.values()][: len(self.uncertain)]

        return Stored(found)

    def above(self) -> Stored:
        """The probability of a value above the price."""
        return Stored(lambda value: rows[0][1] if (rows := self.rows("above", value)) else NOT_MEANINGFUL)

    def anew(self, statistic: str, blocks: tuple[Reference, Reference, Reference], correlation: Reference) -> Call:
        """The call of SIMULATE for a statistic, with blocks of arguments, lows and highs."""
        arguments, lows, highs = blocks
        given: dict[str, Argument] = {
            "method": Word(self.call.method.__name__),
            "arguments": arguments,
            "lows": lows,
            "highs": highs,
            "draws": "inputs.draws",
            "seed": "inputs.seed",
            "statistic": Word(statistic),
        }
        return Call(simulate, given | ({"correlation": correlation} if self.together else {}))

    def ends(self, end: str) -> dict[str, list[Content]]:
        """The low or the high of every argument that is uncertain, in the layout of the arguments."""
        found: dict[str, list[Content]] = {}
        for number, each in enumerate(self.uncertain, start=1):
            name, place = element(each.argument)
            values = found.setdefault(name, [ABSENT] * (self.width if place is not None else 1))
            values[place or 0] = ref(self.at(f"uncertain.{end}", number))
        return found

    def numbers(self) -> list[Number]:
        """All inputs of the draws."""
        found = [Number("Draws", "inputs.draws", "draws"), Number("Seed", "inputs.seed", ""), *self.certain]
        if self.price:
            found.insert(2, Number("Price", self.price, self.money))
        for number, each in enumerate(self.uncertain, start=1):
            found += [
                Number(Text(label, each.label), self.at(f"uncertain.{end}", number), each.unit)
                for end, label in END_LABELS.items()
            ]
        return found

    @property
    def needs(self) -> bool:
        """Whether it may be n.m."""
        return bool(self.call.needs)

    @property
    def same(self) -> Expression:
        """Whether an input is unchanged since the draws; n.m. equals n.m."""
        near = ABS(ref("now") - ref("then")) <= ref("inputs.rounding") * ABS(ref("then"))
        numbers = COUNT(ref("now"), ref("then"))
        return IF(numbers > 1, near, equal(numbers, 0)) if self.needs else near

    @property
    def current(self) -> Expression:
        """Whether the draws are from the present inputs."""
        return AND(ref(f"{self.table('drawn')}.same"))


STILL_CURRENT: Final = ref("simulation.current")
# The Summary shows it too, where nothing else would say that it is of other inputs.
ABOVE: Final = IF(STILL_CURRENT, ref("simulated.above[1]"), "redraw")


def all_current(drawn: Sequence[Drawn]) -> Expression:
    """Whether the draws of all methods are from the present inputs."""
    first, *others = [each.current for each in drawn]
    return AND(first, *others) if others else first


def as_drawn(numbers: Sequence[Number]) -> list[Content]:
    """Inputs at the time of the draws."""
    return [_stored(number.at) for number in numbers]


def _stored(reference: Reference) -> Stored:
    return Stored(lambda value: NOT_MEANINGFUL if _is_nan(found := value(reference)) else found)


def _numbers(given: object) -> list[float]:
    """The numbers of an argument."""
    return np.ravel(np.asarray(given, float)).tolist()


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and bool(np.isnan(value))


def _shown(value: object) -> object:
    """A number of a statistic; blank without a value, as for the correlation of a constant."""
    return ABSENT if _is_nan(value) else value


# --- the ends of an uncertain number --------------------------------------------------------------


def end(drawn: Drawn, uncertain: Uncertain, which: Literal["low", "high"]) -> Expression:
    """Low or high of an uncertain number; n.m. if its base is n.m."""
    moved = uncertain.low if which == "low" else uncertain.high
    return guarded([ref(uncertain.base)], moved) if uncertain.base in drawn.call.needs else moved


def between(argument: str, label: str, unit: str, base: Reference, *ends: Operand) -> Uncertain:
    """A number with low and high from the case in either order: for costs the larger multiple gives the lower value."""
    cells = [ref(base), *ends]
    return Uncertain(argument, label, unit, base, MIN(*cells), MAX(*cells))


def of_sample(argument: str, label: str, unit: str, base: Reference, *ends: Operand) -> Uncertain:
    """A statistic with two others as low and high; with a single company, whose statistics are equal, by a step."""
    low, high = MIN(ref(base), *ends), MAX(ref(base), *ends)
    alone = by_share(argument, label, unit, base)
    differ = high - low > ref("inputs.rounding") * ABS(ref(base))
    return alone._replace(low=IF(differ, low, alone.low), high=IF(differ, high, alone.high))


def by_share(argument: str, label: str, unit: str, base: Reference, most: float | None = None) -> Uncertain:
    """A number with low and high by a relative step, if the case gives none."""
    step = ref(STEP) * ABS(ref(base))
    high = ref(base) + step
    return Uncertain(argument, label, unit, base, ref(base) - step, high if most is None else MIN(most, high))


def by_points(argument: str, label: str, unit: str, base: Reference, step: Reference) -> Uncertain:
    """A number with low and high by an absolute step, if the case gives none."""
    return Uncertain(argument, label, unit, base, ref(base) - ref(step), ref(base) + ref(step))
