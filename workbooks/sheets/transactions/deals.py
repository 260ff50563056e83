"""Data of a transaction: price, figures of the target company, and multiples."""

from typing import Final

from valuation.multiples import multiple
from workbooks.case.model import Case
from workbooks.case.multiples import Transaction, Transactions
from workbooks.declarations.calls import Call
from workbooks.declarations.sheet import Content
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.money import in_currency
from workbooks.sheets.multiples.sample import Ratio, Sample, named

DEALS: Final = Sample("transactions", "deals", "deal_statistics")


def ratios(case: Case) -> list[Ratio]:
    """The multiples that transactions are compared on."""
    section = case.transactions
    if section is None:
        return []
    return [named(case, each) for each in section.multiples]


def metrics(section: Transactions, compared: list[Ratio]) -> dict[str, str]:
    """Names of the figures from which multiples are calculated, with their display units."""
    units = {each.metric_name: each.metric_unit for each in compared}
    return {name: unit for name, unit in units.items() if any(name in deal.metrics for deal in section.deals)}


def paid(case: Case, deal: Transaction, ratio: Ratio) -> Content:
    """Multiple of a transaction: as published, else price ÷ metric."""
    if ratio.heading in deal.not_meaningful:
        return NOT_MEANINGFUL
    if given := deal.multiples.get(ratio.heading):
        return in_currency(case, given, case.company.currency)
    value = deal.enterprise_value if ratio.enterprise else deal.equity_value
    if not value or ratio.metric_name not in deal.metrics:
        return ABSENT
    return Call(multiple, {"value": "ev" if ratio.enterprise else "equity", "metric": ratio.metric})
