"""Exchange rates of a case: which of them lead from one currency to another."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Rate(NamedTuple):
    """A rate on the way: its pair, USDCNY for yuan per dollar, and whether it divides."""

    pair: str
    inverse: bool


def chain(pairs: Iterable[str], source: str, target: str) -> list[Rate] | None:
    """The rates that lead from one currency to another, as few as possible; None where none do.

    Examples
    --------
    >>> chain(["USDHKD", "EURUSD"], "HKD", "EUR")
    [Rate(pair='USDHKD', inverse=True), Rate(pair='EURUSD', inverse=True)]
    >>> chain(["USDHKD"], "USD", "USD"), chain(["USDHKD"], "USD", "JPY")
    ([], None)
    """
    known = list(pairs)
    ways: list[tuple[str, list[Rate]]] = [(source, [])]
    seen = {source}
    for currency, way in ways:  # which grows while it is walked: the nearest currencies first
        if currency == target:
            return way
        for other, rate in _from(known, currency):
            if other not in seen:
                seen.add(other)
                ways.append((other, [*way, rate]))
    return None


def leads(pairs: Iterable[str], source: str, target: str) -> bool:
    """Whether rates lead from one currency to another."""
    return chain(pairs, source, target) is not None


def _from(pairs: Iterable[str], currency: str) -> Iterator[tuple[str, Rate]]:
    for pair in pairs:
        if pair[:3] == currency:
            yield pair[3:], Rate(pair, inverse=False)
        elif pair[3:] == currency:
            yield pair[:3], Rate(pair, inverse=True)
