"""Sensitivities of holdings: the value of each stake, and the holding discount."""

from workbooks.case.holdings import Holding, Holdings
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.sheet import Axis, present
from workbooks.declarations.texts import Text
from workbooks.sheets.holdings import formulas
from workbooks.sheets.holdings.method import methods
from workbooks.sheets.inputs.steps import STEP
from workbooks.sheets.money import number
from workbooks.sheets.sensitivity.varied_methods_formulas import Swing, WhatIf


def net_assets(case: Case, section: Holdings) -> WhatIf | None:
    """Sensitivity of the value of all holdings, if they are the whole company."""
    valued, money = [held for held in section.stakes if formulas.valued(held)], case.company.display_unit
    if not methods(case) or (len(valued) == 1 and not section.discount):
        return None
    call = formulas.net(case, section, valued)
    column = str(call.arguments["values"])
    axes = [
        Axis(f"values[{place}]", Text("{}, value", held.name), money, STEP)
        for place, held in enumerate(valued, start=1)
    ]
    largest, *others = sorted(range(len(valued)), key=lambda place: -_size(case, section, valued[place]))
    discount = Axis("discount", "Holding discount", "share", STEP) if section.discount else None
    beside = discount or axes[others[0]]
    swings = present(
        *(Swing(axis, f"{column}[{place}]") for place, axis in enumerate(axes, start=1)),
        Swing(discount, "holdings.discount") if discount else None,
        Swing(Axis("net_debt", formulas.owed_label(case), money, STEP), "holdings.net_debt")
        if formulas.owing(case, section)
        else None,
    )
    return WhatIf(
        "holdings",
        "Holdings",
        Call(call.method, call.arguments),
        "holdings.value",
        money,
        {"values": money, "stakes": "share", "discount": "share", "net_debt": money},
        ((axes[largest], beside),),
        swings,
        len(valued),
        of="equity",
    )


def _size(case: Case, section: Holdings, held: Holding) -> float:
    """Value of a stake in the local currency, to find the largest."""
    local, stake = case.company.currency, number(case, held.stake) if held.stake else 1.0
    if held.value:
        return number(case, held.value, local) * stake
    followed = next(each for each in section.benchmarks if each.name == held.benchmark)
    own = number(case, followed.own) if followed.own else 0.0
    return number(case, followed.amount, local) / number(case, followed.units) * own * stake
