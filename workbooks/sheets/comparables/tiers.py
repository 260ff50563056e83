"""The statistics of each tier of the peers, under the multiples that they are of."""

from collections.abc import Sequence

from workbooks.case.model import Case, Comparables
from workbooks.declarations.excel_functions import MAX
from workbooks.declarations.expressions import composed, ref, shown_when_empty
from workbooks.declarations.sheet import Check, Column, Content, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Reference
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables import from_table_formulas as read
from workbooks.sheets.comparables.measures_formulas import Shown, measures
from workbooks.sheets.comparables.peers_formulas import PEERS, ratios
from workbooks.sheets.multiples.blocks import beside
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.peers.block import Block
from workbooks.sheets.peers.formulas import tier


def tiers(case: Case, section: Comparables, before: list[Column]) -> Table:
    """The statistics of each tier."""
    rows = [(tier, name) for tier in formulas.tiers(section) for name in ("Count", *formulas.OF_TIERS)]

    def column(of: Ratio | Shown, used: Reference) -> Column:
        cells = [formulas.of_tier(section, used, tier, name) for tier, name in rows]
        units = ["" if name == "Count" else of.unit for _, name in rows]
        return Column(of.id, of.heading, cells=cells, unit=of.unit, units=units, precise=True)

    labels = [Text("{}: {}", tier, name) for tier, name in rows]
    multiples = (column(ratio, PEERS.used(ratio)) for ratio in ratios(case))
    shown = (column(each, each.used) for each in measures(case))
    columns = (Column("label", "Tier", cells=labels), *beside(before), *multiples, *shown)
    return Table("tiers", "Statistics by tier", columns, len(rows))


def of_table(case: Case, found: Block, before: Sequence[Column]) -> Table | None:
    """The statistics of each tier; none where all peers are of one."""
    rows = [(n, name) for n in range(1, found.tiers + 1) for name in read.OF_TIERS]
    if not rows:
        return None

    def column(of: Ratio | Shown) -> Column:
        cells = [read.statistic(of.id, number, name) for number, name in rows]
        units = ["" if name == "Count" else of.unit for _, name in rows]
        return Column(of.id, of.heading, cells=cells, unit=of.unit, units=units, precise=True)

    labels: list[Content] = [composed("{}: {}", ref(f"tier_names.name[{n}]"), name) for n, name in rows]
    shown: list[Ratio | Shown] = [*ratios(case), *measures(case)]
    columns = (Column("label", "Tier", cells=labels), *beside(before), *map(column, shown))
    return Table("tiers", "Statistics by tier", columns, len(rows))


def names(found: Block) -> Table | None:
    """The names of the tiers in their order."""
    count = found.tiers
    if not count:
        return None
    cells: list[Content] = [tier(n) for n in range(1, count + 1)]
    return Table("tier_names", "Tiers", (Column("name", "Tier", cells=cells),), count)


def all_shown(found: Block) -> Check | None:
    """The check that every tier of the peers has statistics."""
    count = found.tiers
    test = shown_when_empty(MAX(ref("pasted.tier_number")) <= count)
    return Check("tiers_shown", "Every tier has statistics", test, "warn", "tier_names.name") if count else None
