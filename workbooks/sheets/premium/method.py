"""A peer's multiple with a premium as a method."""

from typing import Final

from workbooks.case.labels import parts
from workbooks.case.model import Case, Premium
from workbooks.declarations.texts import Text
from workbooks.sheets.method import Method, Range

ON_EARNINGS: Final = "{}'s P/E with a premium"
ON_SALES: Final = "{}'s P/S with a premium"
NAMES: Final = {"P/E": ON_EARNINGS, "Price to earnings": ON_EARNINGS, "P/S": ON_SALES, "Price to sales": ON_SALES}

EQUITY: Final = (
    "Equity value without a premium",
    "Equity value with the premium",
    "Equity value with the best score",
)
ENTERPRISE: Final = (
    "Enterprise value without a premium",
    "Enterprise value with the premium",
    "Enterprise value with the best score",
)


def methods(case: Case) -> list[Method]:
    """A peer's multiple with a premium as a method."""
    if case.premium is None:
        return []
    cells = Range("premium.low", "premium.value", "premium.best")
    return [Method("premium", title_of(case, case.premium), **{case.premium.of: cells})]


def valued(section: Premium) -> tuple[str, str, str]:
    """What its values are called: without a premium, with it, and with the best score."""
    if section.of == "enterprise":
        return ENTERPRISE
    return EQUITY


def title_of(case: Case, section: Premium) -> Text:
    """The name of the method: the peer and its multiple, where the label of the multiple says which it is."""
    measure = parts(case.figures[section.base_multiple].label).field
    return Text(NAMES.get(measure, "{}'s multiple with a premium"), section.peer)
