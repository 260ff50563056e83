"""Exchange rates of a case, direct, inverse and cross: the chain of rates between two currencies."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from valuation.kernel.errors import UnitError
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.case.shape import as_table


class Rate(NamedTuple):
    """An exchange rate: units of `quote` per `base`, and the id of its figure."""

    base: str
    quote: str
    figure: str


class Step(NamedTuple):
    """One step of a conversion: the figure of a rate, and whether to divide by it."""

    figure: str
    divide: bool


def rates(raw: Mapping[str, Any]) -> tuple[Rate, ...]:
    """The exchange rates among the figures of a case: first the company's, then those of [fx], then all others."""
    figures, company, pairs = (as_table(raw.get(key)) for key in ("figures", "company", "fx"))
    first = [name for name in (company.get("fx"), *pairs.values()) if isinstance(name, str)]
    found: list[Rate] = []
    for name in dict.fromkeys((*first, *figures)):
        unit = as_table(figures.get(name)).get("unit")
        try:
            of = quantity(unit) if isinstance(unit, str) else None
        except UnitError:
            continue
        if of and of.kind == "fx":
            found.append(Rate(of.noun, of.currency, name))
    return tuple(found)


def chain(case: Case, start: str, end: str) -> tuple[Step, ...] | None:
    """Chain of rates of a case from one currency to another; None if there is no chain, empty for the same currency."""
    if start == end:
        return ()
    return route(start, end, _rates_of(_Same(case)))


class _Same:
    """A case compared by identity, as a cache key: comparing all figures would take longer than finding the rates."""

    __slots__ = ("case",)

    def __init__(self, case: Case) -> None:
        self.case = case

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.case is self.case

    def __hash__(self) -> int:
        return id(self.case)


@lru_cache(maxsize=2)  # cached because the sheets of one case look up a rate for every amount of every peer
def _rates_of(same: _Same) -> tuple[Rate, ...]:
    case = same.case
    units = {name: {"unit": figure.unit} for name, figure in case.figures.items()}
    return rates({"figures": units, "company": {"fx": case.company.fx}, "fx": case.fx})


def route(start: str, end: str, known: tuple[Rate, ...]) -> tuple[Step, ...] | None:
    """Shortest chain of rates between two currencies; None where there is none.

    Among chains of the same length the one whose rates are given first is taken. An amount is multiplied or divided by
    the rate of each step.

    Examples
    --------
    >>> route("HKD", "EUR", (Rate("USD", "HKD", "fx.USDHKD"), Rate("EUR", "USD", "fx.EURUSD")))
    (Step(figure='fx.USDHKD', divide=True), Step(figure='fx.EURUSD', divide=True))
    >>> route("USD", "USD", ())
    ()
    """
    chains: dict[str, tuple[Step, ...]] = {start: ()}
    reached = [start]
    for currency in reached:  # breadth-first search; the list grows during the loop
        if currency == end:
            return chains[currency]
        for rate in known:
            for other, here, divide in ((rate.quote, rate.base, False), (rate.base, rate.quote, True)):
                if here == currency and other not in chains:
                    chains[other] = (*chains[currency], Step(rate.figure, divide))
                    reached.append(other)
    return None
