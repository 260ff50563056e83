"""The table of the peers: what is typed, and beside it, not printed, what that says of each peer."""

from dataclasses import replace

from workbooks.address import letters
from workbooks.case.model import Case
from workbooks.case.quantity import quantity, shown_unit
from workbooks.declarations.sheet import Column, Content, Input, Table
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Literal
from workbooks.sheets.comparables.measures_formulas import measures
from workbooks.sheets.money import figure
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.peers import figures_formulas, formulas
from workbooks.sheets.peers.block import ABOVE, COLUMNS, Block
from workbooks.sheets.peers.slots import inputs_of, slots
from workbooks.sheets.peers.typed import Typed
from workbooks.sheets.peers.words import AMOUNTS, HEADINGS, YEAR_END

NAME_WIDTH, FIGURE_WIDTH = 26, 13
TOP = 9  # row of the headings that are typed, where the table has no units of its own above them
WIDE = 32  # of a column that is not printed: its heading stands on one line, so that the row is no higher than that
NOTE = (
    "Type here, or paste a table with its headings at {}: a row a peer, a column a figure, units in the row above. "
    "A heading such as EV/EBITDA 2025E or P/E is a multiple as published."
)


def pasted(case: Case, found: Block, compared: list[Ratio]) -> Table:
    """The table: units, headings, a row a peer, and blank rows for more."""
    rows = ABOVE + found.peers
    spare = rows - ABOVE - len(found.rows)
    labels = ["Units", "Headings", *(str(n) for n in range(1, found.peers + 1))]
    typed = [_typed(found, n, spare) for n in range(COLUMNS)]
    ends = [("source", "Source", found.sources, 40), ("as_of", "As of", found.dates, 14)]
    columns = [
        Column("label", "", cells=labels),
        *(
            Column(
                f"c{n}",
                "",
                cells=cells,
                width=NAME_WIDTH if n == 1 else FIGURE_WIDTH,
                keys=_keys_of(found, n, typed=True),
            )
            for n, cells in enumerate(typed, start=1)
        ),
        *(
            Column(name, label, cells=[None, None, *map(Input, texts), *[Input("")] * spare], width=width)
            for name, label, texts, width in ends
        ),
        *(replace(column, printed=False) for column in _workings(case, found, compared, rows)),
    ]
    corner = f"B{TOP + any(shown_unit(column.unit) for column in columns)}"
    return Table("pasted", "Table of the peers", columns, rows, Text(NOTE, corner), copied=True, named_by=2)


def _workings(case: Case, found: Block, compared: list[Ratio], rows: int) -> list[Column]:
    """What the table says of each peer, in whole units."""
    return [
        Column("row", "Row", cells=[Literal(float(n)) for n in range(1, rows + 1)]),
        Column("is_heading", "Headings", formulas.is_heading()),
        Column("name", "Peer", formulas.peer(), width=NAME_WIDTH),
        Column("tier", "Tier", formulas.text("tier")),
        Column("included", "Included", formulas.included()),
        Column("why", "Why it is comparable, or not", formulas.text("why"), width=WIDE),
        *(
            Column(f"r{n}", letters(n + 1), formulas.number(n), keys=_keys_of(found, n, typed=False), precise=True)
            for n in range(1, COLUMNS + 1)
        ),
        *(Column(key, HEADINGS[key], formulas.amount(key)) for key in AMOUNTS),
        Column("value", "Market value", formulas.market_value()),
        Column("claims", "Net debt and claims", formulas.claims(), width=WIDE),
        Column("ev", "Enterprise value", formulas.enterprise_value()),
        Column(YEAR_END, HEADINGS[YEAR_END], figures_formulas.year_end()),
        *(
            Column(f"metric_{n}", slot.name, figures_formulas.figure(n), precise=True)
            for n, slot in enumerate(slots(case), start=1)
        ),
        *(
            Column(
                each.id,
                each.heading,
                figures_formulas.measure(each, n, inputs_of(case, each)),
                unit=each.unit,
                precise=True,
            )
            for n, each in enumerate(measures(case), start=1)
        ),
        *(
            Column(ratio.id, ratio.heading, formulas.multiple(ratio.of, n), precise=True)
            for n, ratio in enumerate(compared, start=1)
        ),
        Column("tier_number", "Tier, number", cells=[formulas.tier_number(n) for n in range(1, rows + 1)]),
    ]


def _typed(found: Block, column: int, spare: int) -> list[Content]:
    """The cells of a column that are typed: its unit, its heading, its figures, and blank ones to come."""
    if column >= len(found.headings):
        return [Input("")] * (ABOVE + len(found.rows) + spare)
    cells = [Input(row[column].content, free=True) for row in found.rows]
    return [Input(found.units[column], verbatim=True), Input(found.headings[column]), *cells, *[Input("")] * spare]


def _keys_of(found: Block, number: int, *, typed: bool) -> list[str]:
    """The references of a column's figures: as they are typed, or in whole units where that is another cell."""
    if number > len(found.headings):
        return []
    scaled = bool(found.units[number - 1]) and quantity(found.units[number - 1]).scale != 1

    def key(cell: Typed) -> str:
        if not cell.figure or (not typed and not scaled):
            return ""
        return f"typed.{cell.figure}" if typed and scaled else figure(cell.figure)

    return [*[""] * ABOVE, *(key(row[number - 1]) for row in found.rows)]
