"""The value of a forecast by drivers in Excel's words, from its last year back to its first."""

from typing import Final

from workbooks.declarations.excel_functions import IF, NA, SQRT
from workbooks.declarations.expressions import equal, grouped
from workbooks.declarations.native_arguments import either
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import NOT_MEANINGFUL

MOST_YEARS: Final = 15  # of a forecast whose length stands in a cell: a formula holds so many


def driver_dcf(  # noqa: PLR0913, PLR0917 - the arguments of the catalogue's function
    revenue: Expression,
    growth: Expression,
    ebitda_margin: Expression,
    depreciation: Expression,
    tax_rate: Expression,
    capex: Expression,
    working_capital: Expression,
    wacc: Expression,
    years: Expression = Literal(5.0),  # noqa: B008 - frozen
    terminal_growth: Expression | None = None,
    exit_multiple: Expression | None = None,
    final_growth: Expression | None = None,
    fade: Expression | None = None,
    mid_year: Expression = Literal(True),  # noqa: B008, FBT003 - frozen
) -> Expression:
    """Revenue times what a unit of it is worth: this year's flow and all that follows, a year nearer each time."""
    kept = grouped((ebitda_margin - depreciation) * (1 - tax_rate) + depreciation - capex)
    half = either(mid_year, SQRT(1 + wacc), Literal(1.0))
    end: Expression
    if terminal_growth is not None:
        flow = (1 + terminal_growth) * kept - terminal_growth * working_capital
        end = IF(terminal_growth < wacc, grouped(flow) / (wacc - terminal_growth), NA())
    else:
        sale = ebitda_margin * exit_multiple if exit_multiple is not None else Literal(0.0)
        end = sale if half == Literal(1.0) else sale / half  # a sale is at the end of a year
    to = final_growth if final_growth is not None else terminal_growth
    if fade is None or to is None:
        value = _steady(growth, kept, working_capital, wacc, years, end)
    else:
        value = _fading(growth, to, fade, kept, working_capital, wacc, years, end)
    worth = revenue * value if half == Literal(1.0) else revenue * value * half
    return worth if exit_multiple is None else IF(revenue * ebitda_margin > 0, worth, NOT_MEANINGFUL)


def _steady(
    growth: Expression,
    kept: Expression,
    working_capital: Expression,
    wacc: Expression,
    years: Expression,
    end: Expression,
) -> Expression:
    """At one growth every flow is the one before it times (1 + growth) ÷ (1 + WACC): the sum has a closed form."""
    flow = grouped((1 + growth) * kept - growth * working_capital)
    ratio = ((1 + growth) / (1 + wacc)) ** years
    summed = IF(equal(wacc, growth), years / (1 + wacc), (1 - ratio) / (wacc - growth))
    return grouped(flow * summed + ratio * grouped(end))


def _fading(
    growth: Expression,
    to: Expression,
    fade: Expression,
    kept: Expression,
    working_capital: Expression,
    wacc: Expression,
    years: Expression,
    end: Expression,
) -> Expression:
    """From the last year back: what a year's flow and everything after it come to, a year earlier."""
    last = int(years.of) if isinstance(years, Literal) else MOST_YEARS
    value: Expression = grouped(end)
    for year in range(last, 0, -1):
        rate = growth if year == 1 else grouped(to + (growth - to) * (1 - fade) ** (year - 1))
        flow = (1 + rate) * kept - rate * working_capital
        worth = grouped(flow) / (1 + wacc) + (1 + rate) / (1 + wacc) * value  # formulas nest no deeper than they must
        given = isinstance(years, Literal) or year == 1
        value = grouped(worth) if given else IF(years >= year, worth, end)
    value = grouped(value)
    return value if isinstance(years, Literal) else IF(years > MOST_YEARS, NA(), value)
