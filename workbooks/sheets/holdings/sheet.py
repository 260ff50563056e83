"""Holdings: stakes at cost, at book value or by what a leader is worth for each of its units, and what is missing."""

from collections.abc import Sequence

from workbooks.case.holdings import Holding, Holdings
from workbooks.case.model import Case
from workbooks.declarations.sheet import Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.sheets.holdings import formulas
from workbooks.sheets.holdings.benchmarks import benchmarks
from workbooks.sheets.money import figure, reporting


def sheet(case: Case) -> Sheet | None:
    """The Holdings sheet."""
    section = case.holdings
    if section is None:
        return None
    valued = [held for held in section.stakes if formulas.valued(held)]
    without = [held for held in section.stakes if not formulas.valued(held)]
    complete = Check("stakes_valued", "Every stake has a value", formulas.COMPLETE, "warn", "holdings_without.name")
    return Sheet(
        "holdings",
        "Holdings",
        "Holdings",
        "What are the stakes worth, at what they cost or by what the leaders in their fields show?",
        present(
            _stakes(case, section, valued) if valued else None,
            _together(case, section, valued, missing=bool(without)) if valued else None,
            _without(without) if without else None,
            *benchmarks(case, section),
        ),
        checks=(complete,) if without else (),
        tab="results",
        headlines=("valued", "without")
        if section.whole
        else ("value", *(("value_reporting",) if case.company.reporting_unit else ())),
    )


def _stakes(case: Case, section: Holdings, valued: Sequence[Holding]) -> Table:
    money = case.company.display_unit
    whole = [formulas.whole(case, section, held) for held in valued]
    stakes = [formulas.stake(held) for held in valued]
    values = [formulas.value(case, section, held) for held in valued]
    columns = (
        Column("name", "Stake in", cells=[held.name for held in valued], width=34),
        Column("whole", "Value of the whole", cells=whole, unit=money),
        Column("stake", "Stake", cells=stakes, unit="share"),
        Column("value", "Value of the stake", cells=values, unit=money, width=17),
        Column("share", "Share", formulas.SHARE, unit="share", width=16),
        Column("basis", "Valued at", cells=[held.basis for held in valued], width=46, wrap=True),
    )
    note = "Where no stake is given, the value is that of what is held." if formulas.unknown(valued) else ""
    return Table("holdings_of", "Stakes that have a value", columns, len(valued), note)


def _together(case: Case, section: Holdings, valued: Sequence[Holding], *, missing: bool) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    gross, net = formulas.gross(valued), formulas.net(case, section, valued)
    discount, number, without = section.discount, formulas.number("holdings_of"), formulas.number("holdings_without")
    return Fields(
        "Together",
        present(
            Field("valued", "Number of stakes with a value", number, "stakes"),
            Field("without", "Number of stakes without one", without, "stakes") if missing else None,
            Field("gross", "Sum of the stakes", gross, money),
            Field("discount", "Holding discount", Link(figure(discount)), "share") if discount else None,
            Field("net_debt", formulas.owed_label(case), Link("capital.bridge"), money, note="see Capital")
            if formulas.owing(case, section)
            else None,
            Field("value", "Value of the holdings", net, money, "Holdings_Equity", addin=True, strong=True),
            Field("value_reporting", "Value of the holdings", reporting(case, "holdings.value"), second, strong=True)
            if second
            else None,
        ),
    )


def _without(without: Sequence[Holding]) -> Table:
    columns = (
        Column("name", "Stake in", cells=[held.name for held in without]),
        # Blank, so that the other columns align with those of the stakes with a value.
        Column("beside_whole", ""),
        Column("stake", "Stake", cells=[formulas.stake(held) for held in without], unit="share"),
        Column("beside_value", ""),
        Column("beside_share", ""),
        Column("basis", "What is missing", cells=[held.basis for held in without], width=46, wrap=True),
    )
    note = "Nothing is given that they could be valued by, and nothing is made up: they count for nothing above."
    return Table("holdings_without", "Stakes without a value", columns, len(without), note)
