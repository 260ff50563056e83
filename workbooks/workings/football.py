"""The workings of the football field: its bars, texts and levels, and the line of the price."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workbooks.spec import NOT_MEANINGFUL, Content, Formula, Reference
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
    # A chart takes a text for a number of its own. So what is n.m. has a bar without length where the axis begins,
    # and its mark before that, where nothing is drawn.
    plain, nowhere = displayed(of), -1 if which == "base" else 0
    return Formula(
        or_text(of, plain.text, str(nowhere)), lambda v: float(nowhere) if np.isnan(v(of)) else plain.value(v)
    )


# A bar without length has one text, on its right.
LOW_TEXT: Final = Formula(
    'IF({low}={high}," ",TEXT(ROUND({low},0),"#,##0")&" ")',
    lambda v: [" " if a == b else f"{thousands(a)} " for a, b in zip(v("low"), v("high"), strict=True)],
)


def high_texts(lines: Sequence[Method]) -> list[Content]:
    """What stands on the right of each bar: its high, or that there is none."""
    return [_high_text(of) for of in keys(lines, "high")]


def _high_text(of: Reference) -> Formula:
    return Formula(
        or_text(of, '" "&TEXT(ROUND({high},0),"#,##0")'),
        lambda v: NOT_MEANINGFUL if np.isnan(v(of)) else f" {thousands(v('high'))}",
    )


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
