"""Simulation: the sum of the parts with uncertain multiples, as the core drew it when the workbook was built."""

from typing import Final

from valuation.about import steelyard_version
from workbooks.case.model import Case, Segments
from workbooks.case.quantity import shown_unit
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.money import reporting
from workbooks.sheets.simulation import settings_formulas as formulas
from workbooks.sheets.simulation.histogram import bins, histogram, legend
from workbooks.sheets.simulation.settings import behind, spill, varied
from workbooks.sheets.simulation.settings_formulas import Simulated, simulated, uncertain

QUANTILES: Final = ("P1", "P5", "P10", "P25", "P50", "P75", "P90", "P95", "P99")  # as the core has them, in its order
MOMENTS: Final = ("Mean", "Standard deviation", "Standard error, at most", "Skewness")
SUMMARY: Final = (*MOMENTS, "Minimum", "Maximum", "Draws", "Failed draws")


def sheet(case: Case) -> Sheet | None:
    """The Simulation sheet."""
    section = case.segments
    if section is None or not uncertain(section):
        return None
    drawn = simulated(case, section)
    current = "The simulation is of the inputs as they stand"
    return Sheet(
        "simulation",
        "Simulation",
        "Simulation",
        "How widely is the value spread if every multiple may come out anywhere between its low and its high?",
        (
            _facts(case, drawn),
            _quantiles(case, drawn),
            histogram(case),
            _summary(case, drawn),
            _tail(case, drawn),
            _drivers(section, drawn),
            varied(section),
            bins(case, drawn),
            *behind(drawn),
            legend(),
        ),
        checks=(Check("simulation_current", current, formulas.STILL_CURRENT, "warn", "simulation.current"),),
        tab="results",
        board="What drives the spread",
        headlines=("above",),
    )


def _facts(case: Case, drawn: Simulated) -> Fields:
    price, money = case.company.price, case.company.display_unit
    exceeds, above = "Simulated probability of a value above the price", drawn.above("summary.price")
    stale = "FALSE: draw anew, with the add-in"
    return Fields(
        "Simulation settings",
        present(
            Field("draws", "Draws", Link("inputs.draws"), "draws"),
            Field("seed", "Seed", Link("inputs.seed"), note="The same seed gives the same draws"),
            Field("base", "Equity value, base", Link("segments.equity"), money),
            Field("price", case.figures[price].label, Link("summary.price"), money) if price else None,
            Field("above", exceeds, above, "share", strong=True, precise=True) if price else None,
            Field("current", "Drawn from the inputs as they stand", formulas.CURRENT, note=stale),
        ),
        note=Text(
            "Grey and slanted: stored, computed by Steelyard {} with these draws and this seed. "
            "The add-in computes them anew beside each table.",
            steelyard_version(),
        ),
    )


def _quantiles(case: Case, drawn: Simulated) -> Table:
    money, second = case.company.display_unit, case.company.reporting_unit
    columns = [
        Column("label", "Quantile", cells=QUANTILES),
        Column("value", "Equity value", drawn.column("quantiles", 1), unit=money),
    ]
    if second:
        converted = [reporting(case, f"quantiles.value[{place}]") for place in range(1, len(QUANTILES) + 1)]
        columns.append(Column("value_reporting", "Equity value", cells=converted, unit=second))
    note = "P10: with a probability of 10% the value is below it."
    beside = spill(drawn, "quantiles", ("share", money))
    return Table("quantiles", "Quantiles", columns, len(QUANTILES), note, spill=beside)


def _summary(case: Case, drawn: Simulated) -> Table:
    money = case.company.display_unit
    units = (money, money, money, "ratio", money, money, "draws", "draws")
    columns = (
        Column("label", "Statistic", cells=SUMMARY),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], role="unit"),
        Column("value", "Value", drawn.column("summary", 1, whole=True), units=units),
    )
    beside = spill(drawn, "summary", ("", money), below=0)
    return Table("simulation_summary", "Summary of the draws", columns, len(SUMMARY), spill=beside)


def _tail(case: Case, drawn: Simulated) -> Table:
    money = case.company.display_unit
    columns = (
        Column("label", "Statistic", cells=("Value at risk", "Expected shortfall")),
        Column("value", "Value at that point", drawn.column("tail", 1), unit=money),
        Column("below", "Loss against the mean", drawn.column("tail", 2), unit=money, width=20),
    )
    beside = spill(drawn, "tail", ("", money, money))
    return Table("simulation_tail", "The worst 5% of the draws", columns, 2, spill=beside)


def _drivers(section: Segments, drawn: Simulated) -> Table:
    rows = len(uncertain(section))
    columns = (
        Column("label", "Segment", drawn.names()),
        Column("value", "Rank correlation", drawn.column("drivers", 1), units=["ratio"] * rows),
    )
    note = "Rank correlation of each multiple with the value, the strongest first."
    return Table("drivers", "What drives the spread", columns, rows, note, spill=spill(drawn, "drivers", ("", "ratio")))
