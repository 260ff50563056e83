"""Summary: the answer, the value by method, the football field, and whether the checks hold."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.sheet import Chart, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.sheets.funding import sheet as funding
from workbooks.sheets.sensitivity import tornado
from workbooks.sheets.sensitivity.varied_methods import what_ifs
from workbooks.sheets.summary import football, football_lines, formulas
from workbooks.sheets.summary.answer import answer
from workbooks.sheets.summary.checks import checks
from workbooks.sheets.summary.formulas import Line
from workbooks.sheets.summary.values import values

# The first screen, at 1280 × 720 and the zoom of 90 %: 26 rows, and columns of 1,366 pixels.
BESIDE: Final = 7  # the column that the chart begins in, beside the answer
WIDTH: Final = 14.4  # cm
SEVERAL: Final = 2  # values to compare
LOWEST, HIGHEST = 16, 30  # rows
OF_BARS: Final = 24  # rows at the most, of a tornado


def sheet(case: Case, others: Sequence[Sheet]) -> Sheet:
    """The Summary sheet over all others."""
    lines = formulas.lines(case)
    first = answer(case, valued=any(line.method for line in lines))
    found = _headlines(others)
    if not lines and found:  # nothing is worth more to a reader of rounds and stakes
        first, found = replace(first, fields=[*found, *first.fields]), []
    return Sheet(
        "summary",
        "Summary",
        case.title,
        "What is the company worth, by every method that the case has figures for?"
        if lines
        else "What do the figures of the case show? None of its methods values the whole company.",
        present(
            first,
            _beside(case, lines, len(first.fields)),
            values(case, lines) if lines else None,
            Fields("Key results", found) if found else None,
            _contents(others),
        ),
        checks=checks(case),
        one_page=True,
        board="Value by method" if lines else case.company.name,
    )


def behind(case: Case) -> tuple[Table, ...]:
    """What the chart of the Summary draws on."""
    lines = formulas.lines(case)
    if len(lines) < SEVERAL:
        return ()
    return present(
        football.behind(case, lines),
        football_lines.scale(case),
        football_lines.rule(lines),
        football_lines.price_line(case),
        football.title(case),
    )


def _beside(case: Case, lines: Sequence[Line], rows: int) -> Chart | None:
    """The chart beside the answer: the values of several methods, what moves that of one, or the rounds."""
    varied = [of for of in what_ifs(case) if of.swings]
    if len(lines) >= SEVERAL:
        found = football.chart(case, lines)
        needed = found.rows
    elif varied:
        found, needed = tornado.chart(varied[0]), min(7 + 2 * len(varied[0].swings), OF_BARS)
    elif case.funding:
        found, needed = funding.chart(case, case.funding), LOWEST
    else:
        return None
    return replace(found, rows=min(max(rows, needed, LOWEST), HIGHEST), beside=BESIDE, width=WIDTH)


def _headlines(others: Sequence[Sheet]) -> list[Field]:
    """The results that the sheets put first."""
    return [
        Field(f"{sheet.id}_{line.id}", line.label, Link(f"{sheet.id}.{line.id}"), line.unit, precise=line.precise)
        for sheet in others
        for name in sheet.headlines
        for block in sheet.blocks
        if isinstance(block, Fields)
        for line in block.fields
        if line.id == name
    ]


def _contents(others: Sequence[Sheet]) -> Table:
    columns = (
        Column("name", "Sheet", cells=[sheet.name for sheet in others], links=[sheet.id for sheet in others]),
        Column("answers", "Question", cells=[sheet.answers for sheet in others]),
    )
    note = "The name of a sheet leads to it, and its title leads back here."
    return Table("contents", "Contents", columns, len(others), note)
