"""The statistics of each tier of the companies, under the multiples that they are of."""

from collections.abc import Sequence
from typing import NamedTuple

from workbooks.declarations.sheet import Column, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Reference
from workbooks.sheets.multiples import tiers_formulas as formulas
from workbooks.sheets.multiples.blocks import beside


class Shown(NamedTuple):
    """A column that has statistics: its id, its heading, its unit, and where the companies included stand."""

    id: str
    heading: str
    unit: str
    used: Reference


def by_tier(table: str, of: Sequence[str], before: Sequence[Column], shown: Sequence[Shown]) -> Table | None:
    """The statistics of each tier; none where all companies are of one. `of` has the tier of each company."""
    rows = [(tier, name) for tier in formulas.tiers(of) for name in formulas.STATISTICS]
    if not rows:
        return None

    def column(each: Shown) -> Column:
        cells = [formulas.statistic(of, each.used, tier, name) for tier, name in rows]
        units = ["" if name == "Count" else each.unit for _, name in rows]
        return Column(each.id, each.heading, cells=cells, unit=each.unit, units=units, precise=True)

    labels = [Text("{}: {}", tier, name) for tier, name in rows]
    columns = (Column("label", "Tier", cells=labels), *beside(before), *map(column, shown))
    return Table(table, "Statistics by tier", columns, len(rows))
