"""Threads for calls in two lanes, so that quick calls do not wait behind slow ones."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[object]", Callable[[], object]]

# Slow functions: those that call others many times, or solve whole graphs.
SLOW: Final = frozenset({"SIMULATE", "SENSITIVITY", "TORNADO", "WHY_MOVED", "SOLVE_FOR", "LOOKTHROUGH"})


class Lane:
    """A pool of threads with a queue of jobs.

    The threads are daemons, so an abandoned calculation does not keep the process alive.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for number in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    async def run(self, job: Callable[[], T]) -> T:
        """Result of a job; if the caller is cancelled, a job that has not started is dropped."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        self._jobs.put((loop, future, job))
        found: T = await future  # type: ignore[assignment] # the job's own result
        return found

    def _work(self) -> None:
        while True:
            loop, future, job = self._jobs.get()
            if future.cancelled():
                continue
            try:
                found, problem = job(), None
            except Exception as raised:  # noqa: BLE001 - it is the waiting caller's
                found, problem = None, raised
            try:
                loop.call_soon_threadsafe(_settle, future, found, problem)
            except RuntimeError:  # the loop has ended: nobody waits
                return


def _settle(future: "asyncio.Future[object]", found: object, problem: Exception | None) -> None:
    if future.done():
        return
    if problem is None:
        future.set_result(found)
    else:
        future.set_exception(problem)
