"""The discounted cash flows as a method."""

from workbooks.case.model import Case
from workbooks.sheets.method import Method, Range


def methods(case: Case) -> list[Method]:
    """The enterprise value of the discounted cash flows, between a higher and a lower cost of capital."""
    if case.dcf is None or case.dcf.part:  # the DCF of a part is included in the sum of the parts
        return []
    return [Method("dcf", "Discounted cash flow", enterprise=Range("dcf.low", "dcf.enterprise", "dcf.high"))]
