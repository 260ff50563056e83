"""Sensitivities of a user base: users, value per user, churn, discount rates, overhead."""

from typing import Final

from workbooks.case.cohorts import Cohorts
from workbooks.case.model import Case
from workbooks.declarations.sheet import Axis, Column, Content, Link, Table
from workbooks.sheets.cohorts.formulas import years
from workbooks.sheets.cohorts.years import a_user
from workbooks.sheets.inputs.steps import STEP
from workbooks.sheets.sensitivity import varied_cohorts_formulas as formulas
from workbooks.sheets.sensitivity.varied_methods_formulas import End, Swing, WhatIf

TABLE: Final = "cohorts_leaving"
HEADINGS: Final[dict[End, tuple[str, ...]]] = {
    "low": (
        "Retention, fewer leave",
        "Value of a user, fewer leave",
        "The same at the rate of new users, fewer leave",
        "New users today, fewer leave",
    ),
    "high": (
        "Retention, more leave",
        "Value of a user, more leave",
        "The same at the rate of new users, more leave",
        "New users today, more leave",
    ),
}


def user_base(case: Case, section: Cohorts) -> WhatIf:
    """Sensitivity of the user base to each of its inputs."""
    money, each, users = case.company.display_unit, a_user(case, section), case.figures[section.users].unit
    per_user = Axis("value_per_user", "Value of an existing user", each, STEP)
    per_new_user = Axis("value_per_new_user", "Value added by a new user", each, STEP)
    units = {"users": users, "new_users": users, "value_per_user": each, "value_per_new_user": each, "overhead": money}
    swings = (
        Swing(Axis("users", "Existing users", users, STEP), "cohorts.users"),
        Swing(per_new_user, "cohorts.value_per_new_user"),
        Swing(Axis("overhead", "Overhead", money, STEP), "cohorts.overhead"),
        Swing(
            Axis("discount_rate", "Discount rates", "rate", "cohorts.rate_step", relative=False),
            "cohorts.discount_rate",
            decimals=1,
            results=("cohorts.value_high", "cohorts.value_low"),  # a lower rate gives a higher value
        ),
        Swing(
            Axis("leaving", "Users who leave in a year", "share", STEP),
            f"{TABLE}.last",
            results=(f"{TABLE}.worth_low", f"{TABLE}.worth_high"),
        ),
    )
    return WhatIf(
        "cohorts",
        "Users by cohort",
        formulas.BASE,
        "cohorts.value",
        money,
        units,
        ((per_user, per_new_user),),
        swings,
        of=section.of,
        workings=(_leaving(case, each, money),),
    )


def _leaving(case: Case, each: str, money: str) -> Table:
    """Users by year at lower and higher churn; the last row is the value of the user base."""
    count = years(case)
    labels: list[Content] = [Link(f"cohort_years.year[{year + 1}]") for year in range(count + 1)]
    shares: list[Content] = [None, *(formulas.leaving(year) for year in range(1, count + 1)), None]
    last = ["", *[""] * (count - 1), f"{TABLE}.last", ""]
    columns = [
        Column("year", "Year", cells=[*labels, "Value of the user base"]),
        Column("leaving", "Users who leave in a year", cells=shares, unit="share", keys=last),
    ]
    for end in ("low", "high"):
        columns += _columns(case, end, count, (each, money))
    return Table(TABLE, "Users by cohort: users who leave, at its ends", columns, count + 2, quiet=True)


def _columns(case: Case, end: End, count: int, units: tuple[str, str]) -> list[Column]:
    each, money = units
    numbers = range(1, count + 1)
    kept: list[Content] = [None, *(formulas.retention(TABLE, end, year) for year in numbers), None]
    value, at_new_rate = (formulas.values(TABLE, end, count, new=new) for new in (False, True))
    added: list[Content] = [None, *(formulas.added(case, TABLE, end, year) for year in numbers)]
    worth = formulas.worth(case, TABLE, end, count)
    names = ("retention", "value", "new_value", "added")
    cells = ([*kept], [*value, None], [*at_new_rate, None], [*added, worth])
    keys = [*[""] * (count + 1), f"{TABLE}.worth_{end}"]
    return [
        Column(f"{name}_{end}", heading, cells=column, unit=unit, keys=keys if name == "added" else ())
        for name, heading, column, unit in zip(names, HEADINGS[end], cells, ("share", each, each, money), strict=True)
    ]
