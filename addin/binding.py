"""A function of the catalogue as a host calls it: cells in, cells out, and never an exception."""

from collections.abc import Callable

from addin.arguments import reader
from addin.cells import ErrorCell, Range, as_range, result
from valuation.catalogue import Entry
from valuation.kernel.errors import ValuationError
from valuation.kernel.units import Flags, kind_of


def bind(entry: Entry, error: ErrorCell) -> Callable[..., object]:
    """Callable that takes a host's values in the function's order and gives what goes into the cells.

    Parameters
    ----------
    entry : Entry
        The function.
    error : callable
        The host's rendering of an error's code and message.

    Returns
    -------
    callable
        Whatever fails, the call gives what `error` makes of it.

    Examples
    --------
    >>> from valuation.catalogue import entry
    >>> multiple = bind(entry("segment_value"), lambda code, message: f"{code} {message}")
    >>> multiple([[806.0]], 2.0), multiple([[806.0], ["x"]], 2.0), multiple("x", 2.0)
    (1612.0, [[1612.0], ['#VALUE! not a number']], "#VALUE! metric: 'x' is not a number")
    """
    function, read = entry.function, reader(entry.parameters)
    flags = entry.result == kind_of(Flags)  # one for each cell of a range, and laid out as it is

    def call(*values: object) -> object:
        try:
            width = _width(values) if flags else None
            return result(function(*read(values)), error, width)
        except ValuationError as problem:
            return error(problem.excel, str(problem))
        except Exception as problem:  # noqa: BLE001 - a cell has room for a line, not for a traceback
            return error("#VALUE!", " ".join(f"{type(problem).__name__}: {problem}".split())[:255])

    return call


def _width(values: tuple[object, ...]) -> int | None:
    first = as_range("", values[0]) if values else None
    return first.width if isinstance(first, Range) else None
