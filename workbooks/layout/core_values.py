"""Computes the value of every reference of the declared sheets by the core.

Values are computed on demand and cached, so sheets can refer to each other in any order; a circle is an error.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.errors import ValuationError, reason
from valuation.sensitivity import sensitivity
from workbooks.declarations.calls import Varied, argument_value, core_value, element
from workbooks.declarations.cell_values import Cells, CellValue
from workbooks.declarations.ranges import clipped, limits_of
from workbooks.declarations.sheet import Column, Content, Grid, Input, Link, Stored, Table
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.layout.placing import Places
from workbooks.layout.references import UnknownReferenceError

CONSTANTS: Final = (str, float, int, bool, type(None))  # values that need no computation


class NoValueError(ValueError):
    """The core has no value for a cell, and it is not n.m. either."""


class Evaluation:
    """Values of references by the core; each is computed once, unless its value is given."""

    def __init__(self, places: Places, known: Mapping[Reference, CellValue] | None = None) -> None:
        self._places = places
        self._known: dict[Reference, Any] = {**(known or {})}
        self.asked: set[Reference] = set()
        self._arrays: dict[Reference, NDArray[Any]] = {}
        self._open: list[Reference] = []

    def of(self, reference: Reference) -> CellValue:
        """Value of a field, or the values of a column; `asked` collects all references that were needed."""
        self.asked.add(reference)
        if reference not in self._known:
            if reference in self._open:
                message = f"circular: {' → '.join([*self._open, reference])}"
                raise ValueError(message)
            self._open.append(reference)
            try:
                found = self._found(reference)
            except (ValuationError, ZeroDivisionError) as problem:
                why = "the denominator is zero" if isinstance(problem, ZeroDivisionError) else problem
                message = f"{self._where(reference)}: {why}"
                raise NoValueError(message) from None
            self._open.pop()
            self._known[reference] = found
        return self._known[reference]

    def _found(self, reference: Reference) -> CellValue:
        if reference in self._places.fields:
            return shown(self._content(self._places.fields[reference].content, None, None))
        if reference in self._places.cells:
            table, column, row = self._places.cells[reference]
            return self._own(column.id, table, row)
        if reference in self._places.columns:
            return self._column(*self._places.columns[reference])
        if reference in self._places.grids:
            self._known |= self._grid(self._places.grids[reference])
            return self._known[reference]
        if "[" in reference:
            name, place = element(reference)
            found = self._places.columns.get(name)
            if (
                found and found[1].cells and place is not None
            ):  # a single cell, because cells of a column may depend on each other
                return _shown_in(place, self._content(found[1].cells[place], found[0], place))
            return self.of(name)[place]
        raise UnknownReferenceError(reference, self._places.addresses)

    def _where(self, reference: Reference) -> str:
        """Description of a reference for readers: its sheet, and its line or column."""
        reference = reference.partition("[")[0]
        sheet = self._places.addresses[reference].sheet
        if reference in self._places.fields:
            return f"{sheet}, {self._places.fields[reference].label}"
        if reference in self._places.grids:
            return f"{sheet}, {self._places.grids[reference].title}"
        table, column = (self._places.columns.get(reference) or self._places.cells[reference])[:2]
        return f"{sheet}, {table.title}, {column.heading}"

    def _column(self, table: Table, column: Column) -> list[Any]:
        """Values of a column, one per row."""
        if column.cells:
            name = f"{table.id}.{column.id}"
            return [
                _shown_in(row, content) if type(content) in CONSTANTS else self.of(f"{name}[{row + 1}]")
                for row, content in enumerate(column.cells)
            ]
        if column.each is None:
            return [None] * table.rows
        value = self._content(column.each, table, None)
        spread = np.broadcast_to(np.asarray(value, None if _is_number(value) else object), table.rows)
        return [_shown_in(row, element) for row, element in enumerate(spread.tolist())]

    def _grid(self, grid: Grid) -> dict[Reference, Any]:
        """Values of a grid, by one call of the core for all values of both arguments."""
        arguments = {
            name: argument_value(argument, lambda reference: self._operand(reference, None, None))
            for name, argument in grid.call.arguments.items()
        }
        found: dict[Reference, Any] = {}
        for side, axis in (("down", grid.down), ("across", grid.across)):
            name, place = element(axis.argument)
            base = arguments[name] if place is None else arguments[name][place]
            shifts = (np.arange(grid.side) - grid.side // 2) * self.of(axis.step)
            found[f"{grid.id}.shift_{side}"] = shifts.tolist()
            moved = base * (1 + shifts) if axis.relative else base + shifts
            found[f"{grid.id}.{side}"] = clipped(moved, limits_of(grid.call, axis.argument))
        down, across = found[f"{grid.id}.down"], found[f"{grid.id}.across"]
        _, *rows = sensitivity(grid.call.method, arguments, grid.down.argument, down, grid.across.argument, across)
        unknown = any(isinstance(self.of(str(need)), str) for need in grid.call.needs)
        cells = [[NOT_MEANINGFUL if unknown else shown(cell) for cell in row[1:]] for row in rows]
        axes = {f"{grid.id}.{side}": [shown(v) for v in found[f"{grid.id}.{side}"]] for side in ("down", "across")}
        middle = grid.side // 2
        axes |= {f"{grid.id}.at_{beside}": [row[beside] for row in cells] for beside in range(grid.side)}
        return found | axes | {f"{grid.id}.cells": cells, f"{grid.id}.centre": cells[middle][middle]}

    def _content(self, content: Content, table: Table | None, row: int | None) -> CellValue:
        """Value of a content, for one row of its table or (row None) for all rows at once."""
        match content:
            case Link(to):
                return self.of(to)
            case Input(chosen):
                return chosen
            case Stored():
                return content.value(lambda reference: core_value(self._operand(reference, table, row)))
            case Expression() | Varied():
                return content.value(lambda reference: self._operand(reference, table, row))
            case _:
                return content

    def _operand(self, reference: Reference, table: Table | None, row: int | None) -> CellValue:
        """Contents of cells: one value, an array with a value per row, or the cells of a range."""
        first, stretch, last = reference.partition(":")
        if stretch and table is not None:
            names = [column.id for column in table.columns]
            columns = names[names.index(first) : names.index(last) + 1]
            found = [self._in_rows(name, table, row) for name in columns]
            return Cells(_array(found) if row is not None else np.stack(found, axis=-1))
        if "." in reference or table is None:
            value = self.of(reference)
            return Cells(self._listed(reference, value)) if isinstance(value, list) else value
        return self._in_rows(reference, table, row)

    def _in_rows(self, name: str, table: Table, row: int | None) -> CellValue:
        value = self._own(name, table, row)
        return value if row is not None else self._listed(f"{table.id}.{name}", value)

    def _listed(self, reference: Reference, values: list[Any]) -> NDArray[Any]:
        """Values of a column as an array, cached."""
        if reference not in self._arrays:
            self._arrays[reference] = _array(values)
        return self._arrays[reference]

    def _own(self, name: str, table: Table, row: int | None) -> CellValue:
        _, column = self._places.columns[f"{table.id}.{name}"]
        if row is not None and column.cells:
            return self.of(f"{table.id}.{name}[{row + 1}]")
        values = self.of(f"{table.id}.{name}")
        return values if row is None else values[row]


class WithoutValues(Evaluation):
    """Nothing for every reference, in the shape of its value: for cells that are only asked for their formulas."""

    def of(self, reference: Reference) -> CellValue:
        """None for a field, a list of them for a column, rows of them for the cells of a grid."""
        if reference in self._places.fields:
            return None
        if reference in self._places.columns:
            return [None] * self._places.columns[reference][0].rows
        block, _, name = reference.rpartition(".")
        side = self._places.grids[f"{block}.centre"].side
        row: list[Any] = [None] * side
        return [row] * side if name == "cells" else row


def _is_number(value: CellValue) -> bool:
    return isinstance(value, (float, int)) or (isinstance(value, np.ndarray) and value.dtype.kind in "fi")


def shown(value: CellValue) -> CellValue:
    """Cell content for a value of the core: n.m. and blank become texts, other values are unchanged."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.item()
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN alone differs from itself
        why = reason(value)
        if why is not None and why.excel == "#N/A":
            return NOT_MEANINGFUL
        raise ValuationError(why.message if why else str(value))
    return value


def _shown_in(row: int, value: CellValue) -> CellValue:
    try:
        return shown(value)
    except ValuationError as problem:
        message = f"row {row + 1}: {problem}"
        raise ValuationError(message) from None


def _array(values: list[Any]) -> NDArray[Any]:
    """Values as an array of floats if all are numbers, of flags if all are flags, else of objects."""
    kinds = set(map(type, values))
    if kinds <= {float, int}:
        return np.array(values, float)
    if kinds == {bool}:
        return np.array(values, bool)
    array = np.empty(len(values), object)
    array[:] = values
    return array
