"""Opens the package of a workbook after checking all sizes in it.

The sizes in the directory of a zip file may be wrong. So the parts are decompressed in small pieces and counted, and
elements are counted before a parser builds objects from them.
"""

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

from workbooks.opening.limits import (
    LONGEST_TAG,
    LONGEST_TEXT,
    MOST_CELLS,
    MOST_MERGED,
    MOST_MERGES,
    MOST_PARTS,
    STANDARD,
    LimitError,
    Limits,
    PackageError,
)

_LOCKED: Final = b"\xd0\xcf\x11\xe0"  # first bytes of an .xls file, and of a password-protected file
NOT_A_WORKBOOK: Final = "is not a workbook (.xlsx or .xlsm)"
_RELATIONS: Final = "_rels/.rels"
_PIECE: Final = 1 << 16  # bytes
_UNREADABLE: Final = (
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_ENCRYPTED: Final = 1  # flag of a part
_XML_PARTS: Final = (".xml", ".rels", ".vml")
_SHEETS: Final = "xl/worksheets/"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_PROLOG: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ENCODING: Final = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]{1,100}?encoding\s*=\s*["']([^"']{1,40})["']""")
_UTF_8: Final = (b"utf-8", b"us-ascii")
_OF_OTHERS: Final = "customXml/"  # what other programs keep, and nobody reads here
_ANY_LENGTH: Final = (_OF_OTHERS, "docProps/")  # parts whose texts may be longer than a cell's
_LONG_TAG: Final = re.compile(rb"<[^<]{%d}" % LONGEST_TAG)
_CELLS: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_MERGES: Final = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([^"']*)["']""")
_AREA: Final = re.compile(rb"\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_LONG_TEXT: Final = re.compile(rb">[^<]{%d}" % LONGEST_TEXT)
_TEXT_AT: Final = re.compile(rb"[^<]*")
_CHARACTER: Final = re.compile(rb"&[^;]*;|[^\x80-\xbf]")  # an entity, or the first byte of a character


def opened(data: bytes, limits: Limits = STANDARD) -> zipfile.ZipFile:
    """Open the package of a file after checking its sizes.

    Parameters
    ----------
    data : bytes
        The file, .xlsx or .xlsm.
    limits : Limits
        Limits for reading.

    Raises
    ------
    PackageError
        If it is not a workbook, is protected, has a duplicate part, is damaged or declares a document type.
    LimitError
        If it exceeds the limits; the message names the part.
    """
    if len(data) > limits.file_bytes:
        message = f"has {len(data):,} bytes: the limit is {limits.file_bytes:,}"
        raise LimitError(message)
    if data.startswith(_LOCKED):
        message = "is protected by a password, or an .xls file of old: save it as .xlsx without a password"
        raise PackageError(message)
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE:
        raise PackageError(NOT_A_WORKBOOK) from None
    names = package.namelist()
    if _RELATIONS not in names:
        raise PackageError(NOT_A_WORKBOOK)
    _check_names(names)
    _check_parts(package, limits)
    return package


def measured(data: bytes, most: int) -> zipfile.ZipFile:
    """Open the package of a file that is read piece by piece: only the total size is checked, and no part is kept.

    Parameters
    ----------
    data : bytes
        The file.
    most : int
        Largest total size of all parts in bytes, uncompressed.

    Raises
    ------
    PackageError
        If it is not a package, is protected, has a duplicate part, is damaged or declares a document type.
    LimitError
        If its parts are larger.
    """
    total = 0
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        _check_names(package.namelist())
        for entry in package.infolist():
            _check_open(entry)
            start = b""
            for piece in _pieces(package, entry):
                start = start or piece
                total += len(piece)
                if total > most:
                    message = f"is larger than {most >> 20:,} MB when it is unpacked, at {shown(entry.filename)}"
                    raise LimitError(message)
            if entry.filename.lower().endswith(_XML_PARTS):
                _check_prolog(entry.filename, start)
    except _UNREADABLE as problem:
        message = f"is broken: {shown(str(problem))}"
        raise PackageError(message) from None
    return package


def read(package: zipfile.ZipFile, part: str, limits: Limits = STANDARD) -> bytes:
    """The bytes of a part.

    Raises
    ------
    PackageError
        If it is missing, damaged, encrypted or too large.
    """
    try:
        entry = package.getinfo(part)
        _check_open(entry)
        return _inflated(package, entry, limits.part_bytes)
    except _UNREADABLE as problem:
        message = f"is broken: {shown(part)}: {shown(str(problem))}"
        raise PackageError(message) from None


def shown(text: str, most: int = 120) -> str:
    r"""A text from a file for a message: on one line, truncated.

    Examples
    --------
    >>> shown("a" * 200, 10), shown("two\nlines")
    ('aaaaaaaaaa…', 'two lines')
    """
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= most else f"{line[:most]}…"


def _check_open(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        message = f"is broken: {entry.filename} is encrypted"
        raise PackageError(message)


def _check_names(names: list[str]) -> None:
    if len(names) > MOST_PARTS:
        message = f"has {len(names):,} parts: the limit is {MOST_PARTS:,}"
        raise LimitError(message)
    twice = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]
    if twice:
        message = f"holds the part {shown(twice[0])} twice: which one counts cannot be told"
        raise PackageError(message)


def _check_parts(package: zipfile.ZipFile, limits: Limits) -> None:
    total = cells = 0
    for entry in package.infolist():
        data = read(package, entry.filename, limits)
        total += len(data)
        if total > limits.expanded_bytes:
            message = (
                f"is larger than {limits.expanded_bytes // 2**20} MB when it is unpacked, at {shown(entry.filename)}"
            )
            raise LimitError(message)
        if not entry.filename.lower().endswith(_XML_PARTS):
            continue
        _check_prolog(entry.filename, data)
        if entry.filename.startswith(_ANY_LENGTH):
            continue
        if len(data) > LONGEST_TAG:
            _check_tags(entry.filename, data)
        if not _is_dense(data):
            _check_texts(entry.filename, data)
        if entry.filename.startswith(_SHEETS):
            cells += sum(1 for _ in _CELLS.finditer(data))
            if cells > MOST_CELLS:
                message = f"has more than {MOST_CELLS:,} cells, at {shown(entry.filename)}"
                raise LimitError(message)
            if b"mergeCell" in data:
                _check_merges(entry.filename, data)


def _check_prolog(part: str, data: bytes) -> None:
    declared = _ENCODING.match(data)
    other = declared and declared[1].lower() not in _UTF_8 and not part.startswith(_OF_OTHERS)
    if data.startswith(_UTF_16) or other:
        message = f"has a part that is not in UTF-8: {shown(part)}"
        raise PackageError(message)
    prolog = _PROLOG.match(data)
    if data[prolog.end() if prolog else 0 :][:9].upper() == b"<!DOCTYPE":
        message = f"declares a document type in {shown(part)}, which no workbook needs: save it anew in Excel"
        raise PackageError(message)


def _check_tags(part: str, data: bytes) -> None:
    """Raise for a tag, a comment or an instruction that is longer than any program writes."""
    found = _LONG_TAG.search(data)
    too_long = found is not None
    for begin, end in ((b"<!--", b"-->"), (b"<?", b"?>")):
        at = data.find(begin)
        while at >= 0 and not too_long:
            stop = data.find(end, at)
            too_long = (stop if stop >= 0 else len(data)) - at > LONGEST_TAG
            at = data.find(begin, stop) if stop >= 0 else -1
    if too_long:
        message = f"has a tag or a comment of more than {LONGEST_TAG >> 20} MB in {shown(part)}"
        raise LimitError(message)


def _is_dense(data: bytes) -> bool:
    """Whether a tag begins so often that no text between two tags can be too long, which is quicker to find out."""
    half = LONGEST_TEXT // 2  # of a text that is too long covers one of the pieces of this length
    return all(data.find(b"<", at, at + half) >= 0 for at in range(0, len(data) - half + 1, half))


def _check_texts(part: str, data: bytes) -> None:
    at = 0
    while found := _LONG_TEXT.search(data, at):
        text = _TEXT_AT.match(data, found.start() + 1)
        stop = text.end() if text else found.end()
        length = sum(1 for _ in _CHARACTER.finditer(data, found.start() + 1, stop))
        if length > LONGEST_TEXT:
            message = f"has a text of {length:,} characters in {shown(part)}: a cell takes {LONGEST_TEXT:,}"
            raise LimitError(message)
        at = stop


def _check_merges(part: str, data: bytes) -> None:
    merged = 0
    for number, found in enumerate(_MERGES.finditer(data), start=1):
        area = _AREA.fullmatch(found[1])
        if area:
            rows = abs(int(area[4]) - int(area[2])) + 1
            merged += rows * (abs(_column(area[3]) - _column(area[1])) + 1)
        if number > MOST_MERGES or merged > MOST_MERGED:
            where = shown(found[1].decode(errors="replace"))
            message = f"merges more than {MOST_MERGED:,} cells or {MOST_MERGES:,} areas in {shown(part)}, at {where}"
            raise LimitError(message)


def _column(name: bytes) -> int:
    number = 0
    for letter in name.upper():
        number = 26 * number + letter - 64
    return number


def _inflated(package: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    pieces, size = [], 0
    for piece in _pieces(package, entry):
        size += len(piece)
        if size > most:
            message = f"has a part of more than {most // 2**20} MB when it is unpacked: {shown(entry.filename)}"
            raise LimitError(message)
        pieces.append(piece)
    return b"".join(pieces)


def _pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(entry) as part:
        while piece := part.read(_PIECE):
            yield piece
