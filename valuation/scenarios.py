"""Forward scenarios: project revenue, apply margin and multiple, discount, and weight by probability."""

import numpy as np

from valuation.kernel.broadcast import broadcasts, compound, summing_to_one, total
from valuation.kernel.errors import MissingError, above_minus_one, out_of_range
from valuation.kernel.units import Count, Growth, Margins, Money, Multiple, Number, Numbers, Rate, Stakes, Years


@broadcasts
def mix_profit(revenue: Money, mix: Stakes, margins: Margins) -> Money:
    """Profit on revenue whose parts have different margins.

    Parameters
    ----------
    revenue : (...) money
        Total revenue.
    mix : (..., n) fraction
        Share of each part in revenue; the shares sum to 1.
    margins : (..., n) fraction
        Net margin of each part.

    Returns
    -------
    (...) money
        revenue × Σ mix × margin.

    Raises
    ------
    ShapeError
        If the vectors differ in length.
    RangeError
        If the mix does not sum to 1 (±1e-9).

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi before its IPO, forward scenario for 2020 (2018).

    Examples
    --------
    >>> mix_profit(1000, [0.3, 0.7], [0.2, 0.05])
    95.0
    """
    if margins.shape[-1] > 1 and np.all(mix == 1):
        message = f"is required with {margins.shape[-1]} margins: give the share of each part in revenue"
        raise MissingError(message, "mix")
    return revenue * total(summing_to_one("mix", mix, margins) * margins)


@broadcasts
def forward_value(
    revenue: Money,
    growth: Growth,
    years: Years,
    multiple: Multiple,
    mix: Stakes = 1.0,
    margins: Margins = 1.0,
    discount_rate: Rate = 0.0,
) -> Money:
    """Value on the revenue or profit expected in a future year, discounted to today.

    Parameters
    ----------
    revenue : (...) money
        Revenue of the last full year.
    growth : (...) fraction
        Yearly growth until that year.
    years : (...) years
        Number of years ahead.
    multiple : (...) ×
        Multiple of the profit in that year; of the revenue if no margins are given.
    mix : (..., n) fraction
        Share of each part in the revenue of that year; the shares sum to 1.
    margins : (..., n) fraction
        Net margin of each part.
    discount_rate : (...) fraction
        Discount rate per year; 0 for no discounting.

    Returns
    -------
    (...) money
        revenue × (1 + growth)^years × Σ mix × margin × multiple ÷ (1 + discount rate)^years.
        Growth below −1 and a discount rate of −1 or less are #NUM!.

    Raises
    ------
    ShapeError
        If the vectors differ in length.
    RangeError
        If the mix does not sum to 1 (±1e-9).

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi before its IPO, forward scenario for 2020 (2018).

    Examples
    --------
    >>> round(forward_value(1146, 0.5, 3, 18, mix=[0.3, 0.7], margins=[0.2, 0.05]), 4)
    6613.8525
    >>> forward_value(1000, 0.1, 2, 5, discount_rate=0.1)
    5000.0
    """
    expected = mix_profit(revenue * compound(growth, years), mix, margins) * multiple
    return present_value(expected, discount_rate, years)


@broadcasts
def present_value(future_value: Money, rate: Rate, years: Years) -> Money:
    """Present value of an amount in the future.

    Parameters
    ----------
    future_value : (...) money
        Amount expected in the future.
    rate : (...) fraction
        Discount rate per year.
    years : (...) years
        Number of years ahead.

    Returns
    -------
    (...) money
        future value ÷ (1 + rate)^years; a rate of −1 or less is #NUM!.

    Examples
    --------
    >>> present_value(144, 0.2, 2)
    100.0
    """
    return np.where(rate <= -1, above_minus_one("rate"), future_value / compound(rate, years))


@broadcasts
def scenario_value(values: Numbers, probabilities: Stakes) -> Number:
    """Probability-weighted value over all scenarios.

    Parameters
    ----------
    values : (..., n) number
        Value in each scenario: of the equity, or per share.
    probabilities : (..., n) fraction
        Probability of each scenario; they sum to 1.

    Returns
    -------
    (...) number
        Σ value × probability; a probability below 0 is #NUM!.

    Raises
    ------
    ShapeError
        If the vectors differ in length.
    RangeError
        If the probabilities do not sum to 1 (±1e-9).

    Examples
    --------
    >>> scenario_value([5, 45, 100], [0.3, 0.6, 0.1])
    38.5
    """
    return total(values * summing_to_one("probabilities", probabilities, values))


@broadcasts
def scenario_pick(selector: Count, values: Numbers) -> Number:
    """Value of the selected scenario.

    Parameters
    ----------
    selector : (...) count
        Number of the selected scenario: 1 is the first.
    values : (..., n) number
        Value in each scenario.

    Returns
    -------
    (...) number
        The value of that scenario; a selector that is not one of 1, 2, … n is #NUM!.

    Examples
    --------
    >>> scenario_pick(2, [80, 100, 130])
    100.0
    """
    count = values.shape[-1]
    chosen = (selector >= 1) & (selector <= count) & (selector == np.floor(selector))
    place = np.where(chosen, selector - 1, 0).astype(np.intp)
    cases = np.broadcast_shapes(place.shape, values.shape[:-1])
    scenarios = np.broadcast_to(values, (*cases, count))
    picked = np.take_along_axis(scenarios, np.broadcast_to(place, cases)[..., np.newaxis], axis=-1)[..., 0]
    missing = out_of_range(f"selector must be a whole number from 1 to {count}, the number of values").nan
    return np.where(chosen, picked, np.where(np.isnan(selector), selector, missing))
