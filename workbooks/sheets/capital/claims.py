"""Usual items between enterprise value and equity value: their labels, and whether they are taken or added."""

from typing import Final

TAKEN, ADDED = -1, 1
NET_DEBT: Final = "Net debt/(net cash)"  # in parentheses a negative amount: net cash, which adds to equity
ALL_CLAIMS: Final = "Net debt/(net cash) and other claims"
LEASES: Final = ("leases", "Lease liabilities", TAKEN)
# Usual items. An item that is not given is shown as such, not as zero.
USUAL: Final = (
    ("debt", "Debt", TAKEN),
    LEASES,
    ("cash", "Cash and equivalents", ADDED),
)
ALWAYS: Final = (
    ("pensions", "Pension deficit", TAKEN),
    ("minorities", "Minority interests", TAKEN),
    ("preferred", "Preferred shares", TAKEN),
    ("associates", "Associates and listed stakes", ADDED),
)
BORROWED: Final = frozenset({"net_debt", *(name for name, _, _ in USUAL)})  # and convertibles
CLAIMS: Final = (*USUAL, *ALWAYS)  # net debt in its parts, and the others
