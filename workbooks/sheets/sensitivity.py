"""Sensitivity: every method over two of its inputs at a time, and what moves each result most."""

from collections.abc import Sequence

from workbooks.case import Case
from workbooks.sheets.called import MOST, area, called
from workbooks.sheets.tornado import behind, tornado
from workbooks.sheets.what_if import what_ifs
from workbooks.spec import Block, Check, Formula, Grid, Sheet, Values
from workbooks.workings.what_if import WhatIf


def sheet(case: Case) -> Sheet | None:
    """The Sensitivity sheet."""
    methods = what_ifs(case)
    if not methods:
        return None
    blocks: list[Block] = []
    for method in methods:
        blocks += [*_grids(method), *(tornado(method) if method.swings else ())]
    for method in methods:
        blocks += behind(method) if method.swings else ()
        if method.width <= MOST:
            title = f"{method.title}: what the add-in is called with"
            blocks.append(called(_called(method), title, method.call, method.width, method.units))
    return Sheet(
        "sensitivity",
        "Sensitivity",
        "Sensitivity",
        "How far does each result move if one or two of its inputs are other than they are taken to be?",
        blocks,
        checks=(_centred(methods),),
        tab="results",
    )


def _called(method: WhatIf) -> str:
    return f"{method.id}_called"


def _grids(method: WhatIf) -> list[Grid]:
    return [
        Grid(
            f"{method.id}_grid_{number}",
            f"{method.title}: {down.label} against {across.label}",
            method.call,
            down,
            across,
            method.unit,
            called=area(_called(method), method.width) if method.width <= MOST else "",
        )
        for number, (down, across) in enumerate(method.grids, start=1)
    ]


def _centred(methods: Sequence[WhatIf]) -> Check:
    """Whether the centre of every grid is the result that the grid is about; one without a value has none."""
    pairs = [(f"{grid.id}.centre", method.result) for method in methods for grid in _grids(method)]
    same = (
        f"IF(ISNUMBER({{{centre}}}),ABS({{{centre}}}-{{{result}}})<={{inputs.rounding}}*ABS({{{result}}}),TRUE)"
        for centre, result in pairs
    )

    def centred(value: Values) -> bool:
        rounding = value("inputs.rounding")
        return not any(abs(value(c) - value(r)) > rounding * abs(value(r)) for c, r in pairs)

    formula = Formula(f"AND({','.join(same)})", centred)
    return Check("grids_centred", "The centre of every grid is the result as it stands", formula, "fail", pairs[0][0])
