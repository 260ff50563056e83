"""How the table is read: which multiples there are, what each column is, where each figure stands."""

from workbooks.address import letters
from workbooks.case.model import Case
from workbooks.declarations.expressions import ref
from workbooks.declarations.sheet import Column, Content, Input, Table, present
from workbooks.sheets.comparables.measures_formulas import measures
from workbooks.sheets.comparables.peers_formulas import ratios
from workbooks.sheets.multiples.sample import Ratio
from workbooks.sheets.peers import figures_formulas, formulas, words
from workbooks.sheets.peers.block import COLUMNS
from workbooks.sheets.peers.slots import Slot, kind_of, nouns, slots
from workbooks.sheets.peers.words import HEADINGS

NAME_WIDTH = 26
FEWEST = 2
NO_SLOT = Slot("", "")
NUMBERS = range(1, COLUMNS + 1)


def multiples(compared: list[Ratio], *, built: bool) -> Table:
    """The multiples: those of the case; in a template those that the headings name, else those that are typed."""
    bases = [ratio.of for ratio in compared]
    numbers = [bases[: n + 1].count(basis) for n, basis in enumerate(bases)]
    named: list[Content] = [formulas.name(basis, n) for basis, n in zip(bases, numbers, strict=True)]
    metrics: list[Content] = [formulas.metric(basis) for basis in bases]
    columns = present(
        Column("basis", "Multiple of", cells=[f"{basis} value" for basis in bases]),
        None
        if built
        else Column(
            "typed", "Without headings of its kind", cells=[Input("") for _ in bases], verbatim=True, width=NAME_WIDTH
        ),
        Column("name", "Multiple", cells=[r.heading for r in compared] if built else named),
        Column(
            "metric",
            "Figure that it divides by",
            cells=[r.metric_name for r in compared] if built else metrics,
        ),
        Column("column", "Its column", formulas.column_of("name")),
    )
    note = "A multiple that a peer does not have as published is its value over its figure."
    return Table("pasted_multiples", "Multiples", columns, len(compared), note)


def metrics(case: Case, *, built: bool) -> Table:
    """The figures that multiples and measures divide: where each stands, and those of the fiscal years beside it."""
    found, given = _looked_up(slots(case), NO_SLOT), len(ratios(case))
    names: list[Content] = [
        slot.name if built else ref(f"pasted_multiples.metric[{n}]") for n, slot in enumerate(found[:given], start=1)
    ]
    columns = (
        Column("name", "Figure", cells=[*names, *(slot.name or None for slot in found[given:])], width=NAME_WIDTH),
        Column("kind", "What it is", cells=[slot.kind or None for slot in found]),
        Column("column", "Its column", formulas.column_of("name")),
        Column("year", "Fiscal year", figures_formulas.year()),
        Column("later", "Column of the next year", figures_formulas.column_of_year(1)),
        Column("earlier", "Column of the year before", figures_formulas.column_of_year(-1)),
    )
    note = "A fiscal year is called by the year in which it ends."
    return Table("pasted_metrics", "Figures of the multiples and measures", columns, len(found), note)


def measured(case: Case) -> Table | None:
    """The operating measures, and where each stands; none where the case has none."""
    shown = measures(case)
    if not shown:
        return None
    found = _looked_up([Slot(each.heading, kind_of(each.unit)) for each in shown], NO_SLOT)
    columns = (
        Column("name", "Operating measure", cells=[slot.name or None for slot in found], width=NAME_WIDTH),
        Column("kind", "What it is", cells=[slot.kind or None for slot in found]),
        Column("column", "Its column", formulas.column_of("name")),
    )
    note = "A measure that a peer does not have as given is worked out from its figures."
    return Table("pasted_measures", "Operating measures", columns, len(found), note)


def _looked_up(found: list[Slot], blank: Slot) -> list[Slot]:
    """Rows that MATCH looks up: at least two, since LibreOffice and others look up nothing in a single cell."""
    return [*found, *[blank] * (FEWEST - len(found))]


def columns(case: Case) -> Table:
    """Each column of the table: its heading and unit, and what they say."""
    shown, many = measures(case), len(ratios(case))
    read = [formulas.read_as(n, many, measured=bool(shown)) for n in NUMBERS]
    columns = (
        Column("letter", "Column", cells=[letters(n + 1) for n in NUMBERS], verbatim=True),
        Column("heading", "Heading", cells=[formulas.heading(n) for n in NUMBERS]),
        Column("unit", "Unit", cells=[formulas.unit(n) for n in NUMBERS], verbatim=True),
        Column("read", "Read as", cells=read, width=NAME_WIDTH),
        Column("factor", "Times", formulas.factor(measured=bool(shown))),
        Column("key", "Key", formulas.key(), verbatim=True),
        Column("scale", "Scale", formulas.scale(case.company.currency, nouns(case)), verbatim=True),
        Column("slot", "Number of the figure", cells=[formulas.slot(n) for n in NUMBERS]),
        *(
            Column(basis, heading, cells=[formulas.counted(starts, basis, n) for n in NUMBERS])
            for basis, heading, starts in (
                ("enterprise", "Multiple of EV, number", words.ENTERPRISE),
                ("equity", "Multiple of equity, number", words.EQUITY),
            )
        ),
    )
    return Table("pasted_columns", "How each column is read", columns, COLUMNS)


def keys() -> Table:
    """The column of each figure that a heading stands for."""
    labels = [HEADINGS[key] for key in formulas.KEYS]
    columns = (
        Column("label", "Figure", cells=labels),
        Column("key", "Key", cells=formulas.KEYS, verbatim=True),
        Column("at", "Column", formulas.position()),
    )
    return Table("pasted_keys", "Where each figure stands", columns, len(labels), quiet=True)
