"""Checks: all checks of the workbook, and the overall status shown on the Summary."""

from collections.abc import Sequence

from workbooks.declarations.sheet import Check, Column, Field, Fields, Sheet, Table
from workbooks.declarations.trees import Reference
from workbooks.sheets.checks import formulas
from workbooks.sheets.inputs.subjects import FIRST


def sheet(tested: Sequence[Sheet], summary: Sequence[Check], typed: Sequence[Reference] = ()) -> Sheet:
    """The Checks sheet over the checks that other sheets declare; `typed` are rows of inputs on other sheets."""
    checks = [*(check for sheet in tested for check in sheet.checks), *summary]
    blocks = [block for sheet in tested if sheet.id == "inputs" for block in sheet.blocks]
    tables = [block.id for block in blocks if isinstance(block, Table) and block.id.startswith(FIRST)]
    needed = [*(f"{table}.value" for table in tables), *typed]
    return Sheet(
        "checks",
        "Checks",
        "Checks",
        "Can the numbers be trusted? Every test of this workbook, and one verdict.",
        (_rows(checks), _verdict(needed)),
        tab="checks",
    )


def _rows(checks: Sequence[Check]) -> Table:
    labels, links = [check.label for check in checks], [check.at for check in checks]
    statuses = ["status"] * len(checks)
    columns = (
        Column("label", "Check", cells=labels, width=58, links=links),
        Column("holds", "Holds", cells=[check.test for check in checks], width=12),
        Column("severity", "If not", cells=[check.severity for check in checks], width=12),
        Column("status", "Status", formulas.STATUS, units=statuses, width=14),
    )
    note = "Arithmetic that is wrong fails; what is only surprising warns. Click a check to see what it looks at."
    return Table("check_rows", "Checks", columns, len(checks), note)


def _verdict(needed: Sequence[Reference]) -> Fields:
    ready, installed = formulas.ADDIN_READY, "TRUE once the functions are installed; press Ctrl+Alt+Shift+F9"
    return Fields(
        "Verdict",
        (
            Field("blank", "Inputs to fill", formulas.blank(needed)),
            Field("fails", "Checks that fail", formulas.count("FAIL")),
            Field("warns", "Checks that warn", formulas.count("WARN")),
            Field("master", "Master check", formulas.MASTER, "status", "MasterCheck"),
            Field("not_met", "Not met", formulas.NOT_MET),
            Field("addin", "The add-in answers here", ready, "", "AddinReady", note=installed),
        ),
    )
