"""Currencies and units of the amounts of one call: amounts are brought to units, and must be in one currency."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from addin.cells import Range, currency_of, names_unit, text
from valuation.catalogue import CATALOGUE, Parameter
from valuation.kernel.amount_text import money_unit
from valuation.kernel.errors import UnitError
from valuation.kernel.units import Kind

_AMOUNTS: Final = ("money", "money per user", "money per share", "number")
# Arguments of an analysis that hold values of the argument that another one names.
_VALUES_OF: Final = {
    "row_values": "row_argument",
    "column_values": "column_argument",
    "low": "vary",
    "high": "vary",
}
_ABOVE: Final = "above:"  # a statistic of a simulation, followed by a price


def count_in_units(parameters: Sequence[Parameter], values: Sequence[object], given: list[Any]) -> None:
    """Check that the currencies of all amounts of a call agree; convert amounts to units that other arguments name.

    Parameters
    ----------
    parameters : sequence
        The arguments of the function.
    values : sequence
        Their cells and ranges.
    given : list
        What was read from them; amounts with a unit of their own are replaced in place.

    Raises
    ------
    UnitError
        If two amounts, or an amount and its unit, are in different currencies.
    """
    pairs = [pair for pair in zip(parameters, values, strict=False) if _holds_text(pair[1])]
    named = {each.name: value for each, value in zip(parameters, given, strict=False)}
    for parameter, value in pairs:
        kind = kind_here(parameter, parameters, given)
        if _is_amount(kind) and kind.unit_argument:
            place = parameters.index(parameter)
            unit = named.get(kind.unit_argument, named.get("arguments", {}).get(kind.unit_argument))
            if unit is not None:
                given[place] = _in_unit(parameter.name, kind, _cells(value), given[place], unit)
    _check_currencies(amount for pair in pairs for amount in _amounts(*pair, given))


def in_their_units(
    parameters: Sequence[Parameter],
    cells: Mapping[str, list[object]],
    found: dict[str, Any],
    base: Mapping[str, Any],
) -> dict[str, Any]:
    """Arguments of a method, with amounts converted to units that other arguments of it, or of the base case, name."""
    for parameter in parameters:
        name, unit_argument = parameter.name, parameter.kind.unit_argument
        if unit_argument and name in cells:
            unit = found.get(unit_argument, base.get(unit_argument))
            found[name] = (
                found[name] if unit is None else _in_unit(name, parameter.kind, cells[name], found[name], unit)
            )
    return found


def kind_here(parameter: Parameter, parameters: Sequence[Parameter], given: Sequence[Any]) -> Kind:
    """Kind of an argument; values of an argument of a method, and of its result, are as they are there."""
    named = {each.name: value for each, value in zip(parameters, given, strict=False)}
    if not callable(named.get("method")):
        return parameter.kind
    method = CATALOGUE[named["method"].__name__]
    kinds = {each.name: each.kind for each in method.parameters}
    varied = str(named.get(_VALUES_OF.get(parameter.name, ""), "")).partition("[")[0].strip().lower()
    found = method.result if parameter.name == "target" else kinds.get(varied)
    if found is None or not found.numeric:
        return parameter.kind
    unit_argument, counted = found.unit_argument, found.counted_in_unit
    return replace(parameter.kind, unit=found.unit, unit_argument=unit_argument, counted_in_unit=counted)


def _is_amount(kind: Kind) -> bool:
    return kind.unit in _AMOUNTS and kind.numeric


def _cells(value: object) -> list[object]:
    return value.cells if isinstance(value, Range) else [value]


def _holds_text(value: object) -> bool:
    kinds = set(map(type, _cells(value)))
    return any(issubclass(kind, str) for kind in kinds)


def _amounts(parameter: Parameter, value: object, given: Sequence[Any]) -> Iterator[tuple[str, object]]:
    """Cells of an argument that hold amounts, each with the name of the argument."""
    if _is_amount(parameter.kind):
        yield from ((parameter.name, cell) for cell in _cells(value))
    elif parameter.kind.shape == "arguments" and isinstance(value, Range):
        method = CATALOGUE[next(each for each in given if callable(each)).__name__]
        kinds = {each.name: each.kind for each in method.parameters}
        for label, *cells in value.rows():
            kind = kinds.get(text(label).partition("[")[0].strip().lower())
            if kind is not None and _is_amount(kind):
                yield from ((f"{parameter.name}, {text(label).strip()}", cell) for cell in cells)
    elif parameter.name == "statistic" and isinstance(value, str) and value.strip().lower().startswith(_ABOVE):
        yield parameter.name, value.strip()[len(_ABOVE) :]


def _check_currencies(amounts: Iterable[tuple[str, object]]) -> None:
    named: dict[str, tuple[str, str]] = {}
    for name, cell in amounts:
        currency = currency_of(cell)
        if currency:
            named.setdefault(currency, (name, str(cell)))
    if len(named) > 1:
        (first, (one, text_one)), (second, (other, text_other)) = list(named.items())[:2]
        message = (
            f"{text_other!r} is in {second}, and {text_one!r} of {one} is in {first}: "
            "bring them to one currency first, with CONVERT_AMOUNT"
        )
        raise UnitError(message, other)


def _in_unit(name: str, kind: Kind, cells: list[object], numbers_read: Any, units: Any) -> Any:  # noqa: ANN401 - arrays or one
    """Convert amounts with a unit in their text to the unit given by another argument."""
    read = np.atleast_1d(np.asarray(numbers_read, np.float64)).ravel()
    words = np.broadcast_to(np.asarray(units, object).ravel(), read.shape) if np.size(units) in (1, read.size) else None
    for place, cell in enumerate(cells):
        if not names_unit(cell):
            continue
        if words is None:
            message = f"{cell!r} names its own unit: give one unit for it, or plain numbers"
            raise UnitError(message, name)
        unit = money_unit(str(words[place]))
        currency = currency_of(cell)
        if currency and unit.currency and currency != unit.currency:
            message = f"{cell!r} is in {currency}, and {kind.unit_argument} is in {unit.currency}"
            raise UnitError(message, name)
        if kind.counted_in_unit:
            read[place] = read[place] / unit.scale
    return read.reshape(np.shape(numbers_read)) if isinstance(numbers_read, np.ndarray) else float(read[0])
