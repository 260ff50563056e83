"""The capital of a company in Excel's words: the bridge, notes and bonds, options, betas."""

from workbooks.declarations.excel_functions import IF, MIN, SUMPRODUCT
from workbooks.declarations.expressions import grouped, total
from workbooks.declarations.native_arguments import Vector, either, listed, word
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
    """Equity value of an enterprise value, over the bridge."""
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
    """Enterprise value of an equity value, back over the bridge."""
    for item in (net_debt, minorities, preferred, pensions):
        equity = equity if item is None else equity + item
    for item in (associates, other_assets):
        equity = equity if item is None else equity - item
    return equity


def note_balance(
    principal: Expression, rate: Expression, years: Expression, compounded: Expression | None = None
) -> Expression:
    """What a note has grown to with its interest."""
    return either(compounded, principal * (1 + rate) ** years, principal * (1 + rate * years))


def anti_dilution_price(
    conversion_price: Expression,
    new_price: Expression,
    new_shares: Expression,
    outstanding: Expression,
    reserved: Expression | None = None,
    protection: Expression = Literal("broad"),  # noqa: B008 - frozen
) -> Expression:
    """Price at which shares convert after a cheaper round."""
    protected = word(protection)
    if protected == "ratchet":
        return IF(new_shares > 0, MIN(conversion_price, new_price), conversion_price)
    base = outstanding if reserved is None or protected == "narrow" else grouped(outstanding + reserved)
    average = (base * conversion_price + new_shares * new_price) / (base + new_shares)
    return MIN(conversion_price, average)


def if_converted_shares(
    basic: Expression, principals: Vector, conversion_prices: Vector, price: Expression
) -> Expression:
    """Shares, with those of the bonds that are worth converting."""
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
    """Shares by the treasury method: options in the money, less what their strikes buy back."""
    held = basic if restricted is None else basic + restricted
    if isinstance(options, Expression) and isinstance(strikes, Expression):
        return held + SUMPRODUCT((strikes < price) * options * (price - strikes)) / price
    tranches = zip(listed(options), listed(strikes), strict=True)
    return total([held, *(IF(strike < price, each * (price - strike) / price, 0) for each, strike in tranches)])


def unlevered_beta(
    beta: Expression, debt: Expression, equity: Expression, tax: Expression, debt_beta: Expression | None = None
) -> Expression:
    """Beta of the business without its debt."""
    shielded = (1 - tax) * debt
    business = beta * equity
    return (business if debt_beta is None else business + debt_beta * shielded) / (equity + shielded)


def relevered_beta(
    asset_beta: Expression, debt: Expression, equity: Expression, tax: Expression, debt_beta: Expression | None = None
) -> Expression:
    """Beta of the equity at a debt."""
    spread = asset_beta if debt_beta is None else asset_beta - debt_beta
    return asset_beta + spread * (1 - tax) * debt / equity
