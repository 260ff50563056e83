"""Finds the tables of a sheet: rows of headings, units below them, and notes around them."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from valuation.kernel.errors import UnitError
from workbooks.peer_import.grid import Content, Grid, shown
from workbooks.peer_import.headings import ALL_FIGURES, IDENTITY, Heading, fits, read_heading
from workbooks.peer_import.periods import period, periods
from workbooks.peer_import.units import merged, read_unit
from workbooks.peer_import.vocabulary import is_absent, key, plain, without_aliases, words

_NUMBER: Final = re.compile(
    r"[-+(]?\s*[^\w\s(]{0,3}\s*[-+]?\d[\d.,'’\s\u00a0]*(?:[x×倍%％]|\s?[a-zA-Z万亿億千百]{1,3})?\)?"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MOST_ROWS: Final = 4  # largest number of rows of headings
_LONGEST_RUN: Final = 60  # largest number of consecutive rows without numbers
_LABELS: Final = ("unit", "units", "currency", "单位", "單位", "币种", "货币", "period", "期间", "报告期", "year")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a sheet.

    Attributes
    ----------
    top, body, end
        Its first row of headings, its first row of peers, and the row after its last.
    before
        First of the rows above whose notes belong to it.
    """

    top: int
    body: int
    end: int
    before: int
    headings: Mapping[int, Heading]


@dataclass(slots=True)
class Guess:
    """The row most similar to headings, where no heading was understood."""

    row: int = 0
    texts: list[str] = field(default_factory=list)


def tables(grid: Grid, wished: Mapping[str, str]) -> tuple[list[Table], Guess]:
    """The tables of a sheet, from top to bottom, and a row of headings that was not understood.

    Parameters
    ----------
    grid : Grid
        The cells.
    wished : mapping
        The user's choice of headings.
    """
    found: list[tuple[int, int, dict[int, Heading]]] = []
    guess = Guess()
    for run in _runs(grid):
        best = _best(grid, run, wished)
        if best and not (found and best[2] == found[-1][2] and _continues(grid, best[0])):
            found.append(best)
        elif not best and not found:
            for row in run:
                texts = [text for text in map(shown, grid.rows[row]) if text]
                if len(texts) > max(1, len(guess.texts)):
                    guess = Guess(row, texts)
    if not found:
        return [], guess
    ends = [top for top, _, _ in found[1:]] + [len(grid.rows)]
    starts = [0, *(body for _, body, _ in found[:-1])]
    return [
        Table(top, body, end, before, headings)
        for (top, body, headings), end, before in zip(found, ends, starts, strict=True)
    ], guess


def _continues(grid: Grid, top: int) -> bool:
    """Whether repeated headings continue the same table: they follow a row of peers, not a note."""
    before = next((cells for cells in reversed(grid.rows[:top]) if any(cells)), [])
    return not _is_text(before)


def _runs(grid: Grid) -> Iterator[list[int]]:
    """Groups of consecutive rows with texts, years or dates, but no numbers."""
    run: list[int] = []
    for row, cells in enumerate(grid.rows):
        if _is_text(cells):
            run.append(row)
            if len(run) < _LONGEST_RUN:
                continue
        if run:
            yield run
            run = []
    if run:
        yield run


def _is_text(cells: Sequence[Content]) -> bool:
    texts = False
    for content in cells:
        if content is None:
            continue
        if isinstance(content, str):
            if (
                content[:1] in "-+(0123456789$€£¥"
                and _NUMBER.fullmatch(content.strip())
                and not _YEAR.fullmatch(content.strip())
            ):
                return False
            texts = True
        elif not (isinstance(content, dt.date) or (isinstance(content, (int, float)) and _year(content))):
            return False
    return texts


def _year(content: float) -> bool:
    return not isinstance(content, bool) and content == int(content) and 1980 <= content <= 2100  # noqa: PLR2004


def _best(grid: Grid, run: list[int], wished: Mapping[str, str]) -> tuple[int, int, dict[int, Heading]] | None:
    """The rows of headings in a group of rows, if any: those with the highest score."""
    best: tuple[tuple[int, int, int, int], int, int, dict[int, Heading]] | None = None
    for start in range(len(run)):
        for height in range(1, min(_MOST_ROWS, len(run) - start) + 1):
            rows = run[start : start + height]
            headings = _headings(grid, rows, wished)
            understood, told = _score(headings)
            if understood and not (height > 1 and _is_body(grid, rows[-1])):
                score = (understood, told, -height, -start)
                if best is None or score > best[0]:
                    best = (score, rows[0], rows[-1] + 1, headings)
    if best is None:
        return None
    _, top, body, headings = best
    while body < len(grid.rows) and (under := _under(grid, body, headings)) is not None:
        headings = {column: _with(heading, under.get(column)) for column, heading in headings.items()}
        body += 1
    return top, body, headings


def _is_body(grid: Grid, row: int) -> bool:
    """Whether a row of texts is a peer without any figures."""
    texts = [text for text in map(shown, grid.rows[row]) if text]
    absent = sum(is_absent(text) for text in texts)
    return absent * 2 >= len(texts)


