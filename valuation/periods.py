"""Periods: growth between periods, and years composed of parts of other years (LTM, NTM, calendar years)."""

from typing import Final

import numpy as np

from valuation.kernel.broadcast import broadcasts, carried, compound, divide
from valuation.kernel.errors import NOT_MEANINGFUL, out_of_range
from valuation.kernel.units import Flag, Growth, Money, Months, Number, Ratio, Years

_YEAR: Final = 12  # months
_NO_MONTH: Final = out_of_range("year_end_month is out of range: it must be from 1 to 12; a year has 12 months")


@broadcasts
def growth_rate(
    current: Number,
    prior: Number,
    absolute: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Ratio:
    """Growth from the prior period to the current one, as a fraction; n.m. where the prior figure is negative.

    Parameters
    ----------
    current : (...) number
        Revenue, profit, users of the period.
    prior : (...) number
        The same figure for the period before.
    absolute : flag
        Whether a change from a loss is given relative to the absolute amount of the loss, instead of n.m.

    Returns
    -------
    (...) fraction
        current ÷ prior − 1, n.m. where the prior figure is negative. Absolute: (current − prior) ÷ |prior|.

    References
    ----------
    .. [1] Bundled case xiaomi_2019: Xiaomi's revenue of 2016 and 2017.

    Examples
    --------
    >>> round(growth_rate(1146, 684), 4)
    0.6754
    """
    if absolute:
        return divide(current - prior, np.abs(prior))
    return np.where(prior < 0, NOT_MEANINGFUL, divide(current, prior) - 1)


@broadcasts
def cagr(first: Number, last: Number, years: Years) -> Ratio:
    """Compound annual growth rate between two figures.

    Parameters
    ----------
    first : (...) number
        The earlier figure.
    last : (...) number
        The later figure.
    years : (...) years
        Years between them; need not be whole.

    Returns
    -------
    (...) fraction
        (last ÷ first)^(1 ÷ years) − 1; n.m. where a figure is not positive, #NUM! where the years are not.

    Examples
    --------
    >>> cagr(100, 121, 2)
    0.10000000000000009
    """
    loss = (first <= 0) | (last <= 0)
    span = np.where(years <= 0, out_of_range("years must be above 0").nan, years)
    ratio = last / first
    grown = ratio ** (1 / span) - 1
    extreme = np.isinf(ratio) | (ratio == 0)
    if extreme.any():  # the ratio overflows or underflows, so the power is taken of both figures separately
        grown = np.where(extreme, last ** (1 / span) / first ** (1 / span) - 1, grown)
    known = carried(first, last, span)  # 1 ** NaN is 1
    return np.where(loss, NOT_MEANINGFUL, np.where(np.isnan(known), known, grown))


@broadcasts
def project(base: Number, growth: Growth, years: Years) -> Number:
    """Figure after a number of years at a constant growth rate.

    Parameters
    ----------
    base : (...) number
        Today's figure.
    growth : (...) fraction
        Growth a year.
    years : (...) years
        Number of years; negative for the past.

    Returns
    -------
    (...) number
        base × (1 + growth)^years; #NUM! where the growth is below −1.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi's revenue of 2017 grown to 2020.

    Examples
    --------
    >>> project(1146, 0.5, 3)
    3867.75
    """
    return base * compound(growth, years)


@broadcasts
def annualize(part: Number, prior_part: Number, prior_full: Number) -> Number:
    """Estimate of a full year from part of it, by the share of the same part in the year before.

    Parameters
    ----------
    part : (...) number
        Figure of the part of the year, such as the first half of 2015.
    prior_part : (...) number
        Figure of the same part a year before.
    prior_full : (...) number
        Figure of the whole year before.

    Returns
    -------
    (...) number
        part × prior full ÷ prior part, which allows for seasonality; n.m. where a figure of the year before is
        negative, #DIV/0! where that of the part is 0.

    References
    ----------
    .. [1] Bundled case xiaomi_2015: Tencent's revenue per account of 2015, from its first half (autumn 2015).

    Examples
    --------
    >>> annualize(60, 50, 120)
    144.0
    """
    return np.where((prior_part < 0) | (prior_full < 0), NOT_MEANINGFUL, divide(part * prior_full, prior_part))


@broadcasts
def ltm(fiscal_year: Money, stub: Money, prior_stub: Money) -> Money:
    """Last twelve months: the last fiscal year plus the months since, less the same months of the year before.

    Parameters
    ----------
    fiscal_year : (...) money
        Figure of the last full fiscal year.
    stub : (...) money
        Figure of the months since its end.
    prior_stub : (...) money
        Figure of the same months a year before, which is part of the fiscal year.

    Returns
    -------
    (...) money
        fiscal year + stub − prior stub.

    Examples
    --------
    >>> ltm(100, 15, 10)
    105.0
    """
    return fiscal_year + stub - prior_stub


@broadcasts
def ntm(fy1: Money, fy2: Money, months_elapsed: Months) -> Money:
    """Next twelve months: this fiscal year and the next, weighted by the months of each.

    Parameters
    ----------
    fy1 : (...) money
        Estimate for the current fiscal year.
    fy2 : (...) money
        Estimate for the next fiscal year.
    months_elapsed : (...) months
        Months of the current fiscal year that are over, 0 to 12.

    Returns
    -------
    (...) money
        ((12 − m) × fy1 + m × fy2) ÷ 12.

    Examples
    --------
    >>> ntm(120, 240, 3)
    150.0
    """
    return ((_YEAR - months_elapsed) * fy1 + months_elapsed * fy2) / _YEAR


@broadcasts
def calendarize(fy0: Money, fy1: Money, year_end_month: Months) -> Money:
    """Figure for a calendar year from the two fiscal years that overlap it, weighted by months.

    Parameters
    ----------
    fy0 : (...) money
        Figure of the fiscal year that ends in the calendar year.
    fy1 : (...) money
        Figure of the fiscal year after it.
    year_end_month : (...) months
        Month in which the fiscal year ends, 1 to 12; 3 for a year to the end of March.

    Returns
    -------
    (...) money
        (m × fy0 + (12 − m) × fy1) ÷ 12: with m = 12 the fiscal year is the calendar year.

    Examples
    --------
    >>> calendarize(120, 240, 3)
    210.0
    """
    month = np.where(year_end_month < 1, _NO_MONTH.nan, year_end_month)
    return (month * fy0 + (_YEAR - month) * fy1) / _YEAR
