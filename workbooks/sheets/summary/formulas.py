"""The formulas of Summary: each method's equity value, value per share and upside, and their weighted value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workbooks.case.model import Case
from workbooks.case.model import Reference as Named
from workbooks.declarations.excel_functions import ABS, AND, IF, ISNUMBER, ISTEXT, OR, SUM
from workbooks.declarations.expressions import grouped, partly_filled, ref, shown_when_empty, total
from workbooks.declarations.sheet import Content, Input, Link
from workbooks.declarations.trees import Expression, Literal, Reference
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.capital.shares_formulas import per_share_of, quoted
from workbooks.sheets.method import Method, Range, Which
from workbooks.sheets.methods import Results, methods, results
from workbooks.sheets.money import figure, local, reporting
from workbooks.sheets.price import against_last_price


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the Summary: a method of the case, or a range that a third party named, which has no base."""

    label: str
    low: Content
    base: Content
    high: Content
    method: Method | None = None


def lines(case: Case) -> list[Line]:
    """The methods of the case with their equity values, and the ranges that third parties named."""
    known = results(case)
    found = [_line(method, known[method.id]["equity"]) for method in methods(case)]
    return found + [_named(case, reference) for reference in case.references]


def _line(method: Method, equity: Range) -> Line:
    low, base, high = (Link(cell or equity.base) for cell in equity)
    return Line(method.label, low, base, high, method)


def _named(case: Case, reference: Named) -> Line:
    return Line(reference.label, local(case, reference.low), None, local(case, reference.high))


def per_share(case: Case, lines: Sequence[Line], which: Which) -> list[Content]:
    """The value per share of each method, and of the ranges that third parties named."""
    return [
        _result(results(case), line, "per_share", which) if line.method else _named_per_share(case, line, which)
        for line in lines
    ]


def _named_per_share(case: Case, line: Line, which: Which) -> Content:
    """An equity value that a third party named, over the diluted shares."""
    capital = case.capital
    if capital is None or not capital.has_shares or getattr(line, which) is None:
        return None
    return quoted(capital, per_share_of(case, capital, ref(which)))


def upside(case: Case, lines: Sequence[Line]) -> list[Content]:
    """The upside of each method's selected value against the price."""
    if against_last_price(case):
        worth = or_text("base", ref("base") / ref("summary.price") - 1)
        return [worth if line.method else None for line in lines]
    return [_result(results(case), line, "upside", "base") for line in lines]


def _result(known: dict[str, Results], line: Line, kind: str, which: Which) -> Content:
    cells = known[line.method.id].get(kind) if line.method else None  # type: ignore[call-overload]
    if cells is None:
        return None
    return Link(getattr(cells, which) or cells.base)


def keys(lines: Sequence[Line], which: str) -> list[Reference]:
    """The references of the lows, bases or highs, a line each."""
    return [f"line.{which}_{n}" for n in range(len(lines))]


def or_text(of: Reference, formula: Expression, instead: Expression | None = None) -> Expression:
    """A formula on a result that may read n.m.: that is passed on as it stands, and an error stays an error."""
    return IF(ISTEXT(ref(of)), ref(of) if instead is None else instead, formula)


def converted(case: Case, lines: Sequence[Line], which: str) -> list[Content]:
    """The lows, bases or highs in the reporting currency."""
    content = or_text(which, reporting(case, which))
    return [None if getattr(line, which) is None else content for line in lines]


def weights(case: Case, lines: Sequence[Line]) -> list[Content]:
    """The weight of each method: as the case gives it, else the same for all."""
    own = [line.method for line in lines if line.method]
    given = case.conclusion.weights if case.conclusion else {}

    def weight(method: Method | None) -> Content:
        if method is None:
            return None
        if not given:
            return Input(1 / len(own)) if len(own) > 1 else Literal(1.0)
        return Link(figure(given[method.id])) if method.id in given else Input(0.0)

    return [weight(line.method) for line in lines]


def used(case: Case, lines: Sequence[Line]) -> list[Content]:
    """The weight that counts: one of a method without a value goes to the others."""
    places = range(1, len(methods(case)) + 1)
    if not places:
        return [None for _ in lines]
    # Of texts, not of what is no number: a method with an error keeps its weight, so that the whole is that error.
    counted = grouped(total([IF(ISTEXT(ref(f"methods.base[{n}]")), 0, ref(f"methods.weight[{n}]")) for n in places]))
    share = partly_filled(IF(OR(ISTEXT(ref("base")), counted <= 0), 0, ref("weight") / counted))
    return [share if line.method else None for line in lines]


def weighted(case: Case, which: Which) -> Expression:
    """The weighted value of the methods; n.m. where none has a value."""
    places = range(1, len(methods(case)) + 1)
    terms = [ref(f"methods.weight_used[{n}]") * ref(f"methods.{which}[{n}]") for n in places]
    counted: list[Expression] = [
        IF(ISTEXT(ref(f"methods.base[{n}]")), 0, term) for n, term in zip(places, terms, strict=True)
    ]
    return partly_filled(IF(SUM(ref("methods.weight_used")) > 0, total(counted), NOT_MEANINGFUL))


def ordered(number: int) -> Expression:
    """Whether the values of a method are in order; one without a value has no order."""
    low, base, high = (ref(f"methods.{which}[{number}]") for which in ("low", "base", "high"))
    return IF(ISNUMBER(base), AND(low <= base, base <= high), Literal(of=True))


def not_negative(case: Case) -> Expression:
    """Whether no claims exceed the value of a method; beyond it shares are worth nothing, not less."""
    lows = [ref(f"methods.low[{n}]") for n in range(1, len(methods(case)) + 1)]
    return partly_filled(AND(*(IF(ISNUMBER(low), low >= 0, Literal(of=True)) for low in lows)))


RECENT: Final = ref("inputs.valuation_date") - ref("inputs.price_date") <= ref("inputs.price_age")
WEIGHTS_WHOLE: Final = ABS(SUM(ref("methods.weight")) - 1) <= ref("inputs.rounding")
FALSE: Final = Literal(of=False)
# Equal weights are used because none are given: the check warns of it, in a template once its inputs are filled.
EQUAL: Final = shown_when_empty(IF(ref("checks.blank") > 0, "", FALSE))
