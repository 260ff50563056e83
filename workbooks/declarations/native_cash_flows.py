"""Native formulas for discounted cash flows: present values, discount rates, implied growth, lifetime value."""

from typing import Final

from workbooks.declarations.excel_functions import COUNT, IF, INDEX, MAX, NA, NPV, SUMPRODUCT
from workbooks.declarations.expressions import Written, equal, grouped, total
from workbooks.declarations.native_arguments import Vector, either, listed, singly, word
from workbooks.declarations.trees import Expression, Literal
from workbooks.declarations.words import NOT_MEANINGFUL

DAYS_IN_YEAR: Final = 365  # as in XNPV


def gordon_value(
    cash_flow: Expression, rate: Expression, growth: Expression, mid_year: Expression | None = None
) -> Expression:
    """Value of a growing perpetuity."""
    value = cash_flow / (rate - growth)
    return IF(growth < rate, either(mid_year, value * (1 + rate) ** 0.5, value), NA())


def dcf_value(
    cash_flows: Vector,
    rate: Expression,
    terminal_growth: Expression | None = None,
    terminal_multiple: Expression | None = None,
    mid_year: Expression | None = None,
    stub: Expression | None = None,
) -> Expression:
    """Present value of yearly flows by NPV, plus a terminal value."""
    given = (cash_flows, rate, terminal_growth, terminal_multiple, stub)
    return either(mid_year, _yearly(*given, early=0.5), _yearly(*given, early=0.0))


def _yearly(
    cash_flows: Vector,
    rate: Expression,
    growth: Expression | None,
    multiple: Expression | None,
    stub: Expression | None,
    *,
    early: float,
) -> Expression:
    cells = listed(cash_flows)
    first, last = _ends(cash_flows)
    value: Expression = NPV(rate, *cells)
    end: Expression = COUNT(*cells)
    if stub is None:
        value = value * (1 + rate) ** early if early else value
    else:  # only a part of the first flow, after a part of a year; the other flows are nearer accordingly
        others = (value - first / (1 + rate)) * (1 + rate) ** (1 + early - stub)
        value = first * stub / (1 + rate) ** (stub / 2 if early else stub) + others
        end = end - 1 + stub
    if growth is None and multiple is None:
        return value
    return value + _after(last, rate, growth, multiple, end, early)


def _after(
    last: Expression,
    rate: Expression,
    growth: Expression | None,
    multiple: Expression | None,
    end: Expression,
    early: float,
) -> Expression:
    """Present value of the terminal value, by growth or by an exit multiple."""
    if growth is not None:
        value = last * (1 + growth) / (rate - growth) / (1 + rate) ** (end - early if early else end)
        return IF(growth < rate, value, NA())
    sale = last * multiple / (1 + rate) ** end if multiple is not None else Literal(0.0)
    return IF(last > 0, sale, NOT_MEANINGFUL)


def _ends(vector: Vector) -> tuple[Expression, Expression]:
    """First and last cell of a vector."""
    if isinstance(vector, Written) and vector.many:
        return INDEX(vector, 1), INDEX(vector, COUNT(vector))
    cells = listed(vector)
    return cells[0], cells[-1]


def dated_dcf_value(
    cash_flows: Vector,
    dates: Vector,
    valuation_date: Vector,
    rate: Expression,
    terminal_growth: Expression | None = None,
    terminal_multiple: Expression | None = None,
    mid_year: Expression | None = None,
) -> Expression:
    """Value of flows on dates, counted as in XNPV, and a terminal value."""
    given = (cash_flows, dates, listed(valuation_date)[0], rate, terminal_growth, terminal_multiple)
    if mid_year is None or (isinstance(mid_year, Literal) and not mid_year.of):
        return _dated(*given, early=0.0)
    return either(mid_year, _dated(*given, early=0.5), _dated(*given, early=0.0))


