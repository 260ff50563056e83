"""The workings of the football field: its bars, texts and levels, and the line of the price.

Where the case has shares, a reader chooses whether the field is in money or per share: `shares` says so.
"""

from collections.abc import Sequence
from typing import Final

from workbooks.declarations.excel_functions import AND, AVERAGE, IF, MAX, OR
from workbooks.declarations.expressions import composed, equal, ref, shown_when_empty
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression, Literal, Reference, concat
from workbooks.sheets.arithmetic import NOTHING
from workbooks.sheets.money import displayed, in_thousands, signed
from workbooks.sheets.summary.formulas import Line, keys, or_text

TOP: Final = ref("field.level[1]")
ABOVE: Final = AVERAGE(TOP + 1, TOP + 1 + 1)  # clear of the label above the topmost bar
LEVEL_AGAIN: Final = ref("level")
NOWHERE: Final = -1.0  # before the axis, where nothing is drawn
BOTTOM: Final = AVERAGE(*[Literal(1.0)] * 3, NOTHING)  # the level of the last bar
MONEY, SHARE = CHOICES = ("Equity value", "Value per share")
PER_SHARE: Final = equal(ref("summary.field_in"), SHARE)
# A quarter of the way from a bar to its neighbours.
UNDER: Final = AVERAGE(*[ref("level")] * 3, ref("level") - 1)
OVER: Final = AVERAGE(*[ref("level")] * 3, ref("level") + 1)
LINE: Final = ref("price_line.price[1]")
FARTHEST: Final = ref("field_scale.farthest[1]")


def between(methods: int) -> Expression:
    """The level between the last method and the first range of a third party."""
    return AVERAGE(ref(f"field.level[{methods}]"), ref(f"field.level[{methods + 1}]"))


def either(of: Reference, share: Reference) -> Expression:
    """An amount on the axis, in the display unit; or the value per share, where there is one and it is chosen."""
    return IF(PER_SHARE, ref(share), displayed(of)) if share else displayed(of)


def worded(amount: Expression, *, shares: bool) -> Expression:
    """An amount on the axis as a text: in whole units of the axis, per share with two decimals."""
    whole = in_thousands(amount)
    return IF(PER_SHARE, signed(amount, 2), whole) if shares else whole


def title(company: str, money: str, share: str) -> Expression:
    """What the field shows of a company, and in which unit."""
    a_share = composed("{}: value per share by method, {}", company, share)
    return IF(PER_SHARE, a_share, composed("{}: equity value by method, {}", company, money))


def _per_share(lines: Sequence[Line], which: str, *, shares: bool) -> list[Reference]:
    """The values per share of the lines; empty where the case has none."""
    return [f"methods.per_share_{which}[{n}]" if shares else "" for n in range(1, len(lines) + 1)]


def ends(lines: Sequence[Line], which: str, *, shares: bool) -> list[Content]:
    """The lows, bases or highs on the axis; a third-party range has its base at its low."""
    ends = [which if getattr(line, which) is not None else "low" for line in lines]
    values = [keys(lines, end)[n] for n, end in enumerate(ends)]
    per_share = [_per_share(lines, end, shares=shares)[n] for n, end in enumerate(ends)]
    return [_end(of, share, which) for of, share in zip(values, per_share, strict=True)]


def _end(of: Reference, share: Reference, which: str) -> Expression:
    # The axis begins at zero, so a bar from below zero begins there too; its text says where it really begins.
    # A chart takes a text for a number of its own, and in Excel one text makes such numbers of a whole series. So what
    # is n.m., or not filled in yet, has a bar without length where the axis begins, and its mark before that, where
    # nothing is drawn.
    nowhere = Literal(NOWHERE if which == "base" else 0.0)
    return shown_when_empty(or_text(of, MAX(either(of, share), 0), nowhere))


