"""Tables of a simulated method: quantiles in money and per share, statistics of the draws, drivers."""

from typing import Final

from workbooks.case.model import Case
from workbooks.case.quantity import shown_unit
from workbooks.declarations.sheet import Column, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.money import per_share_unit
from workbooks.sheets.simulation import values_formulas as formulas
from workbooks.sheets.simulation.drawn_formulas import Drawn
from workbooks.sheets.simulation.settings import spill

QUANTILES: Final = ("P1", "P5", "P10", "P25", "P50", "P75", "P90", "P95", "P99")  # as the core has them, in its order
MOMENTS: Final = ("Mean", "Standard deviation", "Standard error, at most", "Skewness")
SUMMARY: Final = (*MOMENTS, "Minimum", "Maximum", "Draws", "Failed draws")
WORST: Final = ("Value at risk", "Expected shortfall")
OF: Final = {"enterprise": "Enterprise value", "equity": "Equity value"}


def quantiles(case: Case, drawn: Drawn) -> Table:
    """Quantiles of the method's value, with the corresponding equity value and value per share."""
    count, second = len(QUANTILES), case.company.reporting_unit
    columns = [
        Column("label", "Quantile", cells=QUANTILES),
        Column("value", _heading(case, drawn), drawn.column("quantiles", 1, count), unit=drawn.money),
    ]
    places = range(1, count + 1)
    if formulas.has_bridge(case, drawn):
        equity = [formulas.equity(case, drawn, place) for place in places]
        columns.append(Column("equity", OF["equity"], cells=equity, unit=drawn.money))
    if second:
        converted = [formulas.in_reporting(case, drawn, place) for place in places]
        columns.append(Column("value_reporting", OF[formulas.kind(case, drawn)], cells=converted, unit=second))
    if formulas.has_shares(case):
        a_share = per_share_unit(case)
        shares = [formulas.per_share(case, drawn, place) for place in places]
        columns.append(Column("per_share", "Value per share", cells=shares, unit=a_share, precise=True))
    note = "P10: with a probability of 10% the value is below it."
    title = Text("{}: quantiles", drawn.title)
    beside = spill(drawn, "quantiles", ("share", drawn.money))
    return Table(drawn.table("quantiles"), title, columns, count, note, spill=beside)


def _heading(case: Case, drawn: Drawn) -> str:
    """What the method's value is of; an equity value beside that with convertibles says that they are debt."""
    converts = drawn.of == "equity" and formulas.has_bridge(case, drawn)
    return "Convertibles as debt" if converts else OF[drawn.of]


def summary(drawn: Drawn) -> Table:
    """Mean, deviation and ends of the draws."""
    money, count = drawn.money, len(SUMMARY)
    units = (money, money, money, "ratio", money, money, "draws", "draws")
    columns = (
        Column("label", "Statistic", cells=SUMMARY),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], role="unit"),
        Column("value", "Value", drawn.column("summary", 1, count, whole=True), units=units),
    )
    title = Text("{}: summary of the draws", drawn.title)
    return Table(drawn.table("summary"), title, columns, count, spill=spill(drawn, "summary", ("", money), below=0))


def tail(drawn: Drawn) -> Table:
    """Value at risk and expected shortfall."""
    money, count = drawn.money, len(WORST)
    columns = (
        Column("label", "Statistic", cells=WORST),
        Column("value", "Value at that point", drawn.column("tail", 1, count), unit=money),
        Column("below", "Loss against the mean", drawn.column("tail", 2, count), unit=money, width=20),
    )
    title = Text("{}: the worst 5% of the draws", drawn.title)
    return Table(drawn.table("tail"), title, columns, count, spill=spill(drawn, "tail", ("", money, money)))


def drivers(drawn: Drawn) -> Table | None:
    """Drivers of the distribution; None if only one number is uncertain."""
    rows = len(drawn.uncertain)
    if rows == 1:
        return None
    columns = (
        Column("label", "Uncertain number", drawn.names()),
        Column("value", "Rank correlation", drawn.column("drivers", 1, rows), units=["ratio"] * rows),
    )
    note = "Rank correlation of each uncertain number with the value, the strongest first."
    title = Text("{}: what drives the spread", drawn.title)
    beside = spill(drawn, "drivers", ("", "ratio"))
    return Table(drawn.table("drivers"), title, columns, rows, note, spill=beside)
