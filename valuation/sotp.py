"""Sum of the parts: each part valued on its own multiple, then added up."""

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
    """Value of one part: its metric times the multiple of its peers, for the stake that is owned.

    Parameters
    ----------
    metric : (...) money
        What the part is valued on: revenue, EBITDA, net profit.
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
    .. [1] Source B: Xiaomi before its IPO, sum of the parts (2018).

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
        What each part is valued on: revenue, EBITDA, net profit.
    multiples : (..., n) ×
        Peer multiple of the same metric.
    stakes : (..., n) fraction
        Share of each part that the company owns.
    net_debt : (...) money
        Debt less cash of the whole; negative where cash is larger.
    discount : (...) fraction
        Holding discount, taken on the equity value unless the flag says otherwise.
    gross_discount : flag
        Whether the discount is taken on the gross assets, before net debt, instead of on the equity value.

    Returns
    -------
    (...) money
        (Σ metric × multiple × stake − net debt) × (1 − discount); on the gross assets: Σ metric × multiple × stake ×
        (1 − discount) − net debt. A discount leaves what is negative as it is.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] Source B: Xiaomi before its IPO, sum of the parts (2018).

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
        What each part is valued on.
    low : (..., n) ×
        Lowest defensible multiple of each part.
    base : (..., n) ×
        Multiple that you would argue for.
    high : (..., n) ×
        Highest defensible multiple of each part.
    stakes : (..., n) fraction
        Share of each part that the company owns.
    net_debt : (...) money
        Debt less cash of the whole.
    discount : (...) fraction
        Holding discount, taken on the equity value unless the flag says otherwise.
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
    .. [1] Source B: Xiaomi before its IPO, sum of the parts (2018).

    Examples
    --------
    >>> sotp_range([806, 234], [0.5, 1.0], [2.0, 2.3], [2.3, 2.3]).tolist()
    [637.0, 2150.2, 2392.0]
    """
    # Of a part whose metric is negative, such as corporate costs, the larger multiple gives the lower value.
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
    """Sum of the parts laid out, a row a part with its value and share, then the bridge to the equity value.

    Parameters
    ----------
    names : (n) text
        What each part is called.
    metrics : (n) money
        What each part is valued on.
    multiples : (n) ×
        Peer multiple of the same metric.
    stakes : (n) fraction
        Share of each part that the company owns.
    net_debt : money
        Debt less cash of the whole.
    discount : fraction
        Holding discount, taken on the equity value unless the flag says otherwise.
    gross_discount : flag
        Whether the discount is taken on the gross assets, before net debt, instead of on the equity value.

    Returns
    -------
    rows
        A heading, a row a part (part, metric, multiple, stake, value, share), then net debt, discount and equity.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] Source B: Xiaomi before its IPO, sum of the parts (2018).

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
    """Discount at which the market trades below the sum of the parts; negative where it trades at a premium.

    Parameters
    ----------
    net_asset_value : (...) money
        Equity value by the sum of the parts.
    market_value : (...) money
        Market capitalisation, or the value of the last round.
    net_debt : (...) money
        Net debt of the holding company, to state the discount on its gross assets; 0 for the one on the equity value.

    Returns
    -------
    (...) fraction
        1 − (market value + net debt) ÷ (net asset value + net debt).

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
    """Multiple that the market pays for the part left over, after the parts whose multiples are known.

    Parameters
    ----------
    total_value : (...) money
        What the market pays for the whole.
    metrics : (..., n) money
        Metrics of the parts whose value is known.
    multiples : (..., n) ×
        Peer multiples of those parts.
    stub_metric : (...) money
        Metric of the part left over.
    stakes : (..., n) fraction
        Stakes in the parts whose value is known.
    net_debt : (...) money
        Net debt of the whole, where the total value is what the market pays for the equity.

    Returns
    -------
    (...) ×
        (total value + net debt − Σ metric × multiple × stake) ÷ stub metric.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Examples
    --------
    >>> stub_multiple(4031.2, [806, 234], [2.0, 2.3], 99)
    19.0
    """
    return divide(total_value + net_debt - total(metrics * multiples * stakes), stub_metric)


def _equity(assets: Floats, net_debt: Floats, discount: Floats, *, gross: bool) -> Floats:
    """Equity value: gross assets less net debt, and less a discount on the one or the other."""
    return discounted(assets, discount) - net_debt if gross else discounted(assets - net_debt, discount)
