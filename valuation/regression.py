"""Regressions of peer multiples: a least-squares line over a driver such as growth, and the multiple it predicts."""

import numpy as np

from valuation.kernel.broadcast import broadcasts
from valuation.kernel.units import Multiple, Number, PeerDrivers, PeerMultiples, Table
from valuation.numerics.order_statistics import line


@broadcasts
def regression_multiple(multiples: PeerMultiples, drivers: PeerDrivers, subject_driver: Number) -> Multiple:
    """Multiple predicted for the company by a least-squares regression of peer multiples on a driver such as growth.

    Parameters
    ----------
    multiples : (..., n) ×
        Multiples of the peers; a blank, n.m. or negative one is left out.
    drivers : (..., n) number
        Driver of each peer that explains its multiple: growth, margin. A peer with a blank driver is left out.
    subject_driver : (...) number
        Driver of the company that is valued.

    Returns
    -------
    (...) ×
        intercept + slope × subject's driver. #N/A if no peers are left; #DIV/0! if all drivers are equal.

    Examples
    --------
    >>> regression_multiple([10, 20, 30], [0.1, 0.2, 0.3], 0.25)
    25.0
    """
    slope, centre, level, _, _ = line(multiples, drivers)
    # The sum keeps the NaN of the slope, which carries the reason.
    return np.where(np.isnan(slope), slope, level + slope * (subject_driver - centre))


@broadcasts
def regression_fit(multiples: PeerMultiples, drivers: PeerDrivers) -> Table:
    """Least-squares regression of the peers' multiples on a driver: slope, intercept, r2 and n.

    Parameters
    ----------
    multiples : (n) ×
        Multiples of the peers; a blank, n.m. or negative one is left out.
    drivers : (n) number
        Driver of each peer that explains its multiple: growth, margin. A peer with a blank driver is left out.

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
