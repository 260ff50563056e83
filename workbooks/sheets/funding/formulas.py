"""Formulas of Funding: each round compared with the one before, and the last with the first."""

from collections.abc import Callable
from typing import Final

from valuation.funding import round_stake, step_up
from valuation.periods import cagr
from workbooks.case.holdings import Funding, Round
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.declarations.calls import Call
from workbooks.declarations.excel_functions import DATE, FIXED, IF, MIN, ROUND, SUM, YEAR
from workbooks.declarations.expressions import composed, ref
from workbooks.declarations.sheet import Content, Link
from workbooks.declarations.trees import Expression, concat
from workbooks.declarations.words import ABSENT, NOT_MEANINGFUL
from workbooks.sheets.money import figure, fx, in_thousands, local

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
    """Step-up: multiple of the value of the round before."""
    return Call(step_up, {"previous": f"rounds.valuation[{before}]", "following": "valuation"})


def days(before: int) -> Expression:
    """Days since the round before."""
    return ref("date") - ref(f"rounds.date[{before}]")


def growth(before: int) -> Call:
    """Yearly growth implied by the step-up."""
    yearly = ref("step_up") ** (ref("inputs.days_in_year") / ref("days")) - 1
    years = ref("days") / ref("inputs.days_in_year")
    return Call(
        cagr,
        {"first": f"rounds.valuation[{before}]", "last": "valuation", "years": years},
        native=IF(ref("step_up") > 0, yearly, NOT_MEANINGFUL),
    )


# --- from the first to the last -------------------------------------------------------------------


def last_local(case: Case) -> Expression:
    """The last valuation at the exchange rate of the case."""
    return ref("funding.last") * ref(fx(case))


def years(section: Funding) -> Expression:
    """Years from the first round to the last."""
    return (ref(f"rounds.date[{len(section.rounds)}]") - ref("rounds.date[1]")) / ref("inputs.days_in_year")


RISEN: Final = Call(step_up, {"previous": "funding.first", "following": "funding.last"})
GROWN: Final = Call(cagr, {"first": "funding.first", "last": "funding.last", "years": "funding.years"})
RAISED: Final = SUM(ref("rounds.raised"))
ORDERED: Final = MIN(ref("rounds.days")) > 0

# --- behind the chart -----------------------------------------------------------------------------


def year(number: int) -> Expression:
    """The date as a fractional year, because a date axis cannot start at whole years."""
    day = ref(f"rounds.date[{number}]")
    begun, over = DATE(YEAR(day), 1, 1), DATE(YEAR(day) + 1, 1, 1)
    return YEAR(day) + (day - begun) / (over - begun)


def valuation(case: Case, section: Funding, number: int) -> Expression:
    """A valuation in the unit of the axis."""
    return ref(f"rounds.valuation[{number}]") / ref(
        "inputs.reporting_unit" if abroad(case, section) else "inputs.display_unit"
    )


def shown(number: int) -> Expression:
    """Label of a point: round, value, and the step-up in brackets."""
    value = composed("{}: {}", ref("label"), in_thousands(ref("value")))
    if number == 1:
        return concat(value, "   ")
    return concat(value, " (", FIXED(ROUND(ref(f"rounds.step_up[{number}]"), 1), 1), "×)   ")
