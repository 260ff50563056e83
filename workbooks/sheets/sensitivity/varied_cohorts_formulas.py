"""Formulas of a user base at another churn, the same as on the Cohorts sheet."""

from typing import Final

from valuation.users import user_base_value
from workbooks.case.model import Case
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import IF, MAX, MIN, SUM
from workbooks.declarations.expressions import cells, grouped, ref
from workbooks.declarations.sheet import Content
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import NOT_MEANINGFUL
from workbooks.sheets.cohorts.formulas import USER_BASE, after_tax, cohorts, rate
from workbooks.sheets.inputs.steps import STEP
from workbooks.sheets.sensitivity.varied_methods_formulas import End

BASE: Final = Call(user_base_value, USER_BASE, needs=("cohorts.value",))


def leaving(year: int) -> Expression:
    """The share of the users who leave in a year."""
    return 1 - ref(f"cohort_years.retention[{year + 1}]")


def retention(table: str, end: End, year: int) -> Expression:
    """Retention rate with churn one step lower or higher."""
    left = ref(f"{table}.leaving[{year + 1}]")
    return MAX(0, 1 - left * (1 - ref(STEP) if end == "low" else 1 + ref(STEP)))


def _kept(table: str, end: End, last: int) -> Expression:
    """Yearly factor of a user's margin after the forecast."""
    return ref(f"{table}.retention_{end}[{last + 1}]") * (1 + ref(f"cohort_years.margin_growth[{last + 1}]"))


def values(table: str, end: End, last: int, *, new: bool) -> list[Content]:
    """Value per user at the end of each year, beginning with the last actual year."""
    column, by = f"{table}.{'new_' if new else ''}value_{end}", rate("base", new=new)
    kept = grouped(_kept(table, end, last))
    for_ever = ref(f"cohort_years.margin[{last + 1}]") * kept / (1 + by - kept)

    def before(year: int) -> Expression:
        later = grouped(ref(f"cohort_years.margin[{year + 1}]") + ref(f"{column}[{year + 1}]"))
        return ref(f"{table}.retention_{end}[{year + 1}]") * later / (1 + by)

    return [*(before(year) for year in range(1, last + 1)), for_ever]


def added(case: Case, table: str, end: End, year: int) -> Expression:
    """Present value of the users who join in a year, less acquisition costs."""
    cost = after_tax(case, ref(f"cohort_years.acquisition_cost[{year + 1}]"))
    each = grouped(ref(f"{table}.new_value_{end}[{year + 1}]") - cost)
    return ref(f"cohort_years.new_users[{year + 1}]") * each / (1 + rate("base", new=True)) ** year


def worth(case: Case, table: str, end: End, last: int) -> Expression:
    """Value of the user base; n.m. if the value per user is infinite."""
    new: Expression = SUM(cells(f"{table}.added_{end}", 2, last + 1))
    if cohorts(case).terminal_growth:
        growth, by = ref("cohorts.terminal_growth"), rate("base", new=True)
        new += ref(f"{table}.added_{end}[{last + 1}]") * (1 + growth) / (by - growth)
    total = ref("cohorts.users") * ref(f"{table}.value_{end}[1]") + new - ref("cohorts.overhead")
    least = MIN(rate("base", new=False), rate("base", new=True))
    return IF(_kept(table, end, last) < 1 + least, total, NOT_MEANINGFUL)
