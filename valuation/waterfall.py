"""Exit waterfalls: liquidation preferences, participation and conversion."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats, broadcasts, carried, total
from valuation.kernel.errors import REASONS, RangeError, out_of_range, reason_numbers
from valuation.kernel.units import KnownMoneys, Moneys, Options, Payment, Payments, Table, Texts, Weights

_BLANK = REASONS[4].number


@broadcasts
def waterfall_payouts(
    exit_value: Payment,
    shares: Options,
    preferences: Payments,
    caps: KnownMoneys | None = None,
    seniority: Weights = 1.0,
) -> Moneys:
    """What each class of shares gets of an exit: preferences by seniority, then conversion or participation.

    Parameters
    ----------
    exit_value : (...) money
        What is left for shareholders: the price less debt and costs.
    shares : (..., n) shares
        Shares of each class as converted into common shares.
    preferences : (..., n) money
        Liquidation preference of each class: money invested × multiple, with dividends due; 0 for common shares.
    caps : (..., n) money
        Most that a class gets while it keeps its preference: the preference itself where it does not participate, as
        in all classes if this is left out; a blank participates without limit.
    seniority : (..., n) number
        Rank of each preference: 1 is paid first, and equal ranks share in proportion to their preferences.

    Returns
    -------
    (..., n) money
        Payout of each class; together the exit value.

    Raises
    ------
    RangeError
        If a cap is below the preference, or nobody has shares. Among many cases that is an error in its own place.
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    Where the exit value covers all preferences there is one value x of a common share at which everything is paid out:
    a class without participation gets the larger of preference and shares × x, one with participation preference +
    shares × x up to its cap, or shares × x where that is more. So every class converts if and only if that is better
    for it, with all others doing the same.

    References
    ----------
    .. [1] Metrick, A. and Yasuda, A. Venture Capital and the Finance of Innovation, on exit diagrams. Wiley.

    Examples
    --------
    Common shares, and preferred ones for 5 that do not participate, at an exit at 12 and at 40:

    >>> waterfall_payouts(12, [6, 4], [0, 5]).tolist()
    [7.0, 5.0]
    >>> waterfall_payouts(40, [6, 4], [0, 5]).tolist()
    [24.0, 16.0]
    """
    return _payouts(exit_value, shares, preferences, caps, seniority)[0]


@broadcasts
def liquidation_waterfall(
    names: Texts,
    exit_value: Payment,
    shares: Options,
    preferences: Payments,
    caps: KnownMoneys | None = None,
    seniority: Weights = 1.0,
) -> Table:
    """Exit waterfall laid out: what each class of shares gets, as preference and as shares, and whether it converts.

    Parameters
    ----------
    names : (n) text
        Each class of shares.
    exit_value : money
        What is left for shareholders: the price less debt and costs.
    shares : (n) shares
        Shares of each class as converted into common shares.
    preferences : (n) money
        Liquidation preference of each class: money invested × multiple, with dividends due; 0 for common shares.
    caps : (n) money
        Most that a class gets while it keeps its preference: the preference itself where it does not participate, as
        in all classes if this is left out; a blank participates without limit.
    seniority : (n) number
        Rank of each preference: 1 is paid first, and equal ranks share in proportion to their preferences.

    Returns
    -------
    rows
        A heading, then a row a class and the total: shares, preference, whether it converts, what it gets by
        preference, what it gets as shares, payout (together the exit value), share of the exit, payout a share.

    Raises
    ------
    RangeError
        If a cap is below the preference, or nobody has shares.
    ShapeError
        If the vectors differ in length.

    References
    ----------
    .. [1] Metrick, A. and Yasuda, A. Venture Capital and the Finance of Innovation, on exit diagrams. Wiley.

    Examples
    --------
    >>> for row in liquidation_waterfall(["Common", "Series A"], 12, [6, 4], [0, 5]):
    ...     print(row)
    ['Class', 'Shares', 'Preference', 'Converts', 'By preference', 'As shares', 'Payout', 'Share of exit', 'A share']
    ['Common', 6.0, 0.0, None, 0.0, 7.0, 7.0, 0.5833333333333334, 1.1666666666666667]
    ['Series A', 4.0, 5.0, False, 5.0, 0.0, 5.0, 0.4166666666666667, 1.25]
    ['Total', 10.0, 5.0, None, 5.0, 7.0, 12.0, 1.0, 1.2]
    """
    payouts, by_preference, converts = _payouts(exit_value, shares, preferences, caps, seniority)
    columns = np.broadcast_arrays(np.array(names, object), shares, preferences, converts, by_preference, payouts)
    rows: list[list[Any]] = [
        [label, held, due, bool(converted) if due else None, first, paid - first, paid]
        for label, held, due, converted, first, paid in zip(*(column.tolist() for column in columns), strict=True)
    ]
    sums = [float(total(np.array([row[place] for row in rows]))) for place in (1, 2, 4, 5, 6)]
    rows.append(["Total", *sums[:2], None, *sums[2:]])
    return [
        [
            "Class",
            "Shares",
            "Preference",
            "Converts",
            "By preference",
            "As shares",
            "Payout",
            "Share of exit",
            "A share",
        ],
        *([*row, _part(row[6], float(exit_value)), _part(row[6], row[1])] for row in rows),
    ]


def _part(amount: float, whole: float) -> float | None:
    return amount / whole if whole else None


def _payouts(
    exit_value: Floats, shares: Floats, preferences: Floats, caps: Floats | None, seniority: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Payout of each class, what of it is paid by preference, and whether the class gives its preference up."""
    limits = preferences if caps is None else np.where(reason_numbers(caps) == _BLANK, np.inf, caps)
    shares, preferences, limits, seniority = np.broadcast_arrays(shares, preferences, limits, seniority)
    limits, shares = _at_least(limits, preferences), _some(shares)
    known = carried(exit_value, *map(total, (shares, preferences, limits, seniority)))
    by_rank = _by_rank(exit_value, preferences, seniority)
    a_share = _value_a_share(exit_value, shares, preferences, limits)[..., np.newaxis]
    as_shares = shares * a_share
    converts = as_shares > limits
    payouts = np.maximum(np.minimum(preferences + as_shares, limits), as_shares)
    short = (exit_value < total(preferences))[..., np.newaxis]
    by_preference = np.where(short, by_rank, np.where(converts, 0.0, preferences))
    unknown = np.isnan(known)[..., np.newaxis]
    payouts = np.where(unknown, known[..., np.newaxis], np.where(short, by_rank, payouts))
    return payouts, by_preference, converts & ~short


