"""The workings of the football field: its bars, texts and levels, and the line of the price."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workbooks.declarations.sheet import NOT_MEANINGFUL, Content, Formula, Reference, Values
from workbooks.sheets.money import displayed, in_thousands, thousands
from workbooks.sheets.summary.formulas import Method, keys, or_text

TOP: Final = Formula("ROWS({field.label})", lambda v: float(len(v("field.label"))))
ABOVE: Final = Formula("ROWS({field.label})+1", lambda v: float(len(v("field.label")) + 1))
LEVEL_AGAIN: Final = Formula("{level}", lambda v: v("level"))


def ends(lines: Sequence[Method], which: str) -> list[Content]:
    """The lows, bases or highs on the axis; a range that others named has its base at its low."""
    given = zip(lines, keys(lines, which), keys(lines, "low"), strict=True)
    return [_end(own if getattr(line, which) else low, which) for line, own, low in given]


def _end(of: Reference, which: str) -> Formula:
    # The axis begins at nothing, so a bar from less than that begins there too; its text says from where it comes.
    # A chart takes a text for a number of its own, and in Excel one text makes such numbers of a whole series. So what
    # is n.m., or not filled in yet, has a bar without length where the axis begins, and its mark before that, where
    # nothing is drawn.
    plain, nowhere = displayed(of), -1 if which == "base" else 0

    def end(value: Values) -> float:
        return float(nowhere if np.isnan(value(of)) else max(plain.value(value), 0.0))

    return Formula(or_text(of, f"MAX({plain.text},0)", str(nowhere)), end, open=True)


# A bar without length has one text, on its right. So has one that leaves a text on its left no room between it and the
# axis, or the line of the price: less than a share of the chart that is smaller, the more bars it has.
LINE: Final = "price_line.price[1]"


def _narrow(low: str, *, line: bool) -> str:
    before = f"IF({low}>{{{LINE}}},MAX({{{LINE}}},0),0)" if line else "0"
    return f"({low}-{before})*ROWS({{field.low}})<MAX({{field.high}})"


def _is_narrow(low: float, value: Values, *, line: bool) -> bool:
    before = max(value(LINE), 0.0) if line and low > value(LINE) else 0.0
    return bool((low - before) * len(value("field.low")) < np.max(value("field.high")))


def low_text(*, line: bool) -> Formula:
    """What stands on the left of a bar: its low, where there is room; with or without the line of a price."""

    def text(low: float, high: float, value: Values) -> str:
        return " " if low == high or _is_narrow(low, value, line=line) else f"{thousands(low)} "

    return Formula(
        f'IF(OR({{low}}={{high}},{_narrow("{low}", line=line)})," ",{in_thousands("{low}")}&" ")',
        lambda v: [text(low, high, v) for low, high in zip(v("low"), v("high"), strict=True)],
    )


def high_texts(lines: Sequence[Method], *, line: bool) -> list[Content]:
    """What stands on the right of each bar: its high, or both ends, or n.m."""
    ends = zip(keys(lines, "low"), keys(lines, "high"), strict=True)
    return [_high_text(displayed(low), displayed(high), low, high, line=line) for low, high in ends]


def _high_text(low: Formula, high: Formula, of_low: Reference, of_high: Reference, *, line: bool) -> Formula:
    low_text, high_text = (f'" "&{in_thousands(end.text)}' for end in (low, high))
    both = f"AND({{{of_low}}}<{{{of_high}}},{_narrow(low.text, line=line)})"

    def text(value: Values) -> str:
        if np.isnan(value(of_high)):
            return NOT_MEANINGFUL
        start, end = low.value(value), high.value(value)
        between = start < end and _is_narrow(start, value, line=line)
        return f" {thousands(start)} – {thousands(end)}" if between else f" {thousands(end)}"

    return Formula(or_text(of_high, f'IF({both},{low_text}&" –"&{high_text},{high_text})'), text)


def levels(places: Sequence[Reference]) -> list[Content]:
    """How high each bar hangs: the first on top, each of the others one below the one before it."""
    return [_below(places[n - 1]) if n else TOP for n in range(len(places))]


def _below(before: Reference) -> Formula:
    return Formula(f"{{{before}}}-1", lambda v: v(before) - 1)


_PRICE: Final = displayed("summary.price")
# Where no price is filled in yet the line is where nothing is drawn.
PRICE: Final = Formula(or_text("summary.price", _PRICE.text, "-1"), _PRICE.value, open=True)


def price_text(label: str) -> Formula:
    """What the line of the price says."""
    return Formula(f'{{named}}&": "&{in_thousands(_PRICE.text)}', lambda v: f"{label}: {thousands(_PRICE.value(v))}")
