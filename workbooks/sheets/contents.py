"""Which sheets a workbook has, in their order; a new sheet is one file and one line here."""

from workbooks.case import Case
from workbooks.sheets import (
    checks,
    comparables,
    functions,
    funding,
    holdings,
    inputs,
    log,
    ownership,
    premium,
    reconciliation,
    scenarios,
    segments,
    sensitivity,
    simulation,
    summary,
    users,
)
from workbooks.spec import Sheet


def sheets(case: Case, optional: frozenset[str] | None = None) -> list[Sheet]:
    """The sheets of a case; one without data for it leaves a sheet out.

    A template, which tells the figures that may stay empty, has nothing that is computed only when a workbook is built.
    """
    methods = [
        sheet
        for sheet in (
            comparables.sheet(case),
            segments.sheet(case),
            users.sheet(case),
            scenarios.sheet(case),
            sensitivity.sheet(case),
            simulation.sheet(case) if optional is None else None,
            premium.sheet(case),
            ownership.sheet(case),
            funding.sheet(case),
            holdings.sheet(case),
            reconciliation.sheet(case),
        )
        if sheet is not None
    ]
    tested = [inputs.sheet(case, optional or frozenset()), *methods]
    built = optional is None
    back = [checks.sheet(tested), functions.sheet(), log.sheet(case, built=built)]
    return [summary.sheet(case, [*tested, *back], built=built), *tested, *back]
