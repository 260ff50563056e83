"""The statistics of each tier of the companies, under the multiples that they are of."""

from collections.abc import Sequence
from typing import NamedTuple

from workbooks.declarations.sheet import Column, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression
from workbooks.sheets.multiples import tiers_formulas as formulas
from workbooks.sheets.multiples.blocks import beside


class Shown(NamedTuple):
    """A column that has statistics: its id, its heading and its unit."""

    id: str
    heading: str
    unit: str


def tier_column(of: str, heading: str, unit: str, number: int, content: Expression) -> Column:
    """The column of a table of companies that holds what one tier's statistics are of."""
    label = Text("{}, tier {}", heading, str(number))
    return Column(f"{of}_tier_{number}", label, content, unit=unit, precise=True, printed=False)


def in_tiers(of: Sequence[str], shown: Sequence[Shown]) -> list[Column]:
    """The columns of the companies, a tier each, that statistics are of. `of` has the tier of each company."""
    return [
        tier_column(*each, n, formulas.in_tier(each.id, tier))
        for each in shown
        for n, tier in enumerate(formulas.tiers(of), start=1)
    ]


def by_tier(
    table: str, companies: str, of: Sequence[str], before: Sequence[Column], shown: Sequence[Shown]
) -> Table | None:
    """The statistics of each tier of a table of companies; none where all are of one."""
    rows = [(n, name) for n, _ in enumerate(formulas.tiers(of), start=1) for name in formulas.STATISTICS]
    if not rows:
        return None

    def column(each: Shown) -> Column:
        cells = [formulas.statistic(companies, each.id, number, name) for number, name in rows]
        units = ["" if name == "Count" else each.unit for _, name in rows]
        return Column(each.id, each.heading, cells=cells, unit=each.unit, units=units, precise=True)

    labels = [Text("{}: {}", tier, name) for tier in formulas.tiers(of) for name in formulas.STATISTICS]
    columns = (Column("label", "Tier", cells=labels), *beside(before), *map(column, shown))
    return Table(table, "Statistics by tier", columns, len(rows))
