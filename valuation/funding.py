"""Financing rounds: what they say about the value, how fast it grew, and what was sold for it."""

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

DAYS_IN_YEAR: Final = 365  # as XIRR and XNPV count


@broadcasts
def post_money(pre_money: Payment, raised: Payment) -> Money:
    """Value of a company after a round: what it was worth before, and the money that came in.

    Parameters
    ----------
    pre_money : (...) money
        Value agreed on before the money.
    raised : (...) money
        New money.

    Returns
    -------
    (...) money
        pre-money + raised.

    References
    ----------
    .. [1] Source D: Xiaomi, growth, financing rounds and portfolio (2019).

    Examples
    --------
    >>> post_money(209e6, 41e6)
    250000000.0
    """
    return pre_money + raised


@broadcasts
def round_stake(raised: Payment, post_money: Payment) -> Ratio:
    """Stake that new money buys in a round.

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
    Money that is negative, or more than the company is worth with it, is #NUM!, a value of 0 #DIV/0!, each in
    its own place.

    References
    ----------
    .. [1] Source E: Xiaomi's finance arm, 8.85 of the 30 亿 capital of a bank (2016).

    Examples
    --------
    >>> round_stake(8.85e8, 30e8)
    0.295
    """
    more = out_of_range("raised must be at least 0 and at most post_money, which it is part of").nan
    raised = np.where((raised < 0) | (raised > post_money), more, raised)
    return divide(raised, post_money)


@broadcasts
def step_up(previous: Payment, following: Payment) -> Multiple:
    """How many times the value of the previous round the following one was made at.

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
    A negative value is #NUM!, a previous value of 0 #DIV/0!, each in its own place.

    References
    ----------
    .. [1] Source D: Xiaomi, growth, financing rounds and portfolio (2019).

    Examples
    --------
    >>> step_up(250e6, 1e9)
    4.0
    """
    return divide(following, previous)


@broadcasts
def funding_table(dates: Dates, valuations: Moneys, raised: KnownMoneys | None = None) -> Table:
    """Financing rounds laid out: what was raised, the stake sold, the step-up and the growth a year since the last.

    Parameters
    ----------
    dates : (n) date
        Day of each round, oldest first: a date, ISO text such as 2014-12-31, or a spreadsheet's date number.
    valuations : (n) money
        Post-money value of each round.
    raised : (n) money
        New money of each round; a blank is not known.

    Returns
    -------
    rows
        A heading, then a row a round: date, valuation, raised, stake sold (raised ÷ valuation), step-up on the
        round before, and growth a year since then: step-up^(365 ÷ days) − 1, the yield that XIRR gives.

    Raises
    ------
    NotANumberError
        If a date is none.
    RangeError
        If a round is older than the one before it.
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    Two rounds on one day have a step-up and no growth (#DIV/0!).

    References
    ----------
    .. [1] Source D: Xiaomi, growth, financing rounds and portfolio (2019).

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
