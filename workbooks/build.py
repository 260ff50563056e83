"""Builds the workbook of a case: lay out, write, compute the formulas, compare with the core's results, save."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbooks.address import letters
from workbooks.beside import Beside
from workbooks.case.model import Case, Company
from workbooks.case.quantity import quantity
from workbooks.case.reading import find
from workbooks.declarations.texts import Text
from workbooks.files import save
from workbooks.languages.language import CHINESE, ENGLISH
from workbooks.languages.language import language as language_of
from workbooks.layout.core_values import NoValueError
from workbooks.layout.sheet_cells import LaidBook, lay_out
from workbooks.layout.styles import NO_NUMBER
from workbooks.read_back.embedding import carriers
from workbooks.sheets import contents
from workbooks.sheets.shown_units import in_units_of
from workbooks.xlsx.finishing import finished
from workbooks.xlsx.macros import Macros, with_project
from workbooks.xlsx.stored_values import agrees, stored_values
from workbooks.xlsx.varied_formulas import varied_formulas
from workbooks.xlsx.writer import write

SHOWN_DIFFERENCES = 5
SCALES = {"万": "10,000", "亿": "100 million"}


class BuildError(ValueError):
    """The formulas of a workbook do not give the core's results, so it is not written."""


@dataclass(frozen=True, slots=True)
class Report:
    """Result of a build."""

    path: Path
    sheets: int
    formulas: int
    checks: str  # status of the master check
    unmet: tuple[str, ...]  # each check that warns or fails: `WARN: The segments make the group's metric`


def build(case: str | Path, out: Path, language: str = ENGLISH, macros: Macros | None = None) -> Report:
    """Write the workbook of a bundled case or a case file, in a language: `en` or `zh`.

    With macros it is an .xlsm file. The file is written whole or not at all: after an interrupted or refused build an
    existing file is unchanged.

    Raises
    ------
    CaseError
        If the case file has errors; the message lists all of them.
    BuildError
        If a result has no value, a formula gives another value than the core, or an error would be stored.
    OSError
        If the file cannot be written.
    LanguageError
        If the language is not available.
    """
    book, data = workbook_bytes(find(str(case)), language, macros)
    save(data, out)
    formulas = sum(bool(cell.formula) for page in book.sheets for cell in page.cells)
    statuses, labels = (_cells(book, f"check_rows.{column}") for column in ("status", "label"))
    met = language_of(language).text("OK")
    unmet = [f"{status}: {label}" for status, label in zip(statuses, labels, strict=True) if status != met]
    [verdict] = _cells(book, "checks.master")
    return Report(out, len(book.sheets), formulas, verdict, tuple(unmet))


def workbook_bytes(case: Case, language: str = ENGLISH, macros: Macros | None = None) -> tuple[LaidBook, bytes]:
    """The layout of a case's workbook and the bytes of its file, with all formulas verified."""
    company = in_units_of(case, language).company
    own = case.zh if language == CHINESE else {}
    spoken = language_of(language, own)
    try:
        book = lay_out(
            contents.sheets(case, language=language), units_line(company, language, typed=case.company), spoken
        )
    except NoValueError as problem:
        message = f"a result of the case has no value. {problem}"
        raise BuildError(message) from None
    title = spoken.text(case.title)
    carried = Beside(lambda: carriers(case, book))  # most of this is compression, which runs in the background
    parts = write(book, title, company.as_of, macros, carried.result)
    if macros:
        parts = with_project(parts, macros.project)
    packed = Beside(lambda: finished(parts, company.as_of, varied_formulas(book)))
    prove(book, parts)
    return book, packed.result()


def units_line(company: Company, language: str, typed: Company | None = None) -> str:
    """Text that states the units of a case; the English text explains Chinese scales such as 亿, shown or typed in."""
    shown = " ".join(f"{each.display_unit} {each.reporting_unit}" for each in (company, typed or company))
    scales = [] if language == CHINESE else [f"{sign} = {much}" for sign, much in SCALES.items() if sign in shown]
    line: str = Text("Values in {}; stored in whole {}", company.display_unit, company.currency)
    if company.reporting_unit:
        line = Text(
            "Values in {}, and in {}; stored in whole {} and {}",
            company.display_unit,
            company.reporting_unit,
            company.currency,
            company.reporting_currency,
        )
    return Text("{} ({})", line, ", ".join(scales)) if scales else line


def prove(book: LaidBook, parts: Mapping[str, bytes]) -> None:
    """Raise BuildError if the stored value of any formula, in the parts of its workbook, is not that of the core."""
    stored = stored_values(parts)
    problems = []
    # The Summary only links to the other sheets, so its errors come from one of them and are listed there.
    for page in sorted(book.sheets, key=lambda page: page.sheet.id == "summary"):
        values = stored[page.sheet.name]
        for cell in page.cells:
            if not cell.formula:
                continue
            at = f"{letters(cell.column)}{cell.row}"
            scale = 1.0 if cell.unit in NO_NUMBER else quantity(cell.unit).scale
            if not agrees(cell.content, values.get(at), scale):
                problems.append(
                    f"{page.sheet.name}!{at} ={cell.formula} gives {values.get(at)!r}, the core {cell.content!r}"
                )
    if problems:
        more = f"\n… and {len(problems) - SHOWN_DIFFERENCES} more" if len(problems) > SHOWN_DIFFERENCES else ""
        message = "the workbook's arithmetic disagrees with the core:\n"
        raise BuildError(message + "\n".join(problems[:SHOWN_DIFFERENCES]) + more)


def _cells(book: LaidBook, reference: str) -> list[str]:
    """Contents of the cells of a reference."""
    address = book.addresses[reference]
    page = next(page for page in book.sheets if page.sheet.name == address.sheet)
    found = {(cell.row, cell.column): cell.content for cell in page.cells}
    places = map(address.at, range(address.count))
    return [str(found[place.row, place.column]) for place in places]
