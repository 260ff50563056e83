"""Reads delimited text files."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from workbooks.peer_import.grid import Content, Grid
from workbooks.peer_import.records import Origin, TableError

_SEPARATORS: Final = ",;\t|"
_HINT: Final = re.compile(r"\s*sep=(.)\r?\n?", re.IGNORECASE)  # first line that Excel uses to declare the separator
_QUOTED: Final = re.compile(r'="(.*)"')  # ="000001", written to keep leading zeros
_LINE: Final = re.compile(r"([^\r\n]+)(?:\r\n|[\r\n]|\Z)|\r\n|[\r\n]")
_WIDEST: Final = 16_384  # columns
_LONGEST: Final = 32_767  # characters in a cell, as in Excel
_OPEN: Final = "unexpected end of data"  # what the csv module says of a quote that is not closed
_ODD: Final = (
    "",
    "=",
    " ",
    "\t",
    "\u3000",
    "\xa0",
)  # characters at the beginning of a cell that is blank or quoted as a formula
SAMPLE: Final = 400  # number of lines used to detect the separator


def separators(text: str) -> list[str]:
    """Possible separators of a text."""
    hint = _HINT.match(text)
    return [hint[1]] if hint else [each for each in _SEPARATORS if each in text]


def sample(text: str, separator: str, file: str) -> Grid:
    """The first lines of a text, split with a separator; empty if the quotes do not match."""
    try:
        return Grid(Origin(file, ""), [*islice(_lines(text, separator), SAMPLE)], separator=separator)
    except csv.Error:
        return Grid(Origin(file, ""), [], separator=separator)


def separated(text: str, separator: str, file: str, *, cut: bool = False) -> Grid:
    """The whole text, divided by a separator; `cut` where it is the beginning of a longer one.

    Raises
    ------
    TableError
        If a quote is never closed, or a line has too many cells or a cell too many characters.
    """
    rows: list[Sequence[Content]] = []
    try:
        for line in _lines(text, separator):
            if len(line) > _WIDEST:
                message = f"{file}, row {len(rows) + 1}: has {len(line):,} cells: the limit is {_WIDEST:,}"
                raise TableError(message)
            rows.append(line)
    except csv.Error as error:
        if cut and str(error) == _OPEN:  # the text was cut within a cell
            return Grid(Origin(file, ""), rows, separator=separator, cut=True)
        message = f"{file}, after row {len(rows):,}: {_said(str(error))}"
        raise TableError(message) from None
    return Grid(Origin(file, ""), rows, separator=separator, cut=cut)


def _said(error: str) -> str:
    if "field larger" in error:
        return f"a cell of more than {_LONGEST:,} characters; is a quote left open?"
    return f'the quotes do not fit ({error}): close each ", and write a quote in a cell as ""'


def _lines(text: str, separator: str) -> Iterator[list[str | None]]:
    csv.field_size_limit(_LONGEST)
    hint = _HINT.match(text)
    # \r\n and \r are ends of lines too. Not io.StringIO, which holds four bytes for each character.
    ends = (f"{line[1] or ''}\n" for line in _LINE.finditer(text))
    reader = csv.reader(ends, delimiter=separator, skipinitialspace=separator != "\t", strict=True)
    for number, line in enumerate(reader):
        yield [] if hint and number == 0 else [_cell(cell) if cell[:1] in _ODD else cell for cell in line]


def _cell(text: str) -> str | None:
    if text.startswith('="'):
        text = _QUOTED.sub(r"\1", text.strip())
    return text if text and not text.isspace() else None
