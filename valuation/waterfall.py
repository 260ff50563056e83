"""Exit waterfalls: liquidation preferences, participation and conversion."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats, broadcasts, carried, total
from valuation.kernel.errors import RangeError, out_of_range
from valuation.kernel.units import KnownMoneys, Moneys, Options, Payment, Payments, Table, Texts, Weights
from valuation.numerics.priced_round import without_caps


@broadcasts
def waterfall_payouts(
    exit_value: Payment,
    shares: Options,
    preferences: Payments,
    caps: KnownMoneys | None = None,
    seniority: Weights = 1.0,
) -> Moneys:
    """Payout of each class of shares at an exit: preferences by seniority, then conversion or participation.

    Parameters
    ----------
    exit_value : (...) money
        Proceeds for shareholders: the price less debt and costs.
    shares : (..., n) shares
        Shares of each class, as converted into common shares.
    preferences : (..., n) money
        Liquidation preference of each class: money invested × multiple, with dividends due; 0 for common shares.
    caps : (..., n) money
        Largest payout of each class without converting: equal to its preference if it does not participate (the default
        for all classes), above it for capped participation, blank for uncapped participation.
    seniority : (..., n) number
        Rank of each preference: 1 is paid first; equal ranks share in proportion to their preferences.

    Returns
    -------
    (..., n) money
        Payout of each class; together the exit value.

    Raises
    ------
    RangeError
        If a cap is below the preference, or there are no shares. With many cases, #NUM! for the cases concerned.
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    Where the exit value covers all preferences, there is one value x of a common share at which the payouts sum to the
    exit value: a class without participation gets the larger of its preference and shares × x; a class with
    participation gets preference + shares × x up to its cap, or shares × x where that is more. So each class converts
    if and only if that is better for it, given what the others do.

    References
    ----------
    .. [1] Metrick, A. and Yasuda, A. Venture Capital and the Finance of Innovation, on exit diagrams. Wiley.

    Examples
    --------
    Common shares and preferred shares with a preference of 5 without participation, at an exit value of 12 and of 40:

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
    """Table of an exit waterfall: payout of each class by preference and as shares, and whether it converts.

    Parameters
    ----------
    names : (n) text
        Name of each class of shares.
    exit_value : money
        Proceeds for shareholders: the price less debt and costs.
    shares : (n) shares
        Shares of each class, as converted into common shares.
    preferences : (n) money
        Liquidation preference of each class: money invested × multiple, with dividends due; 0 for common shares.
    caps : (n) money
        Largest payout of each class without converting: equal to its preference if it does not participate (the default
        for all classes), above it for capped participation, blank for uncapped participation.
    seniority : (n) number
        Rank of each preference: 1 is paid first; equal ranks share in proportion to their preferences.

    Returns
    -------
    rows
        A heading, then one row per class and the total: shares, preference, whether it converts, payout by preference,
        payout as shares, payout (in total the exit value), share of the exit value, payout per share.

    Raises
    ------
    RangeError
        If a cap is below the preference, or there are no shares.
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
    """Payout of each class, the amount of it paid by preference, and whether the class converts."""
    limits = preferences if caps is None else without_caps(caps)
    shares, preferences, limits, seniority = np.broadcast_arrays(shares, preferences, limits, seniority)
    limits, shares = _check_caps(limits, preferences), _check_shares(shares)
    known = carried(exit_value, *map(total, (shares, preferences, limits, seniority)))
    by_rank = _by_rank(exit_value, preferences, seniority)
    a_share = _value_per_share(exit_value, shares, preferences, limits)[..., np.newaxis]
    as_shares = shares * a_share
    converts = as_shares > limits
    payouts = np.maximum(np.minimum(preferences + as_shares, limits), as_shares)
    short = (exit_value < total(preferences))[..., np.newaxis]
    by_preference = np.where(short, by_rank, np.where(converts, 0.0, preferences))
    unknown = np.isnan(known)[..., np.newaxis]
    payouts = np.where(unknown, known[..., np.newaxis], np.where(short, by_rank, payouts))
    return payouts, by_preference, converts & ~short


def _check_caps(limits: Floats, preferences: Floats) -> Floats:
    """The caps; raises, or gives NaN, where one is below its preference."""
    below = limits < preferences
    if below.any() and below.ndim == 1:
        row = int(np.argmax(below))
        least = f"{limits[row]:,.12g} is below the preference of {preferences[row]:,.12g}"
        message = f"{least}; without participation the cap is the preference"
        raise RangeError(message, "caps", row + 1)
    return np.where(below, out_of_range("caps is out of range: a cap is below the preference").nan, limits)


def _check_shares(shares: Floats) -> Floats:
    """The shares; raises, or gives NaN, where all are 0."""
    none = (shares == 0).all(axis=-1, keepdims=True)
    if none.any() and shares.ndim == 1:
        message = "0 in total: at least one class must have shares, to receive what is left after the preferences"
        raise RangeError(message, "shares")
    return np.where(none, out_of_range("shares is out of range: the total is 0").nan, shares)


def _by_rank(exit_value: Floats, preferences: Floats, seniority: Floats) -> Floats:
    """Amount paid on each preference, rank by rank, until the exit value is used up."""
    left = exit_value[..., np.newaxis]
    paid = np.zeros(np.broadcast_shapes(left.shape, preferences.shape))
    for rank in np.unique(seniority[~np.isnan(seniority)]).tolist():
        due = np.where(seniority == rank, preferences, 0.0)
        owed = due.sum(axis=-1, keepdims=True)
        paid = paid + due * np.where(owed > left, left / owed, 1.0)
        left = np.maximum(left - owed, 0.0)
    return paid


def _value_per_share(exit_value: Floats, shares: Floats, preferences: Floats, limits: Floats) -> Floats:
    """Value of a common share at which the payouts sum to the exit value; 0 if the preferences take all of it.

    The total payout is piecewise linear in that value, with a kink where a class reaches its cap or begins to convert.
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
    beyond = (whole - paid) / shares.sum(axis=-1, keepdims=True)  # after the last kink all classes share in proportion
    within = (end - begin) * (whole - paid) / (paid_then - paid)
    step = np.where(place == last, beyond, within)
    return np.asarray(np.where(whole <= at_turns[..., :1], 0.0, begin + step)[..., 0])


def _paid_out(values: Floats, shares: Floats, preferences: Floats, limits: Floats) -> Floats:
    """Total payout of all classes at each value of a common share."""
    as_shares = values[..., np.newaxis] * shares[..., np.newaxis, :]
    kept = np.minimum(preferences[..., np.newaxis, :] + as_shares, limits[..., np.newaxis, :])
    return np.asarray(np.maximum(kept, as_shares).sum(axis=-1))
