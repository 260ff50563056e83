"""The workings of Summary: what each method gives, in both currencies, and how far the price has run ahead of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from valuation.multiples import price_to_value
from workbooks.case.model import Case
from workbooks.case.model import Reference as Named
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import IF, ISTEXT, MIN
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Reference
from workbooks.declarations.words import NOT_MEANINGFUL
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
    low = MIN(ref("premium.plain"), ref("premium.value"))
    return Method(label, low, Link("premium.value"), Link("premium.best"))


def named(case: Case, reference: Named) -> Method:
    """A range that others named."""
    return Method(reference.label, local(case, reference.low), None, local(case, reference.high))


def keys(lines: Sequence[Method], which: str) -> list[Reference]:
    """The references of the lows, bases or highs, a line each."""
    return [f"value.{which}_{n}" for n in range(len(lines))]


def or_text(of: Reference, formula: Expression, instead: Expression | None = None) -> Expression:
    """A formula on a result that may read n.m.: that is passed on as it stands, and an error stays an error."""
    return IF(ISTEXT(ref(of)), ref(of) if instead is None else instead, formula)


def converted(case: Case, lines: Sequence[Method], which: str) -> list[Content]:
    """The lows, bases or highs in the reporting currency."""
    content = or_text(which, reporting(case, which))
    return [None if getattr(line, which) is None else content for line in lines]


def compared(lines: Sequence[Method]) -> list[Content]:
    """The price over what is in force; over nothing, or less, it says nothing."""
    ahead = Call(price_to_value, {"price": "summary.price", "value": "base"})
    content = or_text("base", IF(ref("base") > 0, ahead, NOT_MEANINGFUL))
    return [None if line.base is None else content for line in lines]


def holdings_alone(case: Case) -> bool:
    """Whether the holdings are all that the company is, so that their value is its value."""
    held = case.holdings
    return bool(held and held.whole and any(stake.value or stake.benchmark for stake in held.stakes))


def note(case: Case) -> str:
    """What the values hang on, and which lines are no methods of the case."""
    match bool(case.scenarios), bool(case.comparables):
        case True, True:
            said = "Equity value. In force: at the chosen scenario and statistic."
        case True, False:
            said = "Equity value. In force: at the chosen scenario."
        case False, True:
            said = "Equity value. In force: at the chosen statistic."
        case _:
            said = "Equity value."
    return Text("{} Last lines: ranges that others named.", said) if case.references else said
