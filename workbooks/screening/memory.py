"""Makes a worker process keep freed memory for its next arrays.

Dask starts its workers with MALLOC_TRIM_THRESHOLD_ set. glibc then returns every freed array of 128 KB or more to the
operating system and requests it again a moment later, page by page: a simulation with arrays of that size takes twice
as long. The limit below is far less than the memory of a worker.
"""

import ctypes
from functools import cache
from typing import Final

MEGABYTE: Final = 1 << 20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # constants of glibc's malloc.h
_KEPT: Final = {_TRIM_THRESHOLD: 128 * MEGABYTE, _MMAP_THRESHOLD: 32 * MEGABYTE}


@cache
def keep_freed_memory() -> bool:
    """Keep freed memory in this process; does nothing if the C library is not glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # macOS and musl have no mallopt, Windows no library without a name
        return False
    done: int = sum(mallopt(option, size) for option, size in _KEPT.items())
    return done == len(_KEPT)
