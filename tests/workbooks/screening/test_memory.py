"""Freed memory that a worker of a cluster keeps: counted by the pages that it asks the operating system for."""

import os
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
import numpy as np
from workbooks.screening.memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(100):
    np.ones(131_072)  # 1 MiB, 256 pages
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _pages(what: str) -> int:
    environment = os.environ | {"MALLOC_TRIM_THRESHOLD_": "65536"}  # as Dask starts its workers
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, what], capture_output=True, text=True, env=environment, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_an_array_takes_the_pages_of_the_one_before() -> None:
    assert _pages("keep") * 10 < _pages("give back")
