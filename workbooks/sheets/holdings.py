"""Holdings: stakes at cost, at book value or by what a leader is worth for each of its units, and what is missing."""

from collections.abc import Sequence

from workbooks.case import Case, Holding, Holdings
from workbooks.sheets.benchmarks import benchmarks
from workbooks.spec import NOT_GIVEN, Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.workings import holdings as workings
from workbooks.workings.money import figure, reporting


def sheet(case: Case) -> Sheet | None:
    """The Holdings sheet."""
    section = case.holdings
    if section is None:
        return None
    valued = [held for held in section.stakes if workings.valued(held)]
    without = [held for held in section.stakes if not workings.valued(held)]
    complete = Check("stakes_valued", "Every stake has a value", workings.COMPLETE, "warn", "holdings_without.name")
    return Sheet(
        "holdings",
        "Holdings",
        "Holdings",
        "What are the stakes worth, at what they cost or by what the leaders in their fields show?",
        present(
            _stakes(case, section, valued) if valued else None,
            _together(case, section, missing=bool(without)) if valued else None,
            _without(without) if without else None,
            *benchmarks(case, section),
        ),
        checks=(complete,) if without else (),
        tab="results",
        headlines=("valued", "without") if section.whole else ("value", "value_reporting"),
    )


def _stakes(case: Case, section: Holdings, valued: Sequence[Holding]) -> Table:
    money = case.company.display_unit
    whole = [workings.whole(case, section, held) for held in valued]
    stake = [workings.stake(held, workings.ALL_OF_IT) for held in valued]
    columns = (
        Column("name", "Stake in", cells=[held.name for held in valued], width=34),
        Column("whole", "Value of the whole", cells=whole, unit=money),
        Column("stake", "Stake", cells=stake, unit="share"),
        Column("value", "Value of the stake", workings.VALUE, unit=money, width=17),
        Column("share", "Share", workings.SHARE, unit="share", width=16),
        Column("basis", "Valued at", cells=[held.basis for held in valued], width=62, wrap=True),
    )
    note = "Where no stake is given, the value is that of what is held."
    return Table("holdings_of", "Stakes that have a value", columns, len(valued), note)


def _together(case: Case, section: Holdings, *, missing: bool) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    discount, value, in_reporting = section.discount, workings.net(section), reporting(case, "holdings.value")
    number, without = workings.number("holdings_of"), workings.number("holdings_without")
    return Fields(
        "Together",
        present(
            Field("valued", "Stakes that have a value", number),
            Field("without", "Stakes that have none", without) if missing else None,
            Field("gross", "Sum of the stakes", workings.GROSS, money),
            Field("discount", "Holding discount", Link(figure(discount)), "share") if discount else None,
            Field("value", "Value of the holdings", value, money, "Holdings_Equity", addin=True, strong=True),
            Field("value_reporting", "Value of the holdings", in_reporting, second, strong=True),
        ),
    )


def _without(without: Sequence[Holding]) -> Table:
    columns = (
        Column("name", "Stake in", cells=[held.name for held in without]),
        # Nothing stands here, so that the rest stands under the same columns of the stakes that have a value.
        Column("beside_whole", ""),
        Column("stake", "Stake", cells=[workings.stake(held, NOT_GIVEN) for held in without], unit="share"),
        Column("beside_value", ""),
        Column("beside_share", ""),
        Column("basis", "What is missing", cells=[held.basis for held in without], width=62, wrap=True),
    )
    note = "Nothing is given that they could be valued by, and nothing is made up: they count for nothing above."
    return Table("holdings_without", "Stakes without a value", columns, len(without), note)
