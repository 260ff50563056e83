"""Peer multiples: what others are worth for each unit of revenue, profit or EBITDA, and what that says here."""

import numpy as np

from valuation.kernel.broadcast import answered, broadcasts, divide, summing_to_one, total
from valuation.kernel.errors import NOT_MEANINGFUL, OUT_OF_RANGE, RangeError
from valuation.kernel.units import (
    Bounds,
    Fence,
    Flag,
    Flags,
    Growth,
    Money,
    Multiple,
    Number,
    Numbers,
    PeerMultiples,
    Premium,
    Quartile,
    SignedMultiple,
    Stakes,
    Statistic,
    Table,
    Text,
)
from valuation.numerics.order_statistics import at, is_absent, present, statistic_of


@broadcasts
def multiple(value: Money, metric: Money) -> Multiple:
    """Multiple at which something is valued: its value over its metric; n.m. where the metric is not positive.

    Parameters
    ----------
    value : (...) money
        Market capitalisation, enterprise value or price.
    metric : (...) money
        Revenue, EBITDA, net profit: of the same company and in the same money.

    Returns
    -------
    (...) ×
        value ÷ metric; a loss has no multiple.

    Examples
    --------
    >>> multiple(972, 54)
    18.0
    """
    return np.where(metric <= 0, NOT_MEANINGFUL, value / metric)


@broadcasts
def implied_value(metric: Money, multiple: Multiple) -> Money:
    """Value that a multiple implies: the metric times the multiple.

    Parameters
    ----------
    metric : (...) money
        The company's own revenue, EBITDA or net profit.
    multiple : (...) ×
        What peers are valued at for the same metric.

    Returns
    -------
    (...) money
        metric × multiple.

    Examples
    --------
    >>> implied_value(1_500_000_000, 18)
    27000000000.0
    """
    return metric * multiple


@broadcasts
def peer_multiple(
    multiples: PeerMultiples,
    statistic: Statistic = "median",
    include_negative: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
    quartile: Quartile = "inc",
) -> Multiple:
    """Multiple that stands for the peers: their median, or another statistic or percentile.

    Parameters
    ----------
    multiples : (..., n) ×
        The peers' multiples; a blank, n.m. or #N/A is an absent peer.
    statistic : choice
        mean, median, harmonic, min, max, q1, q3, or a percentile between 0 and 1.
    include_negative : flag
        Whether negative multiples count; they are n.m. otherwise.
    quartile : choice
        How quartiles and percentiles are read: inc as Excel's QUARTILE.INC, exc as QUARTILE.EXC.

    Returns
    -------
    (...) ×
        The statistic of the peers present. #N/A if none are left; #NUM! for an exclusive percentile that so few
        peers do not have, and for a harmonic mean of multiples that are not all positive.

    Raises
    ------
    RangeError
        If a percentile is not between 0 and 1.

    Examples
    --------
    >>> peer_multiple([0.5, 1.0, 2.3])
    1.0
    >>> peer_multiple([18, 53, -4], "mean")
    35.5
    """
    return statistic_of(*present(multiples, include_negative=include_negative), statistic, quartile)


@broadcasts
def peer_stats(
    multiples: PeerMultiples,
    include_negative: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
    quartile: Quartile = "inc",
) -> Table:
    """Statistics of the peers' multiples, a row each: count, n.m., min, quartiles, median, means and max.

    Parameters
    ----------
    multiples : (n) ×
        The peers' multiples; a blank, n.m. or #N/A is an absent peer.
    include_negative : flag
        Whether negative multiples count; they are n.m. otherwise.
    quartile : choice
        inc as Excel's QUARTILE.INC, exc as QUARTILE.EXC.

    Returns
    -------
    rows
        Label and value: count, n.m., min, q1, median, mean, harmonic mean, q3, max.

    Examples
    --------
    >>> peer_stats([18, 53, -4])[:3]
    [['count', 2.0], ['n.m.', 1.0], ['min', 18.0]]
    """
    ordered, count = present(multiples, include_negative=include_negative)
    values = {"count": np.where(np.isnan(ordered[0]), ordered[0], count), "n.m.": multiples.size - count}
    for label in ("min", "q1", "median", "mean", "harmonic mean", "q3", "max"):
        values[label] = statistic_of(ordered, count, label.removesuffix(" mean"), quartile)
    return [[label, float(value)] for label, value in values.items()]


