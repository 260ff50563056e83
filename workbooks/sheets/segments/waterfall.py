"""Waterfall chart of a sum of the parts: parts, net debt and the holding discount."""

from typing import Final

from workbooks.case.model import Case, Segments
from workbooks.declarations.sheet import Chart, Column, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.arithmetic import NOTHING, counted
from workbooks.sheets.money import displayed
from workbooks.sheets.segments import waterfall_formulas as formulas
from workbooks.sheets.segments.formulas import taken
from workbooks.sheets.segments.waterfall_formulas import DISCOUNT, Step

BESIDE: Final = 8  # the column that the chart begins in, beside the bridge and its notes
WIDTH: Final = 15.0  # cm
ROWS: Final = 18
FEW: Final = 6  # parts whose names have room in a chart of that width: one of more stands below, and is wider
MOST: Final = 12  # parts that fit a chart: beyond, the last bar is all the others together


def chart(case: Case, section: Segments) -> Chart:
    """The chart, in the display unit."""
    title = Text("From the segments to equity, {}", case.company.display_unit)
    if len(section.parts) > FEW:
        return Chart("waterfall", title, "waterfall", "", rows=ROWS)
    return Chart("waterfall", title, "waterfall", "", rows=ROWS, beside=BESIDE, width=WIDTH)


def steps(case: Case, section: Segments) -> Table:
    """Data of the chart: every step with its invisible base, and the equity value."""
    parts = formulas.parts(case, section, MOST)
    bars = present(
        *parts,
        formulas.net_debt(case, section) if taken(case, section) else None,
        Step("Holding discount", DISCOUNT) if section.discount else None,
    )
    equity = displayed("segments.equity_used")
    labels, changes = [bar.label for bar in bars], [bar.change for bar in bars]
    starts, ends, ground = formulas.starts(bars), [formulas.END] * len(bars), [formulas.GROUND] * len(bars)
    keys = [formulas.end_of(number) for number in range(len(bars))]
    numbers = [f"waterfall_number.{number}" for number in range(len(parts))]
    blank = [None] * (len(bars) + 1 - len(parts))
    columns = (
        Column("label", "Step", cells=[*labels, "Equity value"]),
        Column("start", "Start", cells=[*starts, equity]),
        Column("step", "Change", cells=[*changes, NOTHING]),
        Column("end", "Running total", cells=[*ends, equity], keys=keys),
        Column("ground", "Ground", cells=[*ground, NOTHING]),
        Column("up", "Up", formulas.UP),
        Column("up_below", "Up, below zero", formulas.UP_BELOW),
        Column("down", "Down", formulas.DOWN),
        Column("down_below", "Down, below zero", formulas.DOWN_BELOW),
        Column("up_thin", "Up, thin", formulas.UP_THIN),
        Column("down_thin", "Down, thin", formulas.DOWN_THIN),
        Column("total", "Total", cells=[*[NOTHING] * len(bars), equity]),
        Column("number", "Number", cells=[*counted(numbers), *blank], keys=numbers),
    )
    return Table("waterfall", "Behind the chart", columns, len(bars) + 1, quiet=True)
