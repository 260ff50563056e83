"""The workings of the football field: its bars, texts and levels, and the line of the price."""

from collections.abc import Sequence
from typing import Final

from workbooks.declarations.excel_functions import AND, IF, MAX, OR, ROWS
from workbooks.declarations.expressions import composed, equal, ref, shown_when_empty
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression, Literal, Reference, concat
from workbooks.sheets.money import displayed, in_thousands
from workbooks.sheets.summary.formulas import Line, keys, or_text

TOP: Final = ROWS(ref("field.label"))
ABOVE: Final = TOP + 1
LEVEL_AGAIN: Final = ref("level")


def ends(lines: Sequence[Line], which: str) -> list[Content]:
    """The lows, bases or highs on the axis; a third-party range has its base at its low."""
    given = zip(lines, keys(lines, which), keys(lines, "low"), strict=True)
    return [_end(low if getattr(line, which) is None else own, which) for line, own, low in given]


def _end(of: Reference, which: str) -> Expression:
    # The axis begins at nothing, so a bar from less than that begins there too; its text says from where it comes.
    # A chart takes a text for a number of its own, and in Excel one text makes such numbers of a whole series. So what
    # is n.m., or not filled in yet, has a bar without length where the axis begins, and its mark before that, where
    # nothing is drawn.
    nowhere = Literal(-1.0 if which == "base" else 0.0)
    return shown_when_empty(or_text(of, MAX(displayed(of), 0), nowhere))


# A bar without length has one text, on its right. So has one that leaves a text on its left no room between it and the
# axis, or the line of the price: less than a share of the chart that is smaller, the more bars it has.
LINE: Final = ref("price_line.price[1]")


def _narrow(low: Expression, *, line: bool) -> Expression:
    before = IF(low > LINE, MAX(LINE, 0), 0) if line else Literal(0.0)
    return (low - before) * ROWS(ref("field.low")) < MAX(ref("field.high"))


def low_text(*, line: bool) -> Expression:
    """What stands on the left of a bar: its low, where there is room; with or without the line of a price."""
    low = ref("low")
    without = OR(equal(low, ref("high")), _narrow(low, line=line))
    return IF(without, " ", in_thousands(low) & " ")


def high_texts(lines: Sequence[Line], *, line: bool) -> list[Content]:
    """What stands on the right of each bar: its high, or both ends, or n.m."""
    ends = zip(keys(lines, "low"), keys(lines, "high"), strict=True)
    return [_high_text(low, high, line=line) for low, high in ends]


def _high_text(low: Reference, high: Reference, *, line: bool) -> Expression:
    both = AND(ref(low) < ref(high), _narrow(displayed(low), line=line))
    low_text, high_text = (" " & in_thousands(displayed(end)) for end in (low, high))
    return or_text(high, IF(both, concat(low_text, " –", high_text), high_text))


def levels(places: Sequence[Reference]) -> list[Content]:
    """How high each bar hangs: the first on top, each of the others one below the one before it."""
    return [ref(places[n - 1]) - 1 if n else TOP for n in range(len(places))]


def price(market: Reference) -> Expression:
    """The market value on the axis; where none is filled in yet the line is where nothing is drawn."""
    return shown_when_empty(or_text(market, displayed(market), Literal(-1.0)))


def price_text(market: Reference) -> Expression:
    """What the line of the price says."""
    return composed("{}: {}", ref("named"), in_thousands(displayed(market)))
