"""Tornado: change of a result when each input alone goes from its low to its high, the largest first."""

from typing import Final

from workbooks.declarations.excel_functions import MAX, MIN
from workbooks.declarations.sheet import Block, Chart, Column, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.arithmetic import counted
from workbooks.sheets.sensitivity import tornado_formulas as formulas
from workbooks.sheets.sensitivity.varied_methods_formulas import WhatIf

WIDEST: Final = 12  # bars that fit a chart
WITHOUT: Final = "The method gives no value (n.m.), so that there is nothing that its inputs could move."


def tornado(of: WhatIf) -> list[Block]:
    """Table and chart of the inputs with the largest effect; none if no input has a low and a high."""
    if not of.swings:
        return []
    return [_widest(of, min(len(of.swings), WIDEST)), chart(of)]


def chart(of: WhatIf) -> Chart:
    """The tornado chart."""
    title = Text("{}: change of the result, {}", of.title, of.unit)
    rows, bars = 7 + 2 * min(len(of.swings), WIDEST), f"{of.id}_bars"
    return Chart("tornado", title, bars, "", rows=rows, known=f"{bars}.low", without=WITHOUT)


def at_ends(of: WhatIf) -> list[Table]:
    """Data of a tornado: each input with its low and high and the results there, in the order of the case."""
    if not of.swings:
        return []
    units = [swing.axis.unit for swing in of.swings]
    columns = (
        Column("label", "Input", cells=_labels(of)),
        Column("range", "Range", cells=[formulas.span(swing) for swing in of.swings]),
        Column("low", "Low", cells=formulas.ends(of, "low"), units=units, precise=True),
        Column("high", "High", cells=formulas.ends(of, "high"), units=units, precise=True),
        Column("at_low", "Result at low", cells=formulas.results(of, "low"), unit=of.unit),
        Column("at_high", "Result at high", cells=formulas.results(of, "high"), unit=of.unit),
        Column("swing", "Swing", formulas.swing(of), unit=of.unit),
    )
    note = "The low and the high of the case where it argues for them; else a step either way, as on Inputs."
    return [
        Table(f"{of.id}_swings", Text("{}: inputs at their ends", of.title), columns, len(of.swings), note, quiet=True)
    ]


def behind(of: WhatIf) -> list[Table]:
    """Sorting of the swings, and data of the chart."""
    return [_order(of), _bars(of, min(len(of.swings), WIDEST))] if of.swings else []


def _widest(of: WhatIf, bars: int) -> Table:
    columns = (
        Column("label", "Input", cells=formulas.picked(of, "label", bars)),
        Column("range", "Range", cells=formulas.picked(of, "range", bars), width=16),
        Column("at_low", "Result at low", cells=formulas.picked(of, "at_low", bars), unit=of.unit),
        Column("at_high", "Result at high", cells=formulas.picked(of, "at_high", bars), unit=of.unit),
        Column("swing", "Swing", cells=formulas.picked(of, "swing", bars), unit=of.unit),
    )
    note = "Each input alone goes from its low to its high; the widest swing comes first."
    return Table(f"{of.id}_widest", Text("{}: what moves the result most", of.title), columns, bars, note)


def _order(of: WhatIf) -> Table:
    numbers = [f"{of.id}_order_number.{place}" for place in range(len(of.swings))]
    columns = (
        Column("label", "Input", cells=_labels(of)),
        Column("number", "Number", cells=counted(numbers), keys=numbers),
        Column("key", "To sort by", cells=formulas.keys(of)),
        Column("place", "Number at this place", cells=formulas.places(of, numbers)),
    )
    return Table(f"{of.id}_order", Text("{}: order of the swings", of.title), columns, len(of.swings), quiet=True)


def _labels(of: WhatIf) -> list[str]:
    return [swing.axis.label for swing in of.swings]


def _bars(of: WhatIf, bars: int) -> Table:
    columns = (
        Column("label", "Input", cells=formulas.bar_labels(of, bars)),
        Column("low", "At its low", cells=formulas.bar_changes(of, bars, "low")),
        Column("high", "At its high", cells=formulas.bar_changes(of, bars, "high")),
        Column("room_below", "Room below", formulas.room(of, MIN)),
        Column("room_above", "Room above", formulas.room(of, MAX)),
    )
    return Table(f"{of.id}_bars", "Behind the chart", columns, bars, quiet=True)
