"""Exchange rates of a case, direct, inverse and cross: the chain of rates from one currency to another."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from valuation.kernel.errors import UnitError
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.case.shape import as_table


class Rate(NamedTuple):
    """A rate that is given: units of `quote` for one `base`; the id of its figure."""

    base: str
    quote: str
    figure: str


class Step(NamedTuple):
    """One conversion: the figure of a rate, and whether the amount is divided by it."""

    figure: str
    divide: bool


def rates(raw: Mapping[str, Any]) -> tuple[Rate, ...]:
    """The rates among the figures of a case: first that of the company, then those of [fx], then all others."""
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
    """The rates of a case that lead from one currency to another; None where none do, empty for the same currency."""
    if start == end:
        return ()
    return route(start, end, _rates_of(_Same(case)))


class _Same:
    """A case, which is the same as itself alone: to compare its thousand figures would take longer than their rates."""

    __slots__ = ("case",)

    def __init__(self, case: Case) -> None:
        self.case = case

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.case is self.case

    def __hash__(self) -> int:
        return id(self.case)


@lru_cache(maxsize=2)  # the sheets of one case ask for every amount of every peer
def _rates_of(same: _Same) -> tuple[Rate, ...]:
    case = same.case
    units = {name: {"unit": figure.unit} for name, figure in case.figures.items()}
    return rates({"figures": units, "company": {"fx": case.company.fx}, "fx": case.fx})


def route(start: str, end: str, known: tuple[Rate, ...]) -> tuple[Step, ...] | None:
    """The shortest chain of rates that leads from a currency to another; None where there is none.

    Of chains of the same length it is the one whose rates are given first. An amount is multiplied by the rate of
    each step, or divided by it.

    Examples
    --------
    >>> route("HKD", "EUR", (Rate("USD", "HKD", "fx.USDHKD"), Rate("EUR", "USD", "fx.EURUSD")))
    (Step(figure='fx.USDHKD', divide=True), Step(figure='fx.EURUSD', divide=True))
    >>> route("USD", "USD", ())
    ()
    """
    chains: dict[str, tuple[Step, ...]] = {start: ()}
    reached = [start]
    for currency in reached:  # grows while it is read: the nearest currencies come first
        if currency == end:
            return chains[currency]
        for rate in known:
            for other, here, divide in ((rate.quote, rate.base, False), (rate.base, rate.quote, True)):
                if here == currency and other not in chains:
                    chains[other] = (*chains[currency], Step(rate.figure, divide))
                    reached.append(other)
    return None
