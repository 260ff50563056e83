"""Wraps a function of the catalogue for a host: takes cells, returns cells, and never raises."""

from collections.abc import Callable

from addin.arguments import reader
from addin.cells import ErrorCell, Range, as_range, result
from valuation.catalogue import Entry
from valuation.kernel.errors import ValuationError
from valuation.kernel.units import Flags, kind_of


def bind(entry: Entry, error: ErrorCell) -> Callable[..., object]:
    """Build a callable that takes a host's values in the order of the arguments and returns the contents of cells.

    Parameters
    ----------
    entry : Entry
        The function.
    error : callable
        The host's rendering of an error's code and message.

    Returns
    -------
    callable
        On any failure it returns the result of `error`.

    Examples
    --------
    >>> from valuation.catalogue import entry
    >>> multiple = bind(entry("segment_value"), lambda code, message: f"{code} {message}")
    >>> multiple([[806.0]], 2.0), multiple([[806.0], ["x"]], 2.0), multiple("x", 2.0)
    (1612.0, [[1612.0], ['#VALUE! not a number']], "#VALUE! metric: 'x' is not a number")
    """
    function, read = entry.function, reader(entry.parameters)
    flags = entry.result == kind_of(Flags)  # one result per cell of a range, in the shape of the range

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
