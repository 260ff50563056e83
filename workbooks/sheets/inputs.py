"""Inputs: every figure of the case, one a row, with its unit, date and source."""

from collections.abc import Mapping

from workbooks.case import Case, Figure
from workbooks.quantity import shown_unit
from workbooks.spec import Check, Column, Field, Fields, Sheet, Table, present
from workbooks.workings import inputs as workings
from workbooks.workings.money import figure


def sheet(case: Case, optional: frozenset[str] = frozenset()) -> Sheet:
    """The Inputs sheet; a template, which tells the figures that may stay empty, has a table of its own for them."""
    needed = {name: given for name, given in case.figures.items() if name not in optional}
    spare = {name: given for name, given in case.figures.items() if name in optional}
    unit = case.company.display_unit
    how = f"Fill what is cream, in whole units: 1,146 {unit} are typed 1146e{workings.zeros(unit)}." if spare else ""
    why = "A peer without figures does not count; what hangs on another that is not there stays blank."
    numbers = Check("inputs_are_numbers", "Every input is a number", workings.NUMBERS, "fail", "input_rows.value")
    return Sheet(
        "inputs",
        "Inputs",
        "Inputs",
        "Where does every number come from? The only place where figures are typed.",
        present(
            _figures(case, "input_rows", "Figures", needed, how),
            _figures(case, "optional_rows", "Figures that may stay empty", spare, why) if spare else None,
            _sources(case),
            _conventions(case, built=not spare),
        ),
        checks=(numbers,),
        tab="inputs",
    )


def _figures(case: Case, table: str, title: str, figures: Mapping[str, Figure], note: str) -> Table:
    given = figures.values()
    units = [f.unit for f in given]
    values = [workings.value(f) for f in given]
    keys = [figure(name) for name in figures]
    columns = (
        Column("id", "Id", cells=[*figures], width=30, verbatim=True),
        Column("label", "Figure", cells=[f.label for f in given], width=52),
        Column("value", "Value", cells=values, units=units, keys=keys, width=14, precise=True),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], width=17, role="unit"),
        Column("as_of", "As of", cells=[f.as_of for f in given], width=14),
        Column("source", "Source", cells=[workings.cited(case, f.source) for f in given], width=84),
        Column("note", "Note", cells=[f.note or None for f in given], width=76, wrap=True),
    )
    return Table(table, title, columns, len(figures), note)


def _sources(case: Case) -> Table:
    sources = case.sources.values()
    note = "A title in brackets is ours: the article's own is not recorded." if workings.supplied(case) else ""
    columns = (
        Column("number", "Source", cells=[f"{number}." for number in range(1, len(sources) + 1)]),
        Column("title", "Title", cells=[source.title for source in sources]),
        # A title runs on over these, so that the rest stands under the source and the note of the figures.
        *(Column(f"beside_{number}", "") for number in range(3)),
        Column("publisher", "Publisher and date", cells=[f"{s.publisher}, {s.date}" for s in sources]),
        Column("note", "Note", cells=[source.note or None for source in sources], wrap=True),
    )
    return Table("sources", "Sources", columns, len(sources), note)


def _conventions(case: Case, *, built: bool) -> Fields:
    local, reporting = case.company.display_unit, case.company.reporting_unit
    one_local, one_reporting = workings.one(local), workings.one(reporting)
    stored = "Values are stored in whole units and shown in this one"
    agrees = "share of the given figure"
    step = "Step of a grid, and of a swing that the case does not say"
    subtracted = "Net debt and discounts are positive numbers and are subtracted"
    colours = "Blue on cream: typed. Black: computed. Green: linked. Grey and slanted: stored"
    return Fields(
        "Conventions",
        present(
            Field("display_unit", f"One {local}", one_local, case.company.currency, note=stored),
            Field("reporting_unit", f"One {reporting}", one_reporting, case.company.reporting_currency),
            Field("tolerance", "A given figure agrees within", 0.005, "share", note=agrees),
            Field("fence", "Outliers lie beyond the quartiles by", 1.5, "×", note="interquartile ranges (Tukey)"),
            Field("rounding", "Arithmetic agrees within", 1e-9, note="relative to the larger of the two"),
            *(_scorecard() if case.premium else ()),
            Field("days_in_year", "Days in a year", 365.0, "days", note="as XIRR and XNPV count")
            if case.funding
            else None,
            Field("step", step, 0.1, "share", note="share of the base"),
            Field("growth_step", "The same for growth", 0.05, "rate", note="added to the base"),
            Field("rate_step", "The same for discount rates", 0.01, "rate", note="added to the base"),
            Field("premium_step", "The same for premiums", 0.1, "rate", note="added to the base")
            if case.premium
            else None,
            *(_simulation() if built and workings.drawn(case) else ()),
            Field("sign", "Signs", None, note=subtracted),
            Field("legend", "Colours", None, note=colours),
        ),
    )


def _scorecard() -> tuple[Field, ...]:
    return (
        Field("score_low", "The worst answer of a scorecard", 1.0, "score", note="as QUALITY_SCORE counts"),
        Field("score_high", "The best answer of a scorecard", 5.0, "score"),
    )


def _simulation() -> tuple[Field, ...]:
    return (
        Field("draws", "Draws of a simulation", 10_000.0, "draws", note="100 to 1,048,576"),
        Field("seed", "Seed of a simulation", 1.0, note="a whole number; the same seed gives the same draws"),
    )
