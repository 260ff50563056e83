"""Table files of a case: a row per peer or transaction, a column per figure; each figure keeps its file and cell."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from valuation.kernel.errors import NotANumberError
from workbooks.case.annotations import role_of
from workbooks.case.model import Peer
from workbooks.case.multiples import Transaction
from workbooks.case.roles import Record
from workbooks.case.shape import Problem, nearest, shown
from workbooks.case.table_words import FIELDS, NAMES, NOT_MEANINGFUL
from workbooks.case.year_ends import fiscal_year, month
from workbooks.peer_import.grid import Content, Grid, Percentage, Uncomputed
from workbooks.peer_import.numbers import COMMA, POINT, decimal_mark, with_point
from workbooks.peer_import.opening import sheets
from workbooks.peer_import.records import TableError
from workbooks.peer_import.vocabulary import is_statistic

Table: TypeAlias = dict[str, Any]

_TRUE: Final = frozenset({"yes", "y", "true", "1", "是"})
_FALSE: Final = frozenset({"no", "n", "false", "0", "否"})
_LISTS: Final[dict[str, tuple[str, type[Record]]]] = {
    "comparables": ("peers", Peer),
    "transactions": ("deals", Transaction),
}


class Column(NamedTuple):
    """Target of the figures of a column: a key of the record, or a name in one of its tables."""

    key: str
    name: str = ""


def with_tables(raw: Table, folder: Path) -> tuple[Table, list[Problem]]:
    """Data of a case with the rows of its table files added to their lists, and problems of the tables.

    A table that was read is no longer named: a case that is written again has its rows.
    """
    made, problems = dict(raw), list[Problem]()
    for section, (rows, record) in _LISTS.items():
        given = raw.get(section)
        if not isinstance(given, dict) or not isinstance(given.get("table"), str):
            continue
        reader = _Reader(section, given, record, raw)
        try:
            found = reader.read(folder / given["table"])
        except TableError as error:
            told, asked, _ = str(error).partition(": say which with --encoding")
            problems.append(Problem(f"{section}.table", f"{told}: save it as CSV UTF-8" if asked else told))
            continue
        problems += reader.problems
        others = {key: value for key, value in given.items() if key != "table"}
        made[section] = others | {rows: (*given.get(rows, ()), *found)}
    return made, problems


def headings(path: Path) -> list[str]:
    """The headings of a table as written.

    Raises
    ------
    TableError
        If the file cannot be read, or has no row of headings.
    """
    return [" ".join(cell.split()) for cell in rows(path)[0] if isinstance(cell, str)]


def rows(path: Path) -> list[Sequence[Content]]:
    """The cells of a table from the row of headings on.

    Raises
    ------
    TableError
        If the file cannot be read, or has no row of headings.
    """
    for ways in sheets(path):
        for grid in ways:
            for top, row in enumerate(grid.rows):
                if len(row) > 1 and any(_words(cell) in NAMES for cell in row):
                    return list(grid.rows[top:])
    raise TableError(_no_headings(path))


def _no_headings(path: Path) -> str:
    return f"{path.name}: no row of headings was found: expected one that begins with Peer, Company or Name"


class _Reader:
    """Reads the table file of one section."""

    def __init__(self, section: str, given: Table, record: type[Record], raw: Table) -> None:
        self.record = record
        self.problems: list[Problem] = []
        self.comma = False  # whether the file uses a decimal comma
        self.sheet = str(given.get("sheet", ""))
        self.multiples = _named(given.get("multiples"))
        metrics = [" ".join(_texts(m, "metric", "period")) for m in self.multiples.values()]
        own = raw.get("metrics")
        self.measures = _named(given.get("measures"))
        metrics += [name for each in self.measures.values() for name in _texts(each, "metric", "over", "growth_from")]
        known = [*metrics, *(own if isinstance(own, dict) else ())]
        self.metrics = {name.casefold(): name for name in known}
        # Peers with another fiscal year end also have figures of the year before or after.
        years = [of for name in known if (of := fiscal_year(name))]
        self.years = {of._replace(year=of.year + step) for of in years for step in (-1, 1)}
        defaults = raw.get("defaults")
        around = given.get("source") or (defaults.get("source") if isinstance(defaults, dict) else "")
        self.source = "" if around else section  # replaced by the name of the file
        self.units = {name: str(each.get("unit", "rate")) for name, each in self.measures.items()}

    def read(self, path: Path) -> tuple[Table, ...]:
        """Rows of a file, each in the form of an entry in a case file."""
        if path.is_dir():
            message = f"{path} is a folder: expected a file, .csv or .xlsx"
            raise TableError(message)
        grid, top, columns = self._headed(path)
        names = next((column for column, at in columns.items() if at.key == "name"), 0)
        rows = [row for row in range(top + 1, len(grid.rows)) if not _is_aside(grid, row, names)]
        if not rows:
            message = f"{path.name}: no row stands below the headings: expected one for each company"
            raise TableError(message)
        for row in rows:
            self._beside(grid, row, top)
        texts = [cell for row in rows for cell in grid.rows[row] if isinstance(cell, str)]
        self.comma = decimal_mark(texts, usual=POINT)[0] == COMMA
        return tuple(self._row(grid, row, columns) for row in rows)

    def _beside(self, grid: Grid, row: int, top: int) -> None:
        """Report figures in columns without a heading."""
        for column, cell in enumerate(grid.rows[row]):
            if cell not in (None, "") and not _words(grid.at(top, column)):
                message = f"{shown(cell)} stands under no heading: give its column one, or leave it out"
                self.problems.append(Problem(grid.place(row, column), message))

    def _headed(self, path: Path) -> tuple[Grid, int, Mapping[int, Column]]:
        names: list[str] = []
        for ways in sheets(path):
            names += [grid.origin.sheet for grid in ways[:1] if grid.origin.sheet]
            for grid in ways:
                if self.sheet and grid.origin.sheet != self.sheet:
                    continue
                for top, row in enumerate(grid.rows):
                    if len(row) > 1 and any(_words(cell) in NAMES for cell in row):
                        return grid, top, self._columns(grid, top)
        if self.sheet and self.sheet not in names:
            message = f"{path.name}: {shown(self.sheet)} is not a sheet{nearest(self.sheet, names)}"
            raise TableError(message)
        raise TableError(_no_headings(path))

    def _columns(self, grid: Grid, top: int) -> dict[int, Column]:
        found: dict[int, Column] = {}
        for column, cell in enumerate(grid.rows[top]):
            words = _words(cell)
            if not words:
                continue
            first = words in NAMES and Column("name") not in found.values()
            at = Column("name") if first else self._column(words, " ".join(str(cell).split()))
            place = grid.place(top, column)
            if at is None:
                named = [each["name"] for each in (*self.multiples.values(), *self.measures.values())]
                near = nearest(words, [*named, *self.metrics.values(), *FIELDS])
                wanted = "expected a multiple, a metric or a measure of this section, or a figure such as Net debt"
                self.problems.append(Problem(place, f"{shown(cell)} is not a known heading{near}; {wanted}"))
            elif at in found.values():
                self.problems.append(Problem(place, f"{shown(cell)} stands in an earlier heading too"))
            else:
                found[column] = at
        return found

    def _column(self, words: str, written: str) -> Column | None:
        if words in self.multiples:
            return Column("multiples", self.multiples[words]["name"])
        if words in self.metrics:
            return Column("metrics", self.metrics[words])
        if words in self.measures:
            return Column("metrics", self.measures[words]["name"])
        if fiscal_year(written) in self.years:
            return Column("metrics", written)
        key = FIELDS.get(words, "")
        return Column(key) if key in self.record.model_fields else None

    def _row(self, grid: Grid, row: int, columns: Mapping[int, Column]) -> Table:
        made: Table = (
            {"source": f"{grid.origin.file}{grid.origin.sheet and ', sheet '}{grid.origin.sheet}"}
            if self.source
            else {}
        )
        for column, at in columns.items():
            cell, place = grid.at(row, column), grid.place(row, column)
            annotation = self.record.model_fields[at.key].annotation
            metadata = self.record.model_fields[at.key].metadata
            if not (at.name or role_of(annotation) or any(hasattr(note, "kinds") for note in metadata)):
                made |= self._text(at.key, cell, place)
                continue
            for value in self._figure(cell, place, at, made):
                if at.name:
                    made.setdefault(at.key, {})[at.name] = value
                else:
                    made[at.key] = value
        return made

    def _text(self, key: str, cell: Content, place: str) -> Table:
        text = "" if cell is None else str(cell).strip()
        match key:
            case "name" if not text:
                self.problems.append(Problem(place, "is blank: expected a name"))
                return {}
            case "year_end" if not text:
                self.problems.append(Problem(place, "is blank: expected the month in which its fiscal year ends, 12"))
                return {}
            case "included":
                if text.casefold() not in _TRUE | _FALSE:
                    self.problems.append(Problem(place, f"{shown(text)}: expected yes or no"))
                return {key: text.casefold() in _TRUE}
            case "year_end":
                found = cell.month if isinstance(cell, dt.date) else month(text)
                if found is None:
                    message = f"{shown(text)}: expected the month in which its fiscal year ends, 1 to 12 or March"
                    self.problems.append(Problem(place, message))
                    return {}
                return {key: found}
            case _:
                return {key: text} if text else {}

    def _figure(self, cell: Content, place: str, at: Column, made: Table) -> Iterator[Table | str]:
        content = cell.strip() if isinstance(cell, str) else cell
        if content is None or content == "":
            missing = "NM where it is not meaningful" if at.key == "multiples" else "n/a where it is not known"
            self.problems.append(Problem(place, f"is blank: expected a number, or {missing}"))
        elif isinstance(content, str) and content.casefold() in NOT_MEANINGFUL:
            if at.key == "multiples":  # parsed as in a case file
                yield content
        elif isinstance(content, Uncomputed):
            message = f"={content.formula} has no stored value: open the file in a spreadsheet program and save it"
            self.problems.append(Problem(place, message))
        elif isinstance(content, str) and re.fullmatch(r"#[A-Z/0]+[!?]?", content):
            message = f"{shown(content)} is an error of a spreadsheet: expected a number, or n/a where it is not known"
            self.problems.append(Problem(place, message))
        elif isinstance(content, bool):
            self.problems.append(Problem(place, f"{shown(content)}: expected a number"))
        else:
            value = _number(self._with_point(content.fraction if isinstance(content, Percentage) else content))
            label = {"label": f"{made.get('name', '')}, {at.name or at.key.replace('_', ' ')}".strip(", ")}
            unit = self.units.get(at.name.casefold())
            unit_given = {"unit": unit} if unit and not isinstance(value, str) else {}
            yield {"value": value, "place": place} | label | unit_given

    def _with_point(self, content: float | str | dt.date) -> float | str | dt.date:
        """A text with a decimal point, where its file uses a comma."""
        if not (self.comma and isinstance(content, str) and re.search(r"\d", content)):
            return content
        try:
            return with_point(content, COMMA)
        except NotANumberError:
            return content


def _is_aside(grid: Grid, row: int, names: int) -> bool:
    """Whether a row is blank or a summary of the others."""
    return all(cell in (None, "") for cell in grid.rows[row]) or is_statistic(grid.text(row, names))


def _number(content: float | str | dt.date) -> float | str | dt.date:
    """The number of a numeric text; anything else unchanged."""
    if isinstance(content, dt.datetime):
        return content.date()
    if not isinstance(content, str):
        return content
    plain = re.fullmatch(r"(\()?([+\-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)([xX×倍]?)(\))?", content)
    if plain and bool(plain[1]) == bool(plain[4]) and (plain[1] or not plain[3]):
        number = float(plain[2].replace(",", "").replace("−", "-"))
        return -number if plain[1] else number
    try:
        return dt.date.fromisoformat(content)
    except ValueError:
        return content


def _named(items: object) -> dict[str, Table]:
    rows = items if isinstance(items, tuple) else ()
    return {
        each["name"].casefold(): each for each in rows if isinstance(each, dict) and isinstance(each.get("name"), str)
    }


def _texts(table: Table, *keys: str) -> list[str]:
    """The texts under the keys of a table."""
    return [text for key in keys if isinstance(text := table.get(key), str) and text]


def _words(cell: Content) -> str:
    return " ".join(cell.split()).casefold() if isinstance(cell, str) else ""
