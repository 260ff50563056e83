"""What is selected in the case, by name, and whether its methods have a low and a high."""

from workbooks.case.model import Case, Part, Segments
from workbooks.declarations.sheet import Field, Link, present
from workbooks.sheets.methods import methods


def selected(case: Case) -> tuple[Field, ...]:
    """The names of the scenario, of the multiples of the segments and of the statistics that are selected."""
    ranged = case.segments is not None and _has_range(case.segments)
    return present(
        Field("scenario", "Selected scenario", Link("scenarios.selected_name")) if case.scenarios else None,
        Field("multiples", "Multiples of the segments", Link("segments.which")) if ranged else None,
        Field("statistic", "Statistic of the peers", Link("comparables.statistic")) if case.comparables else None,
        Field("deals", "Statistic of the transactions", Link("transactions.statistic")) if case.transactions else None,
    )


def no_range(case: Case) -> str:
    """A note where no method of the case has a low and a high; else nothing."""
    ranged = any(_own_range(case, method.id) for method in methods(case))
    return "" if ranged else "no low and no high in the case"


def _own_range(case: Case, method: str) -> bool:
    if method == "segments":
        return case.segments is not None and _has_range(case.segments)
    return method not in ("users", "holdings")


def _has_range(section: Segments) -> bool:
    """Whether any part has a low or a high of its own."""
    return any(map(_part_has_range, section.parts))


def _part_has_range(part: Part) -> bool:
    return part.method == "dcf" or any((part.low, part.high, part.value_low, part.value_high))
