"""Fast path for calls whose arguments are only finite numbers, which are nearly all calls.

Blanks, texts, errors and dates are read by `addin.arguments`, which gives the same result for numbers but is slower.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from valuation.catalogue import Parameter

Numbers = NDArray[np.float64]


def plain_reader(parameters: Sequence[Parameter]) -> Callable[[Sequence[Any]], list[Any] | None]:
    """Build a reader for calls whose arguments are finite numbers or ranges of them.

    Parameters
    ----------
    parameters : sequence
        The function's arguments in their order.

    Returns
    -------
    callable
        Takes the host's values; returns numbers and arrays, or None if there is anything else among them. Left-out
        arguments at the end get the defaults of the function.

    Examples
    --------
    >>> from valuation.catalogue import entry
    >>> read = plain_reader(entry("segment_value").parameters)
    >>> read([[[806.0]], 2.0]), read([[[806.0]], "2"])
    ([806.0, 2.0], None)
    """
    required = sum(parameter.required for parameter in parameters)
    shapes = [parameter.kind.shape for parameter in parameters]
    leading = next((place for place, shape in enumerate(shapes) if shape not in _READERS), len(shapes))
    readers = [_READERS[shape] for shape in shapes[:leading]]

    def read(values: Sequence[Any]) -> list[Any] | None:
        if not required <= len(values) <= leading:
            return None
        found = []
        for reader, value in zip(readers, values, strict=False):
            number = value if type(value) is float and value - value == 0 else reader(value)
            if number is None:
                return None
            found.append(number)
        return found

    return read


def _number(value: object) -> float | Numbers | None:
    """One number, or a range of numbers with its shape."""
    if type(value) is not list:
        return None
    if len(value) == 1 and type(value[0]) is list and len(value[0]) == 1:
        (only,) = value[0]
        return only if type(only) is float and only - only == 0 else None
    found = _vector(value)
    return None if found is None else found.reshape(len(value), -1)


def _vector(value: object) -> Numbers | None:
    """The numbers of a row, a column, or a block read row by row."""
    if type(value) is not list or not value or type(value[0]) is not list:
        return None
    width = len(value[0])
    if len(value) > 1 and set(map(len, value)) != {width}:
        return None
    return _array(list(chain.from_iterable(value)))


def _array(cells: list[Any]) -> Numbers | None:
    if set(map(type, cells)) != {float}:
        return None
    total = sum(cells)  # the sum is not finite if any number is not; if the sum overflows, the slow path is used
    return np.array(cells) if total - total == 0 else None


_READERS: Final[dict[str, Callable[[object], Any]]] = {"number": _number, "vector": _vector}
