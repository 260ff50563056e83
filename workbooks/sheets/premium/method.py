"""A peer's multiple with a premium as a method."""

from workbooks.case.model import Case
from workbooks.declarations.texts import Text
from workbooks.sheets.method import Method, Range


def methods(case: Case) -> list[Method]:
    """A peer's multiple with a premium as a method."""
    if case.premium is None:
        return []
    label = Text("{}'s multiple with a premium", case.premium.peer)
    return [Method("premium", label, equity=Range("premium.low", "premium.value", "premium.best"))]
