"""Peers: the table that people type or paste, read by its headings."""

from collections.abc import Sequence
from dataclasses import replace

from workbooks.address import letters
from workbooks.case.model import Case
from workbooks.case.quantity import quantity
from workbooks.declarations.sheet import Check, Column, Content, Field, Fields, Input, Sheet, Table, present
from workbooks.declarations.texts import Text
from workbooks.declarations.trees import Literal
from workbooks.sheets.comparables.peers_formulas import ratios
from workbooks.sheets.money import figure
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.peers import formulas, words
from workbooks.sheets.peers.block import ABOVE, AMOUNTS, COLUMNS, HEADINGS, Block, Typed, block

TIERS = 3
NAME_WIDTH, FIGURE_WIDTH = 26, 13
NOTE = (
    "Type here, or paste a table with its headings at {}: a row a peer, a column a figure, units in the row above. "
    "A heading such as EV/EBITDA 2025E or P/E is a multiple as published."
)


def sheet(case: Case, *, built: bool) -> Sheet | None:
    """The Peers sheet; a case whose peers fit in no table has none. In a template the headings name the multiples."""
    found = block(case)
    if found is None:
        return None
    compared = ratios(case)
    return Sheet(
        "peer_table",
        "Peers",
        "Comparable companies",
        "Which companies is ours compared with, and what is known of them?",
        present(
            _pasted(found, compared),
            _multiples(compared, built=built),
            _columns(case),
            Fields(
                "Where the table stands",
                (
                    Field("heading_row", "Row of the headings", formulas.heading_row()),
                    Field("unit_row", "Row of the units", formulas.unit_row()),
                ),
            ),
            _keys(),
            *_words(),
        ),
        checks=(
            Check(
                "peers_numbers", "Every figure of the peers is a number", formulas.all_numbers(), "fail", "pasted.c1"
            ),
            Check("peers_units", "The units of the peers are known", formulas.all_units_known(), "fail", "pasted.c1"),
            Check(
                "peers_used", "Every column of the peers is read", formulas.all_used(), "warn", "pasted_columns.read"
            ),
        ),
        tab="inputs",
    )


def tiers(found: Block) -> int:
    """How many tiers have statistics of their own; none where all peers are of one."""
    if HEADINGS["tier"] not in found.headings:
        return 0
    column = found.headings.index(HEADINGS["tier"])
    names = {row[column].content for row in found.rows if row[column].content}
    return len(names) if len(names) > 1 else 0


def _pasted(found: Block, compared: list[Ratio]) -> Table:
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
                verbatim=True,
            )
            for n, cells in enumerate(typed, start=1)
        ),
        *(
            Column(
                name, label, cells=[None, None, *map(Input, texts), *[Input("")] * spare], width=width, verbatim=True
            )
            for name, label, texts, width in ends
        ),
        *(replace(column, printed=False) for column in _workings(found, compared, rows)),
    ]
    return Table("pasted", "Table of the peers", columns, rows, Text(NOTE, "B9"))


def _workings(found: Block, compared: list[Ratio], rows: int) -> list[Column]:
    """What the table says of each peer, in whole units."""
    return [
        Column("row", "Row", cells=[Literal(float(n)) for n in range(1, rows + 1)]),
        Column("is_heading", "Headings", formulas.is_heading()),
        Column("name", "Peer", formulas.peer(), verbatim=True, width=NAME_WIDTH),
        Column("tier", "Tier", formulas.text("tier"), verbatim=True),
        Column("included", "Included", formulas.included()),
        Column("why", "Why it is comparable, or not", formulas.text("why"), verbatim=True),
        *(
            Column(f"r{n}", letters(n + 1), formulas.number(n), keys=_keys_of(found, n, typed=False), precise=True)
            for n in _numbers()
        ),
        *(Column(key, HEADINGS[key], formulas.amount(key)) for key in AMOUNTS),
        Column("value", "Market value", formulas.market_value()),
        Column("claims", "Net debt and claims", formulas.claims()),
        Column("ev", "Enterprise value", formulas.enterprise_value()),
        *(
            Column(ratio.id, ratio.heading, formulas.multiple(_basis(ratio), n), precise=True)
            for n, ratio in enumerate(compared, start=1)
        ),
        Column("tier_number", "Tier, number", cells=[formulas.tier_number(n) for n in range(1, rows + 1)]),
    ]


def _numbers() -> range:
    return range(1, COLUMNS + 1)


