"""Tornado: how far a result swings as each input alone goes from its low to its high, the widest first."""

from collections.abc import Callable

import numpy as np

from valuation.amounts import excel_round
from workbooks.sheets.what_if import Swing, WhatIf
from workbooks.spec import Block, Chart, Column, Formula, Table, Values, Varied

WIDEST = 12  # bars that fit a chart


def tornado(of: WhatIf) -> list[Block]:
    """What moves a result most, and the chart of it."""
    shown = min(len(of.swings), WIDEST)
    title = f"{of.title}: change of the result, {of.unit}"
    return [_widest(of, shown), Chart("tornado", title, f"{of.id}_bars", of.unit, rows=7 + 2 * shown)]


def behind(of: WhatIf) -> list[Block]:
    """What a tornado is worked out from, and what its chart shows."""
    return [_swings(of), _bars(of, min(len(of.swings), WIDEST))]


def _swings(of: WhatIf) -> Table:
    """Each input with its ends and the results there, in the order of the case."""
    table, swings = f"{of.id}_swings", of.swings
    units = [swing.axis.unit for swing in swings]
    # Equal swings are told apart by their place: each is a little less than the one before.
    key = Formula(
        f"{{swing}}-{{number}}*{{inputs.rounding}}*(1+MAX({{{table}.swing}}))",
        lambda v: v("swing") - v("number") * v("inputs.rounding") * (1 + v("swing").max()),
    )
    swing = Formula("ABS({at_high}-{at_low})", lambda v: np.abs(v("at_high") - v("at_low")))
    return Table(
        table,
        f"{of.title}: inputs at their ends",
        note="The low and the high of the case where it argues for them; else a step either way, as on Inputs.",
        rows=len(swings),
        columns=(
            Column("label", "Input", cells=[swing.axis.label for swing in swings]),
            Column("range", "Range", cells=[_range(swing) for swing in swings]),
            Column("low", "Low", cells=[swing.end(0) for swing in swings], units=units),
            Column("high", "High", cells=[swing.end(1) for swing in swings], units=units),
            Column("at_low", "Result at low", cells=[_at(of, swing, "low") for swing in swings], unit=of.unit),
            Column("at_high", "Result at high", cells=[_at(of, swing, "high") for swing in swings], unit=of.unit),
            Column("swing", "Swing", swing, unit=of.unit),
            Column(
                "number",
                "Number",
                cells=[_number(table, n) for n in range(len(swings))],
                keys=[f"{table}_number.{n}" for n in range(len(swings))],
                units=[""] * len(swings),
            ),
            Column("key", "To sort by", key, unit=of.unit),
        ),
    )


def _at(of: WhatIf, swing: Swing, end: str) -> Varied:
    return Varied(of.call, {swing.axis.argument: end})


def _range(swing: Swing) -> Formula:
    """The ends as a text: the two values, or how far either way of the base."""
    step = swing.axis.step
    if swing.ends:
        low, high = swing.ends
        return Formula(
            f'TEXT({{{low}}},"0.0#")&"× – "&TEXT({{{high}}},"0.0#")&"×"',
            lambda v: f"{_decimals(v(low))}× – {_decimals(v(high))}×",
        )
    if swing.axis.relative:
        return Formula(f'"± "&TEXT({{{step}}},"0%")', lambda v: f"± {_percent(v(step))}")
    return Formula(
        'TEXT({low},"0%")&" – "&TEXT({high},"0%")', lambda v: f"{_percent(v('low'))} – {_percent(v('high'))}"
    )


def _percent(value: float) -> str:
    return f"{excel_round(100 * value, 0):.0f}%"


def _decimals(value: float) -> str:
    return f"{excel_round(value, 2):.2f}".removesuffix("0")


def _number(table: str, place: int) -> Formula:
    if not place:
        return Formula("1", lambda v: 1.0)  # noqa: ARG005 - needs no values
    before = f"{table}_number.{place - 1}"
    return Formula(f"{{{before}}}+1", lambda v: v(before) + 1)


def _widest(of: WhatIf, shown: int) -> Table:
    swings, table = f"{of.id}_swings", f"{of.id}_widest"

    def place(rank: int) -> Formula:
        number = f"{swings}_number.{rank}"
        return Formula(
            f"MATCH(LARGE({{{swings}.key}},{{{number}}}),{{{swings}.key}},0)",
            lambda v: float(np.argsort(-v(f"{swings}.key"), kind="stable")[rank] + 1),
        )

    def pick(name: str) -> Formula:
        return Formula(f"INDEX({{{swings}.{name}}},{{place}})", _picked(f"{swings}.{name}"))

    return Table(
        table,
        f"{of.title}: what moves the result most",
        note="Each input alone goes from its low to its high; the widest swing comes first.",
        rows=shown,
        columns=(
            Column("label", "Input", pick("label")),
            Column("range", "Range", pick("range"), width=16),
            Column("at_low", "Result at low", pick("at_low"), unit=of.unit),
            Column("at_high", "Result at high", pick("at_high"), unit=of.unit),
            Column("swing", "Swing", pick("swing"), unit=of.unit),
            Column("place", "Number below", cells=[place(rank) for rank in range(shown)], units=[""] * shown),
        ),
    )


def _picked(column: str) -> Callable[[Values], object]:
    return lambda v: [v(column)[int(place) - 1] for place in v("place")]


def _bars(of: WhatIf, shown: int) -> Table:
    widest = f"{of.id}_widest"
    scale = "inputs.reporting_unit" if of.result.endswith("_reporting") else "inputs.display_unit"

    def label(at: int) -> Formula:
        name, ends = f"{widest}.label[{at}]", f"{widest}.range[{at}]"
        return Formula(f'{{{name}}}&" within "&{{{ends}}}', lambda v: f"{v(name)} within {v(ends)}")

    def change(at: int, end: str) -> Formula:
        result = f"{widest}.at_{end}[{at}]"
        return Formula(f"({{{result}}}-{{{of.result}}})/{{{scale}}}", lambda v: (v(result) - v(of.result)) / v(scale))

    places = range(1, shown + 1)
    return Table(
        f"{of.id}_bars",
        "Behind the chart",
        quiet=True,
        rows=shown,
        columns=(
            Column("label", "Input", cells=[label(at) for at in places]),
            Column("low", "At its low", cells=[change(at, "low") for at in places]),
            Column("high", "At its high", cells=[change(at, "high") for at in places]),
        ),
    )
