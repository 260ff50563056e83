"""Native formulas for the capital of a company: bridge, notes and bonds, options, betas."""

from workbooks.declarations.excel_functions import IF, MIN, SQRT, SUMPRODUCT
from workbooks.declarations.expressions import grouped, total
from workbooks.declarations.native_arguments import Vector, either, listed, singly, word
from workbooks.declarations.trees import Expression, Literal


def equity_from_ev(
    ev: Expression,
    net_debt: Expression | None = None,
    minorities: Expression | None = None,
    preferred: Expression | None = None,
    associates: Expression | None = None,
    pensions: Expression | None = None,
    other_assets: Expression | None = None,
) -> Expression:
    """Equity value from enterprise value by the bridge."""
    for item in (net_debt, minorities, preferred, pensions):
        ev = ev if item is None else ev - item
    for item in (associates, other_assets):
        ev = ev if item is None else ev + item
    return ev


def ev_from_equity(
    equity: Expression,
    net_debt: Expression | None = None,
    minorities: Expression | None = None,
    preferred: Expression | None = None,
    associates: Expression | None = None,
    pensions: Expression | None = None,
    other_assets: Expression | None = None,
) -> Expression:
    """Enterprise value from equity value by the bridge."""
    for item in (net_debt, minorities, preferred, pensions):
        equity = equity if item is None else equity + item
    for item in (associates, other_assets):
        equity = equity if item is None else equity - item
    return equity


def note_balance(
    principal: Expression, rate: Expression, years: Expression, compounded: Expression | None = None
) -> Expression:
    """Principal and interest of a note."""
    return either(compounded, principal * (1 + rate) ** years, principal * (1 + rate * years))


def anti_dilution_price(
    conversion_price: Expression,
    new_price: Expression,
    new_shares: Expression,
    outstanding: Expression,
    reserved: Expression | None = None,
    protection: Expression = Literal("broad"),  # noqa: B008 - frozen
) -> Expression:
    """Conversion price after a round at a lower price."""
    protected = word(protection)
    if protected == "ratchet":
        return IF(new_shares > 0, MIN(conversion_price, new_price), conversion_price)
    base = outstanding if reserved is None or protected == "narrow" else grouped(outstanding + reserved)
    average = (base * conversion_price + new_shares * new_price) / (base + new_shares)
    return MIN(conversion_price, average)


def if_converted_shares(
    basic: Expression, principals: Vector, conversion_prices: Vector, price: Expression
) -> Expression:
    """Shares including those of bonds that are worth more when converted."""
    if isinstance(principals, Expression) and isinstance(conversion_prices, Expression):
        return basic + SUMPRODUCT((conversion_prices < price) * principals / conversion_prices)
    bonds = zip(listed(principals), listed(conversion_prices), strict=True)
    return total([basic, *(IF(strike < price, principal / strike, 0) for principal, strike in bonds)])


def diluted_shares(
    basic: Expression,
    options: Vector,
    strikes: Vector,
    price: Expression,
    restricted: Expression | None = None,
) -> Expression:
    """Diluted shares by the treasury stock method."""
    held = basic if restricted is None else basic + restricted
    if isinstance(options, Expression) and isinstance(strikes, Expression):
        return held + SUMPRODUCT((strikes < price) * options * (price - strikes)) / price
    tranches = zip(listed(options), listed(strikes), strict=True)
    return total([held, *(IF(strike < price, each * (price - strike) / price, 0) for each, strike in tranches)])


def diluted_price(
    equity: Expression, basic: Expression, options: Vector, strikes: Vector, restricted: Expression | None = None
) -> Expression:
    """The lowest price over the sets of tranches that may be exercised: none, and all up to each of the strikes."""
    tranches = list(zip(singly(options), singly(strikes), strict=True))
    held = basic if restricted is None else basic + restricted
    prices = [equity / grouped(held)]
    for _, last in tranches:
        exercised = [(strike, each) for each, strike in tranches]
        paid = total([equity, *(IF(strike <= last, each * strike, 0) for strike, each in exercised)])
        shares = total([held, *(IF(strike <= last, each, 0) for strike, each in exercised)])
        prices.append(grouped(paid) / grouped(shares))
    return MIN(*prices)


