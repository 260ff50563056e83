"""Whatever a cell holds, in every argument of every function: a number comes out only where one went in.

Each function starts from the example in its docstring. One argument after the other is given each input of the
table below; what must come out depends on the argument's kind.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pytest

from addin.binding import bind
from addin.cells import result, text
from valuation.catalogue import CATALOGUE, Entry, Parameter
from valuation.errors import BLANK, CELL_ERRORS, NOT_A_NUMBER, ValuationError
from valuation.examples import example
from valuation.units import Kind

# =         the function's own answer, in Python, to what the input reads as
# default   its answer without this argument; #N/A where the argument is required
# #VALUE!   this error and nothing else: for the whole result, or in a cell of a table
# =error    its own answer, in Python, to the error that the input reads as, which is no number either
#
# peers are vectors with absent members; choice# is a choice that a number may stand for.
OUTCOMES: Final = """
input         number  vector  peers   texts   dates   matrix  text    choice  choice# flag    method  arguments
number        =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
1×1           =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
comma         =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
percent       =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
亿             =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
full-width    =       =       =       =       =       =       =       #VALUE! =       #VALUE! #VALUE! #VALUE!
word          #VALUE! #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
blank         default default default default default default default default default default default default
""            default default default default default default default default default default default default
left-out      default default default default default default default default default default default default
error-cell    #REF!   =error  =error  #REF!   #REF!   =error  #REF!   #REF!   #REF!   #REF!   #REF!   #REF!
error-text    #DIV/0! =error  =error  #DIV/0! #DIV/0! =error  #DIV/0! #DIV/0! #DIV/0! #DIV/0! #DIV/0! #DIV/0!
error-integer #SPILL! =error  =error  #SPILL! #SPILL! =error  #SPILL! #SPILL! #SPILL! #SPILL! #SPILL! #SPILL!
NaN           #NUM!   =error  =error  #NUM!   #NUM!   =error  #NUM!   #NUM!   #NUM!   #NUM!   #NUM!   #NUM!
infinity      #NUM!   =error  =error  #NUM!   #NUM!   =error  #NUM!   #NUM!   #NUM!   #NUM!   #NUM!   #NUM!
boolean       #VALUE! #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE!
date          #VALUE! #VALUE! #VALUE! =       =       #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
row           =       =       =       =       =       =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
column        =       =       =       =       =       =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
block         =       =       =       =       =       =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
whole-column  =       =       =       =       =       =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
empty-range   #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A    #N/A
blank-inside  =       #N/A    =       #N/A    #N/A    #N/A    =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
error-inside  =       =       =       #REF!   #REF!   =       =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
word-inside   =       #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
true-inside   =       #VALUE! #VALUE! =       #VALUE! #VALUE! =       #VALUE! #VALUE! #VALUE! #VALUE! #VALUE!
"""

DAY: Final = dt.datetime(2018, 6, 30)  # noqa: DTZ001 - a cell knows no time zone
LONG: Final = 2**16  # rows of a whole column, in the smaller sheets of old; the bigger one has a test of its own
VALUE: Final = 0.5  # a fraction, a multiple, an amount: little refuses it

# What a host gives, and what it reads as: a number or an array of them.
INPUTS: Final[dict[str, tuple[Any, Any]]] = {
    "number": (VALUE, VALUE),
    "1×1": ([[VALUE]], VALUE),
    "comma": ("1,234", 1234.0),
    "percent": ("12.5%", 0.125),
    "亿": ("1.2亿", 1.2e8),
    "full-width": ("１２", 12.0),
    "word": ("Xiaomi", None),
    "blank": ([[None]], None),
    '""': ("", None),
    "left-out": (-2147352572, None),
    "error-cell": ("#REF!", CELL_ERRORS["#REF!"]),
    "error-text": ("#DIV/0! users: the denominator is zero", CELL_ERRORS["#DIV/0!"]),
    "error-integer": ([[-2146826243]], CELL_ERRORS["#SPILL!"]),
    "NaN": (float("nan"), CELL_ERRORS["#NUM!"]),
    "infinity": (float("inf"), CELL_ERRORS["#NUM!"]),
    "boolean": (True, None),
    "date": (DAY, None),
    "row": ([[VALUE, 1.0, 2.0]], [[VALUE, 1.0, 2.0]]),
    "column": ([[VALUE], [1.0], [2.0]], [[VALUE], [1.0], [2.0]]),
    "block": ([[VALUE, 1.0], [1.0, 2.0]], [[VALUE, 1.0], [1.0, 2.0]]),
    "whole-column": ([[VALUE], [1.0], [2.0]] + [[None]] * LONG, [[VALUE], [1.0], [2.0]]),
    "empty-range": ([[None], [""]], None),
    "blank-inside": ([[VALUE], [None], [2.0]], [[VALUE], [BLANK], [2.0]]),
    "error-inside": ([[VALUE], ["#REF!"], [2.0]], [[VALUE], [CELL_ERRORS["#REF!"]], [2.0]]),
    "word-inside": ([[VALUE], ["Xiaomi"], [2.0]], [[VALUE], [NOT_A_NUMBER], [2.0]]),
    "true-inside": ([[VALUE], [True], [2.0]], [[VALUE], [NOT_A_NUMBER], [2.0]]),
}


@dataclass(frozen=True)
class Problem:
    """What a host shows for an error."""

    code: str
    message: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and other.code == self.code  # words may differ between the doors

    def __hash__(self) -> int:
        return hash(self.code)


def table() -> dict[str, dict[str, str]]:
    (_, *columns), *rows = (line.split() for line in OUTCOMES.strip().splitlines())
    return {name: dict(zip(columns, outcomes, strict=True)) for name, *outcomes in rows}


EXPECTED: Final = table()


def column_of(kind: Kind) -> str:
    if kind.shape == "vector":
        return "peers" if kind.blank_is_absent else "vector"
    return "choice#" if kind.or_number else kind.shape


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


def fault(entry: Entry, parameter: Parameter, name: str) -> str:
    """What is wrong with the outcome of an input in an argument, if anything."""
    cells, numbers = INPUTS[name]
    expected = EXPECTED[name][column_of(parameter.kind)]
    values = example(entry) | {parameter.name: cells}
    found = bind(entry, Problem)(*(values.get(each.name) for each in entry.parameters))
    if expected == "default" and parameter.required:
        expected = "#N/A"
    given = in_python(entry)
    if name == "whole-column" and ends_early(entry, parameter, given):
        expected = "#N/A"
    if expected.startswith("#"):
        wanted: object = Problem(expected, "")
        right = found == wanted or (entry.result.shape == "table" and problems(found) == {expected})
    else:
        if expected == "default":
            given.pop(parameter.name, None)
        else:
            given[parameter.name] = as_python(parameter.kind, cells, numbers)
        # Flags stand beside the cells they are about.
        beside = entry.result.unit == "flag" and parameter is entry.parameters[0] and isinstance(cells, list)
        wanted = answer(entry, given, len(cells[0]) if beside else None)
        right = found == wanted and (expected != "=error" or bool(problems(found)))
    return "" if right else f"{parameter.name} given {name}: {found}, not {wanted}"


def ends_early(entry: Entry, parameter: Parameter, given: dict[str, Any]) -> bool:
    """Whether another list of the example goes on where three cells end: then the fourth is blank."""
    lists = ("vector", "texts", "dates")
    others = [each.name for each in entry.parameters if each.kind.shape in lists and not each.kind.own_length]
    return parameter.name in others and any(len(given.get(name, ())) > 3 for name in others if name != parameter.name)


def test_the_table_has_a_row_an_input_and_a_column_a_kind() -> None:
    assert EXPECTED.keys() == INPUTS.keys()
    kinds = {column_of(parameter.kind) for entry in CATALOGUE.values() for parameter in entry.parameters}
    assert kinds == EXPECTED["number"].keys()


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.excel_name)
def test_every_input_in_every_argument(entry: Entry) -> None:
    faults = [fault(entry, parameter, name) for parameter in entry.parameters for name in INPUTS]
    assert [each for each in faults if each] == []


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.excel_name)
def test_the_example_gives_in_cells_what_it_gives_in_python(entry: Entry) -> None:
    given = example(entry)
    found = bind(entry, Problem)(*(given.get(parameter.name) for parameter in entry.parameters))
    assert found == answer(entry, in_python(entry))
    assert problems(found) == set()
