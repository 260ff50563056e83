"""Shows on a terminal what a command is doing if it takes longer than a second; nothing is shown in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Final

AFTER: Final = 1.0  # seconds


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """Show a message on standard error while the block runs.

    Parameters
    ----------
    doing : str
        The message: "Building xiaomi_2018".
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415

    status = Console(stderr=True, markup=False, highlight=False).status(doing)
    timer = Timer(AFTER, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
