"""Which figures of a case its sections refer to."""

from collections.abc import Iterator
from typing import Any

from workbooks.case.model import Case


def named_outside_peers(case: Case) -> set[str]:
    """Ids of figures that anything but the peers refers to; the result may contain other texts of the case too."""
    data = case.model_dump(exclude={"figures": True, "sources": True, "zh": True, "comparables": {"peers"}})
    return set(_texts(data))


def not_taken(case: Case) -> set[str]:
    """Figures that no method uses: published results and facts for information."""
    published = {"reconciliation": {"__all__": {"published"}}}
    data = case.model_dump(exclude={"figures": True, "sources": True, "zh": True, **published})
    return {*case.figures} - {*_texts(data)}


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
