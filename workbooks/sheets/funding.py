"""Funding: what the rounds valued the company at, how fast that grew, and what was sold for the money."""

import datetime as dt
from collections.abc import Callable

import numpy as np

from valuation.amounts import excel_round
from valuation.funding import round_stake, step_up
from valuation.periods import cagr
from workbooks.case import DAY_ZERO, Case, Funding
from workbooks.quantity import quantity
from workbooks.spec import (
    ABSENT,
    Call,
    Chart,
    Check,
    Column,
    Content,
    Field,
    Fields,
    Formula,
    Link,
    Sheet,
    Table,
    Values,
)
from workbooks.workings.money import figure, fx, local


def sheet(case: Case) -> Sheet | None:
    """The Funding sheet."""
    section = case.funding
    if section is None:
        return None
    return Sheet(
        "funding",
        "Funding",
        "Financing rounds",
        "What did each round value the company at, and how fast did that grow?",
        (_rounds(case, section), chart(case, section), _overall(case, section), _behind(case, section)),
        checks=(_order(),),
        tab="results",
        headlines=("last", "step_up", "growth"),
    )


def chart(case: Case, section: Funding) -> Chart:
    """The valuations over time, on a logarithmic axis: there a steady growth is a straight line."""
    title = f"{case.company.name}: valuation by round, {_unit(case, section)}, logarithmic"
    return Chart("timeline", title, "funding_shown", _unit(case, section), rows=20)


def _abroad(case: Case, section: Funding) -> bool:
    """Whether every round was in the reporting currency: then nothing is converted."""
    amounts = [name for r in section.rounds for name in (r.valuation, r.raised) if name]
    return all(quantity(case.figures[name].unit).currency == case.company.reporting_currency for name in amounts)


def _unit(case: Case, section: Funding) -> str:
    return case.company.reporting_unit if _abroad(case, section) else case.company.display_unit


def _rounds(case: Case, section: Funding) -> Table:
    rounds, unit = section.rounds, _unit(case, section)

    def money(name: str) -> Content:
        return Link(figure(name)) if _abroad(case, section) else local(case, name)

    stake = Call(round_stake, {"raised": "raised", "post_money": "valuation"})
    later = range(1, len(rounds))
    notes = [r.note or case.figures[r.valuation].note or None for r in rounds]
    return Table(
        "rounds",
        "Rounds",
        note="Valuations are after the money. Growth is what the step-up comes to in a year, counted in days.",
        rows=len(rounds),
        columns=(
            Column("name", "Round", cells=[r.name for r in rounds], width=34),
            Column("date", "Date", cells=[Link(figure(r.date)) for r in rounds], unit="date"),
            Column("valuation", "Valuation", cells=[money(r.valuation) for r in rounds], unit=unit),
            Column("raised", "Raised", cells=[money(r.raised) if r.raised else ABSENT for r in rounds], unit=unit),
            Column("stake", "Stake sold", cells=[stake if r.raised else ABSENT for r in rounds], unit="share"),
            Column("step_up", "Step-up", cells=[ABSENT, *(_step(n) for n in later)], unit="×"),
            Column("days", "Since the last", cells=[ABSENT, *(_days(n) for n in later)], unit="days"),
            Column("growth", "Growth a year", cells=[ABSENT, *(_growth(n) for n in later)], unit="rate"),
            Column("note", "Note", cells=notes, width=62, wrap=True),
        ),
    )


def _step(number: int) -> Call:
    return Call(step_up, {"previous": f"rounds.valuation[{number}]", "following": "valuation"})


def _days(number: int) -> Formula:
    before = f"rounds.date[{number}]"
    return Formula(f"{{date}}-{{{before}}}", lambda v: v("date") - v(before))


def _growth(number: int) -> Formula:
    before = f"rounds.valuation[{number}]"
    return Formula(
        "{step_up}^({inputs.days_in_year}/{days})-1",
        lambda v: cagr(v(before), v("valuation"), v("days") / v("inputs.days_in_year")),
    )


