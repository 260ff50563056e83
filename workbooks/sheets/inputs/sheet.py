"""Inputs: all figures of the case, one per row, with unit, date and source."""

from collections.abc import Mapping, Sequence

from workbooks.case.bounds import bounds
from workbooks.case.model import Case, Figure
from workbooks.case.quantity import shown_unit, whole_unit
from workbooks.case.uses import not_taken
from workbooks.declarations.sheet import Check, Column, Sheet, Table, present
from workbooks.declarations.texts import Text, prose
from workbooks.sheets.inputs import formulas, ranges, typed_units
from workbooks.sheets.inputs.conventions import conventions
from workbooks.sheets.inputs.sources import cited, sources
from workbooks.sheets.inputs.start import start_here
from workbooks.sheets.inputs.subjects import subjects
from workbooks.sheets.peers.block import block
from workbooks.sheets.scenarios.typed import figures_of_scenarios, typed_rows

BACKGROUND = "Published figures and background"
QUESTIONS = {  # whether those of peers, and those of scenarios, are typed on their own sheets
    (False, False): "Where does every number come from? The only place where figures are typed.",
    (True, False): "Where does every number come from? Figures are typed here, and those of peers on the sheet Peers.",
    (False, True): "Where does every number come from? Figures are typed here, and those of scenarios on their sheet.",
    (True, True): "Where does every number come from? Figures are typed here, those of peers and scenarios on theirs.",
}


def sheet(case: Case, optional: frozenset[str] | None = None) -> Sheet:
    """The Inputs sheet; a template, which tells the figures that may stay empty, has a table of its own for them."""
    built, optional = optional is None, optional or frozenset()
    table = block(case)
    across = {} if built else figures_of_scenarios(case)
    elsewhere = (table.figures() if table else set()) | across.keys()
    figures = {name: given for name, given in case.figures.items() if name not in elsewhere}
    background = not_taken(case) if built else set[str]()
    if background >= figures.keys():  # nothing is valued yet: they are all there is
        background = set[str]()
    compared = {name: given for name, given in figures.items() if name in background}
    needed = {name: given for name, given in figures.items() if name not in optional | background}
    spare = {name: given for name, given in figures.items() if name in optional}
    untaken = "No method takes them. Those that are published stand on Reconciliation too, beside what the sheets give."
    why = "A peer without figures is not included; what depends on a figure that is missing stays blank."
    by_subject = subjects(case, needed)
    more = present("background_rows" if compared else None, "optional_rows" if spare else None)
    tables = [*(each.table for each in by_subject), *more]
    rates = typed_units.fractions({name: given for name, given in case.figures.items() if name in figures | across})
    currencies = [*typed_units.amounts(figures)]
    agreed = conventions(case, figures, rates, built=not spare)
    limits = [f"inputs.{line.id}" for line in agreed.fields if isinstance(line.content, (int, float))]
    are_numbers = formulas.numbers(tables, typed_rows(case) if across else ())
    checks = [
        Check("inputs_are_numbers", "Every input is a number", are_numbers, "fail", "input_rows.value"),
        Check(
            "conventions_are_numbers", "Every convention is a number", formulas.all_numbers(limits), "fail", limits[0]
        ),
    ]
    if currencies or typed_units.counts(figures) or rates:
        test = typed_units.as_on_their_lines(tables, figures, [*rates])
        checks.append(Check("units", "Amounts are typed in the units of their lines", test, "fail", "input_rows.value"))
    limited = {name: each for name, each in bounds(case).items() if name in figures | across}
    checks += ranges.checks(limited)
    return Sheet(
        "inputs",
        "Inputs",
        "Inputs",
        QUESTIONS[bool(table), bool(across)],
        present(
            None if built else start_here(case),
            *(_figures(case, *each, "", currencies, built=built) for each in by_subject),
            _figures(case, "optional_rows", "Figures that may stay empty", spare, why, currencies, built=built)
            if spare
            else None,
            sources(case, built=built),
            agreed,
            _figures(case, "background_rows", BACKGROUND, compared, untaken, currencies, built=built)
            if compared
            else None,
        ),
        checks=tuple(checks),
        tab="inputs",
        board="Conventions",
    )


def _figures(
    case: Case,
    table: str,
    title: str,
    figures: Mapping[str, Figure],
    note: str,
    currencies: Sequence[str],
    *,
    built: bool,
) -> Table:
    given = figures.values()
    units, in_ones = [f.unit for f in given], [whole_unit(f.unit) for f in given]
    typed, wholes = formulas.keys(figures)
    values, whole = [f.value for f in given], [formulas.in_whole_units(f) for f in given]
    columns = (
        Column("label", "Figure", cells=[f.label for f in given], width=37, wrap=True),
        Column("value", "Value", cells=values, units=units, keys=typed, width=13, precise=True),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], width=13, role="unit"),
        Column("as_of", "As of", cells=[f.as_of for f in given], width=15),
        cited(case, [f.source for f in given], built=built),
        Column("note", "Note", cells=[prose(f.note) for f in given], width=35, wrap=True),
        Column("id", "Id", cells=[*figures], width=30, verbatim=True, printed=False),
        Column("whole", "In whole units", cells=whole, units=in_ones, keys=wholes, width=24, printed=False),
        *(
            Column(
                f"size_{currency}",
                Text("Size in {}", currency),
                cells=[formulas.size(f, currency) for f in given],
                units=[currency] * len(figures),
                width=24,
                printed=False,
            )
            for currency in currencies
        ),
    )
    return Table(table, title, columns, len(figures), note)
