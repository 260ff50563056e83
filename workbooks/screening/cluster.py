"""Runs a screen on a Dask cluster, with the same partitions as on one machine; the workers read the table themselves.

Dask schedules the tasks, moves the data of groups between workers (shuffle), and repeats tasks of lost workers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from distributed import Client, as_completed

from workbooks.screening.memory import keep_freed_memory
from workbooks.screening.peers import Grouping, Members, together
from workbooks.screening.running import Task, grouping_of, summary_of, value_task
from workbooks.screening.sketch import Sketch, added_up
from workbooks.screening.spec import Spec
from workbooks.screening.table import Partition

AHEAD: Final = 4  # tasks submitted at a time per thread of the cluster
RETRIES: Final = 20  # attempts per partition, since its own calculation may be what kills the workers
CONNECTING: Final = 10  # seconds
MOST_BUCKETS: Final = 64
TOGETHER: Final = 32  # sketches merged by one task


class Cluster:
    """An existing Dask cluster.

    Parameters
    ----------
    scheduler : address
        Address of its scheduler: tcp://host:8786.
    """

    def __init__(self, scheduler: str) -> None:
        self.scheduler = scheduler
        try:
            self._client: Any = Client(scheduler, timeout=CONNECTING, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as problem:
            message = f"no Dask scheduler answers at {scheduler}: {str(problem).splitlines()[0]}"
            raise ConnectionError(message) from None

    def close(self) -> None:
        """Disconnect from the cluster."""
        self._client.close()

    def groupings(self, spec: Spec, partitions: list[Partition]) -> dict[str, Grouping]:
        """Statistics of the peers: the companies of a group, or their counts, are collected on one worker."""
        served = spec.served_groups()
        if not served:
            return {}
        summaries = [self._submit(summary_of, spec, partition) for partition in partitions]
        return {
            name: self._exact(spec, name, summaries)
            if spec.groups[name].approximate is None
            else self._approximate(spec, name, summaries)
            for name in served
        }

    def _exact(self, spec: Spec, name: str, summaries: list[Any]) -> Grouping:
        workers = len(self._client.scheduler_info()["workers"])
        split = 1 if spec.groups[name].nearest else min(MOST_BUCKETS, max(1, workers))
        pieces = [[self._submit(_piece, each, name, n, split) for each in summaries] for n in range(split)]
        results = self._client.gather([self._submit(grouping_of, spec, name, each) for each in pieces])
        return results[0] if split == 1 else together(results)

    def _approximate(self, spec: Spec, name: str, summaries: list[Any]) -> Grouping:
        sketches = [self._submit(_sketch, each, name) for each in summaries]
        while len(sketches) > TOGETHER:
            parts = [sketches[first : first + TOGETHER] for first in range(0, len(sketches), TOGETHER)]
            sketches = [self._submit(added_up, part) for part in parts]
        found: Grouping = self._client.gather(self._submit(grouping_of, spec, name, sketches))
        return found

    def _submit(self, function: Callable[..., object], *arguments: object) -> Any:  # noqa: ANN401 - a future of Dask
        return self._client.submit(function, *arguments, pure=False, retries=RETRIES)

    def values(self, spec: Spec, tasks: Iterable[Task]) -> Iterator[tuple[int, bytes]]:
        """Number and result of each task, in order of completion."""
        client = self._client
        queue = iter(tasks)
        coming: Any = as_completed(loop=client.loop)  # type: ignore[no-untyped-call]
        numbers: dict[Any, int] = {}
        width = AHEAD * max(1, sum(client.nthreads().values()))

        def send() -> bool:
            task = next(queue, None)
            if task is None:
                return False
            future = client.submit(_value, spec, task, pure=False, retries=RETRIES)
            numbers[future.key] = task.number
            coming.add(future)
            return True

        for _ in range(width):
            if not send():
                break
        for future in coming:
            yield numbers.pop(future.key), future.result()
            future.release()
            send()


def _value(spec: Spec, task: Task) -> bytes:
    keep_freed_memory()
    return value_task(spec, task)


def _piece(summary: Mapping[str, Members], name: str, bucket: int, buckets: int) -> Members:
    return summary[name].bucket(bucket, buckets)


def _sketch(summary: Mapping[str, Sketch], name: str) -> Sketch:
    return summary[name]
