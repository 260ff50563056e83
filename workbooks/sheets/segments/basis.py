"""What each segment is valued on, in words."""

from typing import Final

from workbooks.case.model import Part, Segments
from workbooks.declarations.texts import Text

METHODS: Final = {
    "market": "market value",
    "book": "book value",
    "cost": "cost",
    "transaction": "last transaction",
    "dcf": "DCF",
    "per_user": "value per user",
    "value": "value as given",
}


def value_of(section: Segments, part: Part) -> str:
    """Whether it is worth an enterprise value or an equity value."""
    of = part.of or section.of or "equity"
    return "EV" if of == "enterprise" else "equity"


def valued_on(section: Segments, part: Part) -> str:
    """Its method, or its metric and whose multiple it is."""
    if part.method != "multiple":
        return METHODS[part.method]
    metric = part.metric_name or section.metric_name or "metric"
    return Text("{}, multiple of {}", metric, part.peer) if part.peer else metric
