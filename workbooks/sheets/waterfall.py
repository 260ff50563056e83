"""The waterfall of a sum of the parts: each part on those before it, then net debt and the holding discount."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from workbooks.case import Case, Segments
from workbooks.spec import Chart, Column, Content, Formula, Link, Reference, Table, Values
from workbooks.workings.money import displayed
from workbooks.workings.segments import size

MOST: Final = 12  # parts that fit a chart: beyond, the last bar is all the others together


def chart(case: Case) -> Chart:
    """The chart, in the display unit."""
    return Chart("waterfall", "From the parts to equity, in force", "waterfall", case.company.display_unit, rows=20)


def steps(case: Case, section: Segments) -> Table:
    """What the chart shows: every step with what lies under it."""
    shown = _shown(case, section)
    last = len(shown) - 1
    changes: list[tuple[Content, Formula]] = [
        (Link(f"parts.name[{place}]"), displayed(f"parts.value_used[{place}]")) for place in shown[:-1]
    ]
    changes.append((_others_named(section, shown), _others(section, shown)))
    if section.net_debt:
        changes.append(("Net debt", _negative(displayed("segments.net_debt"))))
    if section.discount:
        taken = Formula(
            "({segments.equity_used}-{segments.equity_used}/(1-{segments.discount}))/{inputs.display_unit}",
            lambda v: (
                (v("segments.equity_used") - v("segments.equity_used") / (1 - v("segments.discount")))
                / v("inputs.display_unit")
            ),
        )
        changes.append(("Holding discount", taken))
    count = len(changes)
    ends = [f"waterfall_end.{n}" for n in range(count)]
    running = [
        Formula("{step}", lambda v: v("step")) if not n else Formula(f"{{{ends[n - 1]}}}+{{step}}", _after(ends[n - 1]))
        for n in range(count)
    ]
    ground = [
        Formula("MIN(0,{end})", lambda v: min(0.0, v("end")))
        if not n
        else Formula(f"MIN({{{ends[n - 1]}}},{{end}})", _lower(ends[n - 1]))
        for n in range(count)
    ]
    nothing = Formula("0", lambda v: 0.0)  # noqa: ARG005 - needs no values
    return Table(
        "waterfall",
        "Behind the chart",
        quiet=True,
        rows=count + 1,
        columns=(
            Column("label", "Step", cells=[*(label for label, _ in changes), "Equity value"]),
            Column("step", "Change", cells=[*(step for _, step in changes), nothing]),
            Column(
                "end",
                "Running total",
                cells=[*running, displayed("segments.equity_used")],
                keys=[*ends, "waterfall_end.total"],
            ),
            Column("ground", "Ground", cells=[*ground, nothing]),
            Column("up", "Up", Formula("MAX({step},0)", lambda v: np.maximum(v("step"), 0))),
            Column("down", "Down", Formula("MAX(-{step},0)", lambda v: np.maximum(-v("step"), 0))),
            Column("total", "Total", cells=[*[nothing] * count, displayed("segments.equity_used")]),
            Column(
                "number",
                "Number",
                cells=[*(_number(n) for n in range(last + 1)), *[None] * (count - last)],
                keys=[f"waterfall_number.{n}" for n in range(last + 1)],
            ),
        ),
    )


def _shown(case: Case, section: Segments) -> list[int]:
    """The places of the parts that have a bar, the last one's also that of all others: the largest, in their order."""
    places = range(1, len(section.parts) + 1)
    if len(places) <= MOST:
        return [*places]
    largest = sorted(places, key=lambda place: -abs(size(case, section.parts[place - 1])))
    return [*sorted(largest[: MOST - 1]), max(largest[MOST - 1 :])]


def _others_named(section: Segments, shown: Sequence[int]) -> Formula:
    """The name of the last bar: of its part where it is one, else of how many others."""
    last, others = shown[-1], len(section.parts) - len(shown) + 1
    name = f"parts.name[{last}]"
    return Formula(
        f'IF(COUNT({{parts.value_used}})={{number}},{{{name}}},1+COUNT({{parts.value_used}})-{{number}}&" others")',
        lambda v: v(name) if others == 1 else f"{others} others",
    )


def _others(section: Segments, shown: Sequence[int]) -> Formula:
    """The last bar: one part, or all that the bars before it leave of the sum; so parts that are added are in it."""
    last, unit = f"parts.value_used[{shown[-1]}]", "inputs.display_unit"
    before = f"waterfall_end.{len(shown) - 2}" if len(shown) > 1 else ""
    rest = "{segments.gross_used}/{inputs.display_unit}" + (f"-{{{before}}}" if before else "")

    def left(value: Values) -> float:
        if len(shown) == len(section.parts):
            return float(value(last) / value(unit))
        return float(value("segments.gross_used") / value(unit) - (value(before) if before else 0.0))

    return Formula(f"IF(COUNT({{parts.value_used}})={{number}},{{{last}}}/{{{unit}}},{rest})", left)


def _number(place: int) -> Formula:
    if not place:
        return Formula("1", lambda v: 1.0)  # noqa: ARG005 - needs no values
    before = f"waterfall_number.{place - 1}"
    return Formula(f"{{{before}}}+1", lambda v: v(before) + 1)


def _after(end: Reference) -> Callable[[Values], float]:
    return lambda v: v(end) + v("step")


def _lower(end: Reference) -> Callable[[Values], float]:
    return lambda v: min(v(end), v("end"))


def _negative(formula: Formula) -> Formula:
    return Formula(f"-{formula.text}", lambda v: -formula.value(v))
