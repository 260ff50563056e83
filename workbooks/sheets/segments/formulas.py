"""The workings of Segments: the value of each part, their sum, and the bridge to equity."""

from typing import Final

import numpy as np

from valuation.bridge import per_share
from valuation.reconcile import foots
from valuation.sotp import segment_value, sotp_value
from workbooks.case.model import Case, Part, Segments
from workbooks.case.quantity import quantity, whole
from workbooks.declarations.sheet import Call, Content, Formula, Input, Link, Reference
from workbooks.sheets.arithmetic import make_whole
from workbooks.sheets.money import figure

CASES: Final = ("low", "base", "high")


def in_force(case: Case) -> Content:
    """Which of the three multiples count: those of the scenario in force, or as chosen where there is none."""
    return Link("scenarios.selected_segments") if case.scenarios else Input("base", CASES)


PLACE: Final = Formula(
    'MATCH({segments.which},{"low","base","high"},0)', lambda v: float(CASES.index(v("segments.which")) + 1)
)
# Cell by cell: a stretch from low to high would take in whatever column somebody puts between them.
USED: Final = Formula("CHOOSE({segments.place},{low},{base},{high})", lambda v: v(CASES[int(v("segments.place")) - 1]))
SHARE: Final = Formula("{value_used}/{segments.gross_used}", lambda v: v("value_used") / v("segments.gross_used"))


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


def total(column: Reference) -> Formula:
    """The total of a column of the parts."""
    # SUM passes over a text; a total over cells that may hold one must not: every part has all its numbers, or none.
    return Formula(
        f"IF(COUNT({{{column}}})=MAX(COUNT({{parts.metric}}),COUNT({{parts.base}})),SUM({{{column}}}),NA())",
        lambda v: float(np.sum(v(column))),
    )


def gross(section: Segments, by: str, values: str) -> Call:
    """The sum of the parts on the multiples of a column."""
    owned = {"stakes": "parts.stake"} if stakes(section) else {}
    arguments = {"metrics": "parts.metric", "multiples": f"parts.{by}"} | owned
    return Call(sotp_value, arguments, native=total(f"parts.{values}").text)


def equity(section: Segments, by: str, values: str) -> Call:
    """The sum of the parts less net debt, and less a holding discount."""
    parts = gross(section, by, values)
    arguments = dict(parts.arguments)
    native = {"base": "{segments.gross}", "used": "{segments.gross_used}"}.get(by, parts.native)
    if section.net_debt:
        arguments["net_debt"] = "segments.net_debt"
        native = f"({native}-{{segments.net_debt}})"
    if section.discount:
        arguments["discount"] = "segments.discount"
        native += "*(1-{segments.discount})"
    return Call(sotp_value, arguments, native=native)


def a_share(shares: str) -> Call:
    """The equity in force by share."""
    return Call(per_share, {"equity": "segments.equity_used", "shares": figure(shares)})


NOT_IN_PARTS: Final = Formula(
    "{segments.group_metric}-{segments.parts_metric}", lambda v: v("segments.group_metric") - v("segments.parts_metric")
)
SHARES_SUM: Final = make_whole("parts.share")
ORDERED: Final = Formula(
    "AND({segments.equity_low}<={segments.equity},{segments.equity}<={segments.equity_high})",
    lambda v: bool(v("segments.equity_low") <= v("segments.equity") <= v("segments.equity_high")),
)
FOOTS: Final = Call(foots, {"total": "segments.group_metric", "parts": "parts.metric", "tolerance": "inputs.tolerance"})
