"""Solves a financing round: price per share, conversion prices of SAFEs and notes, and the pool after the round."""

from typing import Final, NamedTuple

import numpy as np

from valuation.kernel.broadcast import Floats, carried, divide, total
from valuation.kernel.errors import REASONS, out_of_range, reason_numbers

_BLANK: Final = REASONS[4].number  # number of the reason
DUST: Final = 1e-12  # share of the pre-money value below which the remainder is only rounding
TOO_MUCH: Final = out_of_range("invested is out of range: SAFEs, notes and pool take the whole pre-money value")


class PricedRound(NamedTuple):
    """Result of a round; SAFEs and notes are on the last axis."""

    price: Floats
    conversion_prices: Floats
    pool_after: Floats


class Terms(NamedTuple):
    """Inputs of a round; SAFEs and notes are on the last axis."""

    pre_money: Floats
    raised: Floats
    shares: Floats  # before the round, without the unissued pool
    invested: Floats
    caps: Floats  # infinite where there is no cap
    discounts: Floats
    pool: Floats
    pool_shares: Floats
    caps_count_converted: bool

    @property
    def known(self) -> Floats:
        """A number where all inputs are numbers, otherwise the NaN of one of them with its reason."""
        parts = map(total, (self.invested, self.caps, self.discounts))
        return carried(self.pre_money, self.raised, self.shares, self.pool, self.pool_shares, *parts)


def without_caps(caps: Floats) -> Floats:
    """Caps, infinite where blank."""
    return np.where(reason_numbers(caps) == _BLANK, np.inf, caps)


def solved(terms: Terms) -> PricedRound:
    """The price at which all shares after the round, without those of the new money, are worth the pre-money value.

    The unknown is the value, at the price of the round, of the shares before the round and the converted shares; or the
    price itself where caps do not count converted shares. As a function of the unknown, that value plus the pool is
    increasing, convex and piecewise linear, so Newton's method from above is exact after at most as many steps as there
    are pieces.
    """
    before = terms.shares + terms.pool_shares
    unknown = terms.pre_money if terms.caps_count_converted else terms.pre_money / before
    for _ in range(terms.invested.shape[-1] + 3):
        value, price, value_slope, price_slope = _at(unknown, before, terms)
        wanted = terms.pool * (value + terms.raised) - terms.pool_shares * price
        slope = terms.pool * value_slope - terms.pool_shares * price_slope
        added = np.maximum(wanted, 0.0) / (1 - terms.pool)
        added_slope = np.where(wanted > 0, slope, 0.0) / (1 - terms.pool)
        unknown = unknown - (value + added - terms.pre_money) / (value_slope + added_slope)
    value, price, _, _ = _at(unknown, before, terms)
    left = price * before > DUST * terms.pre_money
    price = np.where(before == 0, divide(price, before), np.where(left, price, TOO_MUCH.nan))
    price = np.where(np.isnan(terms.known), terms.known, price)
    counted = (value / price if terms.caps_count_converted else before)[..., np.newaxis]
    conversion_prices = np.minimum(price[..., np.newaxis] * (1 - terms.discounts), terms.caps / counted)
    pool_after = np.maximum(terms.pool_shares, terms.pool * (terms.pre_money + terms.raised) / price)
    return PricedRound(price, conversion_prices, pool_after)


def _at(unknown: Floats, before: Floats, terms: Terms) -> tuple[Floats, Floats, Floats, Floats]:
    """Value of the shares before the round and the converted shares, price per share, and the derivatives of both."""
    at_a_discount = terms.invested / (1 - terms.discounts)
    a_value = terms.invested / terms.caps  # converted value at the cap, per unit of the value that the cap refers to
    counted = unknown if terms.caps_count_converted else unknown * before
    at_the_cap = a_value * counted[..., np.newaxis]
    converted = total(np.maximum(at_a_discount, at_the_cap))
    slope = total(np.where(at_the_cap > at_a_discount, a_value, 0.0))
    if terms.caps_count_converted:
        return unknown, (unknown - converted) / before, np.ones(()), (1 - slope) / before
    return counted + converted, unknown, before * (1 + slope), np.ones(())
