"""Cohorts: a user base as the users there are, those that join each year, and the overhead that no user carries."""

import re
from typing import Final

from workbooks.case.cohorts import Cohorts
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.declarations.sheet import Check, Column, Content, Field, Fields, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.declarations.words import ABSENT
from workbooks.sheets.cohorts import formulas
from workbooks.sheets.cohorts.formulas import DRIVERS, ENDINGS
from workbooks.sheets.method import Which
from workbooks.sheets.money import link

YEAR: Final = re.compile(r"\d{4}")
ROWS: Final = ("existing", "new", "overhead", "value")
WORDS: Final[dict[Which, str]] = {"low": "{}, low", "base": "{}", "high": "{}, high"}


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
            _years(case, section),
            _peers(case, section) if section.peers else None,
            _beside_peers(case, section) if section.peers else None,
        ),
        checks=_checks(case, section),
        headlines=("value_per_user", "value_per_new_user"),
        tab="results",
    )


def _each(case: Case, section: Cohorts) -> str:
    return f"{case.company.currency} per {quantity(case.figures[section.margin].unit).noun}"


def _total(section: Cohorts) -> str:
    return "Enterprise value" if section.of == "enterprise" else "Equity value"


def _value(case: Case, section: Cohorts) -> Fields:
    money, each, users = case.company.display_unit, _each(case, section), case.figures[section.users].unit
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
            Field("value", _total(section), formulas.value("base"), money, "Cohorts_Value", addin=True, strong=True),
            Field("per_user", "Value ÷ existing users", formulas.OWN_PER_USER, each, addin=True, precise=True),
        ),
    )


def _range(case: Case, section: Cohorts) -> Table:
    """The same with the discount rates a step higher, and a step lower."""
    labels = ("Value of existing users", "Value of new users, less their acquisition", "Overhead, taken off")
    columns = [Column("label", "Item", cells=[*labels, _total(section)], width=34)]
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
    note = "Low: both discount rates one step higher, as on Inputs. High: one step lower"
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
        ),
        note="" if growth else ends,
    )


def _years(case: Case, section: Cohorts) -> Table:
    """What a user brings in and is worth, year by year, and what those who join add."""
    money, each = case.company.display_unit, _each(case, section)
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
    found = YEAR.search(case.figures[section.margin].as_of)
    first = int(found[0]) if found else case.company.as_of.year
    return f"{first + year}{'E' if year else 'A'}"


def _peers(case: Case, section: Cohorts) -> Table:
    peers, money, each = section.peers, case.company.display_unit, _each(case, section)
    users = case.figures[section.users].unit
    columns = (
        Column("name", "Peer", cells=[peer.name for peer in peers], width=34),
        Column("value", _total(section), cells=formulas.peer_values(case, section), unit=money),
        Column("users", "Users", cells=[link(peer.users) for peer in peers], unit=users),
        Column("per_user", "Value per user", formulas.PEER_PER_USER, unit=each, precise=True),
    )
    return Table("user_peers", "Value per user of the peers", columns, len(peers))


def _beside_peers(case: Case, section: Cohorts) -> Fields:
    money, each = case.company.display_unit, _each(case, section)
    return Fields(
        "Beside the peers",
        (
            Field("peers_low", "Lowest value per user", formulas.PEERS_LOW, each, precise=True),
            Field("peers_median", "Median value per user", formulas.PEERS_MEDIAN, each, precise=True),
            Field("peers_high", "Highest value per user", formulas.PEERS_HIGH, each, precise=True),
            Field("own_per_user", "Of the company by its cohorts", formulas.OWN_LINK, each, precise=True),
            Field("at_peers", "Users at the median of the peers", formulas.AT_PEERS, money, strong=True),
        ),
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
        Check("cohorts_ordered", ordered, formulas.ORDERED, "warn", "cohorts.value"),
    )
