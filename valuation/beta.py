"""Beta: unlevered (the risk of the business) and relevered (the risk of a share of a company with debt)."""

import numpy as np

from valuation.kernel.broadcast import Floats, broadcasts, divide
from valuation.kernel.errors import out_of_range
from valuation.kernel.units import Money, Number, Payment, Share


@broadcasts
def unlevered_beta(beta: Number, debt: Money, equity: Payment, tax: Share, debt_beta: Number = 0.0) -> Number:
    """Unlevered (asset) beta: the beta of the business without debt, from the beta of the share.

    Parameters
    ----------
    beta : (...) number
        Levered beta of the share, as measured.
    debt : (...) money
        Market value of the debt; net of cash it may be negative.
    equity : (...) money
        Market value of the equity.
    tax : (...) fraction
        Tax rate at which interest is deductible.
    debt_beta : (...) number
        Beta of the debt; 0 where lenders bear no market risk, as Hamada assumes.

    Returns
    -------
    (...) number
        (beta × equity + debt beta × (1 − tax) × debt) ÷ (equity + (1 − tax) × debt). With a debt beta of 0 this is
        beta ÷ (1 + (1 − tax) × debt ÷ equity). RELEVERED_BETA is the inverse.

    Notes
    -----
    Net cash equal to or above the equity value is #NUM!, since no business value remains. Equity and debt both 0 are
    #DIV/0!.

    References
    ----------
    .. [1] Hamada, R. S. (1972). The Effect of the Firm's Capital Structure on the Systematic Risk of Common Stocks.
       Journal of Finance 27(2), 435–452.
    .. [2] Conine, T. E. (1980). Corporate Debt and Corporate Taxes: An Extension. Journal of Finance 35(4), 1033–1037.

    Examples
    --------
    A beta of 1.32 with 40 of debt on 100 of equity, at a tax rate of 20 %:

    >>> round(unlevered_beta(1.32, 40, 100, 0.2), 12)
    1.0
    """
    shielded = (1 - tax) * debt
    return divide(beta * equity + debt_beta * shielded, _business(equity, debt, shielded))


@broadcasts
def relevered_beta(asset_beta: Number, debt: Money, equity: Payment, tax: Share, debt_beta: Number = 0.0) -> Number:
    """Relevered (equity) beta: the beta of a share at a given amount of debt, from the beta of the business.

    Parameters
    ----------
    asset_beta : (...) number
        Unlevered beta, such as the median of the peers' unlevered betas.
    debt : (...) money
        Actual or target debt of the company; net of cash it may be negative.
    equity : (...) money
        Equity at that debt; debt and equity may be shares of total capital, such as 0.3 and 0.7.
    tax : (...) fraction
        Tax rate at which interest is deductible.
    debt_beta : (...) number
        Beta of the debt; 0 where lenders bear no market risk, as Hamada assumes.

    Returns
    -------
    (...) number
        asset beta + (asset beta − debt beta) × (1 − tax) × debt ÷ equity. With a debt beta of 0 this is
        asset beta × (1 + (1 − tax) × debt ÷ equity). UNLEVERED_BETA is the inverse.

    Notes
    -----
    Net cash equal to or above the equity value is #NUM!, an equity of 0 is #DIV/0!.

    References
    ----------
    .. [1] Hamada, R. S. (1972). The Effect of the Firm's Capital Structure on the Systematic Risk of Common Stocks.
       Journal of Finance 27(2), 435–452.
    .. [2] Conine, T. E. (1980). Corporate Debt and Corporate Taxes: An Extension. Journal of Finance 35(4), 1033–1037.

    Examples
    --------
    The same business with as much debt as equity:

    >>> round(relevered_beta(1.0, 100, 100, 0.2), 12)
    1.8
    """
    shielded = (1 - tax) * debt
    business = _business(equity, debt, shielded)
    return np.where(np.isnan(business), business, asset_beta + (asset_beta - debt_beta) * divide(shielded, equity))


def _business(equity: Floats, debt: Floats, shielded: Floats) -> Floats:
    """Equity + debt after tax; out of range where net cash, before tax, is as large as the equity."""
    nothing = (debt < 0) & (equity + debt <= 0)
    return np.where(
        nothing, out_of_range("debt is out of range: net cash is as large as the equity").nan, equity + shielded
    )
