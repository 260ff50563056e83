"""Segments: the sum of the parts, each by its own method, and the bridge to equity."""

from workbooks.case.model import Case, Part, Segments
from workbooks.declarations.sheet import Check, Column, Field, Fields, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.money import GROWS, per_share_unit
from workbooks.sheets.segments import formulas, holding
from workbooks.sheets.segments.equity import bridge
from workbooks.sheets.segments.waterfall import chart, steps

METHODS = {
    "market": "market value",
    "book": "book value",
    "cost": "cost",
    "transaction": "last transaction",
    "dcf": "DCF",
    "per_user": "value per user",
    "value": "value as given",
}


def sheet(case: Case) -> Sheet | None:
    """The Segments sheet."""
    section = case.segments
    if section is None:
        return None
    return Sheet(
        "segments",
        "Segments",
        "Sum of the parts",
        "What is the company worth if every segment is valued by the method that suits it?",
        (
            *(_selected(case), _parts(case, section), bridge(case, section), chart(case, section)),
            *(*holding.blocks(case, section), steps(case, section)),
        ),
        checks=_checks(section),
        tab="results",
    )


def _selected(case: Case) -> Fields:
    note = "As the selected scenario has it" if case.scenarios else "Choose from the list"
    return Fields(
        "Selected multiples",
        (
            Field("which", "Selected multiples", formulas.selected(case), note=note),
            Field("place", "Case (1–3)", formulas.PLACE),
        ),
    )


def _parts(case: Case, section: Segments) -> Table:
    parts, money = section.parts, case.company.display_unit
    per_share = formulas.part_per_share(case)
    a_share = per_share_unit(case)
    columns = present(
        Column("name", "Segment", cells=[part.name for part in parts], width=34),
        Column("metric", "Metric or value", cells=[formulas.amount(case, part) for part in parts], unit=money),
        Column("low", "Low", cells=formulas.multiples(case, section, "low"), unit="×"),
        Column("base", "Base", cells=formulas.multiples(case, section, "base"), unit="×"),
        Column("high", "High", cells=formulas.multiples(case, section, "high"), unit="×"),
        Column("used", "Selected", formulas.USED, unit="×"),
        Column("owned", "Stake", cells=[formulas.owned(part) for part in parts], unit="share")
        if formulas.discounts(section)
        else None,
        Column("discount", "Discount", cells=[formulas.discount(section, part) for part in parts], unit="share")
        if formulas.discounts(section)
        else None,
        Column("stake", _stake_heading(section), cells=formulas.interests(section), unit="share")
        if formulas.stakes(section)
        else None,
        Column("value_low", "Value, low", formulas.value(section, "low"), unit=money),
        Column(
            "value",
            "Value, base",
            cells=[formulas.value(section, "base") for _ in parts],
            keys=[f"segments.value_{number}" for number in range(1, len(parts) + 1)],
            unit=money,
        ),
        Column("value_high", "Value, high", formulas.value(section, "high"), unit=money),
        Column("value_used", "Value, selected", formulas.value(section, "used"), unit=money),
        Column("own_debt", "Own net debt", cells=[formulas.net_debt_of(case, part) for part in parts], unit=money)
        if formulas.own_debt(section)
        else None,
        Column("share", "Share", formulas.SHARE, unit="share"),
        Column("per_share", "Per share", per_share, unit=a_share, precise=True) if per_share is not None else None,
        Column("basis", "Value of", cells=[_basis(section, part) for part in parts]),
        Column("what", "Valued on", cells=[_valued_on(section, part) for part in parts], width=34, wrap=True),
    )
    note = "Low and high are the multiples of other peers that a reader could defend; without one, the base stands."
    return Table("parts", "Segments", columns, len(parts), note, grows=Text(GROWS, "segments"))


def _stake_heading(section: Segments) -> str:
    return "Stake less discount" if formulas.discounts(section) else "Stake"


def _basis(section: Segments, part: Part) -> str:
    of = part.of or section.of or "equity"
    return "EV" if of == "enterprise" else "equity"


def _valued_on(section: Segments, part: Part) -> str:
    if part.method != "multiple":
        return METHODS[part.method]
    metric = part.metric_name or section.metric_name or "metric"
    return Text("{}, multiple of {}", metric, part.peer) if part.peer else metric


def _checks(section: Segments) -> tuple[Check, ...]:
    foot = Check("parts_foot", "The segments make the group's metric", formulas.FOOTS, "warn", "segments.not_in_parts")
    return present(
        Check("shares_sum", "The segments' shares sum to 100%", formulas.SHARES_SUM, "fail", "parts.share"),
        Check("sotp_ordered", "Sum of the parts: low ≤ base ≤ high", formulas.ORDERED, "warn", "segments.equity"),
        foot if section.group else None,
    )
