"""Convertible financing: SAFEs and notes, the option pool of a round, and protection against dilution."""

from typing import Any

import numpy as np

from valuation.kernel.broadcast import Floats, broadcasts, carried, divide, refused, total
from valuation.kernel.errors import RangeError, out_of_range, reason
from valuation.kernel.units import (
    CapBasis,
    Flag,
    KnownMoneys,
    Money,
    MoneyPerShare,
    Payment,
    Payments,
    Protection,
    Rate,
    Share,
    Shares,
    Stakes,
    Table,
    Texts,
    Years,
)
from valuation.numerics.priced_round import TOO_MUCH, PricedRound, Terms, solved, without_caps


@broadcasts
def note_balance(principal: Payment, rate: Rate, years: Years, compounded: Flag = False) -> Money:  # noqa: FBT002 - as in a cell
    """Principal and interest of a convertible note: the amount that converts.

    Parameters
    ----------
    principal : (...) money
        Amount lent.
    rate : (...) fraction
        Interest, a year.
    years : (...) years
        Time since the money was lent; need not be whole.
    compounded : flag
        Whether interest is compounded yearly; simple interest otherwise.

    Returns
    -------
    (...) money
        principal × (1 + rate × years), or principal × (1 + rate)^years.

    Notes
    -----
    Negative years are #NUM!.

    Examples
    --------
    >>> note_balance(100_000, 0.25, 1.5)
    137500.0
    """
    years = np.where(years < 0, out_of_range("years must be at least 0").nan, years)
    if not compounded:
        return principal * (1 + rate * years)
    # In logarithms, because `**` loses a NaN: 1 ** NaN is 1.
    return principal * np.exp(np.log1p(rate) * years)


@broadcasts
def round_price(
    pre_money: Payment,
    raised: Payment,
    shares: Shares,
    invested: Payments,
    caps: KnownMoneys | None = None,
    discounts: Stakes = 0.0,
    pool: Share = 0.0,
    pool_shares: Shares = 0.0,
    cap_basis: CapBasis = "post",
) -> MoneyPerShare:
    """Price per share of a round in which SAFEs and notes convert and the option pool is increased.

    Parameters
    ----------
    pre_money : (...) money
        Agreed value before the new money; it includes the converted shares and the pool.
    raised : (...) money
        New money.
    shares : (...) shares
        All shares before the round, including options granted and promised, without the unissued pool.
    invested : (..., n) money
        Amount invested through each SAFE; for a note, principal and interest (NOTE_BALANCE).
    caps : (..., n) money
        Valuation cap of each; blank where there is none.
    discounts : (..., n) fraction
        Discount of each to the price of the round.
    pool : (...) fraction
        Unissued pool after the round, as a share of all shares; a pool that is already larger is kept.
    pool_shares : (...) shares
        Unissued pool before the round.
    cap_basis : choice
        "post": the cap's share count includes all converted shares, as in the SAFE of 2018; "pre": none of them. The
        increase of the pool is in neither.

    Returns
    -------
    (...) money per share
        The p for which p × (shares + pool + converted shares) = pre-money. Each converts at the lower of
        p × (1 − discount) and cap ÷ (shares + pool before the round, and with "post" all converted shares).

    Raises
    ------
    RangeError
        If a cap is 0 or the pool is the whole company; with many cases, #NUM! for the cases concerned.

    Notes
    -----
    Where converted shares and pool take the whole pre-money value there is no price: #NUM!. Without shares it is
    #DIV/0!. Price, conversion and pool are solved together; the solution is exact and unique.

    References
    ----------
    .. [1] Y Combinator (2018), Post-Money Safe: Company Capitalization. https://www.ycombinator.com/documents

    Examples
    --------
    A SAFE of 0.5 million with a cap of 5 million, then 2 million of new money at 8 million pre-money:

    >>> round_price(8e6, 2e6, 900_000, [500_000], [5e6])
    8.0
    """
    return _solved(pre_money, raised, shares, invested, caps, discounts, pool, pool_shares, cap_basis).price


