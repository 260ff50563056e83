"""The value of a user base by its cohorts as a method."""

from workbooks.case.model import Case
from workbooks.sheets.method import Method, Range


def methods(case: Case) -> list[Method]:
    """Existing and new users less overhead, of enterprise or equity as the case says."""
    if case.cohorts is None:
        return []
    cells = Range("cohorts.value_low", "cohorts.value", "cohorts.value_high")
    return [Method("cohorts", "Users by cohort", **{case.cohorts.of: cells})]
