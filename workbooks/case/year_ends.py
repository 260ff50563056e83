"""Fiscal years in names of figures, and which two of a peer's years make up the company's year.

The name of a figure ends with its year: `EBITDA 2025E`, `Revenue FY2024A`. A fiscal year is named after the calendar
year in which it ends.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

MONTHS: Final = 12
_YEAR: Final = re.compile(r"(?P<stem>.*\D)?(?P<year>(?:19|20|21)\d\d)(?P<mark>[A-Za-z]?)")
_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class FiscalYear(NamedTuple):
    """The name of a figure without its year, and the year."""

    stem: str
    year: int


class Blend(NamedTuple):
    """Two fiscal years of a peer from which a figure for the company's year is interpolated, and the months of each."""

    first: str
    second: str
    months: int  # months of the earlier year that lie in the company's year


def fiscal_year(name: str) -> FiscalYear | None:
    """Fiscal year in the name of a figure; None where the name has none, as for LTM.

    Examples
    --------
    >>> fiscal_year("EBITDA 2025E"), fiscal_year("EBITDA LTM")
    (FiscalYear(stem='ebitda ', year=2025), None)
    """
    found = _YEAR.fullmatch(" ".join(name.split()))
    return FiscalYear((found["stem"] or "").casefold(), int(found["year"])) if found else None


def neighbour(name: str, names: Iterable[str], years: int) -> str | None:
    """Name of the same figure a number of years later, among `names`; None where there is none.

    Examples
    --------
    >>> neighbour("EBITDA 2024A", ["EBITDA 2024A", "EBITDA 2025E"], 1)
    'EBITDA 2025E'
    """
    of = fiscal_year(name)
    if of is None:
        return None
    wanted = of._replace(year=of.year + years)
    return next((each for each in names if fiscal_year(each) == wanted), None)


def following(name: str, years: int) -> str:
    """Name of the same figure for another year.

    Examples
    --------
    >>> following("EBITDA 2025E", 1), following("EBITDA 2025E", -1)
    ('EBITDA 2026E', 'EBITDA 2024E')
    """
    found = _YEAR.fullmatch(" ".join(name.split()))
    return f"{found['stem'] or ''}{int(found['year']) + years}{found['mark']}" if found else name


def direction(year_end: int, own: int) -> int:
    """Which adjacent fiscal year of a peer overlaps the company's year: 1 the next, -1 the one before, 0 none.

    Examples
    --------
    >>> direction(3, 12), direction(12, 3), direction(12, 12)
    (1, -1, 0)
    """
    return (year_end < own) - (year_end > own)


def blend(name: str, names: Iterable[str], year_end: int, own: int) -> Blend | None:
    """The two fiscal years of a peer that a figure is interpolated from; None where no interpolation is needed.

    Examples
    --------
    >>> blend("EBITDA 2024A", ["EBITDA 2024A", "EBITDA 2025E"], 3, 12)
    Blend(first='EBITDA 2024A', second='EBITDA 2025E', months=3)
    >>> blend("EBITDA 2025E", ["EBITDA 2024A", "EBITDA 2025E"], 12, 3)
    Blend(first='EBITDA 2024A', second='EBITDA 2025E', months=9)
    """
    step = direction(year_end, own)
    other = neighbour(name, names, step) if step else None
    if other is None:
        return None
    first, second = (name, other) if step > 0 else (other, name)
    return Blend(first, second, (year_end - own) % MONTHS)


def month(text: str) -> int | None:
    """Month named in a text; None where there is none.

    Examples
    --------
    >>> month("3"), month("March"), month("31-Mar"), month("2025-03-31"), month("3月"), month("Q1")
    (3, 3, 3, 3, 3, None)
    """
    plain = text.strip().casefold().removesuffix(".0").removesuffix("月")
    day = re.fullmatch(r"\d{4}-(\d\d)-\d\d", plain)
    plain = day[1] if day else plain
    if plain.isdecimal():
        return int(plain) if 1 <= int(plain) <= MONTHS else None
    words = re.findall(r"[a-z]+", plain)
    found = [_NAMES.index(word[:3]) + 1 for word in words if word[:3] in _NAMES]
    return found[0] if len(found) == len(words) == 1 else None
