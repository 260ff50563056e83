"""Summary: the answer, the value by method, the football field, and whether the checks hold."""

from collections.abc import Sequence

from workbooks.case.model import Case
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.funding import sheet as funding
from workbooks.sheets.method import WHICH
from workbooks.sheets.methods import kinds, methods
from workbooks.sheets.money import price_currency
from workbooks.sheets.price import against_last_price
from workbooks.sheets.summary import football, formulas
from workbooks.sheets.summary.answer import answer
from workbooks.sheets.summary.formulas import Line


def sheet(case: Case, others: Sequence[Sheet]) -> Sheet:
    """The Summary sheet over all others."""
    lines = formulas.lines(case)
    valued = any(line.method for line in lines)
    drawn = len(lines) > 1
    return Sheet(
        "summary",
        "Summary",
        case.title,
        "What is the company worth, by every method that the case has figures for?"
        if lines
        else "What do the figures of the case show? None of its methods values the whole company.",
        present(
            answer(case, valued=valued),
            _values(case, lines) if lines else None,
            football.chart(case, lines) if drawn else None,
            _headlines(others),
            funding.chart(case, case.funding) if case.funding and not drawn else None,
            _contents(others),
            football.behind(case, lines) if drawn else None,
            football.price_line(case) if drawn else None,
        ),
        checks=checks(case),
    )


def checks(case: Case) -> tuple[Check, ...]:
    """Whether the weights sum to 100 %, and were given."""
    if not methods(case):
        return ()
    given = bool(case.conclusion and case.conclusion.weights) or len(methods(case)) == 1
    sums = Check("weights", "Weights of the methods sum to 100%", formulas.WEIGHTS_WHOLE, "fail", "methods.weight")
    equal = Check("weights_given", "Weights are given, not equal by default", formulas.NO, "warn", "methods.weight")
    return present(sums, None if given else equal)


def _values(case: Case, lines: Sequence[Line]) -> Table:
    money, second = case.company.display_unit, case.company.reporting_unit
    known = {kind for line in lines if line.method for kind in kinds(case, line.method)}
    a_share = f"{price_currency(case)} per share"
    weighed = any(line.method for line in lines)
    headings = {"low": "Low", "base": "Selected", "high": "High"}
    columns = [Column("label", "Method", cells=[line.label for line in lines], width=34)]
    if weighed:
        columns += [
            Column("weight", "Weight", cells=formulas.weights(case, lines), unit="share"),
            Column("weight_used", "Weight used", cells=formulas.used(case, lines), unit="share"),
        ]
    columns += [
        Column(
            which,
            headings[which],
            cells=[getattr(line, which) for line in lines],
            unit=money,
            keys=formulas.keys(lines, which),
        )
        for which in WHICH
    ]
    if second:
        columns += [
            Column(f"{which}_reporting", headings[which], cells=formulas.converted(case, lines, which), unit=second)
            for which in WHICH
        ]
    if "per_share" in known:
        columns += [
            Column(f"per_share_{w}", headings[w], cells=formulas.per_share(case, lines, w), unit=a_share, precise=True)
            for w in WHICH
        ]
    if "upside" in known or against_last_price(case):
        columns.append(Column("upside", "Upside", cells=formulas.upside(case, lines), unit="rate"))
    return Table("methods", "Value by method", columns, len(lines), _note(case))


def _note(case: Case) -> str:
    """What the values depend on, and which lines are no methods of the case."""
    match bool(case.scenarios), bool(case.comparables):
        case True, True:
            note = "Equity value at the selected scenario and statistic."
        case True, False:
            note = "Equity value at the selected scenario."
        case False, True:
            note = "Equity value at the selected statistic."
        case _:
            note = "Equity value."
    return Text("{} Last lines: third-party ranges.", note) if case.references else note


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
