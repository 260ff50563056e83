"""What a cell holds, in every argument of every function: a number is returned only where a number was given."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest

from addin.binding import bind
from addin.cells import result, text
from matrix import BY_UNIT, CALLS, EXPECTED, INPUTS, Call, Problem, answers, column_of
from matrix import expected as outcome
from valuation.catalogue import CATALOGUE, Entry, Parameter
from valuation.examples import example
from valuation.kernel.amount_text import money_unit
from valuation.kernel.errors import ValuationError
from valuation.kernel.units import Kind


def as_python(kind: Kind, cells: Any, numbers: Any) -> Any:  # noqa: ANN401
    """What the function is given in Python for an input that it should understand."""
    rows = cells if isinstance(cells, list) else [[cells]]
    filled = [cell for row in rows for cell in row if cell is not None]
    if kind.shape in ("dates", "texts"):
        return filled if kind.shape == "dates" else [text(cell) for cell in filled]
    if kind.shape == "text":
        if np.size(numbers) == 1:
            return text(filled[0])
        # What holds no text is a NaN that says why.
        return np.array(
            [[_text(*pair) for pair in zip(*row, strict=True)] for row in zip(rows, numbers, strict=False)], object
        )
    if kind.shape == "flag":
        return cells
    if kind.shape == "vector":
        return np.ravel(numbers)
    return np.atleast_2d(numbers) if kind.shape == "matrix" else np.asarray(numbers)


def _text(cell: object, number: float) -> object:
    return number if cell in (None, "#REF!") else text(cell)


def answer(entry: Entry, given: dict[str, Any], width: int | None = None) -> object:
    """The function's answer in Python, laid out."""
    try:
        return result(entry.function(**given), Problem, width)
    except ValuationError as problem:
        return Problem(problem.excel, str(problem))


def in_python(entry: Entry) -> dict[str, Any]:
    """Arguments of the example as the function takes them in Python."""
    given: dict[str, Any] = {}
    for parameter in entry.parameters:
        value = example(entry).get(parameter.name)
        if parameter.kind.shape == "method":
            value = CATALOGUE[str(value).lower()].function
        if parameter.kind.shape == "arguments" and value is not None:
            value = {name: cells[0] if len(cells) == 1 else cells for name, *cells in map(_filled, value)}
        if value is not None:
            given[parameter.name] = value
    return given


def _filled(row: list[Any]) -> list[Any]:
    return [cell for cell in row if cell is not None]


def problems(found: object) -> set[str]:
    cells = [cell for row in found for cell in row] if isinstance(found, list) else [found]
    return {cell.code for cell in cells if isinstance(cell, Problem)}


def fault(call: Call, found: object) -> str:
    """What is wrong with the outcome of an input in an argument, if anything."""
    entry, parameter, name = call.entry, call.parameter, call.input
    cells, numbers = INPUTS[name]
    expected = outcome(name, kind_in(entry, parameter))
    if expected == "default" and parameter.required:
        expected = "#N/A"
    given = in_python(entry)
    if name == "whole-column" and ends_early(entry, parameter, given):
        expected = "#N/A"
    if name == "empty-range" and not others_filled(entry, parameter, given):
        expected = "#N/A"
    if expected.startswith("#"):
        wanted: object = Problem(expected, "")
        right = found == wanted or (entry.result.shape == "table" and problems(found) == {expected})
    else:
        if expected == "default":
            given.pop(parameter.name, None)
        else:
            given[parameter.name] = as_python(parameter.kind, cells, numbers)
            if parameter.kind.counted_in_unit and name in BY_UNIT["money"]:  # the text has a unit of its own
                given[parameter.name] /= money_unit(given[parameter.kind.unit_argument]).scale
        # Flags stand beside the cells they are about.
        beside = entry.result.unit == "flag" and parameter is entry.parameters[0] and isinstance(cells, list)
        wanted = answer(entry, given, len(cells[0]) if beside else None)
        right = found == wanted and (expected != "=error" or bool(problems(found)))
    return "" if right else f"{call}: {found}, not {wanted}"


def ends_early(entry: Entry, parameter: Parameter, given: dict[str, Any]) -> bool:
    """Whether another list of the example goes on where three cells end: then the fourth is blank."""
    lists = ("vector", "texts", "dates")
    others = [each.name for each in entry.parameters if each.kind.shape in lists and not each.kind.own_length]
    return parameter.name in others and any(len(given.get(name, ())) > 3 for name in others if name != parameter.name)


# What the examples of the analyses vary, and what their methods give.
VARIED: Final = {"row_values": "discount", "column_values": "multiples", "low": "multiples", "high": "multiples"}


def kind_in(entry: Entry, parameter: Parameter) -> Kind:
    """Kind of an argument in the example: values of an argument of its method have the unit that they have there."""
    method = example(entry).get("method")
    if method is None or not (parameter.name in VARIED or parameter.name == "target"):
        return parameter.kind
    kinds = {each.name: each.kind for each in CATALOGUE[str(method).lower()].parameters}
    unit = "money" if parameter.name == "target" else kinds[VARIED[parameter.name]].unit
    return replace(parameter.kind, unit=unit)


def others_filled(entry: Entry, parameter: Parameter, given: dict[str, Any]) -> bool:
    """Whether another list of the example says how many parts there are; else a range of blanks has none."""
    others = [each.name for each in entry.parameters if each.kind.shape in ("vector", "dates") and each != parameter]
    return any(np.size(given.get(name, 0)) > 1 for name in others)


def test_the_table_has_a_row_an_input_and_a_column_a_kind() -> None:
    assert EXPECTED.keys() == INPUTS.keys()
    kinds = {column_of(parameter.kind) for entry in CATALOGUE.values() for parameter in entry.parameters}
    assert kinds == EXPECTED["number"].keys()


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.excel_name)
def test_every_input_in_every_argument(entry: Entry) -> None:
    pairs = zip(CALLS, answers(), strict=True)
    faults = [fault(call, found) for call, found in pairs if call.entry is entry]
    assert [each for each in faults if each] == []


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.excel_name)
def test_the_example_gives_in_cells_what_it_gives_in_python(entry: Entry) -> None:
    given = example(entry)
    found = bind(entry, Problem)(*(given.get(parameter.name) for parameter in entry.parameters))
    assert found == answer(entry, in_python(entry))
    assert problems(found) == set()
