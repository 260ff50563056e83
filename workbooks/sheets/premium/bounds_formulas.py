"""The workings of the bounds: what companies on either side are worth, and how far prices have run from the value."""

from typing import Final

from valuation.multiples import bracket, implied_value, multiple, price_to_value
from workbooks.case.model import Bound, Case
from workbooks.declarations.sheet import ABSENT, Call, Content, Formula, Link, Reference, Values
from workbooks.sheets.money import figure, local


def own_multiple(bound: Bound) -> Content:
    """The multiple of a company that bounds the value by it."""
    return Link(figure(bound.multiple)) if bound.multiple else ABSENT


def value(case: Case, bound: Bound) -> Content:
    """What a bound comes to: the company's own value, or the subject's on its multiple."""
    if bound.value:
        return local(case, bound.value)
    return Call(implied_value, {"metric": "premium.metric", "multiple": "multiple"})


RATIO: Final = Call(multiple, {"value": "premium.value", "metric": "value"})
BRACKET: Final = Call(bracket, {"value": "premium.value", "floors": "floors.value", "ceilings": "ceilings.value"})
WITHIN: Final = Formula('{premium.bracket}="within"', lambda v: bool(v("premium.bracket") == "within"))


def to_value(price: Reference) -> Call:
    """A price over the value."""
    return Call(price_to_value, {"price": price, "value": "premium.value"})


BAND_LOW: Final = Formula("{premium.value}*(1-{premium.band})", lambda v: v("premium.value") * (1 - v("premium.band")))
BAND_HIGH: Final = Formula("{premium.value}*(1+{premium.band})", lambda v: v("premium.value") * (1 + v("premium.band")))


def _verdict(value: Values) -> list[str]:
    low, high = value("premium.band_low"), value("premium.band_high")
    return [
        "above" if a > high else "below" if b < low else "within" if a >= low and b <= high else "partly within"
        for a, b in zip(value("low"), value("high"), strict=True)
    ]


VERDICT: Final = Formula(
    'IF({low}>{premium.band_high},"above",IF({high}<{premium.band_low},"below",'
    'IF(AND({low}>={premium.band_low},{high}<={premium.band_high}),"within","partly within")))',
    _verdict,
)
