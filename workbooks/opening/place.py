"""Records progress in a few bytes of shared memory, which remain readable if the working process dies.

A native library may kill its process without an exception. The parent process then reads here what was being worked on.
"""

import mmap
from typing import Final

SIZE: Final = 256  # bytes
_board: list[mmap.mmap] = []  # None where there is no parent process


def keep_in(board: mmap.mmap) -> None:
    """Use these bytes to record progress."""
    _board[:] = [board]


def working_on(place: str) -> None:
    """Record what is being worked on: the formula of a cell, or a step."""
    if _board:
        _board[0][:] = place.encode()[: SIZE - 1].ljust(SIZE, b"\0")


def last(board: mmap.mmap) -> str:
    """The last recorded work; empty where nothing was recorded."""
    return board[:].rstrip(b"\0").decode(errors="ignore")
