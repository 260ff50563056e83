"""Blending of methods: their weighted value, price against value, and a value's place between other companies."""

from typing import Final

import numpy as np

from valuation.kernel.broadcast import answered, broadcasts, divide, summing_to_one, total
from valuation.kernel.errors import NOT_MEANINGFUL, RangeError, out_of_range
from valuation.kernel.units import Bounds, KnownNumbers, Money, Number, Numbers, Stakes, Text, Weights
from valuation.numerics.order_statistics import at, is_absent

_CROSSED: Final = out_of_range("floors: the highest is above the lowest of the ceilings")


@broadcasts
def blend(values: Numbers, weights: Stakes) -> Number:
    """Weighted mean of the values of several methods.

    Parameters
    ----------
    values : (..., n) number
        Values or multiples, one per method.
    weights : (..., n) fraction
        Their weights, which sum to 1.

    Returns
    -------
    (...) number
        Σ value × weight.

    Raises
    ------
    RangeError
        If the weights do not sum to 1 (±1e-9); with many rows of weights, #NUM! for the rows concerned.

    Examples
    --------
    >>> blend([46, 71], [0.75, 0.25])
    52.25
    """
    return total(values * summing_to_one("weights", weights, values))


@broadcasts
def blend_reweighted(values: KnownNumbers, weights: Weights) -> Number:
    """Weighted mean of the methods that give a value; the weight of a method that is n.m. is spread over the others.

    Parameters
    ----------
    values : (..., n) number
        Values or multiples, one per method; a blank, n.m. or #N/A is left out.
    weights : (..., n) number
        Their weights, which need not sum to 1.

    Returns
    -------
    (...) number
        Σ value × weight ÷ Σ weight over the methods that give a value; n.m. where none does, #DIV/0! where the weights
        of those that do sum to 0.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Examples
    --------
    The weights 0.25 and 0.5 are rescaled to sum to 1, so 46 counts for a third and 70 for two thirds:

    >>> blend_reweighted([46, 70], [0.25, 0.5])
    62.0
    """
    values, weights = np.broadcast_arrays(values, weights)
    left_out = is_absent(values)
    mean = divide(total(np.where(left_out, 0.0, values * weights)), total(np.where(left_out, 0.0, weights)))
    return np.where(left_out.all(axis=-1), NOT_MEANINGFUL, mean)


@broadcasts
def price_to_value(price: Money, value: Money) -> Number:
    """Price ÷ value; above 1 the market pays more than the estimated value.

    Parameters
    ----------
    price : (...) money
        Price in the market: market capitalisation, the last round, an offer.
    value : (...) money
        Your own estimate of the value.

    Returns
    -------
    (...) number
        price ÷ value; n.m. for a negative value, #DIV/0! for a value of 0.

    Examples
    --------
    >>> price_to_value(450, 360)
    1.25
    """
    return divide(price, np.where(value < 0, NOT_MEANINGFUL, value))


@broadcasts
def bracket(value: Money, floors: Bounds, ceilings: Bounds) -> Text:
    """Whether a value lies between the values of weaker companies (floors) and of stronger companies (ceilings).

    Parameters
    ----------
    value : (...) money
        The value to check.
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
        If the highest floor is above the lowest ceiling; with many rows, #NUM! for the rows concerned.

    Examples
    --------
    >>> bracket(540, [200, 360], [900, 1000])
    'within'
    """
    # argmax and argmin, because max and min may lose the reason that a NaN carries.
    floor, ceiling = at(floors, floors.argmax(axis=-1)), at(ceilings, ceilings.argmin(axis=-1))
    crossed = floor > ceiling
    if not crossed.ndim and crossed:
        message = f"the highest floor, {floor:.15g}, is above the lowest ceiling, {ceiling:.15g}"
        raise RangeError(message)
    where = np.where(value < floor, "below floor", np.where(value > ceiling, "above ceiling", "within"))
    return answered(where, value, floor, ceiling, np.where(crossed, _CROSSED.nan, value))
