"""Each multiple of the transactions as a method."""

from workbooks.case.model import Case
from workbooks.case.multiples import transaction_methods
from workbooks.sheets.method import Method
from workbooks.sheets.multiples.blocks import method
from workbooks.sheets.transactions.deals import DEALS, ratios


def methods(case: Case) -> list[Method]:
    """Values at the multiples of transactions, enterprise or equity value depending on the multiple."""
    if case.transactions is None:
        return []
    compared = case.comparables.multiples if case.comparables else ()
    ids = transaction_methods([each.name for each in case.transactions.multiples], [each.name for each in compared])
    return [method(DEALS, name, "Transactions, {}", ratio) for name, ratio in zip(ids, ratios(case), strict=True)]
