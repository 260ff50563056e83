"""Summary: the answer, the value by method, the football field, and whether the checks hold."""

from collections.abc import Sequence

from workbooks.case.model import Case
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.sheets.funding import sheet as funding
from workbooks.sheets.methods import methods
from workbooks.sheets.summary import football, formulas
from workbooks.sheets.summary.answer import answer
from workbooks.sheets.summary.values import values


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
            values(case, lines) if lines else None,
            football.choice(case) if drawn else None,
            football.chart(case, lines) if drawn else None,
            _headlines(others),
            funding.chart(case, case.funding) if case.funding and not drawn else None,
            _contents(others),
            football.behind(case, lines) if drawn else None,
            football.price_line(case) if drawn else None,
            football.axis(case) if drawn else None,
        ),
        checks=checks(case),
    )


def checks(case: Case) -> tuple[Check, ...]:
    """Whether the weights sum to 100 %, and were given."""
    if not methods(case):
        return ()
    given = bool(case.conclusion and case.conclusion.weights) or len(methods(case)) == 1
    sums = Check("weights", "Weights of the methods sum to 100%", formulas.WEIGHTS_WHOLE, "fail", "methods.weight")
    equal = Check("weights_given", "Weights are given, not equal by default", formulas.EQUAL, "warn", "methods.weight")
    return present(sums, None if given else equal)


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