@broadcasts
def conversion_table(
    names: Texts,
    pre_money: Payment,
    raised: Payment,
    shares: Shares,
    invested: Payments,
    caps: KnownMoneys | None = None,
    discounts: Stakes = 0.0,
    pool: Share = 0.0,
    pool_shares: Shares = 0.0,
    cap_basis: CapBasis = "post",
) -> Table:
    """Cap table after a round in which SAFEs and notes convert and the option pool is increased.

    Parameters
    ----------
    names : (n) text
        Holder of each SAFE or note.
    pre_money : money
        Agreed value before the new money; it includes the converted shares and the pool.
    raised : money
        New money.
    shares : shares
        All shares before the round, including options granted and promised, without the unissued pool.
    invested : (n) money
        Amount invested through each SAFE; for a note, principal and interest (NOTE_BALANCE).
    caps : (n) money
        Valuation cap of each; blank where there is none.
    discounts : (n) fraction
        Discount of each to the price of the round.
    pool : fraction
        Unissued pool after the round, as a share of all shares; a pool that is already larger is kept.
    pool_shares : shares
        Unissued pool before the round.
    cap_basis : choice
        "post": the cap's share count includes all converted shares, as in the SAFE of 2018; "pre": none of them. The
        increase of the pool is in neither.

    Returns
    -------
    rows
        A heading, then one row each for the shares before the round, the pool, each SAFE or note, the new money and the
        total: money, price per share, shares, stake (the stakes sum to 1) and value at the price of the round.

    Raises
    ------
    RangeError
        If a cap is 0, the pool is the whole company, or the converted shares and the pool take the whole pre-money
        value.
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] Y Combinator (2018), Post-Money Safe: Company Capitalization. https://www.ycombinator.com/documents

    Examples
    --------
    >>> for row in conversion_table(["Angel"], 8e6, 2e6, 900_000, [500_000], [5e6]):
    ...     print(row)
    ['Holder', 'Money', 'Price a share', 'Shares', 'Stake', 'Value']
    ['Shares before the round', None, None, 900000.0, 0.72, 7200000.0]
    ['Option pool', None, None, 0.0, 0.0, 0.0]
    ['Angel', 500000.0, 5.0, 100000.0, 0.08, 800000.0]
    ['New money', 2000000.0, 8.0, 250000.0, 0.2, 2000000.0]
    ['Total', 2500000.0, None, 1250000.0, 1.0, 10000000.0]
    """
    deal = _solved(pre_money, raised, shares, invested, caps, discounts, pool, pool_shares, cap_basis)
    labels, money, prices = np.broadcast_arrays(np.array(names, object), invested, deal.conversion_prices)
    price = float(deal.price)
    rows: list[list[Any]] = [
        ["Shares before the round", None, None, float(shares)],
        ["Option pool", None, None, float(deal.pool_after)],
        *(
            [label, paid, each, paid / each]
            for label, paid, each in zip(labels, money.tolist(), prices.tolist(), strict=True)
        ),
        ["New money", float(raised), price, float(raised) / price],
    ]
    everything = float(total(np.array([row[-1] for row in rows])))
    rows.append(["Total", float(total(money) + raised), None, everything])
    return [
        ["Holder", "Money", "Price a share", "Shares", "Stake", "Value"],
        *([*row, row[-1] / everything, row[-1] * price] for row in rows),
    ]


@broadcasts
def anti_dilution_price(
    conversion_price: MoneyPerShare,
    new_price: MoneyPerShare,
    new_shares: Shares,
    outstanding: Shares,
    reserved: Shares = 0.0,
    protection: Protection = "broad",
) -> MoneyPerShare:
    """Conversion price of preferred shares after a round at a lower price: weighted average or full ratchet.

    Parameters
    ----------
    conversion_price : (...) money per share
        Conversion price before the round.
    new_price : (...) money per share
        Price of a new share.
    new_shares : (...) shares
        New shares issued.
    outstanding : (...) shares
        Shares outstanding before the round, preferred ones as converted.
    reserved : (...) shares
        Options, warrants and the pool, which only the broad-based average includes.
    protection : choice
        "broad": weighted average over outstanding and reserved shares; "narrow": over outstanding shares;
        "ratchet": the new price.

    Returns
    -------
    (...) money per share
        Weighted average: old price × (base + new shares × new price ÷ old price) ÷ (base + new shares). Full ratchet:
        the new price. The conversion price stays the same where the new price is not lower or no shares are issued.

    Notes
    -----
    A conversion price of 0 is #DIV/0!, and so is a base of 0 shares.

    References
    ----------
    .. [1] National Venture Capital Association, Model Certificate of Incorporation, section 4.4.4:
       CP2 = CP1 × (A + B) ÷ (A + C). https://nvca.org/model-legal-documents

    Examples
    --------
    >>> anti_dilution_price(1.0, 0.5, 2_000_000, 8_000_000)
    0.9
    >>> anti_dilution_price(1.0, 0.5, 2_000_000, 8_000_000, protection="ratchet")
    0.5
    """
    known = carried(conversion_price, new_price, new_shares, outstanding, reserved)
    if protection == "ratchet":
        lower = np.asarray(np.where(np.asarray(new_shares) > 0, new_price, conversion_price), np.float64)
    else:
        base = outstanding + (reserved if protection == "broad" else 0.0)
        counted = np.where(base == 0, 0.0, base + new_shares)
        lower = divide(base * conversion_price + new_shares * new_price, counted)
    price = np.where(new_price < conversion_price, lower, conversion_price)
    price = np.where(conversion_price == 0, divide(conversion_price, conversion_price), price)
    return np.where(np.isnan(known), known, price)


def _solved(
    pre_money: Floats,
    raised: Floats,
    shares: Floats,
    invested: Floats,
    caps: Floats | None,
    discounts: Floats,
    pool: Floats,
    pool_shares: Floats,
    cap_basis: str,
) -> PricedRound:
    limits = without_caps(np.full(1, np.inf) if caps is None else caps)
    limits = refused("caps", limits, limits <= 0, "not a cap: leave the cell blank where there is none", parts=1)
    free = "out of range: the discount must be below 100 %"
    discounts = refused("discounts", discounts, discounts >= 1, free, parts=1)
    pool = refused("pool", pool, pool >= 1, "out of range: the pool cannot be the whole company", parts=0)
    terms = Terms(pre_money, raised, shares, invested, limits, discounts, pool, pool_shares, cap_basis == "post")
    found = solved(terms)
    if found.price.ndim == 0 and reason(float(found.price)) is TOO_MUCH:
        converting = f"{float(total(invested)):,.12g} that converts"
        message = f"{converting}, and the pool, take all of the pre-money value of {float(pre_money):,.12g}"
        raise RangeError(message, "invested")
    return found
