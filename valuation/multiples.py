"""Peer multiples: value of other companies per unit of revenue, profit or EBITDA, and the value it implies."""

import numpy as np

from valuation.kernel.broadcast import answered, broadcasts, divide
from valuation.kernel.errors import NOT_MEANINGFUL
from valuation.kernel.units import (
    Fence,
    Flag,
    Flags,
    Growth,
    Money,
    Multiple,
    Number,
    PeerMultiples,
    PeerWeights,
    Premium,
    Quartile,
    Share,
    SignedMultiple,
    Statistic,
    Table,
    WeightedStatistic,
)
from valuation.numerics.order_statistics import is_absent, present, statistic_of, trimmed, weighted


@broadcasts
def multiple(value: Money, metric: Money) -> Multiple:
    """Multiple of a company: its value ÷ its metric; n.m. where the metric is not positive.

    Parameters
    ----------
    value : (...) money
        Market capitalisation, enterprise value or price.
    metric : (...) money
        Revenue, EBITDA, net profit: of the same company, in the same currency.

    Returns
    -------
    (...) ×
        value ÷ metric; n.m. for a loss.

    Examples
    --------
    >>> multiple(972, 54)
    18.0
    """
    return np.where(metric <= 0, NOT_MEANINGFUL, value / metric)


@broadcasts
def implied_value(metric: Money, multiple: Multiple) -> Money:
    """Implied value: metric × multiple.

    Parameters
    ----------
    metric : (...) money
        The company's own revenue, EBITDA or net profit.
    multiple : (...) ×
        Multiple of the peers for the same metric.

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
    trim: Share = 0.0,
) -> Multiple:
    """Median, another statistic or a percentile of the multiples of the peers.

    Parameters
    ----------
    multiples : (..., n) ×
        Multiples of the peers; a blank, n.m. or #N/A is left out.
    statistic : choice
        mean, median, harmonic, min, max, q1, q3, or a percentile between 0 and 1.
    include_negative : flag
        Whether to include negative multiples, which are n.m. otherwise.
    quartile : choice
        Definition of quartiles and percentiles: inc as Excel's QUARTILE.INC, exc as QUARTILE.EXC.
    trim : (...) fraction
        Share of the multiples to cut off first, half at each end, rounded down as in Excel's TRIMMEAN.

    Returns
    -------
    (...) ×
        The statistic of the multiples included. #N/A if there are none; #NUM! for an exclusive percentile that is not
        defined for so few peers, and for a harmonic mean of multiples that are not all positive.

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
    peers = present(multiples, include_negative=include_negative)
    return statistic_of(*(trimmed(*peers, trim) if trim.any() else peers), statistic, quartile)


@broadcasts
def weighted_multiple(
    multiples: PeerMultiples,
    weights: PeerWeights,
    statistic: WeightedStatistic = "harmonic",
    include_negative: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Multiple:
    """Weighted harmonic mean, or weighted mean, of the peers' multiples: the multiple of all peers taken together.

    Parameters
    ----------
    multiples : (..., n) ×
        Multiples of the peers; a blank, n.m. or #N/A is left out.
    weights : (..., n) number
        Weight of each peer: market values for a harmonic mean, revenues or profits for a mean. A blank leaves the peer
        out.
    statistic : choice
        harmonic or mean.
    include_negative : flag
        Whether to include negative multiples, which are n.m. otherwise.

    Returns
    -------
    (...) ×
        harmonic: Σ weight ÷ Σ (weight ÷ multiple); mean: Σ weight × multiple ÷ Σ weight. #N/A if no peers are left,
        #DIV/0! if their weights sum to 0, #NUM! for a harmonic mean of multiples that are not all positive.

    References
    ----------
    .. [1] Agrrawal, P., Borgman, R., Clark, J. M. and Strong, R. (2010). Using the Price-to-Earnings Harmonic Mean to
       Improve Firm Valuation Estimates. Journal of Financial Education 36, 98–110.

    Examples
    --------
    Values of 100 at 10× and 300 at 30× mean earnings of 10 + 10, so together the peers are valued at 20×:

    >>> weighted_multiple([10, 30], [100, 300])
    20.0
    """
    return weighted(multiples, weights, include_negative=include_negative, harmonic=statistic == "harmonic")


@broadcasts
def peer_stats(
    multiples: PeerMultiples,
    include_negative: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
    quartile: Quartile = "inc",
) -> Table:
    """Table of statistics of the multiples of the peers: count, n.m., min, quartiles, median, means and max.

    Parameters
    ----------
    multiples : (n) ×
        Multiples of the peers; a blank, n.m. or #N/A is left out.
    include_negative : flag
        Whether to include negative multiples, which are n.m. otherwise.
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
    """Which multiples are outliers by Tukey's fences (1977), measured from the inclusive quartiles.

    Parameters
    ----------
    multiples : (..., n) ×
        Multiples of the peers; a blank, n.m. or negative one is left out and is no outlier.
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
    reach = fence[..., np.newaxis] * (q3 - q1)
    outside = (multiples < q1 - reach) | (multiples > q3 + reach)
    absent = is_absent(multiples) | (multiples < 0)
    return answered(outside & ~absent, np.where(absent, fence[..., np.newaxis], reach))


@broadcasts
def adjusted_multiple(base_multiple: Multiple, premium: Premium) -> Multiple:
    """Multiple of the peers with a premium or a discount applied.

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
    .. [1] Bundled case xiaomi_2018: Xiaomi on twice Apple's price to earnings (March 2018).

    Examples
    --------
    >>> adjusted_multiple(18, 1.0)
    36.0
    """
    return base_multiple * (1 + premium)


@broadcasts
def growth_multiple(base_multiple: Multiple, growth: Growth, base_growth: Growth) -> Multiple:
    """Multiple scaled to another growth rate at the same PEG ratio.

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
        base × growth ÷ base growth; n.m. where the growth is not positive or the peer's is negative, #DIV/0! where the
        peer's is 0.

    Examples
    --------
    >>> growth_multiple(18, 0.30, 0.15)
    36.0
    """
    shrinking = (growth <= 0) | (base_growth < 0)  # without growth the multiple is not 0: the PEG ratio says nothing
    return np.where(shrinking, NOT_MEANINGFUL, divide(base_multiple * growth, base_growth))


@broadcasts
def peg_ratio(pe: SignedMultiple, growth: Growth) -> Number:
    """PEG ratio: price to earnings ÷ growth of earnings in percentage points.

    Parameters
    ----------
    pe : (...) ×
        Price to earnings.
    growth : (...) fraction
        Yearly growth of earnings, 0.15 for 15 %.

    Returns
    -------
    (...) number
        pe ÷ (100 × growth); n.m. where the price to earnings or the growth is not positive.

    Examples
    --------
    >>> peg_ratio(18, 0.15)
    1.2
    """
    return np.where((growth <= 0) | (pe <= 0), NOT_MEANINGFUL, pe / (100 * growth))
