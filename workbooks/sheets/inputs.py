"""Inputs: every figure of the case, one a row, with its unit, date and source."""

from workbooks.case import Case, Source
from workbooks.quantity import quantity, whole
from workbooks.sheets.money import figure
from workbooks.spec import Check, Column, Field, Fields, Formula, Sheet, Table


def sheet(case: Case) -> Sheet:
    """The Inputs sheet."""
    figures = case.figures
    table = Table(
        "input_rows",
        "Figures",
        rows=len(figures),
        columns=(
            Column("id", "Id", cells=[*figures], width=30),
            Column("label", "Figure", cells=[f.label for f in figures.values()], width=52),
            Column(
                "value",
                "Value",
                cells=[whole(f.value, quantity(f.unit)) for f in figures.values()],
                units=[f.unit for f in figures.values()],
                keys=[figure(name) for name in figures],
                width=14,
                precise=True,
            ),
            Column("unit", "Unit", cells=[f.unit for f in figures.values()], width=17),
            Column("as_of", "As of", cells=[f.as_of for f in figures.values()], width=14),
            Column("source", "Source", cells=[_cited(case.sources[f.source]) for f in figures.values()], width=58),
            Column("note", "Note", cells=[f.note or None for f in figures.values()], width=70),
        ),
    )
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
                "tolerance", "A published figure agrees within", 0.005, "share", note="share of the published figure"
            ),
            Field("fence", "Outliers lie beyond the quartiles by", 1.5, "×", note="interquartile ranges (Tukey)"),
            Field("rounding", "Arithmetic agrees within", 1e-9, note="relative to the larger of the two"),
            Field("sign", "Signs", None, note="Net debt and discounts are positive numbers and are subtracted"),
            Field(
                "legend", "Colours", None, note="Blue on cream: typed. Black: computed. Green: linked from elsewhere"
            ),
        ),
    )
    return Sheet(
        "inputs",
        "Inputs",
        "Inputs",
        "Where does every number come from? The only place where figures are typed.",
        (table, conventions),
        checks=(
            Check(
                "inputs_are_numbers",
                "Every input is a number",
                Formula(
                    "COUNT({input_rows.value})=ROWS({input_rows.value})",
                    lambda value: bool((value("input_rows.value") == value("input_rows.value")).all()),
                ),
                "fail",
                "input_rows.value",
            ),
        ),
        tab="inputs",
    )


def _cited(source: Source) -> str:
    return f"{source.title}, {source.publisher}, {source.date}"
