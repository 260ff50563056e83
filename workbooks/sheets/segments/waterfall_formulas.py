"""The workings of the waterfall: the bar of each part, where each bar begins and ends."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from valuation.kernel.broadcast import Floats
from workbooks.case.model import Case, Segments
from workbooks.declarations.sheet import Content, Formula, Link, Reference, Values
from workbooks.sheets.arithmetic import NOTHING
from workbooks.sheets.money import displayed
from workbooks.sheets.segments.formulas import size


class Step(NamedTuple):
    """A bar: what it is called, and what it adds or takes."""

    label: Content
    change: Formula


def parts(case: Case, section: Segments, most: int) -> list[Step]:
    """A bar a part, in their order; of more than fit, the last bar is all but the largest together."""
    places = range(1, len(section.parts) + 1)
    largest = sorted(places, key=lambda place: -abs(size(case, section.parts[place - 1])))
    own = sorted(largest[: most - 1]) if len(places) > most else [*places[:-1]]
    last = max(set(places) - set(own))
    steps = [Step(Link(f"parts.name[{place}]"), displayed(f"parts.value_used[{place}]")) for place in own]
    return [*steps, Step(_last_named(section, last, len(own)), _last(section, last, len(own)))]


def _last_named(section: Segments, last: int, before: int) -> Formula:
    """The name of the last bar: of its part where it is one, else of how many others."""
    others, name = len(section.parts) - before, f"parts.name[{last}]"
    return Formula(
        f'IF(COUNT({{parts.value_used}})={{number}},{{{name}}},1+COUNT({{parts.value_used}})-{{number}}&" others")',
        lambda v: v(name) if others == 1 else f"{others} others",
    )


def _last(section: Segments, last: int, before: int) -> Formula:
    """The last bar: one part, or all that the bars before it leave of the sum; so parts that are added are in it."""
    own, unit = f"parts.value_used[{last}]", "inputs.display_unit"
    end = end_of(before - 1) if before else ""
    rest = "{segments.gross_used}/{inputs.display_unit}" + (f"-{{{end}}}" if end else "")

    def left(value: Values) -> float:
        if len(section.parts) == before + 1:
            return float(value(own) / value(unit))
        return float(value("segments.gross_used") / value(unit) - (value(end) if end else 0.0))

    return Formula(f"IF(COUNT({{parts.value_used}})={{number}},{{{own}}}/{{{unit}}},{rest})", left)


NET_DEBT: Final = Formula(
    "-{segments.net_debt}/{inputs.display_unit}", lambda v: -v("segments.net_debt") / v("inputs.display_unit")
)
DISCOUNT: Final = Formula("-{start}*{segments.discount}", lambda v: -v("start") * v("segments.discount"))


def end_of(step: int) -> Reference:
    """Where the bars stand after a step, counted from 0."""
    return f"waterfall_end.{step}"


def starts(steps: Sequence[Step]) -> list[Content]:
    """Where each bar begins: at the end of the one before it."""
    return [Link(end_of(number - 1)) if number else NOTHING for number in range(len(steps))]


END: Final = Formula("{start}+{step}", lambda v: v("start") + v("step"))

# What a chart stacks above nothing and what it stacks below are two piles: a bar that crosses has a piece in each.
GROUND: Final = Formula(
    "MAX(MIN({start},{end}),0)+MIN(MAX({start},{end}),0)",
    lambda v: np.maximum(np.minimum(v("start"), v("end")), 0.0) + np.minimum(np.maximum(v("start"), v("end")), 0.0),
)
UP: Final = Formula("MAX(MAX({end},0)-MAX({start},0),0)", lambda v: _risen(v("start"), v("end")))
DOWN: Final = Formula("MAX(MAX({start},0)-MAX({end},0),0)", lambda v: _risen(v("end"), v("start")))
UP_BELOW: Final = Formula("MIN(MIN({start},0)-MIN({end},0),0)", lambda v: -_risen(-v("end"), -v("start")))
DOWN_BELOW: Final = Formula("MIN(MIN({end},0)-MIN({start},0),0)", lambda v: -_risen(-v("start"), -v("end")))


def _risen(start: Floats, end: Floats) -> Floats:
    """The piece above nothing of what rises from a start to an end."""
    return np.asarray(np.maximum(np.maximum(end, 0.0) - np.maximum(start, 0.0), 0.0))
