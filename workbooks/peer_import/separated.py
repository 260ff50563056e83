"""Texts with a separator between the cells of a line."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from workbooks.peer_import.grid import Grid
from workbooks.peer_import.records import Origin, TableError

_SEPARATORS: Final = ",;\t|"
_HINT: Final = re.compile(r"\s*sep=(.)\r?\n?", re.IGNORECASE)  # first line that Excel writes and reads
_QUOTED: Final = re.compile(r'="(.*)"')  # ="000001", so that a program keeps the zeros
_WIDEST: Final = 16_384  # columns
_LONGEST: Final = 32_767  # characters of a cell, as in Excel
_ODD: Final = ("", "=", " ", "\t", "\u3000", "\xa0")  # what a cell begins with that is blank or quoted as a formula
SAMPLE: Final = 400  # lines by which the separator is found


def separators(text: str) -> list[str]:
    """The separators that a text may have."""
    hint = _HINT.match(text)
    return [hint[1]] if hint else [each for each in _SEPARATORS if each in text]


def sample(text: str, separator: str, file: str) -> Grid:
    """The first lines of a text, divided by a separator; without cells if its quotes do not fit."""
    try:
        return Grid(Origin(file, ""), list(islice(_lines(text, separator), SAMPLE)), separator=separator)
    except csv.Error:
        return Grid(Origin(file, ""), [], separator=separator)


def separated(text: str, separator: str, file: str) -> Grid:
    """The whole text, divided by a separator.

    Raises
    ------
    TableError
        If a quote is never closed, or a line has too many cells or a cell too many characters.
    """
    rows: list[list[str | None]] = []
    try:
        for line in _lines(text, separator):
            if len(line) > _WIDEST:
                message = f"{file}, row {len(rows) + 1}: has {len(line):,} cells: the limit is {_WIDEST:,}"
                raise TableError(message)
            rows.append(line)
    except csv.Error as error:
        message = f"{file}, after row {len(rows):,}: {_said(str(error))}"
        raise TableError(message) from None
    return Grid(Origin(file, ""), rows, separator=separator)


def _said(error: str) -> str:
    if "field larger" in error:
        return f"a cell of more than {_LONGEST:,} characters; is a quote left open?"
    return f'the quotes do not fit ({error}): close each ", and write a quote in a cell as ""'


def _lines(text: str, separator: str) -> Iterator[list[str | None]]:
    csv.field_size_limit(_LONGEST)
    hint = _HINT.match(text)
    stream = io.StringIO(text, newline=None)  # \r\n and \r are ends of lines too
    reader = csv.reader(stream, delimiter=separator, skipinitialspace=separator != "\t", strict=True)
    for number, line in enumerate(reader):
        yield [] if hint and number == 0 else [_cell(cell) if cell[:1] in _ODD else cell for cell in line]


def _cell(text: str) -> str | None:
    if text.startswith('="'):
        text = _QUOTED.sub(r"\1", text.strip())
    return text if text and not text.isspace() else None
