"""A file of peers becomes sheets of cells, each in the ways it could be read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from workbooks.peer_import.encoding import decoded
from workbooks.peer_import.grid import Grid
from workbooks.peer_import.records import TableError
from workbooks.peer_import.separated import sample, separated, separators
from workbooks.peer_import.workbook_sheets import workbook_sheets

_LARGEST: Final = 64 << 20  # bytes
_WORKBOOKS: Final = (".xlsx", ".xlsm")
_TEXTS: Final = (".csv", ".tsv", ".txt", ".xls")  # much that is named .xls is a text
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Text(NamedTuple):
    """A text whose separator is still to be found."""

    text: str
    file: str

    def ways(self) -> list[Grid]:
        """Its first lines, divided by each separator that it may have."""
        return [sample(self.text, separator, self.file) for separator in separators(self.text)]

    def sampled(self, separator: str) -> bool:
        """Whether its first lines can be divided by a separator."""
        return bool(sample(self.text, separator, self.file).rows)

    def whole(self, separator: str) -> Grid:
        """All its lines, divided by a separator."""
        return separated(self.text, separator, self.file)


def opened(path: Path, encoding: str = "") -> Text | Iterator[Grid]:
    """The text of a file, or the sheets of a workbook, by what the file holds rather than by its name.

    Raises
    ------
    TableError
        If it cannot be read, is too large, or holds neither.
    """
    suffix = path.suffix.lower()
    if suffix not in (*_WORKBOOKS, *_TEXTS):
        message = f"{path.name}: expected {', '.join((*_WORKBOOKS, *_TEXTS))}"
        raise TableError(message)
    data = _bytes(path)
    if data.startswith(_ZIP):
        return workbook_sheets(data, path.name)
    if data.startswith(_OLD):
        message = f"{path.name} is a workbook of Excel 97-2003, or has a password: save it as .xlsx without one"
        raise TableError(message)
    if suffix in _WORKBOOKS:
        message = f"{path.name} is no workbook that can be read: it is no zip file"
        raise TableError(message)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        message = f"{path.name} is a web page or XML under another name: open it in Excel and save it as .xlsx"
        raise TableError(message)
    return Text(decoded(data, path.name, encoding), path.name)


def sheets(path: Path, encoding: str = "") -> Iterator[list[Grid]]:
    """The sheets of a file; each in every way that it could be read, one of which is right.

    Raises
    ------
    TableError
        If it cannot be read, is too large, or holds neither a text nor a workbook.
    """
    held = opened(path, encoding)
    if isinstance(held, Text):
        yield [held.whole(separator) for separator in separators(held.text) if held.sampled(separator)]
    else:
        yield from ([grid] for grid in held)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise TableError(message) from None
    if len(data) > _LARGEST:
        message = f"{path} has more than {_LARGEST:,} bytes: export fewer columns or rows"
        raise TableError(message)
    return data
