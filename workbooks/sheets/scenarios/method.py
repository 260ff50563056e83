"""The scenarios as a method."""

from workbooks.case.model import Case
from workbooks.sheets.method import Method, Range


def methods(case: Case) -> list[Method]:
    """The scenarios as a method."""
    if case.scenarios is None:
        return []
    cells = Range("scenarios.low", "scenarios.picked", "scenarios.high")
    return [Method("scenarios", "Scenarios, value today", **{case.scenarios.of: cells})]
