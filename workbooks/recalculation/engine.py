"""A workbook recalculated by the embedded engine, with functions lent to it, and every value stored in its place.

Nothing else of the file changes, whoever wrote it. Where something cannot be computed (an unknown function, a circle of
references) nothing is stored at all.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import formualizer

from workbooks.address import letters, quoted
from workbooks.recalculation.dialect import Dialect, functions, names, tokens
from workbooks.recalculation.package import LIMITS, PackageError, Table, opened, read, replaced, tables, worksheets
from workbooks.recalculation.worksheet import Cell, ErrorCode, Place, Value, Worksheet, place

At: TypeAlias = tuple[str, Place]  # a cell of a sheet

LONGEST: Final = 300_000  # milliseconds that the formulas may take
SHOWN: Final = 10  # problems
_FITTED: Final = "STEELYARD.FITTED"  # a result as its cells take it
_OWN_FUNCTIONS: Final = {"LET", "LAMBDA", "_XLFN.LET", "_XLFN.LAMBDA"}  # with them a formula may name functions
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


class EngineError(ValueError):
    """A workbook that cannot be recalculated; the message names the cells that are in the way."""


@dataclass(frozen=True, slots=True)
class Recalculated:
    """The workbook's file with its values stored, and how many formulas it has."""

    data: bytes
    formulas: int


@dataclass(frozen=True, slots=True)
class _Formula:
    sheet: str
    cell: Cell
    words: list[formualizer.Token]  # none where it is a copy of another

    @property
    def at(self) -> At:
        return self.sheet, self.cell.place


def error(code: str) -> dict[str, str]:
    """An error as a function gives it to the engine: the newer kinds are #VALUE!, as in files."""
    return {"type": "Error", "kind": _KINDS.get(code, "Value")}


def error_code(value: object) -> str:
    """Code of the error that a value of the engine is; empty where it is none."""
    return _CODES.get(value["kind"], "#VALUE!") if isinstance(value, dict) else ""


def recalculated(data: bytes, lent: Mapping[str, Callable[..., Any]]) -> Recalculated:
    """The workbook with the value of every formula computed and stored.

    Parameters
    ----------
    data : bytes
        The file, .xlsx or .xlsm.
    lent : mapping
        Functions by their names in capitals. They are given numbers, texts, flags, None for a blank, "" for what is
        left out, errors (`error_code` tells which), and ranges as lists of rows; and give the same, errors as `error`
        makes them.

    Raises
    ------
    PackageError
        If the file is no workbook.
    EngineError
        If a formula calls an unknown function, or stands in a circle of references.
    """
    with opened(data) as package:
        parts = worksheets(package)
        sheets = {name: Worksheet(read(package, part)) for name, part in parts.items()}
        formulas = _formulas(sheets)
        _refuse(_not_known(formulas, lent))
        listed = tables(package, parts)
        texts = _rewritten(formulas, lent, listed)
        copy = {part: sheets[name].with_formulas(texts.get(name, {})) for name, part in parts.items()}
        engine = _evaluated(replaced(package, copy), lent, listed)
        _refuse(_not_computed(engine, formulas))
        valued = {part: _with_values(engine, name, sheets[name]) for name, part in parts.items()}
        return Recalculated(replaced(package, valued), len(formulas))


def _formulas(sheets: Mapping[str, Worksheet]) -> list[_Formula]:
    found = []
    for sheet, worksheet in sheets.items():
        for cell in worksheet.formulas:
            try:
                found.append(_Formula(sheet, cell, tokens(cell.formula or "")))
            except formualizer.TokenizerError as problem:
                message = f"{_name((sheet, cell.place))} ={cell.formula}: {problem}"
                raise EngineError(message) from None
    return found


