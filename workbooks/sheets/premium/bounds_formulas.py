"""Formulas of the bounds: values of weaker and stronger companies, and distance of prices from the value."""

from typing import Final

from valuation.blending import bracket, price_to_value
from valuation.multiples import implied_value, multiple
from workbooks.case.model import Bound, Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import AND, IF
from workbooks.declarations.expressions import equal, ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Reference
from workbooks.declarations.words import ABSENT
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
WITHIN: Final = equal(ref("premium.bracket"), "within")


def to_value(price: Reference) -> Call:
    """A price over the value."""
    return Call(price_to_value, {"price": price, "value": "premium.value"})


BAND_LOW: Final = ref("premium.value") * (1 - ref("premium.band"))
BAND_HIGH: Final = ref("premium.value") * (1 + ref("premium.band"))

_WITHIN: Final = AND(ref("low") >= ref("premium.band_low"), ref("high") <= ref("premium.band_high"))
_BELOW: Final = IF(ref("high") < ref("premium.band_low"), "below", IF(_WITHIN, "within", "partly within"))
VERDICT: Final = IF(ref("low") > ref("premium.band_high"), "above", _BELOW)
