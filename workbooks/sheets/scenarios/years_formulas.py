"""Formulas of the selected scenario by year."""

import re
from typing import Final

from valuation.multiples import implied_value
from valuation.periods import project
from workbooks.case.model import Case, Scenarios
from workbooks.declarations.calls import Call
from workbooks.declarations.expressions import composed, ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import ABSENT
from workbooks.sheets.money import displayed
from workbooks.sheets.year_names import year_name

YEAR: Final = re.compile(r"\d{4}")


def years(case: Case, section: Scenarios) -> range:
    """The years from that of the revenue, 0, to the last."""
    return range(int(case.figures[section.years].value) + 1)


def first_year(case: Case, section: Scenarios) -> int:
    """The year of the revenue; 0 where the case says no year, as in a template."""
    first = case.figures[section.revenue].as_of
    return int(first) if YEAR.fullmatch(first) else 0


def labels(case: Case, section: Scenarios) -> list[Content]:
    """What each year is called: 2017A and 2018E where the year of the revenue is known, else Year 0 and so on."""
    first = first_year(case, section)
    if first:
        return [year_name(first, year) for year in years(case, section)]
    return [composed("Year {}", ref("year")) for _ in years(case, section)]


REVENUE: Final = Call(project, {"base": "scenarios.revenue", "growth": "scenarios.selected_growth", "years": "year"})
PROFIT: Final = Call(implied_value, {"metric": "revenue", "multiple": "margin"})


def after_the_first(years: range, content: Content) -> list[Content]:
    """A value by the mix of the last year for each year; blank for year 0, which had another mix."""
    return [content if year else ABSENT for year in years]


def label(year: int) -> Expression:
    """What a year is called, behind the chart."""
    return ref(f"path.label[{year + 1}]")


def shown(column: str, year: int) -> Expression:
    """The figure of a year, in the unit of the chart's axis."""
    return displayed(f"path.{column}[{year + 1}]")
