"""Limits for reading files, and the error for exceeding one."""

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1 << 20
LONGEST_FORMULA: Final = 16_384  # characters; Excel takes 8,192, without the prefixes that files add
DEEPEST_FORMULA: Final = 128  # brackets within brackets; Excel takes 64 functions
LONGEST_TAG: Final = 1 << 20  # bytes of a tag or a comment: parsers read one anew with every piece of a file
LONGEST_TEXT: Final = 32_767  # characters of a cell, as in Excel
MOST_PARTS: Final = 10_000
MOST_CELLS: Final = 5_000_000  # of a workbook
MOST_MERGES: Final = 50_000  # merged areas of a sheet
MOST_MERGED: Final = 2_000_000  # cells that the merged areas of a sheet cover


@dataclass(frozen=True, slots=True)
class Limits:
    """Resources for reading one file; the allowed sizes are derived from the memory."""

    seconds: float = 25.0
    memory: int = 480 * MEGABYTE
    options: bool = False  # whether the command has --seconds and --memory, which raise them

    @property
    def file_bytes(self) -> int:
        """Largest size of the file, compressed."""
        return self.memory // 8

    @property
    def part_bytes(self) -> int:
        """Largest size of a part of the package, uncompressed."""
        return self.memory // 5

    @property
    def expanded_bytes(self) -> int:
        """Largest total size of all parts, uncompressed."""
        return self.memory // 3


STANDARD: Final = Limits()


class PackageError(Exception):
    """The file is not a workbook, or cannot be read; the message names the place."""


class LimitError(PackageError):
    """The file needs more time or memory than allowed."""
