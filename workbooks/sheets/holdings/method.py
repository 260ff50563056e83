"""The holdings as a method, where they are all that the company is."""

from workbooks.case.model import Case
from workbooks.sheets.method import Method, point


def methods(case: Case) -> list[Method]:
    """The holdings as a method, where they are all that the company is."""
    held = case.holdings
    valued = held is not None and held.whole and any(stake.value or stake.benchmark for stake in held.stakes)
    return [Method("holdings", "Holdings", equity=point("holdings.value"))] if valued else []
