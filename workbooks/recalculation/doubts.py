"""Detects faults of the engine that depend on values: a lookup in unsorted cells, an error ignored by a sum.

Formulas are checked after the calculation. A doubtful value is treated like a known fault: it is not stored.
"""

import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeAlias

from formualizer import ASTNode, CellRef, RangeRef

from workbooks.recalculation.book import Formula
from workbooks.recalculation.cell_kinds import is_number
from workbooks.recalculation.dialect import OF_CONDITION, SUMMING
from workbooks.recalculation.excel_functions import plain, plain_names
from workbooks.recalculation.known_faults import calls, is_given, literal
from workbooks.recalculation.references import Area, References, nodes_of
from workbooks.recalculation.worksheet import ErrorCode, Value

Rows: TypeAlias = list[list[Value | None]]
Values: TypeAlias = Callable[[Area], Rows]  # values of an area, cut off at the end of the used cells

_CONDITIONAL: Final = ("SUMIF", "SUMIFS", "AVERAGEIF", "AVERAGEIFS", "MAXIFS", "MINIFS")
_LOOKUPS: Final = ("VLOOKUP", "HLOOKUP", "MATCH", "LOOKUP", "XLOOKUP", "XMATCH")
_ARITHMETIC: Final = ("+", "-", "*", "/", "^", "%")
_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_SIGNS: Final = "[$€£¥]"
_NUMBER_OF_EXCEL: Final = re.compile(
    rf"(?=.*\d)\s*[-+(]*\s*{_SIGNS}?\s*[-+]?[\d,.' ]+(?:[eE][-+]?\d+)?\s*(?:{_SIGNS}|[%)])*\s*"
)
_DATE_PART: Final = ("YEAR", "MONTH", "DAY", "WEEKDAY", "EDATE", "EOMONTH", "DAYS", "HOUR", "MINUTE", "SECOND")
_CASES: Final = {"UPPER", "LOWER", "PROPER", "SEARCH", "EXACT"}
_LONG_DIGITS: Final = re.compile(r"\d[\d.]{16,}")
_LOOKED_AT: Final = frozenset({"SUMPRODUCT", *_CONDITIONAL, *_LOOKUPS, *_DATE_PART, *_CASES, "VALUE"})


def may_be_doubted(formula: Formula) -> bool:
    """Whether a formula must be checked: it calls certain functions, or calculates, compares or joins texts."""
    return not plain_names(formula.called).isdisjoint(_LOOKED_AT) or any(sign in formula.text for sign in "+-*/^%&=<>")


def doubt(formula: Formula, node: ASTNode, value: Value, references: References, values: Values) -> str:
    """Why the engine's value of a formula is not trusted; empty where it is."""
    looked = _Look(formula, node, value, references, values)
    return next((name for name, holds in _DOUBTS if holds(looked)), "")


