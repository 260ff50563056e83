"""The waterfall of a sum of the parts: each part on those before it, then net debt and the holding discount."""

from collections.abc import Callable

import numpy as np

from workbooks.case import Case, Segments
from workbooks.sheets.money import displayed
from workbooks.spec import Chart, Column, Formula, Reference, Table, Values


def chart(case: Case) -> Chart:
    """The chart, in the display unit."""
    return Chart("waterfall", "From the parts to equity, in force", "waterfall", case.company.display_unit, rows=20)


def steps(section: Segments) -> Table:
    """What the chart shows: every step with what lies under it."""
    changes: list[tuple[str, Formula]] = [
        (part.name, displayed(f"parts.value_used[{n + 1}]")) for n, part in enumerate(section.parts)
    ]
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
        ),
    )


def _after(end: Reference) -> Callable[[Values], float]:
    return lambda v: v(end) + v("step")


def _lower(end: Reference) -> Callable[[Values], float]:
    return lambda v: min(v(end), v("end"))


def _negative(formula: Formula) -> Formula:
    return Formula(f"-{formula.text}", lambda v: -formula.value(v))
