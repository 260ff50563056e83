"""Transactions: multiples paid for comparable companies, and the implied value of the company."""

from workbooks.case.model import Case
from workbooks.case.multiples import Transactions
from workbooks.declarations.sheet import Check, Column, Sheet, Table, present
from workbooks.declarations.texts import Text, prose
from workbooks.sheets.money import GROWS
from workbooks.sheets.multiples import blocks
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.multiples.tiers import Shown, by_tier, in_tiers
from workbooks.sheets.transactions import deals as known
from workbooks.sheets.transactions.deals import DEALS, ratios
from workbooks.sheets.transactions.facts import facts


def sheet(case: Case) -> Sheet | None:
    """The Transactions sheet."""
    section = case.transactions
    if section is None:
        return None
    before, compared = facts(case, section), ratios(case)
    return Sheet(
        "transactions",
        "Transactions",
        "Precedent transactions",
        "What would the company be worth on the multiples that were paid for comparable companies?",
        present(
            _deals(case, section, before),
            blocks.statistics(DEALS, "Statistics of the transactions included", compared, before),
            by_tier("deal_tiers", DEALS.table, [deal.tier for deal in section.deals], before, _shown(compared)),
            blocks.selected(DEALS, section, compared),
            blocks.keys(DEALS),
            *(blocks.implied(case, DEALS, ratio) for ratio in compared),
        ),
        checks=present(
            blocks.counted(DEALS, "A transaction counts for every multiple", compared) if compared else None,
            *(_ordered(ratio) for ratio in compared),
        ),
        tab="results",
    )


def _deals(case: Case, section: Transactions, before: tuple[Column, ...]) -> Table:
    deals, compared = section.deals, ratios(case)
    columns = present(
        *before,
        *(
            Column(r.id, r.heading, cells=[known.paid(case, deal, r) for deal in deals], unit=r.unit, precise=True)
            for r in compared
        ),
        Column("why", "Why it is comparable, or not", cells=[prose(deal.why) for deal in deals], width=34, wrap=True),
        *blocks.used(compared),
        *in_tiers([deal.tier for deal in deals], _shown(compared)),
    )
    note = "A transaction counts while it is included; a multiple of a loss is n.m. and is never averaged."
    grows = Text(GROWS, "transactions")
    return Table("deals", "Comparable transactions", columns, len(deals), note, grows=grows)


def _shown(compared: list[Ratio]) -> list[Shown]:
    return [Shown(ratio.id, ratio.heading, ratio.unit) for ratio in compared]


def _ordered(ratio: Ratio) -> Check:
    label = Text("{} of transactions: low ≤ selected ≤ high", ratio.heading)
    return blocks.ordered(DEALS, f"deals_{ratio.id}_ordered", label, ratio)
