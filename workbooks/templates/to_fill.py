"""Places of a case that are to be filled in, each with a sample that its formulas are proved with."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ToFill:
    """What is not known yet; the sample stands for it where something must stand."""

    sample: float | str | dt.date


def samples() -> Iterator[float]:
    """Numbers that are all different, so that a formula which looks at the wrong one is seen."""
    number = 100.0
    while True:
        yield number
        number += 1.25


def sampled(value: Any) -> Any:  # noqa: ANN401 - the data of a case
    """The data of a case with its samples in the places that are to be filled in."""
    return mapped(value, lambda unknown: unknown.sample)


def mapped(value: Any, known: Callable[[ToFill], Any]) -> Any:  # noqa: ANN401 - as above
    """The data of a case with something else in the places that are to be filled in."""
    match value:
        case ToFill():
            return known(value)
        case dict():
            return {key: mapped(item, known) for key, item in value.items()}
        case list() | tuple():
            return [mapped(item, known) for item in value]
        case _:
            return value
