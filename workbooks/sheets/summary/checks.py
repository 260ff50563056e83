"""The checks of the Summary: weights, the order of ranges, and how old the price is."""

from workbooks.case.model import Case
from workbooks.declarations.sheet import Check, present
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables import method as comparables
from workbooks.sheets.methods import methods
from workbooks.sheets.price import date_of_price
from workbooks.sheets.segments import method as segments
from workbooks.sheets.summary import formulas
from workbooks.sheets.transactions import method as transactions


def checks(case: Case) -> tuple[Check, ...]:
    """Whether weights are given and sum to 100 %, values are positive and in order, and the price is recent."""
    found = [Check("price_age", "The price is at most a year old", formulas.RECENT, "warn", "inputs.price_date")]
    late = found if date_of_price(case) else []
    if not methods(case):
        return (*late,)
    given = bool(case.conclusion and case.conclusion.weights) or len(methods(case)) == 1
    sums = Check("weights", "Weights of the methods sum to 100%", formulas.WEIGHTS_WHOLE, "fail", "methods.weight")
    equal = Check("weights_given", "Weights are given, not equal by default", formulas.EQUAL, "warn", "methods.weight")
    label, holds = "No method has a negative equity value", formulas.not_negative(case)
    positive = Check("equity_positive", label, holds, "warn", "methods.low")
    return present(sums, None if given else equal, positive if case.capital else None, *_ordered(case), *late)


def _ordered(case: Case) -> list[Check]:
    """Check: low, selected and high of each method are in order; multiples and parts have their own checks."""
    asked = {method.id for sheet in (segments, comparables, transactions) for method in sheet.methods(case)}
    return [
        Check(
            f"range_{number}",
            Text("{}: low ≤ selected ≤ high", method.label),
            formulas.ordered(number),
            "warn",
            f"line.base_{number - 1}",
        )
        for number, method in enumerate(methods(case), start=1)
        if method.id not in asked
    ]
