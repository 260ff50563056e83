"""What is known of a transaction: what was paid, the figures of the company that was bought, and its multiples."""

from typing import Final

from valuation.multiples import multiple
from workbooks.case.inline import slug
from workbooks.case.model import Case
from workbooks.case.multiples import Transaction, Transactions
from workbooks.declarations.calls import Call
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.money import figure, in_currency
from workbooks.sheets.multiples.sample import Ratio, Sample

DEALS: Final = Sample("transactions", "deals", "deal_statistics")


def ratios(case: Case) -> list[Ratio]:
    """The multiples that transactions are compared on."""
    section = case.transactions
    if section is None:
        return []
    return [
        Ratio(slug(each.name), each.name, each.of == "enterprise", each.metric_key, case.metrics[each.metric_key])
        for each in section.multiples
    ]


def metrics(section: Transactions, compared: list[Ratio]) -> list[str]:
    """The names of the figures that multiples are worked out from."""
    names = dict.fromkeys(ratio.metric_name for ratio in compared)
    return [name for name in names if any(name in deal.metrics for deal in section.deals)]


def amount(case: Case, given: str | None) -> Content:
    """An amount in the company's currency, where it is known."""
    return in_currency(case, given, case.company.currency) if given else ABSENT


def paid(deal: Transaction, ratio: Ratio) -> Content:
    """The multiple that was paid: as published, else what was paid over the metric."""
    if ratio.heading in deal.not_meaningful:
        return NOT_MEANINGFUL
    if given := deal.multiples.get(ratio.heading):
        return Link(figure(given))
    value = deal.enterprise_value if ratio.enterprise else deal.equity_value
    if not value or ratio.metric_name not in deal.metrics:
        return ABSENT
    return Call(multiple, {"value": "ev" if ratio.enterprise else "equity", "metric": ratio.metric})
