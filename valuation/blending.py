"""Blending of methods: their weighted value, the price against it, and the companies that a value lies between."""

import numpy as np

from valuation.kernel.broadcast import answered, broadcasts, divide, summing_to_one, total
from valuation.kernel.errors import NOT_MEANINGFUL, OUT_OF_RANGE, RangeError
from valuation.kernel.units import Bounds, KnownNumbers, Money, Number, Numbers, Stakes, Text, Weights
from valuation.numerics.order_statistics import at, is_absent


@broadcasts
def blend(values: Numbers, weights: Stakes) -> Number:
    """Weighted mean of what several methods give.

    Parameters
    ----------
    values : (..., n) number
        Values or multiples, a method each.
    weights : (..., n) fraction
        Their weights, which sum to 1.

    Returns
    -------
    (...) number
        Σ value × weight.

    Raises
    ------
    RangeError
        If the weights do not sum to 1 (±1e-9); among many rows of weights, #NUM! in the row's own place.

    Examples
    --------
    >>> blend([46, 71], [0.75, 0.25])
    52.25
    """
    return total(values * summing_to_one("weights", weights, values))


@broadcasts
def blend_reweighted(values: KnownNumbers, weights: Weights) -> Number:
    """Weighted mean of the methods that give a value: one that is n.m. leaves its weight to the others.

    Parameters
    ----------
    values : (..., n) number
        Values or multiples, a method each; a blank, n.m. or #N/A is left out.
    weights : (..., n) number
        Their weights, which need not sum to 1.

    Returns
    -------
    (...) number
        Σ value × weight ÷ Σ weight over the methods that give a value; n.m. where none does, #DIV/0! where those
        that do weigh nothing.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Examples
    --------
    A quarter and a half of the weight are left, so 46 counts a third and 70 two thirds:

    >>> blend_reweighted([46, 70], [0.25, 0.5])
    62.0
    """
    values, weights = np.broadcast_arrays(values, weights)
    left_out = is_absent(values)
    mean = divide(total(np.where(left_out, 0.0, values * weights)), total(np.where(left_out, 0.0, weights)))
    return np.where(left_out.all(axis=-1), NOT_MEANINGFUL, mean)


@broadcasts
def price_to_value(price: Money, value: Money) -> Number:
    """Price ÷ value: above 1 the market pays more than the value.

    Parameters
    ----------
    price : (...) money
        What the market asks: market capitalisation, the last round, an offer.
    value : (...) money
        What it is worth by your own account.

    Returns
    -------
    (...) number
        price ÷ value; above 1 the price runs ahead of the value.

    Examples
    --------
    >>> price_to_value(450, 360)
    1.25
    """
    return divide(price, np.where(value < 0, NOT_MEANINGFUL, value))


@broadcasts
def bracket(value: Money, floors: Bounds, ceilings: Bounds) -> Text:
    """Where a value stands between companies it must be worth more than, and companies it cannot be worth more than.

    Parameters
    ----------
    value : (...) money
        What is to be placed.
    floors : (..., n) money
        Values of clearly weaker companies.
    ceilings : (..., m) money
        Values of clearly stronger companies.

    Returns
    -------
    (...) text
        "below floor" under the highest floor, "above ceiling" over the lowest ceiling, else "within".

    Raises
    ------
    RangeError
        If the highest floor is above the lowest ceiling; among many rows, #NUM! in the row's own place.

    Examples
    --------
    >>> bracket(540, [200, 360], [900, 1000])
    'within'
    """
    # Not max and min: they may lose the reason in a NaN.
    floor, ceiling = at(floors, floors.argmax(axis=-1)), at(ceilings, ceilings.argmin(axis=-1))
    crossed = floor > ceiling
    if not crossed.ndim and crossed:
        message = f"the highest floor, {floor:.15g}, is above the lowest ceiling, {ceiling:.15g}"
        raise RangeError(message)
    where = np.where(value < floor, "below floor", np.where(value > ceiling, "above ceiling", "within"))
    return answered(where, value, floor, ceiling, np.where(crossed, OUT_OF_RANGE, value))
