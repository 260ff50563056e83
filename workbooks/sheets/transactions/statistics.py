"""The statistics of the multiples that were paid."""

from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Table
from workbooks.sheets.comparables.formulas import STATISTICS
from workbooks.sheets.comparables.peers_formulas import Ratio
from workbooks.sheets.transactions import formulas
from workbooks.sheets.transactions.deals import ratios
from workbooks.sheets.transactions.formulas import statistic


def statistics(case: Case, before: tuple[Column, ...]) -> Table:
    """The statistics of every multiple, under the column of the multiple."""
    labels = ("Count", "Excluded / n.m.", *STATISTICS.values())
    units, names = ("", "", *["×"] * len(STATISTICS)), ("count", "left_out", *STATISTICS)

    def column(ratio: Ratio) -> Column:
        keys = [statistic(ratio, name) for name in names]
        cells = formulas.statistics(ratio)
        return Column(ratio.id, ratio.heading, cells=cells, unit="×", units=units, keys=keys, precise=True)

    beside = [Column(f"beside_{number}", "") for number in range(len(before) - 1)]
    columns = (Column("label", "Statistic", cells=labels), *beside, *map(column, ratios(case)))
    return Table("deal_statistics", "Statistics of the transactions included", columns, len(labels))
