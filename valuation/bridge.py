"""Bridge to equity: from enterprise value to equity value, and from equity value to a value per share."""

import numpy as np

from valuation.kernel.broadcast import broadcasts, divide, total
from valuation.kernel.units import Money, MoneyPerShare, Options, Payments, Shares, Strikes


@broadcasts
def net_debt(debt: Money, cash: Money) -> Money:
    """Debt less cash; negative where cash is larger.

    Parameters
    ----------
    debt : (...) money
        Borrowings, bonds and leases.
    cash : (...) money
        Cash and investments that can be sold at once.

    Returns
    -------
    (...) money
        debt − cash.

    Examples
    --------
    >>> net_debt(500, 180)
    320.0
    """
    return debt - cash


@broadcasts
def equity_from_ev(
    ev: Money,
    net_debt: Money = 0.0,
    minorities: Money = 0.0,
    preferred: Money = 0.0,
    associates: Money = 0.0,
    pensions: Money = 0.0,
    other_assets: Money = 0.0,
) -> Money:
    """Equity value: enterprise value less net debt and other claims, plus assets that it does not include.

    Parameters
    ----------
    ev : (...) money
        Enterprise value.
    net_debt : (...) money
        Debt less cash; negative where cash is larger.
    minorities : (...) money
        Minority interests: the share of others in consolidated subsidiaries.
    preferred : (...) money
        Preferred shares.
    associates : (...) money
        Stakes that are not consolidated, whose profit the enterprise value does not include.
    pensions : (...) money
        Pension deficit.
    other_assets : (...) money
        Other assets outside the business: idle land, tax losses.

    Returns
    -------
    (...) money
        ev − net debt − minorities − preferred − pensions + associates + other assets.

    Examples
    --------
    >>> equity_from_ev(1500, 320, 50, 30, 25)
    1125.0
    """
    return ev - net_debt - minorities - preferred - pensions + associates + other_assets


@broadcasts
def ev_from_equity(
    equity: Money,
    net_debt: Money = 0.0,
    minorities: Money = 0.0,
    preferred: Money = 0.0,
    associates: Money = 0.0,
    pensions: Money = 0.0,
    other_assets: Money = 0.0,
) -> Money:
    """Enterprise value that corresponds to an equity value: the inverse of EQUITY_FROM_EV.

    Parameters
    ----------
    equity : (...) money
        Equity value: market capitalisation, or the value of a round.
    net_debt : (...) money
        Debt less cash; negative where cash is larger.
    minorities : (...) money
        Minority interests: the share of others in consolidated subsidiaries.
    preferred : (...) money
        Preferred shares.
    associates : (...) money
        Stakes that are not consolidated, whose profit the enterprise value does not include.
    pensions : (...) money
        Pension deficit.
    other_assets : (...) money
        Other assets outside the business: idle land, tax losses.

    Returns
    -------
    (...) money
        equity + net debt + minorities + preferred + pensions − associates − other assets.

    Examples
    --------
    >>> ev_from_equity(1125, 320, 50, 30, 25)
    1500.0
    """
    return equity + net_debt + minorities + preferred + pensions - associates - other_assets


@broadcasts
def diluted_shares(
    basic: Shares, options: Options, strikes: Strikes, price: MoneyPerShare, restricted: Shares = 0.0
) -> Shares:
    """Diluted shares at a share price by the treasury stock method, tranche by tranche.

    Parameters
    ----------
    basic : (...) shares
        Shares outstanding.
    options : (..., n) shares
        Options and warrants of each tranche.
    strikes : (..., n) money per share
        Exercise price of each tranche; a tranche at or out of the money adds no shares.
    price : (...) money per share
        Share price, at which the exercise proceeds buy back shares.
    restricted : (...) shares
        Restricted shares that will vest; they count in full.

    Returns
    -------
    (...) shares
        basic + restricted + Σ options × (1 − strike ÷ price), over the tranches in the money.
        A negative number of shares or strike is #NUM!.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] IAS 33, Earnings per Share, paragraphs 45-48; FASB ASC 260-10-45-23.

    Examples
    --------
    >>> diluted_shares(100_000, [20_000, 20_000], [20, 28], 25)
    104000.0
    """
    each = price[..., np.newaxis]
    added = options * np.where(each <= strikes, 0.0, (each - strikes) / each)
    return basic + restricted + total(added)


