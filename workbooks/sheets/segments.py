"""Segments: the sum of the parts, each on the multiple of its own peer, and the bridge to equity."""

import numpy as np

from valuation.bridge import per_share
from valuation.reconcile import foots
from valuation.sotp import segment_value, sotp_value
from workbooks.case import Case, Part, Segments
from workbooks.sheets.money import GROWS, figure, local, reporting
from workbooks.sheets.waterfall import chart, steps
from workbooks.spec import (
    Call,
    Check,
    Column,
    Content,
    Field,
    Fields,
    Formula,
    Input,
    Link,
    Reference,
    Sheet,
    Table,
)

CASES = ("low", "base", "high")


def sheet(case: Case) -> Sheet | None:
    """The Segments sheet."""
    section = case.segments
    if section is None:
        return None
    return Sheet(
        "segments",
        "Segments",
        "Sum of the parts",
        "What is the company worth if every part is valued on the multiple of the peer it resembles?",
        (_in_force(case), _parts(case, section), _bridge(case, section), chart(case), steps(case, section)),
        checks=_checks(section),
        tab="results",
    )


def _stakes(section: Segments) -> bool:
    return any(part.stake for part in section.parts)


def _in_force(case: Case) -> Fields:
    """Which of the three multiples count: those of the scenario in force, or as chosen here where there is none."""
    which: Content = Link("scenarios.selected_segments") if case.scenarios else Input("base", CASES)
    place = Formula(
        'MATCH({segments.which},{"low","base","high"},0)', lambda v: float(CASES.index(v("segments.which")) + 1)
    )
    return Fields(
        "Multiples in force",
        (
            Field(
                "which",
                "Multiples in force",
                which,
                note="As the scenario in force has it" if case.scenarios else "Choose from the list",
            ),
            Field("place", "Their place among low, base and high", place),
        ),
    )


def _parts(case: Case, section: Segments) -> Table:
    parts = section.parts
    money = case.company.display_unit

    def multiples(name: str) -> list[Content]:
        return [Link(figure(getattr(part, name) or part.base)) for part in parts]

    def value(by: str) -> Call:
        stake = {"stake": "stake"} if _stakes(section) else {}
        return Call(segment_value, {"metric": "metric", "multiple": by} | stake)

    used = Formula("INDEX({low:high},{segments.place})", lambda v: v("low:high")[:, int(v("segments.place")) - 1])
    share = Formula("{value_used}/{segments.gross_used}", lambda v: v("value_used") / v("segments.gross_used"))
    return Table(
        "parts",
        "Parts",
        note="Low and high are the multiples of other peers that a reader could defend; without one, the base stands.",
        rows=len(parts),
        grows=GROWS.format("parts"),
        columns=(
            Column("name", "Part", cells=[part.name for part in parts], width=34),
            Column("metric", "Metric", cells=[local(case, part.metric) for part in parts], unit=money),
            Column("low", "Low", cells=multiples("low"), unit="×"),
            Column("base", "Base", cells=multiples("base"), unit="×"),
            Column("high", "High", cells=multiples("high"), unit="×"),
            Column("used", "In force", used, unit="×"),
            *(
                [Column("stake", "Stake", cells=[_stake(part) for part in parts], unit="share")]
                if _stakes(section)
                else ()
            ),
            Column("value_low", "Value, low", value("low"), unit=money),
            Column("value", "Value, base", value("base"), unit=money),
            Column("value_high", "Value, high", value("high"), unit=money),
            Column("value_used", "Value in force", value("used"), unit=money),
            Column("share", "Share", share, unit="share"),
            Column(
                "what", "Valued on", cells=[f"{part.metric_name}, multiple of {part.peer}" for part in parts], width=60
            ),
        ),
    )


def _stake(part: Part) -> Content:
    return Link(figure(part.stake)) if part.stake else 1.0


