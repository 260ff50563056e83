"""Columns of the Transactions sheet before the multiples."""

from workbooks.case.inline import slug
from workbooks.case.model import Case
from workbooks.case.multiples import Transactions
from workbooks.declarations.sheet import Column, Content, present
from workbooks.declarations.words import ABSENT
from workbooks.sheets.money import link, local_or_absent
from workbooks.sheets.multiples.formulas import switch
from workbooks.sheets.multiples.tiers_formulas import tiers
from workbooks.sheets.transactions import deals as known
from workbooks.sheets.transactions.deals import ratios


def facts(case: Case, section: Transactions) -> tuple[Column, ...]:
    """Columns with the data of transactions, before their multiples."""
    deals, money = section.deals, case.company.display_unit
    shares = (("stake", "Stake bought", "share"), ("premium", "Premium paid", "rate"))
    amounts = (("ev", "Enterprise value", "enterprise_value"), ("equity", "Equity value", "equity_value"))
    return present(
        Column("name", "Target", cells=[deal.name for deal in deals], width=34),
        Column("included", "Included", cells=[switch(included=deal.included) for deal in deals], width=13),
        Column("tier", "Tier", cells=[deal.tier or None for deal in deals], width=13)
        if tiers([deal.tier for deal in deals])
        else None,
        Column("date", "Date", cells=[link(deal.date) for deal in deals], unit="date"),
        Column("buyer", "Buyer", cells=[deal.buyer for deal in deals], width=24),
        *(
            Column(name, heading, cells=[_known(getattr(deal, name)) for deal in deals], unit=of)
            for name, heading, of in shares
            if any(getattr(deal, name) for deal in deals)
        ),
        *(
            Column(name, heading, cells=[local_or_absent(case, getattr(deal, of)) for deal in deals], unit=money)
            for name, heading, of in amounts
            if any(getattr(deal, of) for deal in deals)
        ),
        *(
            Column(
                f"metric_{slug(name)}",
                name,
                cells=[local_or_absent(case, deal.metrics.get(name)) for deal in deals],
                unit=unit,
            )
            for name, unit in known.metrics(section, ratios(case)).items()
        ),
    )


def _known(given: str | None) -> Content:
    return link(given) if given else ABSENT
