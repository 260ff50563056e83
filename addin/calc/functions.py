"""Wraps the functions for calls from cells of Calc.

Calc has fewer types of values than other hosts. It passes TRUE as the number 1 and a date as its serial number; it
passes an empty cell as 0, or as an empty text inside a range. It never passes an error in a cell: it returns that error
itself, and Err:504 for an error inside a range. We return an error as a NaN whose payload holds its code.

Results are rows of cells, except that functions returning a text return a single text, because in Calc a text returned
in rows compares unequal to any other.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from addin.binding import bind
from valuation.catalogue import CATALOGUE, Entry
from valuation.kernel.dates import serial_number
from valuation.kernel.errors import CELL_ERRORS

_FLAGS: Final = {p.name for entry in CATALOGUE.values() for p in entry.parameters if p.kind.shape == "flag"}


def gives_text(entry: Entry) -> bool:
    """Whether a function returns one text to Calc, not rows of cells."""
    return entry.result.shape == "text"


def calc_function(entry: Entry) -> Callable[..., object]:
    """Wrap a function of the catalogue: convert arguments from Calc and results for Calc.

    Examples
    --------
    >>> calc_function(CATALOGUE["net_debt"])(500.0, ((180.0,), (200.0,)))
    ((320.0,), (300.0,))
    >>> calc_function(CATALOGUE["format_amount"])(403120000000.0, "亿元")
    '4,031.2亿元'
    """
    call = bind(entry, _error)
    readers = {"flag": _flag, "arguments": _block}
    shapes = [parameter.kind.shape for parameter in entry.parameters]
    read = [(place, readers[shape]) for place, shape in enumerate(shapes) if shape in readers]

    one = gives_text(entry)

    def answer(*values: object) -> object:
        if read:
            given = list(values)
            for place, reader in read:
                given[place] = reader(given[place])
            values = tuple(given)
        found: Any = call(*values)
        if one:
            return _error("#VALUE!", "") if isinstance(found, list) else found
        if isinstance(found, list):
            return tuple(tuple(map(_shown, row)) for row in found)
        return ((_shown(found),),)

    return answer


def _flag(value: object) -> object:
    """Convert Calc's 1 and 0 back to TRUE and FALSE."""
    return bool(value) if value in (0.0, 1.0) else value


def _block(value: object) -> object:
    """Arguments of a method, with flags converted."""
    if not isinstance(value, tuple):
        return value
    return tuple((row[0], *map(_flag, row[1:])) if row[0] in _FLAGS else row for row in value)


def _error(code: str, _message: str) -> float:
    return CELL_ERRORS[code]


def _shown(value: object) -> object:
    if isinstance(value, bool):
        return float(value)
    return serial_number(value) if isinstance(value, dt.date) else value