def farthest(*, line: bool) -> Expression:
    """The largest amount of the chart: the highest end of a bar, or the price."""
    ends = ref("field.high")
    return shown_when_empty(MAX(ends, LINE) if line else MAX(ends))


def along(of: Reference, nowhere: float = 0.0) -> Expression:
    """Where an amount is along the chart, as a share of the largest; the axis is the same in every program."""
    return shown_when_empty(IF(AND(FARTHEST > 0, ref(of) >= 0), ref(of) / FARTHEST, Literal(nowhere)))


# A bar without length has one text, on its right. So has one that leaves a text on its left no room between it and the
# axis, or the line of the price: less than a fifth of the chart.
ROOM: Final = AVERAGE(FARTHEST, *[NOTHING] * 4)


def _narrow(low: Expression, *, line: bool) -> Expression:
    before = IF(low > LINE, MAX(LINE, 0), 0) if line else Literal(0.0)
    return low - before < ROOM


def low_text(*, line: bool, shares: bool) -> Expression:
    """What stands on the left of a bar: its low, where there is room; with or without the line of a price."""
    low = ref("low")
    without = OR(equal(low, ref("high")), _narrow(low, line=line))
    return IF(without, " ", worded(low, shares=shares) & " ")


def high_texts(lines: Sequence[Line], *, line: bool, shares: bool) -> list[Content]:
    """What stands on the right of each bar: its high, or both ends, or n.m."""
    low_shares, high_shares = (_per_share(lines, end, shares=shares) for end in ("low", "high"))
    ends = zip(keys(lines, "low"), keys(lines, "high"), low_shares, high_shares, strict=True)
    return [
        _high_text(low, high, (either(low, low_share), either(high, high_share)), line=line, shares=shares)
        for low, high, low_share, high_share in ends
    ]


def _high_text(
    low: Reference, high: Reference, shown: tuple[Expression, Expression], *, line: bool, shares: bool
) -> Expression:
    both = AND(ref(low) < ref(high), _narrow(shown[0], line=line))
    low_text, high_text = (" " & worded(end, shares=shares) for end in shown)
    text = IF(both, concat(low_text, " –", high_text), high_text)
    # Without a name LibreOffice labels a point with its number: a space stands where nothing is filled in.
    return shown_when_empty(or_text(high, text, " " & ref(high)))


def levels(places: Sequence[Reference], methods: int) -> list[Content]:
    """The position of each bar, the last at the bottom, each of the others above the one below it.

    A range of a third party takes five eighths of the height of a method, which has a label above its bar.
    """
    found: list[Content] = []
    for n in range(len(places) - 1):
        below = ref(places[n + 1])
        found.append(below + 1 if n < methods else AVERAGE(*[below] * 3, *[below + 1] * 5))
    return [*found, BOTTOM]


def price(market: Reference, share: Reference) -> Expression:
    """The market value on the axis; where none is filled in yet the line is where nothing is drawn."""
    return shown_when_empty(or_text(market, either(market, share), Literal(NOWHERE)))


def price_text(market: Reference, share: Reference) -> Expression:
    """What the line of the price says."""
    return composed("{}: {}", ref("named"), worded(either(market, share), shares=bool(share)))


def base_texts(lines: Sequence[Line], *, shares: bool) -> list[Content]:
    """What stands above each tick: the selected value, where the bar has a length."""
    found = zip(*(keys(lines, which) for which in ("low", "base", "high")), strict=True)
    share = _per_share(lines, "base", shares=shares)
    return [
        _base_text(ends, either(ends[1], share[n]), shares=shares) if line.method else None
        for n, (line, ends) in enumerate(zip(lines, found, strict=True))
    ]


def _base_text(ends: tuple[Reference, ...], shown: Expression, *, shares: bool) -> Content:
    low, base, high = ends
    text = IF(equal(ref(low), ref(high)), " ", worded(shown, shares=shares))
    return shown_when_empty(or_text(base, text, Literal(" ")))
