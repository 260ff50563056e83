"""The sum of the parts as a method."""

from workbooks.case.model import Case
from workbooks.sheets.method import Method, Range


def methods(case: Case) -> list[Method]:
    """The sum of the parts as a method."""
    if case.segments is None:
        return []
    return [
        Method(
            "segments", "Sum of the parts", equity=Range(*(f"segments.equity_{end}" for end in ("low", "used", "high")))
        )
    ]
