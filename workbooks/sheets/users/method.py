"""The value per user as a method."""

from workbooks.case.model import Case
from workbooks.sheets.method import Method, point


def methods(case: Case) -> list[Method]:
    """The value per user as a method."""
    return [Method("users", "Per user", equity=point("users.value"))] if case.users else []