def if_converted_price(
    equity: Expression, basic: Expression, principals: Vector, conversion_prices: Vector
) -> Expression:
    """The lowest price over the sets of bonds that may be converted: none, and all up to each conversion price."""
    bonds = list(zip(singly(principals), singly(conversion_prices), strict=True))
    prices = [equity / basic]
    for _, last in bonds:
        owed = total([equity, *(IF(strike <= last, principal, 0) for principal, strike in bonds)])
        shares = total([basic, *(IF(strike <= last, principal / strike, 0) for principal, strike in bonds)])
        prices.append(grouped(owed) / grouped(shares))
    return MIN(*prices)


def unlevered_beta(
    beta: Expression, debt: Expression, equity: Expression, tax: Expression, debt_beta: Expression | None = None
) -> Expression:
    """Unlevered beta."""
    shielded = (1 - tax) * debt
    business = beta * equity
    return (business if debt_beta is None else business + debt_beta * shielded) / (equity + shielded)


def relevered_beta(
    asset_beta: Expression, debt: Expression, equity: Expression, tax: Expression, debt_beta: Expression | None = None
) -> Expression:
    """Relevered beta."""
    spread = asset_beta if debt_beta is None else asset_beta - debt_beta
    return asset_beta + spread * (1 - tax) * debt / equity


def round_price(
    pre_money: Expression,
    raised: Expression,
    shares: Expression,
    invested: Vector,
    caps: Vector | None = None,
    discounts: Vector = Literal(0.0),  # noqa: B008 - frozen
    pool: Expression | None = None,
    pool_shares: Expression | None = None,
    cap_basis: Expression = Literal("post"),  # noqa: B008 - frozen
) -> Expression:
    """The lowest price over what may convert at its cap, and over the pool as it is and filled up.

    The value of all shares is convex in the price: it is the largest of lines, so its price is the lowest of theirs.
    """
    before = shares if pool_shares is None else grouped(shares + pool_shares)
    prices: list[Expression] = []
    for at_discount, at_cap in _conversions(singly(invested), caps, discounts):
        fewer: Expression = before
        kept: Expression = Literal(1.0)
        if at_cap is not None and word(cap_basis) == "post":
            kept = grouped(1 - grouped(at_cap))
        elif at_cap is not None:
            fewer = before * grouped(1 + grouped(at_cap))
        prices.append(grouped(_times(pre_money, kept) - at_discount) / fewer)
        if pool is not None:
            paid = grouped(pre_money * (1 - pool) - pool * raised)
            there = fewer if pool_shares is None else grouped(fewer - _times(pool_shares, kept))
            prices.append(grouped(_times(paid, kept) - at_discount) / there)
    return SQRT(MIN(*prices)) ** 2  # the root of a price below zero is an error, as no price is below zero


def _times(amount: Expression, kept: Expression) -> Expression:
    return amount if kept == Literal(1.0) else amount * kept


def _conversions(
    invested: list[Expression], caps: Vector | None, discounts: Vector
) -> list[tuple[Expression, Expression | None]]:
    """What converts at the discount and what at the cap, for each set that may convert at its cap."""
    off = singly(discounts)
    kept = [1 - each for each in (off * len(invested) if len(off) == 1 else off)]
    amounts = [money / share for money, share in zip(invested, kept, strict=True)]
    every = [(grouped(total(amounts)), None)] if len(amounts) > 1 else [(amounts[0], None)]
    if caps is None:
        return [*every]
    limits = [cap / share for cap, share in zip(singly(caps), kept, strict=True)]
    sets: list[tuple[Expression, Expression | None]] = [*every]
    for last in limits:
        dear: list[Expression] = [IF(limit <= last, 0, amount) for limit, amount in zip(limits, amounts, strict=True)]
        ratios = zip(limits, invested, singly(caps), strict=True)
        cheap: list[Expression] = [IF(limit <= last, money / cap, 0) for limit, money, cap in ratios]
        sets.append((grouped(total(dear)), total(cheap)))
    return sets
