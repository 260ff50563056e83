"""Whether a forecast begins where the year that it grows from ends."""

import datetime as dt
from typing import Final

from valuation.kernel.dates import serial_number
from workbooks.case.model import Case
from workbooks.declarations.excel_functions import ABS
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Check, Field
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Expression, Reference
from workbooks.sheets.year_names import last_day

METHODS: Final = {
    "dcf": "Discounted cash flow",
    "scenarios": "Scenarios, value today",
    "cohorts": "Users by cohort",
}
LABEL: Final = "{}: the forecast begins where its base year ends, within half a year"
WITHIN: Final = ref("inputs.forecast_start")


def base_years(case: Case) -> dict[str, dt.date]:
    """The days on which the years end that the forecasts grow from, by method; without those that no date tells."""
    bases = {
        "dcf": case.dcf and case.dcf.revenue,
        "scenarios": case.scenarios and case.scenarios.revenue,
        "cohorts": case.cohorts and case.cohorts.margin,
    }
    ends = {
        name: last_day(case.figures[figure].as_of, case.company.year_end) for name, figure in bases.items() if figure
    }
    return {name: day for name, day in ends.items() if day is not None}


def fields(case: Case) -> tuple[Field, ...]:
    """The lines on Inputs: the ends of the base years, and how far from them a forecast may begin."""
    found = base_years(case)
    if not found:
        return ()
    within = Field("forecast_start", "A forecast begins within", 184.0, "days", note="of the end of its base year")
    return *(_end(name, day) for name, day in found.items()), within


def _end(name: str, day: dt.date) -> Field:
    return Field(f"base_year_{name}", Text("{}: base year ends", METHODS[name]), serial_number(day), "date")


def start_check(case: Case, name: str, at: Reference) -> Check | None:
    """The warning that a forecast begins elsewhere; None where the end of its base year is not known.

    It begins on the valuation date, a discounted cash flow a year before the end of its first year where that is given.
    """
    if name not in base_years(case):
        return None
    ends = case.dcf.first_year_end if case.dcf and name == "dcf" else None
    begins: Expression = ref("inputs.valuation_date")
    if ends:
        begins = ref("dcf.first_year_end") - ref("inputs.days_in_year")
    holds = ABS(begins - ref(f"inputs.base_year_{name}")) <= WITHIN
    return Check(f"{name}_begins", Text(LABEL, METHODS[name]), holds, "warn", at)
