"""Peer multiples: what others are worth for each unit of revenue, profit or EBITDA, and what that says here.

A peer without a meaningful multiple (a loss, a blank, n.m., #N/A) is absent: counted, never averaged. Any other
error among the peers is an error of the result.
"""

from typing import Annotated, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from valuation.broadcast import Floats, answered, broadcasts, divide, summing_to_one, total
from valuation.errors import (
    BLANK,
    CELL_ERRORS,
    NO_PEERS,
    NOT_MEANINGFUL,
    OUT_OF_RANGE,
    ZERO_DENOMINATOR,
    RangeError,
    reason_numbers,
)
from valuation.units import (
    Flag,
    Flags,
    Kind,
    Money,
    Multiple,
    Number,
    Numbers,
    PeerMultiples,
    Quartile,
    Ratio,
    Ratios,
    Statistic,
    Table,
    Text,
)

PeerDrivers: TypeAlias = Annotated[Any, Kind("vector", "number", blank_is_absent=True)]
Bounds: TypeAlias = Annotated[Any, Kind("vector", "money", blank_is_absent=True)]

# #N/A is what a sheet shows for n.m., be it ours or typed as NA(); a #REF! or #DIV/0! is a mistake to mend.
_ABSENT: Final = reason_numbers(np.array([NOT_MEANINGFUL, BLANK, CELL_ERRORS["#N/A"]]))

