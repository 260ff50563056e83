"""Evaluates a workbook by the embedded engine, with our functions registered."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import formualizer

from workbooks.address import letters
from workbooks.opening.limits import LONGEST_TEXT, STANDARD, PackageError
from workbooks.opening.package import shown
from workbooks.opening.place import working_on
from workbooks.recalculation.book import Book
from workbooks.recalculation.dialect import Dialect
from workbooks.recalculation.package import ENGINES_OWN, for_the_engine
from workbooks.recalculation.references import Area
from workbooks.recalculation.refusal import At, EngineError, cell_name
from workbooks.recalculation.worksheet import Cell, ErrorCode, Place, Value, place

LONGEST: Final = 300_000  # time limit in milliseconds; that of the child process is shorter
LOAD_LIMITS: Final = {
    "max_input_bytes": STANDARD.expanded_bytes,
    "max_entries": 10_000,
    "max_expanded_bytes": 2**30,
    "max_part_bytes": 2**29,
    "max_xml_depth": 256,
}
MOST_LOOKED_AT: Final = 20_000  # rows of an area whose values are examined
TOO_LONG: Final = "TooLong"  # error kind for a text that is too long for a cell
_GROWING: Final = frozenset({"CONCATENATE", "REPT", "SUBSTITUTE", "TRANSPOSE", "_XLFN.CONCAT", "_XLFN.TEXTJOIN"})
_FITTED: Final = "STEELYARD.FITTED"  # result in the form needed for its cells
_CODES: Final = {
    "Null": "#NULL!",
    "Div": "#DIV/0!",
    "Value": "#VALUE!",
    "Ref": "#REF!",
    "Name": "#NAME?",
    "Num": "#NUM!",
    "Na": "#N/A",
}
_KINDS: Final = {code: kind for kind, code in _CODES.items()}


def error(code: str) -> dict[str, str]:
    """An error as a function returns it to the engine; newer kinds become #VALUE!, as in files."""
    return {"type": "Error", "kind": _KINDS.get(code, "Value")}


def error_code(value: object) -> str:
    """Code of an error value of the engine; empty for other values."""
    return _CODES.get(value["kind"], "#VALUE!") if isinstance(value, dict) else ""


