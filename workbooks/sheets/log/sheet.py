"""Log: how the workbook was made, who signs it off, and what was changed since."""

from typing import Final

from workbooks.case.model import Case
from workbooks.case.reading import input_hash
from workbooks.declarations.sheet import Column, Field, Fields, Link, Sheet, Table, present
from workbooks.sheets.log import formulas

LINES: Final = 21  # one for the build, and twenty to fill in


def sheet(case: Case, *, built: bool = True) -> Sheet:
    """The Log sheet; of a case that a workbook is built from it shows the fingerprint."""
    return Sheet(
        "log",
        "Log",
        "Log",
        "How was this workbook made, who signs it off, and what was changed since?",
        (_made(case, built=built), _people(), _changes(built=built)),
        printed=False,
    )


def _made(case: Case, *, built: bool) -> Fields:
    changes = "changes when anything in the case does"
    proof = "each gives what Steelyard's own functions give, to 1e-9; else no workbook is written"
    return Fields(
        "How it was made",
        present(
            Field("made_with", "Made with", formulas.made_with()),
            Field("case", "Case", case.title),
            Field("as_of", "Valued as of", Link("summary.as_of"), "date"),
            Field("hash", "Fingerprint of the case", input_hash(case), note=changes) if built else None,
            Field("language", "Language", "English"),
            Field("proved_with", "Every formula proved with", formulas.proved_with(), note=proof),
            Field("checks", "Checks", formulas.HOLD),
            Field("master", "Master check", Link("checks.master"), "status"),
        ),
    )


def _people() -> Fields:
    other = "someone other than the preparer"
    return Fields(
        "Sign-off",
        (
            Field("prepared", "Prepared by", formulas.TO_TYPE),
            Field("reviewed", "Reviewed by", formulas.TO_TYPE, note=other),
            Field("review_date", "Date of review", formulas.TO_TYPE, "date"),
            Field("status", "Status", formulas.STATUS, note="Choose from the list"),
        ),
    )


def _changes(*, built: bool) -> Table:
    what = "Built from the case" if built else "Made as an empty workbook, to be filled in"
    columns = (
        Column("date", "Date", cells=formulas.lines("", LINES), units=["date"] * LINES),
        Column("version", "Version", cells=formulas.lines("v1", LINES)),
        Column("author", "Author", cells=formulas.lines("Steelyard", LINES), width=22),
        Column("approved", "Approved by", cells=formulas.lines("", LINES), width=22),
        Column("where", "Sheet or cell", cells=formulas.lines("the whole workbook", LINES), width=24, wrap=True),
        Column("what", "What changed, and why", cells=formulas.lines(what, LINES), width=80, wrap=True),
    )
    note = "The oldest first. When a workbook was built is not in its file: date the first line yourself."
    return Table("changes", "Change log", columns, LINES, note, grows="More lines: insert rows above this one")
