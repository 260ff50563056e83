"""Dates as texts and as spreadsheets store them."""

import datetime as dt
import math
import re
from contextlib import suppress
from typing import Final

import numpy as np

from valuation.kernel.errors import MissingError, NotANumberError

DAY_ZERO: Final = dt.date(1899, 12, 30)  # of the numbers that spreadsheets hold for dates
FIRST_SERIAL: Final = 10_000  # a date in 1927; a smaller number is probably a year
LAST_SERIAL: Final = 2_958_466  # 10000-01-01, the first day that spreadsheets do not know
# 2010/12/31 and 2010年12月31日; 31/12/2010 is another day in London than in New York, and refused.
_WRITTEN: Final = re.compile(r"([0-9]{4})\s*[/.年]\s*([0-9]{1,2})\s*[/.月]\s*([0-9]{1,2})\s*日?")


def serial_number(day: dt.date) -> float:
    """The number that spreadsheets hold for a date.

    Examples
    --------
    >>> serial_number(dt.date(2014, 12, 31))
    42004.0
    """
    return float(day.toordinal() - DAY_ZERO.toordinal())


def day_of(serial: float) -> dt.date:
    """The date for which spreadsheets hold a number; the time of day is left out.

    Examples
    --------
    >>> day_of(42004.0)
    datetime.date(2014, 12, 31)
    """
    return DAY_ZERO + dt.timedelta(days=math.floor(serial))


def days(name: str, dates: object) -> list[dt.date]:
    """The dates of an argument; anything that is not a date raises an error that names the argument and the row."""
    array = np.asarray(dates)
    # numpy would convert times with nanoseconds into integers instead of dates.
    cells = array.astype("datetime64[D]") if array.dtype.kind == "M" else np.asarray(dates, object)
    found = [_day(name, cell, row) for row, cell in enumerate(cells.ravel().tolist(), start=1)]
    if not found:
        message = "has no values"
        raise MissingError(message, name)
    return found


def _day(name: str, cell: object, row: int) -> dt.date:
    if cell is None or cell == "":
        message = "is blank"
        raise MissingError(message, name, row)
    if isinstance(cell, np.datetime64):
        cell = cell.astype("datetime64[D]").item()
    if isinstance(cell, str):
        written = _WRITTEN.fullmatch(cell.strip())
        with suppress(ValueError):
            cell = dt.date(*map(int, written.groups())) if written else dt.datetime.fromisoformat(cell.strip())
    if isinstance(cell, dt.date) and cell == cell:  # noqa: PLR0124 - the NaT of pandas is a date and not itself
        return dt.date(cell.year, cell.month, cell.day)
    if isinstance(cell, (int, float)) and FIRST_SERIAL <= cell < LAST_SERIAL:
        return day_of(int(cell))
    shown = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    message = f"{shown!r} is not a date; write it as 2014-12-31"
    raise NotANumberError(message, name, row)
