"""Opens a file of peers and returns its sheets, each in all ways in which it could be read."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from workbooks.peer_import.encoding import decoded
from workbooks.peer_import.grid import Grid
from workbooks.peer_import.records import TableError
from workbooks.peer_import.separated import SAMPLE, sample, separated, separators
from workbooks.peer_import.workbook_sheets import workbook_sheets

_HEAD: Final = 1 << 20  # bytes of a text that a preview reads
_LARGEST: Final = 64 << 20  # bytes
_WORKBOOKS: Final = (".xlsx", ".xlsm")
_TEXTS: Final = (".csv", ".tsv", ".txt", ".xls")  # many files named .xls are text files
_UTF_32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Text(NamedTuple):
    """A text file whose separator is not known yet."""

    text: str
    file: str
    cut: bool = False  # whether more follows

    def ways(self) -> list[Grid]:
        """Its first lines, split with each possible separator."""
        return [sample(self.text, separator, self.file) for separator in separators(self.text)]

    def sampled(self, separator: str) -> bool:
        """Whether its first lines can be split with a separator."""
        return bool(sample(self.text, separator, self.file).rows)

    def whole(self, separator: str) -> Grid:
        """All its lines, split with a separator."""
        return separated(self.text, separator, self.file, cut=self.cut)


def opened(path: Path, encoding: str = "", most: int = 0) -> Text | Iterator[Grid]:
    """The text of a file or the sheets of a workbook, by the content of the file, not its name.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        Of a text; "" where its bytes show it.
    most : int
        About as many rows as are wanted, from the beginning; 0 for all.

    Raises
    ------
    TableError
        If it cannot be read, is too large, or is neither.
    """
    suffix = path.suffix.lower()
    if suffix not in (*_WORKBOOKS, *_TEXTS):
        message = f"{path.name}: expected {', '.join((*_WORKBOOKS, *_TEXTS))}"
        raise TableError(message)
    data = _bytes(path, _HEAD if most else _LARGEST + 1)
    if data.startswith(_ZIP):
        whole = _bytes(path, _LARGEST + 1) if len(data) == _HEAD else data
        return workbook_sheets(_not_larger(whole, path), path.name, most + SAMPLE if most else 0)
    if data.startswith(_OLD):
        message = f"{path.name} is a workbook of Excel 97-2003, or has a password: save it as .xlsx without one"
        raise TableError(message)
    if suffix in _WORKBOOKS:
        message = f"{path.name} is not a workbook that can be read: it is not a zip file"
        raise TableError(message)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        message = f"{path.name} is a web page or XML under another name: open it in Excel and save it as .xlsx"
        raise TableError(message)
    if most and len(data) == _HEAD:
        return _beginning(data, path.name, encoding)
    return Text(decoded(_not_larger(data, path), path.name, encoding), path.name)


def _beginning(data: bytes, file: str, encoding: str) -> Text:
    """The whole lines in the first bytes of a text."""
    width = 4 if data.startswith(_UTF_32) else 2 if b"\0" in data[:SAMPLE] else 1  # bytes of a character at least
    end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    text = decoded(data[: -(-end // width) * width], file, encoding)
    return Text(text[: max(text.rfind("\n"), text.rfind("\r")) + 1], file, cut=True)


def sheets(path: Path, encoding: str = "") -> Iterator[list[Grid]]:
    """The sheets of a file, each in every possible reading; the caller chooses one.

    Raises
    ------
    TableError
        If it cannot be read, is too large, or is neither a text nor a workbook.
    """
    held = opened(path, encoding)
    if isinstance(held, Text):
        yield [held.whole(separator) for separator in separators(held.text) if held.sampled(separator)]
    else:
        yield from ([grid] for grid in held)


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise TableError(message) from None


def _not_larger(data: bytes, path: Path) -> bytes:
    if len(data) > _LARGEST:
        message = f"{path} has more than {_LARGEST:,} bytes: export fewer columns or rows"
        raise TableError(message)
    return data
