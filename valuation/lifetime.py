"""Lifetime value: what a user brings in over the years, for one rate of retention or for one a year."""

import numpy as np

from valuation.kernel.broadcast import broadcasts, total
from valuation.kernel.errors import above_minus_one, out_of_range
from valuation.kernel.units import Growth, MoneyPerUser, MoneysPerUser, Rate, Retention, Stakes, Timing, Years


@broadcasts
def user_lifetime_value(
    margin: MoneyPerUser, retention: Retention, discount_rate: Rate, years: Years | None = None, timing: Timing = "end"
) -> MoneyPerUser:
    """What a user brings in over a lifetime, discounted: a margin each year from those who are still there.

    Parameters
    ----------
    margin : (...) money per user
        Margin per user and year, the same every year.
    retention : (...) fraction
        Share of the users who are still there a year later.
    discount_rate : (...) fraction
        Discount rate per year.
    years : (...) years
        How many yearly margins count; for ever, if left out.
    timing : choice
        When the first margin comes: "end" of the first year, from those who stayed; "start" of it, from all.

    Returns
    -------
    (...) money per user
        With q = retention ÷ (1 + discount rate), end: margin × (q + q² + … + q^years), so margin × retention ÷
        (1 + discount rate − retention) for ever; start: margin × (1 + q + … + q^(years−1)), which is end ÷ q.
        A sum without end (q ≥ 1 for ever), a retention below 0, fewer years than none or a rate of −1 or less is
        #NUM!. Between whole years the closed form of the sum is read on.

    References
    ----------
    .. [1] Gupta, S., Lehmann, D. R. and Stuart, J. A. (2004), "Valuing Customers", Journal of Marketing
       Research 41 (1), 7-18.

    Examples
    --------
    >>> round(user_lifetime_value(100, retention=0.8, discount_rate=0.12), 9)
    250.0
    >>> user_lifetime_value(100, retention=0.5, discount_rate=0, years=3)
    87.5
    >>> user_lifetime_value(100, retention=0.5, discount_rate=0, years=3, timing="start")
    175.0
    """
    kept = retention / (1 + discount_rate)
    lost = (1 + discount_rate - retention) / (1 + discount_rate)  # 1 − kept, exact where kept is close to 1
    if years is None:
        no_sum = lost <= 0
        margins = 1 / lost
    else:
        no_sum = years < 0
        # Not 1 − kept ** years: its digits cancel where kept is close to 1. At years = 0 or lost = 0 it is years.
        summed = -np.expm1(years * np.log1p(-lost)) / lost
        margins = np.where((years == 0) | (lost == 0), years + 0 * lost, summed)
    impossible = (retention < 0) | (discount_rate <= -1) | no_sum
    limitless = out_of_range(
        "retention must be below 1 + discount_rate, unless years are given, which are at least 0"
    ).nan
    return np.where(impossible, limitless, margin * margins * (kept if timing == "end" else 1))


@broadcasts
def simple_lifetime_value(
    margin: MoneyPerUser, retention: Retention, discount_rate: Rate, growth: Growth = 0.0
) -> MoneyPerUser:
    """What a user brings in for ever, where every user of a year pays at its end: m ÷ (1 + d − r).

    Parameters
    ----------
    margin : (...) money per user
        Margin per user at the end of the first year, from all who were there at its start.
    retention : (...) fraction
        Share of the users who are still there a year later.
    discount_rate : (...) fraction
        Discount rate per year.
    growth : (...) fraction
        Growth of the margin per year.

    Returns
    -------
    (...) money per user
        margin ÷ (1 + discount rate − retention × (1 + growth)); #NUM! where that sum has no end.

    References
    ----------
    .. [1] Gupta, S. and Lehmann, D. R. (2005). Managing Customers as Investments. Wharton School Publishing.

    Examples
    --------
    >>> round(simple_lifetime_value(100, retention=0.87, discount_rate=0.12), 6)
    400.0
    """
    lost = 1 + discount_rate - retention * (1 + growth)
    endless = out_of_range("retention × (1 + growth) must be below 1 + discount_rate: else the sum has no end").nan
    return np.where(lost <= 0, endless, margin / lost)


@broadcasts
def cohort_lifetime_value(
    margins: MoneysPerUser,
    retentions: Stakes,
    discount_rate: Rate,
    growth: Growth = 0.0,
    timing: Timing = "end",
) -> MoneyPerUser:
    """What a user brings in over years whose retention, and whose margin, may change from year to year.

    Parameters
    ----------
    margins : (..., n) money per user
        Margin per user of each year, or one for all years.
    retentions : (..., n) fraction
        Share of the users of each year's start who are still there at its end.
    discount_rate : (...) fraction
        Discount rate per year.
    growth : (...) fraction
        Growth of the margins per year, on top of those given.
    timing : choice
        When a year's margin comes: at its "end", from those who stayed; at its "start", from all who were there.

    Returns
    -------
    (...) money per user
        end: Σ margin_t × (1 + growth)^(t−1) × retention_1 × … × retention_t ÷ (1 + discount rate)^t; start: without
        the year's own retention, over t − 1 years.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] Fader, P. S. and Hardie, B. G. S. (2007). How to Project Customer Retention. Journal of Interactive
       Marketing 21(1), 76–90: retention rates that rise with the age of a cohort.

    Examples
    --------
    100 × 0.5 ÷ 1.25 + 100 × 0.5 × 0.75 ÷ 1.25²:

    >>> cohort_lifetime_value([100, 100], [0.5, 0.75], 0.25)
    64.0
    """
    years = np.arange(1.0, retentions.shape[-1] + 1)
    there = np.cumprod(retentions, axis=-1)
    when = years
    if timing == "start":
        there, when = np.concatenate([np.ones_like(there[..., :1]), there[..., :-1]], axis=-1), years - 1
    rate, grown = discount_rate[..., np.newaxis], growth[..., np.newaxis]
    return total(
        margins
        * (1 + grown) ** (years - 1)
        * there
        / np.where(rate <= -1, above_minus_one("discount_rate"), 1 + rate) ** when
    )