def _typed(found: Block, column: int, spare: int) -> list[Content]:
    """The cells of a column that are typed: its unit, its heading, its figures, and blank ones to come."""
    if column >= len(found.headings):
        return [Input("")] * (ABOVE + len(found.rows) + spare)
    cells = [Input(row[column].content) for row in found.rows]
    return [Input(found.units[column]), Input(found.headings[column]), *cells, *[Input("")] * spare]


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


def _basis(ratio: Ratio) -> str:
    return "enterprise" if ratio.enterprise else "equity"


def _multiples(compared: list[Ratio], *, built: bool) -> Table:
    """The multiples: those of the case; in a template those that the headings name, else those that are typed."""
    bases = [_basis(ratio) for ratio in compared]
    numbers = [bases[: n + 1].count(basis) for n, basis in enumerate(bases)]
    usual = {"enterprise": "EV/EBITDA", "equity": "P/E"}
    typed = [Input(usual[basis] if number == 1 else "") for basis, number in zip(bases, numbers, strict=True)]
    named: list[Content] = [formulas.name(basis, n) for basis, n in zip(bases, numbers, strict=True)]
    metrics: list[Content] = [formulas.metric(basis) for basis in bases]
    columns = present(
        Column("basis", "Multiple of", cells=[f"{basis} value" for basis in bases]),
        None
        if built
        else Column("typed", "Without headings of its kind", cells=typed, verbatim=True, width=NAME_WIDTH),
        Column("name", "Multiple", cells=[r.heading for r in compared] if built else named, verbatim=True),
        Column(
            "metric",
            "Figure that it divides by",
            cells=[r.metric_name for r in compared] if built else metrics,
            verbatim=True,
        ),
        Column("column", "Its column", formulas.column_of("name")),
        Column("metric_column", "Column of that figure", formulas.column_of("metric")),
    )
    note = "A multiple that a peer does not have as published is its value over its figure."
    return Table("pasted_multiples", "Multiples", columns, len(compared), note)


def _columns(case: Case) -> Table:
    columns = (
        Column("letter", "Column", cells=[letters(n + 1) for n in _numbers()], verbatim=True),
        Column("heading", "Heading", cells=[formulas.heading(n) for n in _numbers()], verbatim=True),
        Column("unit", "Unit", cells=[formulas.unit(n) for n in _numbers()], verbatim=True),
        Column("read", "Read as", cells=[formulas.read_as(n) for n in _numbers()], width=NAME_WIDTH),
        Column("factor", "Times", formulas.factor()),
        Column("key", "Key", formulas.key(), verbatim=True),
        Column("scale", "Scale", formulas.scale(case.company.currency), verbatim=True),
        *(
            Column(basis, heading, cells=[formulas.counted(starts, basis, n) for n in _numbers()])
            for basis, heading, starts in (
                ("enterprise", "Multiple of EV, number", words.ENTERPRISE),
                ("equity", "Multiple of equity, number", words.EQUITY),
            )
        ),
    )
    return Table("pasted_columns", "How each column is read", columns, COLUMNS)


def _keys() -> Table:
    labels = [HEADINGS[key] for key in formulas.KEYS]
    columns = (
        Column("label", "Figure", cells=labels),
        Column("key", "Key", cells=formulas.KEYS, verbatim=True),
        Column("at", "Column", formulas.position()),
    )
    return Table("pasted_keys", "Where each figure stands", columns, len(labels), quiet=True)


def _words() -> tuple[Table, ...]:
    known, names = words.KNOWN, [word for word, key, _, _ in words.KNOWN if key == "name"]
    return (
        _list("heading_names", "Headings of the names", word=names),
        Table(
            "heading_words",
            "Headings that are known",
            (
                Column("word", "Heading", cells=[each[0] for each in known], verbatim=True),
                Column("label", "Figure", cells=[each[2] for each in known]),
                Column("key", "Key", cells=[each[1] for each in known], verbatim=True),
                Column("counts_in", "Counts in", cells=[each[3] for each in known], verbatim=True),
            ),
            len(known),
            quiet=True,
        ),
        _list(
            "metric_words",
            "Multiples of equity",
            word=[w for w, _ in words.METRICS],
            metric=[m for _, m in words.METRICS],
        ),
        _list(
            "unit_words",
            "Scales of units",
            word=[w for w, _ in words.UNITS],
            factor=[Literal(f) for _, f in words.UNITS],
        ),
        _list("no_number_words", "Not meaningful, not known", word=words.NO_NUMBERS),
        _list("summary_words", "Rows that are no peers", word=words.SUMMARIES),
    )


def _list(table: str, title: str, **columns: Sequence[Content]) -> Table:
    made = [Column(name, "", cells=cells, verbatim=True) for name, cells in columns.items()]
    return Table(table, title, made, len(next(iter(columns.values()))), quiet=True)
