"""Cap table: shares of each holder before and after a round, and payouts at an exit."""

from workbooks.case.cap_table import CapTable, PricedRound
from workbooks.case.model import Case
from workbooks.declarations.sheet import Check, Field, Fields, Sheet, present
from workbooks.declarations.trees import Literal
from workbooks.sheets.cap_table import exits, exits_formulas, formulas, holders, terms
from workbooks.sheets.money import local_or_absent


def sheet(case: Case) -> Sheet | None:
    """The Cap table sheet."""
    section = case.cap_table
    if section is None:
        return None
    priced = section.round
    return Sheet(
        "cap_table",
        "Cap table",
        "Cap table and exit waterfall",
        "Who holds how much of the company, and who gets what when it is sold?",
        present(
            _before(case, section),
            _round(case, section, priced) if priced else None,
            holders.table(case, section),
            exits.payouts(case, section),
            exits.shares(section),
            exits.ways(section),
            terms.table(case, section),
            holders.conversions(case, section, priced) if priced and section.convertibles else None,
            holders.classes(case, section),
            exits.points(section),
            exits.turns(case, section),
        ),
        checks=_checks(section),
        tab="results",
        headlines=("price", "post_money") if priced else ("all_before",),
    )


def _before(case: Case, section: CapTable) -> Fields:
    unit = case.figures[section.classes[0].shares].unit
    pool = formulas.number(section.pool_shares, Literal(0.0))
    return Fields(
        "Before the round" if section.round else "Shares",
        (
            Field("shares_before", "Shares as converted, without the unissued pool", formulas.ALL_BEFORE, unit),
            Field("pool_before", "Unissued option pool", pool, unit),
            Field("all_before", "Fully diluted shares", formulas.FULLY_DILUTED, unit, strong=True),
        ),
    )


def _round(case: Case, section: CapTable, priced: PricedRound) -> Fields:
    money, a_share = case.company.display_unit, f"{case.company.currency} per share"
    unit = case.figures[section.classes[0].shares].unit
    return Fields(
        priced.name,
        present(
            Field("pre_money", "Pre-money value", local_or_absent(case, priced.pre_money), money),
            Field("raised", "New money", local_or_absent(case, priced.raised), money),
            Field(
                "post_money",
                "Post-money value",
                formulas.POST_MONEY,
                money,
                "Round_Post_Money",
                addin=True,
                strong=True,
            ),
            Field("new_stake", "Stake of the new money", formulas.NEW_STAKE, "share", addin=True),
            Field("pool", "Unissued pool after the round", formulas.number(priced.pool, None), "share")
            if priced.pool
            else None,
            Field(
                "price",
                "Price of a share",
                formulas.price(section, priced),
                a_share,
                "Round_Share_Price",
                addin=True,
                strong=True,
                precise=True,
            ),
            Field("new_shares", "New shares", formulas.NEW_SHARES, unit),
            Field("pool_after", "Unissued pool, shares", formulas.pool_after(priced), unit),
            Field("converted", "Shares of SAFEs and notes", formulas.CONVERTED, unit) if section.convertibles else None,
            Field("all_after", "Fully diluted shares after the round", formulas.ALL_AFTER, unit, strong=True),
        ),
        note="Pre-money counts the pool and what converts: price × (shares + pool + converted) = pre-money value",
    )


def _checks(section: CapTable) -> tuple[Check, ...]:
    columns, count = exits.columns(section), terms.count(section)
    whole, foots = "The stakes are the whole company", "All shares at the price are the post-money value"
    return present(
        Check("stakes_whole", whole, formulas.stakes_sum(section), "fail", "cap_holders.name"),
        Check("round_has_price", "The round has a price", formulas.HAS_PRICE, "fail", "cap_table.price")
        if section.round
        else None,
        Check(
            "round_foots",
            foots,
            formulas.FOOTS,
            "fail",
            "cap_holders.name",
        )
        if section.round
        else None,
        Check(
            "exits_foot",
            "The classes together get the exit value",
            exits_formulas.foots(columns, count),
            "fail",
            "exit_payouts.name",
        ),
    )
