"""Each multiple of the transactions as a method."""

from workbooks.case.model import Case
from workbooks.case.multiples import transaction_methods
from workbooks.sheets.method import Method, Range
from workbooks.sheets.transactions.deals import ratios


def methods(case: Case) -> list[Method]:
    """The values on the multiples that were paid, of enterprise or equity as each multiple is."""
    if case.transactions is None:
        return []
    compared = case.comparables.multiples if case.comparables else ()
    ids = transaction_methods([each.name for each in case.transactions.multiples], [each.name for each in compared])
    found = []
    for name, ratio in zip(ids, ratios(case), strict=True):
        cells = Range(*(f"transactions.{ratio.id}_{end}" for end in ("low", "base", "high")))
        of = {"enterprise": cells} if ratio.enterprise else {"equity": cells}
        found.append(Method(name, name, **of))
    return found
