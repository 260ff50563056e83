"""The workings of Funding: what each round says of the one before it, and the first and the last of each other."""

import datetime as dt
from collections.abc import Callable
from typing import Final

import numpy as np

from valuation.funding import round_stake, step_up
from valuation.numerics.rounding import excel_round
from valuation.periods import cagr
from workbooks.case.model import Case, Funding, Round
from workbooks.case.quantity import quantity
from workbooks.case.roles import DAY_ZERO
from workbooks.declarations.sheet import ABSENT, NOT_MEANINGFUL, Call, Content, Formula, Link, Reference
from workbooks.sheets.money import figure, fx, local

# --- currency -------------------------------------------------------------------------------------


def abroad(case: Case, section: Funding) -> bool:
    """Whether every round was in the reporting currency: then nothing is converted."""
    amounts = [name for r in section.rounds for name in (r.valuation, r.raised) if name]
    return all(quantity(case.figures[name].unit).currency == case.company.reporting_currency for name in amounts)


def unit(case: Case, section: Funding) -> str:
    """The unit of the rounds' money."""
    return case.company.reporting_unit if abroad(case, section) else case.company.display_unit


def amount(case: Case, section: Funding, name: str | None) -> Content:
    """An amount of a round, in the currency of the rounds."""
    if not name:
        return ABSENT
    return Link(figure(name)) if abroad(case, section) else local(case, name)


# --- a round --------------------------------------------------------------------------------------

STAKE: Final = Call(round_stake, {"raised": "raised", "post_money": "valuation"})


def stake(of: Round) -> Content:
    """The stake that was sold for the money, where that is known."""
    return STAKE if of.raised else ABSENT


def since_the_last(section: Funding, of: Callable[[int], Content]) -> list[Content]:
    """A comparison of each round with the one before it; the first has none."""
    return [ABSENT, *(of(before) for before in range(1, len(section.rounds)))]


def step(before: int) -> Call:
    """How many times the value of the round before."""
    return Call(step_up, {"previous": f"rounds.valuation[{before}]", "following": "valuation"})


def days(before: int) -> Formula:
    """Days since the round before."""
    then = f"rounds.date[{before}]"
    return Formula(f"{{date}}-{{{then}}}", lambda v: v("date") - v(then))


def growth(before: int) -> Formula:
    """What the step-up comes to in a year."""
    then = f"rounds.valuation[{before}]"
    return Formula(
        f'IF({{step_up}}>0,{{step_up}}^({{inputs.days_in_year}}/{{days}})-1,"{NOT_MEANINGFUL}")',
        lambda v: cagr(v(then), v("valuation"), v("days") / v("inputs.days_in_year")),
    )


# --- from the first to the last -------------------------------------------------------------------


def last_local(case: Case) -> Formula:
    """The last valuation at the exchange rate of the case."""
    rate = fx(case)
    return Formula(f"{{funding.last}}*{{{rate}}}", lambda v: v("funding.last") * v(rate))


def years(section: Funding) -> Formula:
    """Years from the first round to the last."""
    first, last = "rounds.date[1]", f"rounds.date[{len(section.rounds)}]"
    return Formula(
        f"({{{last}}}-{{{first}}})/{{inputs.days_in_year}}", lambda v: (v(last) - v(first)) / v("inputs.days_in_year")
    )


RISEN: Final = Call(step_up, {"previous": "funding.first", "following": "funding.last"})
GROWN: Final = Call(cagr, {"first": "funding.first", "last": "funding.last", "years": "funding.years"})
RAISED: Final = Formula("SUM({rounds.raised})", lambda v: float(np.nansum(v("rounds.raised"))))
ORDERED: Final = Formula("MIN({rounds.days})>0", lambda v: bool(np.nanmin(v("rounds.days")) > 0))

# --- behind the chart -----------------------------------------------------------------------------


def year(number: int) -> Formula:
    """The year with the part of it that has gone by: an axis of dates has no years to begin at."""
    of = f"rounds.date[{number}]"
    begun = f"DATE(YEAR({{{of}}}),1,1)"
    text = f"YEAR({{{of}}})+({{{of}}}-{begun})/(DATE(YEAR({{{of}}})+1,1,1)-{begun})"
    return Formula(text, lambda v: _decimal_year(v(of)))


def _decimal_year(day_number: float) -> float:
    day = DAY_ZERO + dt.timedelta(days=int(day_number))
    begun, over = dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1)
    return day.year + (day - begun).days / (over - begun).days


def valuation(case: Case, section: Funding, number: int) -> Formula:
    """A valuation counted in the unit of the axis."""
    scale: Reference = "inputs.reporting_unit" if abroad(case, section) else "inputs.display_unit"
    of = f"rounds.valuation[{number}]"
    return Formula(f"{{{of}}}/{{{scale}}}", lambda v: v(of) / v(scale))


def shown(number: int) -> Formula:
    """What stands beside a point: its round, its value, and in brackets how many times the one before."""
    value = '{label}&": "&TEXT(ROUND({value},1),"#,##0.0")'
    if number == 1:
        return Formula(f'{value}&"   "', lambda v: f"{v('label')}: {_decimal(v('value'))}   ")
    times = f"rounds.step_up[{number}]"
    return Formula(
        f'{value}&" ("&TEXT(ROUND({{{times}}},1),"0.0")&"×)   "',
        lambda v: f"{v('label')}: {_decimal(v('value'))} ({excel_round(v(times), 1):.1f}×)   ",
    )


def _decimal(value: float) -> str:
    """What `TEXT(ROUND(value,1),"#,##0.0")` gives."""
    return f"{excel_round(value, 1):,.1f}"
