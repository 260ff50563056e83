"""Holdings: stakes at cost, at book value or by what a leader is worth for each of its units, and what is missing."""

from collections.abc import Sequence

from valuation.multiples import implied_value
from valuation.ownership import holdings_value
from workbooks.case import Case, Holding, Holdings
from workbooks.sheets.benchmarks import benchmarks, follower
from workbooks.spec import NOT_GIVEN, Call, Check, Column, Content, Field, Fields, Formula, Link, Sheet, Table
from workbooks.workings.money import figure, local, reporting


def sheet(case: Case) -> Sheet | None:
    """The Holdings sheet."""
    section = case.holdings
    if section is None:
        return None
    valued = [held for held in section.stakes if held.value or held.benchmark]
    missing = [held for held in section.stakes if not (held.value or held.benchmark)]
    complete = Formula("ROWS({holdings_without.name})=0", lambda v: not v("holdings_without.name").size)
    return Sheet(
        "holdings",
        "Holdings",
        "Holdings",
        "What are the stakes worth, at what they cost or by what the leaders in their fields show?",
        (
            *([_stakes(case, section, valued), _together(case, section)] if valued else ()),
            *([_missing(missing)] if missing else ()),
            *benchmarks(case, section),
        ),
        checks=(Check("stakes_valued", "Every stake has a value", complete, "warn", "holdings_without.name"),)
        if missing
        else (),
        tab="results",
        headlines=("valued", "without") if section.whole else ("value", "value_reporting"),
    )


def _stakes(case: Case, section: Holdings, valued: Sequence[Holding]) -> Table:
    money = case.company.display_unit

    def whole(held: Holding) -> Content:
        return local(case, held.value) if held.value else Link(follower(section, held.benchmark))

    all_of_it = Formula("1", lambda v: 1.0)  # noqa: ARG005 - needs no values
    stakes = [Link(figure(held.stake)) if held.stake else all_of_it for held in valued]
    value = Call(implied_value, {"metric": "whole", "multiple": "stake"})
    share = Formula("{value}/{holdings.gross}", lambda v: v("value") / v("holdings.gross"))
    return Table(
        "holdings_of",
        "Stakes that have a value",
        note="Where no stake is given, the value is that of what is held.",
        rows=len(valued),
        columns=(
            Column("name", "Stake in", cells=[held.name for held in valued], width=34),
            Column("whole", "Value of the whole", cells=[whole(held) for held in valued], unit=money),
            Column("stake", "Stake", cells=stakes, unit="share"),
            Column("value", "Value of the stake", value, unit=money, width=17),
            Column("share", "Share", share, unit="share", width=16),
            Column("basis", "Valued at", cells=[held.basis for held in valued], width=62, wrap=True),
        ),
    )


def _together(case: Case, section: Holdings) -> Fields:
    money, second = case.company.display_unit, case.company.reporting_unit
    whole = {"values": "holdings_of.whole", "stakes": "holdings_of.stake"}
    net, native = whole, "{holdings.gross}"
    if section.discount:
        net, native = whole | {"discount": "holdings.discount"}, "{holdings.gross}*(1-{holdings.discount})"
    discount = (
        [Field("discount", "Holding discount", Link(figure(section.discount)), "share")] if section.discount else []
    )
    value = Call(holdings_value, net, native=native)
    valued = sum(bool(held.value or held.benchmark) for held in section.stakes)
    none = Formula("ROWS({holdings_without.name})", lambda _: float(len(section.stakes) - valued))
    return Fields(
        "Together",
        (
            Field("valued", "Stakes that have a value", Formula("ROWS({holdings_of.name})", lambda _: float(valued))),
            *([Field("without", "Stakes that have none", none)] if valued < len(section.stakes) else ()),
            Field("gross", "Sum of the stakes", Call(holdings_value, whole), money),
            *discount,
            Field("value", "Value of the holdings", value, money, "Holdings_Equity", addin=True, strong=True),
            Field("value_reporting", "Value of the holdings", reporting(case, "holdings.value"), second, strong=True),
        ),
    )


def _missing(missing: Sequence[Holding]) -> Table:
    stakes = [Link(figure(held.stake)) if held.stake else NOT_GIVEN for held in missing]
    return Table(
        "holdings_without",
        "Stakes without a value",
        note="Nothing is given that they could be valued by, and nothing is made up: they count for nothing above.",
        rows=len(missing),
        columns=(
            Column("name", "Stake in", cells=[held.name for held in missing]),
            Column("beside_whole", ""),
            Column("stake", "Stake", cells=stakes, unit="share"),
            Column("beside_value", ""),
            Column("beside_share", ""),
            Column("basis", "What is missing", cells=[held.basis for held in missing], width=62, wrap=True),
        ),
    )