class _Look:
    """A formula with its value and the values that it refers to."""

    def __init__(self, formula: Formula, node: ASTNode, value: Value, references: References, values: Values) -> None:
        self.formula, self.node, self.value = formula, node, value
        self._references, self._values = references, values
        self._called = plain_names(formula.called)

    def rows(self, node: ASTNode) -> Rows | None:
        """Values of a node that is a reference to one area; None otherwise."""
        area = self._references.area(node, self.formula)
        return self._values(area) if area else None

    def cell(self, node: ASTNode) -> Value | None:
        """Value of a node that is a cell or a constant."""
        if (value := literal(node)) is not None:
            return (
                value if isinstance(value, (str, bool)) else float(value) if isinstance(value, (int, float)) else None
            )
        rows = self.rows(node)
        return rows[0][0] if rows and len(rows) == len(rows[0]) == 1 else None

    def size(self, node: ASTNode) -> tuple[int, int] | None:
        """Rows and columns of a node that is a reference to one area or a constant; None otherwise."""
        if literal(node) is not None:
            return 1, 1
        area = self._references.area(node, self.formula)
        return area.size if area else None

    def calls(self, *names: str) -> Iterator[list[ASTNode]]:
        """Arguments of all calls of certain functions."""
        return calls(self.node, *names) if not self._called.isdisjoint(names) else iter(())

    @cached_property
    def operations(self) -> list[tuple[str, list[ASTNode]]]:
        """The signs and operands of all operations that are computed."""
        return [
            (each.get_operator() or "", each.children())
            for each in self._computed()
            if each.node_type() in ("BinaryOp", "UnaryOp")
        ]

    def _computed(self) -> Iterator[ASTNode]:
        """All nodes without the branches that IF does not take; of conditions that count numbers."""
        open_nodes = [self.node]
        while open_nodes:
            each = open_nodes.pop()
            yield each
            open_nodes += reversed(self._taken(each))

    def _taken(self, node: ASTNode) -> list[ASTNode]:
        below = node.children()
        holds = self._holds(below[0]) if _name(node) == "IF" else None
        if holds is None:
            return below
        place = 1 if holds else 2
        return [below[0], *below[place : place + 1]]

    def _holds(self, condition: ASTNode) -> bool | None:
        """Whether ISNUMBER(cell) or COUNT(cell, …) > number holds; None for another condition."""
        below = condition.children()
        if _name(condition) == "ISNUMBER":
            rows = self.rows(below[0])
            return is_number(rows[0][0]) if rows is not None and len(rows) == len(rows[0]) == 1 else None
        if condition.node_type() != "BinaryOp" or condition.get_operator() != ">" or _name(below[0]) != "COUNT":
            return None
        counted, least = [self.rows(each) for each in below[0].children()], literal(below[1])
        if None in counted or not isinstance(least, (int, float)) or isinstance(least, bool):
            return None
        return sum(is_number(value) for rows in counted for row in rows or () for value in row) > least


def _name(node: ASTNode) -> str:
    """The name of a function that has arguments; empty for another node."""
    called = node.node_type() == "Function" and node.children()
    return plain(node.get_function_name() or "") if called else ""


def _sums_over_errors(look: _Look) -> bool:
    for arguments in look.calls(*_CONDITIONAL):
        for each in arguments:
            rows = look.rows(each)
            if rows and any(isinstance(value, ErrorCode) for row in rows for value in row):
                return True
    return False


def _sums_beyond_its_range(look: _Look) -> bool:
    """SUMIF over a name or a table with fewer cells than the condition has.

    A range of cells is given to the engine in the size of the condition.
    """
    for arguments in look.calls(*SUMMING):
        if len(arguments) != OF_CONDITION or isinstance(arguments[2].get_reference(), (CellRef, RangeRef)):
            continue
        tested, summed = look.size(arguments[0]), look.size(arguments[2])
        if tested and summed and (summed[0] < tested[0] or summed[1] < tested[1]):
            return True
    return False


def _looks_up_unsorted(look: _Look) -> bool:
    for name in _LOOKUPS:
        for arguments in look.calls(name):
            searched = _searched(name, arguments)
            if searched is None:
                continue
            node, descending, by_row = searched
            rows = look.rows(node)
            if rows is None:
                if name == "LOOKUP" and node.node_type() == "BinaryOp":
                    continue  # LOOKUP(2,1/(…),…), which the engine computes correctly
                return True
            line = rows[0] if by_row or len(rows) == 1 else [row[0] for row in rows]
            if not _is_sorted(line, descending=descending):
                return True
    return False


def _searched(name: str, arguments: list[ASTNode]) -> tuple[ASTNode, bool, bool] | None:
    """Range searched by an approximate lookup, whether descending, whether a row; None for an exact lookup."""
    if len(arguments) < 2:  # noqa: PLR2004 - not a call that Excel would take
        return None
    kind = {"VLOOKUP": 3, "HLOOKUP": 3, "MATCH": 2, "XLOOKUP": 4, "XMATCH": 2}.get(name)
    given = literal(arguments[kind]) if kind and is_given(arguments, kind) else None
    if name.startswith("X"):
        order = literal(arguments[kind + 1]) if kind and is_given(arguments, kind + 1) else 1
        exact = not (kind and is_given(arguments, kind)) or given in (0, 2)
        if exact and order in (1, -1):
            return None
        return arguments[1], order == -2, False  # noqa: PLR2004 - a binary search from the last
    if kind and is_given(arguments, kind) and given is not None and not given:
        return None
    if kind and len(arguments) > kind and arguments[kind].node_type() == "Omitted":
        return None  # VLOOKUP(1,A1:B2,2,) is exact
    return arguments[1], given == -1, name == "HLOOKUP"


