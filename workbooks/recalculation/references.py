"""Finds the cells that a formula refers to, as far as its text determines them."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import formualizer
from formualizer import ASTNode

from workbooks.recalculation.book import Book, Formula
from workbooks.recalculation.dialect import OF_CONDITION, SUMMING
from workbooks.recalculation.excel_functions import plain
from workbooks.recalculation.refusal import At
from workbooks.recalculation.worksheet import LAST, Place, place

DEEPEST: Final = 20  # largest depth of names that refer to names
_COMPUTED: Final = {"INDIRECT", "OFFSET", "GETPIVOTDATA"}  # functions whose references are computed
_NAMING: Final = re.compile(r"\b(?:LET|LAMBDA)\(", re.IGNORECASE)  # functions that define local names
_EXTERNAL: Final = re.compile(r"'?\[\d+\]|'?[^'!]*\[[^\]]+\][^'!]*'?!")
_SEVERAL_SHEETS: Final = re.compile(r"(?P<first>'?)([^':!]+):([^':!]+)(?P=first)!(.+)")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangular area of a sheet."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> tuple[int, int]:
        """Its rows and columns."""
        return 1 + self.bottom - self.top, 1 + self.right - self.left

    def as_large(self, other: "Area") -> "Area":
        """The area from its first cell on with the rows and columns of another one."""
        rows, columns = other.size
        bottom, right = min(self.top + rows - 1, LAST[0]), min(self.left + columns - 1, LAST[1])
        return Area(self.sheet, self.top, self.left, bottom, right)

    def holds(self, at: At) -> bool:
        """Whether a cell is in the area."""
        sheet, (row, column) = at
        return sheet == self.sheet and self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True, slots=True)
class Reach:
    """The references of a formula."""

    areas: tuple[Area, ...] = ()
    is_open: bool = False  # may also refer to other cells
    is_external: bool = False  # also refers to another workbook


def tree(text: str) -> ASTNode | None:
    """Parse a formula; None where that fails."""
    try:
        return formualizer.parse_formula(f"={text}")
    except (formualizer.ParserError, ValueError):
        return None


def is_external(reference: str) -> bool:
    """Whether a reference is to another workbook."""
    return bool(_EXTERNAL.match(reference))


class References:
    """Resolves the references of a workbook's formulas."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._titles = {name.casefold(): name for name in book.sheets}
        self._order = list(book.sheets)
        self._reaches: dict[At, Reach] = {}
        self._rows: dict[str, list[tuple[Place, At]]] = defaultdict(list)
        for (sheet, at), master in book.results.items():
            self._rows[sheet].append((at, master))
        for cells in self._rows.values():
            cells.sort()
        self._found: dict[Area, tuple[At, ...]] = {}

    def of(self, formula: Formula) -> Reach:
        """The references of a formula."""
        if formula.at not in self._reaches:
            if formula.cell.formula_kind == "dataTable":
                self._reaches[formula.at] = Reach(is_open=True)
            else:
                node = tree(formula.text)
                self._reaches[formula.at] = (
                    self._of_node(node, formula.sheet, formula.shift) if node else Reach(is_open=True)
                )
        return self._reaches[formula.at]

    def area(self, node: ASTNode, formula: Formula) -> Area | None:
        """Area of a node that is a single reference; None otherwise."""
        if node.node_type() != "Reference":
            return None
        reach = self._of_node(node, formula.sheet, formula.shift)
        return reach.areas[0] if len(reach.areas) == 1 and not reach.is_open else None

    def cells(self, node: ASTNode) -> Area | None:
        """Area of a reference with a sheet name; None where it is not one."""
        reference = node.get_reference() if node.node_type() == "Reference" else None
        if not isinstance(reference, (formualizer.CellRef, formualizer.RangeRef)) or not reference.sheet:
            return None
        areas = self._of_node(node, "", (0, 0)).areas
        return areas[0] if len(areas) == 1 else None

    def precedents(self, formula: Formula) -> list[At]:
        """Cells with formulas that a formula refers to directly."""
        return list(dict.fromkeys(at for area in self.of(formula).areas for at in self._formulas_in(area)))

    def _formulas_in(self, area: Area) -> tuple[At, ...]:
        if area not in self._found:
            cells = self._rows.get(area.sheet, [])
            first = bisect_left(cells, (area.top, 0), key=lambda each: each[0])
            last = bisect_right(cells, (area.bottom, LAST[1]), key=lambda each: each[0])
            self._found[area] = tuple(
                master for (_, column), master in cells[first:last] if area.left <= column <= area.right
            )
        return self._found[area]

    def _of_node(self, node: ASTNode, sheet: str, shift: tuple[int, int], depth: int = 0) -> Reach:
        areas: list[Area] = []
        is_open = is_outside = False
        names_own = bool(_NAMING.search(node.to_formula()))
        for each in _nodes(node):
            if (each.get_function_name() or "").upper().rpartition(".")[2] in _COMPUTED or each.get_operator() in (
                "#",
                ":",
            ):
                is_open = True
            areas += self._summed(each, sheet, shift, depth)
            if each.node_type() != "Reference":
                continue
            reach = self._of_reference(each, sheet, shift, depth)
            areas += reach.areas
            is_outside |= reach.is_external
            is_open |= reach.is_open and not (names_own and isinstance(each.get_reference(), formualizer.NamedRangeRef))
        return Reach(tuple(dict.fromkeys(areas)), is_open, is_outside)

    def _summed(self, node: ASTNode, sheet: str, shift: tuple[int, int], depth: int) -> list[Area]:
        """The cells that SUMIF sums where its range is short of its condition: Excel goes on beyond it."""
        arguments = node.children() if node.node_type() == "Function" else []
        if len(arguments) != OF_CONDITION or plain(node.get_function_name() or "") not in SUMMING:
            return []
        given = [arguments[place] for place in (0, 2) if arguments[place].node_type() == "Reference"]
        areas = [area for each in given for area in self._of_reference(each, sheet, shift, depth).areas]
        return [areas[1].as_large(areas[0])] if len(given) == len(areas) == 2 else []  # noqa: PLR2004 - two ranges

    def _of_reference(self, node: ASTNode, sheet: str, shift: tuple[int, int], depth: int) -> Reach:
        reference, text = node.get_reference(), node.get_reference_string() or ""
        if is_external(text):
            return Reach(is_external=True)
        match reference:
            case formualizer.CellRef():
                return self._areas([reference.sheet or sheet], reference, reference, shift)
            case formualizer.RangeRef():
                return self._areas([reference.sheet or sheet], reference.start, reference.end, shift, text)
            case formualizer.TableRef():
                return self._of_table(reference.name)
            case formualizer.NamedRangeRef():
                return self._of_name(reference.name, sheet, depth)
            case _:
                return self._of_sheets(text, shift)

    def _areas(
        self,
        sheets: list[str],
        start: formualizer.CellRef | None,
        end: formualizer.CellRef | None,
        shift: tuple[int, int],
        text: str = "",
    ) -> Reach:
        titles = [self._titles.get(sheet.casefold(), "") for sheet in sheets]
        if not all(titles):
            return Reach()  # a missing sheet has no cells
        if start is None or end is None:
            top, left, bottom, right = _whole(text.rpartition("!")[2], shift)
        else:
            (top, left), (bottom, right) = _moved(start, shift), _moved(end, shift)
        rows, columns = sorted((top, bottom)), sorted((left, right))
        return Reach(tuple(Area(title, rows[0], columns[0], rows[1], columns[1]) for title in titles))

    def _of_table(self, name: str) -> Reach:
        table = self._book.tables_by_name.get(name.casefold())
        if table is None:
            return Reach(is_open=True)
        first, _, last = table.area.partition(":")
        return Reach((Area(table.sheet, *place(first), *place(last or first)),))

    def _of_name(self, name: str, sheet: str, depth: int) -> Reach:
        if name.casefold() in self._book.tables_by_name:
            return self._of_table(name)
        title, _, own = name.rpartition("!")
        names = self._book.structure.names
        text = names.get((title.strip("'") or sheet, own.casefold()), names.get(("", own.casefold())))
        node = tree(text.removeprefix("=")) if text is not None and depth < DEEPEST else None
        return self._of_node(node, sheet, (0, 0), depth + 1) if node else Reach(is_open=True)

    def _of_sheets(self, text: str, shift: tuple[int, int]) -> Reach:
        """A 3D reference: the same cells of several sheets."""
        found = _SEVERAL_SHEETS.fullmatch(text)
        ends = [self._titles.get(found[number].casefold()) for number in (2, 3)] if found else []
        node = tree(found[4]) if found else None
        reference = node.get_reference() if node and node.node_type() == "Reference" else None
        if None in ends or not isinstance(reference, (formualizer.CellRef, formualizer.RangeRef)):
            return Reach(is_open=True)
        first, last = sorted(self._order.index(title) for title in ends if title)
        cells = (
            (reference, reference) if isinstance(reference, formualizer.CellRef) else (reference.start, reference.end)
        )
        return self._areas(self._order[first : last + 1], *cells, shift, text)


