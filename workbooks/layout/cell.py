"""A cell in its place: what is typed or its formula, the value the core expects, and how it looks."""

from typing import Literal, NamedTuple, TypeAlias

from workbooks.declarations.trees import WhenEmpty

Role: TypeAlias = Literal[
    "title",
    "answers",
    "currency",
    "section",
    "heading",
    "heading_unit",
    "label",
    "strong_label",
    "unit",
    "note",
    "input",
    "calculation",
    "link",
    "result",
    "addin",
    "addin_head",
    "text",
    "quiet",
    "quiet_text",
    "jump",
    "status",
    "stored",
    "axis",
    "shift",
    "centre",
    "prompt",
    "entry",
]


class Cell(NamedTuple):  # a build makes ten thousand: of a frozen dataclass each takes seven times as long
    """One cell: what is typed or its formula, the value the core expects, and how it looks."""

    row: int
    column: int
    role: Role
    content: str | float | bool | None = None
    formula: str = ""
    unit: str = ""
    precise: bool = False
    wrap: bool = False
    choices: tuple[str, ...] = ()
    among: str = ""  # the cells that hold the choices
    jump: str = ""
    file: str = ""  # another file that a click leads to
    spills: bool = False
    when_empty: WhenEmpty = ""
    hint: str = ""  # what stands in a cell until somebody types over it
    right: bool = False  # a text among numbers
