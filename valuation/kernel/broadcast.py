"""How every function of the catalogue reads its arguments and returns its result.

`@broadcasts` reads the annotations and converts the arguments, so that the body of a function is only its formula:
numbers become float arrays, vectors have their parts on the last axis, and a result with one element is returned as a
Python number.
"""

import inspect
import math
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial, reduce, wraps
from numbers import Real
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.errors import (
    BLANK,
    OUT_OF_RANGE,
    OVERFLOW,
    ZERO_DENOMINATOR,
    ChoiceError,
    MissingError,
    NotANumberError,
    RangeError,
    ShapeError,
    out_of_range,
)
from valuation.kernel.units import Kind, Limits, kind_of

F = TypeVar("F", bound=Callable[..., Any])  # pragma: no mutate - a name for mypy
Floats = NDArray[np.float64]

FEW = 32  # arrays up to this size are checked number by number in Python, which is faster there than numpy


def broadcasts(function: F) -> F:
    """Let a formula on float arrays take numbers, sequences and arrays, and broadcast over them."""
    signature = inspect.signature(function)
    parameters = signature.parameters.values()
    kinds = {parameter.name: kind_of(parameter.annotation) for parameter in parameters}
    vectors = [name for name, kind in kinds.items() if kind.shape in ("vector", "texts") and not kind.own_length]
    if any(kind.shape == "dates" for kind in kinds.values()):
        vectors = []  # the number of dates says how many parts there are, and the function itself compares with it
    tabular = kind_of(signature.return_annotation).shape == "table"
    # The reader of each argument is chosen once, at decoration, not at every call.
    readers = {each.name: _reader(each.name, kinds[each.name], each.default) for each in parameters}
    defaults = {each.name: readers[each.name](each.default) for each in parameters if each.default is not each.empty}

    @wraps(function)
    def call(*positional: object, **named: object) -> Any:  # noqa: ANN401 - typed by the function it wraps
        plain = not named and len(positional) <= len(kinds)
        given = dict(zip(kinds, positional, strict=False)) if plain else _by_name(signature, positional, named)
        arguments = defaults.copy()
        for name, value in given.items():
            arguments[name] = readers[name](value)
        if len(arguments) < len(kinds):
            signature.bind(*positional, **named)  # raises Python's own TypeError
        if len(vectors) > 1:
            _equalize(vectors, arguments, given)
        if tabular:
            _check_single_case({name: (kinds[name], value) for name, value in arguments.items()})
        try:
            with np.errstate(all="ignore"):  # a NaN carries its reason, so numpy need not warn
                return _plain(function(**arguments))
        except ValueError as error:
            if type(error) is ValueError and "broadcast" in str(error):
                raise ShapeError(_sizes({name: arguments[name] for name in kinds})) from None
            raise

    vars(call)["__signature__"] = signature  # the catalogue asks for it again
    return call  # type: ignore[return-value] # it has the signature of the function


def _by_name(
    signature: inspect.Signature, positional: tuple[object, ...], named: dict[str, object]
) -> dict[str, object]:
    """Arguments by name. Not `signature.bind`, which takes as long as many of the methods."""
    given = dict(zip(signature.parameters, positional, strict=False)) | named
    if len(given) != len(positional) + len(named) or not given.keys() <= signature.parameters.keys():
        signature.bind(*positional, **named)  # raises Python's own TypeError
    return given


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """Numerator ÷ denominator; #DIV/0! for elements with a zero denominator."""
    return np.where(denominator == 0, ZERO_DENOMINATOR, numerator / denominator)


def discounted(value: Floats, discount: Floats) -> Floats:
    """Value less a discount; a negative value is not discounted, since that would raise it."""
    return value * (1 - discount * (value > 0))


def compound(rate: Floats, years: Floats) -> Floats:
    """(1 + rate) ** years; a rate below −1 is out of range, since nothing can fall by more than 100 %."""
    # NaN ** 0 and 1 ** NaN are 1, which would hide an unknown rate or number of years.
    known = carried(rate, years)
    return np.where(rate < -1, OUT_OF_RANGE, np.where(np.isnan(known), known, (1 + rate) ** years))


def total(parts: Floats) -> Floats:
    """Sum over the parts; exactly rounded for a single vector, so that it does not depend on the order of the parts."""
    if parts.ndim == 1:
        with suppress(OverflowError, ValueError):  # the sum overflows, or there are infinities of both signs
            exact = math.fsum(parts.tolist())
            if math.isfinite(exact):
                return np.asarray(exact)
    return np.asarray(parts.sum(axis=-1))


