"""Runs a screen on one machine: in this process, or in several processes."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from workbooks.processes import ATTEMPTS, Killed, map_in_processes
from workbooks.screening.peers import Grouping, Members
from workbooks.screening.running import Task, grouping_of, summary_of, value_task
from workbooks.screening.sketch import Sketch, added_up
from workbooks.screening.spec import Spec
from workbooks.screening.table import Partition


class LostWorkersError(OSError):
    """Worker processes are killed repeatedly, most likely for lack of memory."""


class Local:
    """The machine that runs this process.

    Parameters
    ----------
    processes : count
        Number of processes; 1 for this process alone.
    """

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or _cores()

    def groupings(self, spec: Spec, partitions: list[Partition]) -> dict[str, Grouping]:
        """Statistics of the peers, of all companies together."""
        found: dict[str, list[Members | Sketch]] = {}
        for partition in partitions:
            for name, summary in summary_of(spec, partition).items():
                before = found.setdefault(name, [])
                last = before[-1] if before else None
                if isinstance(last, Sketch) and isinstance(summary, Sketch):  # merged at once, which keeps memory small
                    before[-1] = added_up([last, summary])
                else:
                    before.append(summary)
        return {name: grouping_of(spec, name, summaries) for name, summaries in found.items()}

    def values(self, spec: Spec, tasks: Iterable[Task]) -> Iterator[tuple[int, bytes]]:
        """The number and the result of each task, as they come."""
        waiting = list(tasks)
        if self.processes == 1 or len(waiting) == 1:
            for task in waiting:
                yield task.number, value_task(spec, task)
            return
        with _one_thread_each():
            for task, result in map_in_processes(partial(value_task, spec), waiting, self.processes):
                if isinstance(result, Killed):
                    first, last = task.partition.first + 1, task.partition.first + task.partition.rows
                    where = f"companies {first:,} to {last:,} of the table"
                    message = f"{ATTEMPTS} worker processes were killed at {where}; is the memory enough?"
                    raise LostWorkersError(message)
                yield task.number, result


def _cores() -> int:
    # The process may be restricted to some cores of the machine.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Limit started processes to one thread each, since there is one process per core."""
    names = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
