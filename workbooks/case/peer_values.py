"""Which values and usual multiples of a peer are known or can be worked out."""

from typing import Final

from workbooks.case.model import Peer

# The multiples of comparables that name none: key as published, name, and the metric with its name.
USUAL: Final = (
    ("ps", "P/S", "revenue", "Revenue"),
    ("pe", "P/E", "net_profit", "Net profit"),
    ("ev_ebitda", "EV/EBITDA", "ebitda", "EBITDA"),
)
USERS: Final = "Users"  # the metric that a peer's users are
BORROWED: Final = ("net_debt", "debt", "cash")  # without one of them the enterprise value is not known
# Items between the equity value of a company and its enterprise value.
CLAIMS: Final = ("net_debt", "debt", "cash", "leases", "pensions", "minorities", "preferred", "associates")


def is_of_enterprise(key: str) -> bool:
    """Whether a usual multiple is of enterprise value.

    Examples
    --------
    >>> is_of_enterprise("ev_ebitda"), is_of_enterprise("pe")
    (True, False)
    """
    return key.startswith("ev")


def has_value(peer: Peer) -> bool:
    """Whether the market value is known."""
    return bool(peer.market_value or peer.value or (peer.price and peer.shares))


def has_bridge(peer: Peer) -> bool:
    """Whether net debt, or a part of it, is known; other claims without it are no bridge."""
    return any(getattr(peer, key) for key in BORROWED)


def has_enterprise_value(peer: Peer) -> bool:
    """Whether enterprise value is known."""
    return bool(peer.enterprise_value) or (has_value(peer) and has_bridge(peer))


def has_multiple(peer: Peer, key: str, metric: str) -> bool:
    """Whether a usual multiple is published, or can be worked out."""
    valued = has_enterprise_value(peer) if is_of_enterprise(key) else has_value(peer)
    return bool(getattr(peer, key) or (valued and getattr(peer, metric)))
