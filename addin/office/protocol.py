"""The protocol between the page in Excel and the server: a batch of calls as JSON, one line of JSON per answer.

    → {"v":1,"calls":[["SOTP_VALUE",[[[806],[234],[99]],[[2],[2.3],[19]]]],["PER_SHARE",[1,{"e":"#DIV/0!"}]]]}
    ← [0,4031.2]
    ← [1,{"e":"#DIV/0!","m":"shares: #DIV/0! in the input"}]

An argument is a cell or rows of cells; null for a left-out one. A cell is a number, a text, true or false, null
where it is blank, `{"e": …}` for an error and `{"d": …}` for a date, by its serial number in Excel. Answers may come in
any order: the first element of a line says which call it belongs to.
"""

import datetime as dt
from typing import Any, Final, Literal, TypeAlias

import msgspec

from addin.cells import error_text
from valuation.kernel.dates import DAY_ZERO, LAST_SERIAL, serial_number
from valuation.kernel.errors import CELL_ERRORS

VERSION: Final = 1
_MIDNIGHT_ZERO: Final = dt.datetime.combine(DAY_ZERO, dt.time())


class Refusal(Exception):  # noqa: N818 - it is an answer
    """A refused request: the HTTP status, a code for programs, a message for people."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}


class Special(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """An error or a date in a cell."""

    e: str = ""
    m: str = ""
    d: float | None = None


Cell: TypeAlias = float | str | bool | Special | None
Argument: TypeAlias = list[list[Cell]] | float | str | bool | Special | None


class Call(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A function by its name in Excel, and its arguments."""

    name: str
    arguments: list[Argument]


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """Calls sent in one request."""

    v: int
    calls: list[Call]


class Book(msgspec.Struct, forbid_unknown_fields=True):
    """A workbook that the pane asks for."""

    name: str
    lang: Literal["en", "zh"] = "en"


_book_decoder: Final = msgspec.json.Decoder(Book)
_decoder: Final = msgspec.json.Decoder(Batch)
_encoder: Final = msgspec.json.Encoder()


def decode_book(body: bytes) -> Book:
    """The workbook that is asked for.

    Raises
    ------
    Refusal
        400 if it is not JSON, 422 for JSON of another shape.
    """
    try:
        return _book_decoder.decode(body)
    except msgspec.ValidationError as problem:
        raise Refusal(422, "shape", f"not a workbook: {problem}") from problem
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Refusal(400, "json", f"not JSON: {problem}") from problem


def decode(body: bytes, most_calls: int) -> list[Call]:
    """The calls of a batch.

    Raises
    ------
    Refusal
        400 if it is not JSON or has another version of the protocol, 422 for JSON of another shape, 413 for too many
        calls.
    """
    try:
        batch = _decoder.decode(body)
    except msgspec.ValidationError as problem:
        raise Refusal(422, "shape", f"not a batch of calls: {problem}") from problem
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Refusal(400, "json", f"not JSON: {problem}") from problem
    if batch.v != VERSION:
        raise Refusal(400, "version", f"protocol {batch.v}: this server speaks {VERSION}; reload the add-in")
    if len(batch.calls) > most_calls:
        raise Refusal(413, "calls", f"{len(batch.calls):,} calls: a batch holds {most_calls:,}")
    return batch.calls


def given(argument: Any) -> object:  # noqa: ANN401 - an `Argument`, as decoded
    """An argument in the form of cells for the functions: errors as texts, dates as dates.

    Examples
    --------
    >>> given(Special(e="#N/A")), given([[Special(d=43281.0), 2.0]])
    ('#N/A', [[datetime.datetime(2018, 6, 30, 0, 0), 2.0]])
    """
    if type(argument) is list:
        for row in argument:
            for place, cell in enumerate(row):
                if type(cell) is Special:
                    row[place] = _cell(cell)
        return argument
    return _cell(argument) if type(argument) is Special else argument


def _cell(cell: Special) -> object:
    if cell.d is not None:
        return _MIDNIGHT_ZERO + dt.timedelta(days=cell.d) if 0 <= cell.d < LAST_SERIAL else "#NUM!"
    code = cell.e if cell.e in CELL_ERRORS else "#VALUE!"
    return error_text(code, cell.m) if cell.m else code


def error(code: str, message: str) -> Special:
    """An error in a cell of an answer."""
    return Special(code, message)


def shown(answer: Any) -> Any:  # noqa: ANN401 - what a bound function gives
    """An answer with its dates as serial numbers.

    Examples
    --------
    >>> shown([["A", dt.date(2018, 6, 30)]])
    [['A', Special(e='', m='', d=43281.0)]]
    """
    if type(answer) is list:
        for row in answer:
            for place, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    row[place] = _date(cell)
        return answer
    return _date(answer) if isinstance(answer, dt.date) else answer


def _date(day: dt.date) -> Special:
    return Special(d=serial_number(day))


def line(position: int, answer: object) -> bytes:
    """The line of an answer: which call it belongs to, and the answer."""
    return _encoder.encode((position, answer)) + b"\n"


def refused(refusal: Refusal) -> bytes:
    """The body of the response to a refused request."""
    return _encoder.encode({"v": VERSION, "error": {"code": refusal.code, "message": refusal.message}})
