import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from valuation.kernel import errors
from valuation.kernel.errors import (
    CELL_ERRORS,
    FIRST_OF_ARGUMENTS,
    MESSAGE_LIMIT,
    REASONS,
    UNEXPLAINED,
    CellError,
    ChoiceError,
    MissingError,
    NotANumberError,
    RangeError,
    Reason,
    ShapeError,
    UnitError,
    ValuationError,
    above_minus_one,
    blank_cell,
    out_of_range,
    reason,
    reason_numbers,
)

Floats = NDArray[np.float64]

# Microsoft's list of error values: support.microsoft.com, "ERROR.TYPE function", and the newer ones of Office.js.
EXCEL_ERRORS = {
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#GETTING_DATA",
    "#SPILL!",
    "#CONNECT!",
    "#BLOCKED!",
    "#UNKNOWN!",
    "#FIELD!",
    "#CALC!",
}

# A NaN may outlive the version that made it, in a workbook: a reason keeps its number. The messages are read by people.
TABLE = """
1 #N/A n.m.: the metric is zero or negative
2 #DIV/0! the denominator is zero
3 #NUM! the result is too large for a number
4 #N/A a required cell is blank
5 #N/A no peers are left
6 #VALUE! not a number
7 #NUM! outside the range in which the method is valid
8 #NUM! no solution was found
9 #N/A no exchange rate is given
20 #NULL! #NULL! in the input
21 #DIV/0! #DIV/0! in the input
22 #VALUE! #VALUE! in the input
23 #REF! #REF! in the input
24 #NAME? #NAME? in the input
25 #NUM! #NUM! in the input
26 #N/A #N/A in the input
27 #GETTING_DATA #GETTING_DATA in the input
28 #SPILL! #SPILL! in the input
29 #CONNECT! #CONNECT! in the input
30 #BLOCKED! #BLOCKED! in the input
31 #UNKNOWN! #UNKNOWN! in the input
32 #FIELD! #FIELD! in the input
33 #CALC! #CALC! in the input
"""
NAMES = {
    "NOT_MEANINGFUL": 1,
    "ZERO_DENOMINATOR": 2,
    "OVERFLOW": 3,
    "BLANK": 4,
    "NO_PEERS": 5,
    "NOT_A_NUMBER": 6,
    "OUT_OF_RANGE": 7,
    "NO_SOLUTION": 8,
    "NO_EXCHANGE_RATE": 9,
}

# Long enough for every vectorised loop of numpy, the bad element away from the ends.
LENGTH, PLACE = 41, 17

ARITHMETIC: dict[str, Callable[[Floats], Any]] = {
    "x + 1": lambda x: x + 1,
    "1 + x": lambda x: 1 + x,
    "x - 1": lambda x: x - 1,
    "1 - x": lambda x: 1 - x,
    "x * 2": lambda x: x * 2,
    "0 * x": lambda x: 0 * x,
    "x / 2": lambda x: x / 2,
    "1 / x": lambda x: 1 / x,
    "x / 0": lambda x: x / 0,
    "-x": lambda x: -x,
    "abs": np.abs,
    "x ** 2": lambda x: x**2,
    "2 ** x": lambda x: 2**x,
    "sum": lambda x: np.sum(x, axis=-1),
    "sum over rows": lambda x: np.stack([x, x]).sum(axis=-1),
    "sum over columns": lambda x: np.stack([x, x], axis=-1).sum(axis=0),
    "prod": np.prod,
    "dot": lambda x: np.dot(x, np.ones_like(x)),
    "matmul": lambda x: np.eye(LENGTH) @ x,
    "einsum": lambda x: np.einsum("i,i->", x, np.ones_like(x)),
    "mean": np.mean,
    "median": np.median,
    "quantile": lambda x: np.quantile(x, 0.25),
    "std": np.std,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "floor": np.floor,
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "maximum": lambda x: np.maximum(x, 0),
    "minimum": lambda x: np.minimum(0, x),
    "clip": lambda x: np.clip(x, 0, 9),
    "where": lambda x: np.where(x <= 0, 0.0, x),
    "take_along_axis": lambda x: np.take_along_axis(x, np.argsort(x), axis=-1),
    "argmin leads to it": lambda x: x[np.argmin(x)],
    "argmax leads to it": lambda x: x[np.argmax(x)],
    "concatenate": lambda x: np.concatenate([x, np.ones(3)]),
}


