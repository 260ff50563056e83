"""Names of years on sheets, 2025A for a reported year and 2026E for an estimate, and the days on which they end."""

import calendar
import datetime as dt
import re
from typing import Final

from workbooks.case.model import Case

_DATE: Final = re.compile(r"(?P<year>[12]\d{3})(-(?P<month>\d\d)(-(?P<day>\d\d))?)?")
_DECEMBER: Final = 12
_YEAR: Final = re.compile(r"\d{4}")


def year_name(first: int, year: int) -> str:
    """Name of a year, counted from the reported one.

    Examples
    --------
    >>> year_name(2025, 0), year_name(2025, 1)
    ('2025A', '2026E')
    """
    return f"{first + year}{'E' if year else 'A'}"


def year_of(case: Case, figure: str) -> int:
    """The year in the date of a figure; the year of the valuation where its date names none."""
    found = _YEAR.search(case.figures[figure].as_of)
    return int(found[0]) if found else case.company.as_of.year


def last_day(text: str, year_end: int = _DECEMBER) -> dt.date | None:
    """The day of a date, or the last day of its month or year if no day is given; None where it is no date.

    Examples
    --------
    >>> last_day("2025-02"), last_day("2025", year_end=3), last_day("LTM")
    (datetime.date(2025, 2, 28), datetime.date(2025, 3, 31), None)
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month = int(found["year"]), int(found["month"] or year_end)
    try:
        return dt.date(year, month, int(found["day"] or calendar.monthrange(year, month)[1]))
    except ValueError:  # calendar.IllegalMonthError is one
        return None
