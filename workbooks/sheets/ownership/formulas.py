"""The workings of Ownership: what the holder in force has of every company, directly and through all of its owners."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from valuation.kernel.errors import BLANK
from valuation.ownership import lookthrough
from workbooks.case.model import Ownership
from workbooks.case.stakes import Register
from workbooks.declarations.sheet import NOT_GIVEN, NOT_KNOWN, Content, Formula, Input, Link, Values
from workbooks.sheets.money import figure
from workbooks.sheets.ownership.cross_holdings import HOLDER, held, same

# --- lines and columns ----------------------------------------------------------------------------


def in_force(known: Register, section: Ownership) -> Input:
    """Whose interests are shown: any of the owners, at first the one that the case names."""
    return Input(next(owner for owner in known.owners if same(owner, section.holder)), among="holders.name")


def direct(known: Register, company: str) -> Formula:
    """What the holder has of a company by stakes of its own."""
    owner, stake = _block(known, company, "owner"), _block(known, company, "stake")
    text = (
        f'IF({{name}}={{{HOLDER}}},0,IF(COUNTIFS({owner},{{{HOLDER}}},{stake},"{NOT_GIVEN}")>0,"{NOT_KNOWN}",'
        f"SUMIFS({stake},{owner},{{{HOLDER}}})))"
    )
    return Formula(text, lambda v: _looked_through(known, v, company, _DIRECT))


def _through_others(v: Values) -> list[float | str]:
    both = zip(v("direct"), v("effective"), strict=True)
    return [NOT_KNOWN if np.isnan(a + b) else max(float(b - a), 0.0) for a, b in both]


INDIRECT: Final = Formula(
    f'IF(AND(ISNUMBER({{direct}}),ISNUMBER({{effective}})),MAX({{effective}}-{{direct}},0),"{NOT_KNOWN}")',
    _through_others,
)


def effective(known: Register, company: str) -> Formula:
    """What the holder has of a company through all paths."""
    circle = known.circle(company)
    stretches = [(rows[0] + 1, rows[-1] + 1) for rows in _outside(known, circle or (company,))]
    blocks = [f"{{stakes.through[{first}]}}:{{stakes.through[{last}]}}" for first, last in stretches]
    total = f"{{{held(known, company)}}}" if circle else f"SUM({blocks[0]})"
    tests = [f"COUNT({block})=ROWS({block})" for block in blocks]
    if tests:
        test = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
        total = f'IF({test},{total},"{NOT_KNOWN}")'
    return Formula(f"IF({{name}}={{{HOLDER}}},0,{total})", lambda v: _looked_through(known, v, company, _EFFECTIVE))


def given(known: Register, company: str) -> Formula:
    """The stakes in a company that are given, together; where none is, that is not nothing."""
    stakes, block = [f"stakes.stake[{row + 1}]" for row in known.rows(company)], _block(known, company, "stake")

    def together(value: Values) -> float | str:
        found = [stake for stake in map(value, stakes) if not np.isnan(stake)]
        return float(np.sum(found)) if found else NOT_GIVEN

    return Formula(f'IF(COUNT({block})=0,"{NOT_GIVEN}",SUM({block}))', together)


def stakes(known: Register) -> list[Content]:
    """The direct stakes."""
    return [Link(figure(stake.stake)) if stake.stake else NOT_GIVEN for stake in known.stakes]


def interest(known: Register, owner: str) -> Formula:
    """What the holder has of an owner: of itself all."""
    if owner not in known.companies:
        return Formula(f"IF({{owner}}={{{HOLDER}}},1,0)", lambda v: float(same(owner, v(HOLDER))))
    of_owner = f"interests.effective[{known.companies.index(owner) + 1}]"
    return Formula(
        f"IF({{owner}}={{{HOLDER}}},1,{{{of_owner}}})",
        lambda v: 1.0 if same(owner, v(HOLDER)) else _looked_through(known, v, owner, _EFFECTIVE),
    )


def _through_owner(v: Values) -> list[float | str]:
    both = zip(v("interest"), v("stake"), strict=True)
    return [0.0 if a == 0 else NOT_KNOWN if np.isnan(a * b) else float(a * b) for a, b in both]


THROUGH: Final = Formula(
    f'IF({{interest}}=0,0,IF(AND(ISNUMBER({{interest}}),ISNUMBER({{stake}})),{{interest}}*{{stake}},"{NOT_KNOWN}"))',
    _through_owner,
)

# --- checks ---------------------------------------------------------------------------------------

WHOLE: Final = Formula(
    "MAX({interests.given})<=1+{inputs.rounding}",
    lambda v: bool(np.nanmax(v("interests.given"), initial=0.0) <= 1 + v("inputs.rounding")),
)
ALL_GIVEN: Final = Formula(
    "COUNT({stakes.stake})=ROWS({stakes.stake})", lambda v: bool(not np.isnan(v("stakes.stake")).any())
)

# --- what the core says ---------------------------------------------------------------------------

_DIRECT, _, _EFFECTIVE = range(3)  # columns of LOOKTHROUGH


@lru_cache
def _rows(holder: str, owners: tuple[str, ...], owned: tuple[str, ...], stakes: tuple[float, ...]) -> Mapping[str, Any]:
    known = [BLANK if stake < 0 else stake for stake in stakes]
    return {name: figures for name, *figures in lookthrough(holder, owners, owned, known)[1:]}


def _looked_through(known: Register, value: Values, company: str, column: int) -> float | str:
    """A figure of the holder's interest in a company: 0 where it has none, a word where it is not known."""
    stakes = tuple(-1.0 if np.isnan(stake) else float(stake) for stake in value("stakes.stake"))  # a NaN is no key
    owners, owned = (tuple(getattr(stake, side) for stake in known.stakes) for side in ("owner", "owned"))
    found = _rows(str(value(HOLDER)), owners, owned, stakes).get(company)
    if found is None:
        return 0.0
    return NOT_KNOWN if np.isnan(found[column]) else float(found[column])


# --- where it stands ------------------------------------------------------------------------------


def _block(known: Register, company: str, column: str) -> str:
    """The cells of a company's rows among the stakes."""
    rows = known.rows(company)
    return f"{{stakes.{column}[{rows[0] + 1}]}}:{{stakes.{column}[{rows[-1] + 1}]}}"


def _outside(known: Register, circle: tuple[str, ...]) -> list[list[int]]:
    """The rows of the stakes in each company of a circle that are held from outside of it."""
    found = [[row for row in known.rows(c) if known.stakes[row].owner not in circle] for c in circle]
    return [rows for rows in found if rows]
