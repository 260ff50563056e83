"""Formulas of the histogram: range of each bin (below P10, around the median, above P90), and the legend."""

from typing import Final

from workbooks.declarations.excel_functions import AND, AVERAGE, IF, ISNUMBER
from workbooks.declarations.expressions import composed, ref
from workbooks.declarations.native_arguments import guarded
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression
from workbooks.sheets.money import in_thousands
from workbooks.sheets.simulation.drawn_formulas import Drawn

_FROM, _TO, _UNIT = ref("from"), ref("to"), ref("inputs.display_unit")
PRICE: Final = "▲"
ENDS: Final = {"below": 3, "middle": 5, "above": 7}  # the quantile, by its row, that a stretch ends or begins at


def _quantile(drawn: Drawn, place: int) -> Expression:
    return ref(drawn.at("quantiles.value", place))


def _within(drawn: Drawn, stretch: str) -> Expression:
    """Whether a bin is of a stretch: each is of one, up to the median by where it ends, above it by where it begins."""
    p10, p50, p90 = (_quantile(drawn, place) for place in ENDS.values())
    return {
        "below": p10 >= _TO,
        "lower": AND(p10 < _TO, p50 >= _TO),
        "middle": AND(p50 >= _FROM, p50 < _TO),
        "upper": AND(p50 < _FROM, p90 > _FROM),
        "above": AND(p50 < _FROM, p90 <= _FROM),
    }[stretch]


def label(drawn: Drawn) -> Expression:
    """The middle of a bin."""
    middle = in_thousands(AVERAGE(_FROM, _TO) / _UNIT)
    return guarded([_FROM], middle) if drawn.needs else middle


def on_axis(drawn: Drawn, number: int) -> Content:
    """What stands below a bin: the price in the bin that it falls in, else the middle of every other bin."""
    usual: Expression | str = ref("label") if number % 2 == 0 else " "
    if not drawn.price:
        return usual
    price = ref(drawn.price)
    marked = IF(AND(price >= _FROM, price < _TO), PRICE, usual)
    return guarded([_FROM], marked) if drawn.needs else marked


def price(drawn: Drawn) -> Expression:
    """The price in the unit of the axis, for the title."""
    return in_thousands(ref(drawn.price) / _UNIT)


def share(drawn: Drawn, stretch: str) -> Expression:
    """The share of the draws in a bin, where the bin is of a stretch."""
    found = IF(_within(drawn, stretch), ref("share"), 0)
    return IF(ISNUMBER(ref("share")), found, 0) if drawn.needs else found


def legend(drawn: Drawn, stretch: str, heading: str) -> Content:
    """What the legend says of a stretch: its name, and the quantile that it ends or begins at."""
    if stretch not in ENDS:
        return heading
    at = _quantile(drawn, ENDS[stretch])
    said = composed("{}: {}", heading, in_thousands(at / _UNIT))
    return guarded([at], said) if drawn.needs else said
