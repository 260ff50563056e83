"""The workings of the football field: its bars, texts and levels, and the line of the price."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workbooks.spec import NOT_MEANINGFUL, Content, Formula, Reference, Values
from workbooks.workings.money import displayed, thousands
from workbooks.workings.summary import Method, keys, or_text

GROUND: Final = Formula("0", lambda v: 0.0)  # noqa: ARG005 - needs no values
TOP: Final = Formula("ROWS({field.label})", lambda v: float(len(v("field.label"))))
ABOVE: Final = Formula("ROWS({field.label})+1", lambda v: float(len(v("field.label")) + 1))
LEVEL_AGAIN: Final = Formula("{level}", lambda v: v("level"))


def ends(lines: Sequence[Method], which: str) -> list[Content]:
    """The lows, bases or highs on the axis; a range that others named has its base at its low."""
    given = zip(lines, keys(lines, which), keys(lines, "low"), strict=True)
    return [_end(own if getattr(line, which) else low, which) for line, own, low in given]


def _end(of: Reference, which: str) -> Formula:
    # The axis begins at nothing, so a bar from less than that begins there too; its text says from where it comes.
    # A chart takes a text for a number of its own. So what is n.m. has a bar without length where the axis begins,
    # and its mark before that, where nothing is drawn.
    plain, nowhere = displayed(of), -1 if which == "base" else 0

    def end(value: Values) -> float:
        return float(nowhere if np.isnan(value(of)) else max(plain.value(value), 0.0))

    return Formula(or_text(of, f"MAX({plain.text},0)", str(nowhere)), end)


# What begins where the axis does needs no text on its left, and a bar without length has one text, on its right.
LOW_TEXT: Final = Formula(
    'IF(OR({low}={high},{low}=0)," ",TEXT(ROUND({low},0),"#,##0")&" ")',
    lambda v: [" " if a in (b, 0.0) else f"{thousands(a)} " for a, b in zip(v("low"), v("high"), strict=True)],
)


def high_texts(lines: Sequence[Method]) -> list[Content]:
    """What stands on the right of each bar: its high, or both ends if it comes from below nothing, or n.m."""
    return [_high_text(low, high) for low, high in zip(keys(lines, "low"), keys(lines, "high"), strict=True)]


def _high_text(low: Reference, high: Reference) -> Formula:
    ends = [displayed(of) for of in (low, high)]
    low_text, high_text = (f'" "&TEXT(ROUND({end.text},0),"#,##0")' for end in ends)
    below = f"AND({{{low}}}<0,{{{low}}}<{{{high}}})"

    def text(value: Values) -> str:
        if np.isnan(value(high)):
            return NOT_MEANINGFUL
        shown = [f" {thousands(end.value(value))}" for end in ends]
        return " –".join(shown) if value(low) < min(0.0, value(high)) else shown[1]

    return Formula(or_text(high, f'IF({below},{low_text}&" –"&{high_text},{high_text})'), text)


def levels(places: Sequence[Reference]) -> list[Content]:
    """How high each bar hangs: the first on top, each of the others one below the one before it."""
    return [_below(places[n - 1]) if n else TOP for n in range(len(places))]


def _below(before: Reference) -> Formula:
    return Formula(f"{{{before}}}-1", lambda v: v(before) - 1)


def price_text(label: str) -> Formula:
    """What the line of the price says."""
    return Formula(
        '{named}&": "&TEXT(ROUND({price},0),"#,##0")', lambda v: [f"{label}: {thousands(at)}" for at in v("price")]
    )
