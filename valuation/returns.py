"""Dated cash flows: their present value and their internal rates of return."""

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np

from valuation.intrinsic import gordon_value
from valuation.kernel.broadcast import Floats, broadcasts, carried, total
from valuation.kernel.dates import days
from valuation.kernel.errors import (
    NOT_MEANINGFUL,
    OVERFLOW,
    ChoiceError,
    RangeError,
    ShapeError,
    above_minus_one,
    out_of_range,
)
from valuation.kernel.units import Dates, Flag, Growth, Money, Moneys, Multiple, Rate, Ratio, Return
from valuation.numerics.flow_rates import rates

DAYS_IN_YEAR: Final = 365  # as in XIRR and XNPV
ROUNDING: Final = 1e-12  # of a growth factor
FULL_YEAR: Final = (360, 372)  # days of a fiscal year of 12 months, or of 52 or 53 weeks


@broadcasts
def dated_dcf_value(
    cash_flows: Moneys,
    dates: Dates,
    valuation_date: Dates,
    rate: Rate,
    terminal_growth: Growth | None = None,
    terminal_multiple: Multiple | None = None,
    mid_year: Flag = False,  # noqa: FBT002 - positional everywhere, as in a cell
) -> Money:
    """Present value of dated cash flows, discounted as in XNPV, with a stub period and optionally a terminal value.

    Parameters
    ----------
    cash_flows : (..., n) money
        Cash flow of the period that ends on each date; the first is only the remaining part of its period.
    dates : (n) date
        End of each period, oldest first: a date, ISO text such as 2014-12-31, or a spreadsheet date number.
    valuation_date : (k) date
        The valuation date, one only; no period ends before it.
    rate : (...) fraction
        Discount rate, a year.
    terminal_growth : (...) fraction
        Growth of the last flow for ever after; if this and the multiple are left out, there is no terminal value.
    terminal_multiple : (...) ×
        Exit multiple of the last flow, on the last date.
    mid_year : flag
        Whether the flows come in the middle of each period instead of at its end.

    Returns
    -------
    (...) money
        Σ flow ÷ (1 + rate)^t + terminal value ÷ (1 + rate)^T, where t is the number of days from the valuation date to
        the date of the flow ÷ 365 (mid-year: to the middle of its period; the first period begins on the valuation
        date). T is the t of the last date, mid-year less half a year for a terminal value by growth: last flow × (1 +
        growth) ÷ (rate − growth).

    Raises
    ------
    ShapeError
        If the numbers of dates and of flows differ, or there are several valuation dates.
    RangeError
        If a date is before the one above it or before the valuation date, or if there is a terminal value and the last
        period is not a year.
    ChoiceError
        If there are both a terminal growth and a terminal multiple.

    Notes
    -----
    A rate ≤ −100 % and a terminal growth that is not below the rate are #NUM!; a multiple of a last flow ≤ 0 is n.m. As
    native Excel arithmetic, mid-year needs the dates as single cells, not as a range: the middle of a period is between
    a date and the one before it, and to pair a range with itself one row higher takes INDEX ranges, which fail for a
    single date and hide the periods from the reader.

    References
    ----------
    .. [1] Microsoft, XNPV function. https://support.microsoft.com/office/xnpv-function-1b42bbf6-370f-4532-a0eb-d67c16b664b7
    .. [2] Rosenbaum, J. and Pearl, J. Investment Banking: Valuation, LBOs, M&A, and IPOs, chapter 3: stub year and
       mid-year convention. Wiley.

    Examples
    --------
    50 for the rest of this year, then 125 for the year after:

    >>> round(dated_dcf_value([50, 125], ["2026-12-31", "2027-12-31"], ["2026-07-02"], 0.1), 6)
    156.041523
    """
    if terminal_growth is not None and terminal_multiple is not None:
        message = "give a terminal growth or a terminal multiple, not both"
        raise ChoiceError(message, "terminal_multiple")
    ends = _ends(dates, valuation_date, cash_flows.shape[-1])
    if not (terminal_growth is None and terminal_multiple is None):
        _check_full_year(ends)
    rate = np.where(rate <= -1, above_minus_one("rate"), rate)
    last = ends[-1] / DAYS_IN_YEAR
    middles = (ends[1:] + ends[:-1]) / 2
    years = (middles if mid_year else ends[1:]) / DAYS_IN_YEAR
    # On the valuation date the time is 0, and NaN ** 0 would be 1.
    value = np.where(np.isnan(rate), rate, total(cash_flows / (1 + rate[..., np.newaxis]) ** years))
    flow = cash_flows[..., -1]
    if terminal_growth is not None:
        following = gordon_value(flow * (1 + terminal_growth), rate, terminal_growth)
        value = value + following / (1 + rate) ** (last - 0.5 if mid_year else last)
    if terminal_multiple is not None:
        sale = np.where(flow <= 0, NOT_MEANINGFUL, flow * terminal_multiple)
        value = value + sale / (1 + rate) ** last
    return value


@broadcasts
def irr_of_flows(cash_flows: Moneys, low: Return | None = None, high: Return | None = None) -> Ratio:
    """Internal rate of return of yearly cash flows, the first today; where there are several, the error lists them.

    Parameters
    ----------
    cash_flows : (..., n) money
        Money paid (negative) and received (positive), a year apart; the first is today.
    low : (...) fraction
        Lower end of the search; −100 % if left out.
    high : (...) fraction
        Upper end of the search; unlimited if left out.

    Returns
    -------
    (...) fraction
        The one rate r with Σ flow_t ÷ (1 + r)^t = 0, t from 0, between low and high.

    Raises
    ------
    RangeError
        If the flows do not change sign, or there is no rate between low and high, or more than one (the message lists
        them). With many cases, #NUM! for the cases concerned.

    Notes
    -----
    All rates are found; no starting guess is needed.

    References
    ----------
    .. [1] Lorie, J. H. and Savage, L. J. (1955). Three Problems in Rationing Capital. Journal of Business
       28(4), 229–239.

    Examples
    --------
    >>> round(irr_of_flows([-100, 10, 110]), 12)
    0.1
    """
    return _each_rate(np.arange(cash_flows.shape[-1], dtype=float), cash_flows, low, high)