def _not_known(formulas: list[_Formula], lent: Collection[str]) -> Iterator[str]:
    """Formulas that the engine cannot compute, even where an IFERROR would hide it."""
    for each in formulas:
        if each.cell.formula_kind == "dataTable":
            yield f"{_name(each.at)} is a data table of a what-if analysis, which is not computed here"
    callers: dict[str, list[str]] = {}
    for each in formulas:
        called = functions(each.words)
        for name in called.difference(lent) if called.isdisjoint(_OWN_FUNCTIONS) else ():
            callers.setdefault(name, []).append(_name(each.at))
    scratch = formualizer.Workbook()
    scratch.add_sheet("A")
    for name, cells in sorted(callers.items()):
        scratch.set_formula("A", 1, 1, f"={name}()")
        if error_code(scratch.evaluate_cell("A", 1, 1)) == "#NAME?":
            more = f" and {len(cells) - SHOWN} more" if len(cells) > SHOWN else ""
            yield f"{name} is not known here: {', '.join(cells[:SHOWN])}{more}"


def _rewritten(formulas: list[_Formula], lent: Collection[str], listed: Iterable[Table]) -> dict[str, dict[Place, str]]:
    """The formulas as the engine understands them, by sheet and cell."""
    by_name = {table.name.casefold(): table for table in listed}
    found: dict[str, dict[Place, str]] = {each.sheet: {} for each in formulas}
    for each in formulas:
        cell = each.cell
        if not each.words:
            continue
        text = Dialect(each.sheet, lent, by_name).rewritten(each.words, cell.place[0])
        if cell.formula_kind == "array" and not cell.dynamic:
            (top, left), (bottom, right) = cell.fills()[0], cell.fills()[-1]
            text = f"{_FITTED}({text},{bottom - top + 1},{right - left + 1})"
        elif cell.formula_kind != "array" and not functions(each.words).isdisjoint(lent):
            text = f"{_FITTED}({text},1,1)"  # without the mark of an array it has one cell, whatever it gives
        found[each.sheet][cell.place] = text
    return found


def _evaluated(data: bytes, lent: Mapping[str, Callable[..., Any]], listed: Iterable[Table]) -> formualizer.Workbook:
    settings = formualizer.EvaluationConfig()
    settings.cycle_detection = "runtime"  # a column of a table may refer to the table
    settings.max_eval_time_ms = LONGEST
    try:
        engine = formualizer.Workbook.from_bytes(
            data, config=formualizer.WorkbookConfig(eval_config=settings), load_limits=LIMITS
        )
    except OSError as problem:
        raise PackageError(str(problem)) from None
    for table in listed:  # which it does not read by itself
        first, _, last = table.area.partition(":")
        engine.add_table(
            table.name,
            table.sheet,
            (*place(first), *place(last or first)),
            table.headings,
            header_row=table.has_headings,
            totals_row=table.has_totals,
        )
    engine.set_temporal_egress("serial")
    engine.register_function(_FITTED, _fitted)
    for name, function in lent.items():
        engine.register_function(name, function, allow_override_builtin=True)
    try:
        engine.evaluate_all()
    except formualizer.ExcelEvaluationError as problem:  # too long, too large
        raise EngineError(str(problem)) from None
    return engine


def _fitted(value: Any, rows: float, columns: float) -> Any:  # noqa: ANN401 - whatever the engine gives
    """A result as an array formula of fixed size shows it: cut off, or repeated, or with #N/A where it ends."""
    grid = value if isinstance(value, list) else [[value]]
    if len(grid) == 1:
        grid = grid * int(rows)
    grid = [row * int(columns) if len(row) == 1 else row for row in grid]
    absent = error("#N/A")
    lines = [[*row, *[absent] * int(columns)][: int(columns)] for row in grid]
    lines = [*lines, *[[absent] * int(columns)] * int(rows)][: int(rows)]
    return lines[0][0] if (rows, columns) == (1, 1) else lines


