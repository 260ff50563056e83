"""Reverse valuation: the growth or the earnings that a price implies."""

from typing import Final

import numpy as np

from valuation.kernel.broadcast import Floats, broadcasts, compound
from valuation.kernel.errors import (
    NO_SOLUTION,
    NOT_MEANINGFUL,
    ZERO_DENOMINATOR,
    RangeError,
    ShapeError,
    above_minus_one,
    out_of_range,
)
from valuation.kernel.units import Arguments, Flag, Method, Money, Multiple, Number, Rate, Ratio, Text, Years
from valuation.numerics.model import Model

_NEGATIVE_YEARS: Final = out_of_range("years must be at least 0")


@broadcasts
def implied_growth(target: Money, base: Money, multiple: Multiple, years: Years, discount_rate: Rate = 0.0) -> Ratio:
    """Yearly growth of a metric at which its future value at a multiple, discounted to today, equals the target.

    Parameters
    ----------
    target : (...) money
        Value to explain: market capitalisation, the last round.
    base : (...) money
        Metric of the last year, from which it grows: revenue, net profit.
    multiple : (...) ×
        Multiple of that metric at the end of the years.
    years : (...) years
        Years of growth; need not be whole.
    discount_rate : (...) fraction
        Yearly rate at which the later value is discounted to today; 0 for no discounting.

    Returns
    -------
    (...) fraction
        (target ÷ (base × multiple))^(1 ÷ years) × (1 + discount rate) − 1: the g that solves
        target = base × (1 + g)^years × multiple ÷ (1 + discount rate)^years.

    Notes
    -----
    A base ≤ 0 is n.m., 0 years is #DIV/0!. A negative target, negative years, a multiple ≤ 0 and a discount rate ≤ −100
    % are #NUM!.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi before its IPO, forward scenario read backwards (2018).

    Examples
    --------
    At what yearly growth is a revenue of 1,146 worth 3,867.75 in three years, at one times sales?

    >>> round(implied_growth(3867.75, 1146, 1, 3), 12)
    0.5
    """
    target = np.where(target < 0, out_of_range("target must be at least 0: no growth makes it negative").nan, target)
    base = np.where(base <= 0, NOT_MEANINGFUL, base)
    multiple = np.where(multiple <= 0, out_of_range("multiple must be above 0").nan, multiple)
    years = np.where(years < 0, _NEGATIVE_YEARS.nan, np.where(years == 0, ZERO_DENOMINATOR, years))
    # In logarithms, since a power loses a NaN: 1 to the power of an unknown number of years is 1.
    yearly = np.log(target / (base * multiple)) / years
    return np.expm1(yearly + np.log1p(np.where(discount_rate <= -1, above_minus_one("discount_rate"), discount_rate)))


