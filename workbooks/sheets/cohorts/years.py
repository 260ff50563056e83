"""Margin and value per user by year, and the value of new users."""

from typing import Final

from workbooks.case.cohorts import Cohorts
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.declarations.sheet import Column, Content, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.words import ABSENT
from workbooks.sheets.cohorts import formulas
from workbooks.sheets.cohorts.formulas import DRIVERS, ENDINGS
from workbooks.sheets.method import Which
from workbooks.sheets.year_names import year_name, year_of

WORDS: Final[dict[Which, str]] = {"low": "{}, low", "base": "{}", "high": "{}, high"}


def a_user(case: Case, section: Cohorts) -> str:
    """The unit of what one user is worth."""
    return f"{case.company.currency} per {quantity(case.figures[section.margin].unit).noun}"


def table(case: Case, section: Cohorts) -> Table:
    """Margin and value per user by year, and the value of new users."""
    money, each = case.company.display_unit, a_user(case, section)
    units = {
        "retention": "share",
        "margin_growth": "rate",
        "new_users": case.figures[section.users].unit,
        "acquisition_cost": each,
        "overhead": money,
    }

    def driver(name: str) -> Column:
        cells = [ABSENT, *formulas.driver(case, name)]
        return Column(name, DRIVERS[name], cells=cells, unit=units[name], precise=name == "acquisition_cost")

    count = formulas.years(case)
    columns = [
        Column("year", "", cells=[_year(case, section, year) for year in range(count + 1)], role="heading"),
        driver("retention"),
        driver("margin_growth"),
        Column("margin", "Margin of a user", cells=formulas.margins(case), unit=each, precise=True),
        driver("new_users"),
        driver("acquisition_cost"),
        driver("overhead"),
    ]
    for which in ("base", "low", "high"):
        columns += _values(case, which, money, each)
    return Table("cohort_years", "Year by year", columns, count + 1, across=True)


def _values(case: Case, which: Which, money: str, each: str) -> list[Column]:
    end, word = ENDINGS[which], WORDS[which]
    existing, new = formulas.values(case, which, new=False), formulas.values(case, which, new=True)
    added, overhead = [ABSENT, *formulas.added(case, which)], [ABSENT, *formulas.overheads(case, which)]

    def column(name: str, heading: str, cells: list[Content], unit: str) -> Column:
        label = heading if which == "base" else Text(word, heading)
        return Column(f"{name}{end}", label, cells=cells, unit=unit, precise=unit == each)

    return [
        column("value", "Value of a user who is there", existing, each),
        column("new_value", "The same at the rate of new users", new, each),
        column("added", "New users less their acquisition, today", added, money),
        column("overhead_today", "Overhead, today", overhead, money),
    ]


def _year(case: Case, section: Cohorts, year: int) -> str:
    """What a year is called: 2018A, 2019E."""
    return year_name(year_of(case, section.margin), year)
