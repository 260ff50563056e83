"""Runs a call in a background thread; useful for work such as compression that releases Python's global lock."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Beside(Generic[Result]):
    """A call that starts at once in its own thread; `concurrent.futures` takes longer to import than this saves.

    Examples
    --------
    >>> packed = Beside(lambda: 2 + 2)
    >>> packed.result()
    4
    """

    def __init__(self, call: Callable[[], Result]) -> None:
        self._call = call
        self._found: list[Result] = []
        self._thread = Thread(target=self._run, daemon=True)  # a failure elsewhere does not wait for it
        self._thread.start()

    def _run(self) -> None:
        with suppress(Exception):  # on an exception `result` repeats the call and so raises it in the caller's thread
            self._found.append(self._call())

    def result(self) -> Result:
        """Wait for the call and return its result.

        Raises
        ------
        Exception
            If the call raises one.
        """
        self._thread.join()
        return self._found[0] if self._found else self._call()
