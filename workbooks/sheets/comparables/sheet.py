"""Comparables: what peers are valued at, and what that would make of the company."""

from workbooks.case.model import Case, Comparables
from workbooks.declarations.sheet import Check, Column, Field, Fields, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables.facts import facts
from workbooks.sheets.comparables.formulas import statistic
from workbooks.sheets.comparables.peers_formulas import Ratio, ratios
from workbooks.sheets.comparables.statistics import statistics, tiers
from workbooks.sheets.money import GROWS


def sheet(case: Case) -> Sheet | None:
    """The Comparables sheet."""
    section = case.comparables
    if section is None:
        return None
    before = facts(case, section)
    return Sheet(
        "comparables",
        "Comparables",
        "Comparables",
        "What would the company be worth on the multiples of comparable companies?",
        present(
            _peers(case, section, before),
            statistics(case, before),
            tiers(case, section, before) if formulas.tiers(section) else None,
            _selected(case, section),
            *(_implied(case, ratio) for ratio in ratios(case)),
        ),
        checks=(_counted(case), *(_ordered(ratio) for ratio in ratios(case))),
        tab="results",
    )


def _peers(case: Case, section: Comparables, before: list[Column]) -> Table:
    peers, money, compared = section.peers, case.company.display_unit, ratios(case)
    columns = present(
        *before,
        *(Column(r.id, r.heading, cells=formulas.own(section, r), unit="×", precise=True) for r in compared),
        *(
            Column(f"{r.id}_used", Text("{} used", r.heading), formulas.used(r), unit="×", precise=True)
            for r in compared
        ),
        *(Column(f"{r.id}_outlier", Text("{} outlier", r.heading), formulas.outlier(r), width=13) for r in compared),
        *(Column(f"{r.id}_implied", _value_at(r), formulas.implied_by(case, r), unit=money) for r in compared),
        Column("why", "Why it is comparable, or not", cells=[peer.why or None for peer in peers], width=62, wrap=True),
    )
    note = "A peer counts while it is included; a multiple of a loss is n.m. and is never averaged."
    return Table("peers", "Comparable companies", columns, len(peers), note, grows=Text(GROWS, "peers"))


def _value_at(ratio: Ratio) -> str:
    return Text("EV at {}" if ratio.enterprise else "Equity at {}", ratio.heading)


def _selected(case: Case, section: Comparables) -> Fields:
    ends = (("low_", "Low", section.low), ("", "Selected", section.statistic), ("high_", "High", section.high))
    as_called = "as PEER_MULTIPLE takes it"
    choices = [
        field
        for end, label, name in ends
        for field in (
            Field(f"{end}statistic", Text("{} statistic", label), formulas.chosen(name), note="Choose from the list"),
            Field(f"{end}statistic_key", as_called, formulas.key(f"comparables.{end}statistic")),
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
            Field(f"{name}_base", labels["selected"], formulas.implied(ratio), money, addin=True, strong=True),
            Field(f"{name}_high", labels["high"], formulas.implied(ratio, "high_"), money),
        ),
    )


def _counted(case: Case) -> Check:
    at = statistic(ratios(case)[0], "count")
    return Check("peers_count", "A peer counts for every multiple", formulas.each_counts(case), "warn", at)


def _ordered(ratio: Ratio) -> Check:
    label = Text("{}: low ≤ selected ≤ high", ratio.heading)
    return Check(f"{ratio.id}_ordered", label, formulas.ordered(ratio), "warn", f"comparables.{ratio.id}_base")
