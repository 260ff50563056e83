"""The statistics of each tier of the peers, under the multiples that they are of."""

from workbooks.case.model import Case, Comparables
from workbooks.declarations.sheet import Column, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables import formulas
from workbooks.sheets.comparables.peers_formulas import ratios
from workbooks.sheets.multiples.blocks import beside
from workbooks.sheets.multiples.sample import Ratio


def tiers(case: Case, section: Comparables, before: list[Column]) -> Table:
    """The statistics of each tier."""
    rows = [(tier, name) for tier in formulas.tiers(section) for name in ("Count", *formulas.OF_TIERS)]
    units = ["" if name == "Count" else "×" for _, name in rows]

    def column(ratio: Ratio) -> Column:
        cells = [formulas.of_tier(section, ratio, tier, name) for tier, name in rows]
        return Column(ratio.id, ratio.heading, cells=cells, unit="×", units=units, precise=True)

    labels = [Text("{}: {}", tier, name) for tier, name in rows]
    columns = (Column("label", "Tier", cells=labels), *beside(before), *map(column, ratios(case)))
    return Table("tiers", "Statistics by tier", columns, len(rows))
