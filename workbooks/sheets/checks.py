"""Checks: every test the workbook makes of itself, and the one verdict that the Summary shows."""

from collections.abc import Sequence

from workbooks.spec import Column, Field, Fields, Formula, Sheet, Table, Values


def sheet(tested: Sequence[Sheet]) -> Sheet:
    """The Checks sheet over the checks that other sheets declare."""
    checks = [check for sheet in tested for check in sheet.checks]
    table = Table(
        "check_rows",
        "Checks",
        note="Arithmetic that is wrong fails; what is only surprising warns. Click a check to see what it looks at.",
        rows=len(checks),
        columns=(
            Column(
                "label",
                "Check",
                cells=[check.label for check in checks],
                width=58,
                links=[check.at for check in checks],
            ),
            Column("holds", "Holds", cells=[check.test for check in checks], width=12),
            Column("severity", "If not", cells=[check.severity for check in checks], width=12),
            Column("status", "Status", _status(), units=["status"] * len(checks), width=14),
        ),
    )
    ready = Formula("IFERROR(LEN(STEELYARD_VERSION())>0,FALSE)", lambda v: False)  # noqa: ARG005 - no add-in while building
    verdict = Fields(
        "Verdict",
        (
            Field("fails", "Checks that fail", _count("FAIL")),
            Field("warns", "Checks that warn", _count("WARN")),
            Field("master", "Master check", _master(), "status", "MasterCheck"),
            Field(
                "addin",
                "The add-in answers here",
                ready,
                "",
                "AddinReady",
                note="TRUE once the Steelyard functions are installed",
            ),
        ),
    )
    return Sheet(
        "checks",
        "Checks",
        "Checks",
        "Can the numbers be trusted? Every test of this workbook, and one verdict.",
        (table, verdict),
        tab="checks",
    )


def _status() -> Formula:
    def status(value: Values) -> list[str]:
        return [
            "OK" if holds else severity.upper()
            for holds, severity in zip(value("holds"), value("severity"), strict=True)
        ]

    return Formula('IF({holds},"OK",UPPER({severity}))', status)


def _count(word: str) -> Formula:
    return Formula(
        f'COUNTIF({{check_rows.status}},"{word}")', lambda v: float(list(v("check_rows.status")).count(word))
    )


def _master() -> Formula:
    def master(value: Values) -> str:
        fails, warns = int(value("checks.fails")), int(value("checks.warns"))
        if fails:
            return f"FAIL: {fails} of the checks fail"
        return f"OK, {warns} to look at" if warns else "OK"

    return Formula(
        'IF({checks.fails}>0,"FAIL: "&{checks.fails}&" of the checks fail",'
        'IF({checks.warns}>0,"OK, "&{checks.warns}&" to look at","OK"))',
        master,
    )
