"""Checks: every test the workbook makes of itself, and the one verdict that the Summary shows."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workbooks.spec import Column, Field, Fields, Formula, Sheet, Table, Values

TO_FILL: Final = "to fill"


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
    # No add-in answers while the workbook is built.
    ready = Formula("IFERROR(LEN(STEELYARD_VERSION())>0,FALSE)", lambda v: False)  # noqa: ARG005
    verdict = Fields(
        "Verdict",
        (
            Field("blank", "Inputs to fill", _blank()),
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

    # A check that cannot be worked out has not been passed.
    text = f'IF(ISERROR({{holds}}),"FAIL",IF({{holds}}="","{TO_FILL}",IF({{holds}},"OK",UPPER({{severity}}))))'
    return Formula(text, status, open=True)


def _blank() -> Formula:
    return Formula("COUNTBLANK({input_rows.value})", lambda v: float(np.isnan(v("input_rows.value")).sum()), open=True)


def _count(word: str) -> Formula:
    return Formula(
        f'COUNTIF({{check_rows.status}},"{word}")', lambda v: float(list(v("check_rows.status")).count(word)), open=True
    )


def _master() -> Formula:
    def master(value: Values) -> str:
        fails, warns = int(value("checks.fails")), int(value("checks.warns"))
        if fails:
            return f"FAIL: {fails} of the checks fail"
        return f"OK, {warns} to look at" if warns else "OK"

    return Formula(
        'IF({checks.fails}>0,"FAIL: "&{checks.fails}&" of the checks fail",'
        'IF({checks.blank}>0,"to fill: "&{checks.blank}&" inputs",'
        'IF({checks.warns}>0,"OK, "&{checks.warns}&" to look at","OK")))',
        master,
        open=True,
    )
