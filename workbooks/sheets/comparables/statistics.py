"""The statistics of the peers, over all and by tier, under the multiples that they are of."""

from workbooks.case.model import Case, Comparables
from workbooks.declarations.sheet import Column, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables.formulas import STATISTICS, statistic
from workbooks.sheets.comparables.peers_formulas import Ratio, ratios


def _beside(before: list[Column]) -> list[Column]:
    """Blank columns, so that statistics stand under the multiples that they are of."""
    return [Column(f"beside_{number}", "") for number in range(len(before) - 1)]


def statistics(case: Case, before: list[Column]) -> Table:
    """The statistics of all peers that are included."""
    labels = ("Count", "Excluded / n.m.", *STATISTICS.values())
    units, names = ("", "", *["×"] * len(STATISTICS)), ("count", "left_out", *STATISTICS)

    def column(ratio: Ratio) -> Column:
        keys = [statistic(ratio, name) for name in names]
        cells = formulas.statistics(ratio)
        return Column(ratio.id, ratio.heading, cells=cells, unit="×", units=units, keys=keys, precise=True)

    columns = (Column("label", "Statistic", cells=labels), *_beside(before), *map(column, ratios(case)))
    return Table("statistics", "Statistics of the peers included", columns, len(labels))


def tiers(case: Case, section: Comparables, before: list[Column]) -> Table:
    """The statistics of each tier."""
    rows = [(tier, name) for tier in formulas.tiers(section) for name in ("Count", *formulas.OF_TIERS)]
    units = ["" if name == "Count" else "×" for _, name in rows]

    def column(ratio: Ratio) -> Column:
        cells = [formulas.of_tier(section, ratio, tier, name) for tier, name in rows]
        return Column(ratio.id, ratio.heading, cells=cells, unit="×", units=units, precise=True)

    labels = [Text("{}: {}", tier, name) for tier, name in rows]
    columns = (Column("label", "Tier", cells=labels), *_beside(before), *map(column, ratios(case)))
    return Table("tiers", "Statistics by tier", columns, len(rows))
