"""Sensitivities of discounted cash flows: cost of capital, terminal value, growth, margin, investment."""

from math import inf
from typing import Final

from valuation.kernel.units import Limits
from workbooks.case.cash_flows import Dcf
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Axis
from workbooks.sheets.dcf import formulas
from workbooks.sheets.dcf.forecast_formulas import DRIVERS, years
from workbooks.sheets.dcf.steps import EXIT_STEP_USED, GROWTH_STEP_USED, RATE_STEP_USED
from workbooks.sheets.inputs.steps import (
    FORECAST_GROWTH_STEP,
    MARGIN_STEP,
)
from workbooks.sheets.sensitivity import moved_growth
from workbooks.sheets.sensitivity.varied_methods_formulas import Swing, WhatIf

TENTHS: Final = 1  # decimals of percentages


def cash_flows(case: Case, section: Dcf) -> WhatIf:
    """Sensitivity of the enterprise value to each of its main drivers."""
    money, last = case.company.display_unit, years(case) + 1
    rate = Axis("rate", "WACC", "rate", RATE_STEP_USED, relative=False)
    end = (
        Swing(
            Axis("other", "Exit multiple", "×", EXIT_STEP_USED, relative=False),
            "dcf.exit_multiple",
            limits=Limits(least=0.0),
        )
        if section.exit_multiple
        else Swing(
            Axis("other", "Growth for ever", "rate", GROWTH_STEP_USED, relative=False),
            "dcf.terminal_growth",
            decimals=TENTHS,
        )
    )
    drivers = [
        Swing(
            Axis(name, DRIVERS[name], "rate", MARGIN_STEP, relative=False),
            f"forecast.{name}[{last}]",
            decimals=TENTHS,
            limits=Limits(least=least, most=1.0),
        )
        for name, least in (("ebitda_margin", -inf), ("capex", 0.0))
    ]
    growth = Swing(
        Axis("growth", DRIVERS["growth"], "rate", FORECAST_GROWTH_STEP, relative=False),
        f"forecast.growth[{last}]",
        decimals=TENTHS,
        results=moved_growth.RESULTS,
    )
    swings = (Swing(rate, "dcf.wacc", decimals=TENTHS), end, *drivers, growth)
    return WhatIf(
        "dcf",
        "Discounted cash flow",
        lambda moved: formulas.moved(case, moved, {name: ref(f"forecast.{name}[{last}]") for name in moved}),
        "dcf.enterprise",
        money,
        {},
        (),
        swings,
        of="enterprise",
        workings=(moved_growth.table(case, len(swings)),),
    )
