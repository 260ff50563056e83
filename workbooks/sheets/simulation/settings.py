"""Behind a simulation: what it was drawn from, and the blocks that the add-in's formulas are given."""

from collections.abc import Sequence
from typing import Final

from workbooks.case.model import Segments
from workbooks.case.quantity import shown_unit
from workbooks.declarations.sheet import Column, Link, Spill, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.sensitivity.argument_blocks import MOST, area, block, called
from workbooks.sheets.simulation import settings_formulas as formulas
from workbooks.sheets.simulation.settings_formulas import Simulated, uncertain

CALLED, LOWS, HIGHS = BLOCKS = "simulation_called", "simulation_lows_called", "simulation_highs_called"
TITLE: Final = Text("{}: what the add-in is called with", "Simulation")


def spill(drawn: Simulated, statistic: str, units: Sequence[str], below: int = 2) -> Spill | None:
    """The add-in's formula for a statistic; None where its arguments do not fit a sheet."""
    width = len(drawn.section.parts)
    return Spill(drawn.anew(statistic, *(area(of, width) for of in BLOCKS)), units, below) if width <= MOST else None


def varied(section: Segments) -> Table:
    """The multiples that are uncertain, each with its low, base and high."""
    places = uncertain(section)
    columns = (
        Column("label", "Segment", cells=[section.parts[place - 1].name for place in places]),
        Column("low", "Low", cells=[Link(f"parts.low[{place}]") for place in places], unit="×", precise=True),
        Column("base", "Base", cells=[Link(f"parts.base[{place}]") for place in places], unit="×", precise=True),
        Column("high", "High", cells=[Link(f"parts.high[{place}]") for place in places], unit="×", precise=True),
    )
    note = "PERT distributed from low to high around the base, each independent of the others; the rest is certain."
    return Table("uncertain", "Uncertain multiples", columns, len(places), note)


def behind(drawn: Simulated) -> list[Table]:
    """What it was drawn from, and the blocks that the add-in's formulas are given."""
    width = len(drawn.section.parts)
    if width > MOST:
        return [_drawn(drawn)]
    return [
        _drawn(drawn),
        called(CALLED, TITLE, drawn.call, width, drawn.units),
        block(LOWS, "Simulation: lows", {"multiples": drawn.ends("low")}, width, ["×"]),
        block(HIGHS, "Simulation: highs", {"multiples": drawn.ends("high")}, width, ["×"]),
    ]


def _drawn(drawn: Simulated) -> Table:
    """Every number that the draws hang on, as it stands and as it was; what differs makes them stale."""
    numbers = drawn.numbers()
    units = [number.unit for number in numbers]
    columns = (
        Column("label", "Item", cells=[number.label for number in numbers]),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], role="unit"),
        Column("now", "As it stands", cells=[Link(number.at) for number in numbers], units=units, precise=True),
        Column("then", "As drawn", cells=formulas.as_drawn(numbers), units=units, precise=True),
        Column("same", "The same", formulas.SAME, units=[""] * len(numbers)),
    )
    return Table("drawn", "Drawn from", columns, len(numbers), quiet=True)