def marked(place: int, nan: float) -> Floats:
    values = np.linspace(1.5, 2.5, LENGTH)
    values[place] = nan
    return values


@pytest.mark.parametrize("operation", ARITHMETIC.values(), ids=ARITHMETIC.keys())
@pytest.mark.parametrize("place", [0, PLACE, LENGTH - 1])
def test_a_reason_survives_arithmetic(operation: Callable[[Floats], Any], place: int) -> None:
    for entry in REASONS.values():
        with np.errstate(all="ignore"):
            result = np.atleast_1d(operation(marked(place, entry.nan)))
        unknown = result[np.isnan(result)]
        assert unknown.size
        assert {reason(float(value)) for value in unknown} == {entry}


def test_of_two_reasons_one_is_kept() -> None:
    first, second = REASONS[1], REASONS[2]
    assert reason(first.nan + second.nan) in (first, second)


@pytest.mark.parametrize("entry", REASONS.values(), ids=lambda entry: f"{entry.number} {entry.excel}")
def test_a_reason_comes_back_from_its_nan(entry: Reason) -> None:
    assert np.isnan(entry.nan)
    assert reason(entry.nan) is entry
    assert reason(-entry.nan) is entry
    assert reason(float(np.float64(entry.nan))) is entry
    assert reason_numbers(np.array([1.0, entry.nan])).tolist() == [0, entry.number]


def test_the_table_is_complete_and_unique() -> None:
    named = [reason(value) for name, value in vars(errors).items() if name.isupper() and isinstance(value, float)]
    from_cells = [reason(nan) for nan in CELL_ERRORS.values()]
    assert len(named) + len(from_cells) == len(REASONS)
    assert {*named, *from_cells} == set(REASONS.values())
    assert set(CELL_ERRORS) == EXCEL_ERRORS
    assert {entry.excel for entry in REASONS.values()} == EXCEL_ERRORS
    assert len({entry.message for entry in REASONS.values()}) == len(REASONS)
    assert all(0 < len(entry.message) <= MESSAGE_LIMIT for entry in REASONS.values())
    assert all(number == entry.number for number, entry in REASONS.items())


def test_a_reason_keeps_its_number_and_its_words() -> None:
    lines = [line.split(maxsplit=2) for line in TABLE.strip().splitlines()]
    assert [Reason(int(number), excel, message) for number, excel, message in lines] == list(REASONS.values())
    numbers = {name: reason(value) for name, value in vars(errors).items() if name in NAMES}
    assert {name: entry.number for name, entry in numbers.items() if entry} == NAMES
    assert (UNEXPLAINED.number, UNEXPLAINED.message) == (0, "the calculation gave no number")


@pytest.mark.parametrize(
    ("excel", "libreoffice"),
    [
        ("#NULL!", 521),
        ("#DIV/0!", 532),
        ("#VALUE!", 519),
        ("#REF!", 524),
        ("#NAME?", 525),
        ("#NUM!", 503),
        ("#N/A", 32767),
        ("#SPILL!", 519),  # LibreOffice has none of its own: #VALUE!
    ],
)
def test_the_low_half_of_a_nan_is_the_error_code_of_libreoffice(excel: str, libreoffice: int) -> None:
    low, _ = struct.unpack("<II", struct.pack("<d", CELL_ERRORS[excel]))
    assert low == libreoffice