def _is_sorted(line: Sequence[Value | None], *, descending: bool) -> bool:
    keys = [_sort_key(value) for value in line if value is not None]
    if descending:
        keys.reverse()
    return all(before <= after for before, after in pairwise(keys))


def _sort_key(value: Value) -> tuple[int, float, str]:
    if isinstance(value, bool):
        return 2, float(value), ""
    if isinstance(value, str):
        return (3 if isinstance(value, ErrorCode) else 1), 0.0, value.casefold()
    return 0, float(value), ""


def _calculates_with_text(look: _Look) -> bool:
    """A text that Excel converts to a number and the engine does not: 1,234 or $5 or (5)."""
    sides = [nodes for sign, nodes in look.operations if sign in _ARITHMETIC] + [*look.calls("VALUE", *_DATE_PART)]
    return any(_is_number_text(value) for nodes in sides for each in nodes for value in _of(look, each)) or any(
        isinstance(value, str) and not isinstance(value, ErrorCode)
        for nodes in look.calls(*_DATE_PART)
        for each in nodes[:1]
        for value in _of(look, each)
    )


def _of(look: _Look, node: ASTNode) -> list[Value | None]:
    rows = look.rows(node)
    return [value for row in rows for value in row] if rows is not None else [look.cell(node)]


def _is_number_text(value: Value | None) -> bool:
    if not isinstance(value, str) or isinstance(value, ErrorCode) or not _NUMBER_OF_EXCEL.fullmatch(value):
        return False
    try:
        float(value.strip().removesuffix("%"))
    except ValueError:
        return True
    return False


def _multiplies_other_sizes(look: _Look) -> bool:
    """SUMPRODUCT of ranges of other sizes, or of a range and a number, which is #VALUE! in Excel."""
    if isinstance(look.value, ErrorCode):
        return False
    for arguments in look.calls("SUMPRODUCT"):
        sizes = {size for each in arguments if (size := look.size(each)) is not None}
        if len(sizes) > 1:
            return True
    return False


def _compares_nearly_equal(look: _Look) -> bool:
    """Two numbers that differ only after the fifteenth digit, equal for Excel, where that changes the outcome."""
    for sign, nodes in look.operations:
        compare = _COMPARISONS.get(sign)
        first, second = (look.cell(nodes[0]), look.cell(nodes[-1])) if compare else (None, None)
        if compare is None or not (is_number(first) and is_number(second)):
            continue
        if math.isclose(first, second, rel_tol=5e-15, abs_tol=0.0) and compare(first, second) != compare(0, 0):
            return True
    return False


def _shows_many_digits(look: _Look) -> bool:
    """A number with more than fifteen digits joined to a text, which Excel rounds."""
    return isinstance(look.value, str) and "&" in look.formula.text and bool(_LONG_DIGITS.search(look.value))


def _changes_case(look: _Look) -> bool:
    """A letter outside ASCII with upper and lower case."""
    if plain_names(look.formula.called).isdisjoint(_CASES):
        return False
    texts = [value for each in nodes_of(look.node) for value in _of(look, each) if isinstance(value, str)]
    return any(not char.isascii() and char.upper() != char.lower() for text in texts for char in text)


_DOUBTS: Final = (
    ("a conditional sum over an error", _sums_over_errors),
    ("a conditional sum over a range of another size", _sums_beyond_its_range),
    ("an approximate lookup in what is not sorted", _looks_up_unsorted),
    ("arithmetic with a number that is text", _calculates_with_text),
    ("SUMPRODUCT of other sizes", _multiplies_other_sizes),
    ("a comparison of numbers that differ after the fifteenth digit", _compares_nearly_equal),
    ("a number of more than fifteen digits in a text", _shows_many_digits),
    ("capitals and small letters beyond ASCII", _changes_case),
)
