"""Checks of exchange rates: their units, and whether rates that follow from each other agree."""

from collections.abc import Iterator, Mapping
from typing import Final

from workbooks.case.known import Known, Misfits

APART: Final = 0.02  # rates of two days may differ a little


def rate_misfits(known: Known) -> Misfits:
    """Exchange rates whose unit does not match their currency pair, and those that contradict others."""
    rates: dict[str, float] = {}
    for pair, figure in known.table("fx").items():
        of = known.quantities.get(figure) if isinstance(figure, str) else None
        if of and of.kind == "fx" and (of.noun + of.currency) != pair:
            yield ("fx", pair), f"is given as {of.unit}: expected {pair[3:]} per {pair[:3]}"
            continue
        value = known.numbers.get(figure) if isinstance(figure, str) else None
        if value is None or value <= 0:
            continue
        for by, expected in _following(pair, rates):
            if abs(value / expected - 1) > APART:
                yield ("fx", pair), f"is {value:g}, and {by} says {expected:.4g}: expected rates that agree within 2 %"
                break
        rates[pair] = value


def _following(pair: str, rates: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """What other rates say of a pair: its inverse, or two rates over a third currency."""
    base, quote = pair[:3], pair[3:]
    direct = _rate(base, quote, rates)
    if direct:
        yield direct
    for third in sorted({code for each in rates for code in (each[:3], each[3:])} - {base, quote}):
        first, second = _rate(base, third, rates), _rate(third, quote, rates)
        if first and second:
            yield f"{first[0]} with {second[0]}", first[1] * second[1]


def _rate(base: str, quote: str, rates: Mapping[str, float]) -> tuple[str, float] | None:
    """A rate as given, or by its inverse, with the name of the pair that says it."""
    if base + quote in rates:
        return base + quote, rates[base + quote]
    return (quote + base, 1 / rates[quote + base]) if quote + base in rates else None
