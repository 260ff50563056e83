"""Segments: the sum of the parts, each on the multiple of its own peer, and the bridge to equity."""

from workbooks.case.model import Case, Segments
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.money import GROWS, figure, local, reporting
from workbooks.sheets.segments import formulas
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
        "What is the company worth if every part is valued on the multiple of the peer it resembles?",
        (_in_force(case), _parts(case, section), _bridge(case, section), chart(case), steps(case, section)),
        checks=_checks(section),
        tab="results",
    )


def _in_force(case: Case) -> Fields:
    note = "As the scenario in force has it" if case.scenarios else "Choose from the list"
    return Fields(
        "Multiples in force",
        (
            Field("which", "Multiples in force", formulas.in_force(case), note=note),
            Field("place", "Their place among low, base and high", formulas.PLACE),
        ),
    )


def _parts(case: Case, section: Segments) -> Table:
    parts, money = section.parts, case.company.display_unit
    stakes = [formulas.stake(part) for part in parts]
    what = [Text("{}, multiple of {}", part.metric_name, part.peer) for part in parts]
    columns = present(
        Column("name", "Part", cells=[part.name for part in parts], width=34),
        Column("metric", "Metric", cells=[local(case, part.metric) for part in parts], unit=money),
        Column("low", "Low", cells=formulas.multiples(section, "low"), unit="×"),
        Column("base", "Base", cells=formulas.multiples(section, "base"), unit="×"),
        Column("high", "High", cells=formulas.multiples(section, "high"), unit="×"),
        Column("used", "In force", formulas.USED, unit="×"),
        Column("stake", "Stake", cells=stakes, unit="share") if formulas.stakes(section) else None,
        Column("value_low", "Value, low", formulas.value(section, "low"), unit=money),
        Column("value", "Value, base", formulas.value(section, "base"), unit=money),
        Column("value_high", "Value, high", formulas.value(section, "high"), unit=money),
        Column("value_used", "Value in force", formulas.value(section, "used"), unit=money),
        Column("share", "Share", formulas.SHARE, unit="share"),
        Column("what", "Valued on", cells=what, width=60),
    )
    note = "Low and high are the multiples of other peers that a reader could defend; without one, the base stands."
    return Table("parts", "Parts", columns, len(parts), note, grows=Text(GROWS, "parts"))


def _bridge(case: Case, section: Segments) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    net_debt, discount, shares = section.net_debt, section.discount, section.shares
    low = formulas.equity(section, "low", "value_low")
    base = formulas.equity(section, "base", "value")
    high = formulas.equity(section, "high", "value_high")
    used = formulas.equity(section, "used", "value_used")
    used_reporting = reporting(case, "segments.equity_used")
    a_share = f"{case.company.currency} per share"
    return Fields(
        "From the parts to equity",
        present(
            *(_footing(case, section.group) if section.group else ()),
            Field("gross", "Sum of the parts, base", formulas.gross(section, "base", "value"), money),
            Field("gross_used", "Sum of the parts in force", formulas.gross(section, "used", "value_used"), money),
            Field("net_debt", "Net debt", Link(figure(net_debt)), money) if net_debt else None,
            Field("discount", "Holding discount", Link(figure(discount)), "share") if discount else None,
            Field("equity_low", "Equity value, low", low, money, addin=True),
            Field("equity", "Equity value, base", base, money, addin=True),
            Field("equity_high", "Equity value, high", high, money, addin=True),
            Field("equity_reporting", "Equity value, base", reporting(case, "segments.equity"), second),
            Field("equity_used", "Equity value in force", used, money, "SOTP_Equity", addin=True, strong=True),
            Field("equity_used_reporting", "Equity value in force", used_reporting, second, strong=True),
            Field("per_share", "Equity value per share", formulas.a_share(shares), a_share, addin=True, strong=True)
            if shares
            else None,
        ),
    )


def _footing(case: Case, group: str) -> tuple[Field, ...]:
    money = case.company.display_unit
    note = "Not valued here"
    return (
        Field("parts_metric", "Metric of the parts together", formulas.total("parts.metric"), money),
        Field("group_metric", case.figures[group].label, Link(figure(group)), money),
        Field("not_in_parts", "Of the group, not in the parts", formulas.NOT_IN_PARTS, money, note=note),
    )


def _checks(section: Segments) -> tuple[Check, ...]:
    foot = Check("parts_foot", "The parts make the group's metric", formulas.FOOTS, "warn", "segments.not_in_parts")
    return present(
        Check("shares_sum", "The parts' shares sum to 100%", formulas.SHARES_SUM, "fail", "parts.share"),
        Check("sotp_ordered", "Sum of the parts: low ≤ base ≤ high", formulas.ORDERED, "warn", "segments.equity"),
        foot if section.group else None,
    )
