"""Financing rounds: the value at each round, its growth, and the stake that was sold."""

import datetime as dt
from itertools import pairwise
from typing import Any, Final

import numpy as np

from valuation.kernel.broadcast import broadcasts, divide
from valuation.kernel.dates import days
from valuation.kernel.errors import (
    BLANK,
    REASONS,
    UNEXPLAINED,
    RangeError,
    ShapeError,
    out_of_range,
    reason,
)
from valuation.kernel.units import Dates, KnownMoneys, Money, Moneys, Multiple, Payment, Ratio, Table

DAYS_IN_YEAR: Final = 365  # as in XIRR and XNPV


@broadcasts
def post_money(pre_money: Payment, raised: Payment) -> Money:
    """Post-money value of a company: its value before the round plus the money raised.

    Parameters
    ----------
    pre_money : (...) money
        Agreed value before the new money.
    raised : (...) money
        New money.

    Returns
    -------
    (...) money
        pre-money + raised.

    References
    ----------
    .. [1] Bundled case xiaomi_2019: Xiaomi, growth, financing rounds and portfolio (2019).

    Examples
    --------
    >>> post_money(209e6, 41e6)
    250000000.0
    """
    return pre_money + raised


@broadcasts
def round_stake(raised: Payment, post_money: Payment) -> Ratio:
    """Stake that the new investors receive in a round.

    Parameters
    ----------
    raised : (...) money
        New money.
    post_money : (...) money
        Value of the company after the round.

    Returns
    -------
    (...) fraction
        raised ÷ post-money.

    Notes
    -----
    Money raised that is negative or above the post-money value is #NUM!; a post-money value of 0 is #DIV/0!.

    References
    ----------
    .. [1] Bundled case xiaomi_finance_2016: Xiaomi's finance arm, 8.85 of the 30 亿 capital of a bank (2016).

    Examples
    --------
    >>> round_stake(8.85e8, 30e8)
    0.295
    """
    more = out_of_range("raised must be at least 0 and at most post_money, which includes it").nan
    raised = np.where(raised > post_money, more, raised)
    return divide(raised, post_money)


@broadcasts
def step_up(previous: Payment, following: Payment) -> Multiple:
    """Step-up: value of a round as a multiple of the post-money value of the previous round.

    Parameters
    ----------
    previous : (...) money
        Post-money value of the previous round.
    following : (...) money
        Value of the following round.

    Returns
    -------
    (...) ×
        following ÷ previous.

    Notes
    -----
    A negative value is #NUM!, a previous value of 0 is #DIV/0!.

    References
    ----------
    .. [1] Bundled case xiaomi_2019: Xiaomi, growth, financing rounds and portfolio (2019).

    Examples
    --------
    >>> step_up(250e6, 1e9)
    4.0
    """
    return divide(following, previous)


@broadcasts
def funding_table(dates: Dates, valuations: Moneys, raised: KnownMoneys | None = None) -> Table:
    """Table of financing rounds: money raised, stake sold, step-up and yearly growth since the round before.

    Parameters
    ----------
    dates : (n) date
        Date of each round, oldest first: a date, ISO text such as 2014-12-31, or a spreadsheet date number.
    valuations : (n) money
        Post-money value of each round.
    raised : (n) money
        New money of each round; blank where unknown.

    Returns
    -------
    rows
        A heading, then one row per round: date, valuation, raised, stake sold (raised ÷ valuation), step-up on the
        round before, and yearly growth since then: step-up^(365 ÷ days) − 1, as XIRR gives.

    Raises
    ------
    NotANumberError
        If a date is not a date.
    RangeError
        If a round is older than the one before it.
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    For two rounds on the same day the growth is #DIV/0!.

    References
    ----------
    .. [1] Bundled case xiaomi_2019: Xiaomi, growth, financing rounds and portfolio (2019).

    Examples
    --------
    >>> for row in funding_table(["2010-12-31", "2011-12-31"], [250e6, 1e9], [41e6, 90e6]):
    ...     print(row)
    ['Date', 'Valuation', 'Raised', 'Stake sold', 'Step-up', 'Growth a year']
    [datetime.date(2010, 12, 31), 250000000.0, 41000000.0, 0.164, None, None]
    [datetime.date(2011, 12, 31), 1000000000.0, 90000000.0, 0.09, 4.0, 3.0]
    """
    rounds = _oldest_first(dates)
    for name, column in (("valuations", valuations), ("raised", raised)):
        if column is not None and column.size not in (1, len(rounds)):
            message = f"has {column.size} values, dates has {len(rounds)}"
            raise ShapeError(message, name)
    valuations = np.broadcast_to(valuations, len(rounds))
    raised = np.broadcast_to(BLANK if raised is None else raised, len(rounds))
    stakes = np.atleast_1d(round_stake(raised, valuations))
    steps = np.atleast_1d(step_up(valuations[:-1], valuations[1:]))
    apart = np.diff(np.array(rounds, "datetime64[D]")).astype(np.float64)
    growth = np.where(apart == 0, divide(steps, apart), steps ** (DAYS_IN_YEAR / apart) - 1)
    since = [(None, None), *zip(steps.tolist(), growth.tolist(), strict=True)]
    rows: list[list[Any]] = [["Date", "Valuation", "Raised", "Stake sold", "Step-up", "Growth a year"]]
    rows += [
        [day, value, _if_known(money), _if_known(stake), *last]
        for day, value, money, stake, last in zip(
            rounds, valuations.tolist(), raised.tolist(), stakes.tolist(), since, strict=True
        )
    ]
    return rows


def _if_known(money: float) -> float | None:
    return None if reason(money) in (REASONS[4], UNEXPLAINED) else money


def _oldest_first(dates: object) -> list[dt.date]:
    found = days("dates", dates)
    for row, (before, day) in enumerate(pairwise(found), start=2):
        if day < before:
            message = f"{day} is before {before} in the row above; the oldest comes first"
            raise RangeError(message, "dates", row)
    return found
