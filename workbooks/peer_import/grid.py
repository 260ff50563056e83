"""What a file holds, a grid of cells a sheet: numbers as they are shown, each with the place it stands at."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

from workbooks.address import letters

SIZE_LIMIT: Final = 32 << 20  # bytes
SEPARATORS: Final = ",;\t|"
WORKBOOKS: Final = (".xlsx", ".xlsm")
TEXTS: Final = (".csv", ".tsv", ".txt")
MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
BESIDE_DIGITS: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|[_*].|\\[^.]')  # of a number format: what is printed as it is

Content: TypeAlias = float | str | bool | dt.date | None


class TableError(ValueError):
    """A file that no table of peers can be read from."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows: its number in the unit it is shown in, and whether a percent sign stands beside it."""

    content: Content = None
    percent: bool = False


BLANK: Final = Cell()


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, from its first row and column on."""

    file: str
    sheet: str  # "" where a file has no sheets
    rows: Sequence[Sequence[Cell]]

    def at(self, row: int, column: int) -> Cell:
        """The cell of a row and a column, both counted from 0; blank beyond the last."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else BLANK

    def place(self, row: int, column: int | None = None) -> str:
        """Where a cell or a row stands, in words.

        Examples
        --------
        >>> Grid("peers.xlsx", "Data", []).place(6, 2)
        'peers.xlsx, sheet Data, cell C7'
        """
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        at = f"row {row + 1}" if column is None else f"cell {letters(column + 1)}{row + 1}"
        return f"{self.file}{sheet}, {at}"


def sheets(path: Path) -> Iterator[list[Grid]]:
    """The sheets of a file; each in every way that it could be read, one of which is right.

    Raises
    ------
    TableError
        If it is no file that can be read.
    """
    try:
        if path.stat().st_size > SIZE_LIMIT:
            message = f"{path} has {path.stat().st_size:,} bytes: expected at most {SIZE_LIMIT:,}"
            raise TableError(message)
        data = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise TableError(message) from None
    if path.suffix.lower() in WORKBOOKS:
        yield from _workbook(data, path.name)
    elif path.suffix.lower() in TEXTS:
        text = _decoded(data, path.name)
        yield [_separated(text, separator, path.name) for separator in SEPARATORS if separator in text]
    else:
        message = f"{path.name}: expected {', '.join((*WORKBOOKS, *TEXTS))}"
        raise TableError(message)


def _workbook(data: bytes, file: str) -> Iterator[list[Grid]]:
    import openpyxl  # noqa: PLC0415 - only who reads a table waits for it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells of styles that it does not know
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        message = f"{file} is no workbook that can be read: {error}"
        raise TableError(message) from None
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            rows = [[_cell(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
            yield [Grid(file, sheet.title, rows)]


def _cell(value: Any, number_format: str) -> Cell:  # noqa: ANN401 - whatever a cell holds
    if isinstance(value, str) or value is None:
        return Cell(value) if value else BLANK
    if isinstance(value, (bool, dt.date)):
        return Cell(value)
    if not isinstance(value, (int, float)):
        return Cell(str(value))
    shown = BESIDE_DIGITS.sub("", number_format.partition(";")[0])
    percent = "%" in shown
    return Cell(_scaled(float(value), shown), percent)


def _scaled(value: float, number_format: str) -> float:
    """The number that a format shows: in thousands for each comma behind its digits, over a point set by hand."""
    digits = re.search(r"[0#?](,+)(?![0#?.])", number_format)
    power = 3 * len(digits[1]) if digits else 0
    by_hand = re.search(r"\\\.([0#?]+)", number_format)
    power += len(by_hand[1]) if by_hand else 0
    return float(Decimal(repr(value)).scaleb(-power)) if power else value


def _decoded(data: bytes, file: str) -> str:
    marked = next((name for mark, name in MARKS.items() if data.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = f"{file} is neither UTF-8 nor GB 18030: save it as UTF-8"
    raise TableError(message)


def _separated(text: str, separator: str, file: str) -> Grid:
    import pandas as pd  # noqa: PLC0415 - only who reads a table waits for it

    width = max(line.count(separator) for line in text.splitlines()) + 1
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            names=range(width),
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
            skipinitialspace=True,
            engine="python",
            on_bad_lines="error",
        )
    except ValueError:  # quotes that are not closed
        return Grid(file, "", [])
    cells = frame.fillna("").to_numpy(dtype=object).tolist()
    return Grid(file, "", [[Cell(text) if text else BLANK for text in row] for row in cells])
