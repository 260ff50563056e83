"""Comparables with peers from the table of the Peers sheet: one row each, and spare rows."""

from collections.abc import Sequence

from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables import from_table_formulas as read
from workbooks.sheets.comparables.measures_formulas import Shown, measures
from workbooks.sheets.comparables.measures_formulas import used as measure_used
from workbooks.sheets.comparables.peers_formulas import metric_column, metrics, ratios
from workbooks.sheets.comparables.peers_formulas import note as noted
from workbooks.sheets.multiples.formulas import used
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.multiples.tiers import tier_column
from workbooks.sheets.peers.block import Block
from workbooks.sheets.peers.slots import slot_of
from workbooks.sheets.peers.words import HEADINGS

BRIDGE = ("net_debt", "debt", "leases", "pensions", "minorities", "preferred", "cash", "associates")


def facts(case: Case, found: Block) -> list[Column]:
    """Columns with the data of the peers, before their multiples."""
    money = case.company.display_unit
    valued = _any(found, "market_value", "price")
    bridged = _any(found, *BRIDGE)
    return list(
        present(
            Column("name", "Peer", cells=read.column_of(found, "name"), width=34),
            Column("included", "Included", cells=read.column_of(found, "included"), width=13),
            Column("tier", "Tier", cells=read.column_of(found, "tier"), width=13) if found.tiers else None,
            Column("year_end", "Year ends in month", cells=read.column_of(found, "year_end"), width=13)
            if found.calendarised
            else None,
            Column("value", "Market value", cells=read.column_of(found, "value"), unit=money) if valued else None,
            Column("claims", "Net debt and claims", cells=read.column_of(found, "claims"), unit=money)
            if bridged
            else None,
            Column("ev", "Enterprise value", cells=read.column_of(found, "ev"), unit=money)
            if _any(found, "enterprise_value") or (valued and bridged)
            else None,
            *_metrics(case, found),
        )
    )


def _metrics(case: Case, found: Block) -> list[Column]:
    """The figures on the company's fiscal year, where a peer's own ends in another month."""
    if case.comparables is None or not found.calendarised:
        return []
    return [
        Column(metric_column(name), name, cells=read.column_of(found, f"metric_{slot_of(case, name)}"), unit=unit)
        for name, unit in metrics(case, case.comparables).items()
    ]


def peers(case: Case, found: Block, before: Sequence[Column]) -> Table:
    """The peers, one row each."""
    money, compared, shown = case.company.display_unit, ratios(case), measures(case)
    both: list[Ratio | Shown] = [*compared, *shown]
    columns = present(
        *before,
        *(Column(r.id, r.heading, cells=read.column_of(found, r.id), unit=r.unit, precise=True) for r in compared),
        *(Column(m.id, m.heading, cells=read.column_of(found, m.id), unit=m.unit, precise=True) for m in shown),
        *(
            Column(f"{r.id}_implied", r.value_at, read.of_peer(formulas.implied_by(case, r)), unit=money)
            for r in compared
        ),
        Column(
            "why",
            "Why it is comparable, or not",
            cells=read.column_of(found, "why"),
            width=34,
            wrap=True,
            verbatim=True,
        )
        if _any(found, "why")
        else None,
        *(
            Column(
                f"{r.id}_used",
                Text("{} used", r.heading),
                read.of_peer(used(r)),
                unit=r.unit,
                precise=True,
                printed=False,
            )
            for r in compared
        ),
        *(
            Column(
                f"{r.id}_outlier",
                Text("{} outlier", r.heading),
                read.of_peer(formulas.outlier(r)),
                width=13,
                printed=False,
            )
            for r in compared
        ),
        *(
            Column(
                f"{m.id}_used", Text("{} used", m.heading), read.of_peer(measure_used(m)), unit=m.unit, printed=False
            )
            for m in shown
        ),
        *(
            tier_column(each.id, each.heading, each.unit, n, read.in_tier(each.id, n))
            for each in both
            for n in range(1, found.tiers + 1)
        ),
    )
    note = "The peers are typed on the sheet Peers. A multiple of a loss is n.m. and is never averaged."
    return Table("peers", "Comparable companies", columns, found.peers, noted(note, calendarised=found.calendarised))


def _any(found: Block, *keys: str) -> bool:
    return any(HEADINGS[key] in found.headings for key in keys)
