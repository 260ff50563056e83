"""Sensitivity: grids of every method over two inputs, and tornados of the inputs with the largest effect."""

from collections.abc import Sequence

from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.sheet import Axis, Block, Check, Grid, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.sensitivity import formulas
from workbooks.sheets.sensitivity.argument_blocks import MOST, area, called
from workbooks.sheets.sensitivity.per_share import of_cash_flows, of_grid
from workbooks.sheets.sensitivity.tornado import at_ends, behind, tornado
from workbooks.sheets.sensitivity.varied_methods import what_ifs
from workbooks.sheets.sensitivity.varied_methods_formulas import WhatIf


def sheet(case: Case) -> Sheet | None:
    """The Sensitivity sheet."""
    methods = what_ifs(case)
    if not methods:
        return None
    shown: list[Block] = [block for method in methods for block in (*_shown(case, method), *tornado(method))]
    ends: list[Block] = [block for method in methods for block in (*at_ends(method), *method.workings)]
    arguments: list[Block] = [block for method in methods for block in _arguments(method)]
    quiet: list[Block] = [block for method in methods for block in behind(method)]
    return Sheet(
        "sensitivity",
        "Sensitivity",
        "Sensitivity",
        "How far does each result move if one or two of its inputs are other than they are taken to be?",
        shown + ends + arguments + quiet,
        checks=_centred(methods),
        tab="results",
    )


def _shown(case: Case, method: WhatIf) -> tuple[Block, ...]:
    """The grids of a method, the first of them in value per share too."""
    grids = _grids(method)
    if not isinstance(method.call, Call):
        return present(of_cash_flows(case, method))
    return present(*grids, of_grid(case, method, grids[0]))


def _grids(method: WhatIf) -> list[Grid]:
    return [_grid(method, number, down, across) for number, (down, across) in enumerate(method.grids, start=1)]


def _grid(method: WhatIf, number: int, down: Axis, across: Axis) -> Grid:
    title = Text("{} ({}): {} against {}", method.title, method.unit, down.label, across.label)
    if not isinstance(method.call, Call):
        message = f"{method.id} is not a call of the catalogue"
        raise TypeError(message)
    given = area(f"{method.id}_called", method.width) if method.width <= MOST else ""
    return Grid(f"{method.id}_grid_{number}", title, method.call, down, across, method.unit, called=given)


def _arguments(method: WhatIf) -> list[Table]:
    """Argument blocks of the add-in's grids; None if they do not fit on a sheet."""
    if method.width > MOST or not isinstance(method.call, Call):
        return []
    title = Text("{}: what the add-in is called with", method.title)
    return [called(f"{method.id}_called", title, method.call, method.width, method.units)]


def _centred(methods: Sequence[WhatIf]) -> tuple[Check, ...]:
    pairs = [(f"{grid.id}.centre", method.result) for method in methods for grid in _grids(method)]
    label = "The centre of every grid is the selected result"
    return (Check("grids_centred", label, formulas.centred(pairs), "fail", pairs[0][0]),) if pairs else ()
