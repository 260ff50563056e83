"""The statistics of each tier of the peers, under the multiples that they are of."""

from collections.abc import Sequence

from workbooks.case.model import Case, Comparables
from workbooks.declarations.excel_functions import MAX
from workbooks.declarations.expressions import composed, ref, shown_when_empty
from workbooks.declarations.sheet import Check, Column, Content, Table
from workbooks.sheets.comparables.measures_formulas import Shown, measures
from workbooks.sheets.comparables.peers_formulas import PEERS, ratios
from workbooks.sheets.multiples.blocks import beside
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.multiples.tiers import Shown as Under
from workbooks.sheets.multiples.tiers import by_tier, in_tiers
from workbooks.sheets.multiples.tiers_formulas import STATISTICS, statistic
from workbooks.sheets.peers.block import Block
from workbooks.sheets.peers.formulas import tier


def of_peers(case: Case, section: Comparables, before: Sequence[Column]) -> Table | None:
    """The statistics of each tier; none where all peers are of one."""
    return by_tier("tiers", PEERS.table, [peer.tier for peer in section.peers], before, _shown(case))


def columns_of_peers(case: Case, section: Comparables) -> list[Column]:
    """The columns of the peers, a tier each, that statistics are of."""
    return in_tiers([peer.tier for peer in section.peers], _shown(case))


def _shown(case: Case) -> list[Under]:
    shown: list[Ratio | Shown] = [*ratios(case), *measures(case)]
    return [Under(each.id, each.heading, each.unit) for each in shown]


def of_table(case: Case, found: Block, before: Sequence[Column]) -> Table | None:
    """The statistics of each tier; none where all peers are of one."""
    rows = [(n, name) for n in range(1, found.tiers + 1) for name in STATISTICS]
    if not rows:
        return None

    def column(of: Ratio | Shown) -> Column:
        cells = [statistic(PEERS.table, of.id, number, name) for number, name in rows]
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