@broadcasts
def implied_perpetual_growth(
    ev: Money,
    cash_flow: Money,
    rate: Rate,
    mid_year: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Ratio:
    """Perpetual growth that an enterprise value implies, from the cash flow of the last year.

    Parameters
    ----------
    ev : (...) money
        Enterprise value at market prices.
    cash_flow : (...) money
        Free cash flow of the last year; the first flow of the perpetuity is a year later and larger by the growth.
    rate : (...) fraction
        Discount rate, a year.
    mid_year : flag
        Whether the flows come in the middle of each year; the EV is then first divided by (1 + rate)^½.

    Returns
    -------
    (...) fraction
        (EV × rate − cash flow) ÷ (EV + cash flow): the g that solves EV = cash flow × (1 + g) ÷ (rate − g).

    Notes
    -----
    A cash flow ≤ 0 is n.m.; a negative EV and a rate ≤ −100 % are #NUM!. The result is always below the rate.

    References
    ----------
    .. [1] Gordon, M. J. and Shapiro, E. (1956). Capital Equipment Analysis: The Required Rate of Profit.
       Management Science 3(1), 102–110.
    .. [2] AcadiFi, Reverse DCF: implied growth rate. https://acadifi.com/community/reverse-dcf-implied-growth-rate-cfa-level-2

    Examples
    --------
    >>> round(implied_perpetual_growth(9000, 350, 0.10), 4)
    0.0588
    """
    ev = np.where(ev < 0, out_of_range("ev must be at least 0").nan, ev)
    cash_flow = np.where(cash_flow <= 0, NOT_MEANINGFUL, cash_flow)
    rate = np.where(rate <= -1, above_minus_one("rate"), rate)
    ev = ev / (1 + rate) ** 0.5 if mid_year else ev
    return (ev * rate - cash_flow) / (ev + cash_flow)


@broadcasts
def breakeven_earnings(value: Money, rate: Rate, years: Years = 0.0) -> Money:
    """Yearly earnings needed for a required return on a price, if there are no earnings in the first years.

    Parameters
    ----------
    value : (...) money
        Price paid today.
    rate : (...) fraction
        Required yearly rate of return.
    years : (...) years
        Years without earnings, over which the price compounds at the required rate.

    Returns
    -------
    (...) money
        value × (1 + rate)^years × rate.

    Notes
    -----
    A rate ≤ −100 % and negative years are #NUM!.

    Examples
    --------
    What must a company earn every year to be worth 1,000 at 10 %, and what if it earns nothing in the first two years?

    >>> breakeven_earnings(1000, 0.10)
    100.0
    >>> round(breakeven_earnings(1000, 0.10, 2), 9)
    121.0
    """
    rate = np.where(rate <= -1, above_minus_one("rate"), rate)
    years = np.where(years < 0, _NEGATIVE_YEARS.nan, years)
    return value * compound(rate, years) * rate


@broadcasts
def solve_for(
    method: Method,
    arguments: Arguments,
    vary: Text,
    target: Number,
    low: Number | None = None,
    high: Number | None = None,
) -> Number:
    """Value of one argument at which a function gives the target: a goal seek that recalculates like any formula.

    Parameters
    ----------
    method : function of the catalogue
        What is calculated; it gives one number.
    arguments : name and values a row
        Arguments of the function. The one to solve for may be left out.
    vary : text
        The argument to solve for, or one element of it such as multiples[3].
    target : (...) number
        The result that the method should return.
    low : number
        Lower end of the search; the least value that the unit of the argument allows, if left out.
    high : number
        Upper end of the search; the greatest value that the unit of the argument allows, if left out.

    Returns
    -------
    (...) number
        The only value in that range at which the method gives the target.

    Raises
    ------
    RangeError
        If there is no such value, or more than one; the message names the range searched and the values found. With
        several targets, #NUM! for those that cannot be met.
    ChoiceError
        If the method gives no single number, or a name is not one of its arguments.

    Notes
    -----
    Without bounds the search covers what the argument may be, such as growth from −100 % to 1,000 %; money from minus
    to plus a million times the value in the arguments; everything else from 0 to a million times that value. It finds
    the values where the result crosses the target, not those where it only touches it.

    References
    ----------
    .. [1] Brent, R. P. (1973). Algorithms for Minimization without Derivatives, chapter 4.

    Examples
    --------
    Which multiple of the third segment makes the sum 3,551?

    >>> from valuation.sotp import sotp_value
    >>> round(solve_for(sotp_value, {"metrics": [806, 234, 99], "multiples": [2, 2.3, 19]}, "multiples[3]", 3551), 6)
    14.149495
    """
    # Imported here because scipy's optimizers take longer to import than the rest of the core.
    from valuation.numerics.roots import not_one_root, refined_at_edges, roots, search_grid  # noqa: PLC0415

    model = Model(method, arguments)
    element = model.element(vary, "vary")
    least, most = _bound("low", low), _bound("high", high)
    limits = model.kind(element).limits
    if limits is not None:  # outside its range an argument gives no result
        least = limits.least if least is None and np.isfinite(limits.least) else least
        most = limits.most if most is None and np.isfinite(limits.most) else most
    if least is not None and most is not None and least >= most:
        message = f"{least:,.12g} is not below the high, {most:,.12g}"
        raise RangeError(message, "low")

    def results(numbers: Floats) -> Floats:
        bigger, (row,) = model.buffers([element], numbers.shape)
        row[...] = numbers
        return model.call(bigger, numbers.shape)

    grid = search_grid(model.kind(element).unit, model.base(element), least, most)
    grid, values = refined_at_edges(results, grid, results(grid))
    solved = np.empty(target.size)
    for place, wanted in enumerate(target.ravel().tolist()):
        found = [wanted] if np.isnan(wanted) else roots(results, grid, values, wanted)
        if len(found) != 1 and target.size == 1:
            raise RangeError(not_one_root(f"{element} of {model.name}", wanted, found, grid, values))
        solved[place] = found[0] if len(found) == 1 else NO_SOLUTION
    return solved.reshape(target.shape)


def _bound(name: str, bound: Floats | None) -> float | None:
    if bound is None:
        return None
    if bound.size != 1 or not np.isfinite(bound).all():
        message = "must be one number"
        raise ShapeError(message, name)
    return float(bound.reshape(()))
