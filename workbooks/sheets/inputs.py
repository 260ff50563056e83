"""Inputs: every figure of the case, one a row, with its unit, date and source."""

from collections.abc import Mapping
from math import log10

from workbooks.case import Case, Figure
from workbooks.quantity import quantity, shown_unit, whole
from workbooks.spec import Check, Column, Field, Fields, Formula, Sheet, Table
from workbooks.workings.drawn import uncertain
from workbooks.workings.money import figure


def sheet(case: Case, optional: frozenset[str] = frozenset()) -> Sheet:
    """The Inputs sheet; what may stay empty has a table of its own."""
    needed = {name: given for name, given in case.figures.items() if name not in optional}
    spare = {name: given for name, given in case.figures.items() if name in optional}
    unit = case.company.display_unit
    how = f"Fill what is cream, in whole units: 1,146 {unit} are typed 1146e{round(log10(quantity(unit).scale))}."
    tables = [_figures(case, "input_rows", "Figures", needed, how if spare else "")]
    if spare:
        why = "A peer without figures does not count; what hangs on another that is not there stays blank."
        tables.append(_figures(case, "optional_rows", "Figures that may stay empty", spare, why))
    company = case.company
    conventions = Fields(
        "Conventions",
        (
            Field(
                "display_unit",
                f"One {company.display_unit}",
                quantity(company.display_unit).scale,
                company.currency,
                note="Values are stored in whole units and shown in this one",
            ),
            Field(
                "reporting_unit",
                f"One {company.reporting_unit}",
                quantity(company.reporting_unit).scale,
                company.reporting_currency,
            ),
            Field(
                "tolerance", "A published figure agrees within", 0.005, "share", note="share of the published figure"
            ),
            Field("fence", "Outliers lie beyond the quartiles by", 1.5, "×", note="interquartile ranges (Tukey)"),
            Field("rounding", "Arithmetic agrees within", 1e-9, note="relative to the larger of the two"),
            *_scales(case),
            Field(
                "step",
                "Step of a grid, and of a swing that the case does not say",
                0.1,
                "share",
                note="share of the base",
            ),
            Field("growth_step", "The same for growth", 0.05, "rate", note="added to the base"),
            Field("rate_step", "The same for discount rates", 0.01, "rate", note="added to the base"),
            *([] if spare else _simulation(case)),
            Field("sign", "Signs", None, note="Net debt and discounts are positive numbers and are subtracted"),
            Field(
                "legend",
                "Colours",
                None,
                note="Blue on cream: typed. Black: computed. Green: linked. Grey and slanted: stored",
            ),
        ),
    )
    return Sheet(
        "inputs",
        "Inputs",
        "Inputs",
        "Where does every number come from? The only place where figures are typed.",
        (*tables, _sources(case), conventions),
        checks=(
            Check(
                "inputs_are_numbers",
                "Every input is a number",
                Formula(
                    "COUNT({input_rows.value})+COUNTBLANK({input_rows.value})=ROWS({input_rows.value})",
                    lambda value: bool((value("input_rows.value") == value("input_rows.value")).all()),
                    open=True,
                ),
                "fail",
                "input_rows.value",
            ),
        ),
        tab="inputs",
    )


def _figures(case: Case, table: str, title: str, figures: Mapping[str, Figure], note: str) -> Table:
    given = figures.values()
    return Table(
        table,
        title,
        note=note,
        rows=len(figures),
        columns=(
            Column("id", "Id", cells=[*figures], width=30, verbatim=True),
            Column("label", "Figure", cells=[f.label for f in given], width=52),
            Column(
                "value",
                "Value",
                cells=[whole(f.value, quantity(f.unit)) for f in given],
                units=[f.unit for f in given],
                keys=[figure(name) for name in figures],
                width=14,
                precise=True,
            ),
            Column("unit", "Unit", cells=[shown_unit(f.unit) for f in given], width=17),
            Column("as_of", "As of", cells=[f.as_of for f in given], width=14),
            Column("source", "Source", cells=[_cited(case, f.source) for f in given], width=84),
            Column("note", "Note", cells=[f.note or None for f in given], width=76, wrap=True),
        ),
    )


def _scales(case: Case) -> list[Field]:
    scale = (
        Field("score_low", "The worst answer of a scorecard", 1.0, "score", note="as QUALITY_SCORE counts"),
        Field("score_high", "The best answer of a scorecard", 5.0, "score"),
    )
    year = Field("days_in_year", "Days in a year", 365.0, "days", note="as XIRR and XNPV count")
    return [*(scale if case.premium else ()), *([year] if case.funding else ())]


def _simulation(case: Case) -> list[Field]:
    if not (case.segments and uncertain(case.segments)):
        return []
    return [
        Field("draws", "Draws of a simulation", 10_000.0, "draws", note="100 to 1,048,576"),
        Field("seed", "Seed of a simulation", 1.0, note="a whole number; the same seed gives the same draws"),
    ]


def _cited(case: Case, source: str) -> str:
    return f"{[*case.sources].index(source) + 1}. {case.sources[source].title}"


def _sources(case: Case) -> Table:
    sources = case.sources.values()
    return Table(
        "sources",
        "Sources",
        note="A title in brackets is ours: the article's own is not recorded." if _supplied(case) else "",
        rows=len(sources),
        columns=(
            Column("number", "Source", cells=[f"{number}." for number in range(1, len(sources) + 1)]),
            Column("title", "Title", cells=[source.title for source in sources]),
            *(Column(f"beside_{number}", "") for number in range(3)),
            Column("publisher", "Publisher and date", cells=[f"{s.publisher}, {s.date}" for s in sources]),
            Column("note", "Note", cells=[source.note or None for source in sources], wrap=True),
        ),
    )


def _supplied(case: Case) -> bool:
    return any(source.title.startswith("[") for source in case.sources.values())
