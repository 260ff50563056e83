"""Formulas of the round: conversion of SAFEs and notes, pool, price per share, holdings.

The price p per share solves p × (shares + pool + converted shares) = pre-money. A SAFE with money m, cap k and discount
d converts into the larger of m ÷ (p × (1 − d)) and m ÷ k × (shares counted by the cap); the pool is the larger of the
existing one and its share of all. Among all choices (cap or discount for each SAFE) the true one has the lowest p. Caps
become better in the order of k ÷ (1 − d), so one row per SAFE covers all cases.
"""

from collections.abc import Sequence
from typing import Final

from valuation.conversion import conversion_table, note_balance, round_price
from valuation.funding import post_money, round_stake
from workbooks.case.cap_table import CapTable, Convertible, PricedRound, ShareClass
from workbooks.case.model import Case
from workbooks.declarations.calls import Argument, Call, Word
from workbooks.declarations.excel_functions import ABS, IF, ISNUMBER, MAX, MIN, SUM, SUMPRODUCT
from workbooks.declarations.expressions import grouped, ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression, Literal, Reference
from workbooks.declarations.words import ABSENT
from workbooks.sheets.arithmetic import make_whole
from workbooks.sheets.money import amount_in, figure

ONE: Final = Literal(1.0)
PRICE: Final = ref("cap_table.price")
PRE, RAISED = ref("cap_table.pre_money"), ref("cap_table.raised")
BEFORE, POOL_BEFORE = ref("cap_table.shares_before"), ref("cap_table.pool_before")

# --- before the round -----------------------------------------------------------------------------


def number(name: str | None, otherwise: Content) -> Content:
    """A figure, if it is given."""
    return Link(figure(name)) if name else otherwise


def as_common(of: ShareClass) -> Content:
    """The common shares that a class converts into."""
    return ref(figure(of.shares)) * ref(figure(of.conversion)) if of.conversion else Link(figure(of.shares))


ALL_BEFORE: Final = SUM(ref("share_classes.common"))
FULLY_DILUTED: Final = BEFORE + POOL_BEFORE

# --- SAFEs and notes ------------------------------------------------------------------------------


def money(case: Case, note: Convertible) -> Content:
    """Amount that converts: the principal, for a note with interest."""
    principal = amount_in(case, note.principal, case.company.currency)
    if not note.rate or not note.years:
        return principal
    arguments: dict[str, Argument] = {"principal": principal, "rate": figure(note.rate), "years": figure(note.years)}
    return Call(note_balance, arguments | ({"compounded": True} if note.compounded else {}))


AT_DISCOUNT: Final = ref("money") / (1 - ref("discount"))  # over the price of the round: shares
AT_CAP: Final = IF(ISNUMBER(ref("cap")), ref("money") / ref("cap"), 0)  # of what the cap counts: shares
TURN: Final = IF(ISNUMBER(ref("cap")), ref("cap") / (1 - ref("discount")), 0)


def by_cap(count: int, column: str) -> list[Content]:
    """Sum of a column over the SAFEs whose cap applies if the cap of this row applies."""
    turns, values, capped = (ref(f"conversions.{name}") for name in ("turn", column, "at_cap"))
    return [SUMPRODUCT((turns <= ref(f"conversions.turn[{n}]")) * (capped > 0) * values) for n in range(1, count + 1)]


def candidate(terms: PricedRound, discounted: Expression, capped: Expression, *, filled: bool) -> Expression:
    """Price per share if some amounts convert at the discount and others at the cap; the pool increased or not."""
    counted = grouped(BEFORE + POOL_BEFORE)
    grown: Expression = 1 / grouped(1 - capped) if terms.cap_basis == "post" else ONE
    left = PRE - discounted * grown
    shares: Expression = BEFORE + capped * grown * counted
    if filled:
        left -= ref("cap_table.pool") * grouped(PRE + RAISED)
    else:
        shares += POOL_BEFORE
    return grouped(left) / grouped(shares)


def in_row(terms: PricedRound, *, filled: bool) -> Expression:
    """Price if the caps up to that of the row apply."""
    rest = grouped(SUM(ref("conversions.at_discount")) - ref("discount_by_cap"))
    return candidate(terms, rest, ref("capped"), filled=filled)


