"""Known faults of the engine: formulas that it computes differently from Excel.

A formula affected by a fault is not trusted. It keeps the value that Excel stored if nothing that it refers to has
changed; otherwise the workbook is refused and the cell is named. The faults are those of formualizer 0.13; each has a
test that fails when a newer version has fixed it.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from formualizer import ASTNode

from workbooks.recalculation.arrays import intersects, is_range, lifted
from workbooks.recalculation.book import Formula
from workbooks.recalculation.excel_functions import group, plain, plain_names
from workbooks.recalculation.references import is_external, nodes_of

# A format with one or two sections of digits, separators, signs, percent, simple dates and quoted text.
_SAFE_FORMAT: Final = re.compile(r"""(?:[0#,.%$()+\-/: ]|[yYmMdDhHsS]|AM/PM|@|\\.|"[^"]*")*""")
_SAFE_SECTIONS: Final = 2
_ADDRESS: Final = re.compile(r"(?:(?:'[^']+'|\w+)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?", re.IGNORECASE)
_ROUNDED: Final = {"FLOOR", "CEILING"}
_SEEN: Final = {"CELL": ("row", "col", "address", "contents")}


@dataclass(frozen=True, slots=True)
class Setting:
    """Context of a formula."""

    registered: Collection[str] = ()
    from_1904: bool = False
    as_displayed: bool = False
    hidden_rows: bool = False  # whether a sheet that the formula refers to has hidden rows


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the engine.

    Attributes
    ----------
    name : str
        Its description in messages.
    touches : callable
        Tests whether it affects a formula.
    functions : frozenset of str
        Only formulas that call one of them can be affected; empty for all formulas.
    """

    name: str
    touches: Callable[[Formula, ASTNode, Setting], bool]
    functions: frozenset[str] = frozenset()


def known_fault(formula: Formula, node: ASTNode, setting: Setting) -> str:
    """Name of the fault that affects a formula; empty where there is none."""
    called = plain_names(formula.called)
    possible = (fault for fault in FAULTS if not fault.functions or not fault.functions.isdisjoint(called))
    return next((fault.name for fault in possible if fault.touches(formula, node, setting)), "")


def calls(node: ASTNode, *names: str) -> Iterator[list[ASTNode]]:
    """Arguments of all calls of certain functions in a formula."""
    for each in nodes_of(node):
        if each.node_type() == "Function" and plain(each.get_function_name() or "") in names:
            yield each.children()


def literal(node: ASTNode) -> object:
    """Value of a constant node; None for other nodes."""
    if node.node_type() == "UnaryOp" and node.get_operator() in ("-", "+"):
        value = literal(node.children()[0])
        return -value if isinstance(value, (int, float)) and node.get_operator() == "-" else value
    return node.get_literal_value() if node.node_type() == "Literal" else None


def is_given(arguments: list[ASTNode], position: int) -> bool:
    """Whether the argument at a position from 0 is given."""
    return len(arguments) > position and arguments[position].node_type() != "Omitted"


def _is_text(node: ASTNode) -> bool:
    """Whether a node may return a text."""
    if node.node_type() == "Literal":
        return isinstance(node.get_literal_value(), str) and not str(node.get_literal_value()).startswith("#")
    if node.node_type() == "BinaryOp":
        return node.get_operator() == "&"
    name = plain(node.get_function_name() or "")
    if name in ("IF", "IFERROR", "IFNA", "CHOOSE"):
        return any(_is_text(each) for each in node.children()[1:])
    return name in group("texts")


def _text_in_aggregate(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    return any(_is_text(each) for arguments in calls(node, *group("aggregates")) for each in arguments)


def _payment_at_the_beginning(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    return any(is_given(arguments, 5) and literal(arguments[5]) != 0 for arguments in calls(node, "IPMT", "PPMT"))


def _first_year_in_months(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    return any(is_given(arguments, 4) and literal(arguments[4]) != 12 for arguments in calls(node, "DB"))  # noqa: PLR2004


def _without_constant(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    for position, names in ((2, ("LINEST", "LOGEST")), (3, ("TREND", "GROWTH"))):
        for arguments in calls(node, *names):
            if is_given(arguments, position) and literal(arguments[position]) not in (True, 1):
                return True
    return False


def _odd_format(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    for arguments in calls(node, "TEXT"):
        written = literal(arguments[1]) if is_given(arguments, 1) else ""
        if not isinstance(written, str):
            return True
        sections = written.split(";")
        if written.casefold() != "general" and (
            len(sections) > _SAFE_SECTIONS or not all(map(_SAFE_FORMAT.fullmatch, sections))
        ):
            return True
    return False


def _about_cells(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    if any(True for _ in calls(node, "ISFORMULA", "FORMULATEXT", "TYPE", "INFO")):
        return True
    return any(not is_given(a, 0) or str(literal(a[0])).casefold() not in _SEEN["CELL"] for a in calls(node, "CELL"))


def _computed_address(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    given = [arguments for arguments in calls(node, "INDIRECT") if arguments]
    return any(len(each) > 1 or not _ADDRESS.fullmatch(str(literal(each[0]))) for each in given)


def _spilled_range(formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    if "#" not in formula.text and "ANCHORARRAY" not in formula.text:
        return False
    return any(each.get_operator() == "#" for each in nodes_of(node)) or any(True for _ in calls(node, "ANCHORARRAY"))


def _external(formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    return "[" in formula.text and any(
        is_external(each.get_reference_string() or "") for each in nodes_of(node) if each.node_type() == "Reference"
    )


def _rounded_to_negative(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    for arguments in calls(node, *_ROUNDED):
        step = literal(arguments[1]) if is_given(arguments, 1) else None
        if not (isinstance(step, (int, float)) and step > 0):
            return True
    return False


def _hidden_rows(_formula: Formula, node: ASTNode, setting: Setting) -> bool:
    return setting.hidden_rows and any(True for _ in calls(node, "SUBTOTAL", "AGGREGATE"))


def _days_from_1904(formula: Formula, _node: ASTNode, setting: Setting) -> bool:
    return setting.from_1904 and not plain_names(formula.called).isdisjoint(group("dates"))


def _as_displayed(_formula: Formula, _node: ASTNode, setting: Setting) -> bool:
    return setting.as_displayed


def _numbers_of_rows(_formula: Formula, node: ASTNode, _setting: Setting) -> bool:
    return any(is_range(each) for arguments in calls(node, "ROW", "COLUMN") for each in arguments)


def _intersection(formula: Formula, node: ASTNode, setting: Setting) -> bool:
    return not formula.is_array and intersects(node, setting.registered)


def _lifted(_formula: Formula, node: ASTNode, setting: Setting) -> bool:
    return lifted(node, setting.registered)


FAULTS: Final = (
    Fault("a reference to another workbook", _external),
    Fault("the row or column numbers of several cells", _numbers_of_rows, frozenset({"ROW", "COLUMN"})),
    Fault("a function over an array that takes one value", _lifted),
    Fault("one cell of a range, that of the formula's own row or column", _intersection),
    Fault("text in a statistic", _text_in_aggregate, group("aggregates")),
    Fault("IPMT or PPMT with payments at the beginning", _payment_at_the_beginning, frozenset({"IPMT", "PPMT"})),
    Fault("DB with months in the first year", _first_year_in_months, frozenset({"DB"})),
    Fault("a regression without a constant", _without_constant, frozenset({"LINEST", "LOGEST", "TREND", "GROWTH"})),
    Fault("TEXT with this format", _odd_format, frozenset({"TEXT"})),
    Fault("information about a cell", _about_cells, frozenset({"ISFORMULA", "FORMULATEXT", "TYPE", "INFO", "CELL"})),
    Fault("a computed INDIRECT", _computed_address, frozenset({"INDIRECT"})),
    Fault("a range that another formula fills", _spilled_range),
    Fault("FLOOR or CEILING to a step that may be negative", _rounded_to_negative, frozenset(_ROUNDED)),
    Fault("SUBTOTAL or AGGREGATE over hidden rows", _hidden_rows, frozenset({"SUBTOTAL", "AGGREGATE"})),
    Fault("dates that are counted from 1904", _days_from_1904, group("dates")),
    Fault("precision as displayed", _as_displayed),
)
