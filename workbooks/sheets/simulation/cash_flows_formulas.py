"""Simulation of discounted cash flows: uncertain cost of capital, terminal value, growth and margin."""

from typing import Any

import numpy as np

from valuation.intrinsic import driver_dcf
from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import OUT_OF_RANGE
from valuation.kernel.units import Flag, Growth, Margin, Money, Number, Numbers, Rate
from workbooks.case.cash_flows import Dcf
from workbooks.case.model import Case
from workbooks.declarations.calls import Argument, Call
from workbooks.declarations.excel_functions import COUNT
from workbooks.declarations.expressions import ref
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Reference
from workbooks.sheets.dcf.forecast_formulas import DRIVERS, dcf, driver_figures, of_years, years
from workbooks.sheets.dcf.steps import EXIT_STEP_USED, GROWTH_STEP_USED, RATE_STEP_USED
from workbooks.sheets.inputs.steps import (
    FORECAST_GROWTH_STEP,
    MARGIN_STEP,
)
from workbooks.sheets.simulation.drawn_formulas import Drawn, Uncertain, by_points
from workbooks.sheets.simulation.drawn_formulas import Number as Certain


def drawn_cash_flows(case: Case, price: Reference) -> Drawn:
    """The enterprise value: by DRIVER_DCF where every year has the same drivers, else year by year."""
    section, money = dcf(case), case.company.display_unit
    even = is_even(case)
    uncertain = _uncertain(case, section, even=even)
    drivers = [
        Certain(Text("{}, {}", label, str(year)), f"forecast.{name}[{year + 1}]", "rate")
        for name, label in DRIVERS.items()
        for year in range(1, years(case) + 1)
    ]
    timing = [Certain("Mid-year as a number", "dcf.mid_year", "")]
    if section.first_year_end:
        timing.append(Certain("Part of the first year to come", "dcf.stub", "years"))
    return Drawn(
        "dcf",
        "Discounted cash flow",
        Call(driver_dcf, _of_all_years(section, case)) if even else Call(yearly_dcf, _year_by_year(section, case)),
        uncertain,
        [Certain("Revenue", "forecast.revenue[1]", money), *timing, *drivers],
        {**dict.fromkeys(DRIVERS, "rate"), "revenue": money, "wacc": "rate", "years": "years", "mid_year": ""}
        | {each.argument: each.unit for each in uncertain},
        "dcf.enterprise",
        "enterprise",
        money,
        price,
        in_catalogue=even,
    )


def is_even(case: Case) -> bool:
    """Whether DRIVER_DCF covers the case: equal drivers in every year, and a full first year."""
    section = dcf(case)
    return not (
        section.fade_to or section.first_year_end or any(len(driver_figures(case, name)) > 1 for name in DRIVERS)
    )


def _uncertain(case: Case, section: Dcf, *, even: bool) -> list[Uncertain]:
    """Growth and margin change by the same points in every year."""
    last = years(case) + 1
    label = "{}" if even else "{}, last year"
    if section.exit_multiple:
        argument = "exit_multiple" if even else "end"
        end = by_points(argument, "Exit multiple", "×", "dcf.exit_multiple", EXIT_STEP_USED)
    else:
        argument = "terminal_growth" if even else "end"
        end = by_points(argument, "Growth for ever", "rate", "dcf.terminal_growth", GROWTH_STEP_USED)
    return [
        by_points("growth", Text(label, DRIVERS["growth"]), "rate", f"forecast.growth[{last}]", FORECAST_GROWTH_STEP),
        by_points(
            "ebitda_margin",
            Text(label, DRIVERS["ebitda_margin"]),
            "rate",
            f"forecast.ebitda_margin[{last}]",
            MARGIN_STEP,
        ),
        by_points("wacc", "WACC", "rate", "dcf.wacc", RATE_STEP_USED),
        end,
    ]