def _score(headings: Mapping[int, Heading]) -> tuple[int, int]:
    """Score of headings: fields, units and periods understood; 0 without a name and a figure."""
    fields = [heading.field for heading in headings.values() if heading.field]
    figures = [heading for heading in headings.values() if heading.field in ALL_FIGURES]
    if not figures or not {"name", "ticker"} & {*fields}:
        return 0, 0
    told = sum((heading.unit is not None) + bool(heading.period) for heading in figures)
    unread = sum(heading.problem == "not understood" for heading in headings.values())
    return len(fields) * 2 - unread, told


def _headings(grid: Grid, rows: Sequence[int], wished: Mapping[str, str]) -> dict[int, Heading]:
    """The heading of each column, from one row or several rows."""
    lines = [_line(grid, row, spread=len(rows) > 1 and number < len(rows) - 1) for number, row in enumerate(rows)]
    lines[-1] = dict(zip(lines[-1], without_aliases(list(lines[-1].values())), strict=True))
    found = {}
    for column in sorted({column for line in lines for column in line}):
        texts = list(dict.fromkeys(line[column] for line in lines if line.get(column)))
        if texts:
            found[column] = _chosen(_joined(texts), texts, wished)
    return _of_one(found)


def _line(grid: Grid, row: int, *, spread: bool) -> dict[int, str]:
    """The texts of a row of headings; a label above several columns is repeated for each."""
    width = max(
        len(grid.rows[row]), max((len(grid.rows[at]) for at in range(row, min(row + 3, len(grid.rows)))), default=0)
    )
    line = {column: text for column in range(width) if (text := grid.text(row, column))}
    if not spread or grid.filled or len(line) < 1 or (len(line) == 1 and 0 in line):
        return line
    label, filled = "", {}
    for column in range(width):
        own = line.get(column)
        if own:
            label = own
        elif label and not grid.text(row + 1, column):
            label = ""
        if label:
            filled[column] = label
    return filled


def _joined(texts: list[str]) -> Heading:
    """Combine the texts of several rows to one heading.

    A label above a group adds nothing (Valuation), adds a unit or a period, or is part of the name: `P/E` above
    `2024E`.
    """
    if len(texts) == 1:
        return read_heading(texts[0])
    whole = " ".join(texts)
    for text in (whole, " ".join(reversed(texts))):
        heading = read_heading(text)
        if heading.field in ALL_FIGURES:
            return replace(heading, text=whole)
    meaningful = [text for text in texts[:-1] if not _is_group(text)] + texts[-1:]
    if len(meaningful) < len(texts):
        return replace(_joined(meaningful), text=whole)
    return replace(read_heading(whole), text=whole)


def _is_group(text: str) -> bool:
    """Whether a label above columns says nothing about their figures."""
    return key(plain(text)) in {*words("groups")}


def _chosen(heading: Heading, texts: Sequence[str], wished: Mapping[str, str]) -> Heading:
    """Apply the user's choice to a heading."""
    for what, text in wished.items():
        if text and text in (heading.text, *texts):
            fitting = what in IDENTITY or fits(what, heading.unit)
            return replace(
                heading,
                field=what if fitting else "",
                question=False,
                problem="" if fitting else "its unit is not one of this figure",
            )
    for what, text in wished.items():
        if heading.field == what:
            why = f"{text!r} holds {what}" if text else f"no column is to hold {what}"
            return replace(heading, field="", problem=why)
    return heading


def _of_one(headings: dict[int, Heading]) -> dict[int, Heading]:
    """Assign columns with the currency of a single figure to the figure on their left."""
    return {
        column: replace(heading, of=heading.of if any(other.field == heading.of for other in headings.values()) else "")
        if heading.of
        else heading
        for column, heading in headings.items()
    }


def _under(grid: Grid, row: int, headings: Mapping[int, Heading]) -> dict[int, Heading] | None:
    """Units and periods in a row below the headings; None where it is not such a row."""
    found: dict[int, Heading] = {}
    for column, content in enumerate(grid.rows[row]):
        text = shown(content).strip("()[]（） ")
        if not text or (
            column in headings and headings[column].field in IDENTITY and plain(text).strip(":") in _LABELS
        ):
            continue
        named, rest = periods(plain(text))
        unit = read_unit(rest.strip(" ,")) if rest.strip(" ,") else None
        if not isinstance(content, str) or not (unit is not None or (named and not rest.strip(" ,"))):
            return None
        found[column] = Heading(text, unit=unit, period=" ".join(named) or period(plain(text)))
    return found or None


def _with(heading: Heading, under: Heading | None) -> Heading:
    if under is None:
        return heading
    try:
        unit = merged(heading.unit, under.unit)
    except UnitError as problem:
        return replace(heading, field="", problem=str(problem))
    if heading.field in ALL_FIGURES and not fits(heading.field, unit):
        return replace(heading, field="", problem=f"{under.text!r} under it is not one of its units")
    return replace(heading, unit=unit, period=" ".join(dict.fromkeys(filter(None, (heading.period, under.period)))))


def duplicates(headings: Mapping[int, Heading]) -> set[int]:
    """Columns with the same figure and period as another column, so that neither can be used."""
    held = Counter((heading.field, heading.period) for heading in headings.values() if heading.field in ALL_FIGURES)
    return {
        column
        for column, heading in headings.items()
        if heading.field in ALL_FIGURES and held[heading.field, heading.period] > 1
    }
