"""Names of years on sheets: 2025A for a reported year, 2026E for an estimate."""

import re
from typing import Final

from workbooks.case.model import Case

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