def nodes_of(node: ASTNode) -> Iterator[ASTNode]:
    """A node of a formula and all nodes below it."""
    return _nodes(node)


def _nodes(node: ASTNode) -> Iterator[ASTNode]:
    open_nodes = [node]
    while open_nodes:
        each = open_nodes.pop()
        yield each
        open_nodes += reversed(each.children())


def _moved(cell: formualizer.CellRef, shift: tuple[int, int]) -> Place:
    return (cell.row + (0 if cell.abs_row else shift[0]), cell.col + (0 if cell.abs_col else shift[1]))


def _whole(text: str, shift: tuple[int, int]) -> tuple[int, int, int, int]:
    """Whole rows or columns: 3:5, A:$C."""
    first, _, last = text.partition(":")
    numbers = []
    for end, is_last in ((first, False), (last or first, True)):
        end_name = end.strip("$ ")
        moved = 0 if end.lstrip().startswith("$") else 1
        if end_name.isdecimal():
            row = int(end_name) + moved * shift[0]
            numbers += [row, LAST[1] if is_last else 1]
        else:
            column = place(f"{end_name.upper()}1")[1] + moved * shift[1]
            numbers += [LAST[0] if is_last else 1, column]
    top, left, bottom, right = numbers
    return top, left, bottom, right
