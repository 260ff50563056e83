"""Formulas of a tornado: results at the low and high of each input, order of the swings, bars of the chart."""

from collections.abc import Callable

from workbooks.declarations.calls import Call, Varied
from workbooks.declarations.excel_functions import (
    ABS,
    AND,
    AVERAGE,
    FIXED,
    IF,
    INDEX,
    ISNUMBER,
    LARGE,
    MATCH,
    MAX,
    ROUND,
)
from workbooks.declarations.expressions import composed, equal, ref
from workbooks.declarations.native_arguments import guarded
from workbooks.declarations.ranges import limits_of
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression, Literal, Reference, concat
from workbooks.sheets.money import percent
from workbooks.sheets.sensitivity.varied_methods_formulas import End, Swing, WhatIf


def ends(of: WhatIf, end: End) -> list[Content]:
    """The low or the high of every input."""
    return [_end(of, swing, end) for swing in of.swings]


def _end(of: WhatIf, swing: Swing, end: End) -> Content:
    call = of.call
    if isinstance(call, Call) and not swing.results:
        return swing.end(end, limits_of(call, swing.axis.argument), call.needs)
    return swing.end(end, swing.limits)


def results(of: WhatIf, end: End) -> list[Content]:
    """The result with each input alone at its low or its high, as it stands in the same row."""
    return [_result(of, swing, end) for swing in of.swings]


def _result(of: WhatIf, swing: Swing, end: End) -> Content:
    call = of.call
    if swing.results:
        return Link(swing.results[0] if end == "low" else swing.results[1])
    if isinstance(call, Call):
        return Varied(call, {swing.axis.argument: end})
    return call({swing.axis.argument: ref(end)})


def span(swing: Swing) -> Expression:
    """Text of the range: low and high, or the distance from the base."""
    if swing.ends:
        if swing.axis.unit == "share":
            return concat(percent(ref("low")), " – ", percent(ref("high")))
        low, high = (FIXED(ROUND(ref(end), 2), 2) for end in swing.ends)
        return composed("{}× – {}×", low, high)
    if swing.axis.relative:
        return swing.unless_held("± " & percent(ref(swing.axis.step)), Literal("fixed"))
    if swing.axis.unit == "×":
        return composed("{}× – {}×", *(FIXED(ROUND(ref(end), 2), 2) for end in ("low", "high")))
    return concat(percent(ref("low"), swing.decimals), " – ", percent(ref("high"), swing.decimals))


def swing(of: WhatIf) -> Expression:
    """Absolute difference of the results at low and high."""
    return known(of, ["at_low", "at_high"], ABS(ref("at_high") - ref("at_low")))


def keys(of: WhatIf) -> list[Expression]:
    """Sort key of the swings; equal ones are made distinct by subtracting a little for each position.

    Those that are no numbers come last.
    """
    return [_key(of, place) for place in range(1, len(of.swings) + 1)]


def _key(of: WhatIf, place: int) -> Expression:
    swings, number, scale = f"{of.id}_swings.swing", ref(f"{of.id}_order.number[{place}]"), ref(_scale(of))
    this = ref(f"{swings}[{place}]")
    key = this / scale - number * ref("inputs.rounding") * (1 + MAX(ref(swings)) / scale)
    return IF(ISNUMBER(this), key, 0 - number) if _has_needs(of) else key


def places(of: WhatIf, numbers: list[Reference]) -> list[Expression]:
    """Positions of the inputs, in descending order of their swings."""
    keys = ref(f"{of.id}_order.key")
    return [MATCH(LARGE(keys, ref(number)), keys) for number in numbers]


def picked(of: WhatIf, column: str, bars: int) -> list[Expression]:
    """A column of the inputs, in the order of the swings."""
    values = ref(f"{of.id}_swings.{column}")
    return [INDEX(values, ref(f"{of.id}_order.place[{bar}]")) for bar in range(1, bars + 1)]


def bar_labels(of: WhatIf, bars: int) -> list[Expression]:
    """Label of each bar: the input and its range; without one where the bar is too short to be seen."""
    return [_bar_label(of, bar) for bar in range(1, bars + 1)]


def _bar_label(of: WhatIf, bar: int) -> Expression:
    named = composed("{}: {}", ref(f"{of.id}_widest.label[{bar}]"), ref(f"{of.id}_widest.range[{bar}]"))
    nothing = AND(*(equal(ROUND(ref(end), 1), 0) for end in ("low", "high")))  # as its labels round it
    return named if _has_needs(of) else IF(nothing, " ", named)


def bar_changes(of: WhatIf, bars: int, end: End) -> list[Expression]:
    """Change of the result at the low or high of each bar, in the unit of the axis."""
    results = [f"{of.id}_widest.at_{end}[{bar}]" for bar in range(1, bars + 1)]
    return [known(of, [result, of.result], change(of, result)) for result in results]


def room(of: WhatIf, widest: Callable[..., Expression]) -> Expression:
    """End of the axis on one side: 1.5 times the longest bar, to leave room for its label."""
    farthest = widest(ref(f"{of.id}_bars.low"), ref(f"{of.id}_bars.high"), 0)
    return farthest + AVERAGE(farthest, 0)


def change(of: WhatIf, result: Reference) -> Expression:
    """Distance of a result from the selected one, in the unit of the axis."""
    return (ref(result) - ref(of.result)) / ref(_scale(of))


def known(of: WhatIf, references: list[Reference], formula: Expression) -> Expression:
    """The formula; where the call needs what may be n.m., it is n.m. too unless these are numbers."""
    return guarded([ref(each) for each in references], formula) if _has_needs(of) else formula


def _scale(of: WhatIf) -> Reference:
    """Unit of the axis, used for the chart and its data."""
    return "inputs.reporting_unit" if of.result.endswith("_reporting") else "inputs.display_unit"


def _has_needs(of: WhatIf) -> bool:
    return isinstance(of.call, Call) and bool(of.call.needs)
