"""Ownership: who holds how much of whom, and what the holder in force effectively has through all paths."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from valuation.errors import BLANK
from valuation.ownership import lookthrough
from workbooks.case import Case
from workbooks.register import Register, register
from workbooks.sheets.circles import HOLDER, circles, held, same
from workbooks.spec import (
    NOT_GIVEN,
    NOT_KNOWN,
    Check,
    Column,
    Content,
    Field,
    Fields,
    Formula,
    Input,
    Link,
    Reference,
    Sheet,
    Table,
    Values,
)
from workbooks.workings.money import figure


def sheet(case: Case) -> Sheet | None:
    """The Ownership sheet."""
    section = case.ownership
    if section is None:
        return None
    known = register(section)
    holder = next(owner for owner in known.owners if same(owner, section.holder))
    chosen = Input(holder, among="holders.name")
    note = "Choose from the list: any owner"
    return Sheet(
        "ownership",
        "Ownership",
        "Ownership",
        "Who holds how much of whom, and how much does a holder effectively have through all of them?",
        (
            Fields(
                "Holder in force", (Field("holder", "Whose interests are shown", chosen, name="Holder", note=note),)
            ),
            _interests(known),
            _stakes(known),
            *circles(known),
            _holders(known),
        ),
        checks=_checks(known),
        tab="results",
    )


def _interests(known: Register) -> Table:
    return Table(
        "interests",
        "Effective interests of the holder in force",
        note="Direct, and through every chain of owners. What rests on a stake that is not given is not known.",
        rows=len(known.companies),
        columns=(
            Column("name", "Company", cells=known.companies, width=34),
            Column("direct", "Direct", cells=[_direct(known, c) for c in known.companies], unit="share", precise=True),
            Column("indirect", "Through others", _indirect(), unit="share", precise=True, width=15),
            Column(
                "effective",
                "Effective",
                cells=[_effective(known, c) for c in known.companies],
                unit="share",
                precise=True,
            ),
            Column(
                "given", "Stakes given", cells=[_given(known, c) for c in known.companies], unit="share", precise=True
            ),
        ),
    )


def _stakes(known: Register) -> Table:
    through = Formula(
        f'IF({{interest}}=0,0,IF(AND(ISNUMBER({{interest}}),ISNUMBER({{stake}})),{{interest}}*{{stake}},"{NOT_KNOWN}"))',
        lambda v: [
            0.0 if a == 0 else NOT_KNOWN if np.isnan(a * b) else float(a * b)
            for a, b in zip(v("interest"), v("stake"), strict=True)
        ],
    )
    stakes: list[Content] = [Link(figure(stake.stake)) if stake.stake else NOT_GIVEN for stake in known.stakes]
    return Table(
        "stakes",
        "Direct stakes, owners before what they own",
        rows=len(known.stakes),
        columns=(
            Column("owned", "Company", cells=[stake.owned for stake in known.stakes]),
            Column("stake", "Direct stake", cells=stakes, unit="share", precise=True),
            Column(
                "interest",
                "Holder in owner",
                cells=[_interest(known, s.owner) for s in known.stakes],
                unit="share",
                precise=True,
            ),
            Column("through", "Through owner", through, unit="share", precise=True),
            Column("owner", "Owner", cells=[stake.owner for stake in known.stakes], width=24),
            Column("note", "Note", cells=[stake.note or None for stake in known.stakes], width=62, wrap=True),
        ),
    )


def _holders(known: Register) -> Table:
    return Table(
        "holders",
        "Owners to choose from",
        quiet=True,
        rows=len(known.owners),
        columns=(Column("name", "Owner", cells=known.owners),),
    )


# --- what the core says ---------------------------------------------------------------------------


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


DIRECT, THROUGH, EFFECTIVE = range(3)


# --- the same in cells ----------------------------------------------------------------------------


def _block(known: Register, company: str, column: str) -> str:
    """The cells of a company's rows among the stakes."""
    rows = known.rows(company)
    return f"{{stakes.{column}[{rows[0] + 1}]}}:{{stakes.{column}[{rows[-1] + 1}]}}"


def _given(known: Register, company: str) -> Formula:
    stakes = [f"stakes.stake[{row + 1}]" for row in known.rows(company)]
    return Formula(
        f"SUM({_block(known, company, 'stake')})", lambda v: float(np.nansum([v(stake) for stake in stakes]))
    )


def _direct(known: Register, company: str) -> Formula:
    owner, stake = _block(known, company, "owner"), _block(known, company, "stake")
    text = (
        f'IF({{name}}={{{HOLDER}}},0,IF(COUNTIFS({owner},{{{HOLDER}}},{stake},"{NOT_GIVEN}")>0,"{NOT_KNOWN}",'
        f"SUMIFS({stake},{owner},{{{HOLDER}}})))"
    )
    return Formula(text, lambda v: _looked_through(known, v, company, DIRECT))


def _indirect() -> Formula:
    def indirect(value: Values) -> list[float | str]:
        return [
            NOT_KNOWN if np.isnan(a + b) else max(float(b - a), 0.0)
            for a, b in zip(value("direct"), value("effective"), strict=True)
        ]

    both = "AND(ISNUMBER({direct}),ISNUMBER({effective}))"
    return Formula(f'IF({both},MAX({{effective}}-{{direct}},0),"{NOT_KNOWN}")', indirect)


def _effective(known: Register, company: str) -> Formula:
    circle = known.circle(company)
    stretches = [(rows[0] + 1, rows[-1] + 1) for rows in _outside(known, circle or (company,))]
    blocks = [f"{{stakes.through[{first}]}}:{{stakes.through[{last}]}}" for first, last in stretches]
    total = f"{{{held(known, company)}}}" if circle else f"SUM({blocks[0]})"
    tests = [f"COUNT({block})=ROWS({block})" for block in blocks]
    if tests:
        test = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
        total = f'IF({test},{total},"{NOT_KNOWN}")'
    return Formula(f"IF({{name}}={{{HOLDER}}},0,{total})", lambda v: _looked_through(known, v, company, EFFECTIVE))


def _outside(known: Register, circle: tuple[str, ...]) -> list[list[int]]:
    """The rows of the stakes in each company of a circle that are held from outside of it."""
    found = [[row for row in known.rows(c) if known.stakes[row].owner not in circle] for c in circle]
    return [rows for rows in found if rows]


def _interest(known: Register, owner: str) -> Formula:
    """What the holder has of an owner: of itself all."""
    if owner not in known.companies:
        return Formula(f"IF({{owner}}={{{HOLDER}}},1,0)", lambda v: float(same(owner, v(HOLDER))))
    effective: Reference = f"interests.effective[{known.companies.index(owner) + 1}]"

    def value(v: Values) -> float | str:
        return 1.0 if same(owner, v(HOLDER)) else _looked_through(known, v, owner, EFFECTIVE)

    return Formula(f"IF({{owner}}={{{HOLDER}}},1,{{{effective}}})", value)


def _checks(known: Register) -> tuple[Check, ...]:
    whole = Formula(
        "MAX({interests.given})<=1+{inputs.rounding}",
        lambda v: bool(np.max(v("interests.given")) <= 1 + v("inputs.rounding")),
    )
    given = Formula("COUNT({stakes.stake})=ROWS({stakes.stake})", lambda v: bool(not np.isnan(v("stakes.stake")).any()))
    checks = [Check("stakes_whole", "Nobody is owned by more than the whole", whole, "fail", "interests.given")]
    if any(not stake.stake for stake in known.stakes):
        checks.append(Check("stakes_given", "Every stake is given", given, "warn", "stakes.stake"))
    return tuple(checks)
