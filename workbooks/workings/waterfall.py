"""The workings of the waterfall: the bar of each part, where each bar begins and ends."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from workbooks.case import Case, Segments
from workbooks.spec import Content, Formula, Link, Reference, Values
from workbooks.workings.money import displayed
from workbooks.workings.segments import size


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
UP: Final = Formula("MAX({step},0)", lambda v: np.maximum(v("step"), 0))
DOWN: Final = Formula("MAX(-{step},0)", lambda v: np.maximum(-v("step"), 0))


def discount(before: int) -> Formula:
    """What the holding discount takes of the sum that so many bars before it come to."""
    end = end_of(before - 1)
    return Formula(f"-{{{end}}}*{{segments.discount}}", lambda v: -v(end) * v("segments.discount"))


def end_of(step: int) -> Reference:
    """Where the bars stand after a step, counted from 0."""
    return f"waterfall_end.{step}"


def ends(steps: Sequence[Step]) -> list[Formula]:
    """Where each bar ends: on the one before it."""
    first = Formula("{step}", lambda v: v("step"))
    return [_after(end_of(number - 1)) if number else first for number in range(len(steps))]


def _after(end: Reference) -> Formula:
    return Formula(f"{{{end}}}+{{step}}", lambda v: v(end) + v("step"))


def ground(steps: Sequence[Step]) -> list[Formula]:
    """What lies under each bar: the lower of its two ends."""
    first = Formula("MIN(0,{end})", lambda v: min(0.0, v("end")))
    return [_lower(end_of(number - 1)) if number else first for number in range(len(steps))]


def _lower(end: Reference) -> Formula:
    return Formula(f"MIN({{{end}}},{{end}})", lambda v: min(v(end), v("end")))