def summing_to_one(name: str, shares: Floats, values: Floats) -> Floats:
    """The shares, broadcast to the values; they must sum to 1 (±1e-9).

    A single vector that does not sum to 1 raises; among many rows, only those that do not become NaN with the reason.
    """
    # A single share is repeated for each value, so it sums to 1 only where there is one value.
    shares = np.broadcast_to(shares, (*shares.shape[:-1], max(shares.shape[-1], values.shape[-1])))
    sums = total(shares)
    off = np.abs(sums - 1) > 1e-9  # noqa: PLR2004 - the tolerance stated above
    if off.ndim == 0 and off:
        message = f"the sum is {sums:.10g}, not 1"
        raise RangeError(message, name)
    if not off.any():
        return shares
    why = out_of_range(f"{name}: their sum must stay 1; where one moves, move the others in proportion")
    return np.where(off[..., np.newaxis], why.nan, shares)


def carried(*numbers: Floats) -> Floats:
    """A number where all of these are numbers; else the NaN of one that is not, with its reason."""
    return reduce(np.add, numbers)


def answered(answers: NDArray[Any], *numbers: Floats) -> NDArray[Any]:
    """Texts or flags computed from numbers, with the NaN of a number in place of a text or flag that depends on it."""
    for number in numbers:
        if np.isnan(number).any():
            answers = np.where(np.isnan(number), number.astype(object), answers.astype(object))
    return answers


Reader: TypeAlias = Callable[[object], Any]


def _reader(name: str, kind: Kind, default: object) -> Reader:
    """Reader of an argument; where its default is None, None passes through as "left out"."""
    read = _reader_of_kind(name, kind)
    return read if default is not None else lambda value: None if value is None else read(value)


def _reader_of_kind(name: str, kind: Kind) -> Reader:
    match kind.shape:
        case "number" | "matrix":
            return _number_reader(name, kind.limits)
        case "vector":
            return _vector_reader(name, kind)
        case "texts":
            return partial(_texts, name)
        case "choice":
            return partial(_choice, name, kind)
        case "flag":
            return partial(_flag, name)
        case _:
            return partial(_required, name)


def _required(name: str, value: object) -> object:
    if value is None:
        message = "is required"
        raise MissingError(message, name)
    return value


def _number_reader(name: str, limits: Limits | None) -> Reader:
    check, least, most = _range_check(name, limits, parts=0), *_ends(limits or Limits())

    def read(value: object) -> Floats:
        if type(value) is float and least <= value <= most:
            return np.asarray(value)
        return check(floats(name, _required(name, value)))

    return read


def _vector_reader(name: str, kind: Kind) -> Reader:
    check = _range_check(name, kind.limits, parts=1)

    def read(value: object) -> Floats:
        array = floats(name, _required(name, value), blank_is_absent=kind.blank_is_absent)
        if not array.ndim:
            return check(array.reshape(1))
        if not array.shape[-1]:
            message = "has no values"
            raise MissingError(message, name)
        return check(array)

    return read


def _flag(name: str, value: object) -> bool:
    if not isinstance(_required(name, value), (bool, np.bool_)):
        message = f"{value!r} is neither true nor false"
        raise ChoiceError(message, name)
    return bool(value)


def floats(name: str, value: object, *, blank_is_absent: bool = False) -> Floats:
    """Convert an argument to an array of floats; raises an error that names the argument where that is not possible.

    None is a blank: an error, or the NaN of one where a blank means that a value is absent.
    """
    if type(value) is float:
        return np.asarray(value)
    if hasattr(value, "dtype"):  # numpy or pandas: one type for all elements, so one check is enough
        array = np.asarray(value)
        if array.dtype.kind in ("f", "i", "u"):
            return np.asarray(array, np.float64)
        if array.dtype.kind in ("m", "M"):
            message = "dates and times are not numbers"
            raise NotANumberError(message, name)
    # Texts, booleans and dates are refused, even where numpy would convert them to a number.
    cells = np.asarray(value, object)
    if not set(map(type, cells.flat)) <= {float, int}:
        if blank_is_absent:
            cells = np.array([BLANK if cell is None else cell for cell in cells.flat], object).reshape(cells.shape)
        for row, cell in enumerate(cells.flat, start=1):
            _check_number(name, row if cells.size > 1 else None, cell)
    try:
        return cells.astype(np.float64)
    except OverflowError:
        message = "is too large for a number"
        raise RangeError(message, name) from None


def _ends(limits: Limits) -> tuple[float, float]:
    return limits.least - limits.slack, limits.most + limits.slack


def _range_check(name: str, limits: Limits | None, parts: int) -> Callable[[Floats], Floats]:
    """Function that returns an argument unchanged if it is inside the range of its kind, and refuses it otherwise."""
    if limits is None:
        return lambda array: array
    least, most = _ends(limits)
    why, advice = f"out of range: it must be {limits.text}", f"; {limits.advice}"

    def check(array: Floats) -> Floats:
        if array.size <= FEW:  # fast path: for a few numbers Python is faster than numpy
            for number in array.ravel().tolist():
                if not least <= number <= most:
                    break
            else:
                return array
        elif least <= array.min() and array.max() <= most:
            return array
        # A NaN is not out of range: it carries its own reason.
        return refused(name, array, (array < least) | (array > most), why, parts, advice)

    return check


