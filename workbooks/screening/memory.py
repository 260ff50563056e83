"""Freed memory that a worker process keeps for its next arrays.

Dask starts its workers with MALLOC_TRIM_THRESHOLD_ set. glibc then hands every freed array of 128 KB and more back to
the operating system and asks for it again a moment later, page by page: a simulation, whose arrays are of that size,
takes twice as long. Kept is at most as much as is said here, far below what a worker holds.
"""

import ctypes
from functools import cache
from typing import Final

MEGABYTE: Final = 1 << 20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # the numbers of glibc's malloc.h
_KEPT: Final = {_TRIM_THRESHOLD: 128 * MEGABYTE, _MMAP_THRESHOLD: 32 * MEGABYTE}


@cache
def keep_freed_memory() -> bool:
    """Let this process keep freed memory for its next arrays; where the C library is not glibc nothing is changed."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # macOS and musl have no mallopt, Windows no library without a name
        return False
    done: int = sum(mallopt(option, size) for option, size in _KEPT.items())
    return done == len(_KEPT)
