"""Lays out a grid: axes with steps from the live base value, and a complete formula in every cell."""

from collections.abc import Iterator
from typing import Any, Final

from valuation.sensitivity import sensitivity
from workbooks.address import Address, letters
from workbooks.case.quantity import shown_unit
from workbooks.declarations.calls import Argument, Call, Word, element
from workbooks.declarations.expressions import Written, ref
from workbooks.declarations.native_arguments import guarded
from workbooks.declarations.ranges import limits_of, within
from workbooks.declarations.sheet import Axis, Grid, Link, Spill
from workbooks.declarations.texts import Text
from workbooks.layout.cell import Cell, Role
from workbooks.layout.core_values import Evaluation
from workbooks.layout.formulas import Formulas
from workbooks.layout.placing import LABEL, UNIT

MULTIPLE: Final = "×"  # 1.65× less 10 % is 1.49×; with fewer decimals the steps would look uneven
ARROWS: Final = {"across": "{} →", "down": "{} ↓"}


def grid_cells(grid: Grid, values: Evaluation, formulas: Formulas) -> Iterator[Cell]:
    """Every cell of a grid; `formulas` writes absolute addresses."""
    places = formulas.places.addresses
    across, down = places[f"{grid.id}.across"], places[f"{grid.id}.down"]
    for row, side, axis in ((across.row - 1, "across", grid.across), (across.row, "down", grid.down)):
        # Percentage points, added to a share.
        label = axis.label if axis.relative else Text("{}, ± points", axis.label)
        yield Cell(row, LABEL, "label", Text(ARROWS[side], label))
        yield Cell(row, UNIT, "unit", shown_unit(axis.unit))
        yield from _axis(grid, axis, side, values, formulas)
    results: list[list[Any]] = values.of(f"{grid.id}.cells")
    centre = places[f"{grid.id}.centre"]
    for at, row_values in enumerate(results):
        for beside, value in enumerate(row_values):
            row, column = down.row + at, across.column + beside
            heads = {
                grid.down.argument: Written(f"${letters(down.column)}{row}"),
                grid.across.argument: Written(f"{letters(column)}${across.row}"),
            }
            needed = [heads[axis.argument] for axis in (grid.down, grid.across) if _base(grid, axis) in grid.call.needs]
            formula = formulas.written(guarded(needed, formulas.varied(grid.call, heads)))
            role: Role = "centre" if (row, column) == (centre.row, centre.column) else "calculation"
            yield Cell(row, column, role, value, formula, grid.unit, precise=grid.unit == MULTIPLE)


def add_in_grid(grid: Grid) -> Spill:
    """The same grid as a dynamic array of the add-in, with headings."""
    arguments: dict[str, Argument] = {
        "method": Word(grid.call.method.__name__),
        "arguments": grid.called,
        "row_argument": Word(grid.down.argument),
        "row_values": f"{grid.id}.down",
        "column_argument": Word(grid.across.argument),
        "column_values": f"{grid.id}.across",
    }
    return Spill(Call(sensitivity, arguments), (grid.down.unit, *[grid.unit] * grid.side))


def _axis(grid: Grid, axis: Axis, side: str, values: Evaluation, formulas: Formulas) -> Iterator[Cell]:
    """Distance of each value from the base, and the value."""
    shifts, ends = formulas.places.addresses[f"{grid.id}.shift_{side}"], formulas.places.addresses[f"{grid.id}.{side}"]
    known = zip(values.of(f"{grid.id}.shift_{side}"), values.of(f"{grid.id}.{side}"), strict=True)
    middle = grid.side // 2
    step, base = ref(axis.step), _base(grid, axis)
    for place, (shift, value) in enumerate(known):
        at = shifts.at(place)
        if place == middle:
            steps, formula = "0", formulas.native(Link(base))
        else:
            before = _cell(shifts.at(place - 1 if place > middle else place + 1))
            steps = formulas.written(before + step if place > middle else before - step)
            centre = Written(ends.at(middle).text(ends.sheet, absolute=True))
            moved = centre * (1 + _cell(at)) if axis.relative else centre + _cell(at)
            moved = within(moved, limits_of(grid.call, axis.argument))
            formula = formulas.written(guarded([centre] if base in grid.call.needs else [], moved))
        yield Cell(at.row, at.column, "shift", shift, steps, "rate")
        at = ends.at(place)
        yield Cell(at.row, at.column, "axis", value, formula, axis.unit, precise=axis.unit == MULTIPLE)


def _base(grid: Grid, axis: Axis) -> str:
    """The reference of what varies along an axis, as it stands."""
    name, place = element(axis.argument)
    argument = grid.call.arguments[name]
    if isinstance(argument, tuple) and place is not None:
        return str(argument[place])
    return str(argument) if place is None else f"{argument}[{place + 1}]"


def _cell(address: Address) -> Written:
    return Written(address.text(address.sheet, absolute=False))
