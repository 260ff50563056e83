"""Sum of the parts: each part is valued on its own multiple and the values are added."""

from typing import Any

import numpy as np

from valuation.kernel.broadcast import Floats, broadcasts, discounted, divide, total
from valuation.kernel.errors import NOT_MEANINGFUL
from valuation.kernel.units import (
    Discount,
    Flag,
    Money,
    Moneys,
    Multiple,
    Multiples,
    Ratio,
    Share,
    Stakes,
    Table,
    Texts,
)


@broadcasts
def segment_value(metric: Money, multiple: Multiple, stake: Share = 1.0) -> Money:
    """Value of one part: metric × peer multiple × stake.

    Parameters
    ----------
    metric : (...) money
        Metric that the multiple refers to: revenue, EBITDA, net profit.
    multiple : (...) ×
        Peer multiple of the same metric.
    stake : (...) fraction
        Share of the part that the company owns.

    Returns
    -------
    (...) money
        metric × multiple × stake.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi before its IPO, sum of the parts (2018).

    Examples
    --------
    >>> segment_value(806, 2.0)
    1612.0
    """
    return metric * multiple * stake


@broadcasts
def sotp_value(
    metrics: Moneys,
    multiples: Multiples,
    stakes: Stakes = 1.0,
    net_debt: Money = 0.0,
    discount: Discount = 0.0,
    gross_discount: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Money:
    """Equity value as the sum of the parts, each valued on its own multiple.

    Parameters
    ----------
    metrics : (..., n) money
        Metric of each part that its multiple refers to: revenue, EBITDA, net profit.
    multiples : (..., n) ×
        Peer multiple of the same metric.
    stakes : (..., n) fraction
        Share of each part that the company owns.
    net_debt : (...) money
        Net debt of the whole company; negative where cash is larger.
    discount : (...) fraction
        Holding discount on the equity value; on the gross assets if `gross_discount` is TRUE.
    gross_discount : flag
        Whether the discount is taken on the gross assets, before net debt, instead of on the equity value.

    Returns
    -------
    (...) money
        (Σ metric × multiple × stake − net debt) × (1 − discount); on the gross assets: Σ metric × multiple × stake ×
        (1 − discount) − net debt. No discount is taken on a negative value.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi before its IPO, sum of the parts (2018).

    Examples
    --------
    >>> sotp_value([806, 234, 99], [2.0, 2.3, 19.0])
    4031.2
    """
    return _equity(total(metrics * multiples * stakes), net_debt, discount, gross=gross_discount)


@broadcasts
def sotp_range(
    metrics: Moneys,
    low: Multiples,
    base: Multiples,
    high: Multiples,
    stakes: Stakes = 1.0,
    net_debt: Money = 0.0,
    discount: Discount = 0.0,
    gross_discount: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Moneys:
    """Low, base and high equity value of a sum of the parts, as a row of three.

    Parameters
    ----------
    metrics : (..., n) money
        Metric of each part that its multiple refers to.
    low : (..., n) ×
        Lowest defensible multiple of each part.
    base : (..., n) ×
        Base-case multiple of each part.
    high : (..., n) ×
        Highest defensible multiple of each part.
    stakes : (..., n) fraction
        Share of each part that the company owns.
    net_debt : (...) money
        Net debt of the whole company; negative where cash is larger.
    discount : (...) fraction
        Holding discount on the equity value; on the gross assets if `gross_discount` is TRUE.
    gross_discount : flag
        Whether the discount is taken on the gross assets, before net debt, instead of on the equity value.

    Returns
    -------
    (..., 3) money
        Equity value at the low, the base and the high multiples.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi before its IPO, sum of the parts (2018).

    Examples
    --------
    >>> sotp_range([806, 234], [0.5, 1.0], [2.0, 2.3], [2.3, 2.3]).tolist()
    [637.0, 2150.2, 2392.0]
    """
    # For a part with a negative metric, such as corporate costs, the larger multiple gives the lower value.
    least = np.where(metrics < 0, np.maximum(low, high), low)
    most = np.where(metrics < 0, np.minimum(low, high), high)
    sums = [total(metrics * multiples * stakes) for multiples in (least, base, most)]
    columns = [_equity(assets, net_debt, discount, gross=gross_discount) for assets in sums]
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


@broadcasts
def sotp_table(
    names: Texts,
    metrics: Moneys,
    multiples: Multiples,
    stakes: Stakes = 1.0,
    net_debt: Money = 0.0,
    discount: Discount = 0.0,
    gross_discount: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Table:
    """Table of the sum of the parts: one row per part with its value and share, then the bridge to the equity value.

    Parameters
    ----------
    names : (n) text
        Name of each part.
    metrics : (n) money
        Metric of each part that its multiple refers to.
    multiples : (n) ×
        Peer multiple of the same metric.
    stakes : (n) fraction
        Share of each part that the company owns.
    net_debt : money
        Net debt of the whole company; negative where cash is larger.
    discount : fraction
        Holding discount on the equity value; on the gross assets if `gross_discount` is TRUE.
    gross_discount : flag
        Whether the discount is taken on the gross assets, before net debt, instead of on the equity value.

    Returns
    -------
    rows
        A heading, one row per part (part, metric, multiple, stake, value, share), then net debt, discount and equity.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] Bundled case xiaomi_2018: Xiaomi before its IPO, sum of the parts (2018).

    Examples
    --------
    >>> sotp_table(["Phones", "IoT"], [806, 234], [2.0, 2.3])[-1]
    ['Equity value', None, None, None, 2150.2, None]
    """
    labels, metrics, multiples, stakes = np.broadcast_arrays(names, metrics, multiples, stakes)
    values = metrics * multiples * stakes
    gross = total(values)
    columns = (metrics, multiples, stakes, values, divide(values, gross))
    equity = _equity(gross, net_debt, discount, gross=gross_discount)
    bridge = [("Net debt", 0 - net_debt), ("Holding discount", equity - (gross - net_debt))]
    rows: list[list[Any]] = [["Part", "Metric", "Multiple", "Stake", "Value", "Share"]]
    rows += [[str(label), *map(float, row)] for label, *row in zip(labels, *columns, strict=True)]
    for label, value in (
        ("Sum of the parts", gross),
        *(reversed(bridge) if gross_discount else bridge),
        ("Equity value", equity),
    ):
        rows.append([label, None, None, None, float(value), None])
    return rows


@broadcasts
def implied_discount(net_asset_value: Money, market_value: Money, net_debt: Money = 0.0) -> Ratio:
    """Discount of the market value to the sum of the parts; negative for a premium.

    Parameters
    ----------
    net_asset_value : (...) money
        Equity value by the sum of the parts.
    market_value : (...) money
        Market capitalisation, or the value of the last round.
    net_debt : (...) money
        Net debt of the holding company, for the discount on gross assets; 0 for the discount on the equity value.

    Returns
    -------
    (...) fraction
        1 − (market value + net debt) ÷ (net asset value + net debt); n.m. where the net asset value is negative, or the
        gross assets are.

    Examples
    --------
    >>> implied_discount(4000, 3000)
    0.25
    """
    assets = net_asset_value + net_debt
    return np.where((net_asset_value < 0) | (assets < 0), NOT_MEANINGFUL, 1 - divide(market_value + net_debt, assets))


@broadcasts
def stub_multiple(
    total_value: Money,
    metrics: Moneys,
    multiples: Multiples,
    stub_metric: Money,
    stakes: Stakes = 1.0,
    net_debt: Money = 0.0,
) -> Multiple:
    """Multiple implied by the market value for one remaining part, when the other parts are valued at known multiples.

    Parameters
    ----------
    total_value : (...) money
        Market value of the whole company.
    metrics : (..., n) money
        Metrics of the parts with known multiples.
    multiples : (..., n) ×
        Peer multiples of those parts.
    stub_metric : (...) money
        Metric of the remaining part.
    stakes : (..., n) fraction
        Stakes in the parts with known multiples.
    net_debt : (...) money
        Net debt of the whole company, if the total value is an equity value; 0 if it is an enterprise value.

    Returns
    -------
    (...) ×
        (total value + net debt − Σ metric × multiple × stake) ÷ stub metric; n.m. where the stub metric is negative.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Examples
    --------
    >>> stub_multiple(4031.2, [806, 234], [2.0, 2.3], 99)
    19.0
    """
    left = total_value + net_debt - total(metrics * multiples * stakes)
    return np.where(stub_metric < 0, NOT_MEANINGFUL, divide(left, stub_metric))


def _equity(assets: Floats, net_debt: Floats, discount: Floats, *, gross: bool) -> Floats:
    """Equity value: gross assets less net debt, with a discount on the gross assets or on the equity value."""
    return discounted(assets, discount) - net_debt if gross else discounted(assets - net_debt, discount)
