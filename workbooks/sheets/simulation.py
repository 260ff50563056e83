"""Simulation: the sum of the parts with uncertain multiples, as the core drew it when the workbook was built."""

from valuation.about import steelyard_version
from workbooks.case import Case, Segments
from workbooks.sheets.drawn import behind, spill
from workbooks.sheets.histogram import bins, histogram
from workbooks.spec import Check, Column, Field, Fields, Formula, Link, Sheet, Table
from workbooks.workings.drawn import Simulated, simulated, uncertain
from workbooks.workings.money import reporting

QUANTILES = ("P1", "P5", "P10", "P25", "P50", "P75", "P90", "P95", "P99")


def sheet(case: Case) -> Sheet | None:
    """The Simulation sheet."""
    section = case.segments
    if section is None or not uncertain(section):
        return None
    drawn = simulated(case, section)
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
            _inputs(section),
            *bins(case, drawn),
            *behind(drawn),
        ),
        checks=(
            Check(
                "simulation_current",
                "The simulation is of the inputs as they stand",
                Formula("{simulation.current}", lambda v: bool(v("simulation.current"))),
                "warn",
                "simulation.current",
            ),
        ),
        tab="results",
    )


def _facts(case: Case, drawn: Simulated) -> Fields:
    money = case.company.display_unit
    same = Formula("AND({drawn.same})", lambda v: bool(v("drawn.same").all()))
    above = (
        [
            Field("price", case.figures[case.company.price].label, Link("summary.price"), money),
            Field(
                "above", "Probability that the value is above it", drawn.above("summary.price"), "share", strong=True
            ),
        ]
        if case.company.price
        else []
    )
    return Fields(
        "What was drawn",
        (
            Field("draws", "Draws", Link("inputs.draws"), "draws"),
            Field("seed", "Seed", Link("inputs.seed"), note="The same seed gives the same draws"),
            Field("base", "Equity value, base", Link("segments.equity"), money),
            *above,
            Field("current", "Drawn from the inputs as they stand", same, note="FALSE: draw anew, with the add-in"),
        ),
        note=f"Grey and slanted: stored, computed by Steelyard {steelyard_version()} with these draws and this seed. "
        "The add-in computes them anew beside each table.",
    )


def _quantiles(case: Case, drawn: Simulated) -> Table:
    money, second = case.company.display_unit, case.company.reporting_unit
    places = range(1, len(QUANTILES) + 1)
    return Table(
        "quantiles",
        "Quantiles",
        note="P10: with a probability of 10 % the value is below it.",
        rows=len(QUANTILES),
        columns=(
            Column("label", "Quantile", cells=QUANTILES),
            Column("value", "Equity value", drawn.column("quantiles", 1), unit=money),
            Column(
                "value_reporting",
                "Equity value",
                cells=[reporting(case, f"quantiles.value[{place}]") for place in places],
                unit=second,
            ),
        ),
        spill=spill(drawn, "quantiles", ("share", money)),
    )


def _summary(case: Case, drawn: Simulated) -> Table:
    money = case.company.display_unit
    labels = (
        "Mean",
        "Standard deviation",
        "Standard error, at most",
        "Skew",
        "Least",
        "Greatest",
        "Draws",
        "Failed draws",
    )
    return Table(
        "simulation_summary",
        "Summary of the draws",
        rows=len(labels),
        columns=(
            Column("label", "Statistic", cells=labels),
            Column(
                "value",
                "Value",
                drawn.column("summary", 1, whole=True),
                units=[*[money] * 3, "ratio", money, money, "draws", "draws"],
            ),
        ),
        spill=spill(drawn, "summary", ("", money), below=0),
    )


def _tail(case: Case, drawn: Simulated) -> Table:
    money = case.company.display_unit
    return Table(
        "simulation_tail",
        "The worst 5 % of the draws",
        rows=2,
        columns=(
            Column("label", "Statistic", cells=("Value at risk", "Expected shortfall")),
            Column("value", "Value", drawn.column("tail", 1), unit=money),
            Column("below", "Below the mean", drawn.column("tail", 2), unit=money),
        ),
        spill=spill(drawn, "tail", ("", money, money)),
    )


def _drivers(section: Segments, drawn: Simulated) -> Table:
    return Table(
        "drivers",
        "What drives the spread",
        note="Rank correlation of each multiple with the value, the strongest first.",
        rows=len(uncertain(section)),
        columns=(
            Column("label", "Multiple of", drawn.names()),
            Column("value", "Rank correlation", drawn.column("drivers", 1), units=["ratio"] * len(uncertain(section))),
        ),
        spill=spill(drawn, "drivers", ("", "ratio")),
    )


def _inputs(section: Segments) -> Table:
    places = uncertain(section)

    def links(name: str) -> list[Link]:
        return [Link(f"parts.{name}[{place}]") for place in places]

    return Table(
        "uncertain",
        "Uncertain multiples",
        note="PERT distributed from low to high around the base, each independent of the others; the rest is certain.",
        rows=len(places),
        columns=(
            Column("label", "Part", cells=[section.parts[place - 1].name for place in places]),
            Column("low", "Low", cells=links("low"), unit="×"),
            Column("base", "Base", cells=links("base"), unit="×"),
            Column("high", "High", cells=links("high"), unit="×"),
        ),
    )
