"""Work in a thread beside the rest, for what lets others run meanwhile: packing, say, which needs no interpreter."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Beside(Generic[Result]):
    """A call that runs in a thread of its own from now on (`concurrent.futures` takes longer to load than it saves).

    Examples
    --------
    >>> packed = Beside(lambda: 2 + 2)
    >>> packed.result()
    4
    """

    def __init__(self, call: Callable[[], Result]) -> None:
        self._call = call
        self._found: list[Result] = []
        self._thread = Thread(target=self._run, daemon=True)  # nobody waits for it where the rest fails
        self._thread.start()

    def _run(self) -> None:
        with suppress(Exception):  # `result` calls again, and raises what it raises
            self._found.append(self._call())

    def result(self) -> Result:
        """What the call gives, as soon as it does.

        Raises
        ------
        Exception
            What the call raises.
        """
        self._thread.join()
        return self._found[0] if self._found else self._call()