_QUARTILES: Final = ("q1", "q3")
_PERCENTILES: Final = {"min": 0.0, "q1": 0.25, "median": 0.5, "q3": 0.75, "max": 1.0}


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

    References
    ----------
    .. [1] Source C: Xiaomi on Apple's price to earnings (March 2018).

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
    include_negative: Flag = False,  # noqa: FBT002 - cells have positions only
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
        The statistic of the peers present. #N/A if none are left; #NUM! for an exclusive percentile that
        so few peers do not have, and for a harmonic mean of multiples that are not all positive.

    Raises
    ------
    RangeError
        If a percentile is not between 0 and 1.

    References
    ----------
    .. [1] Hyndman and Fan, Sample Quantiles in Statistical Packages, The American Statistician 50 (1996):
       inc is their definition 7, exc their definition 6.

    Examples
    --------
    >>> peer_multiple([0.5, 1.0, 2.3])
    1.0
    >>> peer_multiple([18, 53, -4], "mean")
    35.5
    """
    if isinstance(statistic, float) and not 0 <= statistic <= 1:
        message = f"{statistic:.10g} is not a percentile between 0 and 1"
        raise RangeError(message, "statistic")
    return _statistic(*_present(multiples, include_negative=include_negative), statistic, quartile)


@broadcasts
def peer_stats(
    multiples: PeerMultiples,
    include_negative: Flag = False,  # noqa: FBT002 - cells have positions only
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
    ordered, count = _present(multiples, include_negative=include_negative)
    values = {
        "count": count + 0 * ordered[..., 0],
        "n.m.": multiples.shape[-1] - count,
        "min": _statistic(ordered, count, "min", quartile),
        "q1": _statistic(ordered, count, "q1", quartile),
        "median": _statistic(ordered, count, "median", quartile),
        "mean": _statistic(ordered, count, "mean", quartile),
        "harmonic mean": _statistic(ordered, count, "harmonic", quartile),
        "q3": _statistic(ordered, count, "q3", quartile),
        "max": _statistic(ordered, count, "max", quartile),
    }
    return [[label, float(value)] for label, value in values.items()]


@broadcasts
def peer_outliers(multiples: PeerMultiples, fence: Number = 1.5) -> Flags:
    """Which peers are outliers: outside the Tukey fences around the inclusive quartiles.

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

    References
    ----------
    .. [1] Tukey, Exploratory Data Analysis (1977).

    Examples
    --------
    >>> peer_outliers([8, 9, 10, 11, 53]).tolist()
    [False, False, False, False, True]
    """
    peers = _present(multiples, include_negative=False)
    q1, q3 = (_statistic(*peers, name, "inc")[..., np.newaxis] for name in ("q1", "q3"))
    fence = fence[..., np.newaxis]
    reach = np.where(fence < 0, OUT_OF_RANGE, fence * (q3 - q1))
    outside = (multiples < q1 - reach) | (multiples > q3 + reach)
    absent = _is_absent(multiples) | (multiples < 0)
    return answered(outside & ~absent, np.where(absent, 0.0, reach))


@broadcasts
def adjusted_multiple(base_multiple: Multiple, premium: Ratio) -> Multiple:
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
def growth_multiple(base_multiple: Multiple, growth: Ratio, base_growth: Ratio) -> Multiple:
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
def peg_ratio(pe: Multiple, growth: Ratio) -> Number:
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
def regression_multiple(multiples: PeerMultiples, drivers: PeerDrivers, subject_driver: Number) -> Multiple:
    """Multiple that the peers' own line gives for the company's growth or margin: a least-squares fit.

    Parameters
    ----------
    multiples : (..., n) ×
        The peers' multiples; a blank, n.m. or negative one is an absent peer.
    drivers : (..., n) number
        What should explain them, peer by peer: growth, margin. A peer whose driver is blank is absent.
    subject_driver : (...) number
        The same of the company that is valued.

    Returns
    -------
    (...) ×
        intercept + slope × subject's driver. #N/A if no peers are left; #DIV/0! if their drivers are all the same.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Examples
    --------
    >>> regression_multiple([10, 20, 30], [0.1, 0.2, 0.3], 0.25)
    25.0
    """
    slope, centre, level, _, _ = _fit(multiples, drivers)
    return np.where(np.isnan(slope), slope, level + slope * (subject_driver - centre))


@broadcasts
def regression_fit(multiples: PeerMultiples, drivers: PeerDrivers) -> Table:
    """Line through the peers' multiples over a driver, by least squares: slope, intercept, r2 and n.

    Parameters
    ----------
    multiples : (n) ×
        The peers' multiples; a blank, n.m. or negative one is an absent peer.
    drivers : (n) number
        What should explain them, peer by peer: growth, margin. A peer whose driver is blank is absent.

    Returns
    -------
    rows
        Label and value: slope, intercept, r2 (the share of the variance explained), n (the peers in the fit).

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Examples
    --------
    >>> regression_fit([10, 20, 30], [1, 2, 3])
    [['slope', 10.0], ['intercept', 0.0], ['r2', 1.0], ['n', 3.0]]
    """
    slope, centre, level, r2, count = _fit(multiples, drivers)
    intercept = np.where(np.isnan(slope), slope, level - slope * centre)
    return [["slope", float(slope)], ["intercept", float(intercept)], ["r2", float(r2)], ["n", float(count)]]


@broadcasts
def blend(values: Numbers, weights: Ratios) -> Number:
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
    ShapeError
        If the vectors differ in length.
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
    """Price as a multiple of value: the length of the leash.

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

    References
    ----------
    .. [1] Source C: price as a dog on a leash around value (March 2018).

    Examples
    --------
    >>> price_to_value(450, 360)
    1.25
    """
    return divide(price, value)


@broadcasts
def bracket(value: Money, floors: Bounds, ceilings: Bounds) -> Text:
    """Where a value stands between companies it must be worth more than, and companies it cannot be worth more than.

    Parameters
    ----------
    value : (...) money
        What is to be placed.
    floors : (..., n) money
        Values of clearly weaker companies; a blank is none.
    ceilings : (..., n) money
        Values of clearly stronger companies; a blank is none.

    Returns
    -------
    (...) text
        "below floor" under the highest floor, "above ceiling" over the lowest ceiling, else "within".

    Raises
    ------
    ShapeError
        If the vectors differ in length; shorter ones are filled up with blanks.
    RangeError
        If the highest floor is above the lowest ceiling; among many rows, #NUM! in the row's own place.

    References
    ----------
    .. [1] Source C: ordering bounds among companies (March 2018).

    Examples
    --------
    >>> bracket(540, [200, 360], [900, 1000])
    'within'
    """
    floor = np.where(_is_absent(floors), -np.inf, floors).max(axis=-1)
    ceiling = np.where(_is_absent(ceilings), np.inf, ceilings).min(axis=-1)
    crossed = floor > ceiling
    if not crossed.ndim and crossed:
        message = f"the highest floor, {floor:.15g}, is above the lowest ceiling, {ceiling:.15g}"
        raise RangeError(message)
    where = np.where(value < floor, "below floor", np.where(value > ceiling, "above ceiling", "within"))
    known = np.where(crossed, OUT_OF_RANGE, 0 * value + np.where(np.isinf(floor), 0, floor))
    return answered(where, known + np.where(np.isinf(ceiling), 0, ceiling))


def _is_absent(peers: Floats) -> NDArray[np.bool_]:
    return np.isin(reason_numbers(peers), _ABSENT)


def _present(multiples: Floats, *, include_negative: bool) -> tuple[Floats, NDArray[np.intp]]:
    """Peers in rising order, infinity in the place of absent ones, and how many there are.

    A row with an error among its peers is that error throughout.
    """
    absent = _is_absent(multiples)
    if not include_negative:
        absent = absent | (multiples < 0)
    ordered = np.sort(np.where(absent, np.inf, multiples), axis=-1)
    # A sort may lose the reason that a NaN carries; a sum keeps it.
    spoilt = np.where(absent, 0.0, 0.0 * multiples).sum(axis=-1, keepdims=True)
    return np.where(np.isnan(spoilt), spoilt, ordered), (~absent).sum(axis=-1)


def _statistic(ordered: Floats, count: NDArray[np.intp], statistic: str | float, quartile: str) -> Floats:
    lowest = ordered[..., 0]
    match statistic:
        case "mean":
            there = np.arange(ordered.shape[-1]) < count[..., np.newaxis]
            value = total(np.where(there, ordered, 0.0)) / count
        case "harmonic":
            value = np.where(lowest <= 0, OUT_OF_RANGE, count / total(1 / ordered))
        case float():
            value = _percentile(ordered, count, statistic, quartile)
        case _:
            value = _percentile(ordered, count, _PERCENTILES[statistic], quartile if statistic in _QUARTILES else "inc")
    return np.where(np.isnan(lowest), lowest, np.where(count == 0, NO_PEERS, value))


def _percentile(ordered: Floats, count: NDArray[np.intp], percentile: float, quartile: str) -> Floats:
    position = (count - 1) * percentile if quartile == "inc" else (count + 1) * percentile - 1
    last = np.maximum(count - 1, 0)
    inside = np.clip(position, 0, last)
    below = np.floor(inside).astype(np.intp)
    low = _at(ordered, below)
    value = low + (inside - below) * (_at(ordered, np.minimum(below + 1, last)) - low)
    # Positions are computed: 1/49 of the way to 49 is a first peer, for all that it comes out below 1.
    return np.where(np.abs(position - inside) > 1e-9, OUT_OF_RANGE, value)  # noqa: PLR2004 - far below one peer


def _at(ordered: Floats, position: NDArray[np.intp]) -> Floats:
    return np.take_along_axis(ordered, position[..., np.newaxis], axis=-1)[..., 0]


def _fit(multiples: Floats, drivers: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Slope, mean driver, mean multiple, r2 and n of the least-squares line through the peers present."""
    multiples, drivers = np.broadcast_arrays(multiples, drivers)
    absent = _is_absent(multiples) | (multiples < 0) | _is_absent(drivers)
    count = (~absent).sum(axis=-1)
    centre = total(np.where(absent, 0.0, drivers)) / count
    level = total(np.where(absent, 0.0, multiples)) / count
    across = np.where(absent, 0.0, drivers - centre[..., np.newaxis])
    up = np.where(absent, 0.0, multiples - level[..., np.newaxis])
    common, spread, height = total(across * up), total(across * across), total(up * up)
    # Asked of the peers themselves: the differences from a rounded mean are rarely all zero.
    slope = np.where(_all_the_same(drivers, absent), ZERO_DENOMINATOR, common / spread)
    slope = np.where(count == 0, NO_PEERS, slope)
    r2 = np.where(_all_the_same(multiples, absent), ZERO_DENOMINATOR, np.minimum(common**2 / (spread * height), 1))
    return slope, centre, level, np.where(np.isnan(slope), slope, r2), np.where(count == 0, 0, count + 0 * common)


def _all_the_same(values: Floats, absent: NDArray[np.bool_]) -> NDArray[np.bool_]:
    lowest, highest = np.where(absent, np.inf, values).min(axis=-1), np.where(absent, -np.inf, values).max(axis=-1)
    return np.asarray(lowest >= highest)
