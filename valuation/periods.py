"""Periods: growth from one to the next, and years pieced together from parts of others."""

from typing import Final

import numpy as np

from valuation.kernel.broadcast import broadcasts, compound, divide
from valuation.kernel.errors import NOT_MEANINGFUL, out_of_range
from valuation.kernel.units import Flag, Growth, Money, Months, Number, Ratio, Years

_YEAR: Final = 12  # months
_NO_MONTH: Final = out_of_range("months run from 0 to 12, and a month of the year from 1 to 12")


@broadcasts
def growth_rate(
    current: Number,
    prior: Number,
    absolute: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Ratio:
    """Growth from the prior period to the current one, as a fraction; n.m. where the prior one is negative.

    Parameters
    ----------
    current : (...) number
        Revenue, profit, users of the period.
    prior : (...) number
        The same of the period before.
    absolute : flag
        Whether a change from a loss is shown as a share of the size of the loss, instead of n.m.

    Returns
    -------
    (...) fraction
        current ÷ prior − 1; a loss is nothing to grow from. Absolute: (current − prior) ÷ |prior|.

    References
    ----------
    .. [1] Source D: Xiaomi's revenue of 2016 and 2017.

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
    """Compound annual growth rate between two figures that lie some years apart.

    Parameters
    ----------
    first : (...) number
        The earlier figure.
    last : (...) number
        The later figure.
    years : (...) years
        Time between them; parts of a year are fine.

    Returns
    -------
    (...) fraction
        (last ÷ first)^(1 ÷ years) − 1; n.m. where a figure is not positive, #NUM! where the time is not.

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
    if extreme.any():  # too large or too small for a number: raised to its power in two parts
        grown = np.where(extreme, last ** (1 / span) / first ** (1 / span) - 1, grown)
    # `**` makes 1 of 1 to an unknown power.
    unknown = np.isnan(first) | np.isnan(last) | np.isnan(span)
    return np.where(loss, NOT_MEANINGFUL, np.where(unknown, first + last + span, grown))


@broadcasts
def project(base: Number, growth: Growth, years: Years) -> Number:
    """Figure after some years of growth at the same rate.

    Parameters
    ----------
    base : (...) number
        Today's figure.
    growth : (...) fraction
        Growth a year.
    years : (...) years
        How many years on; negative ones look back.

    Returns
    -------
    (...) number
        base × (1 + growth)^years; #NUM! where it falls by more than all of itself.

    References
    ----------
    .. [1] Source B: Xiaomi's revenue of 2017 grown to 2020.

    Examples
    --------
    >>> project(1146, 0.5, 3)
    3867.75
    """
    return base * compound(growth, years)


@broadcasts
def annualize(part: Number, prior_part: Number, prior_full: Number) -> Number:
    """Full year from a part of it, by the share that the same part had in the year before.

    Parameters
    ----------
    part : (...) number
        Figure of the part of the year: the first half of 2015.
    prior_part : (...) number
        Figure of the same part a year before.
    prior_full : (...) number
        Figure of the whole year before.

    Returns
    -------
    (...) number
        part × prior full ÷ prior part: what grows in every year's same season stays comparable.

    References
    ----------
    .. [1] Source A: Tencent's revenue per account of 2015, from its first half (autumn 2015).

    Examples
    --------
    >>> annualize(60, 50, 120)
    144.0
    """
    return np.where((prior_part < 0) | (prior_full < 0), NOT_MEANINGFUL, divide(part * prior_full, prior_part))


@broadcasts
def ltm(fiscal_year: Money, stub: Money, prior_stub: Money) -> Money:
    """Last twelve months: the last fiscal year, plus the months since, less the same months a year before.

    Parameters
    ----------
    fiscal_year : (...) money
        Figure of the last full fiscal year.
    stub : (...) money
        Figure of the months since its end.
    prior_stub : (...) money
        Figure of the same months a year before, which the fiscal year holds already.

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
    """Next twelve months: what is left of this fiscal year, and the beginning of the next, by months.

    Parameters
    ----------
    fy1 : (...) money
        Estimate of the fiscal year that is running.
    fy2 : (...) money
        Estimate of the one after it.
    months_elapsed : (...) months
        Months of the running year that are over, 0 to 12.

    Returns
    -------
    (...) money
        ((12 − m) × fy1 + m × fy2) ÷ 12.

    Examples
    --------
    >>> ntm(120, 240, 3)
    150.0
    """
    elapsed = np.where((months_elapsed < 0) | (months_elapsed > _YEAR), _NO_MONTH.nan, months_elapsed)
    return ((_YEAR - elapsed) * fy1 + elapsed * fy2) / _YEAR


@broadcasts
def calendarize(fy0: Money, fy1: Money, year_end_month: Months) -> Money:
    """Calendar year's figure from the two fiscal years that share it, by months.

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
    month = np.where((year_end_month < 1) | (year_end_month > _YEAR), _NO_MONTH.nan, year_end_month)
    return (month * fy0 + (_YEAR - month) * fy1) / _YEAR
