"""Which figures of a case its sections name."""

from collections.abc import Iterator
from typing import Any

from workbooks.case.model import Case


def named_outside_peers(case: Case) -> set[str]:
    """The figures that something else than a peer of the comparables names, among other texts of the case."""
    data = case.model_dump(exclude={"figures": True, "sources": True, "zh": True, "comparables": {"peers"}})
    return set(_texts(data))


def not_taken(case: Case) -> set[str]:
    """The figures that no method takes: published results, and facts that stand beside them."""
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