def _at_least(limits: Floats, preferences: Floats) -> Floats:
    """The caps, none below its preference."""
    below = limits < preferences
    if below.any() and below.ndim == 1:
        row = int(np.argmax(below))
        least = f"{limits[row]:,.12g} is below the preference of {preferences[row]:,.12g}"
        message = f"{least}; without participation the cap is the preference"
        raise RangeError(message, "caps", row + 1)
    return np.where(below, out_of_range("caps is out of range: a cap is below the preference").nan, limits)


def _some(shares: Floats) -> Floats:
    """The shares, unless there are none at all."""
    none = (shares == 0).all(axis=-1, keepdims=True)
    if none.any() and shares.ndim == 1:
        message = "0 in all: at least one class must have shares, which get what the preferences leave"
        raise RangeError(message, "shares")
    return np.where(none, out_of_range("shares is out of range: there are none").nan, shares)


def _by_rank(exit_value: Floats, preferences: Floats, seniority: Floats) -> Floats:
    """What the preferences get one rank after the other, as far as the exit value goes."""
    left = exit_value[..., np.newaxis]
    paid = np.zeros(np.broadcast_shapes(left.shape, preferences.shape))
    for rank in np.unique(seniority[~np.isnan(seniority)]).tolist():
        due = np.where(seniority == rank, preferences, 0.0)
        owed = due.sum(axis=-1, keepdims=True)
        paid = paid + due * np.where(owed > left, left / owed, 1.0)
        left = np.maximum(left - owed, 0.0)
    return paid


def _value_a_share(exit_value: Floats, shares: Floats, preferences: Floats, limits: Floats) -> Floats:
    """Value of a common share at which everything above the preferences is paid out; 0 where nothing is.

    What is paid out is made of straight pieces: each class reaches its cap, or begins to convert, at some value.
    """
    reached = np.where(np.isinf(limits), preferences, limits)
    turns = np.concatenate([(reached - preferences) / shares, reached / shares, np.zeros_like(shares)], axis=-1)
    turns = np.sort(np.where(np.isfinite(turns), turns, 0.0), axis=-1)  # a class without shares has no turn
    # Rounding must not let what is paid out fall from one turn to the next.
    at_turns = np.maximum.accumulate(_paid_out(turns, shares, preferences, limits), axis=-1)
    whole = exit_value[..., np.newaxis]
    place = np.maximum((at_turns < whole).sum(axis=-1, keepdims=True) - 1, 0)
    turns, at_turns = (np.broadcast_to(each, (*place.shape[:-1], each.shape[-1])) for each in (turns, at_turns))
    begin, paid = (np.take_along_axis(each, place, axis=-1) for each in (turns, at_turns))
    last = turns.shape[-1] - 1
    after = np.minimum(place + 1, last)
    end, paid_then = (np.take_along_axis(each, after, axis=-1) for each in (turns, at_turns))
    beyond = (whole - paid) / shares.sum(axis=-1, keepdims=True)  # after the last turn all share alike
    within = (end - begin) * (whole - paid) / (paid_then - paid)
    step = np.where(place == last, beyond, within)
    return np.asarray(np.where(whole <= at_turns[..., :1], 0.0, begin + step)[..., 0])


def _paid_out(values: Floats, shares: Floats, preferences: Floats, limits: Floats) -> Floats:
    """What all classes get together at each value of a common share."""
    as_shares = values[..., np.newaxis] * shares[..., np.newaxis, :]
    kept = np.minimum(preferences[..., np.newaxis, :] + as_shares, limits[..., np.newaxis, :])
    return np.asarray(np.maximum(kept, as_shares).sum(axis=-1))
