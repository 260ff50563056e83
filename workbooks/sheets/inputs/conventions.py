"""Conventions on the Inputs sheet: units, tolerances, steps of sensitivities, signs, colours."""

from collections.abc import Mapping

from valuation.kernel.dates import serial_number
from workbooks.case.model import Case, Figure
from workbooks.declarations.sheet import Content, Field, Fields, present
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Literal
from workbooks.sheets import forecast_start
from workbooks.sheets.inputs import formulas, typed_units
from workbooks.sheets.peers.block import block
from workbooks.sheets.price import date_of_price

COLOURS = (
    ("Colours", "blue on cream: typed; black: computed"),
    ("", "green: linked; slanted on grey: stored"),
    ("", "bold on grey: a result"),
)


def conventions(case: Case, figures: Mapping[str, Figure], rates: Mapping[str, float], *, built: bool) -> Fields:
    """The conventions that the case needs, and the limits of the figures that are typed on Inputs, and of all rates."""
    local, reporting = case.company.display_unit, case.company.reporting_unit
    one_local = formulas.one(local)
    stored = "results are shown in this unit"
    subtracted = "net debt, discounts: positive, subtracted"
    return Fields(
        "Conventions",
        present(
            Field("display_unit", Text("One {}", local), one_local, case.company.currency, note=stored),
            Field("reporting_unit", Text("One {}", reporting), formulas.one(reporting), case.company.reporting_currency)
            if reporting
            else None,
            Field("valuation_date", "Valuation date", serial_number(case.company.as_of), "date"),
            _year_end(case) if formulas.calendarised(case) else None,
            *forecast_start.fields(case),
            *_price(case),
            *typed_units.limits(figures, rates),
            *_allowances(case),
            *(_scorecard() if case.premium else ()),
            Field("days_in_year", "Days in a year", 365.0, "days", note="as XIRR and XNPV count")
            if case.funding or (case.dcf and case.dcf.first_year_end)
            else None,
            *_steps(case),
            *(_simulation() if built and formulas.drawn(case) else ()),
            Field("sign", "Signs", None, note=subtracted),
            *(Field(f"legend_{n}", label, None, note=note) for n, (label, note) in enumerate(COLOURS, start=1)),
        ),
    )


def _year_end(case: Case) -> Field:
    """The company's year end: typed where the formulas of the peers follow it, else that of the case."""
    month = float(case.company.year_end)
    content: Content = month if block(case) else Literal(month)
    return Field("year_end", "Fiscal year ends in month", content, note="of peers' figures too")


def _price(case: Case) -> tuple[Field, ...]:
    """Date of the price, if given, and the age from which it counts as old."""
    day = date_of_price(case)
    if day is None:
        return ()
    note = "the last day of the month or year given"
    return (
        Field("price_date", "Date of the price", serial_number(day), "date", note=note),
        Field("price_age", "A price is old after", 366.0, "days", note="the Checks warn of it"),
    )


def _allowances(case: Case) -> tuple[Field, ...]:
    """Tolerances needed by the case."""
    agrees, larger = "share of the given figure", "relative to the larger of the two"
    tolerance = Field("tolerance", "A given figure agrees within", 0.005, "share", note=agrees)
    fence = Field("fence", "Outliers lie beyond the quartiles by", 1.5, "×", note="interquartile ranges (Tukey)")
    rounding = Field("rounding", "Arithmetic agrees within", 1e-9, note=larger)
    return present(
        tolerance if formulas.published(case) else None,
        fence if formulas.compared(case) else None,
        rounding,
    )


def _steps(case: Case) -> tuple[Field, ...]:
    """The steps of what the case varies."""
    share, added = "share of the base, where the case gives no range", "added to the base"
    growth = Field("growth_step", "Step of growth rates", 0.05, "rate", note=added)
    rate = Field("rate_step", "Step of discount rates", 0.01, "rate", note=added)
    return present(
        Field("step", "Step of grids and swings", 0.1, "share", note=share) if formulas.varied(case) else None,
        growth if case.scenarios else None,
        rate if case.scenarios or case.dcf or case.cohorts else None,
        Field("margin_step", "Step of margins", 0.01, "rate", note=added) if case.dcf else None,
        Field("forecast_growth_step", "Step of growth in a forecast", 0.01, "rate", note=added) if case.dcf else None,
        Field("terminal_growth_step", "Step of terminal growth", 0.005, "rate", note=added)
        if case.dcf and case.dcf.terminal_growth
        else None,
        Field("exit_multiple_step", "Step of exit multiples", 1.0, "×", note=added)
        if case.dcf and case.dcf.exit_multiple
        else None,
        Field("premium_step", "Step of premiums", 0.1, "rate", note=added) if case.premium else None,
    )


def _scorecard() -> tuple[Field, ...]:
    as_counted = "as QUALITY_SCORE counts"
    return (
        Field("score_low", "The worst answer of a scorecard", 1.0, "score", note=as_counted, precise=True),
        Field("score_high", "The best answer of a scorecard", 5.0, "score", precise=True),
    )


def _simulation() -> tuple[Field, ...]:
    return (
        Field("draws", "Draws of a simulation", 10_000.0, "draws", note="100 to 1,048,576"),
        Field("seed", "Seed of a simulation", 1.0, note="a whole number; the same seed gives the same draws"),
    )
