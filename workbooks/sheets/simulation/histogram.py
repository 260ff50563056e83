"""The histogram of a simulation: its bins, and which of them lie below P10, at the median and above P90."""

from typing import Final

from valuation.numerics.draw_statistics import BINS
from workbooks.case.model import Case
from workbooks.declarations.sheet import Chart, Column, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.simulation import histogram_formulas as formulas
from workbooks.sheets.simulation.settings import spill
from workbooks.sheets.simulation.settings_formulas import Simulated

STRETCHES: Final = {
    "below": "Below P10",
    "lower": "P10 to P50",
    "middle": "At P50",
    "upper": "P50 to P90",
    "above": "Above P90",
}


def histogram(case: Case) -> Chart:
    """The chart of the draws."""
    title, money = Text("Equity value of {}: share of the draws", case.company.name), case.company.display_unit
    return Chart("histogram", title, "bins", money, rows=20, series=tuple(STRETCHES), names="stretches.text")


def bins(case: Case, drawn: Simulated) -> Table:
    """What the chart shows: the draws in bins of equal width."""
    money = case.company.display_unit
    columns = (
        Column("label", "Midpoint", formulas.LABEL),
        Column("from", "From", drawn.bins(0), unit=money),
        Column("to", "To", drawn.bins(1), unit=money),
        Column("share", "Share", drawn.bins(3), unit="share"),
        *(Column(stretch, heading, formulas.share(stretch), unit="share") for stretch, heading in STRETCHES.items()),
    )
    beside = spill(drawn, "histogram", (money, money, "", "share"))
    return Table("bins", "Histogram", columns, BINS, spill=beside)


def legend() -> Table:
    """What the legend says: each stretch, and the quantile that it ends or begins at."""
    said = [formulas.legend(stretch, heading) for stretch, heading in STRETCHES.items()]
    return Table("stretches", "Behind the chart", [Column("text", "Legend", cells=said)], len(said), quiet=True)