def _of_all_years(section: Dcf, case: Case) -> dict[str, Argument]:
    """The arguments of DRIVER_DCF."""
    end = "exit_multiple" if section.exit_multiple else "terminal_growth"
    return {
        "revenue": "forecast.revenue[1]",
        **{name: f"forecast.{name}[2]" for name in DRIVERS},
        "wacc": "dcf.wacc",
        "years": COUNT(of_years("growth", case)),
        end: f"dcf.{end}",
        "mid_year": ref("dcf.mid_year") > 0,
    }


def _year_by_year(section: Dcf, case: Case) -> dict[str, Argument]:
    last = years(case) + 1
    return {
        "revenue": "forecast.revenue[1]",
        "growth": f"forecast.growth[{last}]",
        "ebitda_margin": f"forecast.ebitda_margin[{last}]",
        "wacc": "dcf.wacc",
        "end": "dcf.exit_multiple" if section.exit_multiple else "dcf.terminal_growth",
        **{name + "s": of_years(name, case) for name in DRIVERS},
        "periods": of_years("period", case),
        "terminal_period": "dcf.terminal_period",
        "first_year": "dcf.stub" if section.first_year_end else 1.0,
        "by_multiple": bool(section.exit_multiple),
    }


def yearly_dcf(  # noqa: PLR0913 - a forecast has the drivers it has
    *,
    revenue: Money,
    growth: Growth,
    ebitda_margin: Margin,
    wacc: Rate,
    end: Number,
    growths: Numbers,
    ebitda_margins: Numbers,
    depreciations: Numbers,
    tax_rates: Numbers,
    capexs: Numbers,
    working_capitals: Numbers,
    periods: Numbers,
    terminal_period: Number,
    first_year: Number,
    by_multiple: Flag,
) -> Money:
    """Enterprise value by drivers of each year, as on the DCF sheet, for many values of what is uncertain.

    Parameters
    ----------
    revenue : (...) money
        Of the last year before the forecast.
    growth, ebitda_margin : (...) fraction
        Of the last year; where they are not those of the lists, every year moves by the same points.
    wacc : (...) fraction
        Discount rate, a year.
    end : (...) fraction or ×
        Growth for ever, or with `by_multiple` the exit multiple of the last EBITDA.
    growths, ebitda_margins, depreciations, tax_rates, capexs, working_capitals : (n,) fraction
        Drivers of each year.
    periods : (n,) years
        When the flow of each year comes.
    terminal_period : years
        When the value at the end comes.
    first_year : fraction
        Part of the first year that is still to come.

    Returns
    -------
    (...) money
        Σ flow ÷ (1 + wacc)^period + terminal value ÷ (1 + wacc)^terminal period. #NUM! where the growth for ever is
        not below the wacc.
    """
    more, wider = growth - growths[-1], ebitda_margin - ebitda_margins[-1]
    value: Any = 0.0
    margin: Any = 0.0
    for year, period in enumerate(periods):
        increase = revenue * (growths[year] + more)
        revenue = revenue + increase
        margin = ebitda_margins[year] + wider
        before_tied_up = _flow_margin(margin, depreciations[year], tax_rates[year], capexs[year])
        flow = revenue * before_tied_up - increase * working_capitals[year]
        value = value + (flow if year else flow * first_year) / (1 + wacc) ** period
    if by_multiple:
        terminal = revenue * margin * end
    else:
        steady = revenue * _flow_margin(margin, depreciations[-1], tax_rates[-1], capexs[-1])
        following = steady * (1 + end) - working_capitals[-1] * revenue * end
        terminal = np.where(end < wacc, following / (wacc - end), OUT_OF_RANGE)
    return value + terminal / (1 + wacc) ** terminal_period


def _flow_margin(margin: Floats, depreciation: float, tax: float, capex: float) -> Floats:
    """Free cash flow before working capital ÷ revenue."""
    return (margin - depreciation) * (1 - tax) + depreciation - capex
