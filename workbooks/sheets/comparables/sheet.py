"""Comparables: what peers on the same ring road are valued at, and what that would make of the subject."""

from typing import Final

from workbooks.case.model import Case, Comparables
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables.formulas import STATISTICS, Ratio, ratios, statistic
from workbooks.sheets.money import GROWS, figure

FACTS: Final = {"value": "Value", "revenue": "Revenue", "net_profit": "Net profit", "ebitda": "EBITDA"}


def sheet(case: Case) -> Sheet | None:
    """The Comparables sheet."""
    section = case.comparables
    if section is None or not ratios(section):
        return None
    return Sheet(
        "comparables",
        "Comparables",
        "Comparables",
        "What would the subject be worth on the multiples of companies that drive on the same ring road?",
        (
            _peers(case, section),
            _statistics(section),
            _in_force(section),
            *(_implied(case, section, ratio) for ratio in ratios(section)),
        ),
        checks=(_counted(section),),
        tab="results",
    )


def _peers(case: Case, section: Comparables) -> Table:
    peers, money = section.peers, case.company.display_unit
    compared, implied = ratios(section), formulas.implied_by
    known = [fact for fact in FACTS if any(getattr(peer, fact) for peer in peers)]
    growth = [formulas.growth(peer) for peer in peers]
    grow = any(peer.growth for peer in peers)
    own = [Column(r.id, r.heading, cells=formulas.own(peers, r), unit="×", precise=True) for r in compared]
    used = [
        Column(f"{r.id}_used", Text("{} used", r.heading), formulas.used(r), unit="×", precise=True) for r in compared
    ]
    columns = present(
        Column("name", "Peer", cells=[peer.name for peer in peers], width=34),
        Column("included", "Counts", cells=[formulas.switch(peer) for peer in peers], width=13),
        *(Column(fact, FACTS[fact], cells=formulas.facts(case, peers, fact), unit=money) for fact in known),
        Column("growth", "Growth", cells=growth, unit="rate") if grow else None,
        *own,
        *used,
        *(Column(f"{r.id}_outlier", Text("{} outlier", r.heading), formulas.outlier(r), width=13) for r in compared),
        *(Column(f"{r.id}_implied", Text("Value at {}", r.heading), implied(section, r), unit=money) for r in compared),
        Column("why", "Why it is comparable, or not", cells=[peer.why for peer in peers], width=62, wrap=True),
    )
    note = "A peer counts while its switch says yes; a multiple of a loss is n.m. and is never averaged."
    return Table("peers", "Peers", columns, len(peers), note, grows=Text(GROWS, "peers"))


def _statistics(section: Comparables) -> Table:
    labels, units = ("count", "left out, missing or n.m.", *STATISTICS), ("", "", *["×"] * len(STATISTICS))
    names = ("count", "left_out", *STATISTICS)

    def column(ratio: Ratio) -> Column:
        keys = [statistic(ratio, name) for name in names]
        cells = formulas.statistics(ratio)
        return Column(ratio.id, ratio.heading, cells=cells, unit="×", units=units, keys=keys, precise=True)

    columns = (Column("label", "Statistic", cells=labels), *(column(ratio) for ratio in ratios(section)))
    return Table("statistics", "Statistics of the peers that count", columns, len(labels))


def _in_force(section: Comparables) -> Fields:
    def line(ratio: Ratio) -> Field:
        label = Text("{} in force", ratio.heading)
        return Field(f"{ratio.id}_multiple", label, formulas.in_force(ratio), "×", addin=True, precise=True)

    chosen = Field("statistic", "Statistic", formulas.chosen(section), note="Choose from the list")
    return Fields("Statistic in force", (chosen, *(line(ratio) for ratio in ratios(section))))


def _implied(case: Case, section: Comparables, ratio: Ratio) -> Fields:
    money, metric_id = case.company.display_unit, getattr(section, ratio.metric)
    metric, name = figure(metric_id), ratio.id
    low = formulas.implied(metric, statistic(ratio, "min"))
    base = formulas.implied(metric, f"comparables.{name}_multiple")
    high = formulas.implied(metric, statistic(ratio, "max"))
    return Fields(
        Text("Value implied by {}", ratio.heading),
        (
            Field(f"{name}_metric", case.figures[metric_id].label, Link(metric), money),
            Field(f"{name}_low", "At the lowest peer that counts", low, money),
            Field(f"{name}_base", "At the statistic in force", base, money, addin=True, strong=True),
            Field(f"{name}_high", "At the highest peer that counts", high, money),
        ),
    )


def _counted(section: Comparables) -> Check:
    at = statistic(ratios(section)[0], "count")
    return Check("peers_count", "A peer counts for every multiple", formulas.each_counts(section), "warn", at)
