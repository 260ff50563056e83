"""Placeholders for values to fill in, each with a sample with which formulas are verified."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from valuation.kernel.errors import UnitError
from workbooks.case.quantity import quantity

A_BILLION: Final = 1e7  # times a sample of one hundred: shares, users
# How many times a sample of one hundred an amount is: a hundred billion yuan is 10,000,000 万元 and 1,000 亿元.
LARGE: Final = {1.0: 1e9, 1e3: 1e6, 1e4: 1e5, 1e6: 100.0, 1e8: 10.0, 1e9: 10.0}


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


def sized(sample: float, unit: str) -> float:
    """A sample as large in its unit as amounts and counts of a large company, so that columns have room for them."""
    try:
        measure = quantity(unit)
    except UnitError:
        return sample  # the case is refused with all that is wrong in it
    if measure.kind == "count":
        return sample * A_BILLION / measure.scale
    return sample * LARGE.get(measure.scale, 1.0) if measure.kind == "money" else sample


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
