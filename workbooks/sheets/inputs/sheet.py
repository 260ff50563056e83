"""Inputs: every figure of the case, one a row, with its unit, date and source."""

from collections.abc import Mapping, Sequence

from workbooks.case.model import Case, Figure
from workbooks.case.quantity import shown_unit, whole_unit
from workbooks.declarations.sheet import Check, Column, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.sheets.inputs import formulas
from workbooks.sheets.inputs.conventions import conventions
from workbooks.sheets.peers.block import block

ALONE = "Where does every number come from? The only place where figures are typed."
BESIDE_PEERS = "Where does every number come from? Figures are typed here, and those of peers on the sheet Peers."


def sheet(case: Case, optional: frozenset[str] = frozenset()) -> Sheet:
    """The Inputs sheet; a template, which tells the figures that may stay empty, has a table of its own for them."""
    table = block(case)
    elsewhere = table.figures() if table else set()
    figures = {name: given for name, given in case.figures.items() if name not in elsewhere}
    needed = {name: given for name, given in figures.items() if name not in optional}
    spare = {name: given for name, given in figures.items() if name in optional}
    unit = case.company.display_unit
    how = (
        Text("Fill what is cream, each number in the unit beside it: 500 on a line of {} are 500 {}.", unit, unit)
        if spare
        else ""
    )
    why = "A peer without figures is not included; what depends on a figure that is missing stays blank."
    tables = ["input_rows", "optional_rows"] if spare else ["input_rows"]
    currencies = formulas.currencies(figures.values())
    numbers = Check("inputs_are_numbers", "Every input is a number", formulas.NUMBERS, "fail", "input_rows.value")
    amounts = "Amounts are typed in the units of their lines"
    checks = [numbers]
    if currencies:
        checks.append(Check("units", amounts, formulas.within_reach(tables, currencies), "fail", "input_rows.value"))
    return Sheet(
        "inputs",
        "Inputs",
        "Inputs",
        BESIDE_PEERS if table else ALONE,
        present(
            _figures(case, "input_rows", "Figures", needed, how, currencies),
            _figures(case, "optional_rows", "Figures that may stay empty", spare, why, currencies) if spare else None,
            _sources(case),
            conventions(case, built=not spare),
        ),
        checks=tuple(checks),
        tab="inputs",
    )


def _figures(
    case: Case, table: str, title: str, figures: Mapping[str, Figure], note: str, currencies: Sequence[str]
) -> Table:
    given = figures.values()
    units, in_ones = [f.unit for f in given], [whole_unit(f.unit) for f in given]
    typed, wholes = formulas.keys(figures)
    values, whole = [f.value for f in given], [formulas.in_whole_units(f) for f in given]
    columns = (
        Column("label", "Figure", cells=[f.label for f in given], width=42, wrap=True),
        Column("value", "Value", cells=values, units=units, keys=typed, width=13, precise=True),
        Column("unit", "Unit", cells=[shown_unit(unit) for unit in units], width=14, role="unit"),
        Column("as_of", "As of", cells=[f.as_of for f in given], width=11),
        Column("source", "Source", cells=[formulas.cited(case, f.source) for f in given], width=40, wrap=True),
        Column("note", "Note", cells=[f.note or None for f in given], width=40, wrap=True),
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


def _sources(case: Case) -> Table:
    sources = case.sources.values()
    note = "A title in brackets is ours: the article's own is not recorded." if formulas.supplied(case) else ""
    columns = (
        Column("title", "Source", cells=[source.title for source in sources], wrap=True),
        Column("number", "Number", cells=[f"{number}." for number in range(1, len(sources) + 1)]),
        # Nothing here, so that the rest stands under the source and the note of the figures.
        *(Column(f"beside_{number}", "") for number in range(2)),
        Column(
            "publisher", "Publisher and date", cells=[Text("{}, {}", s.publisher, s.date) for s in sources], wrap=True
        ),
        Column("note", "Note", cells=[source.note or None for source in sources], wrap=True),
    )
    return Table("sources", "Sources", columns, len(sources), note)
