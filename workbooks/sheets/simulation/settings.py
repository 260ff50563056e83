"""Inputs of a simulation, and argument blocks for the add-in's formulas."""

from collections.abc import Sequence
from typing import Final

from workbooks.case.quantity import shown_unit
from workbooks.declarations.sheet import Column, Link, Spill, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Literal
from workbooks.sheets.sensitivity.argument_blocks import MOST, area, block, called
from workbooks.sheets.simulation import drawn_formulas as formulas
from workbooks.sheets.simulation.drawn_formulas import Drawn

NOTE: Final = "PERT between low and high: the case's own, else a step either way. {}; the rest is certain."
APART, TOGETHER = "Each is independent of the others", "All rise and fall together"


def spill(drawn: Drawn, statistic: str, units: Sequence[str], below: int = 2) -> Spill | None:
    """The add-in's formula for a statistic; None where its arguments do not fit a sheet or it has no such function."""
    if not _fits(drawn):
        return None
    blocks = (
        area(drawn.table("called"), drawn.width),
        area(drawn.table("lows_called"), drawn.width),
        area(drawn.table("highs_called"), drawn.width),
    )
    correlation = f"{drawn.table('together')}.with_1:with_{len(drawn.uncertain)}"
    return Spill(drawn.anew(statistic, blocks, correlation), units, below)


def _fits(drawn: Drawn) -> bool:
    return drawn.width <= MOST and drawn.in_catalogue


def uncertain(drawn: Drawn) -> Table:
    """The numbers that are uncertain, each with its low, base and high."""
    known = drawn.uncertain
    units = [each.unit for each in known]
    columns = (
        Column("label", "Uncertain number", cells=[each.label for each in known]),
        Column("low", "Low", cells=[formulas.end(drawn, each, "low") for each in known], units=units, precise=True),
        Column("base", "Base", cells=[Link(each.base) for each in known], units=units, precise=True),
        Column("high", "High", cells=[formulas.end(drawn, each, "high") for each in known], units=units, precise=True),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], role="unit"),
    )
    note = Text(NOTE, TOGETHER if drawn.together else APART)
    return Table(drawn.table("uncertain"), Text("{}: what is uncertain", drawn.title), columns, len(known), note)


def behind(drawn: Drawn) -> list[Table]:
    """Inputs of the draws, and argument blocks for the add-in's formulas."""
    if not _fits(drawn):
        return [_drawn(drawn)]
    lows, highs = drawn.ends("low"), drawn.ends("high")
    units = [drawn.units[name] for name in lows]
    title = drawn.title
    found = [
        _drawn(drawn),
        called(
            drawn.table("called"), Text("{}: what SIMULATE is called with", title), drawn.call, drawn.width, drawn.units
        ),
        block(drawn.table("lows_called"), Text("{}: lows of the simulation", title), lows, drawn.width, units),
        block(drawn.table("highs_called"), Text("{}: highs of the simulation", title), highs, drawn.width, units),
    ]
    return [*found, _together(drawn)] if drawn.together else found


def _together(drawn: Drawn) -> Table:
    """Correlation matrix of fully correlated inputs: 1 throughout."""
    size = len(drawn.uncertain)
    columns = [
        Column("label", "Uncertain number", cells=[each.label for each in drawn.uncertain]),
        *(
            Column(f"with_{n}", each.label, cells=[Literal(1.0)] * size, unit="ratio")
            for n, each in enumerate(drawn.uncertain, start=1)
        ),
    ]
    return Table(drawn.table("together"), Text("{}: correlation", drawn.title), columns, size, quiet=True)


def _drawn(drawn: Drawn) -> Table:
    """All inputs of the draws, present and original; a difference makes the draws stale."""
    numbers = drawn.numbers()
    units = [number.unit for number in numbers]
    columns = (
        Column("label", "Item", cells=[number.label for number in numbers]),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], role="unit"),
        Column("now", "As it stands", cells=[Link(number.at) for number in numbers], units=units, precise=True),
        Column("then", "As drawn", cells=formulas.as_drawn(numbers), units=units, precise=True),
        Column("same", "The same", drawn.same, units=[""] * len(numbers)),
    )
    return Table(drawn.table("drawn"), Text("{}: drawn from", drawn.title), columns, len(numbers), quiet=True)
