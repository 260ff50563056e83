"""Progress of work on a file, kept in a few bytes of shared memory that outlast the working process.

A library in machine code may end its process without an exception. The process that started it then reads here what
was being worked on.
"""

import mmap
from typing import Final

SIZE: Final = 256  # bytes
_board: list[mmap.mmap] = []  # none where the work is not done for another process


def keep_in(board: mmap.mmap) -> None:
    """From now on, keep the place in these bytes."""
    _board[:] = [board]


def working_on(place: str) -> None:
    """Say what is being worked on: the formula of a cell, or a step."""
    if _board:
        _board[0][:] = place.encode()[: SIZE - 1].ljust(SIZE, b"\0")


def last(board: mmap.mmap) -> str:
    """What was being worked on last; empty where nothing was recorded."""
    return board[:].rstrip(b"\0").decode(errors="ignore")
