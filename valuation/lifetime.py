"""Lifetime value: value of a user over the years, with one retention rate for all years or one per year."""

import numpy as np

from valuation.kernel.broadcast import broadcasts, total
from valuation.kernel.errors import above_minus_one, out_of_range
from valuation.kernel.units import Growth, MoneyPerUser, MoneysPerUser, Rate, Retention, Stakes, Timing, Years


@broadcasts
def user_lifetime_value(
    margin: MoneyPerUser, retention: Retention, discount_rate: Rate, years: Years | None = None, timing: Timing = "end"
) -> MoneyPerUser:
    """Lifetime value of a user: the yearly margin from the users still retained, discounted to today.

    Parameters
    ----------
    margin : (...) money per user
        Yearly margin per user, the same every year.
    retention : (...) fraction
        Retention rate: the share of users who remain after a year.
    discount_rate : (...) fraction
        Discount rate per year.
    years : (...) years
        Number of yearly margins included; all years for ever, if left out.
    timing : choice
        When the first margin comes: at the "end" of the first year, from retained users; at its "start", from all
        users.

    Returns
    -------
    (...) money per user
        With q = retention ÷ (1 + discount rate), end: margin × (q + q² + … + q^years), so margin × retention ÷ (1 +
        discount rate − retention) for ever; start: margin × (1 + q + … + q^(years−1)), which is end ÷ q. An infinite
        sum (q ≥ 1 for ever), a retention below 0, negative years and a rate of −1 or less are #NUM!. For years that are
        not whole the closed form of the sum is used.

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
    lost = (1 + discount_rate - retention) / (1 + discount_rate)  # 1 − kept, without cancellation
    if years is None:
        no_sum = lost <= 0
        margins = 1 / lost
    else:
        no_sum = years < 0
        # Not 1 − kept ** years, which loses digits where kept is close to 1. At years = 0 or lost = 0 the value is
        # years.
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
    """Lifetime value by the short formula m ÷ (1 + d − r): margins for ever, paid by all users of a year at its end.

    Parameters
    ----------
    margin : (...) money per user
        Margin per user at the end of the first year, from all users at its start.
    retention : (...) fraction
        Retention rate: the share of users who remain after a year.
    discount_rate : (...) fraction
        Discount rate per year.
    growth : (...) fraction
        Growth of the margin per year.

    Returns
    -------
    (...) money per user
        margin ÷ (1 + discount rate − retention × (1 + growth)); #NUM! where the sum is infinite.

    References
    ----------
    .. [1] Gupta, S. and Lehmann, D. R. (2005). Managing Customers as Investments. Wharton School Publishing.

    Examples
    --------
    >>> round(simple_lifetime_value(100, retention=0.87, discount_rate=0.12), 6)
    400.0
    """
    lost = 1 + discount_rate - retention * (1 + growth)
    endless = out_of_range("retention × (1 + growth) must be below 1 + discount_rate: else the sum is infinite").nan
    return np.where(lost <= 0, endless, margin / lost)


@broadcasts
def cohort_lifetime_value(
    margins: MoneysPerUser,
    retentions: Stakes,
    discount_rate: Rate,
    growth: Growth = 0.0,
    timing: Timing = "end",
) -> MoneyPerUser:
    """Lifetime value of a user with a retention rate, and optionally a margin, for each year.

    Parameters
    ----------
    margins : (..., n) money per user
        Margin per user in each year, or one for all years.
    retentions : (..., n) fraction
        Retention rate of each year, or one for all years: the share of its users who remain at its end.
    discount_rate : (...) fraction
        Discount rate per year.
    growth : (...) fraction
        Yearly growth applied to the margins in addition.
    timing : choice
        When the margin of a year comes: at its "end", from retained users; at its "start", from all users.

    Returns
    -------
    (...) money per user
        end: Σ margin_t × (1 + growth)^(t−1) × retention_1 × … × retention_t ÷ (1 + discount rate)^t; start: without
        retention_t, discounted over t − 1 years.

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
