"""The workings of a tornado: the result at the ends of each input, the order of the swings, the bars of the chart."""

from typing import Final

import numpy as np

from valuation.numerics.rounding import excel_round
from workbooks.declarations.sheet import Content, Formula, Reference, Varied
from workbooks.sheets.sensitivity.varied_methods_formulas import End, Swing, WhatIf


def ends(of: WhatIf, end: End) -> list[Content]:
    """The low or the high of every input."""
    return [swing.end(end) for swing in of.swings]


def results(of: WhatIf, end: End) -> list[Content]:
    """The result with each input alone at its low or its high, as it stands in the same row."""
    return [Varied(of.call, {swing.axis.argument: end}) for swing in of.swings]


def span(swing: Swing) -> Formula:
    """The ends as a text: the two values, or how far either way of the base."""
    step = swing.axis.step
    if swing.ends:
        low, high = swing.ends
        return Formula(
            f'TEXT({{{low}}},"0.00")&"× – "&TEXT({{{high}}},"0.00")&"×"',
            lambda v: f"{_decimals(v(low))}× – {_decimals(v(high))}×",
        )
    if swing.axis.relative:
        moved = Formula(f'"± "&TEXT({{{step}}},"0%")', lambda v: f"± {_percent(v(step))}")
        return swing.unless_held(moved, Formula('"fixed"', lambda _: "fixed"))
    return Formula(
        'TEXT({low},"0%")&" – "&TEXT({high},"0%")', lambda v: f"{_percent(v('low'))} – {_percent(v('high'))}"
    )


def _percent(value: float) -> str:
    return f"{excel_round(100 * value, 0):.0f}%"


def _decimals(value: float) -> str:
    return f"{excel_round(value, 2):.2f}"


SWING: Final = Formula("ABS({at_high}-{at_low})", lambda v: np.abs(v("at_high") - v("at_low")))


def keys(of: WhatIf) -> list[Formula]:
    """What the swings are sorted by; equal ones are told apart by their place, each a little less than the last."""
    return [_key(of, place) for place in range(1, len(of.swings) + 1)]


def _key(of: WhatIf, place: int) -> Formula:
    swings, number, scale = f"{of.id}_swings.swing", f"{of.id}_order.number[{place}]", _scale(of)
    return Formula(
        f"{{{swings}[{place}]}}/{{{scale}}}-{{{number}}}*{{inputs.rounding}}*(1+MAX({{{swings}}})/{{{scale}}})",
        lambda v: v(swings)[place - 1] / v(scale) - v(number) * v("inputs.rounding") * (1 + v(swings).max() / v(scale)),
    )


def places(of: WhatIf, numbers: list[Reference]) -> list[Formula]:
    """The place among the inputs of the widest swing, of the second widest, and so on through these numbers."""
    return [_place(f"{of.id}_order.key", number, rank) for rank, number in enumerate(numbers)]


def _place(keys: Reference, number: Reference, rank: int) -> Formula:
    return Formula(
        f"MATCH(LARGE({{{keys}}},{{{number}}}),{{{keys}}},0)",
        lambda v: float(np.argsort(-v(keys), kind="stable")[rank] + 1),
    )


def picked(of: WhatIf, column: str, bars: int) -> list[Formula]:
    """A column of the inputs, in the order of the swings."""
    return [_picked(f"{of.id}_swings.{column}", f"{of.id}_order.place[{bar}]") for bar in range(1, bars + 1)]


def _picked(column: Reference, place: Reference) -> Formula:
    return Formula(f"INDEX({{{column}}},{{{place}}})", lambda v: v(column)[int(v(place)) - 1])


def bar_labels(of: WhatIf, bars: int) -> list[Formula]:
    """What stands beside each bar: the input and its range."""
    return [_bar_label(f"{of.id}_widest.label[{bar}]", f"{of.id}_widest.range[{bar}]") for bar in range(1, bars + 1)]


def _bar_label(name: Reference, span: Reference) -> Formula:
    return Formula(f'{{{name}}}&": "&{{{span}}}', lambda v: f"{v(name)}: {v(span)}")


def bar_changes(of: WhatIf, bars: int, end: End) -> list[Formula]:
    """How far the result moves at each bar's low or high, in the unit of the axis."""
    return [_change(of, f"{of.id}_widest.at_{end}[{bar}]") for bar in range(1, bars + 1)]


def _change(of: WhatIf, result: Reference) -> Formula:
    scale = _scale(of)
    return Formula(f"({{{result}}}-{{{of.result}}})/{{{scale}}}", lambda v: (v(result) - v(of.result)) / v(scale))


def _scale(of: WhatIf) -> Reference:
    """The unit of the axis, in which the chart and what stands behind it count."""
    return "inputs.reporting_unit" if of.result.endswith("_reporting") else "inputs.display_unit"
