"""Blocks of cells for the add-in's analyses, with the name of an argument and its value or values in each row."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Final

from valuation.kernel.units import kind_of
from workbooks.case.quantity import shown_unit
from workbooks.declarations.calls import Argument, Call
from workbooks.declarations.sheet import Column, Content, Link, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Literal, Reference

MOST: Final = 12  # largest number of values side by side


def called(table: str, title: str, call: Call, width: int, units: Mapping[str, str]) -> Table:
    """A table of the arguments of a call, `width` values wide; `units` by argument."""
    signature = inspect.signature(call.method).parameters
    rows = {
        name: _values(argument, width, vector=kind_of(signature[name].annotation).shape == "vector")
        for name, argument in call.arguments.items()
    }
    return block(table, title, rows, width, [units[name] for name in rows])


def block(table: str, title: str, rows: Mapping[str, Sequence[Content]], width: int, units: Sequence[str]) -> Table:
    """A table with a name and its values in each row."""
    columns = [Column("name", "Argument", cells=list(rows), verbatim=True)]
    for place in range(width):
        heading = Text("Value {}", place + 1) if width > 1 else "Value"
        cells = [values[place] if place < len(values) else None for values in rows.values()]
        columns.append(Column(f"value_{place + 1}", heading, cells=cells, units=units, precise=True))
    columns.append(Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], role="unit"))
    return Table(table, title, columns, len(rows), quiet=True)


def area(table: str, width: int) -> Reference:
    """The cells of such a table."""
    return f"{table}.name:value_{width}"


def _values(argument: Argument, width: int, *, vector: bool) -> list[Content]:
    if isinstance(argument, tuple):
        return [Link(str(element)) for element in argument]
    if isinstance(argument, Expression):
        return [argument]
    if isinstance(argument, float):
        return [Literal(argument)]
    if vector:
        return [Link(f"{argument}[{place}]") for place in range(1, width + 1)]
    return [Link(str(argument))]