def _bridge(case: Case, section: Segments) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    return Fields(
        "From the parts to equity",
        (
            *_footing(case, section),
            Field("gross", "Sum of the parts, base", _sum(section, "base", "value"), money),
            Field("gross_used", "Sum of the parts in force", _sum(section, "used", "value_used"), money),
            *([Field("net_debt", "Net debt", Link(figure(section.net_debt)), money)] if section.net_debt else ()),
            *(
                [Field("discount", "Holding discount", Link(figure(section.discount)), "share")]
                if section.discount
                else ()
            ),
            Field("equity_low", "Equity value, low", _equity(section, "low", "value_low"), money, addin=True),
            Field("equity", "Equity value, base", _equity(section, "base", "value"), money, addin=True),
            Field("equity_high", "Equity value, high", _equity(section, "high", "value_high"), money, addin=True),
            Field("equity_reporting", "Equity value, base", reporting(case, "segments.equity"), second),
            Field(
                "equity_used",
                "Equity value in force",
                _equity(section, "used", "value_used"),
                money,
                "SOTP_Equity",
                addin=True,
                strong=True,
            ),
            Field(
                "equity_used_reporting",
                "Equity value in force",
                reporting(case, "segments.equity_used"),
                second,
                strong=True,
            ),
            *_per_share(case, section),
        ),
    )


def _footing(case: Case, section: Segments) -> list[Field]:
    if not section.group:
        return []
    money = case.company.display_unit
    group = figure(section.group)
    return [
        Field("parts_metric", "Metric of the parts together", _whole("parts.metric"), money),
        Field("group_metric", case.figures[section.group].label, Link(group), money),
        Field(
            "not_in_parts",
            "Of the group, not in the parts",
            Formula(
                "{segments.group_metric}-{segments.parts_metric}",
                lambda v: v("segments.group_metric") - v("segments.parts_metric"),
            ),
            money,
            note="Valued at nothing here",
        ),
    ]


def _whole(column: Reference) -> Formula:
    # SUM passes over a text; a total over cells that may hold one must not: every part has all its numbers, or none.
    return Formula(
        f"IF(COUNT({{{column}}})=MAX(COUNT({{parts.metric}}),COUNT({{parts.base}})),SUM({{{column}}}),NA())",
        lambda v: float(np.sum(v(column))),
    )


def _sum(section: Segments, by: str, values: str) -> Call:
    arguments = {"metrics": "parts.metric", "multiples": f"parts.{by}"}
    if _stakes(section):
        arguments["stakes"] = "parts.stake"
    return Call(sotp_value, arguments, native=_whole(f"parts.{values}").text)


def _equity(section: Segments, by: str, values: str) -> Call:
    gross = _sum(section, by, values)
    arguments = dict(gross.arguments)
    native = {"base": "{segments.gross}", "used": "{segments.gross_used}"}.get(by, gross.native)
    if section.net_debt:
        arguments["net_debt"] = "segments.net_debt"
        native = f"({native}-{{segments.net_debt}})"
    if section.discount:
        arguments["discount"] = "segments.discount"
        native += "*(1-{segments.discount})"
    return Call(sotp_value, arguments, native=native)


def _per_share(case: Case, section: Segments) -> list[Field]:
    if not section.shares:
        return []
    call = Call(per_share, {"equity": "segments.equity_used", "shares": figure(section.shares)})
    return [
        Field(
            "per_share", "Equity value per share", call, f"{case.company.currency} per share", addin=True, strong=True
        )
    ]


def _checks(section: Segments) -> tuple[Check, ...]:
    shares = Formula(
        "ABS(SUM({parts.share})-1)<={inputs.rounding}",
        lambda v: bool(abs(np.sum(v("parts.share")) - 1) <= v("inputs.rounding")),
    )
    ordered = Formula(
        "AND({segments.equity_low}<={segments.equity},{segments.equity}<={segments.equity_high})",
        lambda v: bool(v("segments.equity_low") <= v("segments.equity") <= v("segments.equity_high")),
    )
    checks = [
        Check("shares_sum", "The parts' shares make the whole", shares, "fail", "parts.share"),
        Check("sotp_ordered", "Sum of the parts: low ≤ base ≤ high", ordered, "fail", "segments.equity"),
    ]
    if section.group:
        footing = Call(
            foots, {"total": "segments.group_metric", "parts": "parts.metric", "tolerance": "inputs.tolerance"}
        )
        checks.append(
            Check("parts_foot", "The parts make the group's metric", footing, "warn", "segments.not_in_parts")
        )
    return tuple(checks)
