"""Detects formulas that pass an array to an argument that takes one value.

Excel then computes one result per value; the engine uses the first value or returns an error. In a formula that is not
an array formula Excel uses only the cell of the same row or column of a range (implicit intersection), which the engine
does not support either.
"""

from collections.abc import Collection
from typing import Final

from formualizer import ASTNode, CellRef, RangeRef, TableRef

from workbooks.recalculation.excel_functions import group, plain, ranges

_OF_RANGES: Final = (":", "#", "@", ",", " ", "")  # operators on ranges


def lifted(node: ASTNode, registered: Collection[str]) -> bool:
    """Whether a function in a formula gets an array where it takes one value."""
    name = plain(node.get_function_name() or "")
    for position, argument in enumerate(node.children()):
        if lifted(argument, registered):
            return True
        takes_any = not name or name in registered or name in group("lifted") or position in ranges(name)
        if not takes_any and _is_array(argument, registered):
            return True
    return False


def intersects(node: ASTNode, registered: Collection[str], *, takes_one: bool = True) -> bool:
    """Whether a formula relies on implicit intersection."""
    kind = node.node_type()
    if kind == "Reference":
        return takes_one and is_range(node)
    if kind in ("UnaryOp", "BinaryOp"):
        of_values = (node.get_operator() or "") not in _OF_RANGES
        return any(intersects(each, registered, takes_one=of_values) for each in node.children())
    name = plain(node.get_function_name() or "")
    if kind != "Function" or name in group("take_arrays") or name in registered:
        return False
    return any(
        intersects(argument, registered, takes_one=position not in ranges(name))
        for position, argument in enumerate(node.children())
    )


def is_range(node: ASTNode) -> bool:
    """Whether a reference is to several cells."""
    if node.node_type() != "Reference":
        return False
    match node.get_reference():
        case RangeRef(start=CellRef() as start, end=CellRef() as end):
            return (start.row, start.col) != (end.row, end.col)
        case RangeRef() | TableRef():
            text = (node.get_reference_string() or "").lower()
            return "this row" not in text and "[@" not in text
        case _:
            return False


def _is_array(node: ASTNode, registered: Collection[str]) -> bool:
    """Whether a part of a formula returns several values."""
    kind = node.node_type()
    if kind == "Array":
        return len(node.children()) > 1
    if kind == "Reference":
        return is_range(node)
    if kind in ("UnaryOp", "BinaryOp"):
        of_values = (node.get_operator() or "") not in _OF_RANGES
        return of_values and any(_is_array(each, registered) for each in node.children())
    name = plain(node.get_function_name() or "")
    if kind != "Function" or name in group("statistics") or name in registered:
        return False
    if name in group("give_arrays"):
        return True
    kept = () if name in ("IF", "IFERROR", "IFNA") else ranges(name)
    return any(_is_array(each, registered) for position, each in enumerate(node.children()) if position not in kept)
