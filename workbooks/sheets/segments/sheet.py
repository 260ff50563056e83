"""Segments: the sum of the parts, each by its own method, and the bridge to equity."""

from workbooks.case.model import Case, Part, Segments
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.money import GROWS, figure, local, reporting
from workbooks.sheets.segments import formulas
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
        (_selected(case), _parts(case, section), _bridge(case, section), chart(case), steps(case, section)),
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
    a_share = f"{formulas.currency_per_share(case)} per share"
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
        Column("value", "Value, base", formulas.value(section, "base"), unit=money),
        Column("value_high", "Value, high", formulas.value(section, "high"), unit=money),
        Column("value_used", "Value, selected", formulas.value(section, "used"), unit=money),
        Column("own_debt", "Own net debt", cells=[formulas.net_debt_of(case, part) for part in parts], unit=money)
        if formulas.own_debt(section)
        else None,
        Column("share", "Share", formulas.SHARE, unit="share"),
        Column("per_share", "Per share", per_share, unit=a_share, precise=True) if per_share is not None else None,
        Column("basis", "Value of", cells=[_basis(section, part) for part in parts]),
        Column("what", "Valued on", cells=[_valued_on(section, part) for part in parts], width=60),
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


def _bridge(case: Case, section: Segments) -> Fields:
    money = case.company.display_unit
    discount, shares = section.discount, section.shares
    equity = {name: formulas.equity(case, section, name, values) for name, values in formulas.VALUES.items()}
    a_share = f"{case.company.currency} per share"
    return Fields(
        "From the segments to equity",
        present(
            *(_footing(case, section.group) if section.group else ()),
            *_gross(case, section),
            *_taken(case, section),
            Field("discount", "Holding discount", Link(figure(discount)), "share") if discount else None,
            Field("equity_low", "Equity value, low", equity["low"], money, addin=True),
            Field("equity", "Equity value, base", equity["base"], money, addin=True),
            Field("equity_high", "Equity value, high", equity["high"], money, addin=True),
            Field(
                "equity_used", "Equity value, selected", equity["used"], money, "SOTP_Equity", addin=True, strong=True
            ),
            *_reported(case),
            Field("per_share", "Equity value per share", formulas.a_share(shares), a_share, addin=True, strong=True)
            if shares
            else None,
        ),
    )


def _reported(case: Case) -> tuple[Field, ...]:
    second = case.company.reporting_unit
    if not second:
        return ()
    return (
        Field("equity_reporting", "Equity value, base", reporting(case, "segments.equity"), second),
        Field("equity_used_reporting", "Equity value, selected", reporting(case, "segments.equity_used"), second),
    )


def _gross(case: Case, section: Segments) -> list[Field]:
    money = case.company.display_unit
    labels = {"low": "Sum, low", "base": "Sum, base", "high": "Sum, high", "used": "Sum, selected"}
    return [
        Field(f"gross_{by}" if by != "base" else "gross", labels[by], formulas.gross(section, by, values), money)
        for by, values in formulas.VALUES.items()
    ]


def _taken(case: Case, section: Segments) -> tuple[Field, ...]:
    """What is taken from the sum before the discount."""
    if not formulas.taken(case, section):
        return ()
    money, together = case.company.display_unit, formulas.net_debt(case, section)
    from_capital = not section.net_debt and formulas.bridged(case, section)
    label, note = ("Net debt and other claims", "see Capital") if from_capital else ("Net debt", "")
    own = Field("own_debt", "Net debt of the segments", formulas.own_debt_together(section), money)
    return present(own if formulas.own_debt(section) else None, Field("net_debt", label, together, money, note=note))


def _footing(case: Case, group: str) -> tuple[Field, ...]:
    money = case.company.display_unit
    note = "Not valued here"
    return (
        Field("parts_metric", "Metric of the segments together", formulas.total("parts.metric"), money),
        Field("group_metric", case.figures[group].label, local(case, group), money),
        Field("not_in_parts", "Unallocated", formulas.NOT_IN_PARTS, money, note=note),
    )


def _checks(section: Segments) -> tuple[Check, ...]:
    foot = Check("parts_foot", "The segments make the group's metric", formulas.FOOTS, "warn", "segments.not_in_parts")
    return present(
        Check("shares_sum", "The segments' shares sum to 100%", formulas.SHARES_SUM, "fail", "parts.share"),
        Check("sotp_ordered", "Sum of the parts: low ≤ base ≤ high", formulas.ORDERED, "warn", "segments.equity"),
        foot if section.group else None,
    )
