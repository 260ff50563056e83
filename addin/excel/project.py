"""A VBA project: source of its modules and its references, read from the bytes of a vbaProject.bin.

The format has two layers [1]_ [2]_: a compound file, which is a small file system with chains of sectors, and streams
with compressed source text.

References
----------
.. [1] Microsoft, [MS-CFB]: Compound File Binary File Format.
.. [2] Microsoft, [MS-OVBA]: Office VBA File Format Structure, 2.3.4 (the dir stream) and 2.4.1 (compression).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
LAST_SECTOR: Final = 0xFFFFFFFA  # larger values end a chain
ENTRY: Final = 128  # bytes of a directory entry
STREAM, ROOT = 2, 5

# Records of the dir stream, and the one whose size field is wrong by specification.
CODE_PAGE, REFERENCE_NAME, MODULE_NAME, MODULE_STREAM, MODULE_OFFSET = 0x03, 0x16, 0x19, 0x1A, 0x31
VERSION, VERSION_SIZE = 0x09, 6


class ProjectError(ValueError):
    """The bytes are not a VBA project, or a damaged one."""


@dataclass(frozen=True, slots=True)
class Project:
    """Source of the modules by their names, and the names of the projects that they refer to."""

    modules: dict[str, str]
    references: tuple[str, ...]


def project(data: bytes) -> Project:
    """The VBA project in the bytes of a vbaProject.bin.

    Raises
    ------
    ProjectError
        If the bytes are not a VBA project.
    """
    try:
        streams = _streams(data)
        names: list[str] = []
        at: dict[str, tuple[str, int]] = {}
        references, code_page, stream = [], "cp1252", ""
        for kind, value in _records(unpacked(streams["dir"])):
            if kind == CODE_PAGE:
                code_page = f"cp{int.from_bytes(value, 'little')}"
            elif kind == REFERENCE_NAME:
                references.append(value.decode(code_page))
            elif kind == MODULE_NAME:
                names.append(value.decode(code_page))
            elif kind == MODULE_STREAM:
                stream = value.decode(code_page)
            elif kind == MODULE_OFFSET:
                at[names[-1]] = stream, int.from_bytes(value, "little")
        modules = {name: unpacked(streams[stream][offset:]).decode(code_page) for name, (stream, offset) in at.items()}
    except (IndexError, KeyError, LookupError, UnicodeDecodeError, struct.error) as problem:
        message = "not a VBA project, or a damaged one"
        raise ProjectError(message) from problem
    return Project(modules, tuple(references))


def unpacked(container: bytes) -> bytes:
    """The text in a compressed container.

    Examples
    --------
    From the specification: a letter, then 72 copies of the preceding byte.

    >>> unpacked(bytes.fromhex("0103B002614500")) == b"a" * 73
    True
    """
    out = bytearray()
    at = 1
    while at + 2 <= len(container):
        (header,) = struct.unpack_from("<H", container, at)
        end = min(at + (header & 0x0FFF) + 3, len(container))
        at += 2
        if not header & 0x8000:
            out += container[at:end]
            at = end
            continue
        start = len(out)
        while at < end:
            flags = container[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(container[at])
                    at += 1
                    continue
                (token,) = struct.unpack_from("<H", container, at)
                at += 2
                bits = max(4, (len(out) - start - 1).bit_length())  # the offset field grows with the data so far
                back = (token >> 16 - bits) + 1
                for _ in range((token & 0xFFFF >> bits) + 3):
                    out.append(out[-back])
    return bytes(out)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 6 <= len(data):
        kind, size = struct.unpack_from("<HI", data, at)
        at += 6
        size = VERSION_SIZE if kind == VERSION else size
        yield kind, data[at : at + size]
        at += size


def _streams(data: bytes) -> dict[str, bytes]:
    """Every stream of a compound file by its name; of equal names the last."""
    if data[:8] != SIGNATURE:
        message = "no compound file"
        raise IndexError(message)
    sector = 1 << int.from_bytes(data[30:32], "little")
    mini = 1 << int.from_bytes(data[32:34], "little")
    directory, small, mini_table = (int.from_bytes(data[at : at + 4], "little") for at in (48, 56, 60))
    # The header holds the first 109 sectors of the table; only a project of over seven megabytes needs more.
    tables = struct.unpack_from("<109I", data, 76)
    table = _numbers(b"".join(_sector(data, sector, 1, each) for each in tables if each < LAST_SECTOR))

    def chain(first: int) -> bytes:
        return b"".join(_sector(data, sector, 1, each) for each in _chain(table, first))

    entries = chain(directory)
    minis = _numbers(chain(mini_table)) if mini_table < LAST_SECTOR else ()
    streams: dict[str, bytes] = {}
    pool = b""
    for at in range(0, len(entries), ENTRY):
        entry = entries[at : at + ENTRY]
        length, kind = int.from_bytes(entry[64:66], "little"), entry[66]
        first, size = struct.unpack_from("<II", entry, 116)
        if kind == ROOT:  # the root entry comes first; it holds the sectors of the small streams
            pool = chain(first) if first < LAST_SECTOR else b""
        elif kind == STREAM:
            name = entry[: max(length - 2, 0)].decode("utf-16-le")
            if size < small:
                whole = b"".join(_sector(pool, mini, 0, each) for each in _chain(minis, first))
            else:
                whole = chain(first)
            streams[name] = whole[:size]
    return streams


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data)


def _chain(table: tuple[int, ...], first: int) -> Iterator[int]:
    for _ in range(len(table) + 1):  # stops on a chain that loops
        if first >= LAST_SECTOR:
            return
        yield first
        first = table[first]


def _sector(data: bytes, size: int, before: int, number: int) -> bytes:
    start = (number + before) * size
    if start >= len(data):
        message = "a sector beyond the end"
        raise IndexError(message)
    return data[start : start + size]
