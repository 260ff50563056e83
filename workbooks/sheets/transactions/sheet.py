"""Transactions: what was paid for comparable companies, and what that would make of the company."""

from workbooks.case.model import Case
from workbooks.case.multiples import Transactions
from workbooks.declarations.sheet import Check, Column, Field, Fields, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables.formulas import chosen, key
from workbooks.sheets.comparables.peers_formulas import Ratio
from workbooks.sheets.money import GROWS
from workbooks.sheets.transactions import deals as known
from workbooks.sheets.transactions import formulas
from workbooks.sheets.transactions.deals import ratios
from workbooks.sheets.transactions.facts import facts
from workbooks.sheets.transactions.formulas import statistic
from workbooks.sheets.transactions.statistics import statistics


def sheet(case: Case) -> Sheet | None:
    """The Transactions sheet."""
    section = case.transactions
    if section is None:
        return None
    before = facts(case, section)
    return Sheet(
        "transactions",
        "Transactions",
        "Precedent transactions",
        "What would the company be worth on the multiples that were paid for comparable companies?",
        (
            _deals(case, section, before),
            statistics(case, before),
            _selected(case, section),
            *(_implied(case, ratio) for ratio in ratios(case)),
        ),
        checks=(_counted(case), *(_ordered(ratio) for ratio in ratios(case))),
        tab="results",
    )


def _deals(case: Case, section: Transactions, before: tuple[Column, ...]) -> Table:
    deals, compared = section.deals, ratios(case)
    columns = present(
        *before,
        *(
            Column(r.id, r.heading, cells=[known.paid(deal, r) for deal in deals], unit="×", precise=True)
            for r in compared
        ),
        *(
            Column(f"{r.id}_used", Text("{} used", r.heading), formulas.used(r), unit="×", precise=True)
            for r in compared
        ),
        Column("why", "Why it is comparable, or not", cells=[deal.why or None for deal in deals], width=62, wrap=True),
    )
    note = "A transaction counts while it is included; a multiple of a loss is n.m. and is never averaged."
    grows = Text(GROWS, "transactions")
    return Table("deals", "Comparable transactions", columns, len(deals), note, grows=grows)


def _selected(case: Case, section: Transactions) -> Fields:
    ends = (("low_", "Low", section.low), ("", "Selected", section.statistic), ("high_", "High", section.high))
    choices = [
        field
        for end, label, name in ends
        for field in (
            Field(f"{end}statistic", Text("{} statistic", label), chosen(name), note="Choose from the list"),
            Field(f"{end}statistic_key", "as PEER_MULTIPLE takes it", key(f"transactions.{end}statistic")),
        )
    ]
    lines = [
        Field(
            f"{r.id}_{end}multiple",
            Text("{}, {}", r.heading, label),
            formulas.selected(r, end),
            "×",
            addin=True,
            precise=True,
        )
        for r in ratios(case)
        for end, label in (("low_", "low"), ("", "selected"), ("high_", "high"))
    ]
    return Fields("Selected statistics", (*choices, *lines))


def _implied(case: Case, ratio: Ratio) -> Fields:
    money, name = case.company.display_unit, ratio.id
    of = "Enterprise value" if ratio.enterprise else "Equity value"
    labels = {end: Text("{}, {}", of, end) for end in ("low", "selected", "high")}
    return Fields(
        Text("Value implied by {}", ratio.heading),
        (
            Field(f"{name}_metric", case.figures[ratio.own].label, formulas.metric(case, ratio), money),
            Field(f"{name}_low", labels["low"], formulas.implied(ratio, "low_"), money),
            Field(f"{name}_base", labels["selected"], formulas.implied(ratio, ""), money, addin=True, strong=True),
            Field(f"{name}_high", labels["high"], formulas.implied(ratio, "high_"), money),
        ),
    )


def _counted(case: Case) -> Check:
    at = statistic(ratios(case)[0], "count")
    label = "A transaction counts for every multiple"
    return Check("deals_count", label, formulas.each_counts(case), "warn", at)


def _ordered(ratio: Ratio) -> Check:
    label = Text("{} of transactions: low ≤ selected ≤ high", ratio.heading)
    at = f"transactions.{ratio.id}_base"
    return Check(f"deals_{ratio.id}_ordered", label, formulas.ordered(ratio), "warn", at)
