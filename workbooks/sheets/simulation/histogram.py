"""Histogram of a simulation: bins below P10, around the median and above P90."""

from typing import Final

from valuation.numerics.draw_statistics import BINS
from workbooks.case.model import Case
from workbooks.declarations.excel_functions import IF
from workbooks.declarations.expressions import composed
from workbooks.declarations.sheet import Chart, Column, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.simulation import histogram_formulas as formulas
from workbooks.sheets.simulation.drawn_formulas import Drawn
from workbooks.sheets.simulation.settings import spill
from workbooks.sheets.simulation.tables import OF

TITLE: Final = "{}: {} of {}, share of the draws"
PRICED: Final = "{}: {} of {}, share of the draws (▲ price: {})"
STALE: Final = "{}: {} of {}, to be redrawn: inputs have changed"
WITHOUT: Final = (
    "The method gives no value (n.m.): a multiple or a metric that it stands on is not positive or not there, so that "
    "nothing can be drawn."
)
STRETCHES: Final = {
    "below": "Below P10",
    "lower": "P10 to P50",
    "middle": "At P50",
    "upper": "P50 to P90",
    "above": "Above P90",
}


def histogram(case: Case, drawn: Drawn) -> Chart:
    """The chart of the draws."""
    title = Text(TITLE, drawn.title, OF[drawn.of], case.company.name)
    names = f"{drawn.table('stretches')}.text"
    return Chart(
        "histogram",
        title,
        drawn.table("bins"),
        drawn.money,
        rows=15,
        series=tuple(STRETCHES),
        names=names,
        title_at=f"{drawn.table('title')}.title",
        known=f"{drawn.table('bins')}.share",
        without=WITHOUT,
    )


def title(case: Case, drawn: Drawn) -> Table:
    """The title of the chart, which says where the draws are of other inputs."""
    said = (drawn.title, OF[drawn.of], case.company.name)
    fresh = composed(PRICED, *said, formulas.price(drawn)) if drawn.price else composed(TITLE, *said)
    text = IF(drawn.current, fresh, composed(STALE, *said))
    columns = (Column("title", "Title", text),)
    return Table(drawn.table("title"), Text("{}: title of the chart", drawn.title), columns, rows=1, quiet=True)


def bins(drawn: Drawn) -> Table:
    """Data of the chart: draws in bins of equal width."""
    money = drawn.money
    columns = (
        Column("label", "Midpoint", formulas.label(drawn)),
        Column("from", "From", drawn.bins(0), unit=money),
        Column("to", "To", drawn.bins(1), unit=money),
        Column("share", "Share", drawn.bins(3), unit="share"),
        Column("axis", "On the axis", cells=[formulas.on_axis(drawn, n) for n in range(BINS)]),
        *(Column(name, heading, formulas.share(drawn, name), unit="share") for name, heading in STRETCHES.items()),
    )
    title = Text("{}: histogram", drawn.title)
    beside = spill(drawn, "histogram", (money, money, "", "share"))
    return Table(drawn.table("bins"), title, columns, BINS, spill=beside)


def legend(drawn: Drawn) -> Table:
    """Legend: each range with the quantile at its limit."""
    said = [formulas.legend(drawn, name, heading) for name, heading in STRETCHES.items()]
    columns = [Column("text", "Legend", cells=said)]
    return Table(drawn.table("stretches"), Text("{}: behind the chart", drawn.title), columns, len(said), quiet=True)
