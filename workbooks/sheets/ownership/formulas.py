"""Formulas of Ownership: interest of the selected holder in every company, direct and through all its owners."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from valuation.kernel.errors import BLANK
from valuation.ownership import lookthrough
from workbooks.case.holdings import Ownership
from workbooks.case.stakes import Register
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import (
    AND,
    COUNT,
    COUNTIFS,
    IF,
    ISNUMBER,
    MAX,
    ROWS,
    SUM,
    SUMIFS,
)
from workbooks.declarations.expressions import Block, cells, equal, ref
from workbooks.declarations.sheet import Content, Input, Link
from workbooks.declarations.trees import Expression
from workbooks.declarations.words import NOT_GIVEN, NOT_KNOWN
from workbooks.sheets.money import figure
from workbooks.sheets.ownership.cross_holdings import HOLDER, held

# --- lines and columns ----------------------------------------------------------------------------


def in_force(known: Register, section: Ownership) -> Input:
    """Selectable holder whose interests are shown; initially that of the case."""
    return Input(next(owner for owner in known.owners if _same(owner, section.holder)), among="holders.name")


def _same(one: str, other: str) -> bool:
    """Whether two names are equal, as compared by spreadsheets."""
    return one.strip().casefold() == other.strip().casefold()


def direct(known: Register, company: str) -> Expression:
    """Direct interest of the holder in a company."""
    owner, stake, holder = _block(known, company, "owner"), _block(known, company, "stake"), ref(HOLDER)
    not_given = COUNTIFS(owner, holder, stake, NOT_GIVEN) > 0
    native = IF(equal(ref("name"), holder), 0, IF(not_given, NOT_KNOWN, SUMIFS(stake, owner, holder)))
    return _by_the_core(known, company, _DIRECT, native)


_BOTH_KNOWN: Final = AND(ISNUMBER(ref("direct")), ISNUMBER(ref("effective")))
INDIRECT: Final = IF(_BOTH_KNOWN, MAX(ref("effective") - ref("direct"), 0), NOT_KNOWN)


def effective(known: Register, company: str) -> Expression:
    """Effective interest of the holder in a company through all paths."""
    circle = known.circle(company)
    stretches = [(rows[0] + 1, rows[-1] + 1) for rows in _outside(known, circle or (company,))]
    blocks = [cells("stakes.through", first, last) for first, last in stretches]
    total: Expression = ref(held(known, company)) if circle else SUM(blocks[0])
    tests = [equal(COUNT(block), ROWS(block)) for block in blocks]
    if tests:
        total = IF(tests[0] if len(tests) == 1 else AND(*tests), total, NOT_KNOWN)
    return _by_the_core(known, company, _EFFECTIVE, IF(equal(ref("name"), ref(HOLDER)), 0, total))


def given(known: Register, company: str) -> Expression:
    """Sum of the known stakes in a company; unknown, not 0, if none is given."""
    block = _block(known, company, "stake")
    return IF(equal(COUNT(block), 0), NOT_GIVEN, SUM(block))


def stakes(known: Register) -> list[Content]:
    """The direct stakes."""
    return [Link(figure(stake.stake)) if stake.stake else NOT_GIVEN for stake in known.stakes]


def interest(known: Register, owner: str) -> Expression:
    """Interest of the holder in an owner; 1 in itself."""
    others: Expression | float = 0
    if owner in known.companies:
        others = ref(f"interests.effective[{known.companies.index(owner) + 1}]")
    return IF(equal(ref("owner"), ref(HOLDER)), 1, others)


_INTEREST, _STAKE = ref("interest"), ref("stake")
_GIVEN: Final = AND(ISNUMBER(_INTEREST), ISNUMBER(_STAKE))
THROUGH: Final = IF(equal(_INTEREST, 0), 0, IF(_GIVEN, _INTEREST * _STAKE, NOT_KNOWN))

# --- checks ---------------------------------------------------------------------------------------

WHOLE: Final = MAX(ref("interests.given")) <= 1 + ref("inputs.rounding")
ALL_GIVEN: Final = equal(COUNT(ref("stakes.stake")), ROWS(ref("stakes.stake")))

# --- what the core says ---------------------------------------------------------------------------

_DIRECT, _, _EFFECTIVE = range(3)  # columns of LOOKTHROUGH


def _by_the_core(known: Register, company: str, column: int, native: Expression) -> Call:
    """A figure of the holder's interest in a company: 0 where it has none, a word where it is not known."""
    owners, owned = (tuple(getattr(stake, side) for stake in known.stakes) for side in ("owner", "owned"))

    def looked_through(holder: str, stakes: Sequence[float]) -> float | str:
        given = tuple(-1.0 if np.isnan(stake) else float(stake) for stake in stakes)  # a NaN is not a key
        found = _rows(holder, owners, owned, given).get(company)
        if found is None:
            return 0.0
        return NOT_KNOWN if np.isnan(found[column]) else float(found[column])

    return Call(looked_through, {"holder": HOLDER, "stakes": "stakes.stake"}, native=native)


@lru_cache
def _rows(holder: str, owners: tuple[str, ...], owned: tuple[str, ...], stakes: tuple[float, ...]) -> Mapping[str, Any]:
    known = [BLANK if stake < 0 else stake for stake in stakes]
    return {name: figures for name, *figures in lookthrough(holder, owners, owned, known)[1:]}


# --- where it stands ------------------------------------------------------------------------------


def _block(known: Register, company: str, column: str) -> Block:
    """The cells of a company's rows among the stakes."""
    rows = known.rows(company)
    return cells(f"stakes.{column}", rows[0] + 1, rows[-1] + 1)


def _outside(known: Register, circle: tuple[str, ...]) -> list[list[int]]:
    """The rows of the stakes in each company of a circle that are held from outside of it."""
    found = [[row for row in known.rows(c) if known.stakes[row].owner not in circle] for c in circle]
    return [rows for rows in found if rows]