class Evaluation:
    """Values of a book after evaluation of its formulas, except those that keep their stored values.

    Parameters
    ----------
    book : Book
        The workbook.
    registered : mapping
        Functions by name in capitals.
    kept : collection of cells
        Formulas that are replaced by their stored values.

    Raises
    ------
    PackageError
        If the engine cannot read the file.
    EngineError
        If the evaluation takes too long, or a formula makes the engine fail.
    """

    def __init__(self, book: Book, registered: Mapping[str, Callable[..., Any]], kept: Collection[At]) -> None:
        self._book = book
        self._engine = self._loaded(self._copy(book, registered, kept), registered)
        working_on(_heaviest(book))
        try:
            self._engine.evaluate_all()
        except formualizer.ExcelEvaluationError as problem:
            raise self._stopped(problem, kept) from None
        working_on("")

    def kind(self, at: At) -> str:
        """Kind of a cell's error in the engine's own terms; empty where there is none."""
        value = self._raw(at)
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            return TOO_LONG
        return str(value["kind"]) if isinstance(value, dict) else ""

    def value(self, at: At) -> Value:
        """Value of a cell with a formula or filled by one; 0 where it refers to a blank."""
        value = self._raw(at)
        return 0.0 if value is None else _plain(value)

    def values(self, area: Area) -> list[list[Value | None]]:
        """Values of an area, up to the largest number of rows examined."""
        width = min(area.right - area.left + 1, MOST_LOOKED_AT)
        bottom = min(area.bottom, area.top + MOST_LOOKED_AT // width, max(self._last_row(area.sheet), area.top))
        found = []
        for row in range(area.top, bottom + 1):
            raws = (self._raw((area.sheet, (row, area.left + step))) for step in range(width))
            found.append([None if raw is None else _plain(raw) for raw in raws])
        return found

    def spilled(self, sheet: str, cell: Cell) -> str:
        """The area that a dynamic array fills."""
        address = f"{letters(cell.place[1])}{cell.place[0]}"
        spill = self._engine.inspect_cell(cell_name((self._title(sheet), cell.place))).cell.spill
        extent = spill.extent if spill else None
        return extent.rpartition("!")[2] if extent else address

    def unread_names(self) -> set[str]:
        """Names, in lower case, that the engine could not read."""
        return {diagnostic["name"].casefold() for diagnostic in self._engine.name_import_diagnostics}

    def _raw(self, at: At) -> Any:  # noqa: ANN401 - whatever the engine gives
        sheet, cell = at
        return self._engine.get_value(self._title(sheet), *cell)

    def _title(self, sheet: str) -> str:
        return ENGINES_OWN if sheet.casefold() == ENGINES_OWN.casefold() else sheet

    def _last_row(self, sheet: str) -> int:
        return self._book.sheets[sheet].last_row

    @staticmethod
    def _copy(book: Book, registered: Collection[str], kept: Collection[At]) -> bytes:
        """Copy of the file for the engine."""
        texts = _rewritten(book, registered)
        stay: dict[str, set[Place]] = {name: set() for name in book.sheets}
        for sheet, cell in kept:
            stay[sheet].add(cell)
        parts = {
            part: book.sheets[name].with_formulas(texts.get(name, {}), stay[name])
            for name, part in book.structure.sheets.items()
        }
        return for_the_engine(book.package, book.structure, parts)

    def _loaded(self, data: bytes, registered: Mapping[str, Callable[..., Any]]) -> formualizer.Workbook:
        working_on("the file, as the engine reads it")
        settings = formualizer.EvaluationConfig()
        settings.cycle_detection = "runtime"  # a column of a table may refer to its own table
        settings.max_eval_time_ms = LONGEST
        try:
            engine = formualizer.Workbook.from_bytes(
                data, config=formualizer.WorkbookConfig(eval_config=settings), load_limits=LOAD_LIMITS
            )
        except (OSError, ValueError, formualizer.ExcelEvaluationError) as problem:
            message = f"cannot be read by the engine: {shown(str(problem))}"
            raise PackageError(message) from None
        for table in self._book.tables:  # which the engine does not load by itself
            first, _, last = table.area.partition(":")
            engine.add_table(
                table.name,
                self._title(table.sheet),
                (*place(first), *place(last or first)),
                table.headings,
                header_row=table.has_headings,
                totals_row=table.has_totals,
            )
        engine.set_temporal_egress("serial")
        engine.register_function(_FITTED, _fitted)
        for name, function in registered.items():
            engine.register_function(name, function, allow_override_builtin=True)
        return engine

    def _stopped(self, problem: Exception, kept: Collection[At]) -> EngineError:
        """Error that names the formula which made the engine fail."""
        why = shown(str(problem))
        if "deadline" not in why:
            for formula in self._book.formulas.values():
                if formula.at in kept:
                    continue
                try:
                    self._engine.evaluate_cell(self._title(formula.sheet), *formula.cell.place)
                except formualizer.ExcelEvaluationError:
                    return EngineError(f"{formula.described()}: {why}")
        return EngineError(why)


def _heaviest(book: Book) -> str:
    """Formulas that may need much memory, to name them if the process is killed."""
    suspects = (formula for formula in book.formulas.values() if "&" in formula.text or formula.called & _GROWING)
    first = next(suspects, next(iter(book.formulas.values()), None))
    return f"the formulas, such as {first.described()}" if first else "the formulas"


def _rewritten(book: Book, registered: Collection[str]) -> dict[str, dict[Place, str]]:
    """The formulas rewritten for the engine, by sheet and cell."""
    found: dict[str, dict[Place, str]] = {}
    for formula in book.formulas.values():
        cell = formula.cell
        if formula.is_copy or not formula.words:
            continue
        text = Dialect(formula.sheet, registered, book.tables_by_name).rewritten(formula.words, cell.place[0])
        if formula.is_array and not cell.dynamic:
            (top, left), (bottom, right) = cell.fills()[0], cell.fills()[-1]
            text = f"{_FITTED}({text},{bottom - top + 1},{right - left + 1})"
        elif not formula.is_array and not formula.called.isdisjoint(registered):
            text = f"{_FITTED}({text},1,1)"  # not an array formula, so the result takes one cell
        found.setdefault(formula.sheet, {})[cell.place] = text
    return found


def _fitted(value: Any, rows: float, columns: float) -> Any:  # noqa: ANN401 - whatever the engine gives
    """A result fitted to an array formula of fixed size: cut off, repeated, or filled up with #N/A."""
    grid = value if isinstance(value, list) else [[value]]
    if len(grid) == 1:
        grid = grid * int(rows)
    grid = [row * int(columns) if len(row) == 1 else row for row in grid]
    absent = error("#N/A")
    lines = [[*row, *[absent] * int(columns)][: int(columns)] for row in grid]
    lines = [*lines, *[[absent] * int(columns)] * int(rows)][: int(rows)]
    return lines[0][0] if (rows, columns) == (1, 1) else lines


def _plain(value: Any) -> Value:  # noqa: ANN401 - whatever the engine gives
    code = error_code(value)
    if code:
        return ErrorCode(code)
    if isinstance(value, (bool, str)):
        return value
    number = float(value)
    return number if math.isfinite(number) else ErrorCode("#NUM!")
