"""Transactions: what was paid for comparable companies, and what that would make of the company."""

from workbooks.case.inline import slug
from workbooks.case.model import Case
from workbooks.case.multiples import Transactions
from workbooks.declarations.sheet import Check, Column, Content, Field, Fields, Input, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.declarations.words import ABSENT
from workbooks.sheets.comparables.formulas import STATISTICS, chosen, key
from workbooks.sheets.comparables.peers_formulas import Ratio
from workbooks.sheets.money import GROWS, link
from workbooks.sheets.transactions import deals as known
from workbooks.sheets.transactions import formulas
from workbooks.sheets.transactions.deals import ratios
from workbooks.sheets.transactions.formulas import statistic


def sheet(case: Case) -> Sheet | None:
    """The Transactions sheet."""
    section = case.transactions
    if section is None:
        return None
    before = _facts(case, section)
    return Sheet(
        "transactions",
        "Transactions",
        "Precedent transactions",
        "What would the company be worth on the multiples that were paid for comparable companies?",
        (
            _deals(case, section, before),
            _statistics(case, before),
            _selected(case, section),
            *(_implied(case, ratio) for ratio in ratios(case)),
        ),
        checks=(_counted(case), *(_ordered(ratio) for ratio in ratios(case))),
        tab="results",
    )


def _facts(case: Case, section: Transactions) -> tuple[Column, ...]:
    """What is known of the transactions, before their multiples."""
    deals, money = section.deals, case.company.display_unit
    shares = (("stake", "Stake bought", "share"), ("premium", "Premium paid", "rate"))
    amounts = (("ev", "Enterprise value", "enterprise_value"), ("equity", "Equity value", "equity_value"))
    return present(
        Column("name", "Target", cells=[deal.name for deal in deals], width=34),
        Column("included", "Included", cells=[_switch(included=deal.included) for deal in deals], width=13),
        Column("date", "Date", cells=[link(deal.date) for deal in deals], unit="date"),
        Column("buyer", "Buyer", cells=[deal.buyer for deal in deals], width=24),
        *(
            Column(name, heading, cells=[_known(getattr(deal, name)) for deal in deals], unit=of)
            for name, heading, of in shares
            if any(getattr(deal, name) for deal in deals)
        ),
        *(
            Column(name, heading, cells=[known.amount(case, getattr(deal, of)) for deal in deals], unit=money)
            for name, heading, of in amounts
            if any(getattr(deal, of) for deal in deals)
        ),
        *(
            Column(
                f"metric_{slug(name)}",
                name,
                cells=[known.amount(case, deal.metrics.get(name)) for deal in deals],
                unit=money,
            )
            for name in known.metrics(section, ratios(case))
        ),
    )


def _known(given: str | None) -> Content:
    return link(given) if given else ABSENT


def _switch(*, included: bool) -> Input:
    return Input("yes" if included else "no", ("yes", "no"))


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
    grows = GROWS.format("transactions")
    return Table("deals", "Comparable transactions", columns, len(deals), note, grows=grows)


def _statistics(case: Case, before: tuple[Column, ...]) -> Table:
    labels = ("Count", "Excluded / n.m.", *STATISTICS.values())
    units, names = ("", "", *["×"] * len(STATISTICS)), ("count", "left_out", *STATISTICS)

    def column(ratio: Ratio) -> Column:
        keys = [statistic(ratio, name) for name in names]
        cells = formulas.statistics(ratio)
        return Column(ratio.id, ratio.heading, cells=cells, unit="×", units=units, keys=keys, precise=True)

    beside = [Column(f"beside_{number}", "") for number in range(len(before) - 1)]  # statistics under their multiples
    columns = (Column("label", "Statistic", cells=labels), *beside, *map(column, ratios(case)))
    return Table("deal_statistics", "Statistics of the transactions included", columns, len(labels))


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