def price(section: CapTable, terms: PricedRound) -> Expression:
    """The price of a share in the round."""
    notes = section.convertibles
    filled = (False, True) if terms.pool else (False,)
    discounted: Expression = SUM(ref("conversions.at_discount")) if notes else Literal(0.0)
    found: list[Expression] = [candidate(terms, discounted, Literal(0.0), filled=each) for each in filled]
    if notes:
        found += [ref(f"conversions.{'filled' if each else 'as_it_is'}") for each in filled]
    native = MIN(*found) if len(found) > 1 else found[0]
    return Call(round_price, price_arguments(section, terms), native=native)


def price_arguments(section: CapTable, terms: PricedRound) -> dict[str, Argument]:
    """Arguments of ROUND_PRICE."""
    notes = section.convertibles
    arguments: dict[str, Argument] = {
        "pre_money": "cap_table.pre_money",
        "raised": "cap_table.raised",
        "shares": "cap_table.shares_before",
        "invested": "conversions.money" if notes else 0.0,
        "pool_shares": "cap_table.pool_before",
        "cap_basis": Word(terms.cap_basis),
    }
    if notes:
        arguments |= {"caps": "conversions.cap", "discounts": "conversions.discount"}
    if terms.pool:
        arguments["pool"] = "cap_table.pool"
    return arguments


def conversion_price(terms: PricedRound) -> Expression:
    """Whether a SAFE or note converts at the discount or at the cap, whichever gives more shares."""
    counted = BEFORE + POOL_BEFORE
    if terms.cap_basis == "post":
        counted = counted + ref("cap_table.converted")
    discounted = PRICE * (1 - ref("discount"))
    return IF(ISNUMBER(ref("cap")), MIN(discounted, ref("cap") / grouped(counted)), discounted)


CONVERTED_SHARES: Final = ref("money") / ref("price")
CONVERTED: Final = PRE / PRICE - BEFORE - ref("cap_table.pool_after")
NEW_SHARES: Final = RAISED / PRICE
ALL_AFTER: Final = SUM(ref("cap_holders.after"))
POST_MONEY: Final = Call(post_money, {"pre_money": "cap_table.pre_money", "raised": "cap_table.raised"})
NEW_STAKE: Final = Call(round_stake, {"raised": "cap_table.raised", "post_money": "cap_table.post_money"})


def pool_after(terms: PricedRound) -> Expression:
    """The unissued pool after the round; a larger existing pool is kept."""
    if not terms.pool:
        return POOL_BEFORE
    return MAX(POOL_BEFORE, ref("cap_table.pool") * grouped(PRE + RAISED) / PRICE)


# --- who holds how much ---------------------------------------------------------------------------

HAS_PRICE: Final = PRICE > 0
FOOTS: Final = ABS(ref("cap_table.all_after") * PRICE - ref("cap_table.post_money")) <= ref("inputs.rounding") * ref(
    "cap_table.post_money"
)


def stakes_sum(section: CapTable) -> Expression:
    """Whether the stakes sum to 1."""
    return make_whole("cap_holders.stake" if section.round else "cap_holders.stake_before")


def laid_out(section: CapTable, terms: PricedRound) -> Call:
    """The cap table after the round as a dynamic array of the add-in."""
    return Call(conversion_table, {"names": "conversions.name"} | price_arguments(section, terms))


def share_of(column: str, rows: int) -> list[Content]:
    """The share of each row in a column."""
    whole: Expression = SUM(ref(f"cap_holders.{column}"))
    return [
        IF(ISNUMBER(ref(f"cap_holders.{column}[{n}]")), ref(f"cap_holders.{column}[{n}]") / whole, ABSENT)
        for n in range(1, rows + 1)
    ]


def times_price(rows: int) -> list[Content]:
    """Value of each row's shares at the price of the round."""
    return [ref(f"cap_holders.after[{n}]") * PRICE for n in range(1, rows + 1)]


def links(column: Reference, count: int) -> Sequence[Content]:
    """Links to the cells of a column."""
    return [Link(f"{column}[{n}]") for n in range(1, count + 1)]