@broadcasts
def xirr_of_flows(cash_flows: Moneys, dates: Dates, low: Return | None = None, high: Return | None = None) -> Ratio:
    """Internal rate of return of dated cash flows, as in XIRR; where there are several, the error lists them.

    Parameters
    ----------
    cash_flows : (..., n) money
        Money paid (negative) and received (positive).
    dates : (n) date
        Date of each flow, in any order: a date, ISO text such as 2014-12-31, or a spreadsheet date number.
    low : (...) fraction
        Lower end of the search; −100 % if left out.
    high : (...) fraction
        Upper end of the search; unlimited if left out.

    Returns
    -------
    (...) fraction
        The one rate r with Σ flow ÷ (1 + r)^(days since the first date ÷ 365) = 0 between low and high.

    Raises
    ------
    ShapeError
        If the numbers of dates and of flows differ.
    RangeError
        If the flows do not change sign, or there is no rate between low and high, or more than one (the message lists
        them). With many cases, #NUM! for the cases concerned.

    Notes
    -----
    All rates are found; no starting guess is needed.

    References
    ----------
    .. [1] Microsoft, XIRR function. https://support.microsoft.com/office/xirr-function-de1242ec-6477-445b-b11b-a303ad9adc9d

    Examples
    --------
    >>> round(xirr_of_flows([-100, 121], ["2025-01-01", "2027-01-01"]), 12)
    0.1
    """
    moments = _serials(days("dates", dates))
    if len(moments) != cash_flows.shape[-1]:
        message = f"has {len(moments)} values, cash_flows has {cash_flows.shape[-1]}"
        raise ShapeError(message, "dates")
    return _each_rate((moments - moments.min()) / DAYS_IN_YEAR, cash_flows, low, high)


def _serials(moments: Iterable[dt.date]) -> Floats:
    return np.array([moment.toordinal() for moment in moments], float)


def _ends(dates: object, valuation_date: object, flows: int) -> Floats:
    """Days from the valuation date to each of the dates, with a 0 first."""
    periods, valued = days("dates", dates), days("valuation_date", valuation_date)
    if len(valued) != 1:
        message = f"takes one date, not {len(valued)}"
        raise ShapeError(message, "valuation_date")
    if len(periods) != flows:
        message = f"has {len(periods)} values, cash_flows has {flows}"
        raise ShapeError(message, "dates")
    if periods[0] < valued[0]:
        message = f"{periods[0]} is before the valuation date {valued[0]}; leave out flows of the past"
        raise RangeError(message, "dates", 1)
    for row, (before, day) in enumerate(pairwise(periods), start=2):
        if day < before:
            message = f"{day} is before {before} in the row above; the oldest comes first"
            raise RangeError(message, "dates", row)
    return _serials([*valued, *periods]) - valued[0].toordinal()


def _check_full_year(ends: Floats) -> None:
    length = int(ends[-1] - ends[-2])
    if not FULL_YEAR[0] <= length <= FULL_YEAR[1]:
        message = f"the last period has {length} days; a terminal value needs the flow of a whole year"
        raise RangeError(message, "dates", len(ends) - 1)


def _each_rate(times: Floats, cash_flows: Floats, low: Floats | None, high: Floats | None) -> Floats:
    least, most = np.asarray(-1.0 if low is None else low), np.asarray(np.inf if high is None else high)
    shape = np.broadcast_shapes(cash_flows.shape[:-1], least.shape, most.shape)
    if not shape:
        return np.asarray(_rate(times, cash_flows, float(least), float(most)))
    flows = np.broadcast_to(cash_flows, (*shape, cash_flows.shape[-1])).reshape(-1, cash_flows.shape[-1])
    bounds = zip(np.broadcast_to(least, shape).flat, np.broadcast_to(most, shape).flat, strict=True)
    found = [_rate_in_place(times, row, float(a), float(b)) for row, (a, b) in zip(flows, bounds, strict=True)]
    return np.array(found).reshape(shape)


def _rate_in_place(times: Floats, flows: Floats, low: float, high: float) -> float:
    try:
        return _rate(times, flows, low, high)
    except RangeError:
        return out_of_range("cash_flows have no rate of return between low and high, or several").nan


def _rate(times: Floats, flows: Floats, low: float, high: float) -> float:
    unknown = float(carried(flows.sum(), np.asarray(low), np.asarray(high)))
    if np.isnan(unknown):
        return unknown
    if np.isinf(flows.sum()):
        return OVERFLOW
    found = rates(times, flows)
    if not found:
        message = "have no rate of return: give money paid (negative) as well as money received (positive)"
        if flows.min() < 0 < flows.max():
            message = "have no rate of return: their present value is not 0 at any rate"
        raise RangeError(message, "cash_flows")
    # A rate that is an end but for rounding is inside.
    inside = [each for each in found if low - ROUNDING * (1 + each) <= each <= high + ROUNDING * (1 + each)]
    if len(inside) == 1:
        return inside[0]
    listed = ", ".join(f"{round(100 * each, 6) + 0.0:,.6f} %" for each in (inside or found)[:10])
    if inside:
        message = f"have {len(inside)} rates of return: {listed}; give a low and a high around one of them"
    else:
        message = f"have no rate of return from low to high, but outside: {listed}"
    raise RangeError(message, "cash_flows")
