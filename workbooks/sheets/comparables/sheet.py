"""Comparables: multiples of peers, and the implied value of the company."""

from collections.abc import Sequence

from workbooks.case.model import Case, Comparables
from workbooks.declarations.sheet import Check, Column, Sheet, Table, present
from workbooks.declarations.texts import Text, prose
from workbooks.sheets.comparables import formulas, from_table, from_table_formulas, tiers
from workbooks.sheets.comparables import measures_formulas as measures
from workbooks.sheets.comparables.facts import facts
from workbooks.sheets.comparables.measures_formulas import Shown
from workbooks.sheets.comparables.peers_formulas import PEERS, other_year_end, ratios
from workbooks.sheets.comparables.peers_formulas import note as noted
from workbooks.sheets.comparables.subject import subject
from workbooks.sheets.money import GROWS
from workbooks.sheets.multiples import blocks
from workbooks.sheets.multiples.formulas import STATISTICS as MULTIPLE_STATISTICS
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.peers.block import block

STATISTICS = "Statistics of the peers included"


def sheet(case: Case) -> Sheet | None:
    """The Comparables sheet."""
    section = case.comparables
    if section is None:
        return None
    found, compared = block(case), ratios(case)
    before = from_table.facts(case, found) if found else facts(case, section)
    by_tier = tiers.of_table(case, found, before) if found else tiers.of_peers(case, section, before)
    return Sheet(
        "comparables",
        "Comparables",
        "Comparables",
        "What would the company be worth on the multiples of comparable companies?",
        present(
            from_table.peers(case, found, before) if found else _peers(case, section, before),
            blocks.statistics(
                PEERS, STATISTICS, compared, before, from_table_formulas.left_out if found else None, _measured(case)
            ),
            subject(case, before),
            by_tier,
            blocks.selected(PEERS, section, compared),
            blocks.keys(PEERS),
            *(blocks.implied(case, PEERS, ratio) for ratio in compared),
            tiers.names(found) if found else None,
        ),
        checks=present(
            blocks.counted(PEERS, "A peer counts for every multiple", compared) if compared else None,
            *(_ordered(ratio) for ratio in compared),
            tiers.all_shown(found) if found else None,
        ),
        tab="results",
    )


def _peers(case: Case, section: Comparables, before: list[Column]) -> Table:
    peers, money, compared = section.peers, case.company.display_unit, ratios(case)
    shown = measures.measures(case)
    columns = present(
        *before,
        *(Column(r.id, r.heading, cells=formulas.own(case, section, r), unit=r.unit, precise=True) for r in compared),
        *(
            Column(
                m.id, m.heading, cells=[measures.of_peer(case, peer, m) for peer in peers], unit=m.unit, precise=True
            )
            for m in shown
        ),
        *(Column(f"{r.id}_implied", r.value_at, formulas.implied_by(case, r), unit=money) for r in compared),
        Column("why", "Why it is comparable, or not", cells=[prose(peer.why) for peer in peers], width=34, wrap=True),
        *blocks.used(compared),
        *(
            Column(f"{r.id}_outlier", Text("{} outlier", r.heading), formulas.outlier(r), width=13, printed=False)
            for r in compared
        ),
        *measures_used(shown),
        *tiers.columns_of_peers(case, section),
    )
    note = "A peer counts while it is included; a multiple of a loss is n.m. and is never averaged."
    note = noted(note, calendarised=any(other_year_end(case, peer) for peer in peers))
    return Table("peers", "Comparable companies", columns, len(peers), note, grows=Text(GROWS, "peers"))


def measures_used(shown: Sequence[Shown]) -> list[Column]:
    """The columns of the measures of the peers included, for their statistics."""
    return [
        Column(f"{m.id}_used", Text("{} used", m.heading), measures.used(m), unit=m.unit, precise=True, printed=False)
        for m in shown
    ]


def _measured(case: Case) -> list[Column]:
    """The statistics of the operating measures."""

    def column(shown: Shown) -> Column:
        cells = measures.statistics(shown)
        units = ["", "", *[shown.unit] * (len(cells) - 2)]
        keys = [f"statistics.{shown.id}_{name}" for name in ("count", "left_out", *MULTIPLE_STATISTICS)]
        return Column(shown.id, shown.heading, cells=cells, unit=shown.unit, units=units, keys=keys, precise=True)

    return [column(shown) for shown in measures.measures(case)]


def _ordered(ratio: Ratio) -> Check:
    label = Text("{}: low ≤ selected ≤ high", ratio.heading)
    return blocks.ordered(PEERS, f"{ratio.id}_ordered", label, ratio)
