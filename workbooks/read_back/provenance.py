"""Reads what is typed beside the figures of Inputs: their dates, sources and notes, and the sources themselves."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from valuation.kernel.dates import FIRST_SERIAL, LAST_SERIAL, day_of
from workbooks.case.inline import slug
from workbooks.declarations.sheet import Column, Sheet, Table
from workbooks.read_back.case_text import Raw
from workbooks.read_back.contents import NOTHING, Cells
from workbooks.read_back.figures import FigureCells
from workbooks.read_back.findings import Finding, where
from workbooks.read_back.identity import Place
from workbooks.read_back.known_cells import figures_of
from workbooks.read_back.rows import Book

READ: Final = ("as_of", "source", "note")
CITED: Final = re.compile(r"(?P<number>\d+)\s*(?:[.．、]\s*(?P<title>.*))?")
PUBLISHED: Final = re.compile(r"(?:(?P<publisher>.*\S)\s*[,，]\s*)?(?P<date>[^,，]*\d[^,，]*)")
IS_ID: Final = re.compile(r"[^\W\d]\w*")


def read_provenance(book: Book, cells: FigureCells, sheets: Sequence[Sheet]) -> None:
    """Take over dates, sources and notes that differ from those that the workbook was made with."""
    for sheet in sheets:
        for table in sheet.blocks:
            if isinstance(table, Table) and sheet.id == "inputs" and table.id == "sources":
                _read_sources(book, sheet, table)
    for sheet in sheets:
        for table in sheet.blocks:
            if isinstance(table, Table) and (names := figures_of(table, book.found.case)):
                _read_figures(book, cells, sheet, table, names)


def _read_figures(book: Book, cells: FigureCells, sheet: Sheet, table: Table, names: Sequence[str]) -> None:
    columns = [column for column in table.columns if column.id in READ]
    for row, name in enumerate(names):
        at, figure = cells.cells.get(name), book.raw["figures"].get(name)
        if at is None or figure is None:
            continue
        for column in columns:
            text = _changed(book, sheet, column, row, at)
            if text:
                figure[column.id] = _source(book, text) if column.id == "source" else text


def _changed(book: Book, sheet: Sheet, column: Column, row: int, at: Place) -> str:
    """What is typed in a column beside a figure, where it is not what was written there."""
    present = book.found.contents.sheets.get(at.sheet, {})
    heading = book.spoken.text(column.heading, sheet.id)
    above = [place for place, cell in present.items() if cell.value == heading and place < (at.row, 0)]
    right = [place for place in above if place[1] > at.column]
    if not right:
        return ""
    return _unlike(book, sheet, present, (at.row, max(right)[1]), column, row)


def _unlike(book: Book, sheet: Sheet, cells: Cells, place: tuple[int, int], column: Column, row: int) -> str:
    typed = _text(cells.get(place, NOTHING).value)
    written = book.spoken.text(_declared(column, row), sheet.id)
    return typed if typed != " ".join(written.split()) else ""


def _declared(column: Column, row: int) -> str:
    """The text that a column was declared with."""
    content = column.cells[row]
    return content if isinstance(content, str) else ""


def _text(value: object) -> str:
    """A cell as a text: a date that a spreadsheet program made of it in the form of a case file, a year as a year."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        is_date = FIRST_SERIAL <= value < LAST_SERIAL and value.is_integer()
        return day_of(value).isoformat() if is_date else f"{value:.15g}"
    return " ".join(str(value).split())


def _source(book: Book, text: str) -> str:
    """The id of a source that is cited by its number, with or without its title, or by a title, which may be new."""
    sources: dict[str, Raw] = book.raw["sources"]
    cited = CITED.fullmatch(text)
    title = (cited["title"] if cited else "") or text
    if cited and 1 <= int(cited["number"]) <= len(book.found.case.sources):
        source = [*book.found.case.sources][int(cited["number"]) - 1]
        was = book.spoken.text(book.found.case.sources[source].title)
        if not cited["title"] or title in {was, sources[source]["title"]}:
            return source
    known = next((name for name, given in sources.items() if given["title"] == title), "")
    return known or _added(sources, title)


def _added(sources: dict[str, Raw], title: str) -> str:
    name = slug(title)
    name = name if IS_ID.fullmatch(name) and name not in sources else f"source_{len(sources) + 1}"
    while name in sources:
        name += "_typed"
    sources[name] = {"title": title}
    return name


def _read_sources(book: Book, sheet: Sheet, table: Table) -> None:
    """Titles of sources, who published them and when, and notes; each in the row with its number."""
    columns = {column.id: column for column in table.columns}
    for row, (source, place, cells) in enumerate(_rows(book, sheet, table)):
        given = book.raw["sources"][source]
        title = _unlike(book, sheet, cells, place, columns["title"], row)
        if title:
            cited = CITED.fullmatch(title) if "number" not in columns else None
            given["title"] = (cited["title"] if cited else "") or title
        beside = {
            each.id: _unlike(book, sheet, cells, (place[0], place[1] + step), each, row)
            for step, each in enumerate(table.columns)
            if each.id in ("publisher", "note")
        }
        if beside.get("note"):
            given["note"] = beside["note"]
        if published := beside["publisher"]:
            _publish(book, given, published, Place(book.found.sheets[sheet.id], *place), is_alone="number" in columns)


def _publish(book: Book, given: Raw, text: str, at: Place, *, is_alone: bool) -> None:
    found = PUBLISHED.fullmatch(text)
    if not is_alone:  # notes stand in the same cell
        book.findings.append(Finding(where(at, given["title"]), f"{text!r} is not read: write it in the case file"))
    elif found:
        given |= {"publisher": found["publisher"] or "", "date": found["date"].strip()}
    else:
        given |= {"publisher": text, "date": ""}


def _rows(book: Book, sheet: Sheet, table: Table) -> Iterator[tuple[str, tuple[int, int], Cells]]:
    """The sources in whose row their number still stands."""
    cells = book.found.contents.sheets.get(book.found.sheets.get(sheet.id, ""), {})
    heading = book.spoken.text(table.columns[0].heading, sheet.id)
    tops = [place for place, cell in cells.items() if cell.value == heading and place[1] == 1]
    if not tops:
        return
    top = max(tops)[0]
    numbered = "number" in {column.id for column in table.columns}
    for number, source in enumerate(book.found.case.sources, start=1):
        place = (top + number, 1)
        stands = _text(cells.get((place[0], 2 if numbered else 1), NOTHING).value)
        if re.match(rf"{number}\b", stands) and source in book.raw["sources"]:
            yield source, place, cells