def _dated(
    cash_flows: Vector,
    dates: Vector,
    start: Expression,
    rate: Expression,
    growth: Expression | None,
    multiple: Expression | None,
    *,
    early: float,
) -> Expression:
    days, flows = listed(dates), listed(cash_flows)
    if isinstance(dates, Written) and dates.many:
        if early:
            message = "the middles of periods need single cells of dates, not a range: give the cells one by one"
            raise TypeError(message)
        value: Expression = SUMPRODUCT(flows[0] / (1 + rate) ** ((days[0] - start) / DAYS_IN_YEAR))
    else:
        befores = [start, *days[:-1]]
        middles = [grouped(a + b) / 2 for a, b in zip(befores, days, strict=True)] if early else days
        terms = zip(flows, middles, strict=True)
        value = total([flow / (1 + rate) ** ((day - start) / DAYS_IN_YEAR) for flow, day in terms])
    _, last = _ends(cash_flows)
    end = (MAX(*days) - start) / DAYS_IN_YEAR
    if growth is None and multiple is None:
        return value
    return value + _after(last, rate, growth, multiple, end, early)


def cost_of_equity(risk_free: Expression, beta: Expression, premium: Expression) -> Expression:
    """Cost of equity by CAPM."""
    return risk_free + beta * premium


def wacc(
    equity: Expression, debt: Expression, cost_equity: Expression, cost_debt: Expression, tax: Expression
) -> Expression:
    """Weighted average cost of capital."""
    return (equity * cost_equity + debt * cost_debt * (1 - tax)) / (equity + debt)


def implied_growth(
    target: Expression,
    base: Expression,
    multiple: Expression,
    years: Expression,
    discount_rate: Expression | None = None,
) -> Expression:
    """Yearly growth implied by a value."""
    yearly = (target / (base * multiple)) ** (1 / years)
    grown = yearly if discount_rate is None else yearly * (1 + discount_rate)
    return IF(base > 0, grown - 1, NOT_MEANINGFUL)


def implied_perpetual_growth(
    ev: Expression, cash_flow: Expression, rate: Expression, mid_year: Expression | None = None
) -> Expression:
    """Perpetual growth implied by a value."""
    earlier = grouped(ev / (1 + rate) ** 0.5)
    found = either(mid_year, _perpetual(earlier, cash_flow, rate), _perpetual(ev, cash_flow, rate))
    return IF(cash_flow > 0, found, NOT_MEANINGFUL)


def _perpetual(ev: Expression, cash_flow: Expression, rate: Expression) -> Expression:
    return (ev * rate - cash_flow) / (ev + cash_flow)


def breakeven_earnings(value: Expression, rate: Expression, years: Expression | None = None) -> Expression:
    """Yearly earnings required after years without earnings."""
    return value * rate if years is None else value * (1 + rate) ** years * rate


def user_lifetime_value(
    margin: Expression,
    retention: Expression,
    discount_rate: Expression,
    years: Expression | None = None,
    timing: Expression = Literal("end"),  # noqa: B008 - frozen
) -> Expression:
    """Lifetime value of a user, for a number of years or for ever."""
    lost = 1 + discount_rate - retention
    first = margin * (retention if word(timing) == "end" else grouped(1 + discount_rate))
    if years is None:
        return IF(lost > 0, first / lost, NA())
    kept = (retention / (1 + discount_rate)) ** years
    every = first / (1 + discount_rate) * years
    return IF(equal(lost, 0), every, first * (1 - kept) / lost)


def cohort_lifetime_value(
    margins: Vector,
    retentions: Vector,
    discount_rate: Expression,
    growth: Expression | None = None,
    timing: Expression = Literal("end"),  # noqa: B008 - frozen
) -> Expression:
    """Margins of the users who are still there, year by year, from the last year to the first."""
    kept, given = singly(retentions), singly(margins)
    yearly = given * len(kept) if len(given) == 1 else given
    factor = grouped(1 + discount_rate)
    later: Expression | None = None
    for margin, retention in reversed(list(zip(yearly, kept, strict=True))):
        more = later if growth is None or later is None else later * (1 + growth)
        if word(timing) == "start":  # this year's margin comes before anybody is lost
            later = margin if more is None else grouped(margin + retention / factor * more)
        else:
            later = retention / factor * (margin if more is None else grouped(margin + more))
    return later if later is not None else Literal(0.0)
