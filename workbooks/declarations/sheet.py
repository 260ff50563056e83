"""The words a sheet is declared in: fields, tables, charts and checks, without addresses or styles.

What a formula says is an expression (`expressions.py`). A *reference* is a text. Without a dot it means a column of the
same table, in this row (`multiple`), or a stretch of neighbouring columns in this row (`mix_1:mix_2`). With a dot it
means a field (`segments.equity`), a whole column of a table (`parts.metric`), one cell of it (`parts.metric[2]`), some
of its cells (`forecast.flow[2:6]`), the block between two columns (`called.name:last`) or a figure of the case
(`inputs.fx`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

from workbooks.declarations.calls import Call, Varied
from workbooks.declarations.trees import Expression, Reference, Values

Item = TypeVar("Item")


def present(*items: Item | None) -> tuple[Item, ...]:
    """The lines, columns or blocks that a case has: where it lacks the figures for one, that is None."""
    return tuple(item for item in items if item is not None)


@dataclass(frozen=True, slots=True)
class Link:
    """A live link to one other cell."""

    to: Reference


@dataclass(frozen=True, slots=True)
class Input:
    """What the user may change here: a choice from a list, a number, else what is typed; "" is nothing yet."""

    value: str | float
    choices: tuple[str, ...] = ()
    among: Reference = ""  # a column whose cells are the choices, where they are the case's own
    verbatim: bool = False  # the same in every language
    free: bool = False  # a number or a text, as it comes


@dataclass(frozen=True, slots=True)
class Stored:
    """What the core found when the workbook was built, and no formula in it works out again."""

    value: Callable[[Values], Any]


Content: TypeAlias = str | float | Link | Expression | Varied | Input | Stored | None


@dataclass(frozen=True, slots=True)
class Field:
    """One line: label, unit, value; with `addin` the add-in's result beside it and the difference."""

    id: str
    label: str
    content: Content
    unit: str = ""
    name: str = ""  # defined name in the workbook
    note: str = ""
    addin: bool = False
    strong: bool = False
    precise: bool = False
    remark: bool = False  # the label is a remark on the line above: it runs on to the right


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: one content for every row (`each`), or a content a row (`cells`)."""

    id: str
    heading: str
    each: Content = None
    cells: Sequence[Content] = ()
    unit: str = ""
    units: Sequence[str] = ()  # where every row has its own
    width: float = 0.0  # characters; 0: as wide as its unit needs
    wrap: bool = False
    precise: bool = False
    keys: Sequence[Reference] = ()  # a reference of its own for every cell, "" for none: figures.fx
    links: Sequence[Reference] = ()  # where a click on each cell leads
    files: Sequence[str] = ()  # another file that it leads to instead, from where this workbook stands
    verbatim: bool = False  # ids and formulas: the same in every language
    printed: bool = True  # else it stands to the right of what is printed: workings
    role: Literal["", "unit", "heading"] = ""  # units of the figures beside it; names over a table laid across


@dataclass(frozen=True, slots=True)
class Fields:
    """A section of lines."""

    title: str
    fields: Sequence[Field]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spill:
    """A table that the add-in spills beside ours: one formula, and room that is kept free for it."""

    call: Call
    units: Sequence[str]  # of its columns
    below: int = 0  # rows that it reaches further down than ours


@dataclass(frozen=True, slots=True)
class Table:
    """A section with a row an item; `across` lays the items side by side instead."""

    id: str
    title: str
    columns: Sequence[Column]
    rows: int
    note: str = ""
    across: bool = False
    quiet: bool = False  # figures behind a chart: small and grey
    grows: str = ""  # what its last row says: a user inserts rows above it, and ranges reach to it
    spill: Spill | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """What varies along one side of a grid: a number among the arguments, a step at a time."""

    argument: str  # `discount`, or one element of a vector, `multiples[2]`
    label: str
    unit: str
    step: Reference
    relative: bool = True  # a step is a share of the base; else it is added to the base


@dataclass(frozen=True, slots=True)
class Grid:
    """A result over two of its arguments, with the base as it stands in the centre."""

    id: str
    title: str
    call: Call
    down: Axis
    across: Axis
    unit: str
    note: str = ""
    side: int = 5  # odd, so that there is a centre
    called: Reference = ""  # the block of arguments that the add-in's function is given


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart over columns of a table."""

    kind: Literal["football", "waterfall", "columns", "tornado", "histogram", "timeline"]
    title: str
    table: str
    axis: str
    rows: int = 18  # sheet rows it stands over
    beside: int = 0  # the column that it begins in, to the right of the section before it; else it stands below that
    width: float = 0.0  # cm; 0: as wide as charts are
    series: Sequence[str] = ()
    methods: int = 0  # football: so many rows are methods; the rest are third-party ranges
    points: Sequence[int] = ()  # football: rows that are one value and no range
    line: str = ""  # football: table with the two ends of the price line
    unit: str = ""  # football: table with the unit of the axis, where a reader chooses it
    rule: str = ""  # football: table with the two ends of the line between methods and third parties
    names: Reference = ""  # histogram: the column with the names of the series
    known: Reference = ""  # the column that it needs numbers of: where that has none, `without` is said in its place
    without: str = ""


Block: TypeAlias = Fields | Table | Grid | Chart


@dataclass(frozen=True, slots=True)
class Check:
    """A test the workbook makes of itself: arithmetic fails, plausibility warns."""

    id: str
    label: str
    test: Expression
    severity: Literal["fail", "warn"]
    at: Reference  # where to look


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what it answers, in one sentence, and its sections."""

    id: str
    name: str
    title: str
    answers: str
    blocks: Sequence[Block]
    checks: Sequence[Check] = field(default_factory=tuple)
    headlines: Sequence[str] = ()  # lines that the Summary repeats
    tab: str = ""  # colour of the tab: inputs, checks
    board: str = ""  # title of the last section that is printed: what follows is for the screen
    one_page: bool = False  # what is printed is fitted to one page
    printed: bool = True  # else a printed workbook leaves it out
