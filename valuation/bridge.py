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
        Cash and what can be sold for cash at once.

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
    """Equity value of the shareholders: enterprise value less what others are owed, plus what it leaves out.

    Parameters
    ----------
    ev : (...) money
        Enterprise value.
    net_debt : (...) money
        Debt less cash; negative where cash is larger.
    minorities : (...) money
        Others' share of consolidated subsidiaries.
    preferred : (...) money
        Preferred shares.
    associates : (...) money
        Stakes that are not consolidated, whose profit the enterprise value leaves out.
    pensions : (...) money
        Pension deficit.
    other_assets : (...) money
        Anything else of value outside the business: idle land, tax losses.

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
    """Enterprise value that an equity value stands for: the inverse of EQUITY_FROM_EV.

    Parameters
    ----------
    equity : (...) money
        Equity value of the shareholders: market capitalisation, or the value of a round.
    net_debt : (...) money
        Debt less cash; negative where cash is larger.
    minorities : (...) money
        Others' share of consolidated subsidiaries.
    preferred : (...) money
        Preferred shares.
    associates : (...) money
        Stakes that are not consolidated, whose profit the enterprise value leaves out.
    pensions : (...) money
        Pension deficit.
    other_assets : (...) money
        Anything else of value outside the business: idle land, tax losses.

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
        Exercise price of each tranche; a tranche at or out of the money adds nothing.
    price : (...) money per share
        Share price at which the exercise money buys shares back.
    restricted : (...) shares
        Restricted shares that will vest: they add in full.

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
    """Share price at which price × diluted shares gives the equity value: price and dilution solved together.

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
        Restricted shares that will vest: they share in full.

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
    At a price p a tranche takes max(0, options × (p − strike)) of the equity. What all of them take is the
    largest over every set of exercised tranches, so p is the lowest of (equity + Σ options × strike) ÷
    (shares + Σ options) over those sets; and the set that is exercised is always the one of the lowest strikes.

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
    # A tranche of 0 options at a strike of 0 stands for "none is exercised".
    options, strikes = (np.insert(tranches, 0, 0.0, axis=-1) for tranches in np.broadcast_arrays(options, strikes))
    lowest_first = np.argsort(strikes, axis=-1, stable=True)
    exercised = np.take_along_axis(options, lowest_first, axis=-1)
    paid_in = exercised * np.take_along_axis(strikes, lowest_first, axis=-1)
    prices = divide(
        equity[..., np.newaxis] + np.cumsum(paid_in, axis=-1),
        (basic + restricted)[..., np.newaxis] + np.cumsum(exercised, axis=-1),
    )
    # Not min(): a NaN among the prices would come out of it without its reason.
    return np.take_along_axis(prices, np.argmin(prices, axis=-1, keepdims=True), axis=-1)[..., 0]


@broadcasts
def if_converted_shares(
    basic: Shares, principals: Payments, conversion_prices: Strikes, price: MoneyPerShare
) -> Shares:
    """Shares at a share price with the convertible bonds converted that are worth more as shares.

    Parameters
    ----------
    basic : (...) shares
        Shares outstanding; where there are options, diluted by them.
    principals : (..., n) money
        Principal of each convertible bond outstanding.
    conversion_prices : (..., n) money per share
        Principal that is given up for a share.
    price : (...) money per share
        Share price; a bond at or above it is not converted and stays debt.

    Returns
    -------
    (...) shares
        basic + Σ principal ÷ conversion price, over the bonds whose conversion price is below the share price.
        A conversion price of 0 is #DIV/0! in its own place.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    The principal of a converted bond leaves the debt of the bridge: it is owed no more.

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
    """Share price with the convertible bonds converted that are worth more as shares: both solved together.

    Parameters
    ----------
    equity : (...) money
        Equity value after all debt, the convertible bonds among it.
    basic : (...) shares
        Shares outstanding, with restricted shares that will vest.
    principals : (..., n) money
        Principal of each convertible bond outstanding.
    conversion_prices : (..., n) money per share
        Principal that is given up for a share.

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
    A bond is worth as much to its holder as its principal and principal ÷ conversion price options with that price for
    a strike. So options and bonds together are DILUTED_PRICE with the bonds among its tranches.

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
        Shares: diluted, where there are options.

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
