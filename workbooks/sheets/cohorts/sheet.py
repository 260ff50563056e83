"""Cohorts: value of a user base from existing users, new users per year, and overhead."""

from typing import Final

from workbooks.case.cohorts import Cohorts
from workbooks.case.model import Case
from workbooks.declarations.sheet import Check, Column, Content, Field, Fields, Sheet, Table, present
from workbooks.sheets.cohorts import formulas, peers, years
from workbooks.sheets.cohorts.years import a_user
from workbooks.sheets.forecast_start import start_check
from workbooks.sheets.method import Which
from workbooks.sheets.money import link

ROWS: Final = ("existing", "new", "overhead", "value")


def sheet(case: Case) -> Sheet | None:
    """The Cohorts sheet; a case without cohorts has none."""
    section = case.cohorts
    if section is None:
        return None
    return Sheet(
        "cohorts",
        "Cohorts",
        "A user base by its cohorts",
        "What are the users there are worth, what the users still to come, and what does overhead take?",
        present(
            _value(case, section),
            _range(case, section),
            _rates(section),
            years.table(case, section),
            peers.table(case, section) if section.peers else None,
            peers.beside(case, section) if section.peers else None,
        ),
        checks=_checks(case, section),
        headlines=("value_per_user", "value_per_new_user"),
        tab="results",
    )


def _value(case: Case, section: Cohorts) -> Fields:
    money, each, users = case.company.display_unit, a_user(case, section), case.figures[section.users].unit
    new = formulas.together(case, "added", "base", new=True)
    overhead = formulas.together(case, "overhead_today", "base", new=False)
    return Fields(
        "Value of the users",
        (
            Field("users", "Existing users", link(section.users), users),
            Field("value_per_user", "Value of an existing user", formulas.A_USER, each, precise=True),
            Field("existing", "Value of existing users", formulas.existing("base"), money),
            Field("new", "Value of new users, less their acquisition", new, money),
            Field("new_users_total", "Users who join in the forecast", formulas.joining(case), users),
            Field("value_per_new_user", "Value added by a new user", formulas.per_new_user(), each, precise=True),
            Field("overhead", "Overhead, taken off", overhead, money),
            Field(
                "value", peers.total(section), formulas.value("base"), money, "Cohorts_Value", addin=True, strong=True
            ),
            Field("per_user", "Value ÷ existing users", formulas.OWN_PER_USER, each, addin=True, precise=True),
        ),
    )


def _range(case: Case, section: Cohorts) -> Table:
    """The same with the discount rates a step higher, and a step lower."""
    labels = ("Value of existing users", "Value of new users, less their acquisition", "Overhead, taken off")
    columns = [Column("label", "Item", cells=[*labels, peers.total(section)], width=34)]
    ends: tuple[tuple[Which, str], ...] = (("low", "Low"), ("high", "High"))
    for which, heading in ends:
        cells: list[Content] = [
            formulas.existing(which),
            formulas.together(case, "added", which, new=True),
            formulas.together(case, "overhead_today", which, new=False),
            formulas.value(which),
        ]
        keys = [f"cohorts.{row}_{which}" for row in ROWS]
        columns.append(Column(which, heading, cells=cells, keys=keys, unit=case.company.display_unit))
    note = "Low: both discount rates one step higher, as below. High: one step lower"
    return Table("cohort_range", "Low and high", columns, len(ROWS), note)


def _rates(section: Cohorts) -> Fields:
    new, growth, tax = section.new_users_rate, section.terminal_growth, section.tax_rate
    ends = (
        "New users and overhead end with the forecast; the users who are there then stay or leave as in its last year"
    )
    return Fields(
        "Rates",
        present(
            Field(
                "discount_rate", "Discount rate of existing users", link(section.discount_rate), "rate", precise=True
            ),
            Field(
                "new_users_rate", "Discount rate of new users", link(new or section.discount_rate), "rate", precise=True
            ),
            Field("tax_rate", "Tax rate", link(tax), "rate", precise=True) if tax else None,
            Field("terminal_growth", "Growth for ever", link(growth), "rate", precise=True) if growth else None,
            Field("rate_step", "Step of the discount rates", formulas.rate_step(section), "rate", precise=True),
        ),
        note="" if growth else ends,
    )


def _checks(case: Case, section: Cohorts) -> tuple[Check, ...]:
    ordered = "Cohorts: low ≤ selected ≤ high"
    return present(
        Check("cohorts_end", "The value of a user has an end", formulas.has_an_end(case), "fail", "cohorts.existing"),
        Check(
            "cohorts_growth", "Growth for ever is below the discount rates", formulas.BELOW_RATES, "fail", "cohorts.new"
        )
        if section.terminal_growth
        else None,
        start_check(case, "cohorts", "cohorts.existing"),
        Check("cohorts_ordered", ordered, formulas.ORDERED, "warn", "cohorts.value"),
    )
