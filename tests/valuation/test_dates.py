"""Dates as people and spreadsheets write them: read off by hand, at the ends, and what is none."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from valuation.kernel.dates import days
from valuation.kernel.errors import MissingError, NotANumberError

DAY = dt.date(2008, 10, 30)


@pytest.mark.parametrize(
    "cell",
    [
        DAY,
        dt.datetime(2008, 10, 30, 23, 59, tzinfo=dt.UTC),
        pd.Timestamp("2008-10-30 12:00"),
        np.datetime64("2008-10-30"),
        np.datetime64("2008-10-30T23:59:59.9"),
        "2008-10-30",
        " 2008-10-30 ",
        "2008-10-30 12:30",
        "20081030",
        "2008/10/30",
        "2008.10.30",
        "2008年10月30日",
        "2008年10月30",
        39751,  # Microsoft's example of XIRR has it as this number
        39751.9,
    ],
    ids=repr,
)
def test_one_day_in_all_ways(cell: object) -> None:
    assert days("dates", cell) == days("dates", [cell]) == [DAY]


def test_months_and_days_of_one_digit() -> None:
    assert days("dates", ["2008/1/2", "2008年1月2日", "2008. 1. 2"]) == [dt.date(2008, 1, 2)] * 3


@pytest.mark.parametrize("unit", ["D", "h", "s", "ns"])
def test_arrays_of_numpy_and_of_pandas(unit: str) -> None:
    texts = np.array(["2008-10-30", "2009-01-01"], f"datetime64[{unit}]")
    wanted = [DAY, dt.date(2009, 1, 1)]
    assert days("dates", texts) == days("dates", list(texts)) == wanted
    assert days("dates", [texts[0], "2009-01-01", 39814]) == [*wanted, wanted[1]]
    assert days("dates", pd.Series(texts)) == wanted
    assert days("dates", np.array([[39751], [39814]])) == wanted


def test_the_first_and_the_last_number_of_a_day() -> None:
    # Day 1 is 1900-01-01 and 1900-02-29 counts, though it never was: 25,569 is 1970-01-01.
    assert days("dates", [25_569, 10_000, 2_958_465]) == [
        dt.date(1970, 1, 1),
        dt.date(1927, 5, 18),
        dt.date(9999, 12, 31),
    ]
    for number in (9_999, 2_958_466, 0, -1, float("nan"), float("inf")):
        with pytest.raises(NotANumberError, match=r"^dates row 1: '.*' is not a date; write it as 2014-12-31$"):
            days("dates", [number])
    with pytest.raises(NotANumberError, match=r"^dates row 1: '2010' is not a date"):
        days("dates", [2010.0])


@pytest.mark.parametrize("cell", ["soon", "31/12/2010", "2010/2/30", "2010-13-01", "x2010/1/1", "2010/1/1x", np.nan])
def test_what_is_no_date(cell: object) -> None:
    with pytest.raises(NotANumberError) as refused:
        days("dates", ["2008-10-30", cell])
    assert str(refused.value) == f"dates row 2: {str(cell)!r} is not a date; write it as 2014-12-31"


def test_no_day_of_pandas_is_no_date() -> None:
    for cell in (pd.NaT, np.datetime64("NaT", "D")):
        with pytest.raises((NotANumberError, MissingError), match=r"^ends row 2: "):
            days("ends", [DAY, cell])


def test_blanks_and_nothing_at_all() -> None:
    for cell in (None, ""):
        with pytest.raises(MissingError) as refused:
            days("dates", [DAY, cell])
        assert str(refused.value) == "dates row 2: is blank"
    with pytest.raises(MissingError) as refused:
        days("dates", [])
    assert str(refused.value) == "dates: has no values"
