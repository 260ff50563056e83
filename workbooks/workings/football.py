"""The workings of the football field: its bars, texts and levels, and the line of the price."""

from collections.abc import Sequence
from typing import Final

from workbooks.spec import Content, Formula, Reference
from workbooks.workings.money import displayed, thousands
from workbooks.workings.summary import Method, keys

GROUND: Final = Formula("0", lambda v: 0.0)  # noqa: ARG005 - needs no values
TOP: Final = Formula("ROWS({field.label})", lambda v: float(len(v("field.label"))))
ABOVE: Final = Formula("ROWS({field.label})+1", lambda v: float(len(v("field.label")) + 1))
LEVEL_AGAIN: Final = Formula("{level}", lambda v: v("level"))


def ends(lines: Sequence[Method], which: str) -> list[Content]:
    """The lows, bases or highs on the axis; a range that others named has its base at its low."""
    given = zip(lines, keys(lines, which), keys(lines, "low"), strict=True)
    return [displayed(own if getattr(line, which) else low) for line, own, low in given]


# A bar without length has one text, on its right.
LOW_TEXT: Final = Formula(
    'IF({low}={high}," ",TEXT(ROUND({low},0),"#,##0")&" ")',
    lambda v: [" " if a == b else f"{thousands(a)} " for a, b in zip(v("low"), v("high"), strict=True)],
)
HIGH_TEXT: Final = Formula(
    '" "&TEXT(ROUND({high},0),"#,##0")', lambda v: [f" {thousands(value)}" for value in v("high")]
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
