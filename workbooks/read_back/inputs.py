"""Reads the inputs of a workbook as a case, with a list of what was changed, added and removed.

Figures, lists and choices are read from their present cells. The result is checked like a case file, and an input that
cannot be used is reported with its sheet, cell and label.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from valuation.kernel.dates import day_of
from workbooks.case.checks import read
from workbooks.case.model import Case, Figure
from workbooks.case.quantity import objection, quantity
from workbooks.case.shape import Problem, frozen, texts
from workbooks.declarations.sheet import Sheet
from workbooks.languages.language import language as in_language
from workbooks.read_back.case_text import Raw, text_of
from workbooks.read_back.figures import FigureCells, figure_cells
from workbooks.read_back.findings import Finding, ReadBackError, no_number, same, where
from workbooks.read_back.identity import Identity
from workbooks.read_back.list_positions import standing
from workbooks.read_back.lists import lists_of
from workbooks.read_back.pasted_peers import pasted_of, read_pasted
from workbooks.read_back.pasted_template import read_template
from workbooks.read_back.provenance import read_provenance
from workbooks.read_back.rows import Book, drop_everywhere, read_list
from workbooks.read_back.typed_cells import into_case, typed_cells, with_typed
from workbooks.read_back.weights import take_weights
from workbooks.recalculation.stored_cells import Stored
from workbooks.sheets import contents
from workbooks.sheets.methods import methods

SHOWN: Final = 12  # errors listed one by one
LINES: Final = "reconciliation"
PRINTED: Final = "printed"
_LINE: Final = re.compile(r"reconciliation\[(\d+)\]")
LEAST: Final = 0.5  # smallest share of the figures that must be found


@dataclass(frozen=True, slots=True)
class ReadInputs:
    """The inputs of a workbook.

    Attributes
    ----------
    case : Case
        The case with the workbook's figures, lists and choices.
    sheets : list of Sheet
        Its declared sheets, with inputs for which a case file has no key.
    raw, marks
        The data of the case, and comments on changes by path.
    findings : list of Finding
        Findings for the user.
    changed : dict
        Old values of changed figures, by id.
    """

    case: Case
    sheets: list[Sheet]
    raw: Raw
    marks: dict[tuple[str, ...], str]
    findings: list[Finding] = field(default_factory=list)
    changed: dict[str, float] = field(default_factory=dict)

    def text(self, file: str) -> str:
        """Text of a case file with the inputs, with comments on changes."""
        return text_of(self.raw, self.marks, f"The inputs of {file}. What was changed in it has a comment.")


def read_inputs(found: Identity) -> ReadInputs:
    """Read the present inputs of a workbook.

    Raises
    ------
    ReadBackError
        If an input cannot be used; one line for each with sheet, cell, label and text.
    """
    if found.is_template:
        sheets = contents.sheets(found.case, found.optional)
    else:
        sheets = contents.sheets(found.case, language=found.language)
    spoken = in_language(found.language, found.case.zh if found.language != "en" else {})
    cells = figure_cells(found, sheets, spoken)
    _refuse_if(len(cells.cells) < LEAST * len(found.case.figures), [Finding("", _UNKNOWN, is_error=True)])
    lists = lists_of(found.case, sheets)
    typed, findings = typed_cells(found, sheets, spoken, [each.table.id for each in lists])
    raw, typed = into_case(found.case, typed)
    book = Book(found, spoken, cells.rows, raw, findings=[*cells.findings, *findings], typed=typed)
    pasted = pasted_of(found.case, sheets)
    changed = _read_figures(book, cells, pasted.figures() if pasted else set())
    read_provenance(book, cells, sheets)
    of_headings = found.is_template and pasted is not None and read_template(book, pasted.sheet.id)
    if pasted and not of_headings:
        read_pasted(pasted, book)
    for each in lists:
        stands = standing(each, found, spoken)
        if stands is None:
            where_to = f"{found.sheets.get(each.sheet.id) or each.sheet.name}, {each.table.title}"
            book.findings.append(Finding(where_to, "the list was not found: the one of the case is taken"))
        else:
            read_list(each, stands, book)
    if found.is_template:
        _without_unfilled(book, named=of_headings)
    errors = [each for each in book.findings if each.is_error]
    _refuse_if(bool(errors), errors)
    case = _checked(book, cells)
    if take_weights(book, case):
        case = _checked(book, cells)
    told = [each for each in book.findings if not each.is_error]
    told += [
        Finding("", f"{name} = {value!r} is typed on a sheet and has no key in a case file")
        for name, value in book.typed.items()
    ]
    declared = with_typed(contents.sheets(case, language=found.language), book.typed)
    return ReadInputs(case, declared, book.raw, book.marks, told, changed)


_UNKNOWN: Final = (
    "the inputs were not found: ids, names and labels are gone; give --case FILE with the case it was made from"
)


def _refuse_if(refused: bool, errors: Sequence[Finding]) -> None:  # noqa: FBT001 - the test itself
    if not refused:
        return
    lines = [str(each) for each in errors[:SHOWN]]
    if len(errors) > SHOWN:
        lines.append(f"… and {len(errors) - SHOWN} more")
    raise ReadBackError("\n".join(lines))


def _read_figures(book: Book, cells: FigureCells, elsewhere: set[str]) -> dict[str, float]:
    """Replace the figures of the case by those of the workbook, and record the changes."""
    found, changed, gone = book.found, {}, []
    for name, figure in found.case.figures.items():
        if name in elsewhere:
            continue
        at = cells.cells.get(name)
        if at is None:
            gone.append(name)
            continue
        cell = found.contents.cell(at.sheet, at.cell)
        unfilled = name in found.to_fill and cell.value in {None, ""} and not cell.formula
        if unfilled and name in found.optional:
            gone.append(name)
            continue
        problem = _problem(cell, figure)
        if problem:
            book.findings.append(Finding(where(at, book.spoken.text(figure.label)), problem, is_error=True))
        elif isinstance(cell.value, float) and (name in found.to_fill or not same(cell.value, figure.value)):
            changed[name] = figure.value
            book.raw["figures"][name]["value"] = _written(cell.value, figure)
            if name not in found.to_fill:
                book.marks["figures", name] = f"was {_shown(figure)}"
    if gone:
        _leave_out(book, gone, cells.with_ids)
    return changed


def _leave_out(book: Book, gone: Sequence[str], with_ids: set[str]) -> None:
    """Remove figures from the case, and all references to them; those of an item that is gone go with it."""
    kept = {key: book.raw[key] for key in ("figures", "sources", "zh") if key in book.raw}
    kept["figures"] = {name: figure for name, figure in kept["figures"].items() if name not in gone}
    book.raw = drop_everywhere({key: item for key, item in book.raw.items() if key not in kept}, gone) | kept
    for name in gone:
        if name in with_ids - book.found.optional:
            label = book.spoken.text(book.found.case.figures[name].label)
            book.findings.append(Finding(f"Inputs ({label})", f"the row of {name} is gone"))


def _problem(cell: Stored, figure: Figure) -> str:
    of = quantity(figure.unit)
    wanted = "a date" if of.kind == "date" else f"a number in {figure.unit}"
    return no_number(cell, wanted) or (objection(cell.value, of) if isinstance(cell.value, float) else "")


def _written(value: float, figure: Figure) -> object:
    """A number as in a case file; for a date a date object."""
    if quantity(figure.unit).kind != "date":
        return value
    return day_of(round(value))


def _shown(figure: Figure) -> str:
    return str(_written(figure.value, figure))


def _without_unfilled(book: Book, *, named: bool) -> None:
    """Remove items of a template's lists for which nothing was filled in, and the peers' section without peers."""
    found, comparables = book.found, book.raw.get("comparables")
    if comparables is None:
        return
    if not named:  # the names of peers stand in a template before their figures do
        figures = set(book.raw["figures"])
        comparables["peers"] = [p for p in comparables["peers"] if any(value in figures for value in _texts(p))]
    if not comparables["peers"] and methods(found.case.model_copy(update={"comparables": None})):
        del book.raw["comparables"]
        book.findings.append(Finding("", "no peer is filled in: the case is read without comparables"))


def _texts(item: Raw) -> list[str]:
    inside = [value for value in item.values() if isinstance(value, str)]
    return inside + [text for value in item.values() if isinstance(value, dict) for text in _texts(value)]


def _checked(book: Book, cells: FigureCells) -> Case:
    """The case, checked like one from a file; lines of the reconciliation that no longer fit are left out."""
    case, problems = _tried(book)
    while problems and all(problem.place.startswith(f"{LINES}[") for problem in problems) and book.raw.get(LINES):
        _leave_out_lines(book, problems)
        case, problems = _tried(book)
    errors = [Finding(_where(problem, book, cells), problem.message, is_error=True) for problem in problems]
    _refuse_if(case is None or bool(errors), errors)
    if case is None:
        raise AssertionError
    return case


def _tried(book: Book) -> tuple[Case | None, list[Problem]]:
    """The case and its problems; translations of removed texts are not needed."""
    if "zh" in book.raw:
        known = set(texts(frozen({key: value for key, value in book.raw.items() if key != "zh"})))
        book.raw["zh"] = {text: said for text, said in book.raw["zh"].items() if text in known}
    return read(frozen(book.raw))


def _leave_out_lines(book: Book, problems: Sequence[Problem]) -> None:
    """Leave out lines of the reconciliation with problems; of a figure that was changed only how it was printed."""
    lines: list[Raw] = book.raw[LINES]
    wrong = {int(found[1]): problem for problem in problems if (found := _LINE.match(problem.place))}
    gone = set()
    for number, problem in sorted(wrong.items()):
        line = lines[number - 1]
        figure = book.raw["figures"].get(line["published"], {})
        place = f"{LINES}[{number}] ({book.spoken.text(figure.get('label', line['published']))})"
        if "printed" in line and f"].{PRINTED}" in problem.place:
            message = f"its source printed {line.pop(PRINTED)}, which is not the figure in the workbook: left out"
        else:
            gone.add(number)
            message = f"the line is left out: {problem.message}"
        book.findings.append(Finding(place, message))
    book.raw[LINES] = [line for number, line in enumerate(lines, start=1) if number not in gone]
    if not book.raw[LINES] or not wrong:
        del book.raw[LINES]


def _where(problem: Problem, book: Book, cells: FigureCells) -> str:
    """Cell of the figure that a problem refers to, if any."""
    for name, at in cells.cells.items():
        if f"'{name}'" in problem.message or f"figures.{name}." in problem.place:
            return where(at, book.spoken.text(book.found.case.figures[name].label))
    return problem.place
