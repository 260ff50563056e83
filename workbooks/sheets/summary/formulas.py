"""The workings of Summary: what each method gives, in both currencies, and how far the price has run ahead of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from valuation.kernel.errors import NOT_MEANINGFUL
from valuation.multiples import price_to_value
from workbooks.case.model import Case
from workbooks.case.model import Reference as Named
from workbooks.declarations.sheet import NOT_MEANINGFUL as NOT_MEANINGFUL_TEXT
from workbooks.declarations.sheet import Content, Formula, Link, Reference, Values
from workbooks.sheets.money import local, reporting


@dataclass(frozen=True, slots=True)
class Method:
    """A line of the Summary: a method of the case, or a range that others named, which has no base."""

    label: str
    low: Content
    base: Content
    high: Content


def linked(label: str, sheet: str, low: str, base: str, high: str) -> Method:
    """A method that has its three results on a sheet of its own."""
    return Method(label, *(Link(f"{sheet}.{name}") for name in (low, base, high)))


def with_premium(label: str) -> Method:
    """A peer's multiple, between the one without a premium and the one with the highest."""
    low = Formula(
        "MIN({premium.plain},{premium.value})", lambda v: min(float(v("premium.plain")), float(v("premium.value")))
    )
    return Method(label, low, Link("premium.value"), Link("premium.best"))


def named(case: Case, reference: Named) -> Method:
    """A range that others named."""
    return Method(reference.label, local(case, reference.low), None, local(case, reference.high))


def keys(lines: Sequence[Method], which: str) -> list[Reference]:
    """The references of the lows, bases or highs, a line each."""
    return [f"value.{which}_{n}" for n in range(len(lines))]


def or_text(of: Reference, formula: str, instead: str = "") -> str:
    """A formula on a result that may read n.m.: that is passed on as it stands, and an error stays an error."""
    return f"IF(ISTEXT({{{of}}}),{instead or f'{{{of}}}'},{formula})"


def converted(case: Case, lines: Sequence[Method], which: str) -> list[Content]:
    """The lows, bases or highs in the reporting currency."""
    plain = reporting(case, which)
    content = Formula(or_text(which, plain.text), plain.value)
    return [content if getattr(line, which) else None for line in lines]


def compared(lines: Sequence[Method]) -> list[Content]:
    """The price over what is in force; over nothing, or less, it says nothing."""

    def run_ahead(value: Values) -> Any:  # noqa: ANN401 - as the core gives it
        return np.where(value("base") > 0, price_to_value(value("summary.price"), value("base")), NOT_MEANINGFUL)

    worth = or_text("base", f'IF({{base}}>0,{{summary.price}}/{{base}},"{NOT_MEANINGFUL_TEXT}")')
    content = Formula(worth, run_ahead)
    return [content if line.base else None for line in lines]


def holdings_alone(case: Case) -> bool:
    """Whether the holdings are all that the company is, so that their value is its value."""
    held = case.holdings
    return bool(held and held.whole and any(stake.value or stake.benchmark for stake in held.stakes))
