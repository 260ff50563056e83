"""Which figures of a case its sections refer to."""

from collections.abc import Iterator
from typing import Any

from workbooks.case.model import Case


def named_outside_peers(case: Case) -> set[str]:
    """Ids of figures that anything but the peers refers to; the result may contain other texts of the case too."""
    data = case.model_dump(exclude={"figures": True, "sources": True, "zh": True, "comparables": {"peers"}})
    return set(_texts(data))


def figures_of_peers(case: Case) -> set[str]:
    """Figures that comparable companies have."""
    peers = case.comparables.peers if case.comparables else ()
    return {text for peer in peers for text in _texts(peer.model_dump()) if text in case.figures}


def not_taken(case: Case) -> set[str]:
    """Figures that no method uses: published results and facts for information."""
    return {*case.figures} - sections_of(case).keys()


def sections_of(case: Case) -> dict[str, set[str]]:
    """The sections that take each figure; what a line of the reconciliation publishes is not taken by it."""
    published = {"reconciliation": {"__all__": {"published"}}}
    data = case.model_dump(exclude={"figures": True, "sources": True, "zh": True, **published})
    found: dict[str, set[str]] = {}
    for section, value in data.items():
        for text in _texts(value):
            if text in case.figures:
                found.setdefault(text, set()).add(section)
    return found


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - the data of a case
    if isinstance(value, str):
        yield value
        yield value.removeprefix("figures.")
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
