"""Summary: value by method in both currencies, the football field, and whether the checks hold."""

from collections.abc import Sequence

from workbooks.case.model import Case
from workbooks.case.reading import input_hash
from workbooks.declarations.sheet import Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.comparables.formulas import ratios
from workbooks.sheets.funding import sheet as funding
from workbooks.sheets.money import figure, local
from workbooks.sheets.summary import football, formulas
from workbooks.sheets.summary.formulas import Method, linked


def sheet(case: Case, others: Sequence[Sheet], *, built: bool = True) -> Sheet:
    """The Summary sheet over all others; of a case that a workbook is built from it shows the fingerprint."""
    lines = [*_methods(case), *(formulas.named(case, reference) for reference in case.references)]
    drawn, price = len(lines) > 1, case.company.price
    return Sheet(
        "summary",
        "Summary",
        case.title,
        "What is the company worth, by every method that the case has figures for?"
        if lines
        else "What do the figures of the case show? None of its methods values the whole company.",
        present(
            _company(case, built=built),
            _values(case, lines) if lines else None,
            football.chart(case, lines) if drawn else None,
            _headlines(others),
            funding.chart(case, case.funding) if case.funding and not drawn else None,
            _contents(others),
            football.behind(case, lines) if drawn else None,
            football.price_line(case.figures[price].label) if drawn and price else None,
        ),
    )


def _methods(case: Case) -> Sequence[Method]:
    peers, premium = case.comparables, case.premium
    return present(
        linked("Sum of the parts", "segments", "equity_low", "equity_used", "equity_high") if case.segments else None,
        linked("Per user", "users", "value", "value", "value") if case.users else None,
        *(
            linked(
                Text("Peers, {}", ratio.heading),
                "comparables",
                f"{ratio.id}_low",
                f"{ratio.id}_base",
                f"{ratio.id}_high",
            )
            for ratio in (ratios(peers) if peers else ())
        ),
        linked("Scenarios, value today", "scenarios", "low", "picked", "high") if case.scenarios else None,
        formulas.with_premium(Text("{}'s multiple with a premium", premium.peer)) if premium else None,
        linked("Holdings", "holdings", "value", "value", "value") if formulas.holdings_alone(case) else None,
    )


def _company(case: Case, *, built: bool) -> Fields:
    company, figures = case.company, case.figures
    price, unit, changes = company.price, company.display_unit, "changes when anything in the case does"
    return Fields(
        company.name,
        present(
            Field("as_of", "Valued as of", company.as_of.isoformat()),
            Field("fx", figures[company.fx].label, Link(figure(company.fx)), figures[company.fx].unit),
            Field("price", figures[price].label, local(case, price), unit) if price else None,
            Field("scenario", "Scenario in force", Link("scenarios.selected_name")) if case.scenarios else None,
            Field("master", "Master check", Link("checks.master"), "status"),
            Field("hash", "Fingerprint of the case", input_hash(case), note=changes) if built else None,
        ),
    )


def _values(case: Case, lines: Sequence[Method]) -> Table:
    money, second = case.company.display_unit, case.company.reporting_unit
    columns = present(
        Column("label", "Method", cells=[line.label for line in lines], width=34),
        Column("low", "Low", cells=[line.low for line in lines], unit=money, keys=formulas.keys(lines, "low")),
        Column("base", "In force", cells=[line.base for line in lines], unit=money, keys=formulas.keys(lines, "base")),
        Column("high", "High", cells=[line.high for line in lines], unit=money, keys=formulas.keys(lines, "high")),
        Column("low_reporting", "Low", cells=formulas.converted(case, lines, "low"), unit=second),
        Column("base_reporting", "In force", cells=formulas.converted(case, lines, "base"), unit=second),
        Column("high_reporting", "High", cells=formulas.converted(case, lines, "high"), unit=second),
        Column("price_to_value", "Price ÷ in force", cells=formulas.compared(lines), unit="×", precise=True)
        if case.company.price
        else None,
    )
    return Table("methods", "Value by method", columns, len(lines), formulas.note(case))


def _headlines(others: Sequence[Sheet]) -> Fields | None:
    lines = [
        Field(f"{sheet.id}_{line.id}", line.label, Link(f"{sheet.id}.{line.id}"), line.unit, precise=line.precise)
        for sheet in others
        for name in sheet.headlines
        for block in sheet.blocks
        if isinstance(block, Fields)
        for line in block.fields
        if line.id == name
    ]
    return Fields("Key results", lines) if lines else None


def _contents(others: Sequence[Sheet]) -> Table:
    columns = (
        Column("name", "Sheet", cells=[sheet.name for sheet in others], links=[sheet.id for sheet in others]),
        Column("answers", "What it answers", cells=[sheet.answers for sheet in others]),
    )
    return Table("contents", "Contents", columns, len(others))
