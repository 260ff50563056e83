"""A function of the catalogue with its arguments, called once on many variations: the basis of every analysis.

An analysis varies one or more numbers among the arguments. `Model.buffers` allocates the arguments with room for all
variations and returns an array to fill for each number that varies; `Model.call` then calls the function once.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from valuation.kernel.broadcast import Floats, floats
from valuation.kernel.errors import BLANK, CellError, ChoiceError, MissingError, ShapeError, reason
from valuation.kernel.units import Kind, kind_of

_ELEMENT: Final = re.compile(r"\s*(\w+)\s*(?:\[\s*([0-9]+)\s*\]\s*)?")
_NO_VALUE: Final = np.full(1, np.nan)


class Element(NamedTuple):
    """One number among the arguments: `net_debt`, or `multiples[3]`, the third multiple."""

    argument: str
    place: int | None = None  # counted from 0; None where the argument is a single number

    def __str__(self) -> str:
        return self.argument if self.place is None else f"{self.argument}[{self.place + 1}]"


class Model:
    """A function of the catalogue that gives one number, and the arguments it is called with."""

    def __init__(self, method: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
        if not callable(method):
            message = f"{method!r} is not a function; in Python, pass the function itself"
            raise ChoiceError(message, "method")
        if not isinstance(arguments, Mapping):
            message = "must be a mapping of names to values"
            raise ChoiceError(message, "arguments")
        self.method = method
        self.name = method.__name__
        signature = inspect.signature(method)
        if kind_of(signature.return_annotation).shape != "number":
            message = f"{self.name} does not return a single number"
            raise ChoiceError(message, "method")
        self._kinds = {name: kind_of(parameter.annotation) for name, parameter in signature.parameters.items()}
        self._defaults = {
            name: parameter.default
            for name, parameter in signature.parameters.items()
            if parameter.default is not parameter.empty
        }
        self._arguments = {
            (known := self._known(name, "arguments")): self._read(known, value)
            for name, value in arguments.items()
            if value is not None
        }

    def element(self, text: str, asked: str) -> Element:
        """Parse the name of a number, such as `multiples[3]`; errors name `asked`, the argument that holds the text."""
        if not isinstance(text, str):
            message = "must be one name, not a range"
            raise ShapeError(message, asked)
        match = _ELEMENT.fullmatch(text)
        if match is None:
            message = f"{text!r} names no argument of {self.name}"
            raise ChoiceError(message, asked)
        name = self._known(match[1], asked)
        kind = self._kinds[name]
        if not kind.numeric:
            message = f"{name} of {self.name} is not a number that can vary"
            raise ChoiceError(message, asked)
        if kind.shape == "number" and match[2] is not None:
            message = f"{name} of {self.name} is one number: leave out the brackets"
            raise ChoiceError(message, asked)
        if match[2] is None:
            given = self._base(name).size
            if given > 1:
                message = f"{name} has {given} values: say which, {name}[1] to {name}[{given}]"
                raise ChoiceError(message, asked)
            return Element(name)
        length = self._length(name)
        if not 1 <= int(match[2]) <= length:
            message = f"{name} has {length} values: there is no {name}[{match[2]}]"
            raise ChoiceError(message, asked)
        return Element(name, int(match[2]) - 1)

    def base(self, element: Element) -> float:
        """Base value of the element; NaN where it is left out."""
        values = self._base(element.argument)
        return float(values[0] if values.size == 1 else values[element.place or 0])

    def kind(self, element: Element) -> Kind:
        """Kind of the element."""
        return self._kinds[element.argument]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arguments of the function, in order."""
        return tuple(self._kinds)

    def is_numeric(self, name: str) -> bool:
        """Whether an argument is a number or a vector."""
        return self._kinds[name].numeric

    def given(self, name: str) -> Any:  # noqa: ANN401 - as the function takes it
        """Value of an argument: as given, or its default; None where it has neither."""
        return self._arguments.get(name, self._defaults.get(name))

    def ends(self, lows: Mapping[str, Any], highs: Mapping[str, Any]) -> dict[Element, tuple[float, float]]:
        """Low and high of each element that varies, given in the layout of the arguments; blank where certain."""
        low, high = self._ends(lows, "lows"), self._ends(highs, "highs")
        if not low.keys() | high.keys():
            message = "no argument has a low and a high"
            raise MissingError(message, "lows")
        for element in (*low, *high):
            if element not in low or element not in high:
                message = f"{element} has only one end"
                raise MissingError(message, "highs" if element in low else "lows")
        return {element: (end, high[element]) for element, end in low.items()}

    def buffers(self, elements: Sequence[Element], shape: tuple[int, ...]) -> tuple[dict[str, Any], list[Floats]]:
        """Arguments with an array of `shape` for each element, and those arrays, for the caller to fill.

        The arrays hold the base values at first.
        """
        arguments = self._arguments.copy()
        rows: dict[Element, Floats] = {}
        for name in dict.fromkeys(element.argument for element in elements):
            places = [element.place for element in elements if element.argument == name]
            if len(set(places)) < len(places) or (None in places and len(places) > 1):
                message = f"{name} varies twice: vary the whole argument or its elements, each once"
                raise ChoiceError(message, "arguments")
            parts = np.broadcast_to(self._base(name), 1 if None in places else self._length(name))
            # The values of one element are contiguous in memory, since they are filled together.
            block = np.empty((parts.size, *shape))
            block[...] = parts.reshape(-1, *(1,) * len(shape))
            rows |= {Element(name, place): block[place or 0, ...] for place in places}
            arguments[name] = block[0, ...] if self._kinds[name].shape == "number" else np.moveaxis(block, 0, -1)
        for name in self._kinds:
            if name not in arguments and name not in self._defaults:
                message = f"is required by {self.name}"
                raise MissingError(message, name)
        return arguments, [rows[element] for element in elements]

    def call(self, arguments: Mapping[str, Any], shape: tuple[int, ...]) -> Floats:
        """Call the function on arguments from `buffers`: one result for each position in `shape`."""
        return np.broadcast_to(np.asarray(self.method(**arguments), np.float64), shape)

    def _ends(self, ends: Mapping[str, Any], asked: str) -> dict[Element, float]:
        if not isinstance(ends, Mapping):
            message = "must be a mapping of names to values"
            raise ChoiceError(message, asked)
        found: dict[Element, float] = {}
        for name, value in ends.items():
            for element, end in self._spread(name, value, asked):
                why = reason(end) if np.isnan(end) else None
                if why is not None and why is not reason(BLANK):
                    message = f"{element}: {why.message}"
                    raise CellError(why.excel, message, asked)
                if element in found:
                    message = f"{element} is given twice"
                    raise ChoiceError(message, asked)
                if why is None:
                    found[element] = end
        return found

    def _known(self, name: str, asked: str) -> str:
        found = name.strip().lower()
        if found not in self._kinds:
            message = f"{name!r} is not an argument of {self.name}, which has {', '.join(self._kinds)}"
            raise ChoiceError(message, asked)
        return found

    def _read(self, name: str, value: object) -> object:
        kind = self._kinds[name]
        if not kind.numeric:
            return value
        numbers = floats(name, value, blank_is_absent=kind.blank_is_absent)
        most = 1 if kind.shape == "number" else max(numbers.shape, default=1)
        if numbers.size != most:
            message = f"is {'×'.join(map(str, numbers.shape))}: the base case must be a single case"
            raise ShapeError(message, name)
        return numbers.reshape(()) if kind.shape == "number" else numbers.ravel()

    def _base(self, name: str) -> Floats:
        value = self._arguments.get(name, self._defaults.get(name))
        return _NO_VALUE if value is None else np.atleast_1d(np.asarray(value, np.float64))

    def _length(self, name: str) -> int:
        # A single value of a vector applies to every part, so its length is that of the other vectors.
        if self._kinds[name].shape == "number":
            return 1
        fellows = (
            name,
            *(other for other, kind in self._kinds.items() if kind.shape == "vector" and not kind.own_length),
        )
        return max(self._base(fellow).size for fellow in (fellows if self._base(name).size == 1 else (name,)))

    def _spread(self, name: str, value: object, asked: str) -> list[tuple[Element, float]]:
        cells = np.asarray(value, object).ravel()
        numbers = floats(asked, [BLANK if cell is None else cell for cell in cells.tolist()]).tolist()
        if len(numbers) == 1 and ("[" in name or self._base(self._known(name, asked)).size == 1):
            return [(self.element(name, asked), numbers[0])]
        known = self._known(name, asked)
        if len(numbers) != self._length(known):
            message = f"{name} has {len(numbers)} values, and {self._length(known)} in the arguments"
            raise ShapeError(message, asked)
        return [(Element(known, place), end) for place, end in enumerate(numbers)]