def refused(name: str, values: Floats, bad: NDArray[np.bool_], why: str, parts: int, advice: str = "") -> Floats:
    """The values of an argument, refused where `bad` is true.

    A single case raises an error that names the argument, the value and the row; among many cases, only the bad
    elements become NaN with the reason. `parts` is 1 where the last axis holds the parts of a vector, else 0.
    """
    if not bad.any():
        return values
    if values.ndim <= parts:
        place = int(np.argmax(bad))
        message = f"{values.flat[place]:,.12g} is {why}{advice}"
        raise RangeError(message, name, place + 1 if values.size > 1 else None)
    return np.where(bad, out_of_range(f"{name} is {why}").nan, values)


def _check_number(name: str, row: int | None, cell: object) -> None:
    if cell is None:
        message = "is blank"
        raise MissingError(message, name, row)
    if isinstance(cell, (list, tuple, np.ndarray)):
        message = "is longer or shorter than the rows before it"
        raise ShapeError(message, name, row)
    # numpy's timedelta is a subclass of its integers.
    if isinstance(cell, (bool, np.timedelta64)) or not isinstance(cell, (Real, Decimal)):
        message = f"{str(cell)!r} is not a number"
        raise NotANumberError(message, name, row)


def _texts(name: str, value: object) -> list[str]:
    _required(name, value)
    cells = list(np.asarray(value, object).flat)
    for row, cell in enumerate(cells, start=1):
        if cell is None or cell == "":
            message = "is blank"
            raise MissingError(message, name, row if len(cells) > 1 else None)
    # A year in a cell is read as 2017.0; as text it is 2017.
    return [f"{cell:.15g}" if isinstance(cell, float) else str(cell) for cell in cells]


def _choice(name: str, kind: Kind, value: object) -> object:
    _required(name, value)
    if isinstance(value, str) and value.strip().lower() in kind.choices:
        return value.strip().lower()
    if kind.or_number and not isinstance(value, (str, bool)):
        return float(floats(name, value))
    choices = ", ".join(kind.choices) + (" or a number" if kind.or_number else "")
    message = f"{value!r} is not one of {choices}"
    raise ChoiceError(message, name)


def _equalize(vectors: list[str], arguments: dict[str, Any], given: dict[str, object]) -> None:
    """Repeat a vector of one value for every part; raises where the vectors differ in length otherwise.

    A default of one value is left as it is: it stands for an argument that is left out.
    """
    sizes = {name: _length(arguments[name]) for name in vectors}
    different = {size for size in sizes.values() if size != 1}
    if len(different) > 1:
        message = " and ".join(f"{name} has {size}" for name, size in sizes.items() if size != 1) + " values"
        raise ShapeError(message)
    for size in different:
        for name in vectors:
            vector = arguments[name]
            if sizes[name] == 1 and name in given and isinstance(vector, np.ndarray):
                arguments[name] = np.broadcast_to(vector, (*vector.shape[:-1], size))


def _length(vector: list[str] | Floats | None) -> int:
    """Number of parts of a vector; 1, which fits any number, where it is left out."""
    if vector is None:
        return 1
    return len(vector) if isinstance(vector, list) else vector.shape[-1]


def _check_single_case(arguments: dict[str, tuple[Kind, Any]]) -> None:
    for name, (kind, value) in arguments.items():
        room = {"number": 0, "vector": 1}.get(kind.shape)
        if room is not None and value is not None and value.ndim > room:
            message = f"is {_size(value)}: a table is laid out for one case at a time"
            raise ShapeError(message, name)


def _sizes(arguments: dict[str, Any]) -> str:
    arrays = {name: value for name, value in arguments.items() if isinstance(value, np.ndarray) and value.size > 1}
    sizes = ", ".join(f"{name} is {_size(value)}" for name, value in arrays.items())
    return f"the ranges do not fit together: {sizes}"


def _size(array: Floats) -> str:
    return "×".join(map(str, array.shape))


def _plain(result: Any) -> Any:  # noqa: ANN401 - an array, a number, a text, a flag or rows
    if isinstance(result, np.ndarray) and result.dtype.kind == "f":
        if not result.ndim:
            return _plain_cell(float(result))
        return result if np.isfinite(result).all() else np.where(np.isinf(result), OVERFLOW, result)
    if isinstance(result, (np.ndarray, np.generic)):
        return result if result.ndim else _plain_cell(result.item())
    if isinstance(result, list):
        return [[_plain_cell(cell) for cell in row] for row in result]
    return _plain_cell(result)


def _plain_cell(value: object) -> object:
    return OVERFLOW if isinstance(value, float) and math.isinf(value) else value
