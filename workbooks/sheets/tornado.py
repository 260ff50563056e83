"""Tornado: how far a result swings as each input alone goes from its low to its high, the widest first."""

from typing import Final

from workbooks.spec import Block, Chart, Column, Table
from workbooks.workings import tornado as workings
from workbooks.workings.arithmetic import counted
from workbooks.workings.what_if import WhatIf

WIDEST: Final = 12  # bars that fit a chart


def tornado(of: WhatIf) -> list[Block]:
    """What moves a result most, and the chart of it; nothing where no input has ends."""
    if not of.swings:
        return []
    bars = min(len(of.swings), WIDEST)
    title = f"{of.title}: change of the result, {of.unit}"
    return [_widest(of, bars), Chart("tornado", title, f"{of.id}_bars", of.unit, rows=7 + 2 * bars)]


def behind(of: WhatIf) -> list[Table]:
    """What a tornado is worked out from, and what its chart shows."""
    return [_swings(of), _bars(of, min(len(of.swings), WIDEST))] if of.swings else []


def _widest(of: WhatIf, bars: int) -> Table:
    columns = (
        Column("label", "Input", workings.picked(of, "label")),
        Column("range", "Range", workings.picked(of, "range"), width=16),
        Column("at_low", "Result at low", workings.picked(of, "at_low"), unit=of.unit),
        Column("at_high", "Result at high", workings.picked(of, "at_high"), unit=of.unit),
        Column("swing", "Swing", workings.picked(of, "swing"), unit=of.unit),
        Column("place", "Number below", cells=workings.places(of, _numbers(of)[:bars]), units=[""] * bars),
    )
    note = "Each input alone goes from its low to its high; the widest swing comes first."
    return Table(f"{of.id}_widest", f"{of.title}: what moves the result most", columns, bars, note)


def _swings(of: WhatIf) -> Table:
    """Each input with its ends and the results there, in the order of the case."""
    units = [swing.axis.unit for swing in of.swings]
    spans = [workings.span(swing) for swing in of.swings]
    numbers = _numbers(of)
    columns = (
        Column("label", "Input", cells=[swing.axis.label for swing in of.swings]),
        Column("range", "Range", cells=spans),
        Column("low", "Low", cells=workings.ends(of, "low"), units=units),
        Column("high", "High", cells=workings.ends(of, "high"), units=units),
        Column("at_low", "Result at low", cells=workings.results(of, "low"), unit=of.unit),
        Column("at_high", "Result at high", cells=workings.results(of, "high"), unit=of.unit),
        Column("swing", "Swing", workings.SWING, unit=of.unit),
        Column("number", "Number", cells=counted(numbers), keys=numbers, units=[""] * len(numbers)),
        Column("key", "To sort by", workings.key(of), unit=of.unit),
    )
    note = "The low and the high of the case where it argues for them; else a step either way, as on Inputs."
    return Table(f"{of.id}_swings", f"{of.title}: inputs at their ends", columns, len(of.swings), note)


def _numbers(of: WhatIf) -> list[str]:
    """The cells that number the inputs."""
    return [f"{of.id}_swings_number.{place}" for place in range(len(of.swings))]


def _bars(of: WhatIf, bars: int) -> Table:
    columns = (
        Column("label", "Input", cells=workings.bar_labels(of, bars)),
        Column("low", "At its low", cells=workings.bar_changes(of, bars, "low")),
        Column("high", "At its high", cells=workings.bar_changes(of, bars, "high")),
    )
    return Table(f"{of.id}_bars", "Behind the chart", columns, bars, quiet=True)
