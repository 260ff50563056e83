"""Intrinsic value: what future cash flows are worth today, and the rate they are discounted at."""

from typing import Final

import numpy as np

from valuation.kernel.broadcast import broadcasts, divide, total
from valuation.kernel.errors import (
    NOT_MEANINGFUL,
    ChoiceError,
    MissingError,
    above_minus_one,
    out_of_range,
)
from valuation.kernel.units import (
    Flag,
    Growth,
    Investment,
    Margin,
    Money,
    Moneys,
    Multiple,
    Number,
    Rate,
    Ratio,
    Share,
    Years,
)

LONGEST_FORECAST = 200  # years; a longer forecast is a typing error and would block the spreadsheet

_TOO_HIGH: Final = out_of_range("growth must be below the rate and at least -1: else the sum is infinite")


@broadcasts
def gordon_value(
    cash_flow: Money,
    rate: Rate,
    growth: Growth,
    mid_year: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Money:
    """Value of a growing perpetuity: a yearly cash flow that grows at a constant rate for ever.

    Parameters
    ----------
    cash_flow : (...) money
        Cash flow of next year.
    rate : (...) fraction
        Discount rate, a year.
    growth : (...) fraction
        Growth of the flow, a year, for ever.
    mid_year : flag
        Whether the flows come in the middle of each year.

    Returns
    -------
    (...) money
        cash flow ÷ (rate − growth), one year before the first flow; mid-year × (1 + rate)^½.

    Notes
    -----
    A growth below −100 % or not below the rate is #NUM!, since the sum is infinite.

    References
    ----------
    .. [1] Gordon, M. J. and Shapiro, E. (1956). Capital Equipment Analysis: The Required Rate of Profit.
       Management Science 3(1), 102–110.

    Examples
    --------
    >>> gordon_value(100, 0.25, 0.125)
    800.0
    """
    value = cash_flow / (rate - growth)
    return np.where(growth >= rate, _TOO_HIGH.nan, value * (1 + rate) ** 0.5 if mid_year else value)


@broadcasts
def dcf_value(
    cash_flows: Moneys,
    rate: Rate,
    terminal_growth: Growth | None = None,
    terminal_multiple: Multiple | None = None,
    mid_year: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
    stub: Share = 1.0,
) -> Money:
    """Present value of yearly cash flows, the first in one year, with or without a terminal value.

    Parameters
    ----------
    cash_flows : (..., n) money
        One cash flow per year; the first is next year's.
    rate : (...) fraction
        Discount rate, a year.
    terminal_growth : (...) fraction
        Growth of the last flow for ever after; if this and the multiple are left out, there is no terminal value.
    terminal_multiple : (...) ×
        Exit multiple of the last flow, at the end of the last year.
    mid_year : flag
        Whether the flows come in the middle of each year instead of at its end.
    stub : (...) fraction
        Remaining part of the first year: 0.5 in the middle of it. Only that part of the first flow is included.

    Returns
    -------
    (...) money
        Σ flow_t ÷ (1 + rate)^t + terminal value ÷ (1 + rate)^n; mid-year: t − ½ for the flows.
        Terminal value by growth: flow_n × (1 + growth) ÷ (rate − growth), mid-year discounted over n − ½ years, since
        its flows come mid-year too. By multiple: flow_n × multiple, always discounted over n years, since the sale is
        at the end of a year. With a stub of s the first flow is multiplied by s and discounted over s years (mid-year:
        s ÷ 2), and every later flow is 1 − s years nearer.

    Raises
    ------
    ChoiceError
        If there are both a terminal growth and a terminal multiple.

    Notes
    -----
    A rate ≤ −100 % and a terminal growth that is not below the rate are #NUM!; a multiple of a last flow ≤ 0 is n.m.

    References
    ----------
    .. [1] Koller, T., Goedhart, M. and Wessels, D. Valuation: Measuring and Managing the Value of Companies. Wiley.

    Examples
    --------
    >>> dcf_value([125, 125], 0.25)
    180.0
    >>> dcf_value([125, 125], 0.25, terminal_growth=0.0)
    500.0
    """
    if terminal_growth is not None and terminal_multiple is not None:
        message = "give a terminal growth or a terminal multiple, not both"
        raise ChoiceError(message, "terminal_multiple")
    rate = np.where(rate <= -1, above_minus_one("rate"), rate)
    coming, years = cash_flows, np.arange(1.0, cash_flows.shape[-1] + 1)
    moments = years - 0.5
    if stub.ndim or stub != 1:
        first = years == 1
        years = years - 1 + stub[..., np.newaxis]
        moments = np.where(first, years / 2, years - 0.5)
        coming = cash_flows * np.where(first, stub[..., np.newaxis], 1.0)
    value = total(coming / (1 + rate[..., np.newaxis]) ** (moments if mid_year else years))
    last, end = cash_flows[..., -1], years[..., -1]
    if terminal_growth is not None:
        following = gordon_value(last * (1 + terminal_growth), rate, terminal_growth)
        value = value + following / (1 + rate) ** (end - 0.5 if mid_year else end)
    if terminal_multiple is not None:
        sale = np.where(last <= 0, NOT_MEANINGFUL, last * terminal_multiple)
        value = value + sale / (1 + rate) ** end
    return np.where(np.isnan(rate), rate, value)  # x ** 0 is 1 and would hide a NaN in the rate


@broadcasts
def driver_dcf(  # noqa: PLR0913, PLR0917 - a segment has the drivers it has
    revenue: Money,
    growth: Growth,
    ebitda_margin: Margin,
    depreciation: Share,
    tax_rate: Share,
    capex: Investment,
    working_capital: Ratio,
    wacc: Rate,
    years: Years = 5,
    terminal_growth: Growth | None = None,
    exit_multiple: Multiple | None = None,
    final_growth: Growth | None = None,
    fade: Share = 0.0,
    mid_year: Flag = True,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Money:
    """Enterprise value of a segment by DCF from its drivers: fading growth, margin, tax, investment, terminal value.

    Parameters
    ----------
    revenue : (...) money
        Revenue of the last year, from which the forecast starts.
    growth : (...) fraction
        Growth of revenue in the first year of the forecast.
    ebitda_margin : (...) fraction
        EBITDA ÷ revenue.
    depreciation : (...) fraction
        Depreciation and amortisation ÷ revenue.
    tax_rate : (...) fraction
        Tax ÷ operating profit (EBITDA − depreciation). A loss lowers the tax of the rest of the group.
    capex : (...) fraction
        Capital expenditure ÷ revenue.
    working_capital : (...) fraction
        Increase of working capital ÷ increase of revenue.
    wacc : (...) fraction
        Discount rate, a year.
    years : (...) years
        Length of the forecast: a whole number from 1 to 200.
    terminal_growth : (...) fraction
        Growth for ever after the forecast; either this or an exit multiple.
    exit_multiple : (...) ×
        Exit multiple of the last year's EBITDA, at the end of that year.
    final_growth : (...) fraction
        Growth towards which the first year's growth fades; the terminal growth if left out.
    fade : (...) fraction
        Share of the remaining distance to the final growth covered each year: 0 for no fade, 1 to reach it in year 2.
    mid_year : flag
        Whether the flows come in the middle of each year instead of at its end.

    Returns
    -------
    (...) money
        Σ flow_t ÷ (1 + wacc)^t + terminal value ÷ (1 + wacc)^n; mid-year: t − ½ for the flows, where
        growth_t = final + (growth − final) × (1 − fade)^(t−1); revenue_t = revenue_(t−1) × (1 + growth_t);
        flow_t = revenue_t × ((ebitda − depreciation) × (1 − tax) + depreciation − capex)
        − working capital × (revenue_t − revenue_(t−1)).
        Terminal value by growth: flow_(n+1) ÷ (wacc − terminal growth), the flow of the year after, whose working
        capital grows at the terminal growth; mid-year discounted over n − ½ years, since its flows come mid-year too.
        By multiple: EBITDA_n × exit multiple, always discounted over n years, since the sale is at the end of a year.

    Raises
    ------
    MissingError
        If there is neither a terminal growth nor an exit multiple, or if growth fades, there is an exit multiple and no
        final growth is given.
    ChoiceError
        If there are both a terminal growth and an exit multiple.

    Notes
    -----
    #NUM!: growth below −100 %, a wacc ≤ −100 %, a fade outside 0 to 1, years that are not a whole number from 1 to 200,
    a terminal growth that is not below the wacc. A multiple of an EBITDA ≤ 0 is n.m.

    References
    ----------
    .. [1] Koller, T., Goedhart, M. and Wessels, D. Valuation: Measuring and Managing the Value of Companies. Wiley.

    Examples
    --------
    A constant flow of 25 (a quarter of the revenue of 100) for ever, at 25 %:

    >>> driver_dcf(100, 0, 0.5, 0, 0.5, 0, 0, 0.25, terminal_growth=0, mid_year=False)
    100.0
    """
    if terminal_growth is not None and exit_multiple is not None:
        message = "give a terminal growth or an exit multiple, not both"
        raise ChoiceError(message, "exit_multiple")
    if terminal_growth is None and exit_multiple is None:
        message = "either this or exit_multiple is required"
        raise MissingError(message, "terminal_growth")
    if final_growth is None and terminal_growth is None and np.any(fade > 0):
        message = "is required where growth fades on the way to an exit multiple"
        raise MissingError(message, "final_growth")
    if final_growth is None:
        final_growth = growth if terminal_growth is None else terminal_growth
    wacc = np.where(wacc <= -1, above_minus_one("wacc"), wacc)
    uneven = (years < 1) | (years > LONGEST_FORECAST) | (years > np.floor(years))
    years = np.where(uneven, out_of_range(f"years must be a whole number from 1 to {LONGEST_FORECAST}").nan, years)

    flow_margin = (ebitda_margin - depreciation) * (1 - tax_rate) + depreciation - capex
    distance = np.where(np.isnan(fade), fade, growth - final_growth)  # keeps NaN in a one-year forecast
    discount_factor = np.where(np.isnan(years), years, 1.0)
    value = np.zeros(())
    for year in range(1, int(np.max(years, where=years >= 1, initial=0)) + 1):
        running = year <= years  # the length of the forecast may differ by element
        increase = np.where(running, revenue * (final_growth + distance), 0.0)
        revenue = revenue + increase
        discount_factor = np.where(running, discount_factor / (1 + wacc), discount_factor)
        flow = revenue * flow_margin - increase * working_capital
        value = value + np.where(running, flow * discount_factor, 0.0)
        distance = distance * (1 - fade)

    to_mid_year = np.sqrt(1 + wacc) if mid_year else 1.0  # mid-year: all flows come half a year earlier
    if terminal_growth is None:
        ebitda = revenue * ebitda_margin
        sale = np.where(ebitda <= 0, NOT_MEANINGFUL, ebitda * exit_multiple)
        return value * to_mid_year + sale * discount_factor
    flow = revenue * ((1 + terminal_growth) * flow_margin - terminal_growth * working_capital)
    return (value + gordon_value(flow, wacc, terminal_growth) * discount_factor) * to_mid_year


@broadcasts
def cost_of_equity(risk_free: Rate, beta: Number, premium: Rate) -> Ratio:
    """Cost of equity by the capital asset pricing model (CAPM).

    Parameters
    ----------
    risk_free : (...) fraction
        Risk-free yield in the currency of the flows.
    beta : (...) number
        Beta of the share.
    premium : (...) fraction
        Equity risk premium: the expected return of the market above the risk-free rate.

    Returns
    -------
    (...) fraction
        risk-free rate + beta × premium.

    References
    ----------
    .. [1] Sharpe, W. F. (1964). Capital Asset Prices: A Theory of Market Equilibrium under Conditions of Risk.
       Journal of Finance 19(3), 425–442.

    Examples
    --------
    >>> round(cost_of_equity(0.03, 1.2, 0.05), 12)
    0.09
    """
    return risk_free + beta * premium


@broadcasts
def wacc(equity: Money, debt: Money, cost_equity: Rate, cost_debt: Rate, tax: Share) -> Ratio:
    """Weighted average cost of capital, after tax, at market values.

    Parameters
    ----------
    equity : (...) money
        Market value of the equity.
    debt : (...) money
        Market value of the debt; net of cash it may be negative.
    cost_equity : (...) fraction
        Cost of equity.
    cost_debt : (...) fraction
        Cost of debt, before tax.
    tax : (...) fraction
        Tax rate at which interest is deducted.

    Returns
    -------
    (...) fraction
        (equity × cost of equity + debt × cost of debt × (1 − tax)) ÷ (equity + debt).

    Notes
    -----
    A negative equity and a negative sum of equity and debt are #NUM!, a sum of 0 is #DIV/0!.

    References
    ----------
    .. [1] Modigliani, F. and Miller, M. H. (1963). Corporate Income Taxes and the Cost of Capital: A Correction.
       American Economic Review 53(3), 433–443.

    Examples
    --------
    >>> wacc(600, 400, 0.125, 0.0625, 0.2)
    0.095
    """
    negative = out_of_range("equity, and equity + debt, must be at least 0").nan
    equity = np.where((equity < 0) | (equity + debt < 0), negative, equity)
    return divide(equity * cost_equity + debt * cost_debt * (1 - tax), equity + debt)
