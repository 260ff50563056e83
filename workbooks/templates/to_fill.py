"""Placeholders for values to fill in, each with a sample with which formulas are verified."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ToFill:
    """A value to fill in; the sample is used where a value is needed."""

    sample: float | str | dt.date


def samples() -> Iterator[float]:
    """Distinct numbers, so that a formula which refers to a wrong cell is detected."""
    number = 100.0
    while True:
        yield number
        number += 1.25


def sampled(value: Any) -> Any:  # noqa: ANN401 - the data of a case
    """The data of a case with placeholders replaced by samples."""
    return mapped(value, lambda unknown: unknown.sample)


def mapped(value: Any, known: Callable[[ToFill], Any]) -> Any:  # noqa: ANN401 - as above
    """The data of a case with placeholders replaced by a function."""
    match value:
        case ToFill():
            return known(value)
        case dict():
            return {key: mapped(item, known) for key, item in value.items()}
        case list() | tuple():
            return [mapped(item, known) for item in value]
        case _:
            return value
