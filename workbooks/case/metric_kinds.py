"""What the metrics of parts are, by the words in their names: EBITDA and net profit do not add up."""

from typing import Final

from workbooks.case.model import Part, Segments

# Kind of metric by the words in its name; the first match counts.
KINDS: Final = {
    "ebitda": ("ebitda",),
    "ebit": ("ebit", "operating profit", "营业利润", "经营利润"),
    "net profit": ("net profit", "net income", "earnings", "净利"),
    "revenue": ("revenue", "sales", "turnover", "收入", "营收"),
    "book value": ("book value", "net assets", "净资产"),
    "users": ("users", "subscribers", "用户"),
}
BEFORE_INTEREST: Final = ("ebitda", "ebit")  # metrics that belong to lenders too


def metric_name(section: Segments, part: Part) -> str:
    """What the metric of a part is called: as it says, else as its section does."""
    return (part.metric_name or section.metric_name).strip()


def kind_of(name: str) -> str:
    """Kind of a metric; "" where its name does not tell.

    Examples
    --------
    >>> kind_of("Adjusted EBITDA 2026E"), kind_of("Order intake")
    ('ebitda', '')
    """
    return next((kind for kind, words in KINDS.items() if any(word in name.casefold() for word in words)), "")


def metrics_by_kind(section: Segments) -> dict[str, Part]:
    """The first part on each kind of metric whose name tells it; where there are two, their metrics do not add up."""
    found: dict[str, Part] = {}
    for part in section.parts:
        kind = kind_of(metric_name(section, part))
        if kind and part.method == "multiple":
            found.setdefault(kind, part)
    return found
