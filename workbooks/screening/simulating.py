"""Simulates one method for the companies of a partition."""

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from valuation.batch_simulation import BatchSpread, draws_of, simulate_batch
from valuation.bridge import equity_from_ev
from valuation.kernel.broadcast import Floats
from valuation.kernel.errors import BLANK, MissingError, ValuationError
from valuation.numerics.batch_sampling import Points
from valuation.numerics.model import Element
from workbooks.screening.inputs import Argument, Inputs, Parts
from workbooks.screening.money import metric_money, money_of
from workbooks.screening.numbers import Reasons
from workbooks.screening.peers import Statistics
from workbooks.screening.spec import ELEMENT, MethodSpec, Uncertain

_BRIDGE: Final = "bridge "


class EquityOf:
    """Combines a function that returns enterprise value with the bridge, as one function of the arguments of both."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        vars(self)["__signature__"] = inspect.signature(function)

    def __call__(self, **arguments: Any) -> Any:  # noqa: ANN401 - as the function
        """Equity value."""
        bridge = {
            name.removeprefix(_BRIDGE): arguments.pop(name) for name in list(arguments) if name.startswith(_BRIDGE)
        }
        return equity_from_ev(self._function(**arguments), **bridge)


@lru_cache(maxsize=8)
def points(inputs: int, draws: int, seed: int, correlation: tuple[tuple[float, ...], ...] | None) -> Points:
    """Draws for a number of inputs, cached per process."""
    return draws_of(inputs, draws, seed, correlation)


def simulated(
    inputs: Inputs,
    method: MethodSpec,
    arguments: Mapping[str, Argument],
    bridge: Mapping[str, Floats],
    peers: Statistics | None,
    market: Floats | None,
) -> BatchSpread:
    """Simulated distribution of the equity value by a method over its uncertain inputs."""
    function: Callable[..., Any] = method.entry.function
    given: dict[str, Argument] = dict(arguments)
    if method.of == "enterprise":
        function = EquityOf(function)
        given |= {_BRIDGE + name: values for name, values in bridge.items()}
    prices = market
    if method.of == "share" and market is not None:
        shares = inputs.shares(Reasons(inputs.count))
        prices = market if shares is None else market / shares
    ends = _ends(inputs, method, arguments, peers)
    found = _empty(inputs.count, len(inputs.spec.simulation.quantiles))
    counts = next((each.counts for each in given.values() if isinstance(each, Parts)), np.zeros(inputs.count, np.int64))
    for parts in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == parts)
        try:
            some = _of_rows(inputs, method, function, given, ends, prices, rows, parts)
        except ValuationError as problem:
            some = _empty(len(rows), found.quantiles.shape[1])
            some.faults[str(problem)] = np.ones(len(rows), np.bool_)  # type: ignore[index] # made here
        _put(found, some, rows)
    return found


def _of_rows(
    inputs: Inputs,
    method: MethodSpec,
    function: Callable[..., Any],
    given: Mapping[str, Argument],
    ends: Mapping[Element, tuple[Argument, Argument]],
    prices: Floats | None,
    rows: NDArray[np.intp],
    parts: int,
) -> BatchSpread:
    arguments: dict[str, Any] = {}
    for name, each in given.items():
        if isinstance(each, Parts):
            arguments[name] = each.rows(rows, parts)
        else:
            arguments[name] = each[rows] if isinstance(each, np.ndarray) else each
    each_end = _elements(ends, arguments, rows, parts)
    vectors = {element.argument for element in each_end if element.place is not None}
    size = max((arguments[name].shape[1] for name in vectors), default=1)
    for name in vectors:  # one value for all parts, each of which varies
        arguments[name] = np.array(np.broadcast_to(arguments[name], (len(rows), size)))
    settings = inputs.spec.simulation
    drawn = points(len(each_end), settings.draws, settings.seed, method.correlation)
    return simulate_batch(
        function, arguments, each_end, drawn, None if prices is None else prices[rows], settings.quantiles
    )


def _ends(
    inputs: Inputs, method: MethodSpec, arguments: Mapping[str, Argument], peers: Statistics | None
) -> dict[Element, tuple[Argument, Argument]]:
    """Low and high of each uncertain input, with the shape of the argument."""
    kinds = {parameter.name: parameter.kind for parameter in method.entry.parameters}
    found: dict[Element, tuple[Argument, Argument]] = {}
    for text, uncertain in method.uncertain.items():
        match = ELEMENT.fullmatch(text)
        assert match is not None  # noqa: S101 - the spec was read
        name, place = match[1], int(match[2]) - 1 if match[2] else None
        if uncertain.peers and peers is not None:
            found[Element(name, place)] = (peers.low, peers.high)
            continue
        if name not in arguments:
            message = "has a low and a high, and no most likely value"
            raise MissingError(message, name)
        kind = kinds[name]
        money = money_of(kind.unit)
        if method.is_multiple and name == "metric":
            money = metric_money(method)
        if uncertain.low is not None and uncertain.high is not None:
            if kind.shape == "vector" and place is None:
                pair = tuple(
                    inputs.parts(end, Reasons(inputs.count), money)
                    if isinstance(end, str)
                    else np.full((inputs.count, 1), end)
                    for end in (uncertain.low, uncertain.high)
                )
            else:
                pair = tuple(
                    inputs.number(end, Reasons(inputs.count), money) for end in (uncertain.low, uncertain.high)
                )
            found[Element(name, place)] = (pair[0], pair[1])
        else:
            found[Element(name, place)] = _around(arguments[name], place, uncertain)
    return found


def _around(base: Argument, place: int | None, uncertain: Uncertain) -> tuple[Argument, Argument]:
    if isinstance(base, Parts):
        low, high = _reach(base.values, uncertain)
        return Parts(low, base.starts), Parts(high, base.starts)
    values = np.asarray(base, np.float64)
    return _reach(values if place is None else values[..., place], uncertain)


def _reach(values: Floats, uncertain: Uncertain) -> tuple[Floats, Floats]:
    reach = abs(values) * uncertain.share if uncertain.share is not None else np.full(values.shape, uncertain.distance)
    return values - reach, values + reach


def _elements(
    ends: Mapping[Element, tuple[Argument, Argument]], arguments: Mapping[str, Any], rows: NDArray[np.intp], parts: int
) -> dict[Element, tuple[Floats, Floats]]:
    """One element per uncertain number; for an uncertain vector, one per part."""
    found = {}
    for element, pair in ends.items():
        values = []
        for end in pair:
            if isinstance(end, Parts):
                each = end.rows(rows, parts)
                values.append(each if element.place is None else each[:, element.place])
            else:
                values.append(np.asarray(end)[rows])
        base = arguments[element.argument]
        if element.place is not None and np.ndim(base) > 1 and element.place >= base.shape[1]:
            message = f"companies with {base.shape[1]} parts have no {element}"
            raise MissingError(message)
        if values[0].ndim == 1:
            found[element] = (values[0], values[1])
            continue
        for part in range(max(values[0].shape[1], base.shape[1])):
            low, high = (each[:, min(part, each.shape[1] - 1)] for each in values)
            found[Element(element.argument, part)] = (low, high)
    return found


def _empty(count: int, quantiles: int) -> BatchSpread:
    return BatchSpread(
        quantiles=np.full((count, quantiles), BLANK),
        mean=np.full(count, BLANK),
        deviation=np.full(count, BLANK),
        above=np.full(count, BLANK),
        failures=np.zeros(count, np.intp),
        faults={},
    )


def _put(found: BatchSpread, some: BatchSpread, rows: NDArray[np.intp]) -> None:
    for name in ("quantiles", "mean", "deviation", "above", "failures"):
        getattr(found, name)[rows] = getattr(some, name)
    for text, mask in some.faults.items():
        whole = found.faults.setdefault(text, np.zeros(len(found.mean), np.bool_))  # type: ignore[attr-defined] # made here
        whole[rows[mask]] = True
