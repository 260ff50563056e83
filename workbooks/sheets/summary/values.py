"""The value by method on the Summary: equity, value per share, upside, and the weights."""

from collections.abc import Sequence
from typing import Final

from workbooks.case.model import Case
from workbooks.declarations.sheet import Column, Table
from workbooks.declarations.texts import Text
from workbooks.sheets.method import WHICH
from workbooks.sheets.methods import kinds
from workbooks.sheets.money import per_share_unit
from workbooks.sheets.price import against_last_price
from workbooks.sheets.summary import formulas
from workbooks.sheets.summary.formulas import Line

WIDTH: Final = 10.6  # characters of a number: the table is printed at eight points


def values(case: Case, lines: Sequence[Line]) -> Table:
    """A row a method, with its weight and its values; the ranges of third parties below."""
    money, second = case.company.display_unit, case.company.reporting_unit
    known = {kind for line in lines if line.method for kind in kinds(case, line.method)}
    a_share = per_share_unit(case)
    weighed = any(line.method for line in lines)
    headings = {"low": "Low", "base": "Selected", "high": "High"}
    columns = [Column("label", "Method", cells=[line.label for line in lines], width=34, wrap=True)]
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
            width=WIDTH,
        )
        for which in WHICH
    ]
    if second:
        columns += [
            Column(
                f"{which}_reporting",
                headings[which],
                cells=formulas.converted(case, lines, which),
                unit=second,
                width=WIDTH,
            )
            for which in WHICH
        ]
    if "per_share" in known:
        columns += [
            Column(
                f"per_share_{w}",
                headings[w],
                cells=formulas.per_share(case, lines, w),
                unit=a_share,
                precise=True,
                width=WIDTH,
            )
            for w in WHICH
        ]
    if "upside" in known or against_last_price(case):
        columns.append(Column("upside", "Upside", cells=formulas.upside(case, lines), unit="rate", width=WIDTH))
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