@broadcasts
def diluted_price(
    equity: Money, basic: Shares, options: Options, strikes: Strikes, restricted: Shares = 0.0
) -> MoneyPerShare:
    """Share price at which price × diluted shares equals the equity value; price and dilution are solved together.

    Parameters
    ----------
    equity : (...) money
        Equity value of the shareholders.
    basic : (...) shares
        Shares outstanding.
    options : (..., n) shares
        Options and warrants of each tranche.
    strikes : (..., n) money per share
        Exercise price of each tranche.
    restricted : (...) shares
        Restricted shares that will vest; they count in full.

    Returns
    -------
    (...) money per share
        The p for which p × DILUTED_SHARES(basic, options, strikes, p, restricted) = equity, exact.
        A negative number of shares or strike is #NUM!; no shares outstanding is #DIV/0!.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    At a price p a tranche is worth max(0, options × (p − strike)). The tranches exercised are always those with the
    lowest strikes, so p is the lowest value of (equity + Σ options × strike) ÷ (shares + Σ options) over the sets of
    the k lowest strikes, k = 0, 1, … n.

    References
    ----------
    .. [1] IAS 33, Earnings per Share, paragraphs 45-48; FASB ASC 260-10-45-23.

    Examples
    --------
    >>> price = diluted_price(2_600_000, 100_000, [20_000, 20_000], [20, 28])
    >>> price
    25.0
    >>> price * diluted_shares(100_000, [20_000, 20_000], [20, 28], price)
    2600000.0
    """
    # A tranche of 0 options at a strike of 0 adds the case that no tranche is exercised.
    options, strikes = (np.insert(tranches, 0, 0.0, axis=-1) for tranches in np.broadcast_arrays(options, strikes))
    lowest_first = np.argsort(strikes, axis=-1, stable=True)
    exercised = np.take_along_axis(options, lowest_first, axis=-1)
    paid_in = exercised * np.take_along_axis(strikes, lowest_first, axis=-1)
    prices = divide(
        equity[..., np.newaxis] + np.cumsum(paid_in, axis=-1),
        (basic + restricted)[..., np.newaxis] + np.cumsum(exercised, axis=-1),
    )
    # min() would lose the reason of a NaN.
    return np.take_along_axis(prices, np.argmin(prices, axis=-1, keepdims=True), axis=-1)[..., 0]


@broadcasts
def if_converted_shares(
    basic: Shares, principals: Payments, conversion_prices: Strikes, price: MoneyPerShare
) -> Shares:
    """Shares at a share price, including those of the convertible bonds that are worth more when converted.

    Parameters
    ----------
    basic : (...) shares
        Shares outstanding, diluted by options where there are any.
    principals : (..., n) money
        Principal of each convertible bond outstanding.
    conversion_prices : (..., n) money per share
        Conversion price: the principal given up for one share.
    price : (...) money per share
        Share price; a bond at or above it is not converted and stays debt.

    Returns
    -------
    (...) shares
        basic + Σ principal ÷ conversion price, over the bonds whose conversion price is below the share price.
        A conversion price of 0 is #DIV/0!.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    Take the principal of a converted bond out of the debt in the bridge: it is no longer owed.

    References
    ----------
    .. [1] IAS 33, Earnings per Share, paragraphs 49-51; FASB ASC 260-10-45-40.

    Examples
    --------
    >>> if_converted_shares(100, [300, 400], [20, 50], 30)
    115.0
    """
    each, added = price[..., np.newaxis], divide(principals, conversion_prices)
    return basic + total(np.where(np.isnan(each), each, added * (each > conversion_prices)))


@broadcasts
def if_converted_price(equity: Money, basic: Shares, principals: Payments, conversion_prices: Strikes) -> MoneyPerShare:
    """Share price with convertible bonds converted where that is worth more; price and conversion are solved together.

    Parameters
    ----------
    equity : (...) money
        Equity value after all debt, including the convertible bonds.
    basic : (...) shares
        Shares outstanding, including restricted shares that will vest.
    principals : (..., n) money
        Principal of each convertible bond outstanding.
    conversion_prices : (..., n) money per share
        Conversion price: the principal given up for one share.

    Returns
    -------
    (...) money per share
        (equity + Σ principal of converted bonds) ÷ (basic + Σ principal ÷ conversion price of converted bonds): the p
        at which exactly the bonds with a conversion price below p are converted, exact.
        No shares outstanding and a conversion price of 0 are #DIV/0!.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    To its holder a bond is worth its principal plus (principal ÷ conversion price) options with the conversion price as
    strike. So where there are both options and bonds, enter the bonds as further tranches in DILUTED_PRICE.

    References
    ----------
    .. [1] IAS 33, Earnings per Share, paragraphs 49-51; FASB ASC 260-10-45-40.

    Examples
    --------
    >>> if_converted_price(3150, 100, [300, 400], [20, 50])
    30.0
    """
    return diluted_price(equity, basic, divide(principals, conversion_prices), conversion_prices)


@broadcasts
def per_share(equity: Money, shares: Shares) -> MoneyPerShare:
    """Value per share.

    Parameters
    ----------
    equity : (...) money
        Equity value of the shareholders.
    shares : (...) shares
        Number of shares, diluted where there are options.

    Returns
    -------
    (...) money per share
        equity ÷ shares; #DIV/0! without shares.

    Examples
    --------
    >>> per_share(1125, 250)
    4.5
    """
    return divide(equity, shares)
