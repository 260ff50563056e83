"""Converts values of a host to the arguments of a function, with one reader per kind of argument.

Ranges that belong together are cut after the last row that any of them fills. So whole columns can be given, and a list
with blanks at its end is not silently taken as shorter than the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from math import isfinite
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from addin.cells import (
    Range,
    as_range,
    error_in,
    is_blank,
    is_left_out,
    number,
    numbers,
    pass_on,
    refuse,
    text,
    text_in_place,
)
from addin.currencies import count_in_units, in_their_units, kind_here
from addin.plain_numbers import plain_reader
from valuation.catalogue import CATALOGUE, Parameter, entry
from valuation.kernel.errors import BLANK, ChoiceError, MissingError, ShapeError, blank_cell
from valuation.kernel.units import Kind

# As many as a column has cells; an array of this size takes 8 MB.
MOST_RESULTS: Final = 1_048_576

_VECTORS: Final = ("vector", "texts", "dates")
_ABSENT: Final = frozenset({"n.m.", "n.m", "nm", "nmf", "n/a", "n.a.", "na", "-", "–", "—", "--", "亏损", "虧損"})
_WORDS: Final = {"true": True, "yes": True, "false": False, "no": False}


def reader(parameters: Sequence[Parameter]) -> Callable[[Sequence[Any]], list[Any]]:
    """Build the reader that converts a host's values to the arguments of one function.

    Parameters
    ----------
    parameters : sequence
        The arguments of the function, in order.

    Returns
    -------
    callable
        Takes the host's values, each a cell or rows of cells; returns numbers, arrays and texts for the function, with
        defaults for arguments that are left out. Raises a `ValuationError` that names the argument for a value of the
        wrong kind.

    Examples
    --------
    >>> read = reader(entry("segment_value").parameters)
    >>> read([[[806.0]], "1,000"])
    [806.0, 1000.0, 1.0]
    """
    plain = plain_reader(parameters)
    elementwise = [place for place, parameter in enumerate(parameters) if parameter.kind.elementwise]

    def read(values: Sequence[Any]) -> list[Any]:
        while values and is_left_out(values[-1]):
            values = values[:-1]
        given = plain(values)
        if given is None:
            given = _read(parameters, values)
        _check_size([given[place] for place in elementwise if place < len(given)])
        return given

    return read


def _read(parameters: Sequence[Parameter], values: Sequence[object]) -> list[Any]:
    if len(values) > len(parameters):
        message = f"takes {len(parameters)} arguments, {len(values)} were given"
        raise ShapeError(message)
    cells = [as_range(parameter.name, value) for parameter, value in zip(parameters, values, strict=False)]
    ranges = [(parameter, each) for parameter, each in zip(parameters, cells, strict=False) if isinstance(each, Range)]
    if any(each.filled < len(each.cells) for _, each in ranges):
        _cut(ranges)
    _check_filled(ranges)
    given: list[Any] = []
    for parameter, value in zip_longest(parameters, cells):
        if is_left_out(value):
            if parameter.required:
                message = "is required"
                raise MissingError(message, parameter.name)
            given.append(parameter.default)
        elif is_blank(value) and not (parameter.kind.shape == "vector" and parameter.kind.blank_is_absent):
            blank = "is required" if parameter.required else "the cell is blank: fill it, or leave the argument out"
            raise MissingError(blank, parameter.name)
        else:
            kind = kind_here(parameter, parameters, given)
            given.append(_READERS[kind.shape](parameter.name, kind, value, given))
    count_in_units(parameters, cells, given)
    return given


def _cut(ranges: list[tuple[Parameter, Range]]) -> None:
    """Cut ranges that belong together after the last row (vectors: the last cell) that any of them fills."""
    groups: dict[str, list[tuple[Range, int]]] = {}
    for parameter, each in ranges:
        shape = parameter.kind.shape
        if shape in _VECTORS:
            group, step = parameter.name if parameter.kind.own_length else "vectors", 1
        else:
            group, step = "elementwise" if parameter.kind.elementwise else parameter.name, each.width
        groups.setdefault(group, []).append((each, step))
    for together in groups.values():
        longest = max(-(-each.filled // step) for each, step in together)
        for each, step in together:
            del each.cells[longest * step :]


def _check_filled(ranges: list[tuple[Parameter, Range]]) -> None:
    """Raise for an empty range, unless its blanks are values that are absent: no SAFE has a cap, no round is known."""
    for parameter, each in ranges:
        kind = parameter.kind
        absent = kind.shape == "vector" and kind.blank_is_absent and bool(each.cells)
        if not each.filled and not absent:
            message = "is an empty range"
            raise MissingError(message, parameter.name)


def _check_size(elementwise: list[object]) -> None:
    shapes = [value.shape for value in elementwise if isinstance(value, np.ndarray)]
    if not shapes:
        return
    height, width = (max((shape[axis] for shape in shapes), default=1) for axis in (0, 1))
    if height * width > MOST_RESULTS:
        message = f"{height:,}×{width:,} results are {height * width:,}, more than {MOST_RESULTS:,}"
        raise ShapeError(message)


def _number(name: str, kind: Kind, value: object, _given: list[Any]) -> float | NDArray[np.float64]:
    if isinstance(value, Range):
        elements = numbers(value.cells, kind)
        if np.isnan(elements).any():
            blank = [is_blank(cell) for cell in value.cells]
            elements = np.where(blank, blank_cell(name).nan, elements)
        return elements.reshape(-1, value.width)
    found = number(value, kind)
    return found if isfinite(found) else refuse(name, None, value, kind)


def _vector(name: str, kind: Kind, value: object, _given: list[Any]) -> NDArray[np.float64]:
    cells = value.cells if isinstance(value, Range) else [value]
    found = numbers(cells, kind)
    unknown = np.isnan(found)
    for position in np.flatnonzero(unknown).tolist() if unknown.any() else ():
        cell = cells[position]
        if kind.blank_is_absent and (is_blank(cell) or _word(cell, ("n.m.",)) in _ABSENT):
            found[position] = BLANK
        elif error_in(cell) is None:
            refuse(name, value.row_of(position) if isinstance(value, Range) else None, cell, kind)
    return found


def _matrix(name: str, kind: Kind, value: object, given: list[Any]) -> NDArray[np.float64]:
    return _vector(name, kind, value, given).reshape(-1, value.width if isinstance(value, Range) else 1)


def _text(name: str, _kind: Kind, value: object, _given: list[Any]) -> str | NDArray[np.object_]:
    if isinstance(value, Range):
        return np.array([text_in_place(cell) for cell in value.cells], object).reshape(-1, value.width)
    pass_on(name, None, value)
    return text(value)


def _dates(name: str, _kind: Kind, value: object, _given: list[Any]) -> list[object]:
    """The cells, all of which must be filled; dates are parsed by the function itself."""
    cells = value.cells if isinstance(value, Range) else [value]
    for position, cell in enumerate(cells):
        row = value.row_of(position) if isinstance(value, Range) else None
        if is_blank(cell):
            refuse(name, row, cell)
        pass_on(name, row, cell)
    return list(cells)


def _texts(name: str, kind: Kind, value: object, given: list[Any]) -> list[str]:
    return [text(cell) for cell in _dates(name, kind, value, given)]


def _choice(name: str, kind: Kind, value: object, _given: list[Any]) -> object:
    """A word, or a number where the kind allows one; the function itself refuses unknown words."""
    cell = _one_cell(name, value)
    found = number(cell)
    if kind.or_number and isfinite(found):
        return found
    return _word(cell, kind.choices) if isinstance(cell, str) and not cell.isascii() else cell


def _flag(name: str, _kind: Kind, value: object, _given: list[Any]) -> bool:
    cell = _one_cell(name, value)
    flag = cell if isinstance(cell, bool) else _WORDS.get(_word(cell, ("yes", "no")))
    if flag is None:
        message = f"{text(cell)!r} is neither TRUE nor FALSE"
        raise ChoiceError(message, name)
    return flag


def _word(cell: object, words: Sequence[str]) -> str:
    """The word of a cell in lower case; a translation of one of the words is converted to that word."""
    said = text(cell).strip().lower()
    if said.isascii():
        return said
    from workbooks.languages.language import language, languages  # noqa: PLC0415 - few cells hold another language

    return next((word for code in languages() for word in words if language(code).text(word) == said), said)


def _method(name: str, _kind: Kind, value: object, _given: list[Any]) -> Callable[..., Any]:
    return entry(text(_one_cell(name, value))).function


def _one_cell(name: str, value: object) -> object:
    if isinstance(value, Range):
        message = f"takes one cell, not {value.size}"
        raise ShapeError(message, name)
    pass_on(name, None, value)
    return value


def _arguments(name: str, kind: Kind, value: object, given: list[Any]) -> dict[str, Any]:
    """Rows with a name and its value or values, each read as the argument of the method with that name."""
    if not isinstance(value, Range) or value.width == 1:
        pass_on(name, None, value)
        message = "takes two columns or more: an argument's name, then its value or values"
        raise ShapeError(message, name)
    method = next(each for each in given if callable(each))
    base: dict[str, Any] = next((each for each in given if isinstance(each, dict)), {})
    kinds = {parameter.name: parameter.kind for parameter in CATALOGUE[method.__name__].parameters}
    found: dict[str, Any] = {}
    texts: dict[str, list[object]] = {}
    rows = [(label, _filled(cells)) for label, *cells in value.rows()]
    parts = max((len(cells) for label, cells in rows if _is_part(kinds, label)), default=0)
    for row, (label, cells) in enumerate(rows, start=1):
        if is_blank(label) and not cells:
            continue
        pass_on(name, row, label)
        argument = text(label).strip().lower()
        inner = kinds.get(argument.partition("[")[0].rstrip() if kind.blank_is_absent else argument)
        if inner is None or argument in found:
            why = "is given twice" if inner else f"is not an argument of {method.__name__}: {', '.join(kinds)}"
            message = f"{text(label)!r} {why}"
            raise ChoiceError(message, name, row)
        if not cells:
            continue
        if len(cells) > 1 and inner.elementwise:
            message = f"{argument} takes one value, not {len(cells)}"
            raise ShapeError(message, name, row)
        if kind.blank_is_absent:
            cells.extend([None] * (_ends(base, argument, len(cells)) - len(cells)))
            inner = replace(inner, blank_is_absent=True)
        elif inner.shape == "vector" and inner.blank_is_absent:  # blanks up to the last part are values that are absent
            cells.extend([None] * (parts - len(cells)))
        found[argument] = _READERS[inner.shape](argument, inner, as_range(argument, cells), [])
        texts[argument] = cells
    return in_their_units(CATALOGUE[method.__name__].parameters, texts, found, base)


def _filled(cells: list[object]) -> list[object]:
    """The cells up to the last one that is not blank."""
    last = max((place for place, cell in enumerate(cells, start=1) if not is_blank(cell)), default=0)
    return cells[:last]


def _is_part(kinds: dict[str, Kind], label: object) -> bool:
    """Whether a row holds values of the parts, as many as those of every other such row."""
    kind = kinds.get(text(label).strip().lower())
    return kind is not None and kind.shape == "vector" and not kind.own_length


def _ends(base: dict[str, Any], argument: str, filled: int) -> int:
    """Number of lows or highs in a row, the last of which may be blank: one per value in the base case.

    For a single value that applies to all parts there may be one, or one per part.
    """
    parts = {name: value.size for name, value in base.items() if isinstance(value, np.ndarray)}
    own = parts.get(argument, 1)
    return own if own > 1 or filled < 2 else max(parts.values(), default=1)  # noqa: PLR2004 - only several make a row


_READERS: Final[dict[str, Callable[[str, Kind, Any, list[Any]], Any]]] = {
    "number": _number,
    "vector": _vector,
    "matrix": _matrix,
    "text": _text,
    "texts": _texts,
    "dates": _dates,
    "choice": _choice,
    "flag": _flag,
    "method": _method,
    "arguments": _arguments,
}