@broadcasts
def peer_outliers(multiples: PeerMultiples, fence: Fence = 1.5) -> Flags:
    """Which peers are outliers: outside the fences that Tukey (1977) draws around the inclusive quartiles.

    Parameters
    ----------
    multiples : (..., n) ×
        The peers' multiples; a blank, n.m. or negative one is an absent peer, and no outlier.
    fence : (...) number
        Distance of the fences from the quartiles, in interquartile ranges.

    Returns
    -------
    (..., n) flag
        True below q1 − fence × (q3 − q1) or above q3 + fence × (q3 − q1), in the peers' order.

    Examples
    --------
    >>> peer_outliers([8, 9, 10, 11, 53]).tolist()
    [False, False, False, False, True]
    """
    peers = present(multiples, include_negative=False)
    q1, q3 = (statistic_of(*peers, name, "inc")[..., np.newaxis] for name in ("q1", "q3"))
    reach = np.where(fence < 0, OUT_OF_RANGE, fence)[..., np.newaxis] * (q3 - q1)
    outside = (multiples < q1 - reach) | (multiples > q3 + reach)
    absent = is_absent(multiples) | (multiples < 0)
    return answered(outside & ~absent, np.where(absent, 0.0, reach))


@broadcasts
def adjusted_multiple(base_multiple: Multiple, premium: Premium) -> Multiple:
    """Multiple with a premium for what is better than at the peers, or a discount for what is worse.

    Parameters
    ----------
    base_multiple : (...) ×
        Multiple of the peers.
    premium : (...) fraction
        Premium, 0.2 for a fifth more; negative for a discount.

    Returns
    -------
    (...) ×
        base × (1 + premium).

    References
    ----------
    .. [1] Source C: Xiaomi on twice Apple's price to earnings (March 2018).

    Examples
    --------
    >>> adjusted_multiple(18, 1.0)
    36.0
    """
    return base_multiple * (1 + premium)


@broadcasts
def growth_multiple(base_multiple: Multiple, growth: Growth, base_growth: Growth) -> Multiple:
    """Multiple scaled to another growth at the same PEG ratio: what a faster grower would trade on.

    Parameters
    ----------
    base_multiple : (...) ×
        Multiple of the peer.
    growth : (...) fraction
        Growth of the company that is valued.
    base_growth : (...) fraction
        Growth of the peer.

    Returns
    -------
    (...) ×
        base × growth ÷ base growth; n.m. where either shrinks.

    Examples
    --------
    >>> growth_multiple(18, 0.30, 0.15)
    36.0
    """
    shrinking = (growth < 0) | (base_growth < 0)
    return np.where(shrinking, NOT_MEANINGFUL, divide(base_multiple * growth, base_growth))


@broadcasts
def peg_ratio(pe: SignedMultiple, growth: Growth) -> Number:
    """PEG ratio: price to earnings over the growth of earnings in percentage points.

    Parameters
    ----------
    pe : (...) ×
        Price to earnings.
    growth : (...) fraction
        Yearly growth of earnings, 0.15 for 15 %.

    Returns
    -------
    (...) number
        pe ÷ (100 × growth); n.m. without earnings or without growth.

    Examples
    --------
    >>> peg_ratio(18, 0.15)
    1.2
    """
    return np.where((growth <= 0) | (pe <= 0), NOT_MEANINGFUL, pe / (100 * growth))


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
    return np.where(value < 0, 0 * price + NOT_MEANINGFUL, divide(price, value))


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
    # Not max and min: they may lose the reason that a NaN carries.
    floor, ceiling = at(floors, floors.argmax(axis=-1)), at(ceilings, ceilings.argmin(axis=-1))
    crossed = floor > ceiling
    if not crossed.ndim and crossed:
        message = f"the highest floor, {floor:.15g}, is above the lowest ceiling, {ceiling:.15g}"
        raise RangeError(message)
    where = np.where(value < floor, "below floor", np.where(value > ceiling, "above ceiling", "within"))
    return answered(where, value, floor, ceiling, np.where(crossed, OUT_OF_RANGE, 0.0))
