"""A laid-out cell: its content or formula, the value that the core expects, and its look."""

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
    "difference",
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


class Cell(NamedTuple):  # a NamedTuple: a build makes ten thousand, and a frozen dataclass is seven times slower
    """One cell: its content or formula, the value that the core expects, and its look."""

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
    hint: str = ""  # placeholder text of an input cell
    right: bool = False  # a text among numbers
