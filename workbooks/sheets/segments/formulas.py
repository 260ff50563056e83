"""The workings of Segments: the value of each part, their sum, and the bridge to equity."""

from typing import Final

from valuation.bridge import per_share
from valuation.reconcile import foots
from valuation.sotp import segment_value, sotp_value
from workbooks.case.model import Case, Part, Segments
from workbooks.case.quantity import quantity, whole
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import AND, CHOOSE, COUNT, IF, MATCH, MAX, NA, SUM
from workbooks.declarations.expressions import array, equal, grouped, ref
from workbooks.declarations.sheet import Content, Input, Link
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.arithmetic import make_whole
from workbooks.sheets.money import figure

CASES: Final = ("low", "base", "high")


def in_force(case: Case) -> Content:
    """Which of the three multiples count: those of the scenario in force, or as chosen where there is none."""
    return Link("scenarios.selected_segments") if case.scenarios else Input("base", CASES)


PLACE: Final = MATCH(ref("segments.which"), array(*CASES))
# Cell by cell: a stretch from low to high would take in whatever column somebody puts between them.
USED: Final = CHOOSE(ref("segments.place"), *map(ref, CASES))
SHARE: Final = ref("value_used") / ref("segments.gross_used")


def stakes(section: Segments) -> bool:
    """Whether any part is owned in part only."""
    return any(part.stake for part in section.parts)


def stake(part: Part) -> Content:
    """The share of a part that the company owns."""
    return Link(figure(part.stake)) if part.stake else 1.0


def multiples(section: Segments, name: str) -> list[Content]:
    """The low, base or high multiple of every part; without one of its own, the base stands."""
    return [Link(figure(getattr(part, name) or part.base)) for part in section.parts]


def size(case: Case, part: Part) -> float:
    """What a part is worth at its base multiple, in the local currency: to tell the large from the small."""

    def given(name: str) -> float:
        return whole(case.figures[name].value, quantity(case.figures[name].unit))

    abroad = quantity(case.figures[part.metric].unit).currency == case.company.reporting_currency
    rate = given(case.company.fx) if abroad else 1.0
    return given(part.metric) * rate * given(part.base) * (given(part.stake) if part.stake else 1.0)


def value(section: Segments, by: Reference) -> Call:
    """What a part is worth on the multiple of a column."""
    owned = {"stake": "stake"} if stakes(section) else {}
    return Call(segment_value, {"metric": "metric", "multiple": by} | owned)


def total(column: Reference) -> Expression:
    """The total of a column of the parts."""
    # SUM passes over a text; a total over cells that may hold one must not: every part has all its numbers, or none.
    filled = MAX(COUNT(ref("parts.metric")), COUNT(ref("parts.base")))
    return IF(equal(COUNT(ref(column)), filled), SUM(ref(column)), NA())


def gross(section: Segments, by: str, values: str) -> Call:
    """The sum of the parts on the multiples of a column."""
    owned = {"stakes": "parts.stake"} if stakes(section) else {}
    arguments = {"metrics": "parts.metric", "multiples": f"parts.{by}"} | owned
    return Call(sotp_value, arguments, native=total(f"parts.{values}"))


def equity(section: Segments, by: str, values: str) -> Call:
    """The sum of the parts less net debt, and less a holding discount."""
    parts = gross(section, by, values)
    arguments = dict(parts.arguments)
    on_the_sheet = {"base": "segments.gross", "used": "segments.gross_used"}
    native = ref(on_the_sheet[by]) if by in on_the_sheet else total(f"parts.{values}")
    if section.net_debt:
        arguments["net_debt"] = "segments.net_debt"
        native = grouped(native - ref("segments.net_debt"))
    if section.discount:
        arguments["discount"] = "segments.discount"
        native *= 1 - ref("segments.discount")
    return Call(sotp_value, arguments, native=native)


def a_share(shares: str) -> Call:
    """The equity in force by share."""
    return Call(per_share, {"equity": "segments.equity_used", "shares": figure(shares)})


NOT_IN_PARTS: Final = ref("segments.group_metric") - ref("segments.parts_metric")
SHARES_SUM: Final = make_whole("parts.share")
_LOW, _BASE, _HIGH = (ref(f"segments.{name}") for name in ("equity_low", "equity", "equity_high"))
ORDERED: Final = AND(_LOW <= _BASE, _BASE <= _HIGH)
FOOTS: Final = Call(foots, {"total": "segments.group_metric", "parts": "parts.metric", "tolerance": "inputs.tolerance"})
