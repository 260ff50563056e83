"""Funding: valuations of the rounds, their growth, and the stakes sold."""

from workbooks.case.holdings import Funding
from workbooks.case.model import Case
from workbooks.declarations.sheet import Chart, Check, Column, Field, Fields, Link, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.funding import formulas
from workbooks.sheets.money import figure


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
        checks=(_ordered(),),
        tab="results",
        headlines=("last", "step_up", "growth"),
    )


def chart(case: Case, section: Funding) -> Chart:
    """The valuations over time, on a logarithmic axis: there a steady growth is a straight line."""
    unit = formulas.unit(case, section)
    title = Text("{}: valuation by round, {}, logarithmic (in brackets: × the round before)", case.company.name, unit)
    return Chart("timeline", title, "funding_shown", "", rows=20)


def _rounds(case: Case, section: Funding) -> Table:
    rounds, money = section.rounds, formulas.unit(case, section)
    valuation = [formulas.amount(case, section, r.valuation) for r in rounds]
    raised = [formulas.amount(case, section, r.raised) for r in rounds]
    step_up = formulas.since_the_last(section, formulas.step)
    days = formulas.since_the_last(section, formulas.days)
    growth = formulas.since_the_last(section, formulas.growth)
    notes = [r.note or case.figures[r.valuation].note or None for r in rounds]
    columns = (
        Column("name", "Round", cells=[r.name for r in rounds], width=34),
        Column("date", "Date", cells=[Link(figure(r.date)) for r in rounds], unit="date"),
        Column("valuation", "Valuation", cells=valuation, unit=money),
        Column("raised", "Raised", cells=raised, unit=money),
        Column("stake", "Stake sold", cells=[formulas.stake(r) for r in rounds], unit="share"),
        Column("step_up", "Step-up", cells=step_up, unit="×"),
        Column("days", "Since last round", cells=days, unit="days"),
        Column("growth", "Annualised growth", cells=growth, unit="rate"),
        Column("note", "Note", cells=notes, width=40, wrap=True),
    )
    note = "Valuations are post-money. Annualised growth is what the step-up comes to in a year, counted in days."
    return Table("rounds", "Rounds", columns, len(rounds), note)


def _overall(case: Case, section: Funding) -> Fields:
    money, local = formulas.unit(case, section), case.company.display_unit
    first, last = Link("rounds.valuation[1]"), Link(f"rounds.valuation[{len(section.rounds)}]")
    converted = Field("last_local", "At the exchange rate of this case", formulas.last_local(case), local)
    return Fields(
        "From the first round to the last",
        present(
            Field("first", "Valuation of the first round", first, money),
            Field("last", "Valuation of the last round", last, money, "Last_Round", strong=True),
            converted if formulas.abroad(case, section) else None,
            Field("step_up", "Last round ÷ first round", formulas.RISEN, "×", addin=True, strong=True),
            Field("years", "Years between them", formulas.years(section), "years", precise=True),
            Field("growth", "Annualised growth of the valuation", formulas.GROWN, "rate", addin=True, strong=True),
            Field("raised", "Raised, where it is known", formulas.RAISED, money),
        ),
    )


def _behind(case: Case, section: Funding) -> Table:
    numbers = range(1, len(section.rounds) + 1)
    columns = (
        Column("label", "Round", cells=[r.name for r in section.rounds]),
        Column("year", "Year", cells=[formulas.year(number) for number in numbers]),
        Column("value", "Value", cells=[formulas.valuation(case, section, number) for number in numbers]),
        Column("shown", "Value, shown", cells=[formulas.shown(number) for number in numbers]),
    )
    return Table("funding_shown", "Behind the chart", columns, len(numbers), quiet=True)


def _ordered() -> Check:
    label = "The rounds stand in the order of their dates"
    return Check("rounds_ordered", label, formulas.ORDERED, "fail", "rounds.date")
