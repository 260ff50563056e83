"""Regressions of peer multiples: the line through the peers over a driver, and what it gives for the company."""

import numpy as np

from valuation.kernel.broadcast import broadcasts
from valuation.kernel.units import Multiple, Number, PeerDrivers, PeerMultiples, Table
from valuation.numerics.order_statistics import line


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

    Examples
    --------
    >>> regression_multiple([10, 20, 30], [0.1, 0.2, 0.3], 0.25)
    25.0
    """
    slope, centre, level, _, _ = line(multiples, drivers)
    # The sum keeps the NaN of the slope, which says why there is no line.
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

    Examples
    --------
    >>> regression_fit([10, 20, 30], [1, 2, 3])
    [['slope', 10.0], ['intercept', 0.0], ['r2', 1.0], ['n', 3.0]]
    """
    slope, centre, level, r2, count = line(multiples, drivers)
    values = {"slope": slope, "intercept": level - slope * centre, "r2": r2, "n": count}
    return [[label, float(value)] for label, value in values.items()]
