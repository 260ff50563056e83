"""Elements of a sheet: fields, tables, charts and checks, without addresses or styles.

Formulas are expressions (`expressions.py`). A *reference* is a text. Without a dot it means a column of the same table
in this row (`multiple`), or adjacent columns in this row (`mix_1:mix_2`). With a dot it means a field
(`segments.equity`), a whole column of a table (`parts.metric`), one cell of it (`parts.metric[2]`), some of its cells
(`forecast.flow[2:6]`), the block between two columns (`called.name:last`) or a figure of the case (`inputs.fx`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

from workbooks.declarations.calls import Call, Varied
from workbooks.declarations.trees import Expression, Reference, Values

Item = TypeVar("Item")


def present(*items: Item | None) -> tuple[Item, ...]:
    """Drop the lines, columns or blocks that are None because the case has no figures for them."""
    return tuple(item for item in items if item is not None)


@dataclass(frozen=True, slots=True)
class Link:
    """A formula that is only a reference to another cell."""

    to: Reference


@dataclass(frozen=True, slots=True)
class Input:
    """An input cell: a choice from a list, a number or a text; "" where it is still empty."""

    value: str | float
    choices: tuple[str, ...] = ()
    among: Reference = ""  # a column that holds the choices, where they depend on the case
    verbatim: bool = False  # the same in every language
    free: bool = False  # a number or a text


@dataclass(frozen=True, slots=True)
class Stored:
    """A constant computed by the core when the workbook was built, without a formula."""

    value: Callable[[Values], Any]


Content: TypeAlias = str | float | Link | Expression | Varied | Input | Stored | None
CellRole: TypeAlias = Literal["", "axis", "centre"]


@dataclass(frozen=True, slots=True)
class Field:
    """One line: label, unit, value; with `addin` also the add-in's result and the difference."""

    id: str
    label: str
    content: Content
    unit: str = ""
    name: str = ""  # defined name in the workbook
    note: str = ""
    addin: bool = False
    strong: bool = False
    precise: bool = False
    remark: bool = False  # the label is a remark on the line above and may extend to the right


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the same content in every row (`each`), or one content per row (`cells`)."""

    id: str
    heading: str
    each: Content = None
    cells: Sequence[Content] = ()
    unit: str = ""
    units: Sequence[str] = ()  # where it differs by row
    width: float = 0.0  # in characters; 0 for the width that its unit needs
    wrap: bool = False
    precise: bool = False
    keys: Sequence[Reference] = ()  # one reference per cell, "" for none: figures.fx
    links: Sequence[Reference] = ()  # link target of each cell
    files: Sequence[str] = ()  # another file to link to instead, relative to this workbook
    verbatim: bool = False  # ids and formulas: the same in every language
    printed: bool = True  # otherwise it is to the right of the print area, as workings are
    # Units of the adjacent figures; names above a transposed table; differences, a dash where they round to nothing.
    role: Literal["", "unit", "heading", "difference"] = ""
    roles: Sequence[CellRole] = ()  # where it differs by row: in a table that looks like a grid


@dataclass(frozen=True, slots=True)
class Fields:
    """A section with one field per line."""

    title: str
    fields: Sequence[Field]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spill:
    """A dynamic array of the add-in beside a table of ours: one formula, and the cells kept free for its result."""

    call: Call
    units: Sequence[str]  # widths of its columns
    below: int = 0  # additional rows compared with our table


@dataclass(frozen=True, slots=True)
class Table:
    """A section with one row per item; with `across`, one column per item."""

    id: str
    title: str
    columns: Sequence[Column]
    rows: int
    note: str = ""
    across: bool = False
    quiet: bool = False  # data of a chart: small and grey
    grows: str = ""  # text of a last row above which users insert rows; ranges include it
    spill: Spill | None = None
    total: bool = False  # one row in bold directly below the table before, in the same columns
    copied: bool = False  # rows or columns may be copied, also where the sheet says nothing of more of them
    named_by: int = 1  # its first columns, which say what a row is of
    heat: int = 0  # the first column of those that are coloured by value, below the first row; 0 for none

    @property
    def is_copied(self) -> bool:
        """Whether a row may be copied, so that its references to other cells have to be absolute."""
        return self.copied or bool(self.grows)


@dataclass(frozen=True, slots=True)
class Axis:
    """Axis of a sensitivity grid: an argument or element that varies in steps."""

    argument: str  # `discount`, or one element of a vector, `multiples[2]`
    label: str
    unit: str
    step: Reference
    relative: bool = True  # whether a step is a share of the base; otherwise it is added to the base


@dataclass(frozen=True, slots=True)
class Grid:
    """A sensitivity grid: a result over two arguments, with the base case in the centre."""

    id: str
    title: str
    call: Call
    down: Axis
    across: Axis
    unit: str
    note: str = ""
    side: int = 5  # odd, so that there is a centre
    called: Reference = ""  # block of arguments for the add-in's function


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart over columns of a table."""

    kind: Literal["football", "waterfall", "columns", "tornado", "histogram", "timeline"]
    title: str
    table: str
    axis: str
    rows: int = 18  # height in rows of the sheet
    beside: int = 0  # first column, if it is to the right of the section before; otherwise it is below that section
    width: float = 0.0  # in cm; 0 for the usual width
    series: Sequence[str] = ()
    methods: int = 0  # football field: number of rows that are methods; the rest are third-party ranges
    points: Sequence[int] = ()  # football field: rows with a single value instead of a range
    line: str = ""  # football field: table with the ends of the price line
    title_at: Reference = ""  # the cell with the title, where that depends on what is typed in the workbook
    rule: str = ""  # football field: table with the ends of the line between methods and third parties
    names: Reference = ""  # histogram: the column with the names of the series
    known: Reference = ""  # the column that it needs numbers of: where that has none, `without` is said in its place
    without: str = ""


Block: TypeAlias = Fields | Table | Grid | Chart


@dataclass(frozen=True, slots=True)
class Check:
    """A check in the workbook: an arithmetic check fails, a plausibility check warns."""

    id: str
    label: str
    test: Expression
    severity: Literal["fail", "warn"]
    at: Reference  # where to look


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the question that it answers, and its sections."""

    id: str
    name: str
    title: str
    answers: str
    blocks: Sequence[Block]
    checks: Sequence[Check] = field(default_factory=tuple)
    headlines: Sequence[str] = ()  # results that the Summary repeats
    tab: str = ""  # colour of the tab: inputs, checks
    board: str = ""  # title of the last section that is printed
    one_page: bool = False  # whether the print area is fitted to one page
    printed: bool = True  # otherwise the sheet is left out when the workbook is printed
