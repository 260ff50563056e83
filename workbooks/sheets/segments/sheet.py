"""Segments: the sum of the parts, each by its own method, and the bridge to equity."""

from workbooks.case.model import Case, Segments
from workbooks.declarations.sheet import Check, Column, Field, Fields, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.money import GROWS, per_share_unit
from workbooks.sheets.segments import basis, formulas, holding
from workbooks.sheets.segments.equity import bridge, footing
from workbooks.sheets.segments.total import total
from workbooks.sheets.segments.waterfall import chart, steps


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
            *(_selected(case), _parts(case, section), total(case, section), bridge(case, section)),
            *(chart(case, section), *footing(case, section), *holding.blocks(case, section)),
            *(steps(case, section), _place()),
        ),
        checks=_checks(section),
        tab="results",
    )


def _selected(case: Case) -> Fields:
    note = "As the selected scenario has it" if case.scenarios else "Choose from the list"
    return Fields(
        "Selected multiples",
        (Field("which", "Selected multiples", formulas.selected(case), note=note),),
    )


def _place() -> Table:
    """The number of the selected multiples, which formulas choose by."""
    columns = (Column("place", "Case (1–3)", cells=[formulas.PLACE], keys=["segments.place"]),)
    return Table("segments_place", "Selected multiples", columns, rows=1, quiet=True)


def _parts(case: Case, section: Segments) -> Table:
    parts, money = section.parts, case.company.display_unit
    per_share = formulas.part_per_share(case)
    a_share = per_share_unit(case)
    on_multiples = formulas.on_multiples(section)
    multiples = _multiples(case, section, printed=on_multiples)
    columns = present(
        Column("name", "Segment", cells=[part.name for part in parts], width=34),
        Column("metric", "Metric or value", cells=[formulas.amount(case, part) for part in parts], unit=money),
        *(multiples if on_multiples else ()),
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
        Column("basis", "Value of", cells=[basis.value_of(section, part) for part in parts]),
        Column("what", "Valued on", cells=[basis.valued_on(section, part) for part in parts], width=34, wrap=True),
        *(() if on_multiples else multiples),
    )
    note = "Low and high are the multiples of other peers that a reader could defend; without one, the base stands."
    note = note if on_multiples else ""
    return Table("parts", "Segments", columns, len(parts), note, grows=Text(GROWS, "segments"))


def _multiples(case: Case, section: Segments, *, printed: bool) -> list[Column]:
    """The multiples of the parts; not printed where all are amounts, whose multiples are 1."""
    headings = {"low": "Low", "base": "Base", "high": "High"}
    given = [
        Column(name, heading, cells=formulas.multiples(case, section, name), unit="×", printed=printed)
        for name, heading in headings.items()
    ]
    return [*given, Column("used", "Selected", formulas.USED, unit="×", printed=printed)]


def _stake_heading(section: Segments) -> str:
    return "Stake less discount" if formulas.discounts(section) else "Stake"


def _checks(section: Segments) -> tuple[Check, ...]:
    foot = Check("parts_foot", "The segments make the group's metric", formulas.FOOTS, "warn", "segments.not_in_parts")
    return present(
        Check("shares_sum", "The segments' shares sum to 100%", formulas.SHARES_SUM, "fail", "parts.share"),
        Check("sotp_ordered", "Sum of the parts: low ≤ base ≤ high", formulas.ORDERED, "warn", "segments.equity"),
        foot if section.group else None,
    )