def _not_computed(engine: formualizer.Workbook, formulas: list[_Formula]) -> Iterator[str]:
    """Formulas that came to nothing: circles of references, names and features that the engine does not know."""
    found: dict[str, dict[At, str]] = {"Circ": {}, "NImpl": {}, "Name": {}}
    for each in formulas:
        value = engine.get_value(each.sheet, *each.cell.place)
        if isinstance(value, dict) and value["kind"] in found:
            found[value["kind"]][each.at] = each.cell.formula or ""
    if found["Circ"]:
        yield f"a circle of references: {' → '.join(map(_name, _circle(engine, found['Circ'])))}"
    for at, formula in found["NImpl"].items():
        yield f"{_name(at)} ={formula}: this cannot be computed here"
    for at, formula in found["Name"].items():
        if not any(_precedents(engine, at, found["Name"])):
            yield f"{_name(at)} ={formula}: a name in it is not known here"
    omitted = {diagnostic["name"].casefold() for diagnostic in engine.name_import_diagnostics}
    for each in formulas:
        for name in sorted(names(each.words)):
            if name.casefold() in omitted and each.at not in found["Name"]:
                yield f"{_name(each.at)} ={each.cell.formula}: the name {name} is not known here"


def _circle(engine: formualizer.Workbook, cells: Collection[At]) -> list[At]:
    """The cells of one circle, among those that are in one or depend on one."""
    path = [next(iter(cells))]
    while (before := next(_precedents(engine, path[-1], cells), None)) is not None:
        if before in path:
            return [*path[path.index(before) :], before]
        path.append(before)
    return path


def _precedents(engine: formualizer.Workbook, at: At, among: Collection[At]) -> Iterator[At]:
    """Which of some cells the formula of a cell refers to, by their addresses or by names."""
    for each in engine.precedents(_name(at)).precedents:
        named = each.reference.resolution
        area = each.reference.address or each.reference.resolved or (named and (named.address or named.resolved))
        if area:
            name, cells = _split(area)
            first, _, last = cells.partition(":")
            (top, left), (bottom, right) = place(first), place(last or first)
            for other in among:
                sheet, (row, column) = other
                if sheet == name and top <= row <= bottom and left <= column <= right:
                    yield other


def _with_values(engine: formualizer.Workbook, name: str, sheet: Worksheet) -> bytes:
    """The XML of a sheet with what the engine computed; arrays that grew or shrank fill other cells than before."""
    areas = {cell.place: _spilled(engine, name, cell) for cell in sheet.formulas if cell.dynamic}
    changed = {cell.place: area for cell in sheet.formulas if (area := areas.get(cell.place, cell.area)) != cell.area}
    if changed:
        sheet = Worksheet(sheet.with_areas(changed))
    places = [at for cell in sheet.formulas for at in cell.fills()]
    return sheet.with_values({at: _value(engine.get_value(name, *at)) for at in places})


def _spilled(engine: formualizer.Workbook, name: str, cell: Cell) -> str:
    """The area that a dynamic array fills."""
    spill = engine.inspect_cell(_name((name, cell.place))).cell.spill
    extent = spill.extent if spill else None
    return _split(extent)[1] if extent else f"{letters(cell.place[1])}{cell.place[0]}"


def _value(value: Any) -> Value:  # noqa: ANN401 - whatever the engine gives
    code = error_code(value)
    if code:
        return ErrorCode(code)
    if isinstance(value, (bool, str)):
        return value
    number = float(value or 0)  # a reference to a blank cell is 0
    return number if math.isfinite(number) else ErrorCode("#NUM!")


def _name(at: At) -> str:
    sheet, (row, column) = at
    return f"{quoted(sheet)}!{letters(column)}{row}"


def _split(area: str) -> tuple[str, str]:
    """Sheet and cells of an area as the engine writes it."""
    sheet, _, cells = area.rpartition("!")
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet, cells


def _refuse(problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        more = [f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        raise EngineError("\n".join([*found[:SHOWN], *more]))
