"""Reconciliation: published figures beside recomputed ones, and explanations of differences."""

from workbooks.case.model import Case
from workbooks.case.quantity import shown_unit
from workbooks.declarations.sheet import Check, Column, Link, Sheet, Table, present
from workbooks.declarations.trees import Literal
from workbooks.sheets.money import figure
from workbooks.sheets.reconciliation import by_trial, formulas, rates, sought

FRACTIONS = ("rate", "share", "margin")
NOTE = (
    "A figure agrees where the recomputed one rounds to it at its last printed digit, or was cut off there; "
    "of rates at whole per cent at least."
)


def sheet(case: Case) -> Sheet | None:
    """The Reconciliation sheet."""
    if not case.reconciliation:
        return None
    agreed = "All given figures agree with their inputs"
    return Sheet(
        "reconciliation",
        "Reconciliation",
        "Reconciliation",
        "Do the given figures follow from their own inputs? Each is recomputed, and a difference is explained.",
        present(_lines(case), rates.table(case), sought.table(case)),
        checks=(
            Check("published_agree", agreed, formulas.ALL_AGREE, "warn", "lines.verdict"),
            *by_trial.checks(case),
        ),
        tab="checks",
    )


def _lines(case: Case) -> Table:
    lines = case.reconciliation
    given = [case.figures[line.published] for line in lines]
    units = [f.unit for f in given]
    rates, statuses = ["rate"] * len(lines), ["status"] * len(lines)
    published = [Link(figure(line.published)) for line in lines]
    recomputed = [formulas.recomputed(line, at) for line, at in zip(lines, by_trial.places(case), strict=True)]
    steps = [Literal(formulas.printed_to(case, line)) for line in lines]
    digits = [Literal(formulas.last_digit(case, line)) for line in lines]
    of_digits = [unit if unit in FRACTIONS else "" for unit in units]
    keys = [f"recomputed.{line.published}" for line in lines]
    why = [line.explanation or None for line in lines]
    columns = (
        Column("label", "Figure", cells=[f.label for f in given], width=40, wrap=True),
        Column("as_of", "As of", cells=[f.as_of for f in given], width=13),
        Column("shown_unit", "Unit", cells=[shown_unit(unit) for unit in units], width=15, role="unit"),
        Column("published", "As given", cells=published, units=units, width=14, precise=True),
        Column("digit", "Printed to", cells=digits, units=of_digits, width=13, precise=True),
        Column("recomputed", "Recomputed", cells=recomputed, units=units, keys=keys, width=14, precise=True),
        Column("difference", "Difference", formulas.DIFFERENCE, units=units, width=14, precise=True, role="difference"),
        Column("relative", "Difference, %", formulas.RELATIVE, units=rates, width=14, precise=True, role="difference"),
        Column("verdict", "Verdict", formulas.VERDICT, units=statuses, width=20),
        Column("explanation", "Explanation", cells=why, width=46, wrap=True),
        Column("step", "Last digit in whole units", cells=steps, width=24, printed=False),
    )
    return Table("lines", "As given and recomputed", columns, len(lines), NOTE)