def _overall(case: Case, section: Funding) -> Fields:
    company, unit, count = case.company, _unit(case, section), len(section.rounds)
    first, last = "rounds.valuation[1]", f"rounds.valuation[{count}]"
    days = f"({{rounds.date[{count}]}}-{{rounds.date[1]}})"
    years = Formula(
        f"{days}/{{inputs.days_in_year}}",
        lambda v: (v(f"rounds.date[{count}]") - v("rounds.date[1]")) / v("inputs.days_in_year"),
    )
    rate = fx(case)
    converted = Formula(f"{{funding.last}}*{{{rate}}}", lambda v: v("funding.last") * v(rate))
    raised = Formula("SUM({rounds.raised})", lambda v: float(np.nansum(v("rounds.raised"))))
    grown = Call(cagr, {"first": "funding.first", "last": "funding.last", "years": "funding.years"})
    risen = Call(step_up, {"previous": "funding.first", "following": "funding.last"})
    return Fields(
        "From the first round to the last",
        (
            Field("first", "Valuation of the first round", Link(first), unit),
            Field("last", "Valuation of the last round", Link(last), unit, "Last_Round", strong=True),
            *(
                [Field("last_local", "At the exchange rate of this case", converted, company.display_unit)]
                if _abroad(case, section)
                else ()
            ),
            Field("step_up", "Last round ÷ first round", risen, "×", addin=True, strong=True),
            Field("years", "Years between them", years, "years", precise=True),
            Field("growth", "Growth of the valuation a year", grown, "rate", addin=True, strong=True),
            Field("raised", "Raised, where it is known", raised, unit),
        ),
    )


def _behind(case: Case, section: Funding) -> Table:
    count = len(section.rounds)
    scale = "inputs.reporting_unit" if _abroad(case, section) else "inputs.display_unit"

    def value(number: int) -> Formula:
        of = f"rounds.valuation[{number}]"
        return Formula(f"{{{of}}}/{{{scale}}}", lambda v: v(of) / v(scale))

    return Table(
        "funding_shown",
        "Behind the chart",
        quiet=True,
        rows=count,
        columns=(
            Column("label", "Round", cells=[r.name for r in section.rounds]),
            Column("year", "Year", cells=[_year(number + 1) for number in range(count)]),
            Column("value", "Value", cells=[value(number + 1) for number in range(count)]),
            Column("shown", "Value, shown", cells=[_shown(number + 1) for number in range(count)]),
        ),
    )


def _year(number: int) -> Formula:
    """The year with the part of it that has gone by: an axis of dates has no years to begin at."""
    day = f"{{rounds.date[{number}]}}"
    begun = f"DATE(YEAR({day}),1,1)"
    text = f"YEAR({day})+({day}-{begun})/(DATE(YEAR({day})+1,1,1)-{begun})"
    return Formula(text, _decimal_year(f"rounds.date[{number}]"))


def _decimal_year(of: str) -> Callable[[Values], float]:
    def year(value: Values) -> float:
        day = DAY_ZERO + dt.timedelta(days=int(value(of)))
        begun, over = dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1)
        return day.year + (day - begun).days / (over - begun).days

    return year


def _shown(number: int) -> Formula:
    if number == 1:
        return Formula('TEXT(ROUND({value},1),"#,##0.0")&"   "', lambda v: f"{excel_round(v('value'), 1):,.1f}   ")
    step = f"rounds.step_up[{number}]"
    return Formula(
        f'TEXT(ROUND({{value}},1),"#,##0.0")&" ("&TEXT(ROUND({{{step}}},1),"0.0")&"×)   "',
        lambda v: f"{excel_round(v('value'), 1):,.1f} ({excel_round(v(step), 1):.1f}×)   ",
    )


def _order() -> Check:
    ordered = Formula("MIN({rounds.days})>0", lambda v: bool(np.nanmin(v("rounds.days")) > 0))
    return Check("rounds_ordered", "The rounds stand in the order of their dates", ordered, "fail", "rounds.date")
