"""Value of users: revenue per user, value per user, and the value of a user base."""

import numpy as np

from valuation.kernel.broadcast import broadcasts, divide
from valuation.kernel.errors import NOT_MEANINGFUL
from valuation.kernel.units import (
    Count,
    ExchangeRate,
    Money,
    MoneyPerUser,
    Multiple,
    Ratio,
    Share,
)


@broadcasts
def arpu(revenue: Money, users: Count) -> MoneyPerUser:
    """Average revenue per user.

    Parameters
    ----------
    revenue : (...) money
        Revenue of the period.
    users : (...) count
        Users in the period; the average where it is known.

    Returns
    -------
    (...) money per user
        revenue ÷ users; #DIV/0! without users.

    References
    ----------
    .. [1] Bundled case xiaomi_2015: the per-user analogy with Tencent (2015).

    Examples
    --------
    >>> arpu(3.198e9, 1.5e8)
    21.32
    """
    return divide(revenue, users)


@broadcasts
def payer_ratio(payers: Count, users: Count) -> Ratio:
    """Share of users who pay.

    Parameters
    ----------
    payers : (...) count
        Users who pay.
    users : (...) count
        All users.

    Returns
    -------
    (...) fraction
        payers ÷ users; #DIV/0! without users.

    References
    ----------
    .. [1] Bundled case xiaomi_2015: the per-user analogy with Tencent (2015).

    Examples
    --------
    >>> payer_ratio(0.843e8, 8.43e8)
    0.1
    """
    return divide(payers, users)


@broadcasts
def value_per_user(value: Money, users: Count) -> MoneyPerUser:
    """Value of a company per user, at market or deal value.

    Parameters
    ----------
    value : (...) money
        Market capitalisation, enterprise value or price of a deal.
    users : (...) count
        Users of that company.

    Returns
    -------
    (...) money per user
        value ÷ users; #DIV/0! without users.

    Examples
    --------
    >>> value_per_user(45e9, 1.5e8)
    300.0
    """
    return divide(value, users)


@broadcasts
def user_revenue(users: Count, ad_arpu: MoneyPerUser, payer_ratio: Share, payer_arpu: MoneyPerUser) -> Money:
    """Revenue of a user base: advertising per user plus spending of paying users.

    Parameters
    ----------
    users : (...) count
        Users of the company.
    ad_arpu : (...) money per user
        Advertising revenue per user, averaged over all users.
    payer_ratio : (...) fraction
        Share of users who pay.
    payer_arpu : (...) money per user
        Revenue per paying user.

    Returns
    -------
    (...) money
        users × (ad ARPU + payer ratio × payer ARPU).

    References
    ----------
    .. [1] Bundled case xiaomi_2015: the per-user analogy with Tencent (2015).

    Examples
    --------
    >>> user_revenue(1.5e8, 21.32, 0.10, 992.4)
    18084000000.0
    """
    return users * (ad_arpu + payer_ratio * payer_arpu)


@broadcasts
def per_user_value(
    users: Count,
    ad_arpu: MoneyPerUser,
    payer_ratio: Share,
    payer_arpu: MoneyPerUser,
    multiple: Multiple,
    fx: ExchangeRate = 1.0,
) -> Money:
    """Value of a user base by analogy: the peer's revenue per user × these users × the peer's multiple of revenue.

    Parameters
    ----------
    users : (...) count
        Users of the company that is valued.
    ad_arpu : (...) money per user
        The peer's advertising revenue per user.
    payer_ratio : (...) fraction
        Share of the peer's users who pay.
    payer_arpu : (...) money per user
        The peer's revenue per paying user.
    multiple : (...) ×
        The peer's value as a multiple of this revenue.
    fx : (...) exchange rate
        Local currency per unit of the reporting currency, to convert the value; 1 for no conversion.

    Returns
    -------
    (...) money
        users × (ad ARPU + payer ratio × payer ARPU) × multiple ÷ fx; #DIV/0! at an exchange rate of zero.

    References
    ----------
    .. [1] Bundled case xiaomi_2015: the per-user analogy with Tencent (2015).

    Examples
    --------
    >>> round(per_user_value(1.5e8, 21.32, 0.10, 992.4, multiple=13.39, fx=6.3) / 1e8, 2)
    384.36
    """
    return divide(user_revenue(users, ad_arpu, payer_ratio, payer_arpu) * multiple, fx)


@broadcasts
def attributed_value(total_value: Money, part: Money, whole: Money) -> Money:
    """Value of a part of a company by its share of revenue.

    Parameters
    ----------
    total_value : (...) money
        Value of the whole company.
    part : (...) money
        Revenue of the part.
    whole : (...) money
        Revenue of the whole.

    Returns
    -------
    (...) money
        total value × part ÷ whole; #DIV/0! without revenue, n.m. where that of the whole is negative.

    References
    ----------
    .. [1] Bundled case xiaomi_2015: the per-user analogy with Tencent (2015).

    Examples
    --------
    >>> attributed_value(1600, 75, 100)
    1200.0
    """
    return np.where(whole < 0, NOT_MEANINGFUL, divide(total_value * part, whole))


@broadcasts
def acquisition_cost(spend: Money, additions: Count) -> MoneyPerUser:
    """Acquisition cost per user.

    Parameters
    ----------
    spend : (...) money
        Marketing and sales spending of the period.
    additions : (...) count
        Users gained in the period, before losses (gross additions).

    Returns
    -------
    (...) money per user
        spend ÷ additions; #DIV/0! without additions.

    Examples
    --------
    >>> acquisition_cost(3_000_000, 120_000)
    25.0
    """
    return divide(spend, additions)


@broadcasts
def user_base_value(
    users: Count,
    value_per_user: MoneyPerUser,
    new_users: Count = 0.0,
    value_per_new_user: MoneyPerUser = 0.0,
    overhead: Money = 0.0,
) -> Money:
    """Value of a user base: existing users plus future users, less overhead that does not depend on users.

    Parameters
    ----------
    users : (...) count
        Existing users.
    value_per_user : (...) money per user
        Lifetime value of an existing user.
    new_users : (...) count
        Future new users.
    value_per_new_user : (...) money per user
        Lifetime value of a new user less its acquisition cost, discounted to today.
    overhead : (...) money
        Costs that do not depend on the number of users, discounted to today.

    Returns
    -------
    (...) money
        users × value per user + new users × value per new user − overhead.

    References
    ----------
    .. [1] Damodaran, A. (2018), "Going to Pieces: Valuing Users, Subscribers and Customers", SSRN 3175652.

    Examples
    --------
    >>> user_base_value(1000, 250, new_users=500, value_per_new_user=180, overhead=40_000)
    300000.0
    """
    return users * value_per_user + new_users * value_per_new_user - overhead