def test_a_number_has_no_reason() -> None:
    assert [reason(value) for value in (0.0, -1.5, 1e308, 3)] == [None] * 4
    assert reason_numbers(np.array([[0.0, -1.0]])).tolist() == [[0, 0]]


def test_infinity_is_too_large() -> None:
    for value in (float("inf"), float("-inf")):
        explained = reason(value)
        assert explained
        assert (explained.excel, explained.message) == ("#NUM!", "the result is too large for a number")


def test_an_ordinary_nan_is_unexplained() -> None:
    with np.errstate(invalid="ignore"):
        computed = np.log(-1.0)
    assert reason(float("nan")) is UNEXPLAINED
    assert reason(float(computed)) is UNEXPLAINED
    assert UNEXPLAINED.excel == "#NUM!"
    assert reason_numbers(np.array([np.nan])).tolist() == [0]


@pytest.mark.parametrize(
    ("kind", "excel"),
    [
        (ValuationError, "#VALUE!"),
        (NotANumberError, "#VALUE!"),
        (ShapeError, "#VALUE!"),
        (ChoiceError, "#VALUE!"),
        (MissingError, "#N/A"),
        (UnitError, "#N/A"),
        (RangeError, "#NUM!"),
    ],
)
def test_each_failure_has_its_error_in_a_cell(kind: type[ValuationError], excel: str) -> None:
    error = kind("is wrong", "revenue", 3)
    assert isinstance(error, ValueError)
    assert error.excel == excel
    assert str(error) == "revenue row 3: is wrong"
    assert (error.argument, error.row) == ("revenue", 3)
    assert str(kind("is wrong", "revenue")) == "revenue: is wrong"
    assert str(kind("all is wrong")) == "all is wrong"


def test_an_error_that_came_in_goes_out_as_it_came() -> None:
    error = CellError("#REF!", argument="revenue", row=2)
    assert error.excel == "#REF!"
    assert str(error) == "revenue row 2: #REF! in the input"
    assert str(CellError("#REF!", "not there")) == "not there"
    assert (error.argument, error.row) == ("revenue", 2)


@pytest.mark.parametrize("length", [1, 200, 245, 246, 247, 300, 10_000])
def test_a_message_fits_into_a_cell_comment(length: int) -> None:
    text = str(ValuationError("x" * length, "revenue"))
    whole = "revenue: " + "x" * length
    assert len(text) == min(len(whole), 255)
    assert text == whole if len(whole) <= 255 else text == whole[:254] + "…"


def test_every_reason_is_a_quiet_nan_without_a_sign() -> None:
    plain = struct.unpack("<Q", struct.pack("<d", math.nan))[0]
    for entry in (*REASONS.values(), out_of_range("price must be above 0"), blank_cell("prices")):
        bits = struct.unpack("<Q", struct.pack("<d", entry.nan))[0]
        assert bits >> 51 == plain >> 51  # sign, exponent and the bit that makes it quiet


def test_a_reason_that_names_an_argument_comes_back_from_its_nan() -> None:
    entries = [
        out_of_range("price must be above 0"),
        blank_cell("prices"),
        out_of_range("share must be from 0 to 1"),
        blank_cell("metrics"),
    ]
    assert [(entry.excel, entry.message) for entry in entries] == [
        ("#NUM!", "price must be above 0"),
        ("#N/A", "prices: a required cell is blank"),
        ("#NUM!", "share must be from 0 to 1"),
        ("#N/A", "metrics: a required cell is blank"),
    ]
    assert all(reason(entry.nan) is entry for entry in entries)
    numbers = [entry.number for entry in entries]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) >= FIRST_OF_ARGUMENTS == 1000  # far above the table, which may grow
    assert out_of_range("price must be above 0") is entries[0]
    assert blank_cell("metrics") is entries[3]


def test_a_rate_at_which_nothing_would_be_left() -> None:
    why = reason(above_minus_one("growth"))
    assert why is not None
    assert (why.excel, why.message) == ("#NUM!", "growth must be above -1; write 8 % a year as 0.08")
