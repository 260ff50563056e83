"""Runs a function for many items in worker processes; a worker that is killed is replaced.

Each worker has a pipe of its own. In the standard library's executors all workers write to one pipe: where one of them
is killed in the middle of a long result, the reader waits for the rest for ever, since the others keep the pipe open.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

ATTEMPTS: Final = 3  # workers that may be killed at the same item
GRACE: Final = 10.0  # seconds that a worker has to finish its item when the others are stopped


class Killed:
    """In place of a result: every worker that calculated the item was killed."""


def map_in_processes(
    function: Callable[[Item], Result], items: Sequence[Item], processes: int
) -> Iterator[tuple[Item, Result | Killed]]:
    """Each item with its result, in order of completion.

    Parameters
    ----------
    function : function
        Called in the workers; function, items and results must be picklable.
    items : sequence
        What it is called with.
    processes : count
        Number of workers at most.

    Raises
    ------
    Exception
        What the function raised for an item.
    """
    with closing(_Workers(function, items, processes)) as workers:
        while workers.busy:
            yield from workers.results()


@dataclass(slots=True)
class _Job(Generic[Item]):
    """An item, and how many workers may still be killed at it."""

    item: Item
    attempts: int


class _Worker(Generic[Item, Result]):
    """A process, and the pipe to it."""

    def __init__(self, function: Callable[[Item], Result]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(function, theirs), daemon=True)
        self.process.start()
        theirs.close()  # the worker alone keeps its end, so that the pipe ends when the worker does

    def send(self, item: Item) -> None:
        """Hand the worker an item; a worker that was killed is noticed when its result is read."""
        with suppress(OSError):
            self.connection.send(item)

    def end(self) -> None:
        """Wait for the end of the process, whose pipe is closed, and kill it if it takes too long."""
        self.process.join(GRACE)
        self.process.kill()
        self.process.join()
        self.process.close()


class _Workers(Generic[Item, Result]):
    """The workers, what each of them is at, and the items that wait."""

    def __init__(self, function: Callable[[Item], Result], items: Sequence[Item], processes: int) -> None:
        self.function = function
        self.waiting = deque(_Job(item, ATTEMPTS) for item in items)
        self.workers: list[_Worker[Item, Result]] = []
        self.busy: dict[object, tuple[_Worker[Item, Result], _Job[Item]]] = {}
        for _ in range(min(processes, len(items))):
            self._start()

    def results(self) -> Iterator[tuple[Item, Result | Killed]]:
        """The results that are there next."""
        for connection in wait([worker.connection for worker, _ in self.busy.values()]):
            worker, job = self.busy.pop(connection)
            try:
                succeeded, result = worker.connection.recv()
            except (EOFError, OSError):  # the worker was killed, perhaps in the middle of its result
                if self._replace(worker, job):
                    yield job.item, Killed()
                continue
            self._begin(worker)  # before the result is used, so that the worker does not wait
            if not succeeded:
                raise result
            yield job.item, result

    def close(self) -> None:
        """End the workers, each after the item that it is at."""
        for worker in self.workers:
            worker.connection.close()
        for worker in self.workers:
            worker.end()

    def _start(self) -> None:
        self.workers.append(_Worker(self.function))
        self._begin(self.workers[-1])

    def _begin(self, worker: _Worker[Item, Result]) -> None:
        if self.waiting:
            job = self.waiting.popleft()
            self.busy[worker.connection] = worker, job
            worker.send(job.item)

    def _replace(self, worker: _Worker[Item, Result], job: _Job[Item]) -> bool:
        """Start another worker for one that was killed; True if its item is given up."""
        worker.connection.close()
        worker.end()
        self.workers.remove(worker)
        job.attempts -= 1
        if job.attempts:
            self.waiting.appendleft(job)
        if self.waiting:
            self._start()
        return not job.attempts


def _serve(function: Callable[[Item], Result], connection: Connection) -> None:
    """What a worker does: one item after the other, until the other end of the pipe is closed."""
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            item = connection.recv()
            try:
                answer = True, function(item)
            except Exception as error:  # noqa: BLE001 - raised again by the process that reads the results
                connection.send((False, error))
            else:
                connection.send(answer)
